"""Something useful first: what must have been given and used before an ask, and when a piece may be given."""

from policies import arithmetic
from policies.arithmetic import ANYTIME, LONGEST, NEVER
from policies.decision import Amount, Finding
from policies.policy import Guard, Policy, ValueFirst
from policies.rules.found import Numbers, last_content, plain, rest, within
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
        amounts = _in_time(policy, s, opens - s.now, _let_go(first, given, used, s.now))
        return Finding("value_first", "value_missing", opens, numbers, amounts, lead=opens - s.now)
    given_at = given[first.pieces - 1]
    opens = arithmetic.settled_opens(given_at, used[first.used - 1] if first.used else given_at, first.settle)
    numbers["until"] = opens
    if opens <= s.now:
        return Finding("value_first", "value_settled", opens, numbers)
    return Finding("value_first", "value_settles", opens, numbers, _let_go(first, given, used, s.now))


def _let_go(first: ValueFirst, given: list[int], used: list[int], now: int) -> tuple[Amount, ...]:
    """With which the ask could follow now: no more pieces than were given, no more of them used, settled for so long as
    they had by now. No amount replaces the first piece."""
    if not given:
        return (Amount("value_first.pieces", first.pieces, None),)
    pieces, needed = min(first.pieces, len(given)), min(first.used, len(used))
    settled = now - max(given[pieces - 1], used[needed - 1] if needed else 0)
    amounts = (
        Amount("value_first.used", first.used, needed),
        Amount("value_first.pieces", first.pieces, pieces),
        Amount("value_first.settle", first.settle, min(settled, first.settle) if settled >= 0 else None),
    )
    return tuple([amount for amount in amounts if amount.would_need != amount.now_is])


def _in_time(policy: Policy, s: Situation, lead: float, amounts: tuple[Amount, ...]) -> tuple[Amount, ...]:
    """Where the contact would expire before the ask could follow, a longer life helps as well."""
    if policy.contact is None or s.contact is None:
        return amounts
    life, age = policy.contact.expires, s.now - s.contact.occurred_at
    if age + lead < life:
        return amounts
    longer = within(LONGEST, Amount("contact.expires", life, age + lead + 1))
    if longer.would_need is None:
        return amounts
    return (longer,) if any(amount.would_need is None for amount in amounts) else (*amounts, longer)


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
