"""What keeps messages from going out, or word of them from coming back, as it is told on the first page."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach import channel_states, planning
from outreach.lifecycle import InboxState
from outreach.reports import channels as report
from outreach.reports.channels import Channels
from outreach.tables import Attempt, InboxMessage, Quarantined
from tests import calls
from tests.make import HOUR
from tests.world import World, a_world, asks

REAL: dict[str, Any] = calls.configured(
    real_channels="email,sms", email_address="us@example.com", sendgrid_api_key="key", twilio_sender="+31970000000"
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """An installation that really sends; the keys that its providers sign with are known."""
    with a_world(database_url, **REAL) as made:
        yield made


def told(world: World) -> Channels:
    with world.runtime.reading() as session:
        return report.channels(session, world.runtime.settings, world.now)


def silent(world: World) -> list[tuple[str, str]]:
    return [(hook.provider, hook.kind) for hook in told(world).silent]


def message_goes_out(world: World, customer: str = "K1") -> None:
    """By SendGrid, as far as anybody can see."""
    world.publish(asks())
    world.customer(customer)
    world.contact(customer)
    world.tick()
    world.by_hand(sa.update(Attempt).values(provider_id=sa.cast(col(Attempt.id), sa.Text)))


def call_comes(world: World, provider: str = "sendgrid", kind: str = "event") -> None:
    row = {"provider": provider, "kind": kind, "dedupe_key": str(world.now), "raw_body": b"", "headers": {}, "tries": 0}
    world.by_hand(sa.insert(InboxMessage).values(**row, received_at=world.now, state=InboxState.DONE))


def test_where_all_is_well_nothing_is_told(world: World) -> None:
    message_goes_out(world)
    call_comes(world)
    world.now += 2 * HOUR
    assert told(world) == Channels((), None, (), ())


def test_a_provider_that_tells_nothing_of_what_went_out_is_silent(world: World) -> None:
    message_goes_out(world)
    assert silent(world) == [], "it may take its time"
    world.now += 2 * HOUR
    assert silent(world) == [("sendgrid", "event")]
    call_comes(world)
    assert silent(world) == []


def test_one_that_told_of_earlier_messages_has_fallen_silent(world: World) -> None:
    call_comes(world)
    before = world.now
    world.now += 5 * HOUR
    message_goes_out(world)
    world.now += 2 * HOUR
    (hook,) = told(world).silent
    assert hook.last_at == before


def test_where_nothing_went_out_nothing_has_to_come_back(world: World) -> None:
    world.now += 48 * HOUR
    assert silent(world) == []


def test_of_what_the_sandbox_took_no_provider_tells(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    world.tick()
    world.now += 2 * HOUR
    assert silent(world) == []


def test_a_mail_server_of_ones_own_tells_nothing(database_url: str) -> None:
    by_smtp = {**REAL, "sendgrid_api_key": "", "smtp_url": "smtp://u:p@mail.example.com:587"}
    with a_world(database_url, **by_smtp) as world:
        message_goes_out(world)
        world.now += 2 * HOUR
        assert silent(world) == []


def test_many_calls_that_fail_their_signature_are_told(world: World) -> None:
    row = {"provider": "twilio", "kind": "inbound", "reason": "x", "headers": {}, "raw_body": b""}
    for _ in range(5):
        world.by_hand(sa.insert(Quarantined).values(**row, received_at=world.now))
    (hook,) = told(world).refused
    assert (hook.provider, hook.kind, hook.refused) == ("twilio", "inbound", 5)


def test_a_channel_is_closed_with_its_reason_and_until_when(world: World) -> None:
    channel_states.stop(world.runtime, ("email",), "me", "a mistake in a text")
    with world.runtime.writing() as session:
        channel_states.back_off(session, "sms", world.now + HOUR, "busy")
    assert [(one.channel, one.until, one.reason) for one in told(world).closed] == [
        ("email", None, "a mistake in a text"),
        ("sms", world.now + HOUR, "busy"),
    ]


@pytest.mark.parametrize(("seconds", "is_told"), [(599, False), (600, True)])
def test_a_long_queue_of_sms_tells_when_the_last_will_have_left(world: World, seconds: int, is_told: bool) -> None:
    people = ("K1", "K2", "K3")
    for number, customer in enumerate(people):
        world.customer(customer, phone=f"+3161234567{number}", consent_sms="yes")
    world.publish(asks(channels=["sms"]))
    world.contacts(*people)
    planning.look(world.runtime, range(1, 4))
    slow = world.runtime.settings.model_copy(update={"sms_segments_a_second": 3 / seconds})
    with world.runtime.reading() as session:
        left_at = report.channels(session, slow, world.now).sms_left_at
    assert left_at == (world.now + seconds if is_told else None)
