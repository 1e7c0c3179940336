"""A raw mail taken apart, whatever its bytes: its header, the text to read, and what servers report in it."""

import email
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from itertools import count

from channels.mail_html import text_of

LONGEST_MAIL = 10_000_000  # bytes; what lies beyond is part of an attachment
LONGEST_TEXT, LONGEST_HTML = 20_000, 60_000  # characters
LONGEST_HEADER, MOST_HEADERS = 2_000, 500
MOST_MULTIPARTS, MOST_PARTS = 20, 500


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as text. Every text is at most LONGEST_TEXT characters long, with lines that end in a line feed.

    `header` holds the lines of a name in their order, by the name in lower case; `text` is what is to be read, made of
    the HTML where there is nothing else. `status` holds the fields of delivery reports (RFC 3464), `feedback` those of
    complaints (RFC 5965) and receipts (RFC 8098), `returned` the header of a mail inside this one; empty where there is
    none.
    """

    header: Mapping[str, tuple[str, ...]]
    content_type: str
    text: str
    status: str = ""
    feedback: str = ""
    returned: str = ""

    def line(self, name: str) -> str:
        """The first header line of this name, or empty."""
        return next(iter(self.header.get(name, ())), "")

    @property
    def sender(self) -> str:
        """The address it says it is from, or empty."""
        return next(iter(addresses_in(self.line("from"))), "")


@dataclass(slots=True)
class _Found:
    """What the parts gave, by what it is."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)


def parsed(raw: bytes) -> Mail:
    """The mail in these bytes. Never raises: what cannot be parsed is read as a header and one plain text."""
    raw = raw[:LONGEST_MAIL].lstrip(b"\r\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return _mail(email.message_from_bytes(_flattened(raw)))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):  # a fault of the parser's own
        head, _, body = raw.partition(b"\n\n")
        bare = email.message_from_bytes(b"\n".join(_LINE_OF_A_HEADER.findall(head)))
        return Mail(_header(bare), "text/plain", _tidy(_decoded(body[:LONGEST_TEXT], "")))


def _flattened(raw: bytes) -> bytes:
    """The mail as the parser can bear it: it looks at a line once for every part around it, and at some header lines in
    a time that grows with the square.

    Mails inside this one, and reports, get another type: the parser leaves them alone, as the texts they are.
    """
    multiparts, borders = count(), count()

    def plainer(found: re.Match[bytes]) -> bytes:
        name, value = found[1], found[2][:LONGEST_HEADER]
        if name.lower() != b"content-type:":
            return name + value
        if _MULTIPART.match(value) and next(multiparts) >= MOST_MULTIPARTS:
            return name + b" text/x-inside"
        return name + _INSIDE.sub(b" text/x-inside-", value)

    raw = _OF_A_PART.sub(plainer, raw)
    return _BORDER.sub(lambda found: found[0] if next(borders) < MOST_PARTS else b"- -", raw)


def _mail(message: Message) -> Mail:
    found = _Found()
    for part in _parts(message):
        _take(part, found)
    text = _joined(found.plain)
    if not text.strip():
        text = _tidy(text_of(_joined(found.html, LONGEST_HTML)))
    return Mail(
        _header(message),
        message.get_content_type(),
        text,
        _joined(found.status),
        _joined(found.feedback),
        _joined(found.returned).lstrip().partition("\n\n")[0],
    )


def _parts(message: Message) -> Iterator[Message]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(part.get_payload()))  # type: ignore[arg-type]  # of parts, as is_multipart says
        else:
            yield part


def _take(part: Message, found: _Found) -> None:
    kind = part.get_content_type()
    if kind in _REPORTS:
        getattr(found, _REPORTS[kind]).append(_FOLDED.sub(" ", _text(part)))
    elif part.get_content_disposition() != "attachment" and kind in {"text/plain", "text/html"}:
        (found.html if kind == "text/html" else found.plain).append(_text(part))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return _decoded(payload[:LONGEST_HTML], part.get_content_charset() or "") if isinstance(payload, bytes) else ""


def _joined(texts: list[str], most: int = LONGEST_TEXT) -> str:
    return _tidy("\n".join(texts), most)


def _tidy(text: str, most: int = LONGEST_TEXT) -> str:
    return _INVISIBLE.sub("", text[:most].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))


def _header(message: Message) -> dict[str, tuple[str, ...]]:
    header: dict[str, tuple[str, ...]] = {}
    for name, value in list(message.raw_items())[:MOST_HEADERS]:
        header[name.lower()] = (*header.get(name.lower(), ()), _unfolded(value))
    return header


def _unfolded(value: object) -> str:
    text = str(value)[:LONGEST_HEADER]
    if not text.isascii():  # bytes that do not belong in a header, which the parser keeps as lone surrogates
        text = _decoded(text.encode("utf-8", "surrogateescape"), "")
    return " ".join(text.split())


def in_words(line: str) -> str:
    """A header line with its encoded words (RFC 2047) decoded."""
    if "=?" not in line:
        return line
    try:
        pieces = decode_header(line)
    except (MessageError, ValueError):
        return line
    said = (piece if isinstance(piece, str) else _decoded(piece, charset or "") for piece, charset in pieces)
    return " ".join("".join(said).split())


def addresses_in(line: str) -> list[str]:
    """The e-mail addresses in a header line, each once; those in angle brackets first, as the others may be names."""
    line = _QUOTED.sub("", line)
    angled = [found for inside in _ANGLED.findall(line) for found in _ADDRESS.findall(inside)]
    return list(dict.fromkeys(found.strip("'") for found in [*angled, *_ADDRESS.findall(line)]))


def _decoded(octets: bytes, charset: str) -> str:
    """As the charset says, else as UTF-8, else as most mail programs of old wrote. Never raises."""
    if _CHARSET.match(charset):
        try:
            return octets.decode(charset)
        except (LookupError, ValueError):
            pass
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


_OF_A_PART = re.compile(rb"^(content-[a-z-]{1,40}:)([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE | re.IGNORECASE)
_MULTIPART = re.compile(rb"\s*multipart/", re.IGNORECASE)
_INSIDE = re.compile(rb"^\s*message/", re.IGNORECASE)
_BORDER = re.compile(rb"^--(?=\S)", re.MULTILINE)

_REPORTS = {
    "text/x-inside-delivery-status": "status",
    "text/x-inside-global-delivery-status": "status",
    "text/x-inside-feedback-report": "feedback",
    "text/x-inside-disposition-notification": "feedback",
    "text/x-inside-rfc822": "returned",
    "text/x-inside-global": "returned",
    "text/x-inside-partial": "returned",
    "text/x-inside-global-headers": "returned",
    "text/rfc822-headers": "returned",
}
_FOLDED = re.compile(r"\n[ \t]+(?=\S)")
_LINE_OF_A_HEADER = re.compile(rb"^[\w-]+:.*", re.MULTILINE)

_CHARSET = re.compile(r"utf|us-ascii|iso|latin|windows|cp\d|koi8|gb|big5|shift|sjis|euc|ks_c|mac|tis", re.IGNORECASE)
"""Charsets of mail; Python knows codecs beside them that take their time, or that are none."""
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\x00]")

_QUOTED = re.compile(r'"[^"]*"')
_ANGLED = re.compile(r"<([^<>]{3,320})>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\]{1,64}@[\w.-]{1,252}\w")
