"""What a replay is made of, wherever it comes from: a history, the texts there are, and where chance comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
Progress = Callable[[int, int], None]
AT_ONCE = 500  # customers read from the database at a time


@dataclass(frozen=True)
class Material:
    """A history from its first contact to its last (epoch seconds), and the rows of `contents` and `surveys`."""

    history: History
    begins: int
    last: int
    refused: int
    contents: Sequence[Row]
    surveys: Sequence[Row]


@dataclass(frozen=True)
class Window:
    """Contacts from one moment to just before another (epoch seconds) are replayed; None: all of them."""

    since: int | None = None
    until: int | None = None

    def holds(self, at: int) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def from_files(settings: Settings, customers: Path, contacts: Path, window: Window, seed: int) -> Material:
    """The files of `outreach import`, with the content and surveys that come with the product. All chance follows from
    the seed, as in a rehearsal. Raises UnusableFile, NothingToPlay."""
    arrivals = Arrivals.of(csv_import.read_customers(customers), csv_import.read_contacts(contacts))
    admitted = admit(arrivals, settings)
    salt = settings.model_copy(update={"secret": SecretStr(f"rehearsal {seed}")}).key("chance").hex()
    happened = [each for each in admitted.happened if window.holds(each.contact.occurred_at)]
    chance = Chance(salt, f"respondents {seed}")
    texts = (starter.contents(), starter.surveys())
    return _material(admitted.people, happened, chance, admitted.refused, texts)


def from_database(runtime: Runtime, window: Window, seed: int, progress: Progress) -> Material:
    """The organisation's own history, with today's addresses and consent, its own texts and its own draws; what
    customers do is made up from the seed. Raises NothingToPlay."""
    with runtime.reading() as session:
        ids = list(session.execute(_CUSTOMERS).scalars())
        people: list[Person] = []
        owners: dict[int, str] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            people += _people(session, runtime, some, owners)
            progress(start + len(some), len(ids))
        happened = [
            Happened(owners[row.customer_id], history.contact_of(row))
            for row in session.execute(_CONTACTS)
            if row.customer_id in owners and window.holds(row.occurred_at)
        ]
        texts = ([dict(row) for row in session.execute(_CONTENTS).mappings()], _surveys(session))
    chance = Chance(runtime.settings.key("chance").hex(), f"respondents {seed}")
    return _material(people, happened, chance, 0, texts)


_CUSTOMERS = sa.select(col(Customer.id)).where(col(Customer.erased_at).is_(None)).order_by(col(Customer.id))
_CONTACTS = sa.select(
    col(ContactEvent.customer_id), col(ContactEvent.source), col(ContactEvent.external_id), col(ContactEvent.kind),
    col(ContactEvent.touchpoint), col(ContactEvent.value), col(ContactEvent.occurred_at), col(ContactEvent.attributes),
).order_by(col(ContactEvent.occurred_at), col(ContactEvent.id))  # fmt: skip
_CONTENTS = sa.select(col(Content.name), col(Content.language), col(Content.channel)).where(col(Content.active))


def _surveys(session: Session) -> list[Row]:
    names = ("name", "language", "channel", "follow_ups", "follow_low", "follow_mid", "follow_high", "thanks")
    return [dict(row) for row in session.execute(sa.select(*[getattr(Survey, name) for name in names])).mappings()]


def _people(session: Session, runtime: Runtime, ids: Sequence[int], owners: dict[int, str]) -> list[Person]:
    customers = list(session.execute(sa.select(Customer).where(col(Customer.id).in_(ids))).scalars())
    found = []
    for past in history.pasts(session, customers, runtime.settings, runtime.now()).values():
        who = past.customer
        owners[who.id] = who.external_id
        known = {"language": who.language, "timezone": who.timezone, "account": past.account}
        found.append(
            Person(
                id=who.external_id, comes_in=who.since_at, since=who.since_at, account=past.account,
                language=past.language, zones=past.zones,
                attributes={**who.attributes, **known, "has_account": past.account is not None},
                addresses=past.addresses,
            )
        )  # fmt: skip
    return found


def _material(
    people: Sequence[Person], happened: Sequence[Happened], chance: Chance, refused: int,
    texts: tuple[Sequence[Row], Sequence[Row]],
) -> Material:  # fmt: skip
    """People come in when they became customers, but not before the first contact that is replayed."""
    if not happened:
        raise NothingToPlay("no contact is left to replay; give another span of time, or other files")
    moments = [each.contact.occurred_at for each in happened]
    begins = min(moments)
    inside = [replace(person, comes_in=max(begins, person.comes_in)) for person in people]
    return Material(History(inside, happened, chance), begins, max(moments), refused, *texts)
