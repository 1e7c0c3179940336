"""A call that never came is found in the provider's own list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from sqlmodel import select

from channels.message import Channel, NotListed
from outreach import hooks
from outreach.polling import FIRST_SECONDS, OVERLAP_SECONDS, poll
from outreach.tables import InboxMessage, Poll, Reply
from tests import calls
from tests.make import DAY
from tests.world import World, a_world


@dataclass
class Listing:
    """A phone number that remembers what was written to it: (when, body), and at times breaks off."""

    written: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    breaks_after: int | None = None

    def inbound_since(self, at: int) -> Iterable[tuple[int, bytes]]:
        self.asked.append(at)
        listed = [one for one in reversed(self.written) if one[0] >= at]
        yield from listed[: self.breaks_after]
        if self.breaks_after is not None:
            raise NotListed("a reset")


@pytest.fixture
def listing() -> Listing:
    return Listing()


@pytest.fixture
def world(database_url: str, listing: Listing) -> Iterator[World]:
    with a_world(database_url, **calls.configured()) as made:
        made.customer(phone="+31612345678")
        made.runtime = replace(made.runtime, senders={**made.runtime.senders, Channel.SMS: listing})  # type: ignore[dict-item]
        made.restart()
        yield made


def write(world: World, listing: Listing, text: str, number: int) -> None:
    listing.written.append((world.now, calls.sms(text, number).body))


def test_a_message_whose_call_was_lost_becomes_an_answer(world: World, listing: Listing) -> None:
    write(world, listing, "8 want jullie bellen altijd terug", 1)
    world.tick()
    assert [(reply.score, reply.customer_id) for reply in world.rows(Reply)] == [(8, world.id_of("K1"))]


def test_a_message_counts_from_when_it_was_written_however_late_it_is_found(world: World, listing: Listing) -> None:
    write(world, listing, "8", 1)
    written = world.now
    world.now += 2 * DAY
    world.tick()
    assert [reply.received_at for reply in world.rows(Reply)] == [written]


def test_a_message_that_came_both_ways_is_one(world: World, listing: Listing) -> None:
    call = calls.sms("8", 1)
    how = {name.lower(): text for name, text in call.headers.items()}
    hooks.receive(world.runtime, hooks.Call("twilio", "inbound", call.path, how, call.body, world.now))
    write(world, listing, "8", 1)
    assert poll(world.runtime) == 0
    assert len(world.rows(InboxMessage)) == 1


def test_each_look_goes_back_a_little_behind_the_last(world: World, listing: Listing) -> None:
    first = world.now
    poll(world.runtime)
    world.now += DAY
    write(world, listing, "8", 1)
    poll(world.runtime)
    assert listing.asked == [first - FIRST_SECONDS, first - OVERLAP_SECONDS]
    assert poll(world.runtime) == 0
    assert len(world.rows(InboxMessage)) == 1


def test_what_a_list_gave_before_it_broke_off_is_kept_and_the_rest_is_asked_for_again(
    world: World, listing: Listing
) -> None:
    for number in (1, 2, 3):
        write(world, listing, "8", number)
    listing.breaks_after = 2
    assert poll(world.runtime) == 2
    with world.runtime.reading() as session:
        assert session.exec(select(Poll)).all() == []
    listing.breaks_after = None
    world.now += DAY
    assert poll(world.runtime) == 1
    assert listing.asked[1] == world.now - FIRST_SECONDS


def test_a_sender_without_a_list_is_not_asked(sqlite_url: str) -> None:
    with a_world(sqlite_url, **calls.configured()) as world:
        assert poll(world.runtime) == 0


def test_the_list_is_asked_every_few_minutes_and_no_more(world: World, listing: Listing) -> None:
    for _ in range(10):
        world.later(60)
    assert len(listing.asked) == 2
