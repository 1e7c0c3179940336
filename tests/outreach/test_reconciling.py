"""What providers report later, in any order, and as evidence."""

from collections.abc import Iterator

import pytest

from channels.message import DeliveryStatus, DeliveryUpdate, Message, Outcome, Receipt
from outreach.delivery import LEASE_SECONDS
from outreach.lifecycle import OutreachState
from outreach.reconciling import EVIDENCE_SECONDS, hear
from tests.world import Fate, World, a_world, asks

QUEUED, SENT, DELIVERED, FAILED = (
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.FAILED,
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as made:
        made.publish(asks())
        made.customer()
        made.contact()
        yield made


def _queue_only(world: World) -> None:
    """A provider as most are: it takes the message and knows no more yet."""

    def send_many(messages: list[Message]) -> list[Outcome]:
        world.provider.during()
        return [Receipt(f"sandbox-{message.outreach_id}", QUEUED) for message in messages]

    world.provider.send_many = send_many  # type: ignore[assignment,method-assign]


def _hear(world: World, *statuses: DeliveryStatus) -> list[bool]:
    (outreach,) = world.outreaches()
    return [hear(world.runtime, DeliveryUpdate(outreach.id, status, status)) for status in statuses]


def _delivery(world: World) -> tuple[str, str | None]:
    (outreach,) = world.outreaches()
    return outreach.state, outreach.delivery


def test_reports_in_any_order_never_lower_what_is_known(world: World) -> None:
    _queue_only(world)
    world.tick()
    assert _hear(world, DELIVERED, SENT, QUEUED, DeliveryStatus.UNKNOWN) == [True, False, False, False]
    assert _delivery(world) == (OutreachState.ACCEPTED, DELIVERED)


def test_the_same_report_twice_changes_nothing(world: World) -> None:
    _queue_only(world)
    world.tick()
    assert _hear(world, SENT, SENT, FAILED, FAILED) == [True, False, True, False]


def test_a_report_that_is_faster_than_the_answer_of_the_call_is_kept(world: World) -> None:
    _queue_only(world)
    world.provider.during = lambda: _hear(world, DELIVERED)
    world.tick()
    assert _delivery(world) == (OutreachState.ACCEPTED, DELIVERED)


def test_a_report_about_an_unclear_message_is_the_evidence_that_it_was_accepted(world: World) -> None:
    world.provider.coming.append(Fate.LOST)
    world.tick()
    assert _hear(world, SENT) == [True]
    assert _delivery(world) == (OutreachState.ACCEPTED, SENT)


def test_a_report_is_evidence_also_when_the_worker_died_after_it(world: World) -> None:
    def die() -> None:
        _hear(world, DELIVERED)
        raise KeyboardInterrupt

    world.provider.during = die
    with pytest.raises(KeyboardInterrupt):
        world.tick()
    world.provider.knows = False
    world.later(LEASE_SECONDS)
    assert _delivery(world) == (OutreachState.ACCEPTED, DELIVERED)


def test_a_report_about_an_unknown_message_changes_nothing(world: World) -> None:
    assert not hear(world.runtime, DeliveryUpdate(10_000, DELIVERED, "delivered"))


def test_a_late_report_does_not_bring_back_what_was_given_up(world: World) -> None:
    world.provider.coming.append(Fate.LOST)
    world.tick()
    world.later(2 * 86_400)
    _hear(world, DELIVERED)
    assert _delivery(world) == (OutreachState.ABANDONED, DELIVERED)


def test_what_is_known_to_be_another_message_is_no_evidence_and_holds_up_nothing(world: World) -> None:
    """A thank you says the same each time, so the one of yesterday is found when that of today is sought."""
    world.tick()
    world.customers("K2", "K3")
    world.contacts("K2", "K3")
    world.provider.coming += [Fate.LOST, Fate.ANSWER_LOST]
    before, found = world.outreaches("K1")[0].id, world.provider.find

    def find(message: Message, at: int) -> Receipt | None:
        return found(message, at) or Receipt(f"sandbox-{before}", DELIVERED)

    world.provider.find = find  # type: ignore[method-assign]
    world.later(60)
    world.later(60)
    assert [world.outreaches(one)[0].state for one in ("K2", "K3")] == [OutreachState.UNKNOWN, OutreachState.ACCEPTED]
    world.later(EVIDENCE_SECONDS)
    assert world.outreaches("K2")[0].state == OutreachState.ABANDONED
