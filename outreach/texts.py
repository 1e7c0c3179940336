"""Write a message: put a customer's values into the words a marketer saved. Pure.

A saved text knows `{{ name }}` and `{{ name | default: "..." }}` for the names below, and nothing else. The values go
in once and are never read again as a text, so no customer's name can be an instruction; the HTML of an e-mail is made
from the finished text, every character of it escaped.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

import smsutil

from channels.message import Channel, Message, is_control

PLACEHOLDERS = {
    "name": "the customer's name",
    "first_name": "the customer's first name, where it can be told",
    "organisation": "your own name, as customers see it",
    "touchpoint": "where the contact was that this is about",
    "link": "the address of what is behind the message, for this customer",
}

_PLACEHOLDER = re.compile(r'\{\{\s*+([^\s{}|"]++)\s*+(?:\|\s*+default:\s*+"([^"{}\n]*+)"\s*+)?\}\}')
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%")

_HINTS = {
    Channel.SMS: {"en": "No more? Reply STOP", "nl": "Liever niet? Antwoord STOP"},
    Channel.EMAIL: {
        "en": "You get this because you are a customer of {organisation}. Rather not? Reply with the word STOP.",
        "nl": "Je krijgt dit omdat je klant bent van {organisation}. Liever niet? Antwoord met het woord STOP.",
    },
}

_TITLES = "mr mrs ms miss mx dr prof sir dhr heer mevr mevrouw mw drs ir ing de het van der fam familie"
_UNSEEN = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn text around


class MissingValue(Exception):
    """The text needs a value that this customer does not have, and says no other words for it. Do not send it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name} to put into the text")
        self.name = name


@dataclass(frozen=True, slots=True)
class Envelope:
    """To whom a message goes, and what it leads to. `language` is BCP 47; `link` is empty when there is none."""

    outreach_id: int
    channel: Channel
    organisation: str
    recipient: str
    language: str
    link: str = ""


def check(text: str) -> list[str]:
    """What is wrong with a text that is about to be saved, in sentences; empty when it can be sent."""
    known = ", ".join(PLACEHOLDERS)
    problems = [
        f'"{name}" cannot be filled in; what can: {known}'
        for name in dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text))
        if name not in PLACEHOLDERS
    ]
    rest = _PLACEHOLDER.sub("", text)
    if left_over := _LEFT_OVER.search(rest):
        problems.append(
            f'"{rest[left_over.start() :][:30]}" is not understood; write {{{{ first_name | default: "..." }}}}'
        )
    return problems


def check_message(channel: str, subject: str, body: str, link: str = "") -> list[str]:
    """What is wrong with the texts of one message, in sentences; `link` is where it leads, or empty."""
    problems = [*check(subject), *check(body)]
    if any(is_control(character) for character in subject):
        problems.append("the subject must be one line")
    if (channel == Channel.EMAIL) != bool(subject.strip()):
        problems.append("an e-mail needs a subject" if channel == Channel.EMAIL else "an SMS has no subject")
    if not body.strip():
        problems.append("there is no text")
    linked = any(found[1] == "link" for found in _PLACEHOLDER.finditer(body))
    if link and not linked:
        problems.append("the text must contain {{ link }}: that is how we know that it was used")
    if linked and not link:
        problems.append("there is nothing that {{ link }} could lead to")
    return problems


@dataclass(frozen=True, slots=True)
class Segments:
    """How an SMS is cut up by the networks."""

    count: int


def segments(text: str) -> Segments:
    """How many segments an SMS with this text is."""
    return Segments(len(smsutil.split(text).parts))


def render(text: str, values: Mapping[str, str | None]) -> str:
    """The text with the values in it, each on one line and without control characters. Raises MissingValue."""

    def value_of(found: re.Match[str]) -> str:
        value = _on_one_line(values.get(found[1]) or "") or found[2]
        if value is None:
            raise MissingValue(found[1])
        return value

    return _PLACEHOLDER.sub(value_of, text)


def compose(subject: str, body: str, values: Mapping[str, str | None], envelope: Envelope) -> Message:
    """The message one customer gets: the texts filled in, who it is from, and how to stop. Raises MissingValue.

    `values` are the customer's own: name, touchpoint. The rest is known from the envelope.
    """
    known = {
        "first_name": first_name(values.get("name") or ""),
        **values,
        "organisation": envelope.organisation,
        "link": envelope.link,
    }
    text = _signed(render(body, known).strip(), envelope)
    return Message(
        outreach_id=envelope.outreach_id,
        channel=envelope.channel,
        sender=envelope.organisation,
        recipient=envelope.recipient,
        subject=_on_one_line(render(subject, known)),
        text=text,
        html=_html(text, envelope.link) if envelope.channel is Channel.EMAIL else "",
        link=envelope.link,
    )


def first_name(name: str) -> str:
    """The first name in a full name, or nothing where it cannot be told: initials, titles, "Vries, J. de"."""
    first, *_ = name.split() or [""]
    plain = first.replace("-", "").replace("'", "").replace("’", "")
    return first if len(first) > 1 and plain.isalpha() and first.lower() not in _TITLES.split() else ""


def _signed(text: str, envelope: Envelope) -> str:
    hints = _HINTS[envelope.channel]
    hint = hints.get(envelope.language.split("-")[0], hints["en"])
    if envelope.channel is Channel.EMAIL:
        return f"{text}\n\n{hint.format(organisation=envelope.organisation)}"
    words = (
        text.replace(envelope.link, "") if envelope.link else text
    )  # an address may hold the name, but does not say it
    sender = "" if envelope.organisation.lower() in words.lower() else f"{envelope.organisation}: "
    return f"{sender}{text}\n{hint}"


def _html(text: str, link: str) -> str:
    escaped = html.escape(text)
    if link:
        address = html.escape(link)
        escaped = escaped.replace(address, f'<a href="{address}">{address}</a>')
    paragraphs = (paragraph.replace("\n", "<br>\n") for paragraph in re.split(r"\n{2,}", escaped))
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _on_one_line(value: str) -> str:
    return " ".join("".join(" " if is_control(c) else c for c in value if c not in _UNSEEN).split())
