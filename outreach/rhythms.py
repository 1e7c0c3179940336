"""Rhythms: one standing intent for every customer and live policy with a rhythm, the first turns spread over time."""

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import policy_book
from outreach.lifecycle import IntentState
from outreach.optout import OPTED_OUT
from outreach.policy_book import Live
from outreach.runtime import Runtime
from outreach.tables import Customer, Intent
from policies.chance import draw

CAUSE = "rhythm"
AT_ONCE = 5_000  # customers a transaction


def open_rhythms(runtime: Runtime) -> int:
    """Open the standing intents that are missing: new customers, new policies. Returns how many."""
    with runtime.reading() as session:
        policies = [live for live in policy_book.in_force(session).policies.values() if live.policy.rhythm]
    return sum(_open_missing(runtime, live) for live in policies)


def _open_missing(runtime: Runtime, live: Live) -> int:
    opened = 0
    while True:
        with runtime.writing() as session:
            missing = _without(session, live.policy.name)
            if missing:
                session.execute(sa.insert(Intent), [_standing(runtime, live, *customer) for customer in missing])
        opened += len(missing)
        if len(missing) < AT_ONCE:
            return opened


def resume(session: Session, customer_id: int, now: int) -> None:
    """Let the turns that an opt-out had ended come again, none of them early, for who took it back."""
    due_at = sa.case((col(Intent.opened_at) > now, col(Intent.opened_at)), else_=now)
    session.execute(
        sa.update(Intent)
        .where(col(Intent.customer_id) == customer_id, col(Intent.cause) == CAUSE)
        .where(col(Intent.state) == IntentState.CANCELLED, col(Intent.reason) == OPTED_OUT)
        .values(state=IntentState.OPEN, reason=None, look_at=due_at)
    )


def _without(session: Session, policy: str) -> list[tuple[int, str]]:
    """Customers without the standing intent. Two clocks at once wait for each other, so that each opens its own."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"rhythm {policy}"))))
    has = sa.exists().where(
        col(Intent.customer_id) == col(Customer.id), col(Intent.policy) == policy, col(Intent.cause) == CAUSE
    )
    rows = session.execute(
        sa.select(col(Customer.id), col(Customer.external_id))
        .where(~has, col(Customer.erased_at).is_(None))
        .order_by(col(Customer.id))
        .limit(AT_ONCE)
    )
    return [(customer_id, external_id) for customer_id, external_id in rows]


def _standing(runtime: Runtime, live: Live, customer_id: int, external_id: str) -> dict[str, object]:
    rhythm, now = live.policy.rhythm, runtime.now()
    spread = (rhythm.spread if rhythm.spread is not None else rhythm.every) if rhythm else 0
    share = draw(runtime.settings.key("chance").hex(), "spread", external_id, live.policy.name)
    turn_at = now + int(spread * share)
    return {
        "customer_id": customer_id,
        "policy": live.policy.name,
        "cause": CAUSE,
        "state": IntentState.OPEN,
        "opened_at": turn_at,
        "look_at": turn_at,
        "steps": 0,
    }
