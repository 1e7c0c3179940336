"""What becomes of an intent once it was judged or acted on: every column that may change, so that many move at once."""

from typing import Any

from outreach.history import Wish
from outreach.judging import Judge
from outreach.lifecycle import IntentState, Kind
from outreach.policy_book import RETIRED
from policies.arithmetic import FLOOR, NEVER
from policies.decision import Action, Decision

Move = dict[str, Any]

NO_CONTENT = "content_in_stock"  # the rule that holds back where there is nothing left to give
_STAYS = ("looked_at", "rests_over_at", "rests_open_at", "opened_at", "steps", "expires_at", "asked_at")
RHYTHM_LOOKS_AGAIN = 30 * 86_400  # seconds until a standing intent that was refused is looked at again

BROUGHT_IN = ("address", "consent", "contact_value")
"""Rules about facts that come with an import or a contact; when they come, what is parked is looked at again."""


def after_look(judge: Judge, wish: Wish, decision: Decision) -> Move:
    """Due when the decision says. Never: a contact's intent ends, a rhythm looks again later or, where it was not drawn
    into the sample, waits for its next turn. Too late, or held back by what may be brought in yet: parked until
    something good happens. Nothing to give: that somebody can mend any day. A reminder that cannot come in time ends
    what began with its ask."""
    looked = _open(wish, **_shown(judge, decision), looked_at=judge.now, look_at=decision.moment)
    if decision.action is not Action.SKIP:
        return looked
    looked["reason"] = decision.held_by
    if wish.asked_at is not None:
        return _over(judge, wish, looked, wish.asked_at)
    if decision.held_by == NO_CONTENT:
        return {**looked, "look_at": judge.now + FLOOR}
    if wish.contact is None:
        if decision.held_by == "sampling":
            return _over(judge, wish, looked, judge.now)
        return {**looked, "look_at": judge.now + RHYTHM_LOOKS_AGAIN}
    held_by = [f for f in (*decision.findings, *decision.giving) if f.rule == decision.held_by]
    never = any(finding.opens == NEVER and finding.rule not in BROUGHT_IN for finding in held_by)
    return {**looked, "state": IntentState.CANCELLED if never else IntentState.OPEN}


def after_hand_over(judge: Judge, wish: Wish, kind: str) -> Move:
    """Done, or a rhythm stands for its next turn; but an ask that something useful came before is still wanted, and of
    an ask a reminder may be."""
    stepped, policy = _open(wish, steps=wish.steps + 1, rests_over_at=judge.now), judge.policy(wish)
    if kind == Kind.CONTENT and policy.does == "ask":
        return {**stepped, "look_at": judge.now + FLOOR}
    if kind == Kind.ASK and policy.reminder is not None:
        ends = judge.now + policy.reminder.until if wish.contact else None
        return {**stepped, "asked_at": judge.now, "look_at": judge.now + policy.reminder.after, "expires_at": ends}
    return _over(judge, wish, stepped, judge.now)


def called_off(move: Move) -> Move:
    """The planned message of this step was called off: what comes next is another step."""
    return {**move, "steps": move["steps"] + 1}


def at_once(wish: Wish, now: int) -> Move:
    """Its message gave way to another one: looked at again as soon as nothing else is on its way."""
    return _open(wish, look_at=now)


def put_off(wish: Wish, now: int, reason: str) -> Move:
    """There are no words to say it with: tried again when somebody may have written them."""
    return _open(wish, looked_at=now, rests_over_at=now, look_at=now + FLOOR, reason=reason)


def outdone(judge: Judge, move: Move) -> Move:
    """It could have acted, had another wish not come first."""
    return {**move, "rests_over_at": judge.now}


def after_retirement(wish: Wish) -> Move:
    """The policy is not in force: a contact's intent ends, a rhythm is parked until the policy is published again."""
    return _open(wish, state=IntentState.CANCELLED if wish.contact else IntentState.OPEN, reason=RETIRED)


def _open(wish: Wish, **changed: Any) -> Move:
    stays = {name: getattr(wish, name) for name in _STAYS}
    return {"id": wish.intent_id, "state": IntentState.OPEN, "reason": None, "look_at": None, **stays, **changed}


def _shown(judge: Judge, decision: Decision) -> Move:
    """What a look shows of the rests, and so of the draws that lengthened them."""
    if decision.acts:
        return {"rests_over_at": judge.now}
    return {"rests_open_at": judge.now} if decision.only_rests else {}


def _over(judge: Judge, wish: Wish, moved: Move, since: int) -> Move:
    """What a contact wished for is done. Another turn of a rhythm comes its time after `since`, and draws its chances
    anew: they are keyed on when it begins."""
    if wish.contact is not None:
        return {**moved, "state": IntentState.DONE, "look_at": None}
    rhythm = judge.policy(wish).rhythm
    turn_at = since + (rhythm.every if rhythm else 0)
    return {**moved, "look_at": turn_at, "looked_at": None, "opened_at": turn_at, "asked_at": None}
