"""Draws made while a history is walked are those of `policies.chance`."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from policies import library
from policies.chance import draw
from policies.replay.history import Chance, Happened, History, Person
from policies.replay.walk import Setting, Span, Stock, Walk, world
from policies.situation import Address, Contact
from tests.policies.make import DAY, NOON

GUARD = library.guard().model_copy(update={"never_asked": 0.0})


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=150), st.text(min_size=1, max_size=150), st.randoms())
def test_the_same_keys_draw_the_same_numbers(salt: str, customer: str, random: Random) -> None:
    """Keys of any length, in any script; what a rhythm's first turn and a touch's rest show is what was drawn."""
    people = [Person(customer, NOON, NOON, zones=("UTC",), addresses={"email": Address()})]
    happened = [Happened(customer, Contact("import/1", "visit", "shop", 60.0, NOON + random.randint(0, 40 * DAY)))]
    pieces = {("en", "email"): ["a", "b", "c"]}
    setting = Setting(Stock(pieces), Span(NOON, NOON + 60 * DAY))
    policy = library.policy("something-useful")
    walk = Walk(world(History(people, happened, Chance(salt)), GUARD, [policy], setting)).run()
    first, turn_at = walk.touches[0], NOON + int(30 * DAY * draw(salt, "spread", customer, policy.name))
    assert first.at >= turn_at
    assert first.draw == draw(salt, "jitter", customer, f"rhythm/{turn_at}", policy.name, 0)
