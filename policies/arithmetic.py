"""What the rules compute, as functions on plain numbers: epoch seconds, counts, arrays of them.

No objects and no text, so that the single decision calls them as they are and a replay of a whole history can compile
the same source. A function that ends in `_opens` gives the moment from which a rule allows the touch: ANYTIME, a whole
second, or NEVER. Arrays of times are oldest first, and `count` of their elements are in use.
"""

import math
from collections.abc import Sequence
from typing import Protocol

ANYTIME = -math.inf
NEVER = math.inf
DAY = 86_400
FLOOR = DAY  # seconds between any two touches; nothing overrides it
LONGEST = 3_660 * DAY  # ten years: no rest is longer


def drawn(draw: float, share: float) -> bool:
    """Whether a draw in [0, 1) falls into a share: nobody into 0, everybody into 1."""
    return draw < share


def worth_opens(value: float, least: float) -> float:
    """A contact worth at least this may be asked about."""
    return ANYTIME if value >= least else NEVER


def fresh_opens(now: float, closes: float) -> float:
    """A contact may be asked about until just before `closes`."""
    return ANYTIME if now < closes else NEVER


def rest_opens(since: float, rest: float, jitter: float, draw: float) -> float:
    """When a rest that began at `since` is over; chance lengthens it by up to `jitter` (a share), never shortens it."""
    return since + math.ceil(rest * (1.0 + jitter * draw))


def longest_rest_over(elapsed: float, jitter: float, draw: float) -> float:
    """The longest rest, in whole seconds, that is over after `elapsed`; negative where none can be."""
    rest = math.floor(elapsed / (1.0 + jitter * draw))
    return rest if rest_opens(0.0, rest, jitter, draw) <= elapsed else rest - 1


def rest_over_chance(elapsed: float, rest: float, jitter: float) -> float:
    """The probability, over the draw, that a rest is over after `elapsed` seconds."""
    if elapsed >= rest * (1.0 + jitter):
        return 1.0
    if elapsed < rest:
        return 0.0
    return (elapsed / rest - 1.0) / jitter


class Rested(Protocol):
    """A rest: what began it, whose draw it shares with others; since when and how long it lasts at least, in seconds;
    and when it is over, as its draw lengthened it."""

    @property
    def source(self) -> int | str: ...
    @property
    def since(self) -> float: ...
    @property
    def lasts(self) -> float: ...
    @property
    def opens(self) -> float: ...


def rests_over(rests: Sequence[Rested], count: int, jitter: float, shown: tuple[float, float], by: float) -> float:
    """The probability, over the draws, that all of these rests are over by a moment.

    `shown`: at the first moment all that had begun were over, and at the second not all of them were; ANYTIME where
    nothing was shown. What was judged by other amounts may not fit what is known by now, and is left out.
    """
    over_at, open_at = shown
    still_open = ANYTIME
    for n in range(count):
        if rests[n].since < over_at < rests[n].opens:
            over_at = ANYTIME
        if rests[n].since < open_at < rests[n].opens:
            still_open = open_at
    chance, both, before = 1.0, 1.0, 1.0
    for n in range(count):
        if is_first_of_source(rests, n):
            known = sharing_over(rests, (n, count), jitter, over_at, over_at)
            if known == 0.0:
                known = 1.0
            over = min(sharing_over(rests, (n, count), jitter, by, NEVER) / known, 1.0)
            seen = min(sharing_over(rests, (n, count), jitter, still_open, still_open) / known, 1.0)
            chance, both, before = chance * over, both * min(over, seen), before * seen
    return (chance - both) / (1.0 - before) if before < 1.0 else chance


def is_first_of_source(rests: Sequence[Rested], n: int) -> bool:
    earlier = 0
    while earlier < n and rests[earlier].source != rests[n].source:
        earlier += 1
    return earlier == n


def sharing_over(rests: Sequence[Rested], part: tuple[int, int], jitter: float, at: float, begun_by: float) -> float:
    """The probability that those rests are over by then which share the draw of the first of this part, and began
    before `begun_by`: they are when the last of them is."""
    chance = 1.0
    for n in range(part[0], part[1]):
        if rests[n].source == rests[part[0]].source and rests[n].since < begun_by:
            chance = min(chance, rest_over_chance(at - rests[n].since, rests[n].lasts, jitter))
    return chance


def silences(heard: Sequence[bool], count: int) -> int:
    """How many asks in a row, up to the last, were not heard from."""
    silent = 0
    while silent < count and not heard[count - 1 - silent]:
        silent += 1
    return silent


def silence_rest(rest: float, silent: int, give_up_after: int) -> float:
    """The rest after that many silences: doubled by each after the first, and without end from `give_up_after`."""
    if silent <= 0:
        return 0.0
    if silent >= give_up_after:
        return NEVER
    return min(rest * 2.0 ** (silent - 1), LONGEST)


def cap_opens(times: Sequence[float], count: int, at_most: int, window: float) -> float:
    """When one more touch leaves no more than `at_most` in any rolling `window`."""
    if count < at_most:
        return ANYTIME
    return times[count - at_most] + window


def in_window(times: Sequence[float], count: int, window: float, now: float) -> int:
    """How many touches a rolling window that ends at `now` still holds."""
    inside = 0
    while inside < count and times[count - 1 - inside] + window > now:
        inside += 1
    return inside


def fatigue(times: Sequence[float], loads: Sequence[float], count: int, half_life: float, at: float) -> float:
    """The load of all touches at a moment no earlier than the last of them; each halves every `half_life` seconds."""
    stock = 0.0
    for i in range(count):
        stock += loads[i] * math.exp2(-(at - times[i]) / half_life)
    return stock


def fatigue_opens(
    times: Sequence[float], loads: Sequence[float], count: int, half_life: float, threshold: float
) -> float:
    """When the load has decayed to `threshold`."""
    if count == 0:
        return ANYTIME
    last = times[count - 1]
    stock = fatigue(times, loads, count, half_life, last)
    if stock <= threshold:
        return ANYTIME
    return last + math.ceil(half_life * math.log2(stock / threshold))


def pieces_missing(given: int, used: int, pieces: int, needed: int) -> int:
    """How many pieces must be given yet, if each is used at once, before so many are given and so many of them used."""
    return max(pieces - given, 1 if used < needed else 0)


def ask_after_giving(now: float, missing: int, rest: float, settle: float) -> float:
    """From when an ask could follow, at best, if the first of the missing pieces went out now."""
    return now + (missing - 1) * max(rest, FLOOR) + max(settle, FLOOR)


def settled_opens(given_at: float, used_at: float, settle: float) -> float:
    """When the last piece that had to be given and the last that had to be used have both settled."""
    return max(given_at, used_at) + settle


def quiet_for(second: int, day_is_open: bool, quiet_from: int, quiet_until: int) -> int:
    """Seconds until a channel could be open again, at this second of a local day; 0 where it is open. From the next
    midnight it is another day, and has to be asked again."""
    if not day_is_open:
        return DAY - second
    if quiet_from <= quiet_until:
        quiet = quiet_from <= second < quiet_until
    else:
        quiet = second >= quiet_from or second < quiet_until
    if not quiet:
        return 0
    return (quiet_until if second < quiet_until else DAY) - second
