"""What a text looks like before anybody gets it: filled in with what is known of real customers."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel, Message
from outreach import texts
from outreach.links import Links, Purpose
from outreach.reports.texts import plain, told
from outreach.runtime import Runtime
from outreach.saved_texts import Text, TextKind
from outreach.settings import Settings
from outreach.tables import ContactEvent, ContactPoint, Customer
from outreach.texts import Envelope, Segments

SAMPLES = 5
NOBODY = 0  # the id of an outreach that is none: its links lead nowhere


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody a text could go to. `customer` is the external id; empty for somebody of whom nothing is known."""

    customer: str = ""
    name: str = ""
    touchpoint: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of what a text would become. `when` is the field it was written in: body, reminder, follow_low, ...
    `segments` and `price` (in whole money) are those of an SMS; `unwritable` says why it could not be sent."""

    when: str
    message: Message | None
    segments: Segments | None = None
    price: float | None = None
    unwritable: str = ""


def samples(runtime: Runtime, language: str, channel: str) -> list[Sample]:
    """Customers who speak this language and can be reached so, the last in first; then somebody without a name."""
    reachable = sa.exists().where(
        col(ContactPoint.customer_id) == col(Customer.id), col(ContactPoint.channel) == channel
    )
    last = (
        sa.select(col(ContactEvent.touchpoint))
        .where(col(ContactEvent.customer_id) == col(Customer.id))
        .order_by(col(ContactEvent.occurred_at).desc())
        .limit(1)
        .scalar_subquery()
    )
    with runtime.reading() as session:
        speaks: sa.ColumnElement[bool] = col(Customer.language).in_(
            [code for code in told(session) if plain(code) == language]
        )
        if plain(runtime.settings.default_language) == language:
            speaks |= col(Customer.language).is_(None)
        rows = session.execute(
            sa.select(col(Customer.external_id), col(Customer.name), sa.func.coalesce(last, ""))
            .where(speaks, col(Customer.name) != "", col(Customer.erased_at).is_(None), reachable)
            .where(col(Customer.merged_into).is_(None))
            .order_by(col(Customer.id).desc())
            .limit(SAMPLES)
        ).all()
    return [*(Sample(*row) for row in rows), Sample()]


def written(settings: Settings, text: Text, sample: Sample) -> list[Part]:
    """Every message of a text as this sample would get it, in the order in which they would come."""
    words = {"body": text.body, "reminder": text.reminder}
    if text.kind is TextKind.SURVEY:
        words |= {name: getattr(text, name) for name in ("follow_low", "follow_mid", "follow_high", "thanks")}
    return [_part(settings, text, sample, name) for name, its in words.items() if its.strip() or name == "body"]


def message(settings: Settings, text: Text, sample: Sample, field: str = "body", recipient: str = "") -> Message:
    """One message of a text, led by no outreach, for a look or a test. Raises texts.Unwritable."""
    links, survey = Links(settings), text.kind is TextKind.SURVEY
    leads_to = Purpose.SURVEY if survey else Purpose.CONTENT
    first = field in ("body", "reminder")
    envelope = Envelope(
        outreach_id=NOBODY,
        channel=Channel(text.channel),
        organisation=settings.sender_name,
        recipient=recipient,
        language=text.language,
        link=links.to(leads_to, NOBODY),
        asks=survey and first,
        stop=links.to(Purpose.UNSUBSCRIBE, NOBODY),
        preferences=links.to(Purpose.PREFERENCES, NOBODY),
    )
    subject = text.subject if first or text.channel != Channel.EMAIL else f"Re: {text.subject}"
    values = {"name": sample.name, "touchpoint": sample.touchpoint}
    return texts.compose(subject, getattr(text, field), values, envelope)


def _part(settings: Settings, text: Text, sample: Sample, field: str) -> Part:
    try:
        made = message(settings, text, sample, field)
    except texts.Unwritable as problem:
        return Part(field, None, unwritable=str(problem))
    if made.channel is not Channel.SMS:
        return Part(field, made)
    measured = texts.segments(made.text)
    return Part(field, made, measured, measured.count * settings.sms_price)
