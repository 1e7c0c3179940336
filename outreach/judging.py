"""Judging the wishes of locked customers at one moment; what was allowed a moment ago is seen by the next."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlmodel import Session

from outreach import history
from outreach.history import Past, Wish
from outreach.lifecycle import Kind, Stage
from outreach.policy_book import Book
from outreach.settings import Settings
from outreach.tables import Customer
from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Action, Amount, Decision, Finding
from policies.engine import decide
from policies.policy import Policy
from policies.situation import Touch


def kind_of(wish: Wish, decision: Decision) -> Kind | None:
    """What would go out for this wish; None where nothing may."""
    if decision.action is Action.GIVE:
        return Kind.CONTENT
    if decision.action is not Action.ASK:
        return None
    return Kind.ASK if wish.asked_at is None else Kind.REMINDER


class Judge:
    """Judges for customers that are locked in `session`, with the facts as they are at `now`."""

    def __init__(
        self, session: Session, book: Book, customers: Sequence[Customer], settings: Settings, now: int
    ) -> None:
        self.book, self.now = book, now
        self.pasts = history.pasts(session, customers, settings, now)

    def policy(self, wish: Wish) -> Policy:
        return self.book.policies[wish.policy].policy

    def decide(self, wish: Wish) -> Decision:
        return decide(self.book.guard, self.policy(wish), self.pasts[wish.customer_id].situation(wish, self.now))

    def allow(self, wish: Wish, decision: Decision) -> None:
        """Let everything judged from here on count this touch: the customer's other wishes, and colleagues."""
        past, kind = self.pasts[wish.customer_id], kind_of(wish, decision)
        if kind is None:
            return
        touch = Touch(self.now, kind, decision.channel, wish.policy, past.rest_draw(wish))
        self.pasts[wish.customer_id] = replace(past, touches=(*past.touches, touch))
        account = past.customer.account_id
        if account is None or decision.action is not Action.ASK:
            return
        for other in self.pasts.values():
            if other.customer.account_id == account and other.customer.id != wish.customer_id:
                asked = {**other.colleagues, wish.customer_id: self.now}
                self.pasts[other.customer.id] = replace(other, colleagues=asked)

    def row(self, wish: Wish, decision: Decision, stage: Stage) -> dict[str, Any]:
        """The decision as it is kept: every finding, and the facts that are not elsewhere in the database."""
        past = self.pasts[wish.customer_id]
        return {
            "intent_id": wish.intent_id,
            "customer_id": wish.customer_id,
            "policy_version_id": self.book.policies[wish.policy].version_id,
            "guard_version_id": self.book.guard_version_id,
            "decided_at": self.now,
            "stage": stage,
            "action": decision.action,
            "moment": decision.moment,
            "channel": decision.channel,
            "probability": decision.probability,
            "held_by": decision.held_by,
            "findings": {"ask": pack(decision.findings), "give": pack(decision.giving)},
            "facts": _facts(past, wish),
        }


def pack(findings: Sequence[Finding]) -> list[list[Any]]:
    """Findings as JSON can keep them: no infinities, no names repeated. `unpack` reads them."""
    return [[f.rule, f.code, _word(f.opens), dict(f.numbers), f.amounts] for f in findings]


def unpack(kept: Sequence[Sequence[Any]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(rule, code, float(opens), numbers, tuple(Amount(*amount) for amount in amounts))
        for rule, code, opens, numbers, amounts in kept
    )


def _word(opens: float) -> float | str:
    return str(opens) if opens in (ANYTIME, NEVER) else opens


def _facts(past: Past, wish: Wish) -> dict[str, Any]:
    return {
        "contact": asdict(wish.contact) if wish.contact else None,
        "zones": past.zones,
        "touches": len(past.touches),
        "content_left": {channel: len(pieces) for channel, pieces in past.left.items()},
        "account_asks": sorted(past.colleagues.values()),
        "looked_at": wish.looked_at,
        "rests_over_at": wish.rests_over_at,
        "rests_open_at": wish.rests_open_at,
    }
