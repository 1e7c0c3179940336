"""What a replay is made of, wherever it comes from: a history, the texts there are, and where chance comes from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, col

from outreach import csv_import, history, starter
from outreach.rehearsal.history import History as Arrivals
from outreach.rehearsal.history import NothingToPlay
from outreach.replaying.files import admit
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import ContactEvent, Content, Customer, Survey
from policies.replay.history import Chance, Happened, History, Person

Row = Mapping[str, object]
Texts = tuple[Sequence[Row], Sequence[Row]]
Progress = Callable[[int, int], None]
AT_ONCE = 500  # customers read from the database at a time


@dataclass(frozen=True)
class Material:
    """A history from its first contact to its last (epoch seconds), the rows of `contents` and `surveys`, and which
    rows of files were refused, with the reason."""

    history: History
    begins: int
    last: int
    refused: Sequence[str]
    contents: Sequence[Row]
    surveys: Sequence[Row]


@dataclass(frozen=True)
class Window:
    """Contacts from one moment to just before another (epoch seconds) are replayed; None: all of them."""

    since: int | None = None
    until: int | None = None

    def holds(self, at: int) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Chances:
    """Where made-up customers' doings come from (a seed), and by which attribute of customers counts are kept."""

    seed: int = 0
    segment: str = "language"

    def of(self, salt: str) -> "Counted":
        return Counted(Chance(salt, f"respondents {self.seed}"), self.segment)


class Counted(NamedTuple):
    chance: Chance
    segment: str


def from_files(settings: Settings, customers: Path, contacts: Path, window: Window, chances: Chances) -> Material:
    """The files of `outreach import`, with the content and surveys that come with the product. All chance follows from
    the seed, as in a rehearsal. Raises UnusableFile, NothingToPlay, TooManySegments."""
    arrivals = Arrivals.of(csv_import.read_customers(customers), csv_import.read_contacts(contacts))
    admitted = admit(arrivals, settings)
    salt = settings.model_copy(update={"secret": SecretStr(f"rehearsal {chances.seed}")}).key("chance").hex()
    happened = [each for each in admitted.happened if window.holds(each.contact.occurred_at)]
    there = (starter.contents(), starter.surveys())
    found = assembled(admitted.people, happened, ends_of(happened), chances.of(salt), there)
    return replace(found, refused=admitted.refused)


def from_database(runtime: Runtime, window: Window, chances: Chances, progress: Progress) -> Material:
    """The organisation's own history, with today's addresses and consent, its own texts and its own draws; what
    customers do is made up from the seed. Raises NothingToPlay, TooManySegments."""
    people: list[Person] = []
    owners: dict[int, str] = {}
    with runtime.reading() as session:
        for some in people_of(session, runtime, progress):
            people += [person for _, person in some]
            owners |= {who.id: who.external_id for who, _ in some}
        happened = [
            Happened(owners[row.customer_id], history.contact_of(row))
            for row in session.execute(_CONTACTS)
            if row.customer_id in owners and window.holds(row.occurred_at)
        ]
        there = texts(session)
    return assembled(people, happened, ends_of(happened), chances.of(runtime.settings.key("chance").hex()), there)


def people_of(session: Session, runtime: Runtime, progress: Progress) -> Iterator[list[tuple[Customer, Person]]]:
    """Everybody who was not erased, in order of id, some at a time."""
    count = session.execute(sa.select(sa.func.count()).select_from(Customer).where(THERE)).scalar_one()
    done, last = 0, 0
    while some := list(session.execute(_some_after(last)).scalars()):
        done, last = done + len(some), some[-1].id
        yield people_in(session, runtime, some)
        session.expunge_all()
        progress(done, count)


THERE = col(Customer.erased_at).is_(None)


def _some_after(last: int) -> sa.Select[Any]:
    return sa.select(Customer).where(THERE, col(Customer.id) > last).order_by(col(Customer.id)).limit(AT_ONCE)


def texts(session: Session) -> Texts:
    """The content that is given, and the surveys."""
    return [dict(row) for row in session.execute(_CONTENTS).mappings()], _surveys(session)


_CONTACTS = sa.select(
    col(ContactEvent.customer_id), col(ContactEvent.source), col(ContactEvent.external_id), col(ContactEvent.kind),
    col(ContactEvent.touchpoint), col(ContactEvent.value), col(ContactEvent.occurred_at), col(ContactEvent.attributes),
).order_by(col(ContactEvent.occurred_at), col(ContactEvent.id))  # fmt: skip
_CONTENTS = sa.select(col(Content.name), col(Content.language), col(Content.channel)).where(col(Content.active))


def _surveys(session: Session) -> list[Row]:
    names = ("name", "language", "channel", "follow_ups", "follow_low", "follow_mid", "follow_high", "thanks")
    return [dict(row) for row in session.execute(sa.select(*[getattr(Survey, name) for name in names])).mappings()]


def people_in(session: Session, runtime: Runtime, customers: Sequence[Customer]) -> list[tuple[Customer, Person]]:
    """These customers as a replay knows them, with today's addresses and consent."""
    found = []
    for past in history.pasts(session, customers, runtime.settings, runtime.now()).values():
        who = past.customer
        known = {"language": who.language, "timezone": who.timezone, "account": past.account}
        person = Person(
            id=who.external_id, comes_in=who.since_at, since=who.since_at, account=past.account,
            language=past.language, zones=past.zones,
            attributes={**who.attributes, **known, "has_account": past.account is not None},
            addresses=past.addresses,
        )  # fmt: skip
        found.append((who, person))
    return found


def ends_of(happened: Sequence[Happened]) -> tuple[int, int]:
    """When the first and the last contact were. Raises NothingToPlay."""
    if not happened:
        raise NothingToPlay("no contact is left to replay; give another span of time, or other files")
    moments = [each.contact.occurred_at for each in happened]
    return min(moments), max(moments)


def assembled(
    people: Sequence[Person], happened: Sequence[Happened], ends: tuple[int, int], counted: Counted, texts: Texts
) -> Material:
    """People come in when they became customers, but not before the first contact that is replayed."""
    inside = [replace(person, comes_in=max(ends[0], person.comes_in)) for person in people]
    return Material(History(inside, happened, *counted), *ends, (), *texts)
