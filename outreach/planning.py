"""Looking at customers: their due intents are judged together, and at most one outreach comes of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import moves, policy_book
from outreach.database import lock_customers
from outreach.doorbell import DELIVER
from outreach.history import OPEN_WISHES, Wish, wishes
from outreach.judging import Judge, kind_of
from outreach.lifecycle import IN_FLIGHT, IntentState, OutreachState, Stage
from outreach.listed import listed
from outreach.rows import insert_all, update_all
from outreach.runtime import Runtime
from outreach.tables import Intent, Outreach, StoredDecision, Survey
from policies.decision import Action, Decision

Words = dict[str, int | None]
NO_WORDS = "no survey text in this language and channel"


class Verdict(NamedTuple):
    """What was decided about one wish. `words` are what is sent, where this one may act and there is a text for it.
    `outdone` could have acted, had another wish not come first."""

    wish: Wish
    decision: Decision
    words: Words | None = None
    outdone: bool = False

    @property
    def is_speechless(self) -> bool:
        return self.words is None and kind_of(self.wish, self.decision) is not None


def look(runtime: Runtime, customer_ids: Iterable[int]) -> int:
    """Judge the due intents of these customers; plan at most one outreach each. Returns how many were planned."""
    with runtime.writing() as session:
        customers = lock_customers(session, customer_ids)
        now = runtime.now()
        due = wishes(session, _DUE_WISHES, {"ids": [customer.id for customer in customers], "now": now})
        if not due:
            return 0
        judge = Judge(session, policy_book.in_force(session), customers, runtime.settings, now)
        planned = _plan(session, judge, due)
    for channel, ids in planned.items():
        runtime.doorbell.ring(channel, DELIVER, ids)
    return sum(map(len, planned.values()))


def due_customers(session: Session, now: int, most: int) -> list[int]:
    """Customers with an intent that is due, longest waiting first, leaving out those with a message on its way."""
    rows = session.connection().execute(_DUE_CUSTOMERS, {"now": now, "most": most})
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


def _plan(session: Session, judge: Judge, due: Sequence[Wish]) -> dict[str, list[int]]:
    by_customer: dict[int, list[Wish]] = defaultdict(list)
    retired = []
    for wish in due:
        if wish.policy in judge.book.policies:
            by_customer[wish.customer_id].append(wish)
        else:
            retired.append(moves.after_retirement(wish))
    update_all(session, Intent, retired)
    surveys = Surveys(session)
    verdicts = [verdict for of_one in by_customer.values() for verdict in _judge_together(judge, surveys, of_one)]
    return _write(session, judge, verdicts)


def _judge_together(judge: Judge, surveys: "Surveys", due: Sequence[Wish]) -> list[Verdict]:
    """Judge the due intents of one customer. Where several may act, priority decides, then the contact's value, then
    age; the others are judged again in the light of what the first will do."""
    judged = [_judge(judge, surveys, wish) for wish in due]
    able = [verdict for verdict in judged if verdict.words]
    if not able:
        return judged
    winner = min(able, key=lambda verdict: _rank(judge, verdict.wish))
    judge.allow(winner.wish, winner.decision)
    return [
        _judge(judge, surveys, verdict.wish)._replace(outdone=True)
        if verdict.words and verdict is not winner
        else verdict
        for verdict in judged
    ]


def _judge(judge: Judge, surveys: "Surveys", wish: Wish) -> Verdict:
    decision = judge.decide(wish)
    return Verdict(wish, decision, _words(judge, surveys, wish, decision))


def _rank(judge: Judge, wish: Wish) -> tuple[float, float, int, int]:
    priority = judge.book.policies[wish.policy].policy.priority
    return -priority, -(wish.contact.value if wish.contact else 0.0), wish.opened_at, wish.intent_id


def _write(session: Session, judge: Judge, verdicts: Sequence[Verdict]) -> dict[str, list[int]]:
    """Keep every decision, plan the winners, move the intents. Returns the planned outreach ids by channel."""
    kept = [judge.row(verdict.wish, verdict.decision, Stage.LOOK) for verdict in verdicts]
    decision_ids = {intent: kept_as for kept_as, intent in insert_all(session, StoredDecision, kept, "id", "intent_id")}
    winners = [verdict for verdict in verdicts if verdict.words]
    replans = _replans(session, [winner.wish.intent_id for winner in winners])
    rows = [
        _outreach(judge, winner, decision_ids[winner.wish.intent_id])
        | {"replan": replans.get((winner.wish.intent_id, winner.wish.steps), 0)}
        for winner in winners
    ]
    update_all(session, Intent, [_move(judge, verdict) for verdict in verdicts])
    planned: dict[str, list[int]] = defaultdict(list)
    for outreach_id, channel in insert_all(session, Outreach, rows, "id", "channel"):
        planned[channel].append(outreach_id)
    return planned


def _move(judge: Judge, verdict: Verdict) -> moves.Move:
    if verdict.is_speechless:
        return moves.put_off(verdict.wish, judge.now, NO_WORDS)
    move = moves.after_look(judge, verdict.wish, verdict.decision)
    return moves.outdone(judge, move) if verdict.outdone else move


def _outreach(judge: Judge, winner: Verdict, decision_id: int) -> dict[str, Any]:
    wish, decision = winner.wish, winner.decision
    return {
        "customer_id": wish.customer_id,
        "intent_id": wish.intent_id,
        "decision_id": decision_id,
        "kind": kind_of(wish, decision),
        "policy": wish.policy,
        "policy_version_id": judge.book.policies[wish.policy].version_id,
        "channel": decision.channel,
        "step": wish.steps,
        "state": OutreachState.PLANNED,
        "probability": decision.probability,
        "planned_at": judge.now,
        "due_at": judge.now,
        "not_after": wish.expires_at,
        "subject": "",
        "body": "",
        **(winner.words or {}),
    }


def _words(judge: Judge, surveys: "Surveys", wish: Wish, decision: Decision) -> Words | None:
    """The survey, or the piece of content this customer has not had; None where there is none in their language."""
    past = judge.pasts[wish.customer_id]
    if decision.action is Action.GIVE:
        return {"content_id": past.left[decision.channel][0].id, "survey_id": None}
    if decision.action is not Action.ASK:
        return None
    survey = surveys.find(judge.policy(wish).survey or "", past.language, decision.channel)
    return None if survey is None else {"content_id": None, "survey_id": survey}


class Surveys:
    """The texts of all surveys, by name, language and channel."""

    _ALL = sa.select(col(Survey.name), col(Survey.language), col(Survey.channel), col(Survey.id))

    def __init__(self, session: Session) -> None:
        rows = session.connection().execute(self._ALL)
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
    rows = session.connection().execute(_REFUSALS, {"ids": intent_ids}) if intent_ids else ()
    return {(intent, step): count for intent, step, count in rows if intent is not None}
