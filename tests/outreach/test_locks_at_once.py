"""What the lock of a customer promises while others change who they are, or what is in force."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach import delivery, planning
from outreach.database import lock_customers
from outreach.tables import Customer
from tests.at_once import at_once, nobody_reads
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
