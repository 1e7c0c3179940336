"""From some customers to all of them: totals of a sample scaled up, each with how far off it may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

_Z = 1.96
_NONE_SEEN = 3.0
"""Of something that was seen nowhere among n, up to 3/n may be there (95 %; the rule of three)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A total, and the margin within which the truth lies nineteen times out of twenty; no margin: it is counted."""

    value: float
    margin: float


def estimated(found: Sequence[float], sizes: Sequence[int], customers: int) -> Estimate:
    """The total over so many customers of what was `found` with each group of a random sample; groups have `sizes`.

    The ratio estimator for a cluster sample, with the correction for a finite population; where few groups were drawn
    the margin is that of Student's t, by its first term. Source: Cochran, Sampling Techniques, 1977, sections 6.4 and
    9A.1.
    """
    seen, groups = sum(sizes), len(found)
    if seen >= customers:
        return Estimate(sum(found), 0.0)
    scale, left = customers / seen, 1.0 - seen / customers
    if not any(found):
        return Estimate(0.0, _NONE_SEEN * scale * left)
    if groups < 2:
        return Estimate(sum(found) * scale, float("inf"))
    ratio = sum(found) / seen
    residuals = sum((f - ratio * size) ** 2 for f, size in zip(found, sizes, strict=True)) / (groups - 1)
    t = _Z * (1.0 + (_Z**2 + 1.0) / (4.0 * (groups - 1)))
    few = _Z**2 / 4.0  # where little was seen, its own scatter was seen too seldom; as in Wilson's interval
    return Estimate(sum(found) * scale, t * scale * sqrt(left * (groups * residuals + few)))
