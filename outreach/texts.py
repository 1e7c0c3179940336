"""Write a message: put a customer's values into the words a marketer saved. Pure.

A saved text knows `{{ name }}` and `{{ name | default: "..." }}` for the names below, and nothing else. The values go
in once and are never read again as a text, so no customer's name can be an instruction; the HTML of an e-mail is made
from the finished text, every character of it escaped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import smsutil
from smsutil.codecs import is_valid_gsm

from channels.message import Channel, Message, is_control
from outreach import letters, phrases
from outreach.letters import Letter
from policies.said import Sentence, worded

PLACEHOLDERS = {
    "name": "the customer's name",
    "first_name": "the customer's first name, where it can be told",
    "organisation": "your own name, as customers see it",
    "touchpoint": "where the contact was that this is about",
    "link": "the address of what is behind the message, for this customer",
}

_PLACEHOLDER = re.compile(r'\{\{\s*+([^\s{}|"]++)\s*+(?:\|\s*+default:\s*+"([^"{}\n]*+)"\s*+)?\}\}')
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%")

MOST_SEGMENTS = 10  # of one SMS: more is refused when saved, and held when values made it so long
FEW_SEGMENTS = 2
_SURELY_SHORT = 5 * 67  # characters, each at most two units, of which a segment holds 67 at the worst
_LINK_LENGTH = 80  # characters that a link may take, when a text is measured before it has one

_TITLES = "mr mrs ms miss mx dr prof sir dhr heer mevr mevrouw mw drs ir ing de het van der fam familie"
_UNSEEN = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn text around


class Unwritable(Exception):
    """There are no words to send this customer. Do not send it."""


class MissingValue(Unwritable):
    """The text needs a value that this customer does not have, and says no other words for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name} to put into the text")
        self.name = name


class TooLong(Unwritable):
    """With this customer's values it would be more segments than an SMS may have, and nothing is cut."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom a message goes, and what it leads to. `language` is BCP 47; `link` is empty when there is none.

    An e-mail that `asks` offers the scores. `stop` and `preferences` are the pages where the customer ends or changes
    it, `reply_to` is the address that takes an answer; all may be empty.
    """

    outreach_id: int
    channel: Channel
    organisation: str
    recipient: str
    language: str
    link: str = ""
    asks: bool = False
    stop: str = ""
    preferences: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS travels: in `GSM-7` or, where a character is not in it, `UCS-2`; its length in characters."""

    encoding: str
    count: int
    characters: int


def segments(text: str) -> Segments:
    """How many SMS this text is sent and paid as."""
    split = smsutil.split(text)
    return Segments("GSM-7" if split.encoding == "gsm0338" else "UCS-2", len(split.parts), split.total_length)


def check(text: str) -> list[Sentence]:
    """What is wrong with a text that is about to be saved, in sentences; empty when it can be sent."""
    known = ", ".join(PLACEHOLDERS)
    problems = [
        worded('"%(name)s" cannot be filled in; what can: %(known)s', name=name, known=known)
        for name in dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text))
        if name not in PLACEHOLDERS
    ]
    rest = _PLACEHOLDER.sub("", text)
    if left_over := _LEFT_OVER.search(rest):
        unclear = rest[left_over.start() :][:30]
        problems.append(
            worded('"%(unclear)s" is not understood; write {{ first_name | default: "..." }}', unclear=unclear)
        )
    return problems


def check_message(channel: str, subject: str, body: str, link: str = "", *, survey: bool = False) -> list[Sentence]:
    """What is wrong with the texts of one message, in sentences; `link` is where it leads, or empty. A survey may lead
    to its own page, and need not."""
    return [*check_subject(channel, subject), *check_body(channel, body, link, survey=survey)]


def check_subject(channel: str, subject: str) -> list[Sentence]:
    """What is wrong with the subject of a message, in sentences."""
    problems = check(subject)
    if any(is_control(character) for character in subject):
        problems.append(worded("the subject must be one line"))
    if channel == Channel.EMAIL and not subject.strip():
        problems.append(worded("an e-mail needs a subject"))
    if channel != Channel.EMAIL and subject.strip():
        problems.append(worded("an SMS has no subject"))
    return problems


def check_body(channel: str, body: str, link: str = "", *, survey: bool = False) -> list[Sentence]:
    """What is wrong with the words of a message, in sentences; see check_message."""
    problems = check(body)
    if not body.strip():
        problems.append(worded("there is no text"))
    linked = names_link(body)
    if link and not linked:
        problems.append(worded("the text must contain {{ link }}: that is how we know that it was used"))
    if linked and not link and not survey:
        problems.append(worded("there is nothing that {{ link }} could lead to"))
    return problems + _too_long(channel, body)


def _too_long(channel: str, body: str) -> list[Sentence]:
    if channel != Channel.SMS or (count := segments(_measured(body)).count) <= MOST_SEGMENTS:
        return []
    return [
        worded(
            "it would be sent as %(count)s SMS in a row, and %(most)s are the most; shorten it",
            count=count,
            most=MOST_SEGMENTS,
        )
    ]


def advice(channel: str, body: str) -> list[Sentence]:
    """What could be better about a text that can be sent, in sentences."""
    if channel != Channel.SMS:
        return []
    text = _measured(body)
    measured = segments(text)
    found = []
    if measured.count > FEW_SEGMENTS:
        found.append(worded("it is sent and paid as %(count)s SMS", count=measured.count))
    if costly := "".join(dict.fromkeys(c for c in text if not is_valid_gsm(c))):
        found.append(
            worded("these characters make every SMS hold 70 characters in place of 160: %(costly)s", costly=costly[:30])
        )
    return found


def names_link(body: str) -> bool:
    """Whether the text has a place for its link."""
    return any(found[1] == "link" for found in _PLACEHOLDER.finditer(body))


def _measured(body: str) -> str:
    """About as long as it will be: with the words for a missing value, a link, and how to stop."""
    filled = _PLACEHOLDER.sub(lambda found: "x" * _LINK_LENGTH if found[1] == "link" else found[2] or "x" * 10, body)
    return f"{filled}\n{max(phrases.HINTS[Channel.SMS].values(), key=len)}"


def render(text: str, values: Mapping[str, str | None]) -> str:
    """The text with the values in it, each on one line and without control characters. Raises MissingValue."""

    def value_of(found: re.Match[str]) -> str:
        value = _on_one_line(values.get(found[1]) or "") or found[2]
        if value is None:
            raise MissingValue(found[1])
        return value

    return _PLACEHOLDER.sub(value_of, text)


def compose(subject: str, body: str, values: Mapping[str, str | None], envelope: Envelope) -> Message:
    """The message one customer gets: the texts filled in, who it is from, and how to stop. Raises Unwritable.

    `values` are the customer's own: name, touchpoint. The rest is known from the envelope.
    """
    own = {"first_name": first_name(values.get("name") or ""), **values, "link": envelope.link}
    known = {**own, "organisation": envelope.organisation}
    words = render(body, known).replace("\r\n", "\n").strip()
    if envelope.channel is Channel.SMS:
        return _sms(words, envelope if names_link(body) else replace(envelope, link=""), _personal(own, envelope))
    letter = Letter(
        envelope.organisation, envelope.language, envelope.link, envelope.asks, envelope.stop, envelope.preferences,
        answerable=bool(envelope.reply_to),
    )  # fmt: skip
    text = letters.plain(words, letter)
    return Message(
        outreach_id=envelope.outreach_id,
        channel=envelope.channel,
        sender=envelope.organisation,
        recipient=envelope.recipient,
        subject=_on_one_line(render(subject, known)),
        text=text,
        html=letters.html(text, letter),
        link=envelope.link,
        language=envelope.language,
        reply_to=envelope.reply_to,
        headers=_headers(envelope),
        personal=_personal(own, envelope),
    )


def _sms(words: str, envelope: Envelope, personal: tuple[str, ...]) -> Message:
    said = words.replace(envelope.link, "") if envelope.link else words  # an address may hold the name, not say it
    sender = "" if envelope.organisation.lower() in said.lower() else f"{envelope.organisation}: "
    text = f"{sender}{words}\n{phrases.said(phrases.HINTS[Channel.SMS], envelope.language)}"
    if len(text) > _SURELY_SHORT and (count := segments(text).count) > MOST_SEGMENTS:
        raise TooLong(f"it would be {count} SMS in a row, and {MOST_SEGMENTS} are the most")
    return Message(
        envelope.outreach_id, Channel.SMS, envelope.organisation, envelope.recipient, "", text, link=envelope.link,
        language=envelope.language, personal=personal,
    )  # fmt: skip


def _headers(envelope: Envelope) -> dict[str, str]:
    """So that no machine answers, and a mail program can offer to stop it at once (RFC 3834, RFC 8058)."""
    headers = {"Auto-Submitted": "auto-generated"}
    if envelope.stop:
        headers["List-Unsubscribe"] = f"<{envelope.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _personal(own: Mapping[str, str | None], envelope: Envelope) -> tuple[str, ...]:
    """What of a message is this customer's own: their values, the token of each address, the tag in the reply-to."""
    values = [_on_one_line(value or "") for name, value in own.items() if name != "link"]
    tokens = [address.rpartition("/")[2] for address in (envelope.link, envelope.stop, envelope.preferences)]
    tag = envelope.reply_to.partition("@")[0].rpartition("+")[2]
    return tuple(dict.fromkeys(filter(None, (*tokens, tag, *values))))


def first_name(name: str) -> str:
    """The first name in a full name, or nothing where it cannot be told: initials, titles, "Vries, J. de"."""
    first, *_ = name.split() or [""]
    plain = first.replace("-", "").replace("'", "").replace("’", "")
    return first if len(first) > 1 and plain.isalpha() and first.lower() not in _TITLES.split() else ""


def _on_one_line(value: str) -> str:
    if value.isprintable():
        return " ".join(value.split())
    return " ".join("".join(" " if is_control(c) else c for c in value if c not in _UNSEEN).split())
