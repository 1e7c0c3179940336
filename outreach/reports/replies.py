"""What came back: newest first, or what waits for a person first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from outreach.runtime import Runtime
from outreach.tables import Customer, Outreach, Reply
from outreach.tables.incoming import waits_for_a_person

Which = Literal["all", "waiting", "unassigned", "critics", "passives", "promoters"]
BANDS: Mapping[Which, Collection[int]] = {"critics": range(7), "passives": (7, 8), "promoters": (9, 10)}
_FRONT = 2**40  # more than there are replies


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply as it was written, and what was understood of it. `received_at` in epoch seconds.

    An `unclear` one waits for a person; with `maybe_stop` its customer is left in peace until one has looked.
    """

    id: int
    received_at: int
    channel: str
    text: str
    intent: str
    score: int | None
    comment: str
    customer: str | None
    name: str | None
    policy: str | None
    unclear: bool
    maybe_stop: bool
    sure: bool

    @property
    def at(self) -> int:
        return self.received_at

    @property
    def words_add(self) -> bool:
        """Whether the words say more than the score that was read in them."""
        return self.text.strip() != str(self.score)


@dataclass(frozen=True, slots=True)
class Replies:
    """One page of replies; `next_before` is what to ask for the next one with, None on the last."""

    rows: tuple[ReplyRow, ...]
    next_before: int | None


def unclear() -> sa.ColumnElement[bool]:
    """Replies a person has to look at, and nobody has: it is not known who wrote them, or not sure what they say, or
    they ask for help. What a machine wrote waits for nobody."""
    return sa.literal_column(f"({waits_for_a_person('replies.')})", sa.Boolean)


def maybe_stop() -> sa.ColumnElement[bool]:
    """Those of them that may be a stop: the customer is left in peace until somebody has looked."""
    return unclear() & col(Reply.paused_until).is_not(None)


def place() -> sa.ColumnElement[int]:
    """Where an unclear reply stands in the queue, the highest first: those that may be a stop, then the oldest."""
    return sa.case((maybe_stop(), 2 * _FRONT), else_=_FRONT) - col(Reply.id)


def at_place(number: int) -> int:
    """The id of the reply that stands there."""
    return -number % _FRONT


def counted() -> sa.ColumnElement[bool]:
    """Replies whose score counts: of a conversation the last sure one, of somebody we know. All others are kept and
    shown."""
    first, later = sa.func.coalesce(col(Reply.continues_id), col(Reply.id)), aliased(Reply)
    same = (col(later.continues_id) == first) | (col(later.id) == col(Reply.continues_id))
    after = (col(later.received_at) > col(Reply.received_at)) | (
        (col(later.received_at) == col(Reply.received_at)) & (col(later.id) > col(Reply.id))
    )
    corrected = sa.exists().where(same, after, col(later.score).is_not(None), col(later.sure)).correlate(Reply)
    return col(Reply.score).is_not(None) & col(Reply.sure) & col(Reply.customer_id).is_not(None) & ~corrected


def rows() -> Any:
    """A statement for what makes a ReplyRow, of every reply."""
    return (
        sa.select(
            col(Reply.id), col(Reply.received_at), col(Reply.channel), col(Reply.text), col(Reply.intent),
            col(Reply.score), col(Reply.comment), col(Customer.external_id), col(Customer.name), col(Outreach.policy),
            unclear(), maybe_stop(), col(Reply.sure),
        )
        .join(Customer, col(Customer.id) == col(Reply.customer_id), isouter=True)
        .join(Outreach, col(Outreach.id) == col(Reply.outreach_id), isouter=True)
    )  # fmt: skip


def replies(runtime: Runtime, which: Which = "all", before: int | None = None, most: int = 25) -> Replies:
    """Replies with an id below `before`, newest first, at most so many. What waits stands in the order of the queue,
    and `before` is a place in it."""
    by = place() if which == "waiting" else col(Reply.id)
    query = rows().add_columns(by).where(_only(which)).order_by(by.desc()).limit(most + 1)
    if before is not None:
        query = query.where(by < before)
    with runtime.reading() as session:
        found = session.execute(query).all()
    return Replies(
        tuple(ReplyRow(*row[:-1]) for row in found[:most]), found[most - 1][-1] if len(found) > most else None
    )


def counts(runtime: Runtime) -> dict[Which, int]:
    """How many replies wait for a person, or for somebody to say whose they are."""
    piles: tuple[Which, ...] = ("waiting", "unassigned")
    how_many = (sa.select(sa.func.count()).select_from(Reply).where(_only(pile)).scalar_subquery() for pile in piles)
    with runtime.reading() as session:
        return dict(zip(piles, session.execute(sa.select(*how_many)).one(), strict=True))


def _only(which: Which) -> sa.ColumnElement[bool]:
    if which in BANDS:
        return counted() & col(Reply.score).in_(BANDS[which])
    return {"all": sa.true(), "waiting": unclear(), "unassigned": col(Reply.customer_id).is_(None)}[which]
