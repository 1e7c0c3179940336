"""The last word before a message goes out: judged again on fresh facts, claimed, and written into the ledger."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import Channel, Message
from outreach import channel_states, moves, policy_book
from outreach.addresses import fingerprint
from outreach.channel_states import Pace
from outreach.conversation import Word
from outreach.database import lock_customers
from outreach.history import OPEN_WISHES, Wish, wishes
from outreach.judging import Judge, kind_of
from outreach.lifecycle import NEXT, Happening, OutreachState, Stage
from outreach.listed import listed
from outreach.planning import Surveys
from outreach.rows import insert_all, update_all
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Attempt, Customer, Intent, LedgerEntry, Outreach, StoredDecision
from outreach.talking import Moderator, Verdict
from outreach.texts import Unwritable, segments
from outreach.wording import Wording
from policies.arithmetic import FLOOR
from policies.decision import Action, Decision

Row = dict[str, Any]
LONGEST_WAIT = FLOOR  # seconds a planned message may be put off before it is called off
KEEPS = 7 * FLOOR  # seconds after which a plan that nothing else ends is out of date, as after an outage

_PLANNED = (
    sa.select(
        col(Outreach.id), col(Outreach.customer_id), col(Outreach.intent_id), col(Outreach.kind), col(Outreach.channel),
        col(Outreach.policy), col(Outreach.policy_version_id), col(Outreach.content_id), col(Outreach.survey_id),
        col(Outreach.reply_id), col(Outreach.planned_at), col(Outreach.not_after),
    )
    .where(listed(Outreach.id, "ids"), col(Outreach.state) == OutreachState.PLANNED)
    .where(col(Outreach.due_at) <= sa.bindparam("now"))
    .order_by(col(Outreach.id))
)  # fmt: skip
_THEIR_WISHES = OPEN_WISHES.where(listed(Intent.id, "ids"))
_CLAIM = (
    sa.update(Outreach)
    .where(listed(Outreach.id, "ids"), col(Outreach.state) == OutreachState.PLANNED)
    .values(state=NEXT[OutreachState.PLANNED, Happening.ALLOWED])
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one worker, and nobody else, may hand over until `lease_until` (epoch seconds), by channel."""

    fence: str
    lease_until: int
    messages: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))


def claim(runtime: Runtime, outreach_ids: Sequence[int], claimed: Claimed) -> Claimed:
    """Claim those of the outreaches that are planned, due and still allowed; the others are put off or called off."""
    with runtime.writing() as session:
        customers, rows, now = _lock(runtime, session, outreach_ids)
        paced = runtime.settings.real_channels and any(row.channel == Channel.SMS for row in rows)
        pace = Pace.of(session, runtime.settings.sms_segments_a_second, now) if paced else None
        usable = channel_states.hold(session, {row.channel for row in rows}, now)
        rows = [row for row in rows if row.channel in usable]
        if not rows:
            return claimed
        judge = Judge(session, policy_book.in_force(session), customers, runtime.settings, now)
        by_intent = {wish.intent_id: wish for wish in _wishes_of(session, rows)}
        desk = _Desk(session, runtime.settings, judge, claimed, pace)
        moderator = Moderator(session, judge, rows)
        for row in rows:
            if row.reply_id is None:
                desk.settle(row, by_intent.get(row.intent_id))
            else:
                desk.say_back(row, moderator.verdict(row))
        desk.write(session)
    return claimed


def call_off(runtime: Runtime, outreach_id: int, reason: str) -> None:
    """Call a planned outreach off, whatever may be allowed; its intent is looked at again in a day."""
    with runtime.writing() as session:
        _, rows, now = _lock(runtime, session, [outreach_id])
        update_all(session, Outreach, [_left(row, Happening.CALLED_OFF, reason, now) for row in rows])
        wanted = [moves.put_off(wish, now, reason) for wish in _wishes_of(session, rows)]
        update_all(session, Intent, [moves.called_off(move) for move in wanted])


def _lock(runtime: Runtime, session: Session, ids: Sequence[int]) -> tuple[list[Customer], Sequence[Any], int]:
    """The locked customers of those outreaches that are planned and due, these outreaches, and the moment of that."""
    planned = session.connection().execute(_PLANNED, {"ids": ids, "now": runtime.now()}).all()
    customers = lock_customers(session, [row.customer_id for row in planned])
    now = runtime.now()
    return (
        customers,
        session.connection().execute(_PLANNED, {"ids": [row.id for row in planned], "now": now}).all(),
        now,
    )


def _wishes_of(session: Session, rows: Sequence[Any]) -> list[Wish]:
    return wishes(session, _THEIR_WISHES, {"ids": [row.intent_id for row in rows]})


def _left(row: Any, happening: Happening, reason: str | None, due_at: int) -> Row:
    return {"id": row.id, "state": NEXT[OutreachState.PLANNED, happening], "reason": reason, "due_at": due_at}


class _Desk:
    """Settles planned outreaches one by one, and writes what came of it together."""

    def __init__(self, session: Session, settings: Settings, judge: Judge, claimed: Claimed, pace: Pace | None) -> None:
        self.judge, self.claimed, self.pace = judge, claimed, pace
        self.wording, self.surveys = Wording(session, settings), Surveys(session)
        self.key = settings.key("addresses")
        self.handed: list[Row] = []
        self.others: list[Row] = []
        self.ledger: list[Row] = []
        self.decisions: list[Row] = []
        self.intents: list[Row] = []

    def settle(self, row: Any, wish: Wish | None) -> None:
        """Decide again about one planned outreach: now, later, or not at all."""
        if wish is None:
            self.others.append(_left(row, Happening.CALLED_OFF, "its intent was withdrawn", self.judge.now))
            return
        if wish.policy not in self.judge.book.policies:
            self._call_off(row, policy_book.RETIRED, moves.after_retirement(wish))
            return
        decision = self.judge.decide(wish)
        objection = self._objection(row, wish, decision)
        if objection is None:
            self._try_to_hand_over(row, wish, decision)
            return
        self.decisions.append(self.judge.row(wish, decision, Stage.HANDOVER))
        soon = self._soon(row, decision)
        if soon is not None:
            self.others.append(_left(row, Happening.NOT_YET, None, soon))
        else:
            self._call_off(row, objection, moves.after_look(self.judge, wish, decision))

    def say_back(self, row: Any, verdict: Verdict) -> None:
        """Go on with a conversation now, later, or not at all. It is no touch: no ledger knows of it."""
        if verdict.due_at is not None:
            self.others.append(_left(row, Happening.NOT_YET, None, verdict.due_at))
        elif verdict.word is None:
            self.others.append(_left(row, Happening.CALLED_OFF, verdict.reason, self.judge.now))
        else:
            self._try_to_say(row, verdict.word)

    def _try_to_say(self, row: Any, word: Word) -> None:
        try:
            message = self.wording.back(self.judge.pasts[row.customer_id], row, word)
        except Unwritable as missing:
            self.others.append(_left(row, Happening.CALLED_OFF, str(missing), self.judge.now))
            return
        if later := self._later(message):
            self.others.append(_left(row, Happening.NOT_YET, None, later))
        else:
            self._take(row, message)

    def _objection(self, row: Any, wish: Wish, decision: Decision) -> str | None:
        """Why it would not be planned like this now; None where it would."""
        if kind_of(wish, decision) != row.kind or decision.channel != row.channel:
            return decision.held_by or "something else comes first"
        if self.judge.now >= (row.not_after or row.planned_at + KEEPS):
            return "its time has passed"
        if row.policy_version_id != self.judge.book.policies[wish.policy].version_id:
            return "the policy was changed"
        past = self.judge.pasts[wish.customer_id]
        if row.content_id is not None and all(piece.id != row.content_id for piece in past.left[row.channel]):
            return "the content was taken off the shelf"
        meant = self.surveys.find(self.judge.policy(wish).survey or "", past.language, row.channel)
        if row.survey_id is not None and row.survey_id != meant:
            return "the customer's language was changed"
        return None

    def _soon(self, row: Any, decision: Decision) -> int | None:
        """The end of a short wait. While a message waits nothing else is judged: a long wait is left to its intent."""
        waits = decision.action is Action.WAIT and decision.channel == row.channel and decision.moment
        return waits if waits and waits <= self.judge.now + LONGEST_WAIT else None

    def _try_to_hand_over(self, row: Any, wish: Wish, decision: Decision) -> None:
        try:
            message = self.wording.message(self.judge.pasts[row.customer_id], row, wish)
        except Unwritable as why:
            self._call_off(row, str(why), moves.put_off(wish, self.judge.now, str(why)))
            return
        if later := self._later(message):
            self.others.append(_left(row, Happening.NOT_YET, None, later))
            return
        self._hand_over(row, wish, message)
        self.judge.allow(wish, decision)

    def _later(self, message: Message) -> int | None:
        """When an SMS may have its turn, where it may not leave now."""
        if self.pace is None or message.channel != Channel.SMS:
            return None
        return self.pace.later(segments(message.text).count)

    def _call_off(self, row: Any, reason: str, move: moves.Move) -> None:
        self.others.append(_left(row, Happening.CALLED_OFF, reason, self.judge.now))
        self.intents.append(moves.called_off(move))

    def _take(self, row: Any, message: Message) -> None:
        self.claimed.messages[row.channel].append(message)
        self.handed.append({"id": row.id, "subject": message.subject, "body": message.text})

    def _hand_over(self, row: Any, wish: Wish, message: Message) -> None:
        past, now = self.judge.pasts[row.customer_id], self.judge.now
        self._take(row, message)
        self.ledger.append(
            {
                "outreach_id": row.id, "customer_id": row.customer_id, "account_id": past.customer.account_id,
                "kind": row.kind, "channel": row.channel, "policy": row.policy,
                "content_name": self.wording.content_name(row), "asked_at": now, "draw": past.rest_draw(wish),
            }
        )  # fmt: skip
        self.intents.append(moves.after_hand_over(self.judge, wish, row.kind))

    def write(self, session: Session) -> None:
        """Everything in the session's transaction: nothing of it may exist without the rest."""
        if self.handed:
            self._claim(session, [row["id"] for row in self.handed])
            insert_all(session, Attempt, [self._attempt(m) for some in self.claimed.messages.values() for m in some])
        update_all(session, Outreach, self.handed)
        update_all(session, Outreach, self.others)
        insert_all(session, LedgerEntry, self.ledger)
        insert_all(session, StoredDecision, self.decisions)
        update_all(session, Intent, self.intents)
        if self.pace:
            self.pace.write(session)

    def _attempt(self, message: Message) -> Row:
        return {
            "outreach_id": message.outreach_id,
            "address": message.recipient,
            "address_hmac": fingerprint(self.key, message.channel, message.recipient),
            "fence": self.claimed.fence,
            "lease_until": self.claimed.lease_until,
            "started_at": self.judge.now,
        }

    def _claim(self, session: Session, ids: list[int]) -> None:
        ours = session.connection().execute(_CLAIM, {"ids": ids})
        if ours.rowcount != len(ids):
            raise RuntimeError("an outreach changed under its customer's lock")
