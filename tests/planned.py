"""Outreaches for tests that only need them to exist, with everything the database wants to see behind them."""

import sqlalchemy as sa
from sqlmodel import Session

from outreach.lifecycle import PolicyKind, Stage
from outreach.tables import Customer, Intent, Outreach, PolicyVersion, StoredDecision, Table


def plan_outreaches(session: Session, *kinds: str, channel: str = "email") -> list[int]:
    """One outreach of each kind, each to a customer of its own (C1, C2, ...); returns their ids."""
    version = _added(
        session,
        PolicyVersion(
            name="relationship", version=1, kind=PolicyKind.POLICY, document="", published_at=0, published_by="test"
        ),
    )
    ids = []
    for number, kind in enumerate(kinds, start=1):
        customer = _added(
            session, Customer(external_id=f"C{number}", name=f"Customer {number}", since_at=0, updated_at=0)
        )
        intent = _added(session, Intent(customer_id=customer, policy="relationship", cause="rhythm", opened_at=0))
        decision = _added(
            session,
            StoredDecision(
                intent_id=intent, customer_id=customer, policy_version_id=version, guard_version_id=version,
                decided_at=0, stage=Stage.LOOK, action=kind, channel=channel, probability=1.0, findings=[], facts={},
            ),
        )  # fmt: skip
        outreach = Outreach(
            customer_id=customer, intent_id=intent, decision_id=decision, kind=kind, policy="relationship",
            policy_version_id=version, channel=channel, step=0, probability=1.0, planned_at=0, due_at=0,
        )  # fmt: skip
        ids.append(_added(session, outreach))
    return ids


def _added(session: Session, row: Table) -> int:
    session.add(row)
    session.flush()
    (row_id,) = sa.inspect(row).identity or (None,)
    assert isinstance(row_id, int)
    return row_id
