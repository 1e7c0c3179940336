"""What becomes of an intent once it was judged or acted on: every column that may change, so that many move at once."""

from typing import Any

from outreach.history import Wish
from outreach.judging import Judge
from outreach.lifecycle import IntentState, Kind
from outreach.policy_book import RETIRED
from policies.arithmetic import FLOOR, NEVER
from policies.decision import Action, Decision

Move = dict[str, Any]

RHYTHM_LOOKS_AGAIN = 30 * 86_400  # seconds until a standing intent that was refused is looked at again


def after_look(judge: Judge, wish: Wish, decision: Decision) -> Move:
    """Due when the decision says. Never: a contact's intent ends, a rhythm looks again later or, where it was not drawn
    into the sample, waits for its next turn. Too late: parked until something good happens. A reminder that cannot come
    in time ends what began with its ask."""
    looked = _open(wish, looked_at=judge.now, look_at=decision.moment)
    if decision.action is not Action.SKIP:
        return looked
    looked["reason"] = decision.held_by
    if wish.asked_at is not None:
        return _over(judge, wish, looked, wish.asked_at)
    if wish.contact is None:
        if decision.held_by == "sampling":
            return _over(judge, wish, looked, judge.now)
        return {**looked, "look_at": judge.now + RHYTHM_LOOKS_AGAIN}
    held_by = [f for f in (*decision.findings, *decision.giving) if f.rule == decision.held_by]
    never = any(finding.opens == NEVER for finding in held_by)
    return {**looked, "state": IntentState.CANCELLED if never else IntentState.OPEN}


def after_hand_over(judge: Judge, wish: Wish, kind: str) -> Move:
    """Done, or a rhythm stands for its next turn; but an ask that something useful came before is still wanted, and of
    an ask a reminder may be."""
    stepped, policy = _open(wish, steps=wish.steps + 1), judge.policy(wish)
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
    return _open(wish, looked_at=now, look_at=now + FLOOR, reason=reason)


def after_retirement(wish: Wish) -> Move:
    """The policy is not in force: a contact's intent ends, a rhythm is parked until the policy is published again."""
    return _open(wish, state=IntentState.CANCELLED if wish.contact else IntentState.OPEN, reason=RETIRED)


def _open(wish: Wish, **changed: Any) -> Move:
    stays = {name: getattr(wish, name) for name in ("looked_at", "opened_at", "steps", "expires_at", "asked_at")}
    return {"id": wish.intent_id, "state": IntentState.OPEN, "reason": None, "look_at": None, **stays, **changed}


def _over(judge: Judge, wish: Wish, moved: Move, since: int) -> Move:
    """What a contact wished for is done. Another turn of a rhythm comes its time after `since`, and draws its chances
    anew: they are keyed on when it begins."""
    if wish.contact is not None:
        return {**moved, "state": IntentState.DONE, "look_at": None}
    rhythm = judge.policy(wish).rhythm
    turn_at = since + (rhythm.every if rhythm else 0)
    return {**moved, "look_at": turn_at, "looked_at": None, "opened_at": turn_at, "asked_at": None}
