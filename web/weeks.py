"""The picture of the last weeks: one bar a week, what was given below, what was asked on top of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from outreach.reports.figures import Week

WIDTH, HEIGHT, BASE = 560, 158, 134
STEP, BAR, ROOM = 46, 28, 26
"""Units of the drawing: from bar to bar, the width of one, and the room kept free above the tallest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week: left edge, and the top and height of its two parts. The tallest and the last are `key`."""

    week: Week
    x: float
    give_top: float
    give_height: float
    ask_top: float
    ask_height: float
    key: bool

    @property
    def middle(self) -> float:
        return self.x + BAR / 2


@dataclass(frozen=True, slots=True)
class WeeksPicture:
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE
    bar: int = BAR

    @classmethod
    def of(cls, weeks: Sequence[Week]) -> Self:
        tallest = max((week.given + week.asked for week in weeks), default=0) or 1
        unit = (BASE - ROOM) / tallest
        return cls(
            tuple(
                _bar(week, number, unit, key=number == len(weeks) - 1 or week.given + week.asked == tallest)
                for number, week in enumerate(weeks)
            )
        )

    @property
    def empty(self) -> bool:
        return not any(bar.week.given or bar.week.asked for bar in self.bars)


def _bar(week: Week, number: int, unit: float, *, key: bool) -> Bar:
    give, ask = week.given * unit, week.asked * unit
    left = (STEP - BAR) / 2 + number * STEP
    return Bar(week, left, round(BASE - give, 1), round(give, 1), round(BASE - give - ask, 1), round(ask, 1), key)
