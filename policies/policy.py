"""The documents a marketer edits: the guard of the whole organisation, and one policy a programme.

Immutable once made; every amount has its default here. A wrong document is refused when it is saved, with each field
and what to do about it, and never fails when it is used.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from policies.arithmetic import DAY, FLOOR, ask_after_giving
from policies.audience import DEEPEST, Audience
from policies.document import Amounts, Contradiction, Document, PolicyRefused
from policies.durations import Duration, write
from policies.hours import Hours

__all__ = ["Guard", "Policy", "PolicyRefused"]


def _name(written: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", written):
        raise ValueError(f"{written!r} is not a name; write small letters, digits and dashes, such as after-a-visit")
    return written


def _lasts(seconds: int) -> int:
    if seconds == 0:
        raise ValueError("has to last; leave the whole rule out if it should not hold")
    return seconds


Channel = Literal["email", "sms"]
Name = Annotated[str, AfterValidator(_name)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
MOST = 1_000  # touches or people a cap may allow, and the load that may be borne
MOST_SILENCES = 20
Positive = Annotated[int, Field(ge=1, le=MOST)]
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
    threshold: float = Field(ge=0.01, le=MOST)
    email: float = Field(default=1.0, ge=0.0, le=100.0)
    sms: float = Field(default=2.0, ge=0.0, le=100.0)


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
    never_asked: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.05
    caps: tuple[Cap, ...] = (
        Cap(at_most=4, window=30 * DAY),
        Cap(at_most=1, window=30 * DAY, of="ask", channel="sms"),
    )
    account: AccountCap = AccountCap()
    fatigue: Fatigue | None = None
    hours: ChannelHours = ChannelHours()


class ContactTerms(Amounts):
    """Which contacts are worth asking about, and when they are fresh but settled. No kinds means any kind."""

    kinds: tuple[Annotated[str, StringConstraints(min_length=1, max_length=80)], ...] = ()
    minimum_value: float = Field(default=40.0, ge=0.0, le=100.0)
    settle: Duration = DAY
    expires: Lasting = 14 * DAY

    @model_validator(mode="after")
    def _settles_before_it_expires(self) -> Self:
        if self.settle >= self.expires:
            raise Contradiction(("settle", f"has to be shorter than expires ({write(self.expires)})"))
        return self


class Rhythm(Amounts):
    """Once in so long; the start is spread over `spread` (default: `every`), so that not all are due on one day."""

    every: Annotated[Duration, Field(ge=FLOOR)] = 182 * DAY
    spread: Duration | None = None


class Rests(Amounts):
    """How long this policy leaves a customer alone. Silence doubles with each ask in a row that stayed unanswered."""

    after_ask: Duration = 14 * DAY
    after_answer: Duration = 90 * DAY
    after_not_now: Duration = 180 * DAY
    after_silence: Duration = 90 * DAY
    give_up_after: Annotated[int, Field(ge=1, le=MOST_SILENCES)] = 3


class ValueFirst(Amounts):
    """Something useful before the ask: so many pieces since the last ask, so many of them used, settled for a while.

    `rest` is kept between pieces while some are missing, `rest_unused` once enough are out but too few were used.
    """

    pieces: Annotated[int, Field(ge=1, le=20)] = 2
    used: Annotated[int, Field(ge=0, le=20)] = 1
    settle: Duration = 3 * DAY
    rest: Duration = 3 * DAY
    rest_unused: Duration = 30 * DAY

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.used > self.pieces:
            raise Contradiction(("used", f"cannot be more than pieces ({self.pieces}); lower it, or raise pieces"))
        return self

    @property
    def shortest(self) -> int:
        """Seconds from the first piece to the ask, at best."""
        return int(ask_after_giving(0, self.pieces, self.rest, self.settle))


class Policy(Document):
    """The amounts that govern one programme: asking after contacts, asking by rhythm, or giving by rhythm."""

    name: Name
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    for_whom: Annotated[str, StringConstraints(max_length=500)] = ""
    does: Literal["ask", "give"] = "ask"
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    channels: tuple[Channel, ...] = ("email", "sms")
    survey: Name | None = None
    contact: ContactTerms | None = None
    rhythm: Rhythm | None = None
    audience: Audience | None = None
    sampling: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    rests: Rests = Rests()
    caps: tuple[Cap, ...] = ()
    value_first: ValueFirst | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        wrong = [(field, message) for is_wrong, field, message in self._contradictions() if is_wrong]
        if wrong:
            raise Contradiction(*wrong)
        return self

    def _contradictions(self) -> tuple[tuple[bool, str, str], ...]:
        asks = self.does == "ask"
        life, first = self.contact, self.value_first
        giving = first.shortest if first else 0
        return (
            (not self.channels, "channels", "name at least one channel, email or sms"),
            (len(set(self.channels)) < len(self.channels), "channels", "name each channel once"),
            (asks and self.survey is None, "survey", "an asking policy needs the name of its survey"),
            (not asks and self.survey is not None, "survey", "a giving policy has no survey; remove it"),
            (asks and bool(life) == bool(self.rhythm), "contact", "write a [contact] or a [rhythm] table, not both"),
            (not asks and not self.rhythm, "rhythm", "a giving policy gives by rhythm; add a [rhythm] table"),
            (not asks and bool(life), "contact", "a giving policy gives by rhythm; remove the [contact] table"),
            (not asks and bool(first), "value_first", "a giving policy is itself what comes first; remove it"),
            (not asks and self.sampling < 1.0, "sampling", "only asks are sampled; remove it"),
            (
                bool(life and first and first.rest > life.expires),
                "value_first.rest",
                "is longer than the contact's life; shorten it, or lengthen contact.expires",
            ),
            (
                bool(life and first and life.settle + giving >= life.expires),
                "value_first",
                f"giving first takes at least {write(giving)} and the contact expires before that; "
                "shorten value_first.rest or value_first.settle, or lengthen contact.expires",
            ),
            (bool(self.audience and self.audience.depth() > DEEPEST), "audience", f"at most {DEEPEST} levels deep"),
        )
