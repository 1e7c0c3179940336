"""Why a customer was, or was not, asked: every live policy judged for them at any moment, without changing anything."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from outreach import history, policy_book
from outreach.history import Past, Wish
from outreach.known_as import known_as
from outreach.lifecycle import IntentState
from outreach.policy_book import Live
from outreach.settings import Settings
from outreach.tables import ContactEvent, Customer, Intent
from policies.arithmetic import NEVER
from policies.decision import Action, Decision
from policies.engine import decide
from policies.situation import Contact, Touch


class UnknownCustomer(LookupError):
    """There is no customer with this external id."""


class UnknownContact(LookupError):
    """This customer has no contact with this id."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one policy would do for one customer because of a contact, or by its rhythm (contact None), at `at`.

    `intent` is the state in which the intent of that contact is now; None where the contact never opened one, as when
    it came in before the policy did. Nothing comes of a contact unless its intent is open.
    """

    customer: str
    policy: str
    version: int
    guard_version: int
    contact: Contact | None
    at: int
    zones: tuple[str, ...]
    decision: Decision
    intent: IntentState | None = IntentState.OPEN

    @property
    def is_idle(self) -> bool:
        """Whether the rules would allow something, now or later, of which nothing comes."""
        return self.intent is not IntentState.OPEN and self.decision.action is not Action.SKIP

    @property
    def contact_id(self) -> str | None:
        """The contact's id as it was imported or posted, without the source it came from."""
        return self.contact.id.partition("/")[2] if self.contact else None


@dataclass(frozen=True, slots=True)
class Question:
    """About whom, at which moment (epoch seconds), and about which contact (its external id).

    None is the contact that a policy would act on first, of those whose intents are open; where none is, the latest.
    """

    customer: str
    at: int
    contact: str | None = None


def explain(session: Session, settings: Settings, question: Question) -> list[Explanation]:
    """One explanation a live policy. Raises UnknownCustomer, UnknownContact, policy_book.NoGuard."""
    customer = session.exec(select(Customer).where(col(Customer.id).in_(known_as(question.customer)))).first()
    if customer is None:
        raise UnknownCustomer(question.customer)
    book = policy_book.in_force(session)
    event = _contact(session, customer.id, question)
    past = _until(history.pasts(session, [customer], settings, question.at)[customer.id], question.at)
    standing = _standing(session, customer.id, question)
    found = []
    for live in sorted(book.policies.values(), key=lambda live: -live.policy.priority):
        about = event if live.policy.contact else None
        if live.policy.contact and about is None:
            continue  # no contact yet for this policy to speak about
        contact = history.contact_of(about) if about else None
        wishes = standing.get(live.policy.name)
        intent = IntentState.OPEN if wishes or not about else _state(session, live, about)
        wish = Wish(0, customer.id, live.policy.name, "", 0, question.at, None, None, None, None, None, contact)
        judged = [(w, decide(book.guard, live.policy, past.situation(w, question.at))) for w in wishes or [wish]]
        chosen, decision = min(judged, key=_first)
        found.append(
            Explanation(
                customer.external_id, live.policy.name, live.version, book.guard_version, chosen.contact, question.at,
                past.zones, decision, intent,
            )
        )  # fmt: skip
    return found


def _first(judged: tuple[Wish, Decision]) -> tuple[float, float, int]:
    """The soonest; of several at once that of the worthiest contact, then the oldest: as a look would choose."""
    wish, decision = judged
    moment = NEVER if decision.moment is None else decision.moment
    return moment, -wish.contact.value if wish.contact else 0.0, wish.opened_at


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


def _standing(session: Session, customer_id: int, question: Question) -> dict[str, list[Wish]]:
    """The open wishes of this customer by policy: those of a rhythm, whose turns decide how the chances fall, and those
    of contacts that may be meant."""
    meant = col(ContactEvent.occurred_at) <= question.at
    if question.contact is not None:
        meant = col(ContactEvent.external_id) == question.contact
    standing: dict[str, list[Wish]] = {}
    query = history.OPEN_WISHES.where(col(Intent.customer_id) == customer_id, meant | col(ContactEvent.id).is_(None))
    for wish in history.wishes(session, query, {}):
        standing.setdefault(wish.policy, []).append(_until_then(wish, question.at))
    return standing


def _state(session: Session, live: Live, event: ContactEvent) -> IntentState | None:
    its = select(Intent.state).where(Intent.contact_event_id == event.id, Intent.policy == live.policy.name)
    found = session.exec(its).first()
    return None if found is None else IntentState(found)


def _until_then(wish: Wish, at: int) -> Wish:
    """What asks and looks after a moment have shown was not known then."""
    known = ("looked_at", "rests_over_at", "rests_open_at", "asked_at")
    forgotten: dict[str, Any] = dict.fromkeys(name for name in known if (getattr(wish, name) or 0) > at)
    return wish._replace(**forgotten)


def _contact(session: Session, customer_id: int, question: Question) -> ContactEvent | None:
    query = select(ContactEvent).where(ContactEvent.customer_id == customer_id)
    if question.contact is not None:
        query = query.where(ContactEvent.external_id == question.contact)
    else:
        query = query.where(ContactEvent.occurred_at <= question.at)
    row = session.exec(query.order_by(col(ContactEvent.occurred_at).desc(), col(ContactEvent.id).desc())).first()
    if row is None and question.contact is not None:
        raise UnknownContact(question.contact)
    return row
