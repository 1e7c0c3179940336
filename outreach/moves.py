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
_STAYS = ("looked_at", "rests_over_at", "rests_open_at", "opened_at", "steps")
RHYTHM_LOOKS_AGAIN = 30 * 86_400  # seconds until a standing intent that was refused is looked at again

BROUGHT_IN = ("address", "consent", "contact_value")
"""Rules about facts that come with an import or a contact; when they come, what is parked is looked at again."""


def after_look(judge: Judge, wish: Wish, decision: Decision) -> Move:
    """Due when the decision says. Never: a contact's intent ends, a rhythm looks again later or, where it was not drawn
    into the sample, waits for its next turn. Too late, or held back by what may be brought in yet: parked until
    something good happens. Nothing to give: that somebody can mend any day."""
    looked = _open(wish, **_shown(judge, decision), looked_at=judge.now, look_at=decision.moment)
    if decision.action is not Action.SKIP:
        return looked
    looked["reason"] = decision.held_by
    if decision.held_by == NO_CONTENT:
        return {**looked, "look_at": judge.now + FLOOR}
    if wish.contact is None:
        if decision.held_by == "sampling":
            return {**looked, **_next_turn(judge, wish)}
        return {**looked, "look_at": judge.now + RHYTHM_LOOKS_AGAIN}
    held_by = [f for f in (*decision.findings, *decision.giving) if f.rule == decision.held_by]
    never = any(finding.opens == NEVER and finding.rule not in BROUGHT_IN for finding in held_by)
    return {**looked, "state": IntentState.CANCELLED if never else IntentState.OPEN}


def after_hand_over(judge: Judge, wish: Wish, kind: str) -> Move:
    """Done; but an ask that something useful came before is still wanted, and a rhythm stands for its next turn."""
    stepped = _open(wish, steps=wish.steps + 1, rests_over_at=judge.now)
    if kind == Kind.CONTENT and judge.policy(wish).does == "ask":
        return {**stepped, "look_at": judge.now + FLOOR}
    if wish.contact is None:
        return {**stepped, **_next_turn(judge, wish)}
    return {**stepped, "state": IntentState.DONE}


def called_off(move: Move) -> Move:
    """The planned message of this step was called off: what comes next is another step."""
    return {**move, "steps": move["steps"] + 1}


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


def _next_turn(judge: Judge, wish: Wish) -> Move:
    """Another turn of a rhythm draws its chances anew: they are keyed on when it begins."""
    rhythm = judge.policy(wish).rhythm
    turn_at = judge.now + (rhythm.every if rhythm else 0)
    return {"look_at": turn_at, "looked_at": None, "opened_at": turn_at}
