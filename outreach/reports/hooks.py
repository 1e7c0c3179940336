"""How the hooks are doing: what came in last, what was refused, and what nobody could take in."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.hooks import KINDS
from outreach.lifecycle import InboxState
from outreach.tables import InboxMessage, Quarantined

HOUR = 3_600
FEW, SHARE = 5, 0.05
"""Fewer refused calls in an hour are strangers trying the door; so is a smaller share of all calls."""


@dataclass(frozen=True, slots=True)
class HookHealth:
    """One kind of call. `last_at` is when the last genuine one came (epoch seconds, None: never); `stored` and
    `refused` count those of the last hour; `kept_aside` and `parked` all that are there."""

    provider: str
    kind: str
    last_at: int | None
    stored: int
    refused: int
    kept_aside: int
    parked: int

    @property
    def alarming_share(self) -> bool:
        """So much was refused that a key may be wrong."""
        return self.refused >= FEW and self.refused > SHARE * (self.refused + self.stored)

    @property
    def alarming(self) -> bool:
        """A person should look."""
        return self.alarming_share or self.parked > 0


def hooks_health(session: Session, now: int) -> list[HookHealth]:
    """The health of every kind of call there is a hook for."""
    return [_health(session, provider, kind, now) for provider, kind in KINDS]


def _health(session: Session, provider: str, kind: str, now: int) -> HookHealth:
    came = (col(InboxMessage.provider) == provider) & (col(InboxMessage.kind) == kind)
    refused = (col(Quarantined.provider) == provider) & (col(Quarantined.kind) == kind)
    count, lately = sa.func.count(), now - HOUR
    aside, refused_lately = session.execute(
        sa.select(count, count.filter(col(Quarantined.received_at) > lately)).where(refused)
    ).one()
    return HookHealth(
        provider,
        kind,
        last_at=session.scalar(sa.select(sa.func.max(col(InboxMessage.received_at))).where(came)),
        stored=session.scalar(sa.select(count).where(came, col(InboxMessage.received_at) > lately)) or 0,
        refused=refused_lately,
        kept_aside=aside,
        parked=session.scalar(sa.select(count).where(came, col(InboxMessage.state) == InboxState.PARKED)) or 0,
    )
