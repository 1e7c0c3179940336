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
from outreach.replaying import reading
from outreach.replaying.files import admit
from outreach.replaying.window import Window
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Content, Customer, Survey
from policies.replay.contacts import Contacts
from policies.replay.history import Chance, Happened, History, Person
from policies.said import worded

Row = Mapping[str, object]
Texts = tuple[Sequence[Row], Sequence[Row]]
Progress = Callable[[int, int], None]
AT_ONCE = 500  # customers read from the database at a time


def unseen(done: int, of: int) -> None:
    """Progress that nobody looks at."""


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
class Chances:
    """Where made-up customers' doings come from (a seed), and by which attribute of customers counts are kept."""

    seed: int = 0
    segment: str = "language"

    def of(self, salt: str) -> "Counted":
        return Counted(Chance(salt, f"respondents {self.seed}"), self.segment)


class Files(NamedTuple):
    """The two files of `outreach import`; nothing in them can have happened after `today` (epoch seconds)."""

    customers: Path
    contacts: Path
    today: int


class Counted(NamedTuple):
    chance: Chance
    segment: str


def from_files(settings: Settings, files: Files, window: Window, chances: Chances) -> Material:
    """The files of `outreach import`, with the content and surveys that come with the product. All chance follows from
    the seed, as in a rehearsal. Raises UnusableFile, NothingToPlay, TooManySegments."""
    customers, contacts = csv_import.read_customers(files.customers), csv_import.read_contacts(files.contacts)
    admitted = admit(Arrivals.of(customers.items, contacts.items, files.today), settings)
    refused = [*customers.refused, *contacts.refused, *admitted.refused]
    salt = settings.model_copy(update={"secret": SecretStr(f"rehearsal {chances.seed}")}).key("chance").hex()
    happened = [each for each in admitted.happened if window.holds(each.contact.occurred_at)]
    if not happened and refused:
        raise NothingToPlay(f"no contact is left to replay; of {len(refused):,} refused rows the first is {refused[0]}")
    there = (starter.contents(), starter.surveys())
    found = assembled(admitted.people, happened, ends_of(happened), chances.of(salt), there)
    return replace(found, refused=refused)


def from_database(runtime: Runtime, window: Window, chances: Chances, progress: Progress) -> Material:
    """The organisation's own history, with today's addresses and consent, its own texts and its own draws; what
    customers do is made up from the seed. Raises NothingToPlay, TooManySegments."""
    people: list[Person] = []
    ids: list[int] = []
    with runtime.reading() as session:
        for some in people_of(session, runtime, progress):
            people += [person for _, person in some]
            ids += [who.id for who, _ in some]
        happened = reading.contacts(session, ids, window)
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


_CONTENTS = sa.select(col(Content.name), col(Content.language), col(Content.channel)).where(col(Content.active))


def _surveys(session: Session) -> list[Row]:
    names = ("name", "language", "channel", "follow_ups", "follow_low", "follow_mid", "follow_high", "thanks")
    return [dict(row) for row in session.execute(sa.select(*[getattr(Survey, name) for name in names])).mappings()]


def people_in(session: Session, runtime: Runtime, customers: Sequence[Customer]) -> list[tuple[Customer, Person]]:
    """These customers as a replay knows them, with today's addresses and consent."""
    found = []
    reached = history.reached(session, customers, runtime.settings)
    for who in customers:
        how = reached[who.id]
        known = {"language": who.language, "timezone": who.timezone, "account": how.account}
        person = Person(
            id=who.external_id, comes_in=who.since_at, since=who.since_at, account=how.account,
            language=how.language, zones=how.zones,
            attributes={**who.attributes, **known, "has_account": how.account is not None},
            addresses=how.addresses,
        )  # fmt: skip
        found.append((who, person))
    return found


def ends_of(happened: Sequence[Happened] | Contacts) -> tuple[int, int]:
    """When the first and the last contact were. Raises NothingToPlay."""
    if not len(happened):
        raise NothingToPlay(
            worded("no contact is left to replay; import some first, or give other files or another span")
        )
    if isinstance(happened, Contacts):
        return int(min(happened.moments)), int(max(happened.moments))
    moments = [each.contact.occurred_at for each in happened]
    return min(moments), max(moments)


def assembled(
    people: Sequence[Person],
    happened: Sequence[Happened] | Contacts,
    ends: tuple[int, int],
    counted: Counted,
    texts: Texts,
) -> Material:
    """People come in when they became customers, but not before the first contact that is replayed."""
    inside = [replace(person, comes_in=max(ends[0], person.comes_in)) for person in people]
    return Material(History(inside, happened, *counted), *ends, (), *texts)
