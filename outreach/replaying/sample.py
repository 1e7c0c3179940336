"""Some of the organisation's customers, drawn at random with all that happened to them: what a page replays at once.

It is kept in memory until the history changes, and is as large as can be replayed twice in a fifth of a second here.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import history
from outreach.rehearsal.history import NothingToPlay
from outreach.replaying.material import THERE, Chances, Material, assembled, people_in, texts, unseen
from outreach.replaying.replay import Documents, replay
from outreach.replaying.runs import state_of
from outreach.runtime import Runtime
from outreach.tables import ContactEvent, Customer
from policies.replay.history import Happened, Person
from policies.said import worded

SECONDS = 0.2
FEWEST, MOST = 50, 5_000  # customers
GROUPS = 30  # accounts, and customers of none, at least
_SPREAD = 2_654_435_761  # neighbours are thrown far apart; Knuth's multiplier
_MODULUS = 2**32
AT_ONCE = 500


@dataclass(frozen=True)
class Sample:
    """What is replayed of how many customers in all."""

    material: Material
    customers: int


_kept: dict[str, tuple[Any, Sample]] = {}
_drawing = Lock()


def sample(runtime: Runtime, documents: Documents) -> Sample:
    """The sample of today's history. Raises NothingToPlay."""
    place = str(runtime.engine.url)
    with runtime.reading() as session:
        state = state_of(session, runtime.now())
    with _drawing:
        if place not in _kept or _kept[place][0] != state:
            _kept[place] = (state, _drawn(runtime, documents))
        return _kept[place][1]


def forget() -> None:
    """Draw anew the next time."""
    with _drawing:
        _kept.clear()


def _drawn(runtime: Runtime, documents: Documents) -> Sample:
    with runtime.reading() as session:
        customers = session.execute(sa.select(sa.func.count()).select_from(Customer).where(THERE)).scalar_one()
        ends = _ends(session)
        if not customers:
            raise NothingToPlay(worded("there is no customer any more; import customers first"))
        few = _read(session, runtime, FEWEST / max(customers, 1), ends)
        replay(few, documents, unseen)  # compiles, or loads what was compiled
        began = time.perf_counter()
        replay(few, documents, unseen)
        took = time.perf_counter() - began
        wanted = min(MOST, max(FEWEST, int(len(few.history.people) * SECONDS / (2.0 * took))))
        return Sample(_read(session, runtime, wanted / max(customers, 1), ends), customers)


def _ends(session: Session) -> tuple[int, int]:
    """When the first and the last contact of all were: the weeks are those of a replay of everything."""
    moments = [function(col(ContactEvent.occurred_at)) for function in (sa.func.min, sa.func.max)]
    first, last = session.execute(sa.select(*moments)).one()
    if first is None:
        raise NothingToPlay(worded("nothing has happened between you and your customers yet; import contacts first"))
    return first, last


def _read(session: Session, runtime: Runtime, share: float, ends: tuple[int, int]) -> Material:
    drawn = _customers(session, share)
    while _too_few(drawn) and share < 1.0:  # where accounts are large, few may be drawn, or none
        share *= 4.0
        drawn = _customers(session, share)
    people: list[Person] = []
    happened: list[Happened] = []
    for start in range(0, len(drawn), AT_ONCE):
        some = people_in(session, runtime, drawn[start : start + AT_ONCE])
        people += [person for _, person in some]
        happened += _happened(session, {who.id: who.external_id for who, _ in some})
    salt = runtime.settings.key("chance").hex()
    return assembled(people, happened, ends, Chances().of(salt), texts(session))


def _customers(session: Session, share: float) -> list[Customer]:
    query = sa.select(Customer).where(THERE, _is_drawn(share)).order_by(col(Customer.id))
    return list(session.execute(query).scalars())


def _too_few(drawn: Sequence[Customer]) -> bool:
    """Too few to tell how much customers, and accounts, differ."""
    groups = {-who.id if who.account_id is None else who.account_id for who in drawn}
    return len(drawn) < FEWEST or len(groups) < GROUPS


def _is_drawn(share: float) -> sa.ColumnElement[bool]:
    """Whole accounts at a time: their people hold each other back."""
    account = sa.func.coalesce(col(Customer.account_id) * 2 + 1, col(Customer.id) * 2)
    return (account * _SPREAD) % _MODULUS < int(min(1.0, share) * _MODULUS)


def _happened(session: Session, owners: dict[int, str]) -> list[Happened]:
    rows = session.execute(
        sa.select(ContactEvent)
        .where(col(ContactEvent.customer_id).in_(list(owners)))
        .order_by(col(ContactEvent.occurred_at), col(ContactEvent.id))
    ).scalars()
    return [Happened(owners[row.customer_id], history.contact_of(row)) for row in rows]


def sizes_of(material: Material) -> Sequence[int]:
    """How many people each group has."""
    groups = [int(first) for first in material.history.columns["groups"]]
    return [later - first for first, later in pairwise(groups)]
