"""Every fact a rule may look at, at one moment. Times are whole epoch seconds; no clock or database is read here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

ASK, CONTENT, REMINDER = "ask", "content", "reminder"
ANSWERS = ("answered", "replied")  # with a score, or in words alone


@dataclass(frozen=True, slots=True)
class Touch:
    """Something that reached the customer: an ask, a reminder of one, or a piece of content.

    `draw` in [0, 1) lengthens every rest this touch began; it is drawn once, when the touch happened.
    `outcome` of an ask is one of ANSWERS, 'not_now' or None: silent so far. `used_at` is for content.
    """

    at: int
    kind: str
    channel: str
    policy: str
    draw: float = 0.0
    used_at: int | None = None
    outcome: str | None = None
    outcome_at: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact event an intent is about; `value` is 0-100: how much it matters to the customer."""

    id: str
    kind: str
    touchpoint: str
    value: float
    occurred_at: int
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Address:
    """How one channel reaches the customer. `consent` None means that we do not know, which is no."""

    usable: bool = True
    consent: bool | None = True
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """One customer, at one moment, for one intent; `kind` and `channel` are those of the touch in question.

    `zones`: every time zone the customer could be in; one when it is known. `holidays`: public holidays there,
    near `now`. `touches`: oldest first. `account_asks`: the last ask of each other person of the customer's account.
    `content_left`: per channel, the pieces this customer has not had. `looked_at`: when this intent was judged before.
    `rests_over_at`: when it last could act, so that the rests that had begun were over; `rests_open_at`: when it was
    last held back by nothing but rests, so that not all of them were. `turn_at`: of a rhythm, when its turn begins.
    `reminds`: where only a reminder can come, when its ask went out.
    `case_draw` lengthens the rest after the last case.
    The draws are numbers in [0, 1) that do not change from look to look.
    """

    now: int
    customer: str
    customer_since: int
    kind: str = ASK
    channel: str = "email"
    attributes: Mapping[str, object] = field(default_factory=dict)
    addresses: Mapping[str, Address] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    holidays: frozenset[date] = frozenset()
    touches: tuple[Touch, ...] = ()
    contact: Contact | None = None
    no_surveys: bool = False
    paused_until: int | None = None
    case_open: bool = False
    case_closed_at: int | None = None
    account_asks: tuple[int, ...] = ()
    content_left: Mapping[str, int] = field(default_factory=dict)
    looked_at: int | None = None
    rests_over_at: int | None = None
    rests_open_at: int | None = None
    turn_at: int | None = None
    reminds: int | None = None
    case_draw: float = 0.0
    never_asked_draw: float = 1.0
    sampling_draw: float = 0.0
