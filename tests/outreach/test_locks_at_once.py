"""What the lock of a customer promises while others change who they are, or what is in force."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach import clock, delivery, planning
from outreach.database import lock_customers
from outreach.lifecycle import IntentState
from outreach.merging import merge
from outreach.tables import Attempt, ContactEvent, ContactPoint, Customer
from tests.at_once import at_once, nobody_reads
from tests.make import DAY
from tests.world import World, a_world, asks, guard


@pytest.fixture
def world(postgres_url: str) -> Iterator[World]:
    with a_world(postgres_url) as made:
        made.publish(asks())
        yield made


def test_the_cap_of_an_account_holds_for_who_joins_it_at_that_moment(world: World) -> None:
    world.publish(guard(account={"people": 1, "window": "30d"}))
    world.customer("K1", account="Bakery")
    world.customer("K2", account="Florist")
    world.contacts("K1", "K2")
    planning.look(world.runtime, [world.id_of("K1"), world.id_of("K2")])
    (first, *_), (second, *_) = world.outreaches("K1"), world.outreaches("K2")
    bakery = sa.select(col(Customer.account_id)).where(col(Customer.external_id) == "K1").scalar_subquery()
    joins = sa.update(Customer).where(col(Customer.external_id) == "K2").values(account_id=bakery)
    engine = world.runtime.engine
    with at_once(engine) as begin, nobody_reads(engine, "cases"):  # so that both are judged, then both are handed over
        with world.runtime.writing() as session:
            lock_customers(session, [second.customer_id])
            session.execute(joins)
            begin(delivery.deliver, world.runtime, [second.id])
        begin(delivery.deliver, world.runtime, [first.id])
    assert len(world.got()) == 1


def test_a_message_goes_to_the_address_it_was_judged_for(world: World) -> None:
    world.customer()
    world.contact()
    planning.look(world.runtime, [world.id_of("K1")])
    (outreach,) = world.outreaches()
    engine = world.runtime.engine
    with at_once(engine) as begin, nobody_reads(engine, "cases"):
        begin(delivery.deliver, world.runtime, [outreach.id])
        begin(lambda: world.customer(email="new@a.eu"))
    assert [sent.recipient for sent in world.got()] == [attempt.address for attempt in world.rows(Attempt)]
    assert {point.address for point in world.rows(ContactPoint)} == {"new@a.eu"}


def test_looser_amounts_that_are_published_during_a_look_are_looked_at(world: World) -> None:
    world.publish(guard(new_customer="400d"))
    world.customer()
    world.contact()
    engine = world.runtime.engine
    with at_once(engine) as begin, nobody_reads(engine, "cases"):
        begin(planning.look, world.runtime, [world.id_of("K1")])
        begin(world.publish, guard())
    world.tick()
    assert len(world.got()) == 1


def test_an_intent_that_expires_during_a_look_stays_expired(world: World) -> None:
    world.customer()
    world.contact()
    engine = world.runtime.engine
    with at_once(engine) as begin, nobody_reads(engine, "cases"):
        begin(planning.look, world.runtime, [world.id_of("K1")])
        world.now += 14 * DAY
        begin(clock.expire, world.runtime)
    assert [intent.state for intent in world.intents()] == [IntentState.EXPIRED]


def test_what_comes_in_for_a_customer_while_they_are_merged_is_the_persons(world: World) -> None:
    world.customers("K1", "K2")
    world.contact("K2")
    world.tick()
    engine = world.runtime.engine
    with at_once(engine) as begin, nobody_reads(engine, "cases"):  # which is in the middle of a merge
        begin(merge, world.runtime, "K1", "K2", "Marit")
        begin(world.says, "STOP", "K2")
        begin(world.contact, "K2")
    assert [customer.no_surveys_at is not None for customer in world.rows(Customer)] == [True, False]
    assert len(world.rows(ContactEvent, "K1")) == 2


def test_two_merges_at_once_make_no_chain(world: World) -> None:
    world.customers("K1", "K2", "K3")
    engine = world.runtime.engine
    with at_once(engine) as begin, nobody_reads(engine, "cases"):
        begin(merge, world.runtime, "K1", "K2", "Marit")
        begin(merge, world.runtime, "K3", "K1", "Marit")
    assert {customer.merged_into for customer in world.rows(Customer)} == {None, world.id_of("K3")}
