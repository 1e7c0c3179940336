"""The rules of `benchmarks/decide.py` in the Common Expression Language: one program that makes a map of all findings.

CEL has no largest of a list, no time zones and no rounding up: the latest finding is moved into open hours and read as
an action in Python, with the zone's offset given, and a number is rounded up by adding almost one and cutting it off.
Of the ways to write it (values named by lists of one, as here; everything in place; two programs; a program a rule)
this was the quickest, five times and more.
"""

from typing import Any

import cel

ANYTIME, NEVER = 0, 9_000_000_000_000
DAY, HOUR = 86_400, 3_600

# What several rules look at, each bound as a list of one and mapped over: CEL's way of naming a value.
FACTS = {
    "asks": "touches.filter(t, t.kind != 'content')",
    "own": "asks.filter(t, t.policy == 'bench')",
    "own_asks": "own.filter(t, t.kind == 'ask')",
    "answered": "own_asks.filter(t, t.outcome == 'answered')",
    "not_now": "own_asks.filter(t, t.outcome == 'not_now')",
    "heard": "own_asks.filter(t, t.outcome != null)",
    "silences": "own_asks.filter(t, heard.size() == 0 || t.at > heard[heard.size() - 1].at).size()",
    "given": "touches.filter(t, asks.size() == 0 || t.at > asks[asks.size() - 1].at)",
    "used": "given.map(t, t.used_at != null, t.used_at)",
    "missing": "given.size() < 2 ? 2 - given.size() : used.size() < 1 ? 1 : 0",
    "contents": "touches.filter(t, t.kind == 'content')",
}


def _rest(touches: str, since: str, seconds: str) -> str:
    last = f"{touches}[{touches}.size() - 1]"
    rest = f"int(double({seconds}) * (1.0 + 0.2 * {last}.draw) + 0.999999)"
    return f"({touches}.size() > 0 ? {last}.{since} + {rest} : {ANYTIME})"


def _cap(times: str, at_most: int, window: int) -> str:
    return f"({times}.size() >= {at_most} ? {times}[{times}.size() - {at_most}].at + {window} : {ANYTIME})"


RULES = {
    "contact_kind": f"contact.kind in ['visit', 'call'] ? {ANYTIME} : {NEVER}",
    "contact_value": f"contact.value >= 40.0 ? {ANYTIME} : {NEVER}",
    "contact_settles": f"contact.occurred_at + {DAY}",
    "contact_expires": f"now < contact.occurred_at + {14 * DAY} ? {ANYTIME} : {NEVER}",
    "address": f"address.usable ? {ANYTIME} : {NEVER}",
    "consent": f"address.consent == true ? {ANYTIME} : {NEVER}",
    "suppression": f"address.suppressed ? {NEVER} : {ANYTIME}",
    "pause": f"paused_until == null ? {ANYTIME} : paused_until",
    "audience": f"customer.plan in ['gold', 'silver'] && !(customer.orders <= 0) ? {ANYTIME} : {NEVER}",
    "floor": f"touches.size() > 0 ? touches[touches.size() - 1].at + {DAY} : {ANYTIME}",
    "caps": f"[{_cap('touches', 4, 30 * DAY)}].map(g, [{_cap('own', 2, 90 * DAY)}].map(o, g > o ? g : o)[0])[0]",
    "opt_out": f"no_surveys ? {NEVER} : {ANYTIME}",
    "new_customer": f"customer_since + {30 * DAY}",
    "never_asked": f"never_asked_draw < 0.05 ? {NEVER} : {ANYTIME}",
    "sampling": f"sampling_draw < 0.9 ? {ANYTIME} : {NEVER}",
    "open_case": (
        f"case_open ? {NEVER} : case_closed_at == null ? {ANYTIME} : "
        f"case_closed_at + int(double({14 * DAY}) * (1.0 + 0.2 * case_draw) + 0.999999)"
    ),
    "account_cap": f"account_asks.size() >= 2 ? account_asks[account_asks.size() - 2] + {30 * DAY} : {ANYTIME}",
    "rest_between_asks": _rest("asks", "at", f"{30 * DAY}"),
    "rest_after_ask": _rest("own", "at", f"{14 * DAY}"),
    "rest_after_answer": _rest("answered", "outcome_at", f"{90 * DAY}"),
    "rest_after_not_now": _rest("not_now", "outcome_at", f"{180 * DAY}"),
    "rest_after_silence": f"silences >= 3 ? {NEVER} : silences > 0 ? "
    + _rest("own_asks", "at", f"(silences == 2 ? {180 * DAY} : {90 * DAY})")
    + f" : {ANYTIME}",
    "value_first": f"missing > 0 ? {ANYTIME} : [used.map(u, used.all(v, u <= v), u)[0]].map(u, "
    + f"u > given[1].at ? u + {3 * DAY} : given[1].at + {3 * DAY})[0]",
    "content_rest": f"missing == 0 ? {ANYTIME} : "
    + _rest("contents", "at", f"(given.size() >= 2 && used.size() < 1 ? {30 * DAY} : {3 * DAY})"),
    "content_in_stock": f"missing > 0 && content_left == 0 ? {NEVER} : {ANYTIME}",
}


class Cel:
    """A compiled program; it is given its facts as a context that was made before."""

    def __init__(self) -> None:
        findings = ", ".join(f"'{name}': {opens}" for name, opens in RULES.items())
        program = f"{{{findings}, 'missing': missing}}"
        for name, value in reversed(FACTS.items()):
            program = f"[{value}].map({name}, {program})[0]"
        self._program = cel.compile(program)

    def context(self, facts: dict[str, Any]) -> cel.Context:
        return cel.Context(variables=facts)

    def decide(self, context: cel.Context, facts: dict[str, Any]) -> Any:
        opens = self._program.execute(context)
        missing, now = opens.pop("missing"), facts["now"]
        latest = max(*opens.values(), now)
        second = (latest + facts["offset"]) % DAY
        moment = latest
        if latest != NEVER and second >= 20 * HOUR:
            moment += 33 * HOUR - second
        elif latest != NEVER and second < 9 * HOUR:
            moment += 9 * HOUR - second
        closes = facts["contact"]["occurred_at"] + 14 * DAY - (3 * DAY * missing if missing else 0)
        action = "skip" if moment >= closes else "wait" if moment > now else "give" if missing else "ask"
        return action, moment, opens

    @staticmethod
    def told(answer: Any) -> tuple[str, float | None, dict[str, float]]:
        return answer  # type: ignore[no-any-return]
