"""Quiet hours, weekdays and public holidays, in every zone the customer could be in."""

from bisect import bisect
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema, model_validator

from policies.arithmetic import NEVER
from policies.durations import DAY

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FARTHEST = 60 * DAY  # past that, the zones this customer could be in share no open moment


def _time_of_day(written: object) -> object:
    if isinstance(written, str):
        try:
            return datetime.strptime(written, "%H:%M").time()
        except ValueError:
            raise ValueError(f'{written!r} is not a time of day; write it as "20:00"') from None
    return written


TimeOfDay = Annotated[
    time,
    BeforeValidator(_time_of_day),
    PlainSerializer(lambda t: t.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$", "examples": ["20:00"]}),
]


class Hours(BaseModel):
    """When one channel may be used, in local time: not from `quiet_from` to `quiet_until`, only on `weekdays`, and on
    public holidays only if `holidays`. Equal times mean that no hours are quiet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quiet_from: TimeOfDay = time(20)
    quiet_until: TimeOfDay = time(9)
    weekdays: tuple[Weekday, ...] = DAYS
    holidays: bool = True

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if not self.weekdays:
            raise ValueError("weekdays: name at least one day, or nothing is ever sent")
        if self.quiet_from != self.quiet_until and self._open_for() < 3_600:
            raise ValueError("quiet_from to quiet_until leaves less than an hour a day; make the quiet window shorter")
        return self

    def _open_for(self) -> int:
        return (_seconds(self.quiet_from) - _seconds(self.quiet_until)) % DAY

    def is_open(self, local: datetime, holidays: frozenset[date]) -> bool:
        """Whether the channel may be used at this local time."""
        day = local.date()
        if DAYS[day.weekday()] not in self.weekdays or (not self.holidays and day in holidays):
            return False
        start, end, now = self.quiet_from, self.quiet_until, local.time()
        if start <= end:
            return not start <= now < end
        return end <= now < start


def next_open(hours: Hours, zones: Sequence[str], holidays: frozenset[date], at: float) -> float:
    """The first whole second, `at` or later, that is open in every zone; NEVER where none comes within 60 days.

    No zone at all means that we do not know where the customer is, which is never.
    """
    if not zones or at == NEVER:
        return NEVER
    moment = -int(-at // 1)  # rounded up
    last = moment + FARTHEST
    while moment <= last:
        later = max([_this_or_next_edge(hours, _zone(name), holidays, moment) for name in zones])
        if later == moment:
            return moment
        moment = later
    return NEVER


def _this_or_next_edge(hours: Hours, zone: ZoneInfo, holidays: frozenset[date], at: int) -> int:
    """`at` where it is open there, otherwise the next moment at which that could change."""
    local = datetime.fromtimestamp(at, zone)
    if hours.is_open(local, holidays):
        return at
    now, until = _seconds(local.time()), _seconds(hours.quiet_until)
    edge = at + (until if now < until else DAY) - now
    offset = local.utcoffset()
    if datetime.fromtimestamp(edge, zone).utcoffset() == offset:
        return edge
    # The clocks change before that edge: stop at the change and look again.
    return bisect(range(at, edge), False, key=lambda t: datetime.fromtimestamp(t, zone).utcoffset() != offset) + at


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
