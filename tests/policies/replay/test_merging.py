"""The sums of parts are the sum of the whole."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.replay.history import Chance, Happened, History, Person
from policies.replay.merging import OtherSpan, merged
from policies.replay.summing import Sum, summed
from policies.replay.walk import Walk, world
from tests.policies.replay.test_agreement import SALT, SEED, Case


class Crowd(Case):
    """Several accounts, and people of none, in a random order."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        begins = self.setting.span.begins
        self.people = [
            replace(self._person(random, f"C{n:02}", random.choice((None, "A", "B"))), comes_in=begins + n * 3_600)
            for n in range(random.randint(1, 12))
        ]
        self.happened = [
            Happened(random.choice(self.people).id, self._contact(random, n)) for n in range(random.randint(0, 30))
        ]

    def summed(self, people: Sequence[Person]) -> Sum:
        known = {person.id for person in people}
        happened = [each for each in self.happened if each.customer in known]
        history = History(people, happened, Chance(SALT, f"respondents {SEED}"))
        walk = Walk(world(history, self.guard, self.policies, self.setting)).run()
        return summed(walk, history, [policy.name for policy in self.policies])


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_whole_accounts_walked_apart_add_up_to_one_walk(seed: int, parts: int) -> None:
    crowd = Crowd(Random(seed))
    places = {person.account or person.id: n for n, person in enumerate(crowd.people)}
    split = [[p for p in crowd.people if places[p.account or p.id] % parts == part] for part in range(parts)]
    assert merged([crowd.summed(some) for some in split]) == crowd.summed(crowd.people)


def test_parts_of_other_spans_are_refused() -> None:
    crowd = Crowd(Random(1))
    one = crowd.summed(crowd.people)
    later = [replace(week, begins=week.begins + 1) for week in one.weeks]
    for weeks in (later, one.weeks[:-1]):
        with pytest.raises(OtherSpan):
            merged([one, replace(one, weeks=weeks)])
