"""How often: rests, caps, fatigue, cases and colleagues."""

import math
from operator import attrgetter, itemgetter

from policies import arithmetic
from policies.arithmetic import NEVER
from policies.decision import Amount, Finding
from policies.policy import MOST, MOST_SILENCES, Cap, Guard, Policy
from policies.rules.found import Began, Numbers, last_ask, plain, rest, within
from policies.situation import ANSWERS, ASK, CONTENT, Situation, Touch


def floor(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if not s.touches:
        return plain("floor", "floor_none")
    since = s.touches[-1].at
    opens = since + arithmetic.FLOOR
    return Finding("floor", "floor_over" if opens <= s.now else "floor", opens, {"since": since, "until": opens})


def rest_between_asks(guard: Guard, policy: Policy, s: Situation) -> Finding:
    lasts = guard.rest_between_asks
    return rest("rest_between_asks", last_ask(s.touches), lasts, "guard.rest_between_asks", (guard, s))


def rest_after_ask(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = last_ask(s.touches, policy.name)
    return rest("rest_after_ask", last, policy.rests.after_ask, "rests.after_ask", (guard, s))


def rest_after_answer(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = _last_outcome(s.touches, policy.name, ANSWERS)
    return rest("rest_after_answer", last, policy.rests.after_answer, "rests.after_answer", (guard, s))


def rest_after_not_now(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = _last_outcome(s.touches, policy.name, ("not_now",))
    return rest("rest_after_not_now", last, policy.rests.after_not_now, "rests.after_not_now", (guard, s))


def _last_outcome(touches: tuple[Touch, ...], policy: str, outcomes: tuple[str, ...]) -> Began | None:
    """What this policy's ask with such an outcome began, when the outcome came."""
    asks = [t for t in touches if t.outcome in outcomes and t.policy == policy]
    began = [Began.by(t, t.outcome_at) for t in asks]
    return max(began, key=itemgetter(0), default=None)


def rest_after_silence(guard: Guard, policy: Policy, s: Situation) -> Finding:
    rule, rests = "rest_after_silence", policy.rests
    asks = [t for t in s.touches if t.kind == ASK and t.policy == policy.name]
    silent = arithmetic.silences([t.outcome is not None for t in asks], len(asks))
    if silent == 0:
        return plain(rule, "rest_after_silence_none")
    lasts = arithmetic.silence_rest(rests.after_silence, silent, silent + 1)
    found = rest(rule, Began.by(asks[-1]), lasts, "rests.after_silence", (guard, s))
    amounts = tuple([_halved(amount, rests.after_silence, silent - 1) for amount in found.amounts])
    if silent < rests.give_up_after:
        numbers = {**found.numbers, "silences": silent, "first": rests.after_silence}
        return found._replace(numbers=numbers, amounts=amounts)
    more = within(MOST_SILENCES, Amount("rests.give_up_after", rests.give_up_after, silent + 1))
    return Finding(rule, "given_up", NEVER, {"silences": silent, "most": rests.give_up_after}, (more, *amounts))


def _halved(lasting: Amount, first: int, times: int) -> Amount:
    needs = lasting.would_need
    return Amount(lasting.name, first, None if needs is None else needs // 2**times)


def caps(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """The cap that has room last, of those that speak about this kind of touch and channel: the guard's count every
    touch, the policy's only its own."""
    about = ("any", "content" if s.kind == CONTENT else "ask")
    stacked = [
        _at_most(
            "caps", _counted(cap, owner, s.touches), (f"{name}.{number}.at_most", cap.at_most, cap.window), s.now,
            of=cap.of, channel=cap.channel,
        )
        for name, owner, there in (("guard.caps", None, guard.caps), ("caps", policy.name, policy.caps))
        for number, cap in enumerate(there)
        if cap.of in about and cap.channel in ("any", s.channel)
    ]  # fmt: skip
    if not stacked:
        return plain("caps", "no_cap")
    last = max(stacked, key=attrgetter("opens"))
    others = [amount for found in stacked if found is not last for amount in found.amounts]
    return last._replace(amounts=(*last.amounts, *others)) if others else last


def _counted(cap: Cap, owner: str | None, touches: tuple[Touch, ...]) -> list[int]:
    return [
        t.at
        for t in touches
        if (cap.of == "any" or (t.kind == CONTENT) == (cap.of == "content"))
        and cap.channel in ("any", t.channel)
        and owner in (None, t.policy)
    ]


def account_cap(guard: Guard, policy: Policy, s: Situation) -> Finding:
    terms = ("guard.account.people", guard.account.people, guard.account.window)
    return _at_most("account_cap", sorted(s.account_asks), terms, s.now)


def _at_most(rule: str, times: list[int], cap: tuple[str, int, int], now: int, **of_what: str) -> Finding:
    amount, at_most, window = cap
    opens = arithmetic.cap_opens(times, len(times), at_most, window)
    count = arithmetic.in_window(times, len(times), window, now)
    numbers: Numbers = {"count": count, "at_most": at_most, "window": window, **of_what}
    if opens <= now:
        return Finding(rule, f"{rule}_free", opens, numbers)
    amounts = (within(MOST, Amount(amount, at_most, count + 1)),)
    return Finding(rule, f"{rule}_full", opens, {**numbers, "until": opens}, amounts)


def fatigue(guard: Guard, policy: Policy, s: Situation) -> Finding:
    terms, count = guard.fatigue, len(s.touches)
    if terms is None or count == 0:
        return plain("fatigue", "not_tired")
    times = [t.at for t in s.touches]
    loads = [terms.sms if t.channel == "sms" else terms.email for t in s.touches]
    opens = arithmetic.fatigue_opens(times, loads, count, terms.half_life, terms.threshold)
    stock = arithmetic.fatigue(times, loads, count, terms.half_life, max(s.now, times[-1]))
    numbers: Numbers = {"stock": stock, "threshold": terms.threshold}
    if opens <= s.now:
        return Finding("fatigue", "not_tired_yet", opens, numbers)
    numbers["until"] = opens
    needs = math.floor(stock * 1000 + 1.5) / 1000  # a little above the load itself, which no rounding undoes
    amounts = (within(MOST, Amount("guard.fatigue.threshold", terms.threshold, needs)),)
    return Finding("fatigue", "tired", opens, numbers, amounts)


def open_case(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if s.case_open:
        return plain("open_case", "case_open", NEVER)
    if s.case_closed_at is None:
        return plain("open_case", "no_case")
    closed = Began(s.case_closed_at, "case", s.case_draw)
    return rest("open_case", closed, guard.case_rest, "guard.case_rest", (guard, s))
