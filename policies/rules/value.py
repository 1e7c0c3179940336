"""Something useful first: what must have been given and used before an ask, and when a piece may be given."""

from policies import arithmetic
from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Finding
from policies.policy import Guard, Policy
from policies.rules.found import Numbers, last_touch, rest
from policies.situation import CONTENT, Situation, Touch


def value_first(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """Settled: when the ask may follow. Missing: when it could follow if we gave now (code `value_missing`)."""
    first = policy.value_first
    if first is None:
        return Finding("value_first", "no_value_needed")
    given, used = _given_since_last_ask(s.touches)
    numbers: Numbers = {
        "given": len(given), "pieces": first.pieces, "used": len(used), "needed": first.used, "settle": first.settle
    }  # fmt: skip
    missing = max(first.pieces - len(given), 1 if len(used) < first.used else 0)
    if missing:
        opens = arithmetic.ask_after_giving(s.now, missing, first.rest, first.settle)
        amount, now_is, needs = (
            ("value_first.pieces", first.pieces, len(given))
            if len(given) < first.pieces
            else ("value_first.used", first.used, len(used))
        )
        return Finding("value_first", "value_missing", opens, numbers, amount, now_is, needs)
    used_at = used[first.used - 1] if first.used else given[first.pieces - 1]
    opens = arithmetic.settled_opens(given[first.pieces - 1], used_at, first.settle)
    elapsed = s.now - max(given[first.pieces - 1], used_at)
    numbers["until"] = opens
    if opens <= s.now:
        return Finding("value_first", "value_settled", opens, numbers)
    return Finding("value_first", "value_settles", opens, numbers, "value_first.settle", first.settle, elapsed)


def content_rest(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """Between pieces given because a contact waits for them. A giving policy has its rhythm instead."""
    first = policy.value_first
    if first is None:
        return Finding("content_rest", "by_rhythm")
    given, used = _given_since_last_ask(s.touches)
    unused = len(given) >= first.pieces and len(used) < first.used
    lasts, amount = (first.rest_unused, "rest_unused") if unused else (first.rest, "rest")
    return rest("content_rest", last_touch(s.touches, (CONTENT,)), lasts, f"value_first.{amount}", (guard, s))


def content_in_stock(guard: Guard, policy: Policy, s: Situation) -> Finding:
    left = s.content_left.get(s.channel, 0)
    if left == 0:
        return Finding("content_in_stock", "no_content", NEVER, {"channel": s.channel})
    return Finding("content_in_stock", "content_left", ANYTIME, {"left": left, "channel": s.channel})


def _given_since_last_ask(touches: tuple[Touch, ...]) -> tuple[list[int], list[int]]:
    """When pieces were given since the last ask, and when pieces of those were used, each oldest first."""
    given: list[int] = []
    used: list[int] = []
    for touch in reversed(touches):
        if touch.kind != CONTENT:
            break
        given.append(touch.at)
        if touch.used_at is not None:
            used.append(touch.used_at)
    return given[::-1], sorted(used)
