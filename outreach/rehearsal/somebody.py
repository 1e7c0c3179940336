"""One made-up customer, to see what a real one would get: written to as all are, under a moved clock, in a database
that is thrown away, with the policies and texts of this installation. Nothing of it reaches anybody, or is counted.

What this customer does is what they are told. Chance does not keep them out: nobody is in a never-asked group here,
and every sample takes everybody.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import phonenumbers
import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel
from outreach import policy_book
from outreach.lifecycle import TALK, Consent, Kind
from outreach.rehearsal.history import History, Row
from outreach.rehearsal.play import DAY, HOUR, MovedClock, Play
from outreach.rehearsal.respondents import Deed, Reaction, Respondents
from outreach.rehearsal.stage import Furniture, furnish, temporary
from outreach.reports.timeline import ConsentChanged, Entry, Sent, timeline
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Content, Survey
from policies.policy import Guard, Policy

WHO, NAME = "rehearsal", "Sam"
LONGEST = 200  # days that are looked ahead
AFTER = HOUR  # seconds after a message in which they do something with it
KNOWN_FOR = 3 * 365 * DAY  # seconds: no rest for new customers holds them back


@dataclass(frozen=True, slots=True)
class Part:
    """The customer, and what happens to them at the beginning: a contact worth `value` (0-100).

    `channels` are those they may be reached by, `days` how far to look ahead. `does` is what they do with their n-th
    message of a class, by class and n: words are an answer; content is opened where there are any. `known` is what is
    known besides, by name, of the customer and of the contact.
    """

    language: str
    channels: tuple[str, ...]
    kind: str
    touchpoint: str
    value: float
    days: int = 60
    does: Mapping[tuple[str, int], str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that reached them at `at` (epoch seconds): the `number`-th of its class."""

    at: int
    sent: Sent
    number: int
    what: str = "seen"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of it, oldest first, from `begins` until `ends` (epoch seconds)."""

    entries: tuple[Entry | Seen, ...]
    begins: int
    ends: int
    zone: str


def rehearse(runtime: Runtime, part: Part, draft: Guard | Policy | None = None) -> Rehearsed:
    """Play the days after a contact at this moment. A `draft` takes the place of what has its name. Raises NoGuard,
    NoSurvey, PolicyRefused, Refused."""
    begins = runtime.now()
    ends = begins + min(part.days, LONGEST) * DAY
    zone = next(iter(runtime.settings.zones_at_home), "Europe/Amsterdam")
    time = MovedClock(begins)
    with temporary(runtime.settings, 0, time) as stage:
        furnish(stage, _furniture(runtime, draft), "rehearsal")
        customers, contacts = [_customer(runtime.settings, part, zone, begins)], [_contact(part, begins)]
        played = Play(stage, time, History.of(customers, contacts), _Told(part.does)).run(ends)
        if played.refused:
            raise Refused
        return Rehearsed(tuple(_told(stage)), begins, ends, zone)


class Refused(Exception):
    """The door refuses this customer or this contact, as it would a real one."""


class _Told(Respondents):
    """A customer who does what they are told, and nothing else."""

    def __init__(self, does: Mapping[tuple[str, int], str]) -> None:
        super().__init__(0)
        self._does = does

    def react(self, customer: str, kind: str, number: int) -> Reaction | None:
        words = self._does.get((kind, number), "")
        if not words:
            return None
        return Reaction(Deed.USED, AFTER) if kind == Kind.CONTENT else Reaction(Deed.SAID, AFTER, words=words)


def _furniture(runtime: Runtime, draft: Guard | Policy | None) -> Furniture:
    """What is in force and on the shelf, with nothing left to chance."""
    with runtime.reading() as session:
        book = policy_book.in_force(session)
        contents = session.execute(sa.select(Content.__table__).where(col(Content.active)))  # type: ignore[attr-defined]
        surveys = session.execute(sa.select(Survey.__table__))  # type: ignore[attr-defined]
        texts = [[_without_id(row._mapping) for row in rows] for rows in (contents, surveys)]
    policies = {name: live.policy for name, live in book.policies.items()}
    if isinstance(draft, Policy):
        policies[draft.name] = draft
    guard = draft if isinstance(draft, Guard) else book.guard
    documents = [guard.model_copy(update={"never_asked": 0.0}).to_toml()]
    documents += [policy.model_copy(update={"sampling": 1.0}).to_toml() for policy in policies.values()]
    return Furniture(documents, *texts)


def _without_id(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if name != "id"}


def _customer(settings: Settings, part: Part, zone: str, now: int) -> Row:
    example = phonenumbers.example_number_for_type(settings.default_country, phonenumbers.PhoneNumberType.MOBILE)
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164) if example else ""
    by_mail, by_sms = Channel.EMAIL in part.channels, Channel.SMS in part.channels
    return {
        "external_id": WHO,
        "name": NAME,
        "email": "sam@example.com" if by_mail else "",
        "phone": number if by_sms else "",
        "language": part.language,
        "timezone": zone,
        "consent_email": "yes" if by_mail else "",
        "consent_sms": "yes" if by_sms else "",
        "created_at": _written(now - KNOWN_FOR),
        "attributes": dict(part.known),
    }


def _contact(part: Part, now: int) -> Row:
    return {
        "external_id": WHO,
        "customer": WHO,
        "kind": part.kind,
        "touchpoint": part.touchpoint,
        "value": part.value,
        "occurred_at": _written(now),
        "attributes": dict(part.known),
    }


def _written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _told(stage: Runtime) -> list[Entry | Seen]:
    """All of it, oldest first; what they say comes before what it brings."""
    entries: list[Entry] = []
    page = timeline(stage, WHO)
    while page is not None:
        entries += page.entries
        page = timeline(stage, WHO, page.earlier) if page.earlier is not None else None
    entries.sort(key=lambda entry: (entry.at, isinstance(entry, Sent) and entry.kind in TALK))
    numbers: Counter[str] = Counter()
    return [_seen(entry, numbers) for entry in entries if not _is_given(entry)]


def _seen(entry: Entry, numbers: "Counter[str]") -> Entry | Seen:
    if not isinstance(entry, Sent) or not entry.body:
        return entry
    numbers[entry.kind] += 1
    return Seen(entry.at, entry, numbers[entry.kind])


def _is_given(entry: Entry) -> bool:
    """The consent they came in with is no news."""
    return isinstance(entry, ConsentChanged) and entry.consent == Consent.GIVEN
