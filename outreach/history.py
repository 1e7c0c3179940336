"""A customer's past as the rules look at it: read after the lock, for many customers at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.lifecycle import Consent, IntentState, Kind
from outreach.listed import listed
from outreach.settings import Settings
from outreach.shelf import Piece, Shelf
from outreach.tables import (
    Account,
    Case,
    ContactEvent,
    ContactPoint,
    Customer,
    Intent,
    LedgerEntry,
    Suppression,
)
from outreach.whereabouts import holidays_near, zones_of_phone
from policies.chance import draw
from policies.situation import Address, Contact, Situation, Touch

_CONSENT: dict[str, bool] = {Consent.GIVEN: True, Consent.REFUSED: False, Consent.WITHDRAWN: False}


class Wish(NamedTuple):
    """An open intent, with the contact it is about. Where it has asked, at `asked_at`, it wishes for a reminder."""

    intent_id: int
    customer_id: int
    policy: str
    cause: str
    steps: int
    opened_at: int
    looked_at: int | None
    rests_over_at: int | None
    rests_open_at: int | None
    expires_at: int | None
    asked_at: int | None
    contact: Contact | None

    @property
    def chance_key(self) -> str:
        """What the draws of this wish are keyed on, in every database: the contact, or the turn of a rhythm."""
        return f"contact/{self.contact.id}" if self.contact else f"rhythm/{self.opened_at}"


@dataclass(frozen=True, slots=True)
class Past:
    """Everything about one customer that does not depend on the intent. `recipients` maps a channel to its address,
    `colleagues` the other people of the account to when they were last asked."""

    customer: Customer
    account: str | None
    language: str
    addresses: Mapping[str, Address]
    recipients: Mapping[str, str]
    zones: tuple[str, ...]
    holidays: frozenset[date]
    touches: tuple[Touch, ...]
    left: Mapping[str, Sequence[Piece]]
    case_open: bool
    case_closed_at: int | None
    colleagues: Mapping[int, int]
    salt: str

    def situation(self, wish: Wish, now: int) -> Situation:
        """The facts at `now` for one wish."""
        who = self.customer
        return Situation(
            now=now,
            customer=who.external_id,
            customer_since=who.since_at,
            attributes={
                **who.attributes, "language": who.language, "timezone": who.timezone, "account": self.account,
                "has_account": self.account is not None,
            },
            addresses=self.addresses,
            zones=self.zones,
            holidays=self.holidays,
            touches=self.touches,
            contact=wish.contact,
            no_surveys=who.no_surveys_at is not None,
            paused_until=who.paused_until,
            case_open=self.case_open,
            case_closed_at=self.case_closed_at,
            account_asks=tuple(sorted(self.colleagues.values())),
            content_left={channel: len(pieces) for channel, pieces in self.left.items()},
            looked_at=wish.looked_at,
            rests_over_at=wish.rests_over_at,
            rests_open_at=wish.rests_open_at,
            turn_at=wish.opened_at if wish.contact is None else None,
            reminds=wish.asked_at,
            case_draw=draw(self.salt, "case", who.external_id, self.case_closed_at) if self.case_closed_at else 0.0,
            never_asked_draw=draw(self.salt, "never-asked", who.external_id),
            sampling_draw=draw(self.salt, "sampling", who.external_id, wish.chance_key, wish.policy),
        )  # fmt: skip

    def talk(self, channel: str, now: int) -> Situation:
        """The facts at `now` for saying something back over this channel."""
        who = self.customer
        return Situation(
            now=now,
            customer=who.external_id,
            customer_since=who.since_at,
            channel=channel,
            addresses=self.addresses,
            zones=self.zones,
            holidays=self.holidays,
            no_surveys=who.no_surveys_at is not None,
            paused_until=who.paused_until,
        )

    def rest_draw(self, wish: Wish) -> float:
        """The draw that lengthens every rest which a touch for this wish begins."""
        return draw(self.salt, "jitter", self.customer.external_id, wish.chance_key, wish.policy, wish.steps)


class Reached(NamedTuple):
    """How a customer is reached: in which language, over which channels, and which zones they could be in."""

    account: str | None
    language: str
    addresses: Mapping[str, Address]
    recipients: Mapping[str, str]
    zones: tuple[str, ...]


def reached(session: Session, customers: Sequence[Customer], settings: Settings) -> dict[int, Reached]:
    """How these customers are reached today, by id."""
    points = _points(session, [customer.id for customer in customers], settings.channels)
    names = _accounts(session, {c.account_id for c in customers if c.account_id is not None})
    found = {}
    for who in customers:
        addresses, recipients = points.get(who.id, ({}, {}))
        language = (who.language or settings.default_language).split("-")[0].lower()
        zones = zones_of(who.timezone, recipients.get("sms"), settings)
        found[who.id] = Reached(names.get(who.account_id or 0), language, addresses, recipients, zones)
    return found


def pasts(session: Session, customers: Sequence[Customer], settings: Settings, now: int) -> dict[int, Past]:
    """The pasts of these customers, by id. Reads the same few queries for one customer as for a hundred."""
    ids = [customer.id for customer in customers]
    accounts = {c.account_id for c in customers if c.account_id is not None}
    reached_by, cases = reached(session, customers, settings), _cases(session, ids)
    touches, had = _touches(session, ids)
    asks = _account_asks(session, accounts)
    shelf, salt = Shelf(session), settings.key("chance").hex()
    found = {}
    for who in customers:
        account, language, addresses, recipients, zones = reached_by[who.id]
        opened, closed = cases.get(who.id, (False, None))
        found[who.id] = Past(
            customer=who,
            account=account,
            language=language,
            addresses=addresses,
            recipients=recipients,
            zones=zones,
            holidays=holidays_near(zones, now),
            touches=tuple(touches.get(who.id, ())),
            left={channel: shelf.left(language, channel, had.get(who.id, ())) for channel in ("email", "sms")},
            case_open=opened,
            case_closed_at=closed,
            colleagues={other: at for other, at in asks.get(who.account_id or 0, {}).items() if other != who.id},
            salt=salt,
        )
    return found


OPEN_WISHES = (
    sa.select(
        col(Intent.id), col(Intent.customer_id), col(Intent.policy), col(Intent.cause), col(Intent.steps),
        col(Intent.opened_at), col(Intent.looked_at), col(Intent.rests_over_at), col(Intent.rests_open_at),
        col(Intent.expires_at), col(Intent.asked_at),
        col(ContactEvent.source), col(ContactEvent.external_id), col(ContactEvent.kind),
        col(ContactEvent.touchpoint), col(ContactEvent.value), col(ContactEvent.occurred_at),
        col(ContactEvent.attributes),
    )
    .join(ContactEvent, col(ContactEvent.id) == col(Intent.contact_event_id), isouter=True)
    .where(col(Intent.state) == IntentState.OPEN)
    .order_by(col(Intent.id))
)  # fmt: skip


def wishes(session: Session, query: sa.Select[*tuple[Any, ...]], parameters: Mapping[str, Any]) -> list[Wish]:
    """Open intents, each with its contact. `query` is OPEN_WISHES under a condition."""
    rows = session.connection().execute(query, parameters)
    return [Wish._make((*row[:11], contact_of(row) if row.external_id is not None else None)) for row in rows]


def contact_of(row: Any) -> Contact:
    """A contact event's row, as the rules know it."""
    return Contact(
        f"{row.source}/{row.external_id}", row.kind, row.touchpoint, row.value, row.occurred_at, row.attributes
    )


_POINTS = sa.select(
    col(ContactPoint.customer_id),
    col(ContactPoint.channel),
    col(ContactPoint.address),
    col(ContactPoint.usable),
    col(ContactPoint.consent),
    sa.exists().where(
        col(Suppression.address_hmac) == col(ContactPoint.address_hmac),
        col(Suppression.channel) == col(ContactPoint.channel),
    ),
).where(listed(ContactPoint.customer_id, "ids"))


_Points = dict[int, tuple[dict[str, Address], dict[str, str]]]


def _points(session: Session, ids: list[int], channels: Sequence[str]) -> _Points:
    found: _Points = {}
    for customer, channel, address, usable, consent, stopped in session.connection().execute(_POINTS, {"ids": ids}):
        addresses, recipients = found.setdefault(customer, ({}, {}))
        addresses[channel] = Address(usable and channel in channels, _CONSENT.get(consent), stopped)
        recipients[channel] = address
    return found


_TOUCHES = (
    sa.select(
        col(LedgerEntry.customer_id), col(LedgerEntry.content_name), col(LedgerEntry.asked_at),
        col(LedgerEntry.kind), col(LedgerEntry.channel), col(LedgerEntry.policy), col(LedgerEntry.draw),
        col(LedgerEntry.used_at), col(LedgerEntry.outcome), col(LedgerEntry.outcome_at),
    )
    .where(listed(LedgerEntry.customer_id, "ids"), col(LedgerEntry.voided_at).is_(None))
    .order_by(col(LedgerEntry.customer_id), col(LedgerEntry.asked_at))
)  # fmt: skip


def _touches(session: Session, ids: list[int]) -> tuple[dict[int, list[Touch]], dict[int, set[str]]]:
    touches: dict[int, list[Touch]] = defaultdict(list)
    had: dict[int, set[str]] = defaultdict(set)
    for customer, content, *columns in session.connection().execute(_TOUCHES, {"ids": ids}):
        touches[customer].append(Touch(*columns))
        if content is not None:
            had[customer].add(content)
    return touches, had


_CASES = sa.select(col(Case.customer_id), col(Case.closed_at)).where(listed(Case.customer_id, "ids"))


def _cases(session: Session, ids: list[int]) -> dict[int, tuple[bool, int | None]]:
    found: dict[int, tuple[bool, int | None]] = {}
    for customer, closed_at in session.connection().execute(_CASES, {"ids": ids}):
        is_open, last = found.get(customer, (False, None))
        found[customer] = (is_open or closed_at is None, max(last or 0, closed_at or 0) or None)
    return found


_ACCOUNTS = sa.select(col(Account.id), col(Account.external_id)).where(listed(Account.id, "ids"))


def _accounts(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return dict(session.connection().execute(_ACCOUNTS, {"ids": ids}).all()) if ids else {}


_ACCOUNT_ASKS = (
    sa.select(col(LedgerEntry.account_id), col(LedgerEntry.customer_id), sa.func.max(col(LedgerEntry.asked_at)))
    .where(listed(LedgerEntry.account_id, "ids"))
    .where(col(LedgerEntry.voided_at).is_(None), col(LedgerEntry.kind) != Kind.CONTENT)
    .group_by(col(LedgerEntry.account_id), col(LedgerEntry.customer_id))
)


def _account_asks(session: Session, ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Per account and person, when they were last asked."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for account, customer, last in session.connection().execute(_ACCOUNT_ASKS, {"ids": ids}) if ids else ():
        found[account or 0][customer] = last
    return found


def zones_of(timezone: str | None, phone: str | None, settings: Settings) -> tuple[str, ...]:
    """Every zone the customer could be in; none where they could be anywhere."""
    if timezone:
        return (timezone,)
    return (zones_of_phone(phone) if phone else ()) or settings.zones_at_home
