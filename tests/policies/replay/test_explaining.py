"""A decision of a replay is told in full, and it is the decision that the replay took."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.replay.columns import CHANNELS, ENDLESS, LookRow
from policies.replay.deciding import RULES
from policies.replay.explaining import Asked, explained
from policies.replay.history import Chance, History
from policies.replay.walk import Walk, world
from tests.policies.replay.test_agreement import ACTIONS, SALT, SEED, Case


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 2**32))
@pytest.mark.timeout(300)
def test_what_is_told_of_a_look_is_what_the_look_decided(seed: int) -> None:
    case = Case(Random(seed))
    history = History(case.people, case.happened, Chance(SALT, f"respondents {SEED}"))
    made = world(history, case.guard, case.policies, case.setting)
    looks = [look for look in Walk(made, keep_looks=True).run().looks if look.at <= case.setting.span.until]
    firsts = first_of_their_moment(looks)
    for look in firsts[:: max(1, len(firsts) // 5)]:
        asked = Asked(look.who, look.policy, look.contact, look.at)
        decision = explained(history, (case.guard, case.policies), case.setting, asked)
        moment = None if look.moment == ENDLESS else min(look.moment, made.hours_until)
        told = decision.moment and min(decision.moment, made.hours_until)
        held = None if look.held < 0 else RULES[look.held]
        assert (decision.action, told, decision.channel, decision.held_by) == (
            ACTIONS[look.action], moment, CHANNELS[look.channel], held,
        )  # fmt: skip


def first_of_their_moment(looks: list[LookRow]) -> list[LookRow]:
    """Looks that no touch of the same moment, to them or a colleague, came before."""
    acted: set[int] = set()
    found = []
    for look in looks:
        if look.at not in acted:
            found.append(look)
        if ACTIONS[look.action] in ("give", "ask"):
            acted.add(look.at)
    return found
