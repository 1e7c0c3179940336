"""Finding customers: by name, e-mail address, phone number, or the id another system gave them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from outreach.known_as import known_as
from outreach.reports.week import ThisWeek, met_with
from outreach.runtime import Runtime
from outreach.tables import Account, ContactPoint, Customer, LedgerEntry

LONGEST_SEARCH = 100  # characters
_ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is, as lists and page heads tell it. Moments in epoch seconds."""

    id: int
    external_id: str
    name: str
    email: str | None
    phone: str | None
    language: str | None
    timezone: str | None
    account: str | None
    since_at: int
    no_surveys_at: int | None
    paused_until: int | None

    @property
    def called(self) -> str:
        """The name, or the id where there is no name."""
        return self.name or self.external_id


@dataclass(frozen=True, slots=True)
class Found:
    """A customer in a list, and when something last reached them."""

    person: Person
    last_touch_at: int | None


@dataclass(frozen=True, slots=True)
class Customers:
    """One page of customers, and whether there is another one."""

    rows: tuple[Found, ...]
    more: bool


def search(runtime: Runtime, text: str = "", page: int = 1, this: ThisWeek | None = None, most: int = 25) -> Customers:
    """Customers with these characters in their name, address, number or id, and who met with `this` in the last seven
    days; the newest first. Page 1 is the first."""
    last_touch = (
        sa.select(sa.func.max(col(LedgerEntry.asked_at)))
        .where(col(LedgerEntry.customer_id) == col(Customer.id), col(LedgerEntry.voided_at).is_(None))
        .scalar_subquery()
    )
    query = (
        _people().add_columns(last_touch).order_by(col(Customer.id).desc()).limit(most + 1).offset((page - 1) * most)
    )
    query = query.where(col(Customer.merged_into).is_(None))
    if wanted := text.strip()[:LONGEST_SEARCH]:
        query = query.where(_matches(wanted))
    if this is not None:
        query = query.where(met_with(this, runtime.now()))
    with runtime.reading() as session:
        rows = tuple(Found(Person(*row[:-1]), row[-1]) for row in session.execute(query))
    return Customers(rows[:most], len(rows) > most)


def person(session: Session, external_id: str) -> Person | None:
    """The customer whom another system knows by this id, or knew before two were merged."""
    row = session.execute(_people().where(col(Customer.id).in_(known_as(external_id)))).first()
    return Person(*row) if row else None


def _people() -> Any:
    def address(channel: str) -> Any:
        point = sa.select(col(ContactPoint.address)).where(
            col(ContactPoint.customer_id) == col(Customer.id), col(ContactPoint.channel) == channel
        )
        return point.scalar_subquery()

    return sa.select(
        col(Customer.id), col(Customer.external_id), col(Customer.name), address("email"), address("sms"),
        col(Customer.language), col(Customer.timezone), sa.func.coalesce(sa.func.nullif(col(Account.name), ""),
        col(Account.external_id)), col(Customer.since_at), col(Customer.no_surveys_at), col(Customer.paused_until),
    ).join(Account, col(Account.id) == col(Customer.account_id), isouter=True)  # fmt: skip


def _matches(wanted: str) -> sa.ColumnElement[bool]:
    like = f"%{_literal(wanted)}%"
    digits = "".join(c for c in wanted if c.isdigit())
    numbers = f"%{digits.lstrip('0')}%" if len(digits) > 3 and not any(c.isalpha() for c in wanted) else like
    point = sa.exists().where(
        col(ContactPoint.customer_id) == col(Customer.id),
        col(ContactPoint.address).ilike(like, escape=_ESCAPE) | col(ContactPoint.address).like(numbers, escape=_ESCAPE),
    )
    merged = aliased(Customer)
    earlier = sa.exists().where(
        col(merged.merged_into) == col(Customer.id), col(merged.external_id).ilike(like, escape=_ESCAPE)
    )
    named = col(Customer.name).ilike(like, escape=_ESCAPE) | col(Customer.external_id).ilike(like, escape=_ESCAPE)
    return named | point | earlier


def _literal(text: str) -> str:
    return text.replace(_ESCAPE, _ESCAPE * 2).replace("%", _ESCAPE + "%").replace("_", _ESCAPE + "_")
