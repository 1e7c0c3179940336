"""A policy and the guard, held against each other."""

from typing import Any

import pytest

from policies import library
from policies.agreement import disagreement
from policies.policy import Guard, Policy
from tests.policies.make import a_giving_policy, a_guard, a_policy, a_rhythm

MANY_PIECES = a_policy(value_first={"pieces": 4, "rest": "1d", "settle": "1d"})
ONE_CONTENT = [{"at_most": 1, "window": "20d", "of": "content"}]

# A guard, a policy, and what is said where that can never ask.
HELD: dict[str, tuple[dict[str, Any], Policy, str | None]] = {
    "four pieces and an ask are one more than the default guard allows": ({}, MANY_PIECES, "31d"),
    "a guard that allows one more": ({"caps": [{"at_most": 5, "window": "30d"}]}, MANY_PIECES, None),
    "one piece a while, and two are needed": ({"caps": ONE_CONTENT}, a_policy(value_first={}), "24d"),
    "one piece a while, and one is needed": ({"caps": ONE_CONTENT}, a_policy(value_first={"pieces": 1}), None),
    "a cap of asks counts no pieces": ({"caps": [{"at_most": 1, "window": "60d", "of": "ask"}]}, MANY_PIECES, None),
    "a cap of another channel": ({"caps": [{"at_most": 1, "window": "60d", "channel": "sms"}]}, MANY_PIECES, None),
    "a rhythm has all the time": ({}, a_rhythm(value_first={"pieces": 9}), None),
    "a gift needs nothing first": ({}, a_giving_policy(), None),
}


@pytest.mark.parametrize(("amounts", "policy", "said"), HELD.values(), ids=HELD)
def test_a_policy_that_could_never_ask_in_time_is_told_when_it_could(
    amounts: dict[str, Any], policy: Policy, said: str | None
) -> None:
    found = disagreement(a_guard(**amounts), policy)
    assert (found is None) is (said is None)
    assert said is None or f"could ask {said} after a contact at best" in str(found)


def test_a_cap_of_the_only_channel_counts() -> None:
    guard = a_guard(caps=[{"at_most": 1, "window": "60d", "channel": "sms"}])
    by_sms = a_policy(channels=["sms"], value_first={"pieces": 1})
    assert "61d" in str(disagreement(guard, by_sms))


@pytest.mark.parametrize("name", library.NAMES)
def test_every_ready_made_policy_can_ask_under_the_default_guard(name: str) -> None:
    assert disagreement(Guard(), library.policy(name)) is None
