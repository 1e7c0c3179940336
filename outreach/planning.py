"""Looking at customers: their due intents are judged together, and at most one outreach comes of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import policy_book
from outreach.database import lock_customers
from outreach.doorbell import DELIVER
from outreach.history import OPEN_WISHES, Wish, wishes
from outreach.judging import KIND, Judge
from outreach.lifecycle import IN_FLIGHT, IntentState, OutreachState, Stage
from outreach.listed import listed
from outreach.rows import insert_all, update_all
from outreach.runtime import Runtime
from outreach.tables import Intent, Outreach, StoredDecision, Survey
from policies.arithmetic import FLOOR, NEVER
from policies.decision import Action, Decision

RHYTHM_LOOKS_AGAIN = 30 * 86_400  # seconds until a standing intent that was refused is looked at again
_ACTS = (Action.ASK, Action.GIVE)


class Verdict(NamedTuple):
    wish: Wish
    decision: Decision
    wins: bool = False


def look(runtime: Runtime, customer_ids: Iterable[int]) -> int:
    """Judge the due intents of these customers; plan at most one outreach each. Returns how many were planned."""
    with runtime.writing() as session:
        customers = lock_customers(session, customer_ids)
        now = runtime.now()
        due = _due(session, [customer.id for customer in customers], now)
        if not due:
            return 0
        judge = Judge(session, policy_book.in_force(session), customers, runtime.settings, now)
        verdicts = [verdict for wishes_of_one in due for verdict in _judge_together(judge, wishes_of_one)]
        planned = _write(session, judge, verdicts)
    for channel, ids in planned.items():
        runtime.doorbell.ring(channel, DELIVER, ids)
    return sum(map(len, planned.values()))


def due_customers(session: Session, now: int, most: int) -> list[int]:
    """Customers with an intent that is due, longest waiting first, leaving out those with a message on its way."""
    rows = session.execute(_DUE_CUSTOMERS, {"now": now, "most": most})
    return list(dict.fromkeys(row[0] for row in rows))


_IS_DUE = (col(Intent.look_at) <= sa.bindparam("now")) & ~sa.exists().where(
    col(Outreach.customer_id) == col(Intent.customer_id), col(Outreach.state).in_(IN_FLIGHT)
)
_DUE_CUSTOMERS = (
    sa.select(col(Intent.customer_id))
    .where(col(Intent.state) == IntentState.OPEN, _IS_DUE)
    .order_by(col(Intent.look_at), col(Intent.id))
    .limit(sa.bindparam("most"))
)
_DUE_WISHES = OPEN_WISHES.where(listed(Intent.customer_id, "ids"), _IS_DUE)


def _due(session: Session, ids: list[int], now: int) -> list[list[Wish]]:
    """The due intents, one list a customer."""
    by_customer: dict[int, list[Wish]] = defaultdict(list)
    for wish in wishes(session, _DUE_WISHES, {"ids": ids, "now": now}):
        by_customer[wish.customer_id].append(wish)
    return list(by_customer.values())


def _judge_together(judge: Judge, due: Sequence[Wish]) -> list[Verdict]:
    """Judge the due intents of one customer. Where several may act, priority decides, then the contact's value, then
    age; the others are judged again in the light of what the first will do."""
    first = [(wish, judge.decide(wish)) for wish in due if wish.policy in judge.book.policies]
    acting = [wish for wish, decision in first if decision.action in _ACTS]
    if not acting:
        return [Verdict(*pair) for pair in first]
    winner = min(acting, key=lambda wish: _rank(judge, wish))
    verdicts = [Verdict(wish, decision, wins=True) for wish, decision in first if wish is winner]
    judge.allow(winner, verdicts[0].decision)
    return verdicts + [
        Verdict(wish, judge.decide(wish) if wish in acting else decision)
        for wish, decision in first
        if wish is not winner
    ]


def _rank(judge: Judge, wish: Wish) -> tuple[float, float, int, int]:
    priority = judge.book.policies[wish.policy].policy.priority
    return -priority, -(wish.contact.value if wish.contact else 0.0), wish.opened_at, wish.intent_id


def _write(session: Session, judge: Judge, verdicts: Sequence[Verdict]) -> dict[str, list[int]]:
    """Keep every decision, plan the winners, move the intents. Returns the planned outreach ids by channel."""
    kept = [judge.row(wish, decision, Stage.LOOK) for wish, decision, _ in verdicts]
    decision_ids = {intent: kept_as for kept_as, intent in insert_all(session, StoredDecision, kept, "id", "intent_id")}
    replans = _replans(session, [v.wish.intent_id for v in verdicts if v.wins])
    surveys = Surveys(session)
    rows, moves = [], []
    for wish, decision, wins in verdicts:
        text = _text_for(judge, wish, decision, surveys) if wins else None
        if text is not None:
            made_of = (decision_ids[wish.intent_id], replans.get((wish.intent_id, wish.steps), 0), text)
            rows.append(_outreach(judge, wish, decision, made_of))
        moves.append(after_look(wish, decision, judge.now) if text or not wins else _no_text(wish, judge.now))
    update_all(session, Intent, moves)
    planned: dict[str, list[int]] = defaultdict(list)
    for outreach_id, channel in insert_all(session, Outreach, rows, "id", "channel"):
        planned[channel].append(outreach_id)
    return planned


def _outreach(
    judge: Judge, wish: Wish, decision: Decision, made_of: tuple[int, int, dict[str, int | None]]
) -> dict[str, Any]:
    decision_id, replan, text = made_of
    return {
        "customer_id": wish.customer_id,
        "intent_id": wish.intent_id,
        "decision_id": decision_id,
        "kind": KIND[decision.action],
        "policy": wish.policy,
        "policy_version_id": judge.book.policies[wish.policy].version_id,
        "channel": decision.channel,
        "step": wish.steps,
        "replan": replan,
        "state": OutreachState.PLANNED,
        "probability": decision.probability,
        "planned_at": judge.now,
        "due_at": judge.now,
        "not_after": wish.expires_at,
        "subject": "",
        "body": "",
        **text,
    }


def _text_for(judge: Judge, wish: Wish, decision: Decision, surveys: "Surveys") -> dict[str, int | None] | None:
    """The survey, or the piece of content this customer has not had; None where there is none in their language."""
    past = judge.pasts[wish.customer_id]
    if decision.action is Action.GIVE:
        return {"content_id": past.left[decision.channel][0].id, "survey_id": None}
    survey = surveys.find(judge.book.policies[wish.policy].policy.survey or "", past.language, decision.channel)
    return None if survey is None else {"content_id": None, "survey_id": survey}


class Surveys:
    """The texts of all surveys, by name, language and channel."""

    _ALL = sa.select(col(Survey.name), col(Survey.language), col(Survey.channel), col(Survey.id))

    def __init__(self, session: Session) -> None:
        rows = session.execute(self._ALL)
        self._ids = {(name, language, channel): survey_id for name, language, channel, survey_id in rows}

    def find(self, name: str, language: str, channel: str) -> int | None:
        return self._ids.get((name, language, channel))


_REFUSALS = (
    sa.select(col(Outreach.intent_id), col(Outreach.step), sa.func.count())
    .where(listed(Outreach.intent_id, "ids"), col(Outreach.state) == OutreachState.REFUSED)
    .group_by(col(Outreach.intent_id), col(Outreach.step))
)


def _replans(session: Session, intent_ids: list[int]) -> dict[tuple[int, int], int]:
    """How often each step of these intents was refused before: the number its next outreach carries."""
    rows = session.execute(_REFUSALS, {"ids": intent_ids}) if intent_ids else ()
    return {(intent, step): count for intent, step, count in rows}


def after_look(wish: Wish, decision: Decision, now: int) -> dict[str, Any]:
    """What becomes of an intent after a decision, as the columns that change."""
    move: dict[str, Any] = {
        "id": wish.intent_id, "looked_at": now, "state": IntentState.OPEN, "look_at": decision.moment, "reason": None
    }  # fmt: skip
    if decision.action is Action.SKIP:
        return _after_skip(move, wish, decision, now)
    return move


def _after_skip(move: dict[str, Any], wish: Wish, decision: Decision, now: int) -> dict[str, Any]:
    """Never: a contact's intent ends, a rhythm looks again later. Too late: parked until something good happens."""
    move["reason"] = decision.held_by
    if wish.contact is None:
        return {**move, "look_at": now + RHYTHM_LOOKS_AGAIN}
    held = [f for f in (*decision.findings, *decision.giving) if f.rule == decision.held_by]
    if any(f.opens == NEVER for f in held):
        return {**move, "state": IntentState.CANCELLED, "look_at": None}
    return {**move, "look_at": None}


def _no_text(wish: Wish, now: int) -> dict[str, Any]:
    return {
        "id": wish.intent_id, "looked_at": now, "state": IntentState.OPEN, "look_at": now + FLOOR,
        "reason": "no survey text in this language and channel",
    }  # fmt: skip
