"""What is searched for is found as it stands, whatever characters it is made of."""

import string

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.queries.tweets import ORDERS, Wanted, count, page, terms
from dashboard.selection import Selection
from dashboard.store import current

ALL = Selection(period="all")
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + "‘’“”äÄßİé😀م"
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


CONNECTION = duckdb.connect()


def matches(search: str, text: str) -> bool:
    condition, values = Wanted(ALL, search).where()
    query = f"SELECT count(*) FROM (SELECT ?::VARCHAR AS text, true AS is_first) WHERE {condition}"
    return bool(CONNECTION.execute(query, [text, *values]).fetchall()[0][0])


def folded(text: str) -> str:
    return str(CONNECTION.execute("SELECT lower(?)", [text]).fetchall()[0][0]).translate(STRAIGHT)


@settings(max_examples=60, deadline=None)
@given(st.text(CHARACTERS, min_size=1, max_size=12), st.text(CHARACTERS + " ", max_size=20))
def test_a_search_finds_a_text_exactly_where_each_term_is_in_it(search, around):
    for text in (around, search + around, around + search):
        expected = all(folded(term) in folded(text) for term in terms(search))
        assert matches(search, text) == expected


@pytest.mark.parametrize(
    ("search", "text", "found"),
    [
        ("don't.*", "don’t know", False),
        ("don't.*", "don’t.* know", True),
        ("it's (", "it‘s ( open", True),
        ("'|x", "x", False),
        ("rock'n\\roll", "Rock’n\\Roll", True),
    ],
)
def test_what_looks_like_a_pattern_is_none(search, text, found):
    assert matches(search, text) == found


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [25, 250])
def test_pages_hold_each_tweet_once_and_the_count_is_theirs(store_file, order, size):
    store = current(store_file)
    for search, pages in (("harrow", None), ('"attempt 7."', 1), ("nothing at all", 0)):
        wanted = Wanted(ALL, search, order=order)
        number = count(store, wanted, size)
        ids = [
            tweet_id
            for n in range(1, -(-number // size) + 1)
            for tweet_id in page(store, wanted, size, n).tweet_id
        ]
        assert len(ids) == len(set(ids)) == number
        assert pages is None or number == pages
