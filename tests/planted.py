"""The bugs that others have had, planted on purpose: a test that does not notice them proves nothing."""

import time
from threading import Thread

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import hooks, reconciling
from outreach.hooks import Call
from outreach.lifecycle import Consent, IntentState, OutreachState
from outreach.optout import Wanted
from outreach.runtime import Runtime
from outreach.tables import Attempt, ConsentEvent, Customer, Intent, LedgerEntry, Outreach
from outreach.tables.columns import CHANNELS

ANSWERS_SOONER = 0.5  # seconds


def send_again(runtime: Runtime) -> None:
    """What a dead worker left is planned once more."""
    with runtime.writing() as session:
        late = (
            sa.select(col(Attempt.outreach_id))
            .where(col(Attempt.outcome).is_(None), col(Attempt.lease_until) <= runtime.now())
        )  # fmt: skip
        ids = list(session.execute(late).scalars())
        for table in (Attempt, LedgerEntry):
            session.execute(sa.delete(table).where(col(table.outreach_id).in_(ids)))
        session.execute(sa.update(Outreach).where(col(Outreach.id).in_(ids)).values(state=OutreachState.PLANNED))
        intents = sa.select(col(Outreach.intent_id)).where(col(Outreach.id).in_(ids))
        session.execute(
            sa.update(Intent)
            .where(col(Intent.id).in_(intents))
            .values(state=IntentState.OPEN, steps=col(Intent.steps) - 1)
        )


def answer_first(runtime: Runtime, call: Call) -> list[int]:
    """The provider has its 2xx before anything is committed."""

    def store() -> None:
        time.sleep(ANSWERS_SOONER)
        hooks.store(runtime, arrivals)

    arrivals = hooks.admit(runtime.settings, call)
    Thread(target=store, daemon=True).start()
    return []


def only_note_it(session: Session, customer: Customer, wanted: Wanted) -> None:
    """A stop is written down, and nothing heeds it."""
    for channel in CHANNELS:
        what = Consent.WITHDRAWN
        session.add(
            ConsentEvent(
                customer_id=customer.id, channel=channel, what=what, at=wanted.at, how=wanted.how, by=wanted.by
            )
        )


BUGS = {"send_again": (reconciling, "reconcile", send_again), "answer_first": (hooks, "receive", answer_first)}
"""By name: what it takes the place of."""
