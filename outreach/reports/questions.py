"""What a customer was asked, for the page the link of the message leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import letters, links, texts
from outreach.answers import Intent as Said
from outreach.hearing import ANSWER_WINDOW
from outreach.lifecycle import Kind
from outreach.links import BadLink, Purpose
from outreach.runtime import Runtime
from outreach.tables import ContactEvent, Customer, Intent, LedgerEntry, Outreach, Reply, Survey
from outreach.texts import MissingValue

FAILED, PASSIVE = 6, 8
"""The highest scores that are asked back `follow_low` and `follow_mid`; above is `follow_high`."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as one customer got it. `score` is the last one they gave, None before the first.

    `follow_up` is what fits that score, empty where nothing is asked back; `thanks` may be empty too. Unless `open` it
    takes no answer any more.
    """

    outreach_id: int
    text: str
    language: str
    open: bool
    score: int | None
    follow_up: str
    thanks: str


def question(runtime: Runtime, token: str) -> Question | None:
    """The question behind the link in a message; None when the link is not ours. Changes nothing."""
    try:
        outreach_id = links.read_token(runtime.settings, Purpose.SURVEY, token)
    except BadLink:
        return None
    with runtime.reading() as session:
        row = session.execute(_ASKED, {"asked": outreach_id}).first()
        if row is None:
            return None
        score, intent = _last_answer(session, row)
    values = {
        "name": row.name, "first_name": texts.first_name(row.name), "touchpoint": row.touchpoint,
        "organisation": runtime.settings.sender_name,
    }  # fmt: skip
    return Question(
        outreach_id=outreach_id,
        text=letters.question_in(letters.words_of(row.body), links.link(runtime.settings, Purpose.SURVEY, outreach_id)),
        language=row.language,
        open=row.erased_at is None and runtime.now() < row.asked_at + ANSWER_WINDOW,
        score=score,
        follow_up="" if intent == Said.STOP else _filled(_fitting(row, score), values),
        thanks=_filled(row.thanks, values),
    )


_ASKED = (
    sa.select(
        col(Outreach.customer_id), col(Outreach.intent_id), col(Outreach.body), col(LedgerEntry.asked_at),
        col(Survey.language), col(Survey.follow_low), col(Survey.follow_mid), col(Survey.follow_high),
        col(Survey.follow_ups), col(Survey.thanks), col(Customer.name), col(Customer.erased_at),
        col(ContactEvent.touchpoint),
    )
    .join(LedgerEntry, col(LedgerEntry.outreach_id) == col(Outreach.id))
    .join(Survey, col(Survey.id) == col(Outreach.survey_id))
    .join(Customer, col(Customer.id) == col(Outreach.customer_id))
    .join(Intent, col(Intent.id) == col(Outreach.intent_id), isouter=True)
    .join(ContactEvent, col(ContactEvent.id) == col(Intent.contact_event_id), isouter=True)
    .where(col(Outreach.id) == sa.bindparam("asked"), col(LedgerEntry.voided_at).is_(None))
)  # fmt: skip


def _last_answer(session: Session, asked: Any) -> tuple[int | None, str]:
    """The last score the customer gave to this ask, and what they wanted then; a reminder is about the ask before."""
    asked_first = (
        sa.select(sa.func.max(col(LedgerEntry.asked_at)))
        .where(col(LedgerEntry.customer_id) == asked.customer_id, col(LedgerEntry.kind) == Kind.ASK)
        .where(col(LedgerEntry.asked_at) <= asked.asked_at, col(LedgerEntry.voided_at).is_(None))
    )
    given = (
        sa.select(col(Reply.score), col(Reply.intent))
        .join(Outreach, col(Outreach.id) == col(Reply.outreach_id))
        .where(col(Outreach.intent_id) == asked.intent_id, col(Reply.score).is_not(None))
        .where(col(Reply.received_at) >= asked_first.scalar_subquery())
        .order_by(col(Reply.id).desc())
        .limit(1)
    )
    score, intent = session.execute(given).first() or (None, "")
    return score, intent


def _fitting(survey: Any, score: int | None) -> str:
    if score is None or not survey.follow_ups:
        return ""
    asked_back = survey.follow_low if score <= FAILED else survey.follow_mid if score <= PASSIVE else survey.follow_high
    return str(asked_back)


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    """The text with its values; nothing where one is missing."""
    try:
        return texts.render(text, values).strip()
    except MissingValue:
        return ""
