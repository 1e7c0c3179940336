"""Why a customer was, or was not, asked: every live policy judged for them at any moment, without changing anything."""

from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from outreach import history, policy_book
from outreach.history import Past, Wish
from outreach.policy_book import Live
from outreach.settings import Settings
from outreach.tables import ContactEvent, Customer
from policies.decision import Decision
from policies.engine import decide
from policies.situation import Contact


class UnknownCustomer(LookupError):
    """There is no customer with this external id."""


class UnknownContact(LookupError):
    """This customer has no contact with this id."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one policy would do for one customer because of a contact, or by its rhythm (contact None), at `at`."""

    customer: str
    policy: str
    version: int
    guard_version: int
    contact: Contact | None
    at: int
    zones: tuple[str, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Question:
    """About whom, about which contact (its external id; None is the latest), and at which moment (epoch seconds)."""

    customer: str
    at: int
    contact: str | None = None


def explain(session: Session, settings: Settings, question: Question) -> list[Explanation]:
    """One explanation a live policy. Raises UnknownCustomer, UnknownContact, policy_book.NoGuard."""
    customer = session.exec(select(Customer).where(Customer.external_id == question.customer)).first()
    if customer is None:
        raise UnknownCustomer(question.customer)
    book = policy_book.in_force(session)
    contact = _contact(session, customer.id, question)
    past = history.pasts(session, [customer], settings, question.at)[customer.id]
    past = replace(past, touches=tuple(touch for touch in past.touches if touch.at <= question.at))
    found = []
    for live in sorted(book.policies.values(), key=lambda live: -live.policy.priority):
        about = contact if live.policy.contact else None
        if live.policy.contact and about is None:
            continue  # no contact yet for this policy to speak about
        situation = past.situation(_wish(live, past, about), question.at)
        decision = decide(book.guard, live.policy, situation)
        found.append(
            Explanation(
                customer.external_id, live.policy.name, live.version, book.guard_version, about, question.at,
                past.zones, decision,
            )
        )  # fmt: skip
    return found


def _wish(live: Live, past: Past, contact: Contact | None) -> Wish:
    turns = sum(1 for touch in past.touches if touch.policy == live.policy.name)
    return Wish(0, past.customer.id, live.policy.name, "", turns if contact is None else 0, 0, None, None, contact)


def _contact(session: Session, customer_id: int, question: Question) -> Contact | None:
    query = select(ContactEvent).where(ContactEvent.customer_id == customer_id)
    if question.contact is not None:
        query = query.where(ContactEvent.external_id == question.contact)
    else:
        query = query.where(ContactEvent.occurred_at <= question.at)
    row = session.exec(query.order_by(col(ContactEvent.occurred_at).desc(), col(ContactEvent.id).desc())).first()
    if row is None:
        if question.contact is not None:
            raise UnknownContact(question.contact)
        return None
    return history.contact_of(row)
