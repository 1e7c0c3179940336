"""Sixty customers and eight workers that all want to look and to deliver at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa

from outreach import delivery, planning
from outreach.runtime import Runtime
from tests.world import World, asks, guard

WORKERS = 8


def _race(world: World, runtime: Runtime, customers: int) -> tuple[int, int]:
    """Three wishes a customer, of which one may come true in a month. (Customers over-asked, errors.)"""
    people = [f"K{n}" for n in range(customers)]
    world.publish(guard(account={"people": 20, "window": "30d"}), asks("one"), asks("two"), asks("three"))
    world.customers(*people, account="Bakery")
    world.contacts(*people)
    ids, start = [world.id_of(one) for one in people], threading.Barrier(WORKERS)

    def work(worker: int) -> int:
        start.wait()
        return sum(_step(runtime, one) for one in ids)

    with ThreadPoolExecutor(WORKERS) as pool:
        errors = sum(pool.map(work, range(WORKERS)))
    world.troubles.clear()
    sent = [message.customer_id for message in world.got() for _ in range(message.times)]
    return sum(sent.count(one) > 1 for one in ids) + max(0, len(set(sent)) - 20), errors


def _step(runtime: Runtime, customer: int) -> int:
    """Look and deliver for one customer; 1 where that failed."""
    try:
        planning.look(runtime, [customer])
        with runtime.reading() as session:
            planned = sa.text("SELECT id FROM outreaches WHERE customer_id = :one AND state = 'planned'")
            ids = [row.id for row in session.execute(planned, {"one": customer})]
        delivery.deliver(runtime, ids)
    except Exception:
        return 1
    return 0


def test_eight_workers_racing_for_sixty_customers_ask_each_once_and_no_more_than_the_account_allows(
    world: World,
) -> None:
    assert _race(world, world.runtime, 60) == (0, 0)
    assert len(world.got()) == 20


def test_the_race_catches_a_wrong_engine(world: World) -> None:
    url = world.runtime.settings.database_url
    level = "SERIALIZABLE" if url.startswith("sqlite") else "REPEATABLE READ"
    wrong = sa.create_engine(url, isolation_level=level)
    over_asked, errors = _race(world, replace(world.runtime, engine=wrong), 15)
    wrong.dispose()
    assert over_asked + errors > 0
