"""What a provider says of an address holds at once, for that address or for the whole customer."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from channels.message import Channel, DeliveryStatus, DeliveryUpdate, Objection
from outreach import audit, planning
from outreach.addresses import fingerprint
from outreach.lifecycle import OutreachState
from outreach.objections import SOFT_BOUNCES, heed
from outreach.tables import AuditEntry, ContactPoint, Customer, Suppression
from tests.make import DAY
from tests.world import World, a_world, asks, gives

EMAIL, PHONE = "K1@a.eu", "+31612345678"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """K1 has a mailbox and a phone, and is about to be asked."""
    with a_world(database_url) as made:
        made.publish(asks())
        made.customer(phone=PHONE, consent_sms="yes")
        made.contact()
        yield made


def object_(
    world: World, objection: Objection | None, recipient: str = EMAIL, *, outreach: int | None = None, **more: Any
) -> None:
    status = DeliveryStatus.UNDELIVERED if objection else DeliveryStatus.DELIVERED
    update = DeliveryUpdate(outreach, status, "word", recipient=recipient, objection=objection)
    with world.runtime.writing() as session:
        heed(session, update, world.runtime.settings.key("addresses"), world.now, more.get("news", True))


def point(world: World, channel: str = "email") -> ContactPoint:
    found: ContactPoint = next(one for one in world.rows(ContactPoint) if one.channel == channel)
    return found


def suppressed(world: World) -> list[tuple[str, str, str]]:
    return [(row.channel, row.scope, row.address_hmac) for row in world.rows(Suppression)]


def hmac(world: World, address: str) -> str:
    return fingerprint(world.runtime.settings.key("addresses"), "email" if "@" in address else "sms", address)


def entries(world: World) -> list[AuditEntry]:
    with world.runtime.reading() as session:
        return list(session.exec(select(AuditEntry)).all())


def test_an_address_where_nobody_is_gets_nothing_more_and_the_others_do(world: World) -> None:
    object_(world, Objection.BOUNCED, "k1+tag@A.EU")
    world.tick()
    assert world.got() == []
    assert (point(world).usable, bool(point(world).unusable_why)) == (False, True)
    assert suppressed(world) == [("email", "all", hmac(world, EMAIL))]
    assert (point(world, "sms").usable, world.rows(Customer)[0].no_surveys_at) == (True, None)


def test_an_address_that_bounced_stays_so_for_whoever_brings_it_in_again(world: World) -> None:
    object_(world, Objection.BOUNCED, "k2@a.eu")
    world.customer("K2")
    world.contact("K2")
    world.tick()
    assert [message.customer_id for message in world.got()] == [world.id_of("K1")]


def test_a_mailbox_that_is_full_five_times_in_a_row_is_given_up(world: World) -> None:
    for _ in range(SOFT_BOUNCES - 1):
        object_(world, Objection.BOUNCED_SOFTLY)
    assert (point(world).soft_bounces, point(world).usable) == (SOFT_BOUNCES - 1, True)
    object_(world, Objection.BOUNCED_SOFTLY)
    assert (point(world).usable, bool(point(world).unusable_why)) == (False, True)
    assert suppressed(world) == []


def test_one_delivery_between_them_and_it_is_not(world: World) -> None:
    for _ in range(SOFT_BOUNCES - 1):
        object_(world, Objection.BOUNCED_SOFTLY)
    object_(world, None)
    object_(world, Objection.BOUNCED_SOFTLY)
    assert (point(world).soft_bounces, point(world).usable) == (1, True)


def test_the_same_report_again_counts_no_second_time(world: World) -> None:
    object_(world, Objection.BOUNCED_SOFTLY)
    for objection in (Objection.BOUNCED_SOFTLY, None):
        object_(world, objection, news=False)
    assert point(world).soft_bounces == 1


@pytest.mark.parametrize("objection", [Objection.COMPLAINED, Objection.UNSUBSCRIBED])
def test_a_spam_report_or_an_opt_out_at_the_provider_stops_everything_for_the_customer(
    world: World, objection: Objection
) -> None:
    world.publish(gives(channels=["email", "sms"]))
    object_(world, objection)
    world.later(90 * DAY)
    assert world.got() == []
    assert {(channel, scope) for channel, scope, _ in suppressed(world)} == {("email", "all"), ("sms", "all")}
    assert world.rows(Customer)[0].no_surveys_at


def test_what_is_planned_already_is_called_off(world: World) -> None:
    planning.look(world.runtime, [world.id_of("K1")])
    object_(world, Objection.COMPLAINED)
    assert [outreach.state for outreach in world.outreaches()] == [OutreachState.CANCELLED]


@pytest.mark.parametrize("objection", [Objection.BOUNCED, Objection.KEYWORD])
def test_an_objection_that_is_committed_before_the_hand_over_prevents_it(world: World, objection: Objection) -> None:
    world.publish(asks(channels=["sms"]))
    planning.look(world.runtime, [world.id_of("K1")])
    (outreach,) = world.outreaches()
    object_(world, objection, PHONE if outreach.channel == Channel.SMS else EMAIL)
    world.tick()
    assert world.provider.calls == []


def test_the_word_stop_to_the_provider_blocks_that_number_only_and_is_in_the_audit(world: World) -> None:
    object_(world, Objection.KEYWORD, PHONE)
    assert suppressed(world) == [("sms", "keyword", hmac(world, PHONE))]
    assert (point(world, "sms").usable, world.rows(Customer)[0].no_surveys_at) == (True, None)
    world.tick()
    assert [message.channel for message in world.got()] == ["email"]
    (entry,) = [row for row in entries(world) if row.what.get("objection") == "keyword"]
    assert entry.what["customer"] == world.id_of("K1")
    with world.runtime.reading() as session:
        assert audit.first_broken(session) is None
    assert PHONE not in str([row.what for row in entries(world)])


def test_an_opt_out_stops_whom_we_wrote_to_also_when_they_have_another_address_now(world: World) -> None:
    world.tick()
    world.customer(email="new@a.eu")
    object_(world, Objection.UNSUBSCRIBED, EMAIL, outreach=world.outreaches()[0].id)
    assert world.rows(Customer)[0].no_surveys_at
    assert {one for _, _, one in suppressed(world)} == {hmac(world, a) for a in (EMAIL, PHONE, "new@a.eu")}


def test_a_bounce_of_an_old_address_leaves_the_new_one_alone(world: World) -> None:
    world.tick()
    world.customer(email="new@a.eu")
    object_(world, Objection.BOUNCED, EMAIL, outreach=world.outreaches()[0].id)
    assert point(world).usable
    assert suppressed(world) == [("email", "all", hmac(world, EMAIL))]


def test_a_report_that_names_only_our_message_is_about_the_address_its_customer_has(world: World) -> None:
    world.tick()
    object_(world, Objection.BOUNCED, "", outreach=world.outreaches()[0].id)
    assert not point(world).usable
    assert suppressed(world) == [("email", "all", hmac(world, EMAIL))]


@pytest.mark.parametrize("objection", [one for one in Objection if one is not Objection.BOUNCED_SOFTLY])
def test_an_address_of_nobody_is_suppressed_all_the_same(world: World, objection: Objection) -> None:
    object_(world, objection, "stranger@a.eu")
    assert [address for _, _, address in suppressed(world)] == [hmac(world, "stranger@a.eu")]
    assert world.rows(Customer)[0].no_surveys_at is None


def test_a_report_about_nobody_does_nothing(world: World) -> None:
    for objection in (None, *Objection):
        object_(world, objection, "")
    assert suppressed(world) == []


@pytest.mark.parametrize("objection", [*Objection])
def test_saying_it_twice_is_saying_it_once(world: World, objection: Objection) -> None:
    object_(world, objection)
    before = (suppressed(world), point(world).usable)
    object_(world, objection)
    assert (suppressed(world), point(world).usable) == before
