"""The text of an HTML mail: what a person sees of it, quotes marked with > as in a plain one."""

import re
from html.parser import HTMLParser

PARAGRAPHS = frozenset(("p", "ul", "ol", "table", "h1", "h2", "h3"))
LINES = PARAGRAPHS.union(
    ("address", "article", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h4", "h5", "h6", "header"),
    ("hr", "li", "pre", "section", "td", "th", "tr"),
)
UNSEEN = frozenset(("script", "style", "title"))
DEEPEST = 5  # quotes in quotes


def text_of(html: str) -> str:
    """Never raises, and takes time in proportion to the text, whatever it is."""
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", _without_declarations(html)))
    # It is never closed: what is incomplete would be read again and again.
    return "\n".join(reader.lines())


def _without_declarations(html: str) -> str:
    """Without comments and <!...>, on which the parser may raise or take a time that grows with the square."""
    kept, at = [], 0
    while (start := html.find("<!", at)) >= 0:
        kept.append(html[at:start])
        close = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(close, start)
        if end < 0:
            return "".join(kept)
        at = end + len(close)
    return "".join([*kept, html[at:], "\n"])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._quotes = self._unseen = 0

    def lines(self) -> list[str]:
        self._end_line()
        return ["> " * min(depth, DEEPEST) + line for depth, line in self._lines]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._unseen = 0
        elif tag in UNSEEN:
            self._unseen += 1
        elif tag == "blockquote":
            self._end_line()
            self._quotes += 1
        elif tag == "br":
            self._end_line(even_empty=True)
        elif tag in LINES:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag == "blockquote":
            self._end_line()
            self._quotes = max(self._quotes - 1, 0)
        elif tag in LINES:
            self._end_line(even_empty=tag in PARAGRAPHS)
            if tag in PARAGRAPHS:
                self._end_line(even_empty=True)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._line.append(data)

    def _end_line(self, *, even_empty: bool = False) -> None:
        line = " ".join("".join(self._line).split())
        self._line = []
        if line or even_empty:
            self._lines.append((self._quotes, line))


_NO_TAG = re.compile(r"<(?![a-zA-Z/?])")
