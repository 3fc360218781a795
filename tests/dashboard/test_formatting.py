"""Numbers, dates and changes as the pages write them, and text that stays as it is."""

from datetime import date

import pytest
from markdown_it import MarkdownIt

from dashboard import formatting


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formatting.number(1234), "1,234"),
        (formatting.short(950), "950"),
        (formatting.short(12_345), "12.3k"),
        (formatting.short(1_234_567), "1.2M"),
        (formatting.short(999_999), "1.0M"),
        (formatting.share(0.838), "84 %"),
        (formatting.signed(-31.4), "−31"),
        (formatting.signed(-0.4), "0"),
        (formatting.points(0.12), "+12 pts"),
        (formatting.points(-0.01), "−1 pt"),
        (formatting.change(12.3, "pt", "pts"), "up 12 pts"),
        (formatting.change(-1, "pt", "pts"), "down 1 pt"),
        (formatting.change(-1234), "down 1,234"),
        (formatting.change(0.4, "pt", "pts"), "no change"),
        (formatting.net_sentiment(-0.31), "−31"),
        (formatting.mean_sentiment(0.314), "+0.31"),
        (formatting.mean_sentiment(-0.001), "0.00"),
        (formatting.day(date(2026, 9, 14)), "14 Sep 2026"),
        (formatting.period(date(2026, 9, 1), date(2026, 10, 31)), "1 Sep – 31 Oct 2026"),
        (formatting.period(date(2025, 11, 1), date(2026, 10, 31)), "1 Nov 2025 – 31 Oct 2026"),
        (formatting.period(date(2026, 9, 1), date(2026, 9, 1)), "1 Sep 2026"),
        (formatting.period(None, None), "all dates"),
        (formatting.days_before(30), "the 30 days before"),
        (formatting.days_before(1), "the day before"),
        (formatting.plural(1, "tweet"), "1 tweet"),
        (formatting.plural(1234, "tweet"), "1,234 tweets"),
        (formatting.plural(2, "company", "companies"), "2 companies"),
        (formatting.clipped("online checkout and billing address", 22), "online checkout and …"),
        (formatting.clipped("short", 22), "short"),
    ],
)
def test_shown(shown, expected):
    assert shown == expected


@pytest.mark.parametrize("length", [5, 10, 22])
def test_clipped_text_is_never_longer(length):
    for text in ("Donaudampfschifffahrtsgesellschaft", "two words and more of them", "🧥" * 40, "ab cd" * 9):
        assert len(formatting.clipped(text, length)) <= length


@pytest.mark.parametrize(
    "address", ["http://a.example", "HTTPS://a.example", "www.a.example", "ann@a.example"]
)
def test_an_address_is_broken_by_a_character_that_is_not_seen(address):
    shown = formatting.plain(f"see {address}, @ann")
    assert shown.replace("\\", "") != f"see {address}, @ann"
    assert shown.replace("\\", "").replace("\u2060", "") == f"see {address}, @ann"


@pytest.mark.parametrize(
    "text",
    [
        "**Not bold** _or_ *this* ~~that~~",
        "[link](http://a.example) ![image](x.png) <b>tag</b> http://a.example www.b.example",
        "`code` $5 or $6 :red[x] :material/bolt: #1 | a | b",
        "1. one - two + three > four & five &amp; six",
        "- dash",
        "1. list",
        "# head",
        "قهوة الصباح ☕",
    ],
)
def test_plain_text_stays_as_it_is_in_markdown(text):
    drawn = MarkdownIt("gfm-like", {"linkify": False}).render(formatting.plain(text))
    inside = drawn.removeprefix("<p>").removesuffix("</p>\n").replace("\u2060", "")
    assert "<" not in inside
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        inside = inside.replace(entity, character)
    assert inside == text


def test_plain_text_does_not_turn_the_words_after_it_around():
    assert formatting.plain("abc\u202edef\u2066ghi") + " on 14 Sep" == "abcdefghi on 14 Sep"
    assert formatting.plain("قهوة\u200fالصباح\u200e") == "قهوة\u200fالصباح\u200e"
