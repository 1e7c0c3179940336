"""The texts marketers write: content to give and surveys to ask, one for each name, language and channel.

A text is changed in place: what goes out from then on says the new words, what went out keeps its own. Every change is
in the audit log with what was there before and after.
"""

import hashlib
import re
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import Channel
from outreach import audit, starter, texts, tone
from outreach.runtime import Runtime
from outreach.tables import Content, Survey
from policies.said import Sentence, worded

LONGEST = {"name": 64, "subject": 200, "link": 2000}
LONGEST_BODY = 20_000  # characters
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class TextKind(StrEnum):
    """What a text is for: something useful, or a question."""

    CONTENT = "content"
    SURVEY = "survey"


WRITTEN = {
    TextKind.CONTENT: ("name", "language", "channel", "subject", "body", "link"),
    TextKind.SURVEY: (
        *("name", "language", "channel", "subject", "body", "reminder"),
        *("follow_low", "follow_mid", "follow_high", "follow_ups", "thanks"),
    ),
}
"""What somebody writes of each kind, by the names of the fields."""
_TABLES: dict[TextKind, type[Content] | type[Survey]] = {TextKind.CONTENT: Content, TextKind.SURVEY: Survey}


@dataclass(frozen=True, slots=True)
class Text:
    """One text. `id` is 0 as long as it is not saved. A survey has no `link`, and content nothing from `reminder` on.

    `follow_low`, `follow_mid` and `follow_high` are asked back after 0-6, 7-8 and 9-10; `follow_ups` is how many of
    these one conversation may hold.
    """

    kind: TextKind
    name: str = ""
    language: str = ""
    channel: str = Channel.EMAIL
    subject: str = ""
    body: str = ""
    link: str = ""
    reminder: str = ""
    follow_low: str = ""
    follow_mid: str = ""
    follow_high: str = ""
    follow_ups: int = 1
    thanks: str = ""
    id: int = 0
    active: bool = True
    given: int = 0
    used: int = 0

    @property
    def written(self) -> dict[str, Any]:
        """What somebody wrote of it, by field."""
        every = asdict(self)
        return {name: every[name] for name in WRITTEN[self.kind]}

    @property
    def share_used(self) -> float | None:
        """Of those who were given the piece, how many used it (0 to 1); None as long as nobody was given it."""
        return self.used / self.given if self.given else None

    @property
    def edition(self) -> str:
        """Another one for other words: by it a change that was made meanwhile is noticed."""
        return hashlib.sha256(repr(sorted(self.written.items())).encode()).hexdigest()[:16]


Problem = tuple[str, Sentence]
"""The field something is wrong with, and what."""


class TextRefused(Exception):
    """The text cannot be used as it is; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems))
        self.problems = problems


class TextMoved(Exception):
    """Somebody else changed this text meanwhile; nothing was saved."""


class NoText(Exception):
    """There is no such text."""


def every(runtime: Runtime, kind: TextKind) -> list[Text]:
    """All texts of a kind, by name, language and channel."""
    table = _TABLES[kind]
    with runtime.reading() as session:
        rows = session.execute(sa.select(table).order_by(col(table.name), col(table.language), col(table.channel)))
        return [_text(kind, row) for row in rows.scalars()]


def one(runtime: Runtime, kind: TextKind, text_id: int) -> Text:
    """Raises NoText."""
    with runtime.reading() as session:
        return _text(kind, _row(session, kind, text_id))


def problems(text: Text) -> list[Problem]:
    """Everything that is wrong with a text, by field; empty when it can be saved."""
    survey = text.kind is TextKind.SURVEY
    found: list[Problem] = [*_in_its_place(text), *_too_long(text), *_in_its_link(text)]
    found += [("subject", problem) for problem in texts.check_subject(text.channel, text.subject)]
    found += [("body", said) for said in texts.check_body(text.channel, text.body, text.link, survey=survey)]
    if survey:
        said_back = ("reminder", "follow_low", "follow_mid", "follow_high", "thanks")
        words = {name: getattr(text, name) for name in said_back}
        found += [(name, said) for name, its in words.items() if its for said in texts.check_body(
            text.channel, its, survey=True)]  # fmt: skip
        if not 0 <= text.follow_ups <= 3:
            found.append(("follow_ups", worded("choose 0 to 3")))
    return found


def advice(text: Text) -> list[Sentence]:
    """What could be better about a text that can be saved."""
    said_back = (text.reminder, text.follow_low, text.follow_mid, text.follow_high, text.thanks)
    return [*texts.advice(text.channel, text.body), *tone.advice(text.subject, "\n".join((text.body, *said_back)))]


def save(runtime: Runtime, text: Text, edition: str, by: str) -> Text:
    """Save a text; one whose id is 0 is new. `edition`: of the text as it was when somebody began to change it. Its
    name, language and channel stay. Raises TextRefused, TextMoved, NoText."""
    table = _TABLES[text.kind]
    with runtime.writing() as session:
        row = _row(session, text.kind, text.id, to_change=True) if text.id else None
        before = _text(text.kind, row) if row is not None else None
        if before is not None:
            text = replace(text, name=before.name, language=before.language, channel=before.channel)
        if found := problems(text):
            raise TextRefused(found)
        if before is None and session.execute(_there(table, text)).first():
            raise TextRefused([("name", worded("there is this text already, in this language and for this channel"))])
        if before is not None and before.edition != edition:
            raise TextMoved(text.name)
        if before is not None and before.written == text.written:
            return before
        row = row if row is not None else table(**text.written)
        for name, value in text.written.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        what = {f"saved {text.kind}": _place(text), "before": before and before.written, "after": text.written}
        audit.record(session, runtime.now(), by, what)
        return _text(text.kind, row)


def set_active(runtime: Runtime, text_id: int, active: bool, by: str) -> Text:
    """Give a piece of content no more, or again. Raises NoText."""
    with runtime.writing() as session:
        row = _row(session, TextKind.CONTENT, text_id, to_change=True)
        if row.active != active:
            row.active = active
            what = {"content": _place(_text(TextKind.CONTENT, row)), "before": not active, "after": active}
            audit.record(session, runtime.now(), by, {"gives": row.id, **what})
            session.add(row)
            session.flush()
        return _text(TextKind.CONTENT, row)


def add_starter(runtime: Runtime, by: str) -> int:
    """Put the texts that come with the product beside what is there; returns how many came in."""
    with runtime.writing() as session:
        added = starter.load(session)
        audit.record(session, runtime.now(), by, {"added texts": "starter", "before": None, "after": added})
        return added


def _in_its_place(text: Text) -> list[Problem]:
    found: list[Problem] = []
    if not _NAME.fullmatch(text.name):
        found.append(("name", worded("write small letters, digits and dashes, such as two-year-guarantee")))
    if not _LANGUAGE.fullmatch(text.language):
        found.append(("language", worded("write the code of a language, such as en or nl")))
    if text.channel not in list(Channel):
        found.append(("channel", worded("choose e-mail or SMS")))
    return found


def _too_long(text: Text) -> list[Problem]:
    written = {name: value for name, value in text.written.items() if isinstance(value, str)}
    most = {name: LONGEST.get(name, LONGEST_BODY) for name in written}
    return [
        (name, worded("write at most %(most)s characters", most=most[name]))
        for name, value in written.items()
        if len(value) > most[name]
    ]


def _in_its_link(text: Text) -> list[Problem]:
    if text.kind is not TextKind.CONTENT or not text.link:
        return []
    try:
        url = urlsplit(text.link)
        leads = url.scheme in ("http", "https") and bool(url.hostname) and text.link.isprintable()
    except ValueError:
        leads = False
    whole = leads and " " not in text.link
    return [] if whole else [("link", worded("write the whole address, such as https://example.com/guide"))]


def _there(table: type[Content | Survey], text: Text) -> sa.Select[Any]:
    place = {"name": text.name, "language": text.language, "channel": text.channel}
    return sa.select(col(table.id)).filter_by(**place)


def _row(session: Session, kind: TextKind, text_id: int, to_change: bool = False) -> Any:
    row: Any = session.get(_TABLES[kind], text_id, with_for_update=to_change or None) if 0 < text_id < 2**53 else None
    if row is None:
        raise NoText(f"{kind} {text_id}")
    return row


def _place(text: Text) -> str:
    return f"{text.name}.{text.language}.{text.channel}"


def _text(kind: TextKind, row: Any) -> Text:
    held = [field.name for field in fields(Text) if field.name != "kind" and hasattr(row, field.name)]
    return Text(kind, **{name: getattr(row, name) for name in held})
