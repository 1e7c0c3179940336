"""A guard, a policy and a situation in which nothing holds back; each test changes the fact it is about."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from policies.decision import Decision, Finding
from policies.engine import decide
from policies.policy import Guard, Policy
from policies.situation import Address, Contact, Situation, Touch

MINUTE, HOUR, DAY = 60, 3_600, 86_400
NOON = int(datetime(2026, 5, 13, 10, tzinfo=UTC).timestamp())  # a Wednesday; 12:00 in Amsterdam
NAME = "after-visit"

Rule = Callable[[Guard, Policy, Situation], Finding]


def a_guard(**changes: Any) -> Guard:
    return Guard.model_validate(changes)


def a_policy(**changes: Any) -> Policy:
    """Asks after any contact; gives nothing first."""
    terms = {"name": NAME, "title": "After a visit", "survey": "visit", "contact": {}}
    return Policy.model_validate({**terms, **changes})


def a_rhythm(**changes: Any) -> Policy:
    return a_policy(**{"contact": None, "rhythm": {}, **changes})


def a_giving_policy(**changes: Any) -> Policy:
    return a_rhythm(**{"does": "give", "survey": None, "rhythm": {"every": "30d"}, **changes})


def a_contact(age: int = 2 * DAY, **changes: Any) -> Contact:
    facts = {"id": "1", "kind": "visit", "touchpoint": "shop", "value": 60.0, "occurred_at": NOON - age}
    return Contact(**{**facts, **changes})


def a_situation(**changes: Any) -> Situation:
    facts: dict[str, Any] = {
        "now": NOON,
        "customer": "C1",
        "customer_since": NOON - 400 * DAY,
        "addresses": {"email": Address(), "sms": Address()},
        "zones": ("Europe/Amsterdam",),
        "contact": a_contact(),
        "content_left": {"email": 3, "sms": 3},
        "never_asked_draw": 0.9,
    }
    return Situation(**{**facts, **changes})


def an_ask(age: int, **changes: Any) -> Touch:
    return Touch(**{"at": NOON - age, "kind": "ask", "channel": "email", "policy": NAME, **changes})


def a_reminder(age: int, **changes: Any) -> Touch:
    return an_ask(age, kind="reminder", **changes)


def a_piece(age: int, used: int | None = None, **changes: Any) -> Touch:
    """A piece of content given `age` seconds ago, and used `used` seconds ago."""
    used_at = None if used is None else NOON - used
    return an_ask(age, **{"kind": "content", "policy": "news", "used_at": used_at, **changes})


def found(rule: Rule, guard: Guard | None = None, policy: Policy | None = None, **facts: Any) -> Finding:
    """What one rule says."""
    return rule(guard or a_guard(), policy or a_policy(), a_situation(**facts))


def opens(rule: Rule, guard: Guard | None = None, policy: Policy | None = None, **facts: Any) -> float:
    """Seconds from now until the rule lets go."""
    return found(rule, guard, policy, **facts).opens - NOON


def decided(guard: Guard | None = None, policy: Policy | None = None, **facts: Any) -> Decision:
    return decide(guard or a_guard(), policy or a_policy(), a_situation(**facts))
