"""What a conversation calls for: after a score one question that fits it, after more words a thank you, and no more."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from outreach.answers import Intent as Read
from outreach.hearing import NOT_THEIRS, SAID_BACK_TO
from outreach.lifecycle import Kind, OutreachState
from outreach.listed import listed
from outreach.tables import ContactEvent, Intent, Outreach, Reply, Survey

TOO_OLD = 2 * 86_400  # seconds after which a reply is not answered any more
_NOT_SAID = (OutreachState.PLANNED, OutreachState.CANCELLED, OutreachState.REFUSED)


class Said(NamedTuple):
    """One reply of a conversation, which is known by its first reply, with the texts there are to answer it."""

    id: int
    first: int
    customer_id: int
    channel: str
    intent: str
    score: int | None
    sure: bool
    at: int
    asked_by: int
    """The outreach of the ask that this is about."""
    survey_id: int | None
    language: str | None
    subject: str | None
    follow_low: str | None
    follow_mid: str | None
    follow_high: str | None
    follow_ups: int | None
    thanks: str | None
    policy: str
    policy_version_id: int | None
    touchpoint: str | None

    @property
    def answers(self) -> bool:
        return self.sure and self.score is not None and self.intent == Read.ANSWER

    @property
    def band(self) -> str:
        """Which follow-up fits the score."""
        score = self.score or 0
        return "follow_high" if score >= 9 else "follow_mid" if score >= 7 else "follow_low"


class Told(NamedTuple):
    """What was said back to a reply, or is about to be."""

    reply_id: int
    kind: str
    state: str


class Word(NamedTuple):
    """What is to be said back now, and to which reply."""

    kind: Kind
    to: Said
    text: str


def next_word(said: Sequence[Said], told: Sequence[Told], now: int) -> Word | None:
    """What a conversation (oldest first) calls for; None where the last thing said is for a person, or all was said.

    What is only planned does not count: it may be called off for something that fits better.
    """
    last, answers = said[-1], [one for one in said if one.answers]
    if not (answers and last.sure and last.intent in SAID_BACK_TO):
        return None
    return _follow_up(said, told, answers[-1], now) or _thanks(last, told)


def _follow_up(said: Sequence[Said], told: Sequence[Told], answer: Said, now: int) -> Word | None:
    """One question a band; so many in all; and none about an answer that others followed while it grew old."""
    by_id = {one.id: one for one in said}
    asked = [by_id[t.reply_id] for t in told if t.kind == Kind.FOLLOW_UP and t.state not in _NOT_SAID]
    tried = {t.reply_id for t in told if t.kind == Kind.FOLLOW_UP and t.state != OutreachState.PLANNED}
    text = getattr(answer, answer.band)
    is_wanted = text and len(asked) < (answer.follow_ups or 0) and answer.band not in {one.band for one in asked}
    is_fresh = answer is said[-1] or now <= answer.at + TOO_OLD
    return Word(Kind.FOLLOW_UP, answer, text) if is_wanted and is_fresh and answer.id not in tried else None


def _thanks(last: Said, told: Sequence[Told]) -> Word | None:
    """Once, for the last thing said, unless a question went back to just that."""
    thanked = any(t.kind == Kind.THANKS and t.state not in _NOT_SAID for t in told)
    answered = any(t.reply_id == last.id and t.state != OutreachState.PLANNED for t in told)
    return None if thanked or answered or not last.thanks else Word(Kind.THANKS, last, last.thanks)


def fits(word: Word | None, row: Any) -> bool:
    """Whether this outreach says what is to be said now. A thank you is for all that was said."""
    return word is not None and word.kind == row.kind and (word.kind is Kind.THANKS or word.to.id == row.reply_id)


class Conversations:
    """Conversations as they stand in the session, by the ids of any of their replies."""

    def __init__(self, session: Session, reply_ids: Collection[int], now: int) -> None:
        self._said: dict[int, list[Said]] = defaultdict(list)
        self._told: dict[int, list[Told]] = defaultdict(list)
        self._now = now
        if not reply_ids:
            return
        for row in session.execute(_SAID, {"ids": reply_ids}):
            self._said[row.first].append(Said._make(row))
        self._first = {one.id: first for first, said in self._said.items() for one in said}
        for row in session.execute(_TOLD, {"ids": self._first}):
            self._told[self._first[row.reply_id]].append(Told._make(row))

    def by_customer(self) -> dict[int, list[int]]:
        """The first reply of each conversation."""
        found: dict[int, list[int]] = defaultdict(list)
        for first, said in sorted(self._said.items()):
            found[said[0].customer_id].append(first)
        return found

    def next_word(self, first: int) -> Word | None:
        return next_word(self._said[first], self._told[first], self._now)

    def first(self, reply_id: int) -> int | None:
        return self._first.get(reply_id)


_Ask, _Asked = aliased(Outreach), aliased(Survey)
_FIRST = sa.func.coalesce(col(Reply.continues_id), col(Reply.id))
_Any = aliased(Reply)
_CONCERNED = (
    sa.select(sa.func.coalesce(col(_Any.continues_id), col(_Any.id))).where(listed(_Any.id, "ids")).scalar_subquery()
)
_SAID = (
    sa.select(
        col(Reply.id), _FIRST.label("first"), col(Reply.customer_id), col(Reply.channel), col(Reply.intent),
        col(Reply.score), col(Reply.sure), col(Reply.received_at), col(_Ask.id),
        col(Survey.id), col(Survey.language), col(Survey.subject), col(Survey.follow_low), col(Survey.follow_mid),
        col(Survey.follow_high), col(Survey.follow_ups), col(Survey.thanks),
        col(_Ask.policy), col(_Ask.policy_version_id), col(ContactEvent.touchpoint),
    )
    .join(_Ask, col(_Ask.id) == col(Reply.outreach_id))
    .join(_Asked, col(_Asked.id) == col(_Ask.survey_id))
    .join(
        Survey,
        (col(Survey.name) == col(_Asked.name)) & (col(Survey.language) == col(_Asked.language))
        & (col(Survey.channel) == col(Reply.channel)),
        isouter=True,
    )
    .join(Intent, col(Intent.id) == col(_Ask.intent_id))
    .join(ContactEvent, col(ContactEvent.id) == col(Intent.contact_event_id), isouter=True)
    .where(col(Reply.id).in_(_CONCERNED) | col(Reply.continues_id).in_(_CONCERNED))
    .where(col(Reply.customer_id).is_not(None), col(Reply.intent).not_in(NOT_THEIRS))
    .order_by(col(Reply.received_at), col(Reply.id))
)  # fmt: skip
_TOLD = sa.select(col(Outreach.reply_id), col(Outreach.kind), col(Outreach.state)).where(
    listed(Outreach.reply_id, "ids")
)
