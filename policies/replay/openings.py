"""The hours of a channel as spells between two moments, found by `policies.hours` itself, and looked up by halving."""

from collections.abc import Iterator, Sequence
from datetime import date

from policies.arithmetic import NEVER
from policies.hours import FARTHEST, Hours, next_closed, next_open
from policies.replay.columns import SpellRow, World
from policies.replay.compiling import apart, compiled


def spells(
    hours: Hours, zones: Sequence[str], holidays: frozenset[date], span: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """When it is open in every zone, over a span of time: from one moment to just before another."""
    at, until = float(span[0]), span[1]
    while at <= until:
        at = next_open(hours, zones, holidays, at)
        if at == NEVER:
            return
        closes = next_closed(hours, zones, holidays, int(at))
        yield int(at), closes
        at = closes


@compiled
def opens_at(w: World, zones: int, channel: int, at: float) -> float:
    """What `next_open` says; a moment past all that is known is taken for open."""
    first, last = w.first_spell[2 * zones + channel], w.first_spell[2 * zones + channel + 1]
    if first < last and at >= w.spells[last - 1].closes:
        return at if at >= w.hours_until else NEVER
    return _opens_within(w.spells, first, last, at)


@apart
def _opens_within(spells: Sequence[SpellRow], first: int, last: int, at: float) -> float:
    if first == last:
        return NEVER
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if spells[middle].closes <= at:
            low = middle + 1
        else:
            high = middle
    opens = max(float(spells[low].opens), at)
    return opens if opens - at <= FARTHEST else NEVER
