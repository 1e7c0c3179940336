"""Rhythms: one standing wish a customer and policy, the first turns spread, each later turn a rhythm after the last."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from outreach import rhythms
from outreach.lifecycle import IntentState
from outreach.rhythms import open_rhythms
from tests.make import DAY, HOUR
from tests.world import World, asks, asks_by_rhythm, gives, guard

PEOPLE = [f"K{n}" for n in range(12)]


def test_every_customer_gets_one_standing_wish_of_each_policy_with_a_rhythm(world: World) -> None:
    world.publish(gives(), asks_by_rhythm(), asks())
    world.customers(*PEOPLE)
    assert open_rhythms(world.runtime) == 2 * len(PEOPLE)
    assert open_rhythms(world.runtime) == 0
    assert {intent.policy for intent in world.intents("K3")} == {"something-useful", "relationship"}
    assert {intent.cause for intent in world.intents()} == {"rhythm"}


def test_customers_who_come_later_get_theirs_too(world: World) -> None:
    world.publish(gives())
    world.customer("K1")
    world.tick()
    world.customer("K2")
    world.later(60)
    assert len(world.got("K2")) == 1


def test_two_clocks_that_open_at_once_open_each_wish_once(world: World) -> None:
    world.publish(gives())
    world.customers(*PEOPLE)
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_rhythms(world.runtime), range(4)))
    assert sum(opened) == len(world.intents()) == len(PEOPLE)


def test_many_customers_are_taken_in_several_transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhythms, "AT_ONCE", 5)
    world.publish(gives())
    world.customers(*PEOPLE)
    assert open_rhythms(world.runtime) == len(PEOPLE)


def test_the_first_turns_are_spread_so_that_not_all_are_due_on_one_day(world: World) -> None:
    world.publish(gives(rhythm={"every": "30d", "spread": None}))
    world.customers(*PEOPLE)
    open_rhythms(world.runtime)
    days = [((intent.look_at or 0) - world.now) / DAY for intent in world.intents()]
    assert all(0 <= day < 30 for day in days)
    assert max(days) - min(days) > 10
    assert len(set(days)) == len(PEOPLE)


def test_a_customers_turn_falls_on_the_same_day_in_every_database(world: World) -> None:
    world.publish(gives(rhythm={"every": "30d", "spread": None}))
    world.customers("somebody", "K1")
    open_rhythms(world.runtime)
    assert world.intents("K1")[0].look_at == world.now + 1_782_831


def test_the_next_turn_comes_a_rhythm_after_the_last_touch(world: World) -> None:
    world.publish(gives())
    world.customer()
    world.tick()
    begun = world.now
    for _ in range(2):
        world.later(30 * DAY - 1)
        world.later(1)
    assert [entry.asked_at - begun for entry in world.ledger()] == [0, 30 * DAY, 60 * DAY]


def test_each_turn_draws_its_chances_anew(world: World) -> None:
    world.publish(guard(jitter=0.2), gives())
    world.customer()
    for _ in range(100):
        world.later(DAY)
    draws = [entry.draw for entry in world.ledger()]
    assert len(draws) == len(set(draws)) == 3


def test_who_was_not_drawn_into_the_sample_gets_another_chance_at_the_next_turn(world: World) -> None:
    world.publish(asks_by_rhythm(sampling=0.5, rhythm={"every": "60d"}))
    world.customers(*PEOPLE)
    asked = []
    for _ in range(4):
        world.tick()
        asked.append(len(world.got()))
        world.now += 60 * DAY
    assert 0 < asked[0] < len(PEOPLE)  # some at the first turn,
    assert len({sent.customer_id for sent in world.got()}) > asked[0]  # and others at a later one
    skipped = [decision for decision in world.decisions() if decision.action == "skip"]
    assert {(decision.held_by, decision.probability) for decision in skipped} == {("sampling", 0.5)}


def test_a_turn_keeps_its_chances_while_something_useful_comes_first(world: World) -> None:
    first = {"pieces": 2, "used": 0, "settle": "1d", "rest": "1d"}
    world.publish(asks_by_rhythm(sampling=0.5, rhythm={"every": "60d"}, value_first=first))
    world.customers(*PEOPLE)
    for _ in range(10):
        world.later(DAY)
    drawn_in = {outreach.customer_id for outreach in world.outreaches()}
    assert 0 < len(drawn_in) < len(PEOPLE)
    assert {outreach.customer_id for outreach in world.outreaches() if outreach.kind == "ask"} == drawn_in


def test_a_rhythm_and_a_contact_share_the_rest_between_asks(world: World) -> None:
    world.publish(asks_by_rhythm(), asks(contact={"expires": "60d"}))
    world.customer()
    world.contact()
    world.tick()
    world.later(30 * DAY - HOUR)
    assert len(world.got()) == 1
    world.later(HOUR)
    assert [outreach.policy for outreach in world.outreaches()] == ["after-contact", "relationship"]


def test_without_a_policy_with_a_rhythm_nothing_is_opened(world: World) -> None:
    world.publish(asks())
    world.customer()
    assert open_rhythms(world.runtime) == 0


def test_a_customer_who_may_not_be_written_to_keeps_the_wish_and_gets_it_when_they_consent(world: World) -> None:
    world.publish(gives())
    world.customer(consent_email="")
    world.tick()
    (intent,) = world.intents()
    assert (intent.state, intent.reason) == (IntentState.OPEN, "consent")
    world.customer(consent_email="yes")
    world.later(1)
    assert len(world.got()) == 1


def test_an_import_begins_no_turn_early(world: World) -> None:
    world.publish(gives(rhythm={"every": "30d", "spread": None}))
    world.customers(*PEOPLE, consent_email="")
    open_rhythms(world.runtime)
    turns = [intent.look_at for intent in world.intents()]
    world.customers(*PEOPLE, consent_email="yes")
    assert [intent.look_at for intent in world.intents()] == turns
