"""The figures of the first page: counted when it is opened, or kept by the clock where there is much."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach.reports import figures
from outreach.reports.overview import Overview, overview
from outreach.tables import KeptFigures
from tests.world import World, asks


@pytest.fixture
def seen(world: World) -> Callable[[], Overview]:
    world.publish(asks())
    world.customers("K1", "K2")
    for customer in ("K1", "K2"):
        world.contact(customer)
    world.tick()
    return lambda: overview(world.runtime)


def kept(world: World) -> int:
    with world.runtime.reading() as session:
        return session.scalar(sa.select(sa.func.count(col(KeptFigures.id)))) or 0


def test_where_there_is_little_it_is_counted_each_time(world: World, seen: Callable[[], Overview]) -> None:
    figures.keep(world.runtime)
    assert kept(world) == 0
    world.customer("K3")
    assert (seen().figures.customers, seen().is_kept) == (3, False)


def test_where_there_is_much_it_is_kept_by_the_clock_and_told_with_its_time(
    world: World, seen: Callable[[], Overview], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "LARGE", 0)
    counted = seen().figures
    figures.keep(world.runtime)
    assert kept(world) == 1
    world.customer("K3")
    world.now += 30
    assert (seen().figures, seen().is_kept) == (counted, True)
    world.later(60)
    assert seen().figures.customers == 3


def test_where_the_clock_has_stopped_the_figures_are_counted_anew(
    world: World, seen: Callable[[], Overview], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "LARGE", 0)
    figures.keep(world.runtime)
    world.customer("K3")
    world.now += figures.STALE + 1
    assert (seen().figures.customers, seen().is_kept) == (3, False)


def test_what_waits_for_a_person_is_as_it_is_now(
    world: World, seen: Callable[[], Overview], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "LARGE", 0)
    figures.keep(world.runtime)
    world.says("2 dagen wachten", "K1")
    assert seen().waiting.unclear_replies == 1
