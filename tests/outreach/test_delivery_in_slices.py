"""More messages than are with the provider together: the others are claimed and written down meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from outreach import delivery, outcomes, planning
from outreach.delivery import AT_ONCE
from outreach.lifecycle import OutreachState
from outreach.tables import Outreach
from tests.world import World, asks


@pytest.fixture
def crowd(world: World) -> list[int]:
    """Asks that are ready to be handed over."""
    names = [f"C{n}" for n in range(2 * AT_ONCE + 5)]
    world.publish(asks(contact={"settle": "0s"}))
    world.customers(*names)
    world.contacts(*names)
    planning.look(world.runtime, [world.id_of(name) for name in names])
    return [outreach.id for outreach in world.outreaches()]


def test_while_some_are_with_the_provider_the_others_are_claimed(world: World, crowd: list[int]) -> None:
    claimed = Event()
    world.provider.during = lambda: claimed.wait(20)

    def seen() -> None:
        while not claimed.is_set():
            with world.runtime.reading() as session:
                held = session.scalar(sa.select(sa.func.count()).where(col(Outreach.state) == "handing_over"))
            if held == len(crowd):
                claimed.set()
            sleep(0.01)

    with ThreadPoolExecutor(1) as another:
        another.submit(seen)
        assert delivery.deliver(world.runtime, crowd) == len(crowd)
        assert claimed.is_set()
    assert sorted(world.provider.calls) == sorted(crowd)
    assert {outreach.state for outreach in world.outreaches()} == {OutreachState.ACCEPTED}


def test_when_the_record_cannot_be_written_no_more_than_is_on_its_way_goes_out(
    world: World, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("away"))

    with monkeypatch.context() as patched:
        patched.setattr(outcomes, "accepted", away)
        with pytest.raises(OperationalError):
            delivery.deliver(world.runtime, crowd)
    assert len(world.provider.calls) <= 2 * AT_ONCE
    assert {outreach.state for outreach in world.outreaches()} == {OutreachState.HANDING_OVER}
    assert delivery.deliver(world.runtime, crowd) == 0
    assert len(world.provider.calls) == len(set(world.provider.calls))
