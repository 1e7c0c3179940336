"""Quiet hours, weekdays and public holidays, in every zone the customer could be in."""

import re
from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema, model_validator

from policies.arithmetic import DAY, NEVER, quiet_for
from policies.decision import Amount
from policies.document import Amounts, Contradiction, Truth, is_written
from policies.durations import HOUR, MINUTE
from policies.said import worded

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST = 400 * DAY  # past that, the zones this customer could be in share no open moment
_PAGE = 400 * DAY
_EPOCH = date(1970, 1, 1).toordinal()
_END_OF_TIME = 250_000_000_000  # in the year 9892; datetime ends soon after
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def _read(written: object, info: ValidationInfo) -> object:
    if type(written) is int and not is_written(info) and 0 <= written < DAY and written % MINUTE == 0:
        return written
    match = _TIME.fullmatch(written) if isinstance(written, str) else None
    if not match:
        raise ValueError(worded('%(written)s is not a time of day; write it as "20:00"', written=repr(written)))
    return int(match[1]) * HOUR + int(match[2]) * MINUTE


def _write(second: int) -> str:
    return f"{second // HOUR:02}:{second % HOUR // MINUTE:02}"


TimeOfDay = Annotated[
    int,
    BeforeValidator(_read),
    PlainSerializer(_write, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "examples": ["20:00"]}),
]


class Hours(Amounts):
    """When one channel may be used, in local time: not from `quiet_from` to `quiet_until` (seconds since midnight),
    only on `weekdays`, and on public holidays only if `holidays`."""

    quiet_from: TimeOfDay = 20 * HOUR
    quiet_until: TimeOfDay = 9 * HOUR
    weekdays: tuple[Weekday, ...] = DAYS
    holidays: Truth = True

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if not self.weekdays:
            raise Contradiction(("weekdays", worded("name at least one day, or nothing is ever sent")))
        if (self.quiet_from - self.quiet_until) % DAY < HOUR:  # equal times are a whole day
            shorter = worded("quiet_from to quiet_until leaves less than an hour a day; make the quiet window shorter")
            raise Contradiction(("quiet_until", shorter))
        return self

    def open_on(self, day: int, holidays: frozenset[date]) -> bool:
        """Whether the channel may be used on this local day, counted from 1 January 1970, a Thursday."""
        if DAYS[(day + 3) % 7] not in self.weekdays:
            return False
        return self.holidays or not holidays or date.fromordinal(day + _EPOCH) not in holidays


def next_open(hours: Hours, zones: Sequence[str], holidays: frozenset[date], at: float) -> float:
    """The first whole second, `at` or later, that is open in every zone; NEVER where none comes within 400 days.

    No zone at all means that we do not know where the customer is, which is never.
    """
    if not zones or at > _END_OF_TIME:
        return NEVER
    moment = int(at)
    last = moment + FARTHEST
    while moment <= last:
        later = moment
        for zone in zones:
            offset, holds_until = _offset(zone, moment)
            day, second = divmod(moment + offset, DAY)
            quiet = quiet_for(second, hours.open_on(day, holidays), hours.quiet_from, hours.quiet_until)
            if quiet:
                later = max(later, min(moment + quiet, holds_until))
        if later == moment:
            return moment
        moment = later
    return NEVER


def next_closed(hours: Hours, zones: Sequence[str], holidays: frozenset[date], at: int) -> int:
    """The first second after an open one that is closed in some zone; at the latest `FARTHEST` seconds later."""
    moment, last = at, at + FARTHEST
    while moment < last and next_open(hours, zones, holidays, moment) == moment:
        moment = min(last, *(_may_close(hours, zone, moment) for zone in zones))
    return moment


def _may_close(hours: Hours, zone: str, at: int) -> int:
    """The next moment at which a zone may turn from open to closed: at its quiet hours, another day, another offset."""
    offset, holds_until = _offset(zone, at)
    second = (at + offset) % DAY
    return min(at + (hours.quiet_from if second < hours.quiet_from else DAY) - second, holds_until)


def amounts_to_open(hours: Hours, zones: Sequence[str], holidays: frozenset[date], at: int) -> tuple[Amount, ...]:
    """The amounts that keep a channel closed at a moment, in whichever zone, by their names within the table of the
    channel: a weekday and the holidays are closed (0) or open (1), and the quiet window would have to be shorter."""
    local = [divmod(at + _offset(zone, at)[0], DAY) for zone in zones]
    closed = [day for day in DAYS if day not in hours.weekdays and any(DAYS[(n + 3) % 7] == day for n, _ in local)]
    amounts = [Amount(f"weekdays.{day}", False, True) for day in closed]
    if not hours.holidays and any(date.fromordinal(n + _EPOCH) in holidays for n, _ in local):
        amounts.append(Amount("holidays", False, True))
    quiet = [second for _, second in local if quiet_for(second, True, hours.quiet_from, hours.quiet_until)]
    return (*amounts, _shorter(hours, quiet)) if quiet else tuple(amounts)


def _shorter(hours: Hours, quiet: Sequence[int]) -> Amount:
    """The longest quiet window, in whole minutes, that leaves out these seconds of the day: it ends before the first of
    them, or begins after the last."""
    lasts = (hours.quiet_until - hours.quiet_from) % DAY
    into = [(second - hours.quiet_from) % DAY // MINUTE * MINUTE for second in quiet]
    before, after = min(into), max(into) + MINUTE
    if max(before, lasts - after) <= 0:
        return Amount("quiet_until", hours.quiet_until, None)  # no window is shorter than a minute
    if before >= lasts - after:
        return Amount("quiet_until", hours.quiet_until, (hours.quiet_from + before) % DAY)
    return Amount("quiet_from", hours.quiet_from, (hours.quiet_from + after) % DAY)


def _offset(zone: str, at: int) -> tuple[int, int]:
    """How far local time is ahead of UTC, in seconds, and a moment until which that stays so."""
    ends, offsets = _calendar(zone, at // _PAGE)
    current = bisect(ends, at)
    return offsets[current], ends[current]


@lru_cache(maxsize=4096)
def _calendar(zone: str, page: int) -> tuple[list[int], list[int]]:
    """The offsets of a zone through one page of 400 days, and when each ends, oldest first."""
    clock = ZoneInfo(zone)

    def offset(at: int) -> int:
        return int(datetime.fromtimestamp(at, clock).replace(tzinfo=UTC).timestamp()) - at

    days = range(page * _PAGE, (page + 1) * _PAGE + DAY, DAY)
    ends, offsets = [], [offset(days[0])]
    for today, tomorrow in pairwise(days):  # no zone changes its clocks twice within a day
        if offset(tomorrow) != offsets[-1]:
            ends.append(today + bisect(range(today, tomorrow), False, key=lambda at: offset(at) != offsets[-1]))
            offsets.append(offset(tomorrow))
    return [*ends, days[-1]], offsets
