"""How often: rests, caps, fatigue, cases and colleagues."""

import math
from dataclasses import replace
from operator import itemgetter

from policies import arithmetic
from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Finding
from policies.policy import Cap, Guard, Policy
from policies.rules.found import Numbers, last_touch, rest, wait
from policies.situation import ASK, CONTENT, REMINDER, Situation, Touch


def floor(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if not s.touches:
        return Finding("floor", "never_touched")
    last = s.touches[-1].at
    return Finding("floor", "floor", last + arithmetic.FLOOR, {"since": last, "until": last + arithmetic.FLOOR})


def rest_between_asks(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = last_touch(s.touches, (ASK, REMINDER))
    return rest("rest_between_asks", last, guard.rest_between_asks, "guard.rest_between_asks", (guard, s))


def rest_after_ask(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = last_touch(s.touches, (ASK, REMINDER), policy.name)
    return rest("rest_after_ask", last, policy.rests.after_ask, "rests.after_ask", (guard, s))


def rest_after_answer(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = _last_outcome(s.touches, policy.name, "answered")
    return rest("rest_after_answer", last, policy.rests.after_answer, "rests.after_answer", (guard, s))


def rest_after_not_now(guard: Guard, policy: Policy, s: Situation) -> Finding:
    last = _last_outcome(s.touches, policy.name, "not_now")
    return rest("rest_after_not_now", last, policy.rests.after_not_now, "rests.after_not_now", (guard, s))


def rest_after_silence(guard: Guard, policy: Policy, s: Situation) -> Finding:
    silences, last = 0, None
    for touch in reversed(s.touches):
        if touch.kind == ASK and touch.policy == policy.name:
            if touch.outcome is not None:
                break
            silences, last = silences + 1, last or touch
    rests = policy.rests
    lasts = arithmetic.silence_rest(rests.after_silence, silences, rests.give_up_after)
    if lasts == NEVER:
        numbers: Numbers = {"silences": silences}
        return Finding(
            "rest_after_silence", "given_up", NEVER, numbers, "rests.give_up_after", rests.give_up_after, silences + 1
        )
    doubled = 1 if silences < 2 else 2 ** (silences - 1)
    found = rest("rest_after_silence", last, lasts, "rests.after_silence", (guard, s))
    if found.would_need is None:
        return found
    return found._replace(now_is=rests.after_silence, would_need=found.would_need // doubled)


def caps(guard: Guard, policy: Policy, s: Situation) -> Finding:
    """The tightest of all caps, the guard's and the policy's own, that speak about this kind of touch and channel."""
    found = Finding("caps", "no_cap")
    for owner, caps_there in (("guard.caps", guard.caps), ("caps", policy.caps)):
        for number, cap in enumerate(caps_there):
            opens, times = _cap_opens(cap, policy.name if owner == "caps" else None, s)
            if opens > found.opens or found.code == "no_cap":
                found = _cap_finding(f"{owner}.{number}.at_most", cap, opens, times, s.now)
    return found


def _cap_opens(cap: Cap, own: str | None, s: Situation) -> tuple[float, list[int]]:
    asks = s.kind != CONTENT
    if (cap.of == "ask" and not asks) or (cap.of == "content" and asks) or cap.channel not in ("any", s.channel):
        return ANYTIME, []
    times = [
        t.at
        for t in s.touches
        if (cap.of == "any" or (t.kind == CONTENT) == (cap.of == "content"))
        and cap.channel in ("any", t.channel)
        and own in (None, t.policy)
    ]
    return arithmetic.cap_opens(times, len(times), cap.at_most, cap.window), times


def _cap_finding(amount: str, cap: Cap, opens: float, times: list[int], now: int) -> Finding:
    inside = sum(1 for t in times if t + cap.window > now)
    numbers: Numbers = {
        "count": inside, "at_most": cap.at_most, "window": cap.window, "of": cap.of, "channel": cap.channel
    }  # fmt: skip
    if opens <= now:
        return Finding("caps", "cap_free", opens, numbers)
    numbers["until"] = opens
    return Finding("caps", "cap_full", opens, numbers, amount, cap.at_most, inside + 1)


def _last_outcome(touches: tuple[Touch, ...], policy: str, outcome: str) -> Touch | None:
    """The ask of this policy that had this outcome last, as a touch at the moment the outcome came."""
    found = [(t.outcome_at, t) for t in touches if t.outcome == outcome and t.policy == policy and t.outcome_at]
    if not found:
        return None
    at, ask = max(found, key=itemgetter(0))
    return replace(ask, at=at)


def fatigue(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if guard.fatigue is None or not s.touches:
        return Finding("fatigue", "not_tired")
    terms = guard.fatigue
    times = [float(t.at) for t in s.touches]
    loads = [terms.sms if t.channel == "sms" else terms.email for t in s.touches]
    stock = round(arithmetic.fatigue(times, loads, len(times), terms.half_life, s.now), 9)
    opens = arithmetic.fatigue_opens(stock, s.now, terms.half_life, terms.threshold)
    numbers: Numbers = {"stock": stock, "threshold": terms.threshold}
    if opens <= s.now:
        return Finding("fatigue", "not_tired_yet", opens, numbers)
    numbers["until"] = math.ceil(opens)
    return Finding("fatigue", "tired", math.ceil(opens), numbers, "guard.fatigue.threshold", terms.threshold, stock)


def open_case(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if s.case_open:
        return Finding("open_case", "case_open", NEVER)
    if s.case_closed_at is None:
        return Finding("open_case", "no_case")
    return wait("open_case", s.case_closed_at, guard.case_rest, "guard.case_rest", s.now)


def account_cap(guard: Guard, policy: Policy, s: Situation) -> Finding:
    if guard.account is None or not s.account_asks:
        return Finding("account_cap", "no_colleague")
    times, cap = sorted(s.account_asks), guard.account
    opens = arithmetic.cap_opens(times, len(times), cap.people, cap.window)
    inside = sum(1 for t in times if t + cap.window > s.now)
    numbers: Numbers = {"count": inside, "at_most": cap.people, "window": cap.window}
    if opens <= s.now:
        return Finding("account_cap", "account_free", opens, numbers)
    numbers["until"] = opens
    return Finding("account_cap", "account_full", opens, numbers, "guard.account.people", cap.people, inside + 1)
