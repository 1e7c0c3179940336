"""The score (share of promoters less share of critics) and its interval, from counts of answers.

Tango's score interval for a difference of paired proportions: Tango 1998, Statistics in Medicine 17, 891-908; as in
R's `contingencytables`, chapter 8. Checked against published figures in the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
FEWEST_ANSWERS = 5
"""Below this many answers a score is not shown: it would say more about chance, or about one person, than about us."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score of `answers` people; `value`, `low` and `high` are shares between -1 and 1."""

    promoters: int
    critics: int
    answers: int
    value: float
    low: float
    high: float

    @property
    def passives(self) -> int:
        """Answers of 7 or 8."""
        return self.answers - self.promoters - self.critics


def score(promoters: int, critics: int, answers: int) -> Score | None:
    """The score with its 95 % interval; None below FEWEST_ANSWERS."""
    if answers < FEWEST_ANSWERS:
        return None
    low, high = interval(promoters, critics, answers)
    return Score(promoters, critics, answers, (promoters - critics) / answers, low, high)


def interval(promoters: float, critics: float, answers: float, z: float = Z95) -> tuple[float, float]:
    """Tango's interval around (promoters - critics) / answers; (-1, 1) when there are no answers."""
    if answers <= 0:
        return -1.0, 1.0
    point = (promoters - critics) / answers

    def outside(x: float) -> bool:
        return abs(promoters - critics - answers * x) > z * _spread(promoters, critics, answers, x)

    low = -1.0 if point == -1 else _edge(-1.0, point, outside)
    high = 1.0 if point == 1 else _edge(1.0, point, outside)
    return low, high


def _spread(b: float, c: float, n: float, x: float) -> float:
    """The standard deviation of b - c when the true difference is x."""
    rise, fall = -b - c + (2 * n - b + c) * x, -c * x * (1 - x)
    p = (sqrt(max(0.0, rise * rise - 8 * n * fall)) - rise) / (4 * n)
    return sqrt(max(0.0, n * (2 * p + x * (1 - x))))


def _edge(out: float, inside: float, outside: Callable[[float], bool]) -> float:
    """Bisects between a limit of the scale and the score for the point where `outside` turns."""
    for _ in range(60):
        middle = (out + inside) / 2
        out, inside = (middle, inside) if outside(middle) else (out, middle)
    return inside
