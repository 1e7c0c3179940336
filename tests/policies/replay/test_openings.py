"""Spells looked up by halving say what `policies.hours` says."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.arithmetic import NEVER
from policies.hours import Hours, next_open
from policies.replay.openings import spells
from tests.policies.make import DAY, NOON
from tests.policies.worlds import ZONES, some_hours

_TODAY = datetime.fromtimestamp(NOON, UTC).date()


def _first_open(found: list[tuple[int, int]], at: int) -> float:
    return next((max(opens, at) for opens, closes in found if at < closes), NEVER)


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=True))
def test_the_next_open_moment_is_the_same(random: Random) -> None:
    hours = Hours.model_validate(some_hours(random))
    zones = tuple(random.sample(ZONES, random.randint(1, 3)))
    holidays: frozenset[date] = frozenset(_TODAY + timedelta(random.randint(0, 90)) for _ in range(9))
    begins = NOON + random.randint(-400 * DAY, 400 * DAY)
    found = list(spells(hours, zones, holidays, (begins, begins + 100 * DAY)))
    edges = [edge + by for spell in found for edge in spell for by in (-1, 0, 1) if begins <= edge + by]
    for at in [
        begins,
        *random.sample(edges, min(len(edges), 40)),
        *(begins + random.randint(0, 90 * DAY) for _ in range(20)),
    ]:
        assert _first_open(found, at) == next_open(hours, zones, holidays, at) or at > begins + 100 * DAY


def test_who_could_be_anywhere_has_no_open_moment() -> None:
    assert list(spells(Hours(), (), frozenset(), (NOON, NOON + DAY))) == []
