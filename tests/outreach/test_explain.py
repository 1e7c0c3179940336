"""Why somebody was, or was not, asked: the same judgement as the real one, without changing anything."""

import pytest

from outreach import uses
from outreach.explain import Explanation, Question, UnknownContact, UnknownCustomer, explain
from outreach.lifecycle import IntentState
from outreach.tables import Table
from policies.decision import Action
from tests.make import DAY, HOUR
from tests.world import World, asks, asks_by_rhythm, gives, guard


def _explain(world: World, at: int | None = None, contact: str | None = None) -> dict[str, Explanation]:
    with world.runtime.reading() as session:
        found = explain(session, world.runtime.settings, Question("K1", world.now if at is None else at, contact))
    return {explanation.policy: explanation for explanation in found}


def test_every_policy_in_force_is_explained_the_weightiest_first(world: World) -> None:
    world.publish(asks("low", priority=10), gives(), asks("high", priority=90))
    world.customer()
    world.contact()
    found = _explain(world)
    assert list(found) == ["high", "something-useful", "low"]
    assert {name: e.decision.action for name, e in found.items()} == {
        "high": Action.ASK,
        "something-useful": Action.GIVE,
        "low": Action.ASK,
    }


def test_the_explanation_is_what_the_look_will_decide(world: World) -> None:
    world.publish(guard(jitter=0.2, never_asked=0.05), asks(sampling=0.5), asks_by_rhythm(sampling=0.5), gives())
    world.customer()
    world.contact()
    world.clock.tidy()
    for _ in range(15):
        world.now += DAY // 3
        expected = {name: (e.decision.action, e.decision.moment) for name, e in _explain(world).items()}
        before = len(world.decisions())
        acting = [action for action, _ in expected.values() if action in (Action.ASK, Action.GIVE)]
        world.clock.work()
        for decision in world.decisions()[before:]:
            policy = next(i.policy for i in world.intents() if i.id == decision.intent_id)
            if len(acting) < 2:  # where several may act, the others are judged again
                assert (decision.action, decision.moment) == expected[policy], policy


def test_explaining_changes_nothing(world: World) -> None:
    world.publish(asks(), gives())
    world.customer()
    world.contact()

    def contents() -> dict[str, list[object]]:
        with world.runtime.reading() as session:
            return {t.name: list(session.execute(t.select()).all()) for t in Table.metadata.sorted_tables}

    before = contents()
    _explain(world)
    assert contents() == before


def test_the_latest_contact_is_meant_unless_another_is_named(world: World) -> None:
    world.publish(asks())
    world.customer()
    old, new = world.contact(ago=5 * DAY, value=10), world.contact(ago=DAY, value=90)
    latest, named, earlier = _explain(world), _explain(world, contact=old), _explain(world, world.now - 2 * DAY)
    values = [e["after-contact"].contact.value for e in (latest, named, earlier) if e["after-contact"].contact]
    assert values == [90, 10, 10]
    assert new != old


def test_the_contact_that_is_acted_on_first_is_meant_whatever_came_after_it(world: World) -> None:
    world.publish(asks())
    world.customer()
    worthy, _ = world.contact(ago=2 * DAY, value=80, kind="delivery"), world.contact(ago=DAY, value=3, kind="call")
    world.contact(ago=HOUR, value=50, kind="visit")
    found = _explain(world)["after-contact"]
    assert (found.contact_id, found.decision.action, found.intent) == (worthy, Action.ASK, IntentState.OPEN)


def test_a_contact_of_which_nothing_comes_says_so(world: World) -> None:
    world.customer()
    early = world.contact(kind="call")
    world.publish(asks())
    before = _explain(world)["after-contact"]
    assert (before.contact_id, before.decision.action, before.intent, before.is_idle) == (early, Action.ASK, None, True)
    world.contact(ago=HOUR)
    assert not _explain(world)["after-contact"].is_idle
    world.tick()
    assert _explain(world)["after-contact"].intent is IntentState.DONE


def test_a_moment_in_the_past_knows_nothing_of_what_came_later(world: World) -> None:
    world.publish(asks(contact={"expires": "90d"}, value_first={"pieces": 1, "used": 1, "settle": "1d"}))
    world.customer()
    world.contact()
    world.tick()
    given = world.now
    world.later(2 * DAY)
    uses.record(world.runtime, world.outreaches()[0].id)
    world.later(DAY)
    asked = world.now
    assert len(world.ledger()) == 2
    held_by = [_explain(world, at)["after-contact"].decision.held_by for at in (given - 1, given + DAY, asked + HOUR)]
    assert held_by == [None, "content_rest", "rest_after_silence"]


def test_a_moment_to_come_is_explained_as_well(world: World) -> None:
    world.publish(asks(contact={"settle": "5d"}))
    world.customer()
    world.contact()
    assert _explain(world)["after-contact"].decision.action is Action.WAIT
    assert _explain(world, world.now + 5 * DAY)["after-contact"].decision.action is Action.ASK


def test_a_policy_about_contacts_says_nothing_where_there_was_none(world: World) -> None:
    world.publish(asks(), gives())
    world.customer()
    assert list(_explain(world)) == ["something-useful"]


def test_who_or_what_is_not_known_is_named(world: World) -> None:
    with pytest.raises(UnknownCustomer, match="K1"):
        _explain(world)
    world.customer()
    with pytest.raises(UnknownContact, match="B99"):
        _explain(world, contact="B99")
