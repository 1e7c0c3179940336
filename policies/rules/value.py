"""Something useful first: what must have been given and used before an ask, and when a piece may be given."""

from policies import arithmetic
from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Finding
from policies.policy import Guard, Policy, ValueFirst
from policies.rules.found import Numbers, last_content, plain, rest
from policies.situation import CONTENT, Situation, Touch


def value_first(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """Settled: when the ask may follow. Missing: when it could follow if we gave now; only then it has a `lead`."""
    first = policy.value_first
    if first is None:
        return plain("value_first", "no_value_needed")
    given, used = _given_since_last_ask(s.touches)
    numbers: Numbers = {
        "given": len(given), "pieces": first.pieces, "used": len(used), "needed": first.used, "settle": first.settle
    }  # fmt: skip
    missing = arithmetic.pieces_missing(len(given), len(used), first.pieces, first.used)
    if missing:
        opens = arithmetic.ask_after_giving(s.now, missing, first.rest, first.settle)
        lacking = _lacking(first, len(given), len(used))
        return Finding("value_first", "value_missing", opens, numbers, *lacking, lead=opens - s.now)
    given_at = given[first.pieces - 1]
    used_at = used[first.used - 1] if first.used else given_at
    opens = arithmetic.settled_opens(given_at, used_at, first.settle)
    numbers["until"] = opens
    if opens <= s.now:
        return Finding("value_first", "value_settled", opens, numbers)
    elapsed = s.now - max(given_at, used_at)
    needs = elapsed if elapsed >= 0 else None
    return Finding("value_first", "value_settles", opens, numbers, "value_first.settle", first.settle, needs)


def _lacking(first: ValueFirst, given: int, used: int) -> tuple[str, int, int | None]:
    """Which amount lets go first: fewer used, then fewer pieces. No amount replaces the first piece."""
    if given and used < first.used:
        return "value_first.used", first.used, used
    return "value_first.pieces", first.pieces, given or None


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


def content_rest(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """Between pieces given because an ask waits for them. A giving policy has its rhythm instead."""
    first = policy.value_first
    if first is None:
        return plain("content_rest", "by_rhythm")
    given, used = _given_since_last_ask(s.touches)
    unused = len(given) >= first.pieces and len(used) < first.used
    lasts, amount = (first.rest_unused, "rest_unused") if unused else (first.rest, "rest")
    return rest("content_rest", last_content(s.touches), lasts, f"value_first.{amount}", (guard, s))


def content_in_stock(guard: Guard, policy: Policy, s: Situation) -> Finding:
    left = s.content_left.get(s.channel, 0)
    if left == 0:
        return Finding("content_in_stock", "no_content", NEVER, {"channel": s.channel})
    return Finding("content_in_stock", "content_left", ANYTIME, {"left": left, "channel": s.channel})
