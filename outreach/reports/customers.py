"""Finding customers: by name, e-mail address, phone number, or the id another system gave them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import addresses
from outreach.addresses import AddressRefused
from outreach.known_as import known_as
from outreach.reports.week import ThisWeek, met_with
from outreach.runtime import Runtime
from outreach.tables import Account, ContactPoint, Customer, LedgerEntry

LONGEST_SEARCH, SHORTEST_PART = 100, 3  # characters
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
    if this is not None:
        query = query.where(met_with(this, runtime.now()))
    with runtime.reading() as session:
        if wanted := text.strip()[:LONGEST_SEARCH]:
            whose = _whose(session, runtime, wanted)
            newest = page * most + 1 if this is None else None
            query = query.where(_matches(wanted, newest) if whose is None else col(Customer.id) == whose)
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


def _whose(session: Session, runtime: Runtime, wanted: str) -> int | None:
    """Whom a whole e-mail address belongs to, if somebody's: nearly all the parts of one are those of others too."""
    try:
        address = addresses.email(wanted)
    except AddressRefused:
        return None
    known = addresses.fingerprint(runtime.settings.key("addresses"), "email", address)
    its = (col(ContactPoint.address_hmac) == known, col(ContactPoint.channel) == "email")
    return session.scalar(sa.select(col(ContactPoint.customer_id)).where(*its))


def _matches(wanted: str, most: int | None) -> sa.ColumnElement[bool]:
    """Customers who match, each way of matching by an index of its own; of each way the newest `most`, or all."""
    if len(wanted) < SHORTEST_PART:
        return _begins(wanted, most)
    likes = [f"%{_literal(wanted)}%"]
    there, merged, whose = col(Customer.merged_into).is_(None), col(Customer.merged_into), col(ContactPoint.customer_id)
    ways: list[tuple[Any, sa.ColumnElement[bool]]] = []
    if "@" in wanted or wanted.isascii():  # for letters that hardly any address has, the index says no more than a word
        ways.append((whose, _in_address(wanted, likes)))
    if "@" not in wanted:
        ways += [
            (col(Customer.id), _like(Customer.name, likes) & there),
            (col(Customer.id), _like(Customer.external_id, likes) & there),
            (merged, _like(Customer.external_id, likes) & merged.is_not(None)),
        ]
    found = (sa.select(who).where(matches).order_by(who.desc()).limit(most).subquery() for who, matches in ways)
    return col(Customer.id).in_(sa.union_all(*(sa.select(one) for one in found)))


def _begins(wanted: str, most: int | None) -> sa.ColumnElement[bool]:
    """What is too short to be found in the middle of anything: names that begin with it, of many any `most`, and ids
    that it is."""
    spelled = dict.fromkeys((wanted, wanted.capitalize(), wanted.lower(), wanted.upper()))
    name, id_, merged = col(Customer.name), col(Customer.id), col(Customer.merged_into)
    begins = sa.or_(*(name.like(f"{_literal(one)}%", escape=_ESCAPE) for one in spelled))
    named = sa.select(id_).where(begins, merged.is_(None)).limit(most).subquery()
    known = sa.select(sa.func.coalesce(merged, id_)).where(col(Customer.external_id) == wanted)
    return id_.in_(sa.union_all(sa.select(named), known))


def _in_address(wanted: str, likes: list[str]) -> sa.ColumnElement[bool]:
    """What stands behind the @ of an address is much the same for many, so it is only looked at, and finds nobody."""
    digits = "".join(c for c in wanted if c.isdigit())
    if len(digits) > 3 and not any(c.isalpha() for c in wanted):
        return _like(ContactPoint.address, [*likes, f"%{digits.lstrip('0')}%"])
    before, at, _ = wanted.partition("@")
    if at and len(before) >= SHORTEST_PART:
        whole = sa.func.lower(col(ContactPoint.address)).like(f"%{_literal(wanted.lower())}%", escape=_ESCAPE)
        return _like(ContactPoint.address, [f"%{_literal(before)}@%"]) & whole
    return _like(ContactPoint.address, likes)


def _like(column: Any, likes: list[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(col(column).ilike(like, escape=_ESCAPE) for like in likes))


def _literal(text: str) -> str:
    return text.replace(_ESCAPE, _ESCAPE * 2).replace("%", _ESCAPE + "%").replace("_", _ESCAPE + "_")
