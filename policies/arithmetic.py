"""What the rules compute, as functions on plain numbers: epoch seconds, counts, arrays of them.

No objects and no text, so that the single decision calls them as they are and a replay of a whole history can compile
the same source. Every function that ends in `_opens` gives the moment from which a rule allows the ask: ANYTIME, a moment, or NEVER.
Arrays of times are oldest first.
"""

import math
from collections.abc import Sequence

ANYTIME = -math.inf
NEVER = math.inf
FLOOR = 86_400  # seconds between any two touches; nothing overrides it


def rest_opens(since: float, rest: float, jitter: float, draw: float) -> float:
    """When a rest that began at `since` is over; chance lengthens it by up to `jitter` (a share), never shortens it."""
    return since + rest * (1.0 + jitter * draw)


def rest_over_chance(elapsed: float, rest: float, jitter: float) -> float:
    """The probability, over the draw, that a rest is over after `elapsed` seconds."""
    if rest <= 0.0 or elapsed >= rest * (1.0 + jitter):
        return 1.0
    if elapsed < rest or jitter <= 0.0:
        return 1.0 if elapsed >= rest else 0.0
    return (elapsed / rest - 1.0) / jitter


def cap_opens(times: Sequence[float], count: int, at_most: int, window: float) -> float:
    """When one more touch fits under `at_most` in any rolling `window`; `times` holds the first `count` touches."""
    if count < at_most:
        return ANYTIME
    return times[count - at_most] + window


def silence_rest(rest: float, silences: int, give_up_after: int) -> float:
    """The rest after that many unanswered asks in a row: it doubles with each, and after `give_up_after` it does not end."""
    if silences <= 0:
        return 0.0
    if silences >= give_up_after:
        return NEVER
    return rest * 2.0 ** (silences - 1)


def fatigue(times: Sequence[float], loads: Sequence[float], count: int, half_life: float, now: float) -> float:
    """The decaying load of all touches at `now`: each halves every `half_life` seconds."""
    stock = 0.0
    for i in range(count):
        stock += loads[i] * 2.0 ** (-(now - times[i]) / half_life)
    return stock


def fatigue_opens(stock: float, now: float, half_life: float, threshold: float) -> float:
    """When a stock measured at `now` has decayed to `threshold`."""
    if stock <= threshold:
        return ANYTIME
    return now + half_life * math.log2(stock / threshold)


def settled_opens(given_at: float, used_at: float, settle: float) -> float:
    """When the last piece that had to be given and the last that had to be used have both settled."""
    return max(given_at, used_at) + settle


def ask_after_giving(now: float, missing: int, rest: float, settle: float) -> float:
    """From when an ask could follow if the first of `missing` pieces goes out now and the last is used at once."""
    return now + (missing - 1) * max(rest, FLOOR) + settle
