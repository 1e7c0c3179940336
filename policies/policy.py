"""The documents a marketer edits: the guard of the whole organisation, and one policy a programme.

Immutable once made; every amount has its default here. A wrong document is refused when it is saved, with each field
and what to do about it, and never fails when it is used.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from policies.arithmetic import ANYTIME, DAY, FLOOR, cap_opens
from policies.audience import DEEPEST, Audience
from policies.document import Amounts, Contradiction, Document, Number, PolicyRefused, Whole
from policies.durations import Duration, write
from policies.hours import Hours
from policies.said import worded

__all__ = ["Guard", "Policy", "PolicyRefused"]


def _name(written: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", written):
        raise ValueError(
            worded(
                "%(written)s is not a name; write small letters, digits and dashes, such as after-a-visit",
                written=repr(written),
            )
        )
    return written


def _says(written: str) -> str:
    if not written.strip():
        raise ValueError(worded("has to say something"))
    return written


def _lasts(seconds: int) -> int:
    if seconds == 0:
        raise ValueError(worded("has to last; leave the whole rule out if it should not hold"))
    return seconds


def _a_day_or_more(seconds: int) -> int:
    if seconds < FLOOR:
        raise ValueError(
            worded('has to be at least "%(floor)s", which lie between any two messages', floor=write(FLOOR))
        )
    return seconds


Channel = Literal["email", "sms"]
Name = Annotated[str, AfterValidator(_name)]
Says = AfterValidator(_says)
Share = Annotated[Number, Field(ge=0.0, le=1.0)]
MOST = 1_000  # touches or people a cap may allow, and the load that may be borne
MOST_SILENCES = 20
Positive = Annotated[Whole, Field(ge=1, le=MOST)]
Lasting = Annotated[Duration, AfterValidator(_lasts)]


class Cap(Amounts):
    """At most so many touches in any rolling window; `of` ask counts reminders too."""

    at_most: Positive
    window: Lasting
    of: Literal["any", "ask", "content"] = "any"
    channel: Channel | Literal["any"] = "any"


class AccountCap(Amounts):
    """At most so many people of one account asked in any rolling window."""

    people: Positive = 2
    window: Lasting = 30 * DAY


class Fatigue(Amounts):
    """Every touch loads the customer; the load halves every `half_life`, and above `threshold` we are silent."""

    half_life: Lasting
    threshold: Number = Field(ge=0.01, le=MOST)
    email: Number = Field(default=1.0, ge=0.0, le=100.0)
    sms: Number = Field(default=2.0, ge=0.0, le=100.0)

    @model_validator(mode="after")
    def _something_tires(self) -> Self:
        if not self.email and not self.sms:
            raise Contradiction(
                ("email", worded("is 0, as sms is, so nothing ever tires; leave [fatigue] out, or raise one"))
            )
        return self


class ChannelHours(Amounts):
    """When each channel may be used, in the customer's own zone."""

    email: Hours = Hours()
    sms: Hours = Hours(weekdays=("mon", "tue", "wed", "thu", "fri", "sat"), holidays=False)


class Guard(Document):
    """The amounts that hold for the whole organisation, whatever the policy."""

    rest_between_asks: Duration = 30 * DAY
    jitter: Share = 0.2
    new_customer: Duration = 30 * DAY
    case_rest: Duration = 14 * DAY
    never_asked: Annotated[Number, Field(ge=0.0, lt=1.0)] = 0.05
    caps: tuple[Cap, ...] = (
        Cap(at_most=4, window=30 * DAY),
        Cap(at_most=1, window=30 * DAY, of="ask", channel="sms"),
    )
    account: AccountCap = AccountCap()
    fatigue: Fatigue | None = None
    hours: ChannelHours = ChannelHours()


class ContactTerms(Amounts):
    """Which contacts are worth asking about, and when they are fresh but settled. No kinds means any kind."""

    kinds: tuple[Annotated[str, StringConstraints(max_length=80), Says], ...] = ()
    minimum_value: Number = Field(default=40.0, ge=0.0, le=100.0)
    settle: Duration = DAY
    expires: Lasting = 14 * DAY

    @model_validator(mode="after")
    def _settles_before_it_expires(self) -> Self:
        if self.settle >= self.expires:
            raise Contradiction(
                ("settle", worded("has to be shorter than expires (%(expires)s)", expires=write(self.expires)))
            )
        return self


class Rhythm(Amounts):
    """Once in so long; the start is spread over `spread` (default: `every`), so that not all are due on one day."""

    every: Annotated[Duration, AfterValidator(_a_day_or_more)] = 182 * DAY
    spread: Duration | None = None

    @model_validator(mode="after")
    def _everybody_has_a_turn(self) -> Self:
        if self.spread is not None and self.spread > self.every:
            raise Contradiction(
                ("spread", worded("cannot be longer than every (%(every)s); shorten it", every=write(self.every)))
            )
        return self


class Rests(Amounts):
    """How long this policy leaves a customer alone. Silence doubles with each ask in a row that stayed unanswered."""

    after_ask: Duration = 14 * DAY
    after_answer: Duration = 90 * DAY
    after_not_now: Duration = 180 * DAY
    after_silence: Duration = 90 * DAY
    give_up_after: Annotated[Whole, Field(ge=1, le=MOST_SILENCES)] = 3


class ValueFirst(Amounts):
    """Something useful before the ask: so many pieces since the last ask, so many of them used, settled for a while.

    `rest` is kept between pieces while some are missing, `rest_unused` once enough are out but too few were used.
    """

    pieces: Annotated[Whole, Field(ge=1, le=20)] = 2
    used: Annotated[Whole, Field(ge=0, le=20)] = 1
    settle: Duration = 3 * DAY
    rest: Duration = 3 * DAY
    rest_unused: Duration = 30 * DAY

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.used > self.pieces:
            raise Contradiction(
                (
                    "used",
                    worded("cannot be more than pieces (%(pieces)s); lower it, or raise pieces", pieces=self.pieces),
                )
            )
        return self


class Reminder(Amounts):
    """One reminder of an ask that was not heard from: so long after it, and from `until` on not any more."""

    after: Annotated[Duration, Field(ge=FLOOR)] = 4 * DAY
    until: Duration = 7 * DAY

    @model_validator(mode="after")
    def _has_time_to_come(self) -> Self:
        if self.after >= self.until:
            raise Contradiction(("after", worded("has to be shorter than until (%(until)s)", until=write(self.until))))
        return self


class Policy(Document):
    """The amounts that govern one programme: asking after contacts, asking by rhythm, or giving by rhythm."""

    name: Name
    title: Annotated[str, StringConstraints(max_length=120), Says]
    for_whom: Annotated[str, StringConstraints(max_length=500)] = ""
    does: Literal["ask", "give"] = "ask"
    priority: Annotated[Whole, Field(ge=0, le=100)] = 50
    channels: tuple[Channel, ...] = ("email", "sms")
    survey: Name | None = None
    contact: ContactTerms | None = None
    rhythm: Rhythm | None = None
    audience: Audience | None = None
    sampling: Annotated[Number, Field(gt=0.0, le=1.0)] = 1.0
    rests: Rests = Rests()
    caps: tuple[Cap, ...] = ()
    value_first: ValueFirst | None = None
    reminder: Reminder | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        wrong = [(field, message) for is_wrong, field, message in self._contradictions() if is_wrong]
        if wrong:
            raise Contradiction(*wrong)
        return self

    def soonest_ask(self, caps: Sequence[Cap]) -> int:
        """Seconds from the first piece, or where none is needed from now, to the ask, at best: under these caps, of
        which those of one channel count where it is the only one."""
        first, given, ready = self.value_first, list[float](), 0.0
        if first is not None:
            for _ in range(first.pieces):
                given.append(max(ready, self._room("content", caps, given)))
                ready = given[-1] + max(first.rest, FLOOR)
            ready = given[-1] + max(first.settle, FLOOR)
        return int(max(ready, self._room("ask", caps, given)))

    def _room(self, kind: str, caps: Sequence[Cap], given: Sequence[float]) -> float:
        """From when these caps would allow one more of this kind, where nothing but these pieces was sent."""
        room = ANYTIME
        for cap in caps:
            if cap.of in ("any", kind) and (cap.channel == "any" or self.channels == (cap.channel,)):
                counted = given if cap.of != "ask" else ()
                room = max(room, cap_opens(counted, len(counted), cap.at_most, cap.window))
        return room

    def _contradictions(self) -> tuple[tuple[bool, str, str], ...]:
        asks = self.does == "ask"
        life, first = self.contact, self.value_first
        giving = self.soonest_ask(self.caps)
        return (
            *self._reach(),
            *(self._of_gifts() if not asks else ()),
            (asks and self.survey is None, "survey", worded("an asking policy needs the name of its survey")),
            (
                asks and bool(life) == bool(self.rhythm),
                "contact",
                worded("write a [contact] or a [rhythm] table, not both"),
            ),
            (
                bool(life and first and first.rest > life.expires),
                "value_first.rest",
                worded("is longer than the contact's life; shorten it, or lengthen contact.expires"),
            ),
            (
                bool(life and first and life.settle + giving >= life.expires),
                "value_first",
                worded(
                    "giving first takes at least %(giving)s and the contact expires before that; "
                    "shorten value_first.rest or value_first.settle, raise the caps, or lengthen contact.expires",
                    giving=write(giving),
                ),
            ),
        )

    def _reach(self) -> tuple[tuple[bool, str, str], ...]:
        """What concerns whom this policy is for, and over which channels."""
        capped = {cap.channel for cap in self.caps} - {"any"}
        fields = self.audience.fields() if self.audience else ()
        of_contact = any(field.startswith("contact.") for field in fields)
        return (
            (not self.channels, "channels", worded("name at least one channel, email or sms")),
            (len(set(self.channels)) < len(self.channels), "channels", worded("name each channel once")),
            (
                bool(self.channels) and not capped <= set(self.channels),
                "caps",
                worded("one is about a channel that this policy does not use; remove it, or add the channel"),
            ),
            (
                bool(self.audience and self.audience.depth() > DEEPEST),
                "audience",
                worded("at most %(deepest)s levels deep", deepest=DEEPEST),
            ),
            (
                of_contact and not self.contact,
                "audience",
                worded("without a [contact] there is none to know anything of; compare fields of the customer only"),
            ),
        )

    def _of_gifts(self) -> tuple[tuple[bool, str, str], ...]:
        """What a giving policy has no use for."""
        caps_asks = any(cap.of == "ask" for cap in self.caps)
        return (
            (self.survey is not None, "survey", worded("a giving policy has no survey; remove it")),
            (not self.rhythm, "rhythm", worded("a giving policy gives by rhythm; add a [rhythm] table")),
            (bool(self.contact), "contact", worded("a giving policy gives by rhythm; remove the [contact] table")),
            (bool(self.value_first), "value_first", worded("a giving policy is itself what comes first; remove it")),
            (self.rests != Rests(), "rests", worded("only asks begin rests; remove the [rests] table")),
            (caps_asks, "caps", worded("a giving policy asks nothing; remove the cap of asks")),
            (self.sampling < 1.0, "sampling", worded("only asks are sampled; remove it")),
            (bool(self.reminder), "reminder", worded("nobody is reminded of what was given; remove it")),
        )
