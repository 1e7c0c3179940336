"""Content that is used: the deposit an ask may follow, counted once, and shared out by how well it is used."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlmodel import col

from outreach import uses
from outreach.lifecycle import IntentState
from outreach.tables import Content
from tests.make import DAY, HOUR
from tests.world import World, asks, asks_by_rhythm, gives

VALUE_FIRST = {"pieces": 1, "used": 1, "settle": "1d", "rest": "1d", "rest_unused": "10d"}


def _given(world: World) -> int:
    world.publish(gives())
    world.customer()
    world.tick()
    return world.outreaches()[0].id


def _use_rates(world: World) -> dict[str, float]:
    with world.runtime.reading() as session:
        query = sa.select(col(Content.name), col(Content.use_rate)).where(col(Content.channel) == "email")
        return dict(session.execute(query).all())


def test_the_first_use_is_what_counts_and_leads_to_the_content_every_time(world: World) -> None:
    given = _given(world)
    world.now += HOUR
    assert uses.record(world.runtime, given) == "https://example.com/tip-1"
    first = world.now
    world.now += DAY
    assert uses.record(world.runtime, given) == "https://example.com/tip-1"
    assert world.ledger()[0].used_at == first


def test_what_many_open_at_once_is_used_once(world: World) -> None:
    given = _given(world)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: uses.record(world.runtime, given), range(8))) == {"https://example.com/tip-1"}
    assert world.ledger()[0].used_at == world.now


def test_a_question_and_a_message_that_is_not_there_lead_nowhere(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    world.tick()
    assert uses.record(world.runtime, world.outreaches()[0].id) is None
    assert uses.record(world.runtime, 10_000) is None


def test_use_has_what_waits_for_a_contact_looked_at_again(world: World) -> None:
    world.publish(asks(value_first=VALUE_FIRST))
    world.customer()
    world.contact()
    world.tick()
    world.later(DAY)
    assert world.intents()[0].look_at == world.ledger()[0].asked_at + 10 * DAY
    uses.record(world.runtime, world.outreaches()[0].id)
    assert world.intents()[0].look_at == world.now
    world.later(DAY)
    assert [outreach.kind for outreach in world.outreaches()] == ["content", "ask"]


def test_use_has_a_rhythm_that_waits_for_it_looked_at_again(world: World) -> None:
    world.publish(asks_by_rhythm(value_first=VALUE_FIRST))
    world.customer()
    world.tick()
    world.later(DAY)
    uses.record(world.runtime, world.outreaches()[0].id)
    world.later(DAY)
    assert [outreach.kind for outreach in world.outreaches()] == ["content", "ask"]


def test_use_begins_no_turn_of_a_rhythm_early(world: World) -> None:
    given = _given(world)
    turn = world.intents()[0].look_at
    uses.record(world.runtime, given)
    assert (world.intents()[0].look_at, world.intents()[0].state) == (turn, IntentState.OPEN)


def test_pieces_are_ranked_by_how_often_they_are_used_by_those_who_got_them(world: World) -> None:
    people = [f"K{n}" for n in range(6)]
    world.publish(gives())
    world.customers(*people)
    world.tick()
    assert _use_rates(world) == {"tip-1": 0.5, "tip-2": 0.5, "tip-3": 0.5}
    for outreach in world.outreaches()[:1]:
        uses.record(world.runtime, outreach.id)
    world.later(HOUR)
    assert _use_rates(world) == {"tip-1": 2 / 8, "tip-2": 0.5, "tip-3": 0.5}
    world.later(30 * DAY)
    assert {entry.content_name for entry in world.ledger()[6:]} == {"tip-2"}
