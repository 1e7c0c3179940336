"""What the history in the database says of asks: read from the ledger, the consents and the decisions."""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach.replaying import responses
from outreach.replaying.material import Chances, from_database
from outreach.replaying.replay import Documents, Replay, replay
from outreach.replaying.window import Window
from outreach.tables import StoredDecision
from policies.replay.facts import Facts
from policies.replay.offpolicy import dishonest
from policies.replay.refusal import Refusal
from policies.replay.response import Expected, Past
from tests.make import DAY, HOUR
from tests.world import World, a_world, asks, guard


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as made:
        made.publish(asks())
        yield made


def past(world: World) -> Past:
    with world.runtime.reading() as session:
        return responses.past_of(session, world.now)


def ask(world: World, customer: str = "K1", **said: Any) -> None:
    world.contact(customer, **said)
    world.tick()


def test_an_ask_is_known_with_its_facts_and_its_answer(world: World) -> None:
    world.customers("K1", "K2")
    ask(world, "K1", value=70)
    ask(world, "K2", value=30)
    world.says("9 thank you", "K1")
    world.later(20 * DAY)
    found = past(world)
    assert found.asks.facts == [Facts(365.0, 0, 0, 70.0, False, False), Facts(365.0, 0, 0, 30.0, False, False)]
    assert found.answered == [True, False]
    assert found.opted_out == [False, False]
    assert tuple(found.scores) == (1, 0, 1)
    assert found.actions == ["act", "act"]
    assert set(found.logged) == {1.0}


def test_an_answer_that_is_still_to_come_counts_neither_way(world: World) -> None:
    world.customer()
    ask(world)
    world.later(13 * DAY)
    assert past(world).asks.at == []
    world.later(DAY)
    assert len(past(world).asks.at) == 1


def test_an_answer_after_two_weeks_is_no_answer_in_time(world: World) -> None:
    world.customer()
    ask(world)
    world.later(15 * DAY)
    world.says("8")
    found = past(world)
    assert found.answered == [False]


def test_a_silence_is_remembered_at_the_next_ask(world: World) -> None:
    world.customer()
    ask(world)
    world.later(100 * DAY)
    ask(world)
    world.later(20 * DAY)
    assert [(f.silences, f.touches) for f in past(world).asks.facts] == [(0, 0), (1, 0)]


def test_an_opt_out_belongs_to_the_last_ask_before_it(world: World) -> None:
    world.customers("K1", "K2")
    ask(world, "K1")
    world.later(100 * DAY)
    ask(world, "K1")
    ask(world, "K2")
    world.later(HOUR)
    world.says("stop", "K1")
    world.later(20 * DAY)
    found = past(world)
    by_customer = dict(zip(zip(found.asks.person, found.asks.at, strict=True), found.opted_out, strict=True))
    assert [out for _, out in sorted(by_customer.items())] == [False, True, False]


def replayed(world: World) -> Replay:
    material = from_database(world.runtime, Window(), Chances(1), lambda done, of: None)
    return replay(material, Documents(guard(), [asks()]), lambda done, of: None)


def test_the_asks_of_a_replay_have_the_facts_that_the_ledger_would_have(world: World) -> None:
    world.customers("K1", "K2")
    ask(world, "K1", value=70)
    world.later(100 * DAY)
    ask(world, "K1", value=40)
    ask(world, "K2", value=20)
    world.later(20 * DAY)
    made = replayed(world)
    replays = responses.asks_in(made.material.history, made.walk)
    assert [(f.touches, f.value, f.sms) for f in replays.facts] == [
        (f.touches, f.value, f.sms) for f in past(world).asks.facts
    ]
    assert replays.facts[1].days == pytest.approx(100.0, abs=0.2)


def test_a_young_history_is_refused_with_the_reason(world: World) -> None:
    world.customers("K1", "K2")
    ask(world, "K1")
    ask(world, "K2")
    early = responses.expected(world.runtime, replayed(world))
    assert isinstance(early, Expected)
    assert isinstance(early.answers, Refusal)
    assert early.answers.says() == "there is nothing to judge by"
    world.later(20 * DAY)
    late = responses.expected(world.runtime, replayed(world))
    assert isinstance(late, Expected)
    assert isinstance(late.opt_outs, Refusal)
    assert "was never tried before" in late.opt_outs.says()


def test_a_probability_that_was_lost_is_refused(world: World) -> None:
    world.customer()
    ask(world)
    world.later(20 * DAY)
    world.by_hand(sa.update(StoredDecision).where(col(StoredDecision.id) > 0).values(probability=0.0))
    found = responses.expected(world.runtime, replayed(world))
    assert isinstance(found, Expected)
    assert isinstance(found.answers, Refusal)
    assert found.answers.code == "not_logged"


def test_a_wrong_probability_in_the_log_is_noticed(world: World) -> None:
    world.publish(asks(sampling=0.5))
    everybody = [f"C{n}" for n in range(250)]
    world.customers(*everybody)
    world.contacts(*everybody)
    world.tick()
    world.later(20 * DAY)
    honest = past(world)
    assert set(honest.logged) == {0.5}
    assert set(honest.actions) == {"act", "skip"}
    assert dishonest(honest.actions, np.asarray(honest.logged), honest.decided_for) is None
    told = sa.case((col(StoredDecision.action) == "ask", 0.8), else_=0.2)
    world.by_hand(sa.update(StoredDecision).where(col(StoredDecision.id) > 0).values(probability=told))
    found = responses.expected(world.runtime, replayed(world))
    assert isinstance(found, Expected)
    assert isinstance(found.answers, Refusal)
    assert found.answers.code == "wrong_log"


def test_later_looks_whose_moment_follows_from_the_draws_are_left_out(world: World) -> None:
    world.publish(guard(jitter=0.2), asks(contact={"expires": "120d"}))
    world.customer()
    ask(world)
    ask(world)
    for _ in range(130):
        world.later(DAY)
    looks = [decision for decision in world.decisions() if decision.stage == "look"]
    assert len(looks) > len(past(world).actions) == len(world.intents())


def test_without_the_library_that_calculates_it_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.customer()
    ask(world)
    walked = replayed(world)
    monkeypatch.setitem(sys.modules, "policies.replay.response", None)
    monkeypatch.delattr("policies.replay.response")
    for found in (responses.expected(world.runtime, walked), responses.effects(world.runtime)):
        assert isinstance(found, Refusal)
        assert found.says() == "estimates need the extra `fast`, which is not installed"
