"""Saying something back: planned as soon as a reply calls for it, judged again when it goes out.

A reply that may call for something carries `talk_at`, committed together with it. Whoever finds it plans what is to be
said, or settles that nothing is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import moves, policy_book
from outreach.batches import work_on
from outreach.conversation import TOO_OLD, Conversations, Word, fits
from outreach.database import lock_customers
from outreach.doorbell import DELIVER
from outreach.history import OPEN_WISHES, wishes
from outreach.judging import Judge
from outreach.lifecycle import IN_FLIGHT, NEXT, Happening, OutreachState
from outreach.listed import listed
from outreach.rows import insert_all, update_all
from outreach.runtime import Runtime
from outreach.tables import Intent, Outreach, Reply
from policies.decision import Action
from policies.engine import Rules, decide
from policies.rules import TALK_RULES

WAIT_FOR_OTHERS = 60  # seconds until it is tried again, where another message is on its way to the customer
GAVE_WAY = "the customer wrote: the conversation comes first"
SAID_SINCE = "something else was said since"
TOO_LATE = "the reply is too old to be answered"
_RULES = Rules(ask=TALK_RULES)


def due_replies(session: Session, now: int, most: int) -> list[int]:
    """Replies to which something may have to be said by now, longest waiting first."""
    return list(session.execute(_DUE, {"now": now, "most": most}).scalars())


_DUE = (
    sa.select(col(Reply.id))
    .where(col(Reply.talk_at).is_not(None), col(Reply.talk_at) <= sa.bindparam("now"))
    .order_by(col(Reply.talk_at), col(Reply.id))
    .limit(sa.bindparam("most"))
)


def after(runtime: Runtime, inbox_id: int) -> None:
    """Go on at once with what just came in and was committed; whatever prevents that, the clock will notice."""
    with runtime.reading() as session:
        wanting = sa.select(col(Reply.id)).where(col(Reply.inbox_id) == inbox_id, col(Reply.talk_at).is_not(None))
        reply_ids = list(session.execute(wanting).scalars())
    if reply_ids:
        work_on(runtime, go_on, reply_ids)


def go_on(runtime: Runtime, reply_ids: Sequence[int]) -> int:
    """Plan what these replies call for, or settle that nothing is to be said. Returns how many were planned."""
    with runtime.writing() as session:
        whose = session.execute(_WANTING, {"ids": reply_ids}).all()
        customers = [customer.id for customer in lock_customers(session, [row.customer_id for row in whose])]
        still = [row.id for row in session.execute(_WANTING, {"ids": reply_ids}) if row.customer_id in customers]
        planner = _Planner(session, Conversations(session, still, runtime.now()), runtime.now())
        planned = planner.plan(customers)
    for channel, ids in planned.items():
        runtime.doorbell.ring(channel, DELIVER, ids)
    return sum(map(len, planned.values()))


_WANTING = sa.select(col(Reply.id), col(Reply.customer_id)).where(
    listed(Reply.id, "ids"), col(Reply.talk_at).is_not(None), col(Reply.customer_id).is_not(None)
)


class _Planner:
    """Plans for locked customers. Each has one message on its way at most, so a planned touch gives way."""

    def __init__(self, session: Session, conversations: Conversations, now: int) -> None:
        self._session, self._conversations, self._now = session, conversations, now
        self._planned: dict[str, list[int]] = defaultdict(list)

    def plan(self, customer_ids: Iterable[int]) -> Mapping[str, list[int]]:
        """The outreaches that may go out now, by channel."""
        flights = {row.customer_id: row for row in self._session.execute(_FLIGHTS, {"ids": customer_ids})}
        for customer, firsts in self._conversations.by_customer().items():
            flight = flights.get(customer)
            for first in firsts:
                flight = self._go_on(first, flight)
        return self._planned

    def _go_on(self, first: int, flight: Any) -> Any:
        """Settle one conversation; what is on its way to the customer then."""
        word = self._conversations.next_word(first)
        flight = self._make_room(flight, first, word)
        if word is None or (flight and self._is_planned_about(flight, first)):
            self._settle(first, None)
        elif flight is not None:
            self._settle(first, max(flight.due_at, self._now) + WAIT_FOR_OTHERS)
        else:
            flight = self._say(word)
            self._settle(first, None)
        return flight

    def _is_planned_about(self, flight: Any, first: int) -> bool:
        about = self._conversations.first(flight.reply_id) if flight.reply_id is not None else None
        return about == first and flight.state == OutreachState.PLANNED

    def _make_room(self, flight: Any, first: int, word: Word | None) -> Any:
        """What stays on its way to the customer; what is only planned goes, unless it is just what is to be said."""
        if flight is None or flight.state != OutreachState.PLANNED:
            return flight
        if flight.intent_id is not None and word is not None:
            self._call_off(flight, GAVE_WAY)
            wanted = wishes(self._session, _ITS_WISH, {"ids": [flight.intent_id]})
            update_all(self._session, Intent, [moves.called_off(moves.at_once(wish, self._now)) for wish in wanted])
            return None
        if self._is_planned_about(flight, first) and not fits(word, flight):
            self._call_off(flight, SAID_SINCE)
            return None
        return flight

    def _call_off(self, flight: Any, reason: str) -> None:
        state = NEXT[OutreachState.PLANNED, Happening.CALLED_OFF]
        update_all(self._session, Outreach, [{"id": flight.id, "state": state, "reason": reason}])

    def _say(self, word: Word) -> Any:
        """Plan it; what is too late is called off at once, so that it shows why nothing was said."""
        to, ends = word.to, word.to.at + TOO_OLD
        late = self._now > ends
        state = NEXT[OutreachState.PLANNED, Happening.CALLED_OFF] if late else OutreachState.PLANNED
        row = {
            "customer_id": to.customer_id, "reply_id": to.id, "kind": word.kind, "policy": to.policy,
            "policy_version_id": to.policy_version_id, "channel": to.channel, "survey_id": to.survey_id, "step": 0,
            "state": state, "reason": TOO_LATE if late else None, "probability": 1.0, "planned_at": self._now,
            "due_at": self._now, "not_after": ends, "subject": "", "body": "",
        }  # fmt: skip
        ((outreach_id,),) = insert_all(self._session, Outreach, [row], "id")
        if late:
            return None
        self._planned[to.channel].append(outreach_id)
        return self._session.execute(_FLIGHTS, {"ids": [to.customer_id]}).one()

    def _settle(self, first: int, again_at: int | None) -> None:
        self._session.execute(_SETTLE, {"first": first, "again": again_at})


_FLIGHTS = sa.select(
    col(Outreach.id), col(Outreach.customer_id), col(Outreach.intent_id), col(Outreach.reply_id), col(Outreach.kind),
    col(Outreach.state), col(Outreach.due_at),
).where(listed(Outreach.customer_id, "ids"), col(Outreach.state).in_(IN_FLIGHT))  # fmt: skip
_ITS_WISH = OPEN_WISHES.where(listed(Intent.id, "ids"))
_SETTLE = (
    sa.update(Reply)
    .where((col(Reply.id) == sa.bindparam("first")) | (col(Reply.continues_id) == sa.bindparam("first")))
    .where(col(Reply.talk_at).is_not(None))
    .values(talk_at=sa.bindparam("again"))
    .execution_options(synchronize_session=False)
)


class Verdict(NamedTuple):
    """What may go out now (`word`), or from when it may (`due_at`), or why it never will (`reason`)."""

    word: Word | None = None
    due_at: int | None = None
    reason: str = ""


class Moderator:
    """Judges what is about to be said back, on fresh facts, under the customers' locks."""

    def __init__(self, session: Session, judge: Judge, rows: Sequence[Any]) -> None:
        back = [row for row in rows if row.reply_id is not None]
        self._judge = judge
        self._conversations = Conversations(session, [row.reply_id for row in back], judge.now)
        self._policies = policy_book.versions(session, [row.policy_version_id for row in back])

    def verdict(self, row: Any) -> Verdict:
        first = self._conversations.first(row.reply_id)
        word = self._conversations.next_word(first) if first is not None else None
        if word is None or not fits(word, row):
            return Verdict(reason=SAID_SINCE)
        past, now = self._judge.pasts[row.customer_id], self._judge.now
        policy = self._policies[row.policy_version_id].model_copy(update={"channels": (row.channel,)})
        decision = decide(self._judge.book.guard, policy, past.talk(row.channel, now), _RULES)
        if decision.action is Action.SKIP or decision.moment is None:
            return Verdict(reason=decision.held_by or TOO_LATE)
        if decision.moment > row.not_after:
            return Verdict(reason=TOO_LATE)
        return Verdict(word) if decision.moment <= now else Verdict(due_at=decision.moment)
