"""The tweets that a page shows in full: as plain text, or as HTML with words marked."""

from __future__ import annotations

from html.parser import HTMLParser

from streamlit.testing.v1 import AppTest


class _Reader(HTMLParser):
    """Collects what a person reads, and which tags and attributes stand around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.marked: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
        if self._open[-1] == "mark":
            self.marked.append(data)


def read_html(body: str) -> _Reader:
    """Return what a browser would make of HTML, in which every tag must be closed."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return reader


def shown_texts(app: AppTest) -> list[str]:
    """Return the texts in the page's order; none is marked but with the few tags that mark words."""
    found = []
    for element in app.main:
        if element.type == "text":
            found.append(element.value)
        elif element.type == "html":
            read = read_html(element.proto.body)
            assert read.tags <= {"p", "mark", "span"}
            assert read.attributes <= {"dir", "style", "title"}
            found.append("".join(read.pieces))
    return found


def marked_words(app: AppTest) -> list[str]:
    """Return the words of all tweets shown that are marked as speaking for something."""
    return [word for element in app.get("html") for word in read_html(element.proto.body).marked]
