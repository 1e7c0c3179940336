"""What came back, newest first."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from outreach.answers import Intent
from outreach.runtime import Runtime
from outreach.tables import Customer, Outreach, Reply

Which = Literal["all", "unclear", "critics", "promoters"]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply as it was written, and what was understood of it. `received_at` in epoch seconds."""

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

    @property
    def words_add(self) -> bool:
        """Whether the words say more than the score that was read in them."""
        return self.text.strip() != str(self.score)


@dataclass(frozen=True, slots=True)
class Replies:
    """One page of replies; `next_before` is the id to ask for the next one with, None on the last."""

    rows: tuple[ReplyRow, ...]
    next_before: int | None


def unclear() -> sa.ColumnElement[bool]:
    """Replies a person has to look at, and nobody has: it is not known who wrote them, or not sure what they say, or
    they ask for help. What a machine wrote waits for nobody."""
    unsure = col(Reply.customer_id).is_(None) | col(Reply.sure).is_(False)
    waits = unsure | col(Reply.intent).in_((Intent.UNCLEAR, Intent.HELP))
    return waits & col(Reply.looked_at).is_(None) & (col(Reply.intent) != Intent.AUTOMATIC)


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


def replies(runtime: Runtime, which: Which = "all", before: int | None = None, most: int = 25) -> Replies:
    """Replies with an id below `before`, newest first, at most so many."""
    query = (
        sa.select(
            col(Reply.id), col(Reply.received_at), col(Reply.channel), col(Reply.text), col(Reply.intent),
            col(Reply.score), col(Reply.comment), col(Customer.external_id), col(Customer.name), col(Outreach.policy),
            unclear(),
        )
        .join(Customer, col(Customer.id) == col(Reply.customer_id), isouter=True)
        .join(Outreach, col(Outreach.id) == col(Reply.outreach_id), isouter=True)
        .where(_only(which))
        .order_by(col(Reply.id).desc())
        .limit(most + 1)
    )  # fmt: skip
    if before is not None:
        query = query.where(col(Reply.id) < before)
    with runtime.reading() as session:
        rows = tuple(ReplyRow(*row) for row in session.execute(query))
    return Replies(rows[:most], rows[most - 1].id if len(rows) > most else None)


def _only(which: Which) -> sa.ColumnElement[bool]:
    return {
        "all": sa.true(),
        "unclear": unclear(),
        "critics": counted() & (col(Reply.score) <= 6),
        "promoters": counted() & (col(Reply.score) >= 9),
    }[which]
