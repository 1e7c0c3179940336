"""Why a customer was, or was not, asked: every live policy judged for them at any moment, without changing anything."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from outreach import history, policy_book
from outreach.history import Past, Wish
from outreach.settings import Settings
from outreach.tables import ContactEvent, Customer, Intent
from policies.decision import Decision
from policies.engine import decide
from policies.situation import Contact, Touch


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

    @property
    def contact_id(self) -> str | None:
        """The contact's id as it was imported or posted, without the source it came from."""
        return self.contact.id.partition("/")[2] if self.contact else None


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
    past = _until(history.pasts(session, [customer], settings, question.at)[customer.id], question.at)
    standing = _standing(session, customer.id, question.at)
    found = []
    for live in sorted(book.policies.values(), key=lambda live: -live.policy.priority):
        about = contact if live.policy.contact else None
        if live.policy.contact and about is None:
            continue  # no contact yet for this policy to speak about
        wish = standing.get((live.policy.name, about.id if about else None))
        if wish is None or (about and wish.asked_at is None):
            wish = Wish(0, customer.id, live.policy.name, "", 0, question.at, None, None, None, None, None, about)
        decision = decide(book.guard, live.policy, past.situation(wish, question.at))
        found.append(
            Explanation(
                customer.external_id, live.policy.name, live.version, book.guard_version, about, question.at,
                past.zones, decision,
            )
        )  # fmt: skip
    return found


def _until(past: Past, at: int) -> Past:
    """What was known of asks and content at a moment; who somebody is, and what they allow, is known as it is now."""
    touches = (_touch_until(touch, at) for touch in past.touches if touch.at <= at)
    colleagues = {colleague: asked for colleague, asked in past.colleagues.items() if asked <= at}
    return replace(past, touches=tuple(touches), colleagues=colleagues)


def _touch_until(touch: Touch, at: int) -> Touch:
    if touch.used_at is not None and touch.used_at > at:
        touch = replace(touch, used_at=None)
    if touch.outcome_at is not None and touch.outcome_at > at:
        touch = replace(touch, outcome=None, outcome_at=None)
    return touch


def _standing(session: Session, customer_id: int, at: int) -> dict[tuple[str, str | None], Wish]:
    """This customer's wishes by policy and contact: the turns of rhythms decide how the chances fall, and of what has
    asked only a reminder can come."""
    wishes = history.wishes(session, history.OPEN_WISHES.where(col(Intent.customer_id) == customer_id), {})
    return {(wish.policy, wish.contact.id if wish.contact else None): _until_then(wish, at) for wish in wishes}


def _until_then(wish: Wish, at: int) -> Wish:
    """What asks and looks after a moment have shown was not known then."""
    known = ("looked_at", "rests_over_at", "rests_open_at", "asked_at")
    forgotten: dict[str, Any] = dict.fromkeys(name for name in known if (getattr(wish, name) or 0) > at)
    return wish._replace(**forgotten)


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
