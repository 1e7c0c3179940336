"""Where a message went stays known, wherever its customer is reached by now, and whoever has that address today."""

from collections.abc import Iterator

import pytest

from channels.message import Channel, DeliveryStatus, DeliveryUpdate, InboundMessage, Message, Objection, Receipt
from channels.sandbox import write_reply
from outreach import delivery, objections, planning, reconciling, replies
from outreach.tables import Attempt, ContactPoint, Customer, InboxMessage, Reply, Suppression
from tests.make import DAY
from tests.world import Fate, World, a_world, asks

OLD, NEW = "old@a.eu", "new@a.eu"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """K1 has a message planned for the old address."""
    with a_world(database_url) as made:
        made.publish(asks())
        made.customer(email=OLD)
        made.contact()
        planning.look(made.runtime, [made.id_of("K1")])
        yield made


def _hand_over(world: World) -> None:
    delivery.deliver(world.runtime, [outreach.id for outreach in world.outreaches()])


def _arrives(world: World, text: str, sender: str = OLD) -> None:
    """In the inbox, and not taken in yet."""
    body = write_reply(InboundMessage(Channel.EMAIL, sender, text, text))
    with world.runtime.writing() as session:
        session.add(
            InboxMessage(
                provider="sandbox", kind="reply", dedupe_key=text + sender, raw_body=body, received_at=world.now
            )
        )


def _stopped(world: World) -> list[str]:
    return [customer.external_id for customer in world.rows(Customer) if customer.no_surveys_at is not None]


def test_an_attempt_keeps_where_the_message_went(world: World) -> None:
    _hand_over(world)
    (attempt,), (point,) = world.rows(Attempt), world.rows(ContactPoint)
    assert (attempt.address, attempt.address_hmac) == (OLD, point.address_hmac)


def test_a_stop_from_the_address_that_was_asked_holds_after_the_customer_moved(world: World) -> None:
    _hand_over(world)
    _arrives(world, "STOP")
    world.customer(email=NEW)
    world.tick()
    assert _stopped(world) == ["K1"]
    world.contact(kind="call")
    world.later(100 * DAY)
    assert len(world.got()) == 1


def test_a_stop_holds_for_who_was_asked_and_for_the_address_whoever_has_it_now(world: World) -> None:
    _hand_over(world)
    _arrives(world, "STOP")
    world.customer(email=NEW)
    world.customer("K2", email=OLD)
    world.tick()
    assert _stopped(world) == ["K1"]
    theirs = {point.address_hmac for point in world.rows(ContactPoint, "K2")}
    assert theirs <= {row.address_hmac for row in world.rows(Suppression)}


def test_who_was_written_to_last_before_it_is_who_answers(world: World) -> None:
    _hand_over(world)
    world.customer(email=NEW)
    world.customer("K2", email=OLD)
    world.contact("K2")
    world.now += DAY
    _arrives(world, "8")
    world.now += 1
    world.tick()
    _arrives(world, "9")
    replies.receive_new(world.runtime)
    said = {reply.customer_id: reply.score for reply in world.rows(Reply)}
    assert said == {world.id_of("K1"): 8, world.id_of("K2"): 9}


def test_a_message_that_was_refused_reached_nobody_who_could_answer(world: World) -> None:
    world.provider.coming.append(Fate.REFUSED)
    _hand_over(world)
    world.customer(email=NEW)
    world.customer("K2", email=OLD)
    _arrives(world, "8")
    replies.receive_new(world.runtime)
    assert [reply.customer_id for reply in world.rows(Reply)] == [world.id_of("K2")]


def test_a_refusal_for_good_is_about_the_address_that_was_called(world: World) -> None:
    world.provider.coming.append(Fate.REFUSED_FOR_GOOD)
    world.provider.during = lambda: world.customer(email=NEW)
    _hand_over(world)
    assert [(point.address, point.usable) for point in world.rows(ContactPoint)] == [(NEW, True)]


def test_a_bounce_that_names_no_address_is_about_the_one_the_message_went_to(world: World) -> None:
    _hand_over(world)
    world.customer(email=NEW)
    (outreach,) = world.outreaches()
    update = DeliveryUpdate(outreach.id, DeliveryStatus.FAILED, "bounce", objection=Objection.BOUNCED)
    with world.runtime.writing() as session:
        objections.heed(session, update, world.runtime.settings.key("addresses"), world.now, news=True)
    assert [(point.address, point.usable) for point in world.rows(ContactPoint)] == [(NEW, True)]
    assert [row.address_hmac for row in world.rows(Suppression)] == [world.rows(Attempt)[0].address_hmac]


def test_evidence_is_sought_where_the_message_went(world: World) -> None:
    sought = []

    def find(message: Message, at: int) -> Receipt | None:
        sought.append(message.recipient)
        return None

    world.provider.coming.append(Fate.ANSWER_LOST)
    world.provider.find = find  # type: ignore[method-assign]
    _hand_over(world)
    world.customer(email=NEW)
    reconciling.reconcile(world.runtime)
    assert sought == [OLD]
