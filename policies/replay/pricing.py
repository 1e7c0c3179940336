"""The price of every rule: the same documents with one amount relaxed as far as it goes, alone."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from policies.durations import HOUR, MINUTE
from policies.hours import DAYS, Hours
from policies.policy import MOST, MOST_SILENCES, AccountCap, ChannelHours, Guard, Policy

_OPEN = Hours(quiet_from=3 * HOUR, quiet_until=3 * HOUR + MINUTE, weekdays=DAYS, holidays=True)
_OF_GUARD: dict[str, Any] = {
    "rest_between_asks": 0,
    "new_customer": 0,
    "case_rest": 0,
    "never_asked": 0.0,
    "caps": (),
    "account": AccountCap(people=MOST, window=1),
    "fatigue": None,
    "hours": ChannelHours(email=_OPEN, sms=_OPEN),
}
_OF_CONTACTS: dict[str, Any] = {"kinds": (), "minimum_value": 0.0, "settle": 0}
_OF_RESTS: dict[str, Any] = {
    "after_ask": 0, "after_answer": 0, "after_not_now": 0, "after_silence": 0, "give_up_after": MOST_SILENCES,
}  # fmt: skip
_OF_POLICY: dict[str, Any] = {"sampling": 1.0, "audience": None, "caps": (), "value_first": None}


class Relaxed(NamedTuple):
    """Documents in which one amount, by its dotted name, holds nothing back any more; `policy` is whose it is."""

    amount: str
    policy: str | None
    guard: Guard
    policies: list[Policy]


def relaxed(guard: Guard, policies: Sequence[Policy]) -> Iterator[Relaxed]:
    """Every amount that is not as lax as can be, relaxed alone."""
    for name, lax in _OF_GUARD.items():
        if getattr(guard, name) != lax:
            yield Relaxed(f"guard.{name}", None, guard.model_copy(update={name: lax}), list(policies))
    for place, policy in enumerate(policies):
        for amount, changed in _of(policy):
            others = [changed if n == place else other for n, other in enumerate(policies)]
            yield Relaxed(amount, policy.name, guard, others)


def _of(policy: Policy) -> Iterator[tuple[str, Policy]]:
    tables = (("contact", policy.contact, _OF_CONTACTS), ("rests", policy.rests, _OF_RESTS))
    for table, terms, laxest in tables if policy.does == "ask" else ():
        for name, lax in laxest.items() if terms is not None else ():
            if getattr(terms, name) != lax:
                changed = terms.model_copy(update={name: lax})  # type: ignore[union-attr]
                yield f"{table}.{name}", policy.model_copy(update={table: changed})
    for name, lax in _OF_POLICY.items():
        if getattr(policy, name) != lax:
            yield name, policy.model_copy(update={name: lax})
