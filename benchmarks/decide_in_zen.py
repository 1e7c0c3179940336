"""The rules of `benchmarks/decide.py` as a GoRules decision model: one node, each of its expressions traced."""

import json
from typing import Any

import zen

ANYTIME, NEVER = 0, 9_000_000_000_000
DAY = 86_400

# What several rules look at.
FACTS = {
    "asks": "filter(touches, #.kind != 'content')",
    "contents": "filter(touches, #.kind == 'content')",
    "own": "filter($.asks, #.policy == 'bench')",
    "own_asks": "filter($.own, #.kind == 'ask')",
    "answered": "filter($.own_asks, #.outcome == 'answered')",
    "not_now": "filter($.own_asks, #.outcome == 'not_now')",
    "heard": "filter($.own_asks, #.outcome != null)",
    "heard_at": "len($.heard) > 0 ? $.heard[len($.heard) - 1].at : 0",
    "silences": "count($.own_asks, #.at > $.heard_at)",
    "given": "len($.asks) > 0 ? filter(touches, #.at > $.asks[len($.asks) - 1].at) : touches",
    "used": "map(filter($.given, #.used_at != null), #.used_at)",
    "missing": "max([2 - len($.given), len($.used) < 1 ? 1 : 0])",
}


def _rest(touches: str, since: str, seconds: str) -> str:
    last = f"{touches}[len({touches}) - 1]"
    return f"len({touches}) > 0 ? {last}.{since} + ceil({seconds} * (1 + 0.2 * {last}.draw)) : {ANYTIME}"


def _cap(times: str, at_most: int, window: int) -> str:
    return f"len({times}) >= {at_most} ? {times}[len({times}) - {at_most}].at + {window} : {ANYTIME}"


RULES = {
    "contact_kind": f"contact.kind in ['visit', 'call'] ? {ANYTIME} : {NEVER}",
    "contact_value": f"contact.value >= 40 ? {ANYTIME} : {NEVER}",
    "contact_settles": f"contact.occurred_at + {DAY}",
    "contact_expires": f"now < contact.occurred_at + {14 * DAY} ? {ANYTIME} : {NEVER}",
    "address": f"address.usable ? {ANYTIME} : {NEVER}",
    "consent": f"address.consent == true ? {ANYTIME} : {NEVER}",
    "suppression": f"address.suppressed ? {NEVER} : {ANYTIME}",
    "pause": f"paused_until == null ? {ANYTIME} : paused_until",
    "audience": f"customer.plan in ['gold', 'silver'] and not (customer.orders <= 0) ? {ANYTIME} : {NEVER}",
    "floor": f"len(touches) > 0 ? touches[len(touches) - 1].at + {DAY} : {ANYTIME}",
    "caps": f"max([{_cap('touches', 4, 30 * DAY)}, {_cap('$.own', 2, 90 * DAY)}])",
    "opt_out": f"no_surveys ? {NEVER} : {ANYTIME}",
    "new_customer": f"customer_since + {30 * DAY}",
    "never_asked": f"never_asked_draw < 0.05 ? {NEVER} : {ANYTIME}",
    "sampling": f"sampling_draw < 0.9 ? {ANYTIME} : {NEVER}",
    "open_case": (
        f"case_open ? {NEVER} : case_closed_at == null ? {ANYTIME} : "
        f"case_closed_at + ceil({14 * DAY} * (1 + 0.2 * case_draw))"
    ),
    "account_cap": f"len(account_asks) >= 2 ? account_asks[len(account_asks) - 2] + {30 * DAY} : {ANYTIME}",
    "rest_between_asks": _rest("$.asks", "at", str(30 * DAY)),
    "rest_after_ask": _rest("$.own", "at", str(14 * DAY)),
    "rest_after_answer": _rest("$.answered", "outcome_at", str(90 * DAY)),
    "rest_after_not_now": _rest("$.not_now", "outcome_at", str(180 * DAY)),
    "rest_after_silence": f"$.silences >= 3 ? {NEVER} : $.silences > 0 ? ("
    + _rest("$.own_asks", "at", f"{90 * DAY} * 2 ^ ($.silences - 1)")
    + f") : {ANYTIME}",
    "value_first": f"$.missing > 0 ? {ANYTIME} : max([$.given[1].at, min($.used)]) + {3 * DAY}",
    "content_rest": "$.missing == 0 ? 0 : "
    + _rest("$.contents", "at", f"(len($.given) >= 2 and len($.used) < 1 ? {30 * DAY} : {3 * DAY})"),
    "content_in_stock": f"$.missing > 0 and content_left == 0 ? {NEVER} : {ANYTIME}",
}
OUTCOME = {
    "latest": "max([" + ", ".join(f"$.{rule}" for rule in RULES) + ", now])",
    "second": f"$.latest == {NEVER} ? 0 : $.latest - d($.latest * 1000, zone).startOf('day').timestamp() / 1000",
    "moment": f"$.latest == {NEVER} ? {NEVER} : $.second >= {20 * 3600} ? $.latest + {33 * 3600} - $.second"
    f" : $.second < {9 * 3600} ? $.latest + {9 * 3600} - $.second : $.latest",
    "closes": f"contact.occurred_at + {14 * DAY} - ($.missing > 0 ? ($.missing - 1) * {3 * DAY} + {3 * DAY} : 0)",
    "action": "$.moment >= $.closes ? 'skip' : $.moment > now ? 'wait' : $.missing > 0 ? 'give' : 'ask'",
}


class Zen:
    """A compiled decision model; it is given its facts as the dictionary it likes best."""

    def __init__(self) -> None:
        written = {**FACTS, **RULES, **OUTCOME}
        expressions = [{"id": key, "key": key, "value": value} for key, value in written.items()]
        nodes: list[dict[str, Any]] = [
            {"id": "in", "type": "inputNode"},
            {"id": "rules", "type": "expressionNode", "content": {"expressions": expressions, "passThrough": False}},
            {"id": "out", "type": "outputNode"},
        ]
        edges = [
            {"id": f"{source}-{target}", "sourceId": source, "targetId": target, "type": "edge"}
            for source, target in (("in", "rules"), ("rules", "out"))
        ]
        for node in nodes:
            node |= {"name": node["id"], "position": {"x": 0, "y": 0}}
        self._decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def decide(self, facts: dict[str, Any]) -> Any:
        return self._decision.evaluate(facts, {"trace": True})

    @staticmethod
    def told(answer: Any) -> tuple[str, float | None, dict[str, float]]:
        """The action, the moment, and from when each rule would allow the ask, as the trace tells it."""
        traced = answer["trace"]["rules"]["traceData"]
        opens = {rule: traced[rule]["result"] for rule in RULES}
        return answer["result"]["action"], answer["result"]["moment"], opens
