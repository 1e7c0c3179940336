"""Storing customers that passed the door: who they are, how to reach them, and what they consented to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from outreach.addresses import fingerprint
from outreach.bulk import columns
from outreach.database import among, lock_customers
from outreach.intake_contacts import alike, merged
from outreach.intake_forms import CustomerForm
from outreach.lifecycle import Consent, IntentState
from outreach.receipts import Receipt, Result, refused
from outreach.tables import Account, ConsentEvent, ContactPoint, Customer, Intent, Suppression
from policies.said import worded

ORGANISATION = "organisation"
"""Who told us, in a consent event: the organisation's own records, not the customer."""
_INTAKE_LOCK = 0x696E7461  # any number, as long as it is always the same one
_FIELDS = {"email": "email", "sms": "phone"}


@dataclass(frozen=True)
class Origin:
    """`key` makes the hashes of addresses; `claimed` maps those that came or were left earlier from here to who has
    them since, or to None."""

    now: int
    source: str
    key: bytes
    claimed: dict[str, str | None]


class _Way(NamedTuple):
    """What a form says about one channel. Without an address only the consent is said."""

    channel: str
    consent: Consent | None
    address: str = ""
    usable: bool = True
    hmac: str = ""


@dataclass
class _Arrival:
    form: CustomerForm
    customer: Customer
    ways: list[_Way]
    changed: bool
    reachable: bool = False
    """A new address or a new consent: an intent that was held back may no longer be."""
    notes: list[str] = field(default_factory=list)

    def receipt(self, new: bool) -> Receipt:
        result = Result.CREATED if new else Result.UPDATED if self.changed else Result.UNCHANGED
        return Receipt(self.form.external_id, result, notes=tuple(self.notes))


class _Known:
    """What is known about the customers of a batch; read after they were locked."""

    def __init__(self, session: Session, forms: Sequence[CustomerForm], hmacs: Sequence[str]) -> None:
        named = among(session, Customer.external_id, [form.external_id for form in forms])
        there = select(Customer.id).where(named, col(Customer.merged_into).is_(None))
        customers = lock_customers(session, session.exec(there))
        ids = [customer.id for customer in customers]
        points = session.exec(select(ContactPoint).where(among(session, ContactPoint.customer_id, ids)))
        owners = select(ContactPoint.address_hmac, Customer.external_id).join(Customer)
        suppressed = select(Suppression.address_hmac).where(among(session, Suppression.address_hmac, hmacs))
        said = select(ConsentEvent).where(among(session, ConsentEvent.customer_id, ids)).order_by(col(ConsentEvent.id))
        self.merged = _merged(session, named)
        self.customers = {customer.external_id: customer for customer in customers}
        names = {customer.id: customer.external_id for customer in customers}
        self.points = {(names[point.customer_id], point.channel): point for point in points}
        self.owners = dict(session.exec(owners.where(among(session, ContactPoint.address_hmac, hmacs))).all())
        self.suppressed = set(session.exec(suppressed))
        self.consents = {(event.customer_id, event.channel): Consent(event.what) for event in session.exec(said)}
        self.accounts = _accounts(session, {form.account for form in forms if form.account})


def store_customers(session: Session, forms: Sequence[CustomerForm], origin: Origin) -> tuple[list[Receipt], list[int]]:
    """A receipt for every form, and the ids of customers for whom another look has become worth while.

    The external ids of the forms are all different. The customers are locked until the transaction ends.
    """
    lock_addresses(session)
    ways = [list(_ways(form, origin.key)) for form in forms]
    known = _Known(session, forms, [way.hmac for of_form in ways for way in of_form])
    receipts, arrivals = [], []
    for form, of_form in zip(forms, ways, strict=True):
        if taken := _taken(form, of_form, known, origin):
            receipts.append(taken)
        else:
            arrivals.append(_arrive(form, of_form, known, origin.now))
    new = [arrival.customer for arrival in arrivals if arrival.form.external_id not in known.customers]
    session.add_all(new)
    session.flush()
    for arrival in arrivals:
        for way in arrival.ways:
            _take(session, arrival, way, known, origin)
    receipts += [arrival.receipt(arrival.form.external_id not in known.customers) for arrival in arrivals]
    return receipts, _wake(session, [arrival.customer.id for arrival in arrivals if arrival.reachable], origin.now)


def lock_addresses(session: Session) -> None:
    """Let nobody else move addresses between customers, or merge these, until the transaction ends. Lock customers
    only after this."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_INTAKE_LOCK)))  # two imports could claim one address


def _merged(session: Session, named: sa.ColumnElement[bool]) -> dict[str, str]:
    """Of the customers who are named, those who were merged into another, and into whom."""
    stays = aliased(Customer)
    into = select(Customer.external_id, stays.external_id).join(stays, col(Customer.merged_into) == col(stays.id))
    return dict(session.exec(into.where(named)).all())


def _accounts(session: Session, external_ids: set[str]) -> dict[str, int]:
    wanted = select(Account.external_id, Account.id).where(among(session, Account.external_id, external_ids))
    there = dict(session.exec(wanted).all())
    session.add_all(Account(external_id=name, name=name) for name in sorted(external_ids - there.keys()))
    session.flush()
    return dict(session.exec(wanted).all())


def _ways(form: CustomerForm, key: bytes) -> Iterator[_Way]:
    if form.email:
        yield _Way("email", form.consent_email, form.email, True, fingerprint(key, "email", form.email))
    elif form.consent_email:
        yield _Way("email", form.consent_email)
    if form.phone:
        number, has_sms = form.phone
        yield _Way("sms", form.consent_sms, number, has_sms, fingerprint(key, "sms", number))
    elif form.consent_sms:
        yield _Way("sms", form.consent_sms)


def _taken(form: CustomerForm, ways: Iterable[_Way], known: _Known, origin: Origin) -> Receipt | None:
    """A refusal when the customer was merged into another, or one of the addresses is somebody else's; otherwise they
    are this customer's from now on."""
    if into := known.merged.get(form.external_id):
        said = worded("was merged into customer %(other)s; bring in what is so of them", other=into)
        return refused(form.external_id, "external_id", said)
    addressed = [way for way in ways if way.address]
    for way in addressed:
        owner = origin.claimed.get(way.hmac, known.owners.get(way.hmac))
        if owner not in (None, form.external_id):
            said = worded("already belongs to customer %(other)s", other=owner)
            return refused(form.external_id, _FIELDS[way.channel], said)
    had = (known.points.get((form.external_id, way.channel)) for way in addressed)
    origin.claimed.update((point.address_hmac, None) for point in had if point)
    origin.claimed.update((way.hmac, form.external_id) for way in addressed)
    return None


def _arrive(form: CustomerForm, ways: list[_Way], known: _Known, now: int) -> _Arrival:
    customer = known.customers.get(form.external_id)
    if customer is None:
        customer = Customer(external_id=form.external_id, since_at=now, updated_at=now)
    said: dict[str, Any] = {
        "name": form.name or None,
        "language": form.language,
        "timezone": form.timezone,
        "account_id": known.accounts.get(form.account or ""),
        "since_at": form.created_at,
    }
    changes = {name: value for name, value in said.items() if value not in (None, getattr(customer, name))}
    attributes = merged(customer.attributes, form.attributes)
    if not alike(attributes, customer.attributes):
        changes["attributes"] = attributes
    for name, value in changes.items():
        setattr(customer, name, value)
        flag_modified(customer, name)  # or what is equal to Python would not be stored
    return _Arrival(form, customer, ways, changed=bool(changes))


def _take(session: Session, arrival: _Arrival, way: _Way, known: _Known, origin: Origin) -> None:
    consent = _settled(session, arrival, way, known, origin)
    point = known.points.get((arrival.form.external_id, way.channel))
    if way.hmac in known.suppressed:
        arrival.notes.append(
            worded("%(field)s is suppressed and stays so: nothing is sent there", field=_FIELDS[way.channel])
        )
    if not way.usable:
        arrival.notes.append(worded("phone is a fixed line: no SMS is sent there"))
    if way.address and (point is None or point.address != way.address):
        if known.owners.get(way.hmac, arrival.form.external_id) != arrival.form.external_id:
            _vacate(session, way)
        point = point or ContactPoint(customer_id=arrival.customer.id, channel=way.channel)
        point.address, point.address_hmac, point.usable = way.address, way.hmac, way.usable
        arrival.changed = arrival.reachable = True
    if point is not None:
        point.consent = consent
        session.add(point)
    if arrival.changed:
        arrival.customer.updated_at = origin.now


def _vacate(session: Session, way: _Way) -> None:
    """Who had this address left it earlier. Where that was undone, in a dry run, they leave it now."""
    session.execute(
        sa.delete(ContactPoint).where(
            col(ContactPoint.channel) == way.channel, col(ContactPoint.address_hmac) == way.hmac
        )
    )


def _settled(session: Session, arrival: _Arrival, way: _Way, known: _Known, origin: Origin) -> Consent:
    """The consent that holds now. Who withdrew gives it again personally: no import ever does it for them."""
    key = (arrival.customer.id, way.channel)
    holds = known.consents.get(key, Consent.UNKNOWN)
    if way.consent in (None, holds):
        return holds
    if holds is Consent.WITHDRAWN:
        if way.consent is Consent.GIVEN:
            arrival.notes.append(
                worded("%(field)s stays withdrawn: the customer withdrew it", field=f"consent_{way.channel}")
            )
        return holds
    customer_id, channel = key
    session.add(
        ConsentEvent(
            customer_id=customer_id,
            channel=channel,
            what=way.consent,
            at=origin.now,
            how=origin.source,
            by=ORGANISATION,
        )
    )
    arrival.changed = True
    arrival.reachable |= way.consent is Consent.GIVEN
    return way.consent


def _wake(session: Session, customer_ids: Sequence[int], now: int) -> list[int]:
    """Have what waits for these customers looked at again, but let no turn of a rhythm begin early; returns the
    customers who have any."""
    i = columns(Intent).c
    waiting = sa.update(columns(Intent)).where(
        among(session, Intent.customer_id, customer_ids),
        i.state == IntentState.OPEN,
        sa.or_(i.look_at.is_(None), i.look_at > now),
        sa.or_(i.look_at.is_(None), i.looked_at.is_not(None), i.contact_event_id.is_not(None)),
    )
    return sorted(set(session.scalars(waiting.values(look_at=now).returning(i.customer_id))))
