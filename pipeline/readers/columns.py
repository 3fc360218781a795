"""Which of a file's columns hold the text, the time, the id and the rest, by their usual names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.errors import InputError
from pipeline.readers.printing import printable

# In order of preference, written as `_plain` gives them: "Full Text", "full_text" and "fullText" are one name.
_TEXT = (
    "fulltext text tweettext tweet tweetcontent tweetbody rawcontent content posttext postcontent post statustext "
    "status message messagetext body caption comment mentioncontent hitsentence snippet sentence textraw rawtext"
)
_CREATED_AT = (
    "createdat tweetcreatedat tweetcreated datetime timestamp date time tweetdate tweettime posteddate postedat "
    "publishedat publisheddate publishdate pubdate createdtime createddate created datecreated utctime"
)
_TWEET_ID = "idstr tweetid tweetidstr id statusid postid messageid guid"
_AUTHOR = "authorusername username screenname userscreenname handle userhandle author user authorid userid"
_LANG = "lang language tweetlang tweetlanguage languagecode"
_LIKES = "likecount likes favoritecount favouritecount favorites favourites numlikes likescount"
_REPOSTS = "retweetcount retweets repostcount reposts numretweets retweetscount sharecount shares"

_NAMES_IN_MESSAGE = 12


@dataclass(frozen=True)
class ColumnNames:
    """The columns that the user names; those left out are found by their usual names."""

    text: str | None = None
    created_at: str | None = None
    tweet_id: str | None = None


@dataclass(frozen=True)
class FoundColumns:
    """The names of a file's columns by what they hold; None where there is no such column."""

    text: str
    created_at: str | None
    tweet_id: str | None
    author: str | None
    lang: str | None
    likes: str | None
    reposts: str | None


def find_columns(columns: Sequence[str], names: ColumnNames) -> FoundColumns:
    """Find a file's columns: those the user names, else by usual names, whatever their case and punctuation.

    Raises
    ------
    InputError
        If there is no column with the text, or none of a name the user gave.
    """
    text = _named(columns, names.text, "--text-column") or _usual(columns, _TEXT)
    if text is None:
        raise InputError(f"no column holds the tweets' text; name it with --text-column ({_listed(columns)})")
    return FoundColumns(
        text=text,
        created_at=_named(columns, names.created_at, "--date-column") or _usual(columns, _CREATED_AT, text),
        tweet_id=_named(columns, names.tweet_id, "--id-column") or _usual(columns, _TWEET_ID, text),
        author=_usual(columns, _AUTHOR, text),
        lang=_usual(columns, _LANG, text),
        likes=_usual(columns, _LIKES, text),
        reposts=_usual(columns, _REPOSTS, text),
    )


def given_columns(columns: Sequence[str], given: FoundColumns) -> FoundColumns:
    """Return columns that were chosen from a file's own.

    Raises
    ------
    InputError
        If the file does not have one of them.
    """
    missing = [name for name in vars(given).values() if name is not None and name not in columns]
    if missing:
        raise InputError(f'there is no column "{printable(missing[0], 40)}" ({_listed(columns)})')
    return given


def has_text_column(columns: Iterable[str]) -> bool:
    """Tell whether one of the columns has a usual name for the text."""
    return _usual(list(columns), _TEXT) is not None


def _named(columns: Sequence[str], wanted: str | None, option: str) -> str | None:
    if wanted is None or wanted in columns:
        return wanted
    for column in columns:
        if column.strip().casefold() == wanted.strip().casefold():
            return column
    raise InputError(f'there is no column "{wanted}", which {option} names ({_listed(columns)})')


def _usual(columns: Sequence[str], usual: str, taken: str | None = None) -> str | None:
    plain = {_plain(column): column for column in reversed(columns) if column != taken}
    return next((plain[name] for name in usual.split() if name in plain), None)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(printable(column, 40) or "(no name)" for column in columns[:_NAMES_IN_MESSAGE])
    return f"columns found: {shown}{', …' if len(columns) > _NAMES_IN_MESSAGE else ''}"
