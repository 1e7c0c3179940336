"""Publishing and retiring: versions that stay, one of a name in force, and what that does to what is waiting."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach import planning, policy_book
from outreach.lifecycle import IntentState, PolicyState
from outreach.policy_book import NoGuard, in_force, parse, publish, retire
from outreach.tables import PolicyVersion
from policies.policy import PolicyRefused
from tests.make import DAY, HOUR
from tests.world import World, asks, asks_by_rhythm, gives, guard

SPREAD = {"every": "30d", "spread": None}


def _live(world: World) -> dict[str, int]:
    with world.runtime.reading() as session:
        book = in_force(session)
    return {"guard": book.guard_version} | {name: live.version for name, live in book.policies.items()}


# Versions


def test_the_last_version_of_each_name_is_in_force(world: World) -> None:
    world.publish(asks(priority=10), gives(), asks(priority=20), guard(jitter=0.1))
    assert _live(world) == {"guard": 2, "after-contact": 2, "something-useful": 1}
    with world.runtime.reading() as session:
        assert in_force(session).policies["after-contact"].policy.priority == 20
        versions = [(e.version, e.state, e.published_by) for e in policy_book.editions(session, "after-contact")]
    assert versions == [(2, PolicyState.LIVE, "test"), (1, PolicyState.RETIRED, "test")]


def test_the_same_amounts_again_change_nothing(world: World) -> None:
    world.publish(asks())
    again = publish(world.runtime, "# a comment\n" + asks().to_toml(), "somebody else")
    assert (again.changed, again.version, again.published_by) == (False, 1, "test")


def test_true_is_another_amount_than_1(world: World) -> None:
    for version, value in enumerate((1, True, 1.0), start=1):
        text = asks(audience={"field": "customer.member", "is": value}).to_toml()
        edition = publish(world.runtime, text, "test")
        assert (edition.changed, edition.version) == (True, version)


def test_a_retired_policy_may_be_published_again_as_a_new_version(world: World) -> None:
    world.publish(asks())
    assert retire(world.runtime, "after-contact", "test")
    assert not retire(world.runtime, "after-contact", "test")
    assert _live(world) == {"guard": 1}
    again = publish(world.runtime, asks().to_toml(), "test")
    assert (again.changed, again.version) == (True, 2)


def test_the_guard_cannot_be_retired(world: World) -> None:
    assert not retire(world.runtime, "guard", "test")
    assert _live(world) == {"guard": 1}


def test_two_people_who_publish_at_once_get_two_versions(world: World) -> None:
    start = threading.Barrier(4)

    def one(priority: int) -> int:
        start.wait()
        return publish(world.runtime, asks(priority=priority).to_toml(), f"person {priority}").version

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [1, 2, 3, 4]
    assert _live(world)["after-contact"] == 4


def test_a_clock_that_was_set_back_gives_the_next_version_all_the_same(world: World) -> None:
    world.publish(asks(priority=1), asks(priority=2))
    world.now -= DAY
    world.publish(asks(priority=3), asks(priority=4))
    assert _live(world)["after-contact"] == 4


def test_without_a_guard_nothing_is_in_force(world: World) -> None:
    world.by_hand(sa.update(PolicyVersion).values(state=PolicyState.RETIRED))
    with world.runtime.reading() as session, pytest.raises(NoGuard, match="outreach migrate"):
        in_force(session)


# What is refused


def test_a_policy_that_becomes_another_programme_needs_a_name_of_its_own(world: World) -> None:
    world.publish(asks("one"), asks_by_rhythm("two"), gives("three"))
    retire(world.runtime, "three", "test")
    for another in (asks_by_rhythm("one"), gives("two"), asks("three")):
        with pytest.raises(PolicyRefused, match="give this policy a name of its own"):
            world.publish(another)
    assert _live(world) == {"guard": 1, "one": 1, "two": 1}


MANY_PIECES = asks(value_first={"pieces": 4, "rest": "1d", "settle": "1d"})
GENEROUS = guard(caps=[{"at_most": 5, "window": "30d"}])


def test_a_policy_that_could_never_ask_under_the_guard_is_refused(world: World) -> None:
    with pytest.raises(PolicyRefused, match="value_first: under the guard's caps after-contact could ask"):
        world.publish(MANY_PIECES)
    world.publish(GENEROUS, MANY_PIECES)
    assert _live(world) == {"guard": 2, "after-contact": 1}


def test_a_guard_under_which_a_policy_could_never_ask_is_refused_until_that_is_retired(world: World) -> None:
    world.publish(GENEROUS, MANY_PIECES)
    with pytest.raises(PolicyRefused, match="caps: under the guard's caps after-contact could ask"):
        world.publish(guard())
    assert _live(world) == {"guard": 2, "after-contact": 1}
    retire(world.runtime, "after-contact", "test")
    world.publish(guard())
    assert _live(world) == {"guard": 3}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("priority = ", "not TOML"),
        ('name = "guard"\ntitle = "x"\nsurvey = "s"\n[contact]\n', "guard is the name of the guard"),
        ("rest_between_asks = 'soon'", "rest_between_asks"),
        ('name = "a b"', "name"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_and_nothing_changes(world: World, text: str, problem: str) -> None:
    with pytest.raises(PolicyRefused, match=problem):
        publish(world.runtime, text, "test")
    assert _live(world) == {"guard": 1}


def test_a_document_with_a_name_is_a_policy_and_one_without_is_the_guard() -> None:
    assert parse(asks("one").to_toml()) == asks("one")
    assert parse(guard().to_toml()) == guard()


# What waits meanwhile


def test_looser_amounts_let_what_was_held_back_go_now(world: World) -> None:
    world.publish(asks(contact={"settle": "5d"}))
    world.customer()
    world.contact()
    world.tick()
    world.publish(asks(contact={"settle": "1h"}))
    world.tick()
    assert len(world.got()) == 1


def test_a_looser_guard_lets_it_go_too(world: World) -> None:
    world.publish(guard(new_customer="3w"), asks())
    world.customer(created_at="2025-06-01T00:00:00Z")
    world.contact()
    world.tick()
    assert world.got() == []
    world.publish(guard())
    world.tick()
    assert len(world.got()) == 1


def test_publishing_begins_no_turn_of_a_rhythm_early(world: World) -> None:
    world.publish(gives(rhythm=SPREAD))
    world.customers(*[f"K{n}" for n in range(10)])
    world.clock.tidy()
    turns = [intent.look_at for intent in world.intents()]
    world.publish(gives(rhythm=SPREAD, priority=99), guard(jitter=0.1))
    assert [intent.look_at for intent in world.intents()] == turns


def test_retiring_ends_the_wishes_of_contacts(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact(ago=0)
    retire(world.runtime, "after-contact", "test")
    (intent,) = world.intents()
    assert (intent.state, intent.reason) == (IntentState.CANCELLED, "the policy was retired")
    world.later(DAY)
    assert world.got() == []


def test_a_retired_rhythm_keeps_its_turns_and_goes_on_with_the_next_when_it_is_published_again(world: World) -> None:
    world.publish(gives(rhythm=SPREAD))
    world.customers(*[f"K{n}" for n in range(10)])
    world.clock.tidy()
    turns = sorted(intent.look_at or 0 for intent in world.intents())
    retire(world.runtime, "something-useful", "test")
    world.now = turns[4]
    world.tick()
    assert world.got() == []
    parked = [intent.look_at for intent in world.intents()]
    assert parked.count(None) == 5
    world.publish(gives(rhythm=SPREAD))
    world.tick()
    assert world.got() == []  # a turn that came meanwhile is over
    assert sorted(intent.look_at or 0 for intent in world.intents()) == [
        *turns[5:],
        *(turn + 30 * DAY for turn in turns[:5]),
    ]


def test_turns_that_come_while_a_rhythm_is_retired_for_long_stay_spread_over_time(world: World) -> None:
    world.publish(gives(rhythm=SPREAD))
    world.customers(*[f"K{n}" for n in range(10)])
    world.clock.tidy()
    turns = sorted(intent.look_at or 0 for intent in world.intents())
    retire(world.runtime, "something-useful", "test")
    world.later(31 * DAY)
    world.publish(gives(rhythm=SPREAD))
    again = sorted(((intent.look_at or 0) - turns[0]) % (30 * DAY) for intent in world.intents())
    assert again == [turn - turns[0] for turn in turns]
    assert all(world.now < (intent.look_at or 0) <= world.now + 30 * DAY for intent in world.intents())


@pytest.mark.parametrize("every", [10, 90])
def test_another_rhythm_goes_on_from_the_last_turn_and_nobodys_turn_is_now(world: World, every: int) -> None:
    world.publish(gives(rhythm=SPREAD))
    world.customers(*[f"K{n}" for n in range(10)])
    world.clock.tidy()
    last = {intent.id: intent.opened_at - 30 * DAY for intent in world.intents()}
    world.publish(gives(rhythm={"every": f"{every}d", "spread": None}))
    for intent in world.intents():
        assert intent.look_at == intent.opened_at
        assert world.now < intent.opened_at <= world.now + every * DAY
        assert (intent.opened_at - last[intent.id]) % (every * DAY) == 0


def test_a_contact_that_comes_while_its_policy_is_retired_opens_nothing_later(world: World) -> None:
    world.publish(asks())
    world.customer()
    retire(world.runtime, "after-contact", "test")
    world.contact()
    world.publish(asks())
    world.later(HOUR)
    assert world.got() == []


def test_publishing_while_everybody_is_being_looked_at_holds_up_nobody(world: World) -> None:
    people = [f"K{n}" for n in range(20)]
    world.publish(asks())
    world.customers(*people)
    world.contacts(*people)
    ids = [world.id_of(one) for one in people]

    def look(turn: int) -> None:
        planning.look(world.runtime, ids[turn::4])

    def change(turn: int) -> None:
        publish(world.runtime, asks(priority=turn).to_toml(), "test")

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(work, turn) for turn in range(8) for work in (look, change)]
        for job in jobs:
            job.result()
    world.tick()
    assert len(world.got()) == 20
    with world.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count(col(PolicyVersion.id)))) == 10
