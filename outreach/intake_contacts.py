"""Storing contact events that passed the door, and opening the intents of the policies they may matter to."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from outreach.bulk import columns, insert_on, load, temporary
from outreach.database import among
from outreach.intake_forms import ContactForm
from outreach.lifecycle import IntentState, PolicyKind, PolicyState
from outreach.receipts import Receipt, Result, refused
from outreach.tables import ContactEvent, Customer, Intent, PolicyVersion
from policies.policy import ContactTerms, Policy
from policies.said import worded

SUPERSEDED = "a newer contact of the same kind"
_COUNTED = {"preserve_rowcount": True}
_KEPT = ("kind", "occurred_at")
_EVENTS, _INTENTS = columns(ContactEvent), columns(Intent)
_NOW: sa.BindParameter[int] = sa.bindparam("now", type_=sa.BigInteger)
_ARRIVING = temporary(
    "arriving_contacts",
    sa.Column("id", sa.BigInteger),
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
    fitting = [form for form in forms if form.customer in customers]
    fitting.sort(key=lambda form: customers[form.customer])  # neighbours in every index: a seventh less work
    numbers = _new_numbers(session, len(fitting))
    load(session, _ARRIVING, map(_cells, numbers, fitting, (customers[form.customer] for form in fitting)))
    inserted = (
        session.connection()
        .execute(_inserting(_dialect(session)), {"source": source, "now": now}, execution_options=_COUNTED)
        .rowcount
    )
    met = {} if inserted == len(fitting) else _met_before(session, source)
    receipts = [_judge(form, customers.get(form.customer), met.get(form.external_id)) for form in forms]
    if met:
        _update(session, [form for form, r in zip(forms, receipts, strict=True) if r.result is Result.UPDATED], met)
    return receipts, _open_intents(session, now)


def _lock_customers(session: Session, external_ids: Collection[str]) -> dict[str, int]:
    """Lock the customers these ids lead to: theirs, or of whom they were merged into; by external id."""
    named, stays = columns(Customer), columns(Customer).alias("stays")
    leads_there = stays.c.id == sa.func.coalesce(named.c.merged_into, named.c.id)
    wanted = (
        sa.select(named.c.external_id, stays.c.id)
        .join(stays, leads_there & stays.c.merged_into.is_(None))
        .where(among(session, named.c.external_id, external_ids))
        .order_by(stays.c.id)
        .with_for_update(key_share=True, of=stays)
    )
    found = dict(session.connection().execute(wanted).all())
    if len(found) < len(external_ids):  # somebody may have been merged while their lock was waited for
        found |= dict(session.connection().execute(wanted).all())
    return found


def _new_numbers(session: Session, count: int) -> Iterable[int]:
    """Ids for contacts that are about to be stored, so that their intents need not look them up."""
    if session.get_bind().dialect.name == "sqlite":  # where nobody else writes now
        last = session.scalar(sa.select(sa.func.coalesce(sa.func.max(_EVENTS.c.id), 0))) or 0
        return range(last + 1, last + 1 + count)
    taken = sa.text("SELECT nextval('contact_events_id_seq') FROM generate_series(1, :count)")
    return session.scalars(taken, {"count": count})


def _cells(number: int, form: ContactForm, customer_id: int) -> tuple[object, ...]:
    attributes = json.dumps(merged({}, form.attributes)) if form.attributes else "{}"
    return number, customer_id, form.external_id, form.kind, form.touchpoint, form.value, form.occurred_at, attributes


def merged(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after hearing what was said: null removes a name, a name that is left out stays."""
    return {name: value for name, value in {**known, **said}.items() if value is not None}


def alike(some: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether they say the same. To Python 1, 1.0 and True are equal, to a policy they are not."""
    return json.dumps(some, sort_keys=True) == json.dumps(others, sort_keys=True)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


@cache
def _inserting(dialect: str) -> sa.Insert:
    a = _ARRIVING.c
    row: dict[str, sa.ColumnElement[Any]] = {column.name: column for column in a}
    row |= {"source": sa.bindparam("source", type_=sa.Text), "received_at": _NOW}
    rows = sa.select(*row.values()).where(sa.text("1 = 1"))  # or SQLite takes ON CONFLICT for a join condition
    return insert_on(dialect, ContactEvent).from_select(list(row), rows).on_conflict_do_nothing()


def _met_before(session: Session, source: str) -> dict[str, sa.Row[Any]]:
    """Those of the arriving contacts that were there already, as they are."""
    a, e = _ARRIVING.c, _EVENTS.c
    same = sa.and_(e.source == source, e.external_id == a.external_id, e.id != a.id)
    here: list[sa.Column[Any]] = [e[column.name] for column in a]
    known = sa.select(*here).select_from(_ARRIVING.join(_EVENTS, same))
    return {row.external_id: row for row in session.execute(known)}


def _judge(form: ContactForm, customer_id: int | None, met: sa.Row[Any] | None) -> Receipt:
    if customer_id is None:
        return refused(form.external_id, "customer", worded("is not known; import the customer first"))
    if met is None:
        return Receipt(form.external_id, Result.CREATED)
    if met.customer_id != customer_id:
        return refused(form.external_id, "customer", worded("is not the one this contact first came in for"))
    kept = [name for name in _KEPT if getattr(form, name) != getattr(met, name)]
    same = (form.touchpoint, form.value) == (met.touchpoint, met.value)
    same = same and alike(met.attributes, merged(met.attributes, form.attributes))
    result = Result.UNCHANGED if same else Result.UPDATED
    notes = tuple(worded("%(name)s stays as it first came in", name=name) for name in kept)
    return Receipt(form.external_id, result, notes=notes)


def _update(session: Session, forms: Iterable[ContactForm], met: Mapping[str, sa.Row[Any]]) -> None:
    """Store what changed; of the contacts met before, only these are still arriving, as they are now."""
    session.execute(sa.delete(_ARRIVING).where(among(session, _ARRIVING.c.external_id, met)))
    changed = [_changed(form, met[form.external_id]) for form in forms]
    if changed:
        session.execute(sa.update(ContactEvent), changed)
        session.execute(sa.insert(_ARRIVING), changed)


def _changed(form: ContactForm, met: sa.Row[Any]) -> dict[str, Any]:
    said = {"touchpoint": form.touchpoint, "value": form.value, "attributes": merged(met.attributes, form.attributes)}
    return {**met._mapping, **said}


def _open_intents(session: Session, now: int) -> list[int]:
    """Open an intent for each policy in force that the contacts may matter to; one that is there already and parked is
    looked at again.

    Of several for one customer, policy and kind of contact, only that of the newest contact is or stays open; but what
    has asked waits for its reminder.
    Returns the ids of the customers for whom a look is due at once.
    """
    live = select(PolicyVersion.document).where(
        PolicyVersion.state == PolicyState.LIVE, PolicyVersion.kind == PolicyKind.POLICY
    )
    policies = [_read(document) for document in session.exec(live)]
    due: set[int] = set()
    for policy in policies:
        if policy.contact is not None:
            session.connection().execute(_opening(_dialect(session), policy.name, policy.contact), {"now": now})
            due.update(session.connection().scalars(_due(policy.contact), {"now": now}))
    if any(policy.contact for policy in policies):
        session.connection().execute(_superseding())
    return sorted(due)


@lru_cache(maxsize=64)
def _read(document: str) -> Policy:
    return Policy.from_toml(document)


@lru_cache(maxsize=64)
def _opening(dialect: str, policy: str, terms: ContactTerms) -> sa.Insert:
    a = _ARRIVING.c
    row = {
        "customer_id": a.customer_id,
        "policy": sa.literal(policy),
        "cause": sa.literal("contact:") + sa.cast(a.id, sa.Text),
        "contact_event_id": a.id,
        "state": sa.literal(str(IntentState.OPEN)),
        "opened_at": _NOW,
        "look_at": a.occurred_at + terms.settle,
        "expires_at": a.occurred_at + terms.expires,
        "steps": sa.literal(0),
    }
    rows = sa.select(*row.values()).where(_may_matter(terms))
    insert = insert_on(dialect, Intent).from_select(list(row), rows)
    parked = sa.and_(_INTENTS.c.state == IntentState.OPEN, _INTENTS.c.look_at.is_(None))
    again = {"look_at": insert.excluded.look_at}
    return insert.on_conflict_do_update(index_elements=["customer_id", "policy", "cause"], set_=again, where=parked)


def _may_matter(terms: ContactTerms) -> sa.ColumnElement[bool]:
    a = _ARRIVING.c
    worth = sa.and_(a.value >= terms.minimum_value, a.occurred_at + terms.expires > _NOW)
    return sa.and_(worth, a.kind.in_(terms.kinds)) if terms.kinds else worth


@lru_cache(maxsize=64)
def _due(terms: ContactTerms) -> sa.Select[Any]:
    a = _ARRIVING.c
    return sa.select(a.customer_id).distinct().where(_may_matter(terms), a.occurred_at + terms.settle <= _NOW)


@cache
def _superseding() -> sa.Update:
    i, e = _INTENTS.c, _EVENTS.c
    concerned = sa.select(_ARRIVING.c.customer_id)
    its, event = _INTENTS.alias("newer_intents"), _EVENTS.alias("newer_events")
    newer = (
        sa.exists()
        .where(its.c.customer_id == i.customer_id, its.c.policy == i.policy, event.c.id == its.c.contact_event_id)
        .where(event.c.kind == e.kind, sa.tuple_(event.c.occurred_at, event.c.id) > sa.tuple_(e.occurred_at, e.id))
    )
    older = (
        sa.select(i.id)
        .join(_EVENTS, e.id == i.contact_event_id)
        .where(i.state == IntentState.OPEN, i.asked_at.is_(None), i.customer_id.in_(concerned), newer)
    )
    cancelled = {"state": IntentState.CANCELLED, "reason": SUPERSEDED, "look_at": None}
    return sa.update(_INTENTS).where(i.id.in_(older)).values(cancelled)
