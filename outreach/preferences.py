"""What a customer wants of us, as they say it themselves on the pages that the links in a message lead to."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from outreach import audit, links, optout, rhythms, uses
from outreach.database import lock_customers
from outreach.lifecycle import Consent
from outreach.links import BadLink, Purpose
from outreach.optout import Wanted
from outreach.runtime import Runtime
from outreach.tables import ConsentEvent, ContactPoint, Content, Customer, Outreach, Suppression, Survey
from outreach.tables.columns import CHANNELS

CUSTOMER = "customer"
"""Who did it, in consent events, suppressions and the audit log: the customer, in person."""
HOW = "the preference page"
MONTH = 30 * 86_400  # seconds
PAUSES = (1, 3, 6)  # months


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the customer; of its address only a part. One that is `blocked` cannot be switched on here: nothing
    arrives there, or it was not the customer who had it stopped."""

    channel: str
    address: str
    on: bool
    blocked: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What holds for a customer now. `paused_until` is in epoch seconds; `languages` are those there are texts in."""

    customer_id: int
    external_id: str
    erased: bool
    ways: tuple[Way, ...]
    surveys: bool
    paused_until: int | None
    language: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the customer chose: the channels that may be used, whether to ask, a pause of so many months from now (0
    ends one, None leaves it), and a language (None leaves it)."""

    channels: frozenset[str]
    surveys: bool
    pause: int | None = None
    language: str | None = None


def preferences(runtime: Runtime, token: str) -> Preferences | None:
    """What holds for the customer of this link; None when it is not ours. Changes nothing."""
    outreach_id = _outreach_of(runtime, Purpose.PREFERENCES, token)
    with runtime.reading() as session:
        owner = _owner(session, outreach_id)
        customer = session.get(Customer, owner) if owner is not None else None
        if customer is None:
            return None
        paused = customer.paused_until is not None and customer.paused_until > runtime.now()
        language = _language(customer, runtime)
        return Preferences(
            customer_id=customer.id,
            external_id=customer.external_id,
            erased=customer.erased_at is not None,
            ways=tuple(_way(session, point) for point in _points(session, customer.id)),
            surveys=customer.no_surveys_at is None,
            paused_until=customer.paused_until if paused else None,
            language=language,
            languages=tuple(sorted({language, *_languages(session)})),
        )


def change(runtime: Runtime, token: str, wishes: Wishes) -> bool:
    """Let what the customer chose hold from now on; False where the link is not ours. The same again changes nothing.

    Consent that is given here lifts what a STOP had set for that channel: it is the customer's own explicit choice.
    """
    outreach_id = _outreach_of(runtime, Purpose.PREFERENCES, token)
    with runtime.writing() as session:
        customer = _locked(session, _owner(session, outreach_id))
        if customer is None:
            return False
        now = runtime.now()
        changed = [*_switch(session, customer, wishes.channels, now), *_set(customer, wishes, runtime)]
        if changed:
            session.add(customer)
            audit.record(session, now, CUSTOMER, {"preferences": customer.id, "changed": changed})
            rhythms.resume(session, customer.id, now)
            uses.look_again(session, customer.id, now)
    return True


def stop(runtime: Runtime, purpose: Purpose, token: str, how: str) -> None:
    """Stop everything for the customer of a link. It tells nobody whether it was one; who has stopped already stays
    so."""
    outreach_id = _outreach_of(runtime, purpose, token)
    if outreach_id is None:
        return  # without a word to the database: anybody can make up tokens
    with runtime.writing() as session:
        customer = _locked(session, _owner(session, outreach_id))
        if customer is not None and not _has_stopped(session, customer):
            optout.stop(session, customer, Wanted(runtime.now(), how, CUSTOMER))


def _outreach_of(runtime: Runtime, purpose: Purpose, token: str) -> int | None:
    try:
        return links.read_token(runtime.settings, purpose, token)
    except BadLink:
        return None


def _owner(session: Session, outreach_id: int | None) -> int | None:
    """The id of the customer to whom this went."""
    return session.exec(select(Outreach.customer_id).where(Outreach.id == outreach_id)).first()


def _locked(session: Session, owner: int | None) -> Customer | None:
    """The customer, unless their data were erased."""
    found = lock_customers(session, [owner]) if owner is not None else []
    return next((customer for customer in found if customer.erased_at is None), None)


def _points(session: Session, customer_id: int) -> list[ContactPoint]:
    found = session.exec(select(ContactPoint).where(ContactPoint.customer_id == customer_id)).all()
    return sorted(found, key=lambda point: CHANNELS.index(point.channel))


def _way(session: Session, point: ContactPoint) -> Way:
    stopped_by = session.exec(
        select(Suppression.source).where(
            Suppression.channel == point.channel, Suppression.address_hmac == point.address_hmac
        )
    ).all()
    on = point.usable and not stopped_by and point.consent == Consent.GIVEN
    blocked = not point.usable or any(source != CUSTOMER for source in stopped_by)
    return Way(point.channel, in_part(point.address), on, blocked)


def in_part(address: str) -> str:
    """Enough of an address for its owner to know it: j•••@example.com, +316•••78."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if at else f"{address[:4]}•••{address[-2:]}"


def _language(customer: Customer, runtime: Runtime) -> str:
    return (customer.language or runtime.settings.default_language).split("-")[0].lower()


def _languages(session: Session) -> set[str]:
    texts = sa.union(sa.select(col(Content.language)).where(col(Content.active)), sa.select(col(Survey.language)))
    return set(session.execute(texts).scalars())


def _has_stopped(session: Session, customer: Customer) -> bool:
    consents = [_last_consent(session, customer.id, channel) for channel in CHANNELS]
    silent = all(not _way(session, point).on for point in _points(session, customer.id))
    return silent and customer.no_surveys_at is not None and set(consents) == {Consent.WITHDRAWN}


def _last_consent(session: Session, customer_id: int, channel: str) -> str | None:
    return session.exec(
        select(ConsentEvent.what)
        .where(ConsentEvent.customer_id == customer_id, ConsentEvent.channel == channel)
        .order_by(col(ConsentEvent.id).desc())
        .limit(1)
    ).first()


def _switch(session: Session, customer: Customer, wanted: frozenset[str], now: int) -> Iterator[str]:
    """Switch channels on and off; yields the names of what changed."""
    for point in _points(session, customer.id):
        way = _way(session, point)
        if way.blocked or way.on == (point.channel in wanted):
            continue
        point.consent = Consent.WITHDRAWN if way.on else Consent.GIVEN
        session.add(point)
        event = ConsentEvent(
            customer_id=customer.id, channel=point.channel, what=point.consent, at=now, how=HOW, by=CUSTOMER
        )
        session.add(event)
        if not way.on:
            session.execute(
                sa.delete(Suppression).where(
                    col(Suppression.channel) == point.channel, col(Suppression.address_hmac) == point.address_hmac,
                    col(Suppression.source) == CUSTOMER,
                )
            )  # fmt: skip
        yield f"{point.channel} {point.consent}"


def _set(customer: Customer, wishes: Wishes, runtime: Runtime) -> Iterator[str]:
    """Set what is not about a channel; yields the names of what changed."""
    now = runtime.now()
    if wishes.surveys != (customer.no_surveys_at is None):
        customer.no_surveys_at = None if wishes.surveys else now
        yield "surveys"
    if wishes.pause is not None and (wishes.pause or customer.paused_until):
        customer.paused_until = now + wishes.pause * MONTH if wishes.pause else None
        yield "pause"
    if wishes.language not in (None, _language(customer, runtime)):
        customer.language = wishes.language
        yield "language"
