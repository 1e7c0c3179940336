"""What waits for a person, in which order; and one reply with everything around it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import page_replies, replies, reviewing, starter
from outreach.page_forms import Compliment
from outreach.reports.overview import overview
from outreach.reports.replies import ReplyRow, Which, counts
from outreach.reports.replies import replies as listed
from outreach.reports.thread import Thread, Told, thread
from outreach.reviewing import AlreadyDecided, Verdict
from outreach.tables import InboxMessage, Reply
from tests.make import DAY, HOUR
from tests.world import World, asks, talkative

DOUBTFUL = "8, but I thought I had asked you to stop calling me about the contract"
UNCLEAR = "2 dagen wachten"


@pytest.fixture
def asked(world: World) -> World:
    """Three people were just asked by e-mail, with a survey that says something back."""
    with world.runtime.writing() as session:
        starter.add_surveys(session, [talkative(channel=channel) for channel in Channel])
    world.publish(asks(survey="talk"))
    world.customers("K1", "K2", "K3")
    world.contacts("K1", "K2", "K3")
    world.tick()
    return world


def stranger(world: World, text: str, sender: str = "ada.elsewhere@a.eu") -> int:
    """Something comes from an address that nobody has; the id of the reply."""
    body = write_reply(InboundMessage(Channel.EMAIL, sender, text, "x"))
    row = {"provider": "sandbox", "kind": "reply", "dedupe_key": text, "raw_body": body, "headers": {}, "tries": 0}
    world.by_hand(sa.insert(InboxMessage).values(**row, received_at=world.now, state="new"))
    replies.receive_new(world.runtime)
    return newest(world)


def says(world: World, text: str, customer: str = "K1") -> int:
    world.now += 60
    world.says(text, customer)
    return newest(world)


def newest(world: World) -> int:
    number: int = world.rows(Reply)[-1].id
    return number


def look_at(world: World, reply_id: int) -> Thread:
    found = thread(world.runtime, reply_id)
    assert found is not None
    return found


def ids(world: World, which: Which) -> list[int]:
    return [row.id for row in listed(world.runtime, which).rows]


def told(found: Thread) -> list[str]:
    return [one.text if isinstance(one, ReplyRow) else one.kind for one in found.entries]


# What waits


def test_what_may_be_a_stop_waits_in_front_and_the_rest_in_the_order_it_came(asked: World) -> None:
    first, stop, last = says(asked, UNCLEAR), says(asked, DOUBTFUL, "K2"), stranger(asked, "8")
    assert ids(asked, "waiting") == [stop, first, last]
    assert [row.maybe_stop for row in listed(asked.runtime, "waiting").rows] == [True, False, False]
    assert ids(asked, "all") == [last, stop, first]


def test_a_page_of_what_waits_goes_on_where_the_last_one_ended(asked: World) -> None:
    expected = [says(asked, DOUBTFUL), *(stranger(asked, f"{UNCLEAR} {n}") for n in range(4))]
    found, before = [], None
    while True:
        page = listed(asked.runtime, "waiting", before, most=2)
        found += [row.id for row in page.rows]
        before = page.next_before
        if before is None:
            break
    assert found == expected


def test_every_view_holds_what_is_its_own_and_the_piles_are_counted(asked: World) -> None:
    for customer, text in (("K1", "3"), ("K2", "7"), ("K3", "10 great"), ("K1", UNCLEAR), ("K2", DOUBTFUL)):
        says(asked, text, customer)
    stranger(asked, "9")
    views: dict[Which, int] = {"all": 6, "waiting": 3, "unassigned": 1, "critics": 1, "passives": 1, "promoters": 1}
    assert {which: len(ids(asked, which)) for which in views} == views
    assert counts(asked.runtime) == {"waiting": 3, "unassigned": 1}


def test_a_corrected_score_is_counted_in_the_band_of_the_last(asked: World) -> None:
    says(asked, "3")
    says(asked, "sorry, I meant 9")
    reviewing.decide(asked.runtime, newest(asked), 9, "marit")
    assert [len(ids(asked, band)) for band in ("critics", "promoters")] == [0, 1]


def test_a_customer_with_two_doubtful_stops_is_one_customer_in_peace(asked: World) -> None:
    first, second = says(asked, DOUBTFUL), says(asked, DOUBTFUL + " please")
    assert overview(asked.runtime).waiting.in_peace == 1
    for reply_id in (first, second):
        reviewing.decide(asked.runtime, reply_id, Verdict.NOTHING, "marit")
    assert overview(asked.runtime).waiting.in_peace == 0


# The next one


def test_one_goes_on_to_the_next_that_waits_and_from_the_last_to_the_first(asked: World) -> None:
    first, stop, last = says(asked, UNCLEAR), says(asked, DOUBTFUL, "K2"), stranger(asked, "8")
    around = {one: look_at(asked, one).queue for one in (stop, first, last)}
    assert [(around[one].previous, around[one].next) for one in (stop, first, last)] == [
        (None, first),
        (stop, last),
        (first, stop),
    ]
    assert {queue.others for queue in around.values()} == {2}


def test_the_last_one_that_waits_has_none_after_it(asked: World) -> None:
    only = says(asked, UNCLEAR)
    queue = look_at(asked, only).queue
    assert (queue.others, queue.previous, queue.next) == (0, None, None)


def test_a_reply_that_waits_for_nobody_leads_to_the_ones_that_do(asked: World) -> None:
    waiting, sure = says(asked, UNCLEAR), says(asked, "9", "K2")
    assert look_at(asked, sure).queue.next == waiting


# The whole conversation


def test_a_conversation_is_what_we_asked_what_came_and_what_followed(asked: World) -> None:
    says(asked, "3")
    asked.tick()
    asked.later(HOUR)
    reply_id = says(asked, "nobody called me back")
    says(asked, "something else", "K2")
    found = look_at(asked, reply_id)
    assert told(found) == ["ask", "3", "follow_up", "nobody called me back", "thanks"]
    ask, thanks = found.entries[0], found.entries[-1]
    assert isinstance(ask, Told)
    assert isinstance(thanks, Told)
    assert (ask.subject, ask.body.splitlines()[0], ask.state) == ("talk", "0 to 10?", "accepted")
    assert thanks.state == "planned"
    assert found.person is not None
    assert found.person.external_id == "K1"


def test_the_reminder_of_the_ask_is_part_of_it(world: World) -> None:
    world.publish(asks(reminder={}))
    world.customer()
    world.contact()
    world.tick()
    for _ in range(6):
        world.later(DAY)
    world.says("8")
    assert told(look_at(world, newest(world))) == ["ask", "reminder", "8"]


def test_of_a_stranger_the_address_is_told_as_long_as_it_is_kept(asked: World) -> None:
    found = look_at(asked, stranger(asked, "8"))
    assert (found.person, found.sender, told(found)) == (None, "ada.elsewhere@a.eu", ["8"])
    asked.by_hand(sa.update(InboxMessage).values(raw_body=b""))
    assert look_at(asked, newest(asked)).sender is None


def test_a_compliment_from_nobody_we_know_stands_alone(asked: World) -> None:
    page_replies.keep(asked.runtime, Compliment("So kind", "Ada", "ada@b.eu"), "key")
    found = look_at(asked, newest(asked))
    assert (found.sender, told(found)) == (None, ["So kind\n\nAda, ada@b.eu"])


def test_it_says_whether_a_customer_is_left_in_peace_and_who_ended_it(asked: World) -> None:
    reply_id = says(asked, DOUBTFUL)
    assert look_at(asked, reply_id).reply.maybe_stop
    reviewing.decide(asked.runtime, reply_id, 8, "marit")
    found = look_at(asked, reply_id)
    assert (found.looked_at, found.looked_by) == (asked.now, "marit")
    assert (found.reply.maybe_stop, found.reply.unclear) == (False, False)


def test_there_is_no_reply_that_nobody_wrote(asked: World) -> None:
    assert thread(asked.runtime, 99) is None


# Two people at once


def test_who_saw_it_undecided_does_not_overrule_somebody_by_chance(asked: World) -> None:
    reply_id = says(asked, UNCLEAR)
    reviewing.decide(asked.runtime, reply_id, 2, "marit", seen=0)
    with pytest.raises(AlreadyDecided):
        reviewing.decide(asked.runtime, reply_id, 3, "bo", seen=0)
    assert not reviewing.decide(asked.runtime, reply_id, 2, "bo", seen=0)
    assert reviewing.decide(asked.runtime, reply_id, 3, "bo", seen=look_at(asked, reply_id).looked_at)


def test_of_many_at_once_one_is_heard(asked: World) -> None:
    reply_id = says(asked, UNCLEAR)

    def decide(score: int) -> bool:
        try:
            return reviewing.decide(asked.runtime, reply_id, score, "marit", seen=0)
        except AlreadyDecided:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(6))) == 1
