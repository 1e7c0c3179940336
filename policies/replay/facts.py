"""What a response is taken to depend on: the facts of each ask, as they were on that day, from a list of touches."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from policies.arithmetic import DAY
from policies.situation import ASK, CONTENT

WINDOW = 90 * DAY
LONGEST = 365.0  # days since the last touch; also where there was none before


class Touched(NamedTuple):
    """A touch, and when (epoch seconds) a piece was used or an ask was heard from, in whatever words. `value` is that
    of the contact an ask is about, None where a rhythm asks."""

    person: int
    at: int
    kind: str
    channel: str
    value: float | None = None
    used_at: int | None = None
    heard_at: int | None = None


class Facts(NamedTuple):
    """Of one ask: days since the last touch, touches in the 90 days before, asks in a row that nothing was heard from,
    the contact's value (-1: a rhythm asks), whether a piece given since the last ask was used, whether it is an SMS."""

    days: float
    touches: int
    silences: int
    value: float
    used: bool
    sms: bool


@dataclass(frozen=True, slots=True)
class Asks:
    """Whose each ask was, when (epoch seconds), and its facts."""

    person: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)


def asks_of(touches: Iterable[Touched]) -> Asks:
    """The asks among touches. A person's touches stand together, oldest first. A reminder is a touch, but no ask."""
    found = Asks()
    for person, theirs in groupby(touches, key=lambda touch: touch.person):
        past: list[Touched] = []
        for touch in theirs:
            if touch.kind == ASK:
                found.person.append(person)
                found.at.append(touch.at)
                found.facts.append(_facts(past, touch))
            past.append(touch)
    return found


def _facts(past: list[Touched], ask: Touched) -> Facts:
    """Nothing that came to be known only after the ask is looked at."""
    silences, used, counted = 0, False, 0
    asked = silent = False
    for touch in reversed(past):
        counted += touch.at > ask.at - WINDOW
        if touch.kind == CONTENT:
            used = used or (not asked and touch.used_at is not None and touch.used_at <= ask.at)
        elif touch.kind == ASK:
            silent = (silent or not asked) and (touch.heard_at is None or touch.heard_at > ask.at)
            silences += silent
            asked = True
        if asked and not silent and touch.at <= ask.at - WINDOW:
            break
    days = (ask.at - past[-1].at) / DAY if past else LONGEST
    value = -1.0 if ask.value is None else ask.value
    return Facts(min(days, LONGEST), counted, silences, value, used, ask.channel == "sms")
