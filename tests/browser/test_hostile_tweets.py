"""What others wrote, tweets, names, links and files, is text on every page and nothing else, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect
from test_dashboard import opened, settled

from dashboard.frame import PAGES
from pipeline import posts
from pipeline.report import render
from pipeline.store import connect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 60_000  # ms
TWEETS = [
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=2"><svg onload="window.pwned=3"> pwnedplain',
    '<iframe srcdoc="<script>parent.pwned=4</script>"></iframe><base href="https://evil.example/"> pwnedplain',
    "[pwnedlink](javascript:window.pwned=5) [pwnedlink](https://evil.example/a) <https://evil.example/b>",
    '<a href="javascript:window.pwned=6">pwnedlink</a> https://evil.example/c ![pwnedimage](https://evil.example/d.png)',
    "**pwnedbold** _pwnedbold_ `pwnedcode` ~~pwnedstruck~~ # pwnedhead",
    ":red[pwnedred] :blue-background[pwnedred] :green-badge[pwnedred] :small[pwnedred] :material/skull: :skull:",
    "$pwned^2$ $$\\frac{1}{2}$$ {{7*7}} %{y} <sub>pwnedbold</sub> <b>pwnedbold</b> &lt;i&gt; pwnedplain",
    "<style>*{display:none !important}</style></p></div></mark></section> pwnedplain",
    "pwnedplain \u202egnp.exe\u202c \u2066owt \x1b[31m \u2028 three",
    '=HYPERLINK("https://evil.example","pwnedlink")',
    "'; DROP TABLE tweets; -- ../../etc/passwd pwnedplain",
]
NAME = (
    '<img src=x onerror="window.pwned=7">**pwnedbold** :red[pwnedred] $x$ '
    "[pwnedlink](javascript:window.pwned=8) \u202eenip"
)
LABEL = (
    ":red[pwnedred] <b>pwnedbold</b> [pwnedlink](https://evil.example/e) `pwnedcode` "
    '<a href="https://evil.example/f">pwnedlink</a>'
)
INDUSTRY = "<u>pwnedbold</u> :red[pwnedred] $z$"
LINK = [
    *TWEETS[:5],
    "' OR 1=1; DROP TABLE store.tweets; --",
    "../../../etc/passwd",
    "%00\x00%0d%0aSet-Cookie: a=b",
    "9" * 400,
]
# What of the page was made of a tweet's text, and is not text.
MADE = """() => {
  const found = [];
  const report = (what, one) => found.push(what + ': ' + one.outerHTML.slice(0, 300));
  if (window.pwned !== undefined) found.push('script ' + window.pwned);
  for (const one of document.querySelectorAll('a')) {
    const target = one.getAttribute('href') || one.getAttribute('xlink:href') || '';
    if (/javascript:|evil[.]example/i.test(target)) report('link', one);
  }
  for (const one of document.querySelectorAll('img, iframe, base, script, style, source, object, embed'))
    if (/evil[.]example|pwned|display:none !important/.test(one.outerHTML) || one.getAttribute('src') === 'x')
      report('element', one);
  for (const one of document.querySelectorAll('.katex, marquee')) report('formula', one);
  for (const one of document.querySelectorAll('*')) {
    const whole = one.textContent.trim(), simple = /^(DIV|P|LI|TD|TH|BUTTON|LABEL|INPUT|OPTION)$/.test(one.tagName);
    const ours = one.matches('[title^=Speaks]');  // a word of a tweet, marked by how much it counts
    if (!simple && !ours && /^pwned(bold|code|struck|head|red|link|image)$/.test(whole)) report('markup', one);
    if (!ours && (whole === 'skull' || whole === '\\u{1F480}')) report('icon', one);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = texts.nextNode(); ) {
    const within = node.parentElement;
    if (!/[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data) || within.closest('script, style')) continue;
    let isolated = false;
    for (let one = within; one; one = one.parentElement)
      isolated ||= /isolate|plaintext/.test(getComputedStyle(one).unicodeBidi);
    if (!isolated) report('turned writing', within);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def store(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store with hostile tweets, names, topics and industries in the place of its own."""
    db = Path(shutil.copy(demo_store, tmp_path_factory.mktemp("hostile") / "hostile.duckdb"))
    with duckdb.connect(str(db)) as connection:
        connection.execute(
            """UPDATE tweets SET text = list_extract(?::VARCHAR[], 1 + (hash(tweet_id) % ?)::INT) || ' ' || tweet_id,
            source = '<b>pwnedbold</b>.csv'""",
            [TWEETS, len(TWEETS)],
        )
        connection.execute("UPDATE brands SET name = ? WHERE brand_id = 'harrow-pine'", [NAME])
        connection.execute("UPDATE brands SET industry = ? WHERE industry = 'Fashion'", [INDUSTRY])
        connection.execute("UPDATE topics SET label = ? || ' ' || topic_id, keywords = [?]", [LABEL, LABEL])
        connection.execute("UPDATE topic_hierarchy SET label = ?, keywords = [?]", [LABEL, LABEL])
        for table in ("pain_points", "strengths", "alerts"):
            connection.execute(f"UPDATE {table} SET words = [?, ?]", [LABEL, NAME])
        connection.execute(
            "UPDATE rejects SET reason = ?, excerpt = ?, source = ?", [LABEL, TWEETS[0], TWEETS[2]]
        )
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('note', ?)", [LABEL])
        posts.rebuild(connection)
    return db


@pytest.fixture(scope="module")
def address(serve, store: Path) -> Iterator[str]:
    with serve(store, store.with_name("log.txt")) as started:
        yield started


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[Page]:
    """A window on that store; whatever a text makes the browser do fails the test."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    done: list[str] = []
    page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            done.append(request.url) if urlsplit(request.url).hostname == "evil.example" else None
        ),
    )
    page.on("popup", lambda popup: done.append(popup.url))
    page.on("pageerror", lambda error: done.append(str(error)))
    yield page
    context.close()
    assert not done


def assert_inert(page: Page, *shown: str) -> None:
    """Nothing was made of a text, and these words of theirs stand there as they were written."""
    assert page.evaluate(MADE) == []
    text = page.locator("body").inner_text().replace("\u2060", "")
    for words in shown:
        assert words in text, words


@pytest.mark.parametrize("name", PAGES)
def test_every_page_shows_hostile_texts_as_text(window: Page, name: str) -> None:
    shown = {
        "overview": ["**pwnedbold** :red[pwnedred] $x$", "<b>pwnedbold</b>"],
        "compare": ["**pwnedbold** :red[pwnedred] $x$"],
        "topics": ["<b>pwnedbold</b> [pwnedlink](https://evil.example/e)"],
        "pain_points": ["<b>pwnedbold</b> [pwnedlink](https://evil.example/e)", "**pwnedbold** :red"],
        "tweets": ["pwned"],
    }
    opened(window, f"{'' if name == 'overview' else name}?brand=harrow-pine&period=year")
    assert_inert(window, *shown.get(name, []))
    opened(window, f"{'' if name == 'overview' else name}?period=all")
    assert_inert(window)


def test_the_parts_that_are_opened_show_them_as_text(window: Page, store: Path) -> None:
    opened(window, "pain_points?brand=harrow-pine&period=year&view=alerts")
    assert_inert(window)
    with connect(store) as connection:
        topic = connection.execute("SELECT max(topic_id) FROM topics").fetchall()[0][0]
    opened(window, f"topics?topic={topic}&period=all")
    assert_inert(window, "<b>pwnedbold</b>")
    for words, seen in (
        ("red pwnedred", ":red[pwnedred]"),
        ("frac", "$$\\frac{1}{2}$$"),
        ("DROP TABLE", "DROP TABLE"),
    ):
        opened(window, "tweets?" + urlencode({"q": words, "period": "all"}))
        assert_inert(window, seen)


@pytest.mark.parametrize("name", PAGES)
def test_links_made_to_do_harm_open_the_page_all_the_same(window: Page, name: str) -> None:
    keys = (
        "brand",
        "industry",
        "period",
        "from",
        "to",
        "p",
        "sentiment",
        "source",
        "topic",
        "q",
        "page",
        "view",
    )
    keys += ("columns", "order", "tweet", "detail", "text", "via", "file", "db")
    query = urlencode({key: LINK[number % len(LINK)] for number, key in enumerate(keys)})
    opened(window, f"{'' if name == 'overview' else name}?{query}")
    assert_inert(window)


def test_pasted_and_uploaded_tweets_are_text(window: Page) -> None:
    main = opened(window, "live")
    main.get_by_role("textbox").first.fill("\n".join(TWEETS[:7]))
    main.get_by_role("button", name="Judge these tweets").click()
    expect(main.get_by_text("nothing was sent anywhere", exact=False).first).to_be_visible()
    settled(window)
    assert_inert(window, ":red[pwnedred]", "**pwnedbold**")
    opened(window, "data")
    rows = "\n".join(f'2026-02-03,"{text.replace(chr(34), chr(34) * 2)}"' for text in TWEETS)
    window.locator("input[type=file]").set_input_files(
        {
            "name": '..\\..\\<img src=x onerror="window.pwned=9">:red[pwnedred].csv',
            "mimeType": "text/csv",
            "buffer": f"date,<b>pwnedbold</b> :red[pwnedred] text\n{rows}\n".encode(),
        }
    )
    expect(window.get_by_text("Which column holds what?")).to_be_visible()
    settled(window)
    assert_inert(window)


def test_the_report_is_text_too(window: Page, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    with connect(store) as connection:
        page = render(connection, "harrow-pine", date(2026, 8, 3), None, date(2026, 11, 1))
    file.write_text(page, encoding="utf-8")
    window.goto(file.as_uri())
    assert_inert(window, "**pwnedbold** :red[pwnedred] $x$", "<b>pwnedbold</b>")
