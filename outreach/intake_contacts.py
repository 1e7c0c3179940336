"""Storing contact events that passed the door, and opening the intents of the policies they may matter to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from outreach.bulk import columns, insert_into, load, temporary
from outreach.database import among
from outreach.intake_forms import ContactForm
from outreach.lifecycle import IntentState, PolicyKind, PolicyState
from outreach.receipts import Receipt, Result, refused
from outreach.tables import ContactEvent, Customer, Intent, PolicyVersion
from policies.policy import ContactTerms, Policy

SUPERSEDED = "a newer contact of the same kind"
_KEPT = ("kind", "occurred_at")
_NOTHING_TO_DO = (Result.UNCHANGED, Result.REFUSED)
_EVENTS, _INTENTS = columns(ContactEvent), columns(Intent)
_ARRIVING = temporary(
    "arriving_contacts",
    sa.Column("customer_id", sa.BigInteger),
    sa.Column("external_id", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("touchpoint", sa.Text),
    sa.Column("value", sa.Double),
    sa.Column("occurred_at", sa.BigInteger),
    sa.Column("attributes", sa.JSON),
)


def store_contacts(
    session: Session, forms: Sequence[ContactForm], source: str, now: int
) -> tuple[list[Receipt], list[int]]:
    """A receipt for every form, and the ids of the customers for whom a look is due at once.

    The external ids of the forms are all different. The customers are locked until the transaction ends.
    """
    customers = _lock_customers(session, {form.customer for form in forms})
    load(session, _ARRIVING, (_cells(form, customers[form.customer]) for form in forms if form.customer in customers))
    met = {row.external_id: row for row in session.execute(_met_before(source))}
    receipts = [_judge(form, customers.get(form.customer), met.get(form.external_id)) for form in forms]
    _forget(session, [receipt.external_id for receipt in receipts if receipt.result in _NOTHING_TO_DO])
    inserted = set(session.scalars(_inserting(session, source, now)))
    changed = [
        _changed(form, met[form.external_id])
        for form, receipt in zip(forms, receipts, strict=True)
        if receipt.result is Result.UPDATED
    ]
    if changed:
        session.execute(sa.update(ContactEvent), changed)
    due = _open_intents(session, source, now)
    return [_arrived(receipt, inserted) for receipt in receipts], due


def _lock_customers(session: Session, external_ids: Iterable[str]) -> dict[str, int]:
    wanted = select(Customer.external_id, Customer.id).where(among(session, Customer.external_id, external_ids))
    return dict(session.exec(wanted.order_by(col(Customer.id)).with_for_update(key_share=True)).all())


def _cells(form: ContactForm, customer_id: int) -> tuple[object, ...]:
    attributes = json.dumps(merged({}, form.attributes)) if form.attributes else "{}"
    return customer_id, form.external_id, form.kind, form.touchpoint, form.value, form.occurred_at, attributes


def merged(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after hearing what was said: null removes a name, a name that is left out stays."""
    return {name: value for name, value in {**known, **said}.items() if value is not None}


def _met_before(source: str) -> sa.Select[Any]:
    """Those of the arriving contacts that came in before, as they are now."""
    e = _EVENTS.c
    known = sa.select(e.external_id, e.id, e.customer_id, e.kind, e.touchpoint, e.value, e.occurred_at, e.attributes)
    return known.where(e.source == source, e.external_id.in_(sa.select(_ARRIVING.c.external_id)))


def _judge(form: ContactForm, customer_id: int | None, met: sa.Row[Any] | None) -> Receipt:
    if customer_id is None:
        return refused(form.external_id, "customer", "is not known; import the customer first")
    if met is None:
        return Receipt(form.external_id, Result.CREATED)
    if met.customer_id != customer_id:
        return refused(form.external_id, "customer", "is not the one this contact first came in for")
    kept = (name for name in _KEPT if getattr(form, name) != getattr(met, name))
    said = (form.touchpoint, form.value, merged(met.attributes, form.attributes))
    result = Result.UNCHANGED if said == (met.touchpoint, met.value, met.attributes) else Result.UPDATED
    return Receipt(form.external_id, result, notes=tuple(f"{name} stays as it first came in" for name in kept))


def _forget(session: Session, external_ids: Sequence[str]) -> None:
    if external_ids:
        session.execute(sa.delete(_ARRIVING).where(among(session, _ARRIVING.c.external_id, external_ids)))


def _inserting(session: Session, source: str, now: int) -> sa.UpdateBase:
    a = _ARRIVING.c
    row = {
        "customer_id": a.customer_id,
        "source": sa.literal(source),
        "external_id": a.external_id,
        "kind": a.kind,
        "touchpoint": a.touchpoint,
        "value": a.value,
        "occurred_at": a.occurred_at,
        "received_at": sa.literal(now),
        "attributes": a.attributes,
    }
    rows = sa.select(*row.values()).where(sa.text("1 = 1"))  # or SQLite takes ON CONFLICT for a join condition
    insert = insert_into(session, ContactEvent).from_select(list(row), rows)
    return insert.on_conflict_do_nothing().returning(_EVENTS.c.external_id)


def _changed(form: ContactForm, met: sa.Row[Any]) -> dict[str, Any]:
    attributes = merged(met.attributes, form.attributes)
    return {"id": met.id, "touchpoint": form.touchpoint, "value": form.value, "attributes": attributes}


def _arrived(receipt: Receipt, inserted: set[str]) -> Receipt:
    if receipt.result is Result.CREATED and receipt.external_id not in inserted:
        return refused(receipt.external_id, "external_id", "came in twice at the same moment; send it again")
    return receipt


def _open_intents(session: Session, source: str, now: int) -> list[int]:
    """Open an intent for each policy in force that the contacts may matter to, unless it is there already.

    Of several open ones for one customer, policy and kind of contact, only that of the newest contact stays open.
    Returns the ids of the customers for whom a look is due at once.
    """
    live = select(PolicyVersion.document).where(
        PolicyVersion.state == PolicyState.LIVE, PolicyVersion.kind == PolicyKind.POLICY
    )
    policies = [_read(document) for document in session.exec(live)]
    opened = [
        row
        for policy in policies
        if policy.contact is not None
        for row in session.execute(_opening(session, policy.name, policy.contact, source, now))
    ]
    if opened:
        session.execute(_superseding())
    return sorted({row.customer_id for row in opened if row.look_at <= now})


@lru_cache(maxsize=64)
def _read(document: str) -> Policy:
    return Policy.from_toml(document)


def _opening(session: Session, policy: str, terms: ContactTerms, source: str, now: int) -> sa.UpdateBase:
    a, e = _ARRIVING.c, _EVENTS.c
    row = {
        "customer_id": e.customer_id,
        "policy": sa.literal(policy),
        "cause": sa.literal("contact:") + sa.cast(e.id, sa.Text),
        "contact_event_id": e.id,
        "state": sa.literal(str(IntentState.OPEN)),
        "opened_at": sa.literal(now),
        "look_at": e.occurred_at + terms.settle,
        "expires_at": e.occurred_at + terms.expires,
        "steps": sa.literal(0),
    }
    arrived = sa.and_(e.source == source, e.external_id.in_(sa.select(a.external_id)))
    matter = sa.select(*row.values()).where(
        arrived, e.value >= terms.minimum_value, e.occurred_at + terms.expires > now
    )
    if terms.kinds:
        matter = matter.where(e.kind.in_(terms.kinds))
    insert = insert_into(session, Intent).from_select(list(row), matter)
    return insert.on_conflict_do_nothing().returning(_INTENTS.c.customer_id, _INTENTS.c.look_at)


def _superseding() -> sa.Update:
    i, e = _INTENTS.c, _EVENTS.c
    concerned = sa.select(_ARRIVING.c.customer_id)
    newest_first = sa.func.row_number().over(
        partition_by=(i.customer_id, i.policy, e.kind), order_by=(e.occurred_at.desc(), e.id.desc())
    )
    ranked = (
        sa.select(i.id, newest_first.label("place"))
        .join(_EVENTS, e.id == i.contact_event_id)
        .where(i.state == IntentState.OPEN, i.customer_id.in_(concerned))
        .subquery()
    )
    older = sa.select(ranked.c.id).where(ranked.c.place > 1)
    cancelled = {"state": IntentState.CANCELLED, "reason": SUPERSEDED, "look_at": None}
    return sa.update(_INTENTS).where(i.id.in_(older)).values(cancelled)
