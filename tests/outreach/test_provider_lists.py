"""What no call of a provider brought is in its lists: to whom it sends nothing more, and what became of an SMS."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from channels import sendgrid_lists
from channels.message import Channel, Sender
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.twilio_hooks import form
from channels.twilio_sms import TwilioAccount, TwilioSms
from outreach import hooks, polling
from outreach.objections import SAID
from outreach.polling import OVERLAP_SECONDS, SETTLED_SECONDS, poll
from outreach.tables import Attempt, ContactPoint, Customer, InboxMessage, Outreach, Poll, Suppression
from tests import calls
from tests.make import DAY, HOUR
from tests.provider import ACCOUNT_SID, API_KEY, BREAKS, RESETS, TOKEN, Fault, Provider, refuses
from tests.world import World, a_world, asks, gives

PHONE = "+31612345678"
STATUS_URL = f"{calls.BASE}/hooks/twilio/status/{{outreach_id}}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def world(database_url: str, provider: Provider) -> Iterator[World]:
    """K1 may be written to by e-mail and SMS, by the real packages."""
    known = calls.configured(twilio_account_sid=ACCOUNT_SID, twilio_auth_token=TOKEN)
    with a_world(database_url, **known) as made:
        provider.now = lambda: made.now
        sms = TwilioSms(TwilioAccount(ACCOUNT_SID, TOKEN, "+3197010200300", STATUS_URL, provider.url))
        email = SendGridEmail(SendGridAccount(API_KEY, "hello@linden.example", provider.url))
        senders: dict[str, Sender] = {Channel.SMS: sms, Channel.EMAIL: email}
        made.runtime = replace(made.runtime, senders=senders)
        made.restart()
        made.customer(phone=PHONE, consent_sms="yes")
        yield made


def listed(world: World, email: str = "k1@A.eu", **more: Any) -> dict[str, Any]:
    return {"created": world.now, "email": email, **more}


def asked_for(provider: Provider, what: str) -> int:
    return sum(what in path for path, _, _ in provider.requests)


# Whom SendGrid sends nothing more to


@pytest.mark.parametrize("name", sendgrid_lists.LISTS)
def test_whoever_stands_on_a_list_gets_nothing_more_though_no_call_told_so(
    world: World, provider: Provider, name: str
) -> None:
    world.publish(gives(channels=["email"]))
    provider.suppressed[name] = [listed(world)]
    world.tick()
    world.later(90 * DAY)
    assert provider.taken == []
    why = SAID[sendgrid_lists.LISTS[name]]
    assert why in {row.reason for row in world.rows(Suppression)}


@pytest.mark.parametrize("name", ["spam_reports", "unsubscribes"])
def test_who_complained_or_unsubscribed_is_stopped_on_every_channel(
    world: World, provider: Provider, name: str
) -> None:
    provider.suppressed[name] = [listed(world)]
    world.tick()
    assert {row.channel for row in world.rows(Suppression)} == {"email", "sms"}
    assert world.rows(Customer)[0].no_surveys_at == world.now


def test_what_stands_on_a_list_is_taken_in_once(world: World, provider: Provider) -> None:
    provider.suppressed["unsubscribes"] = [listed(world)]
    assert [poll(world.runtime), poll(world.runtime)] == [1, 0]
    world.tick()
    world.by_hand(sa.delete(Suppression), sa.update(Customer).values(no_surveys_at=None))  # they chose otherwise since
    world.later(OVERLAP_SECONDS - HOUR)
    assert (world.rows(Suppression), len(world.rows(InboxMessage))) == ([], 1)


def test_a_process_that_dies_before_it_noted_how_far_it_read_loses_nothing(
    world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = polling._remember

    def dies_after_bounces(session: Session, read: Poll) -> None:
        if read.name == "sendgrid bounces":
            raise SystemExit
        noted(session, read)

    provider.suppressed["bounces"] = [listed(world)]
    with monkeypatch.context() as patched:
        patched.setattr(polling, "_remember", dies_after_bounces)
        with pytest.raises(SystemExit):
            poll(world.runtime)
    world.tick()
    assert [point.usable for point in world.rows(ContactPoint) if point.channel == "email"] == [False]
    assert len(world.rows(InboxMessage)) == 1


@pytest.mark.parametrize("fault", [RESETS, BREAKS, Fault(status=403)])
def test_a_list_that_cannot_be_read_holds_up_no_other_and_is_asked_again(
    world: World, provider: Provider, fault: Fault
) -> None:
    provider.suppressed["bounces"] = [listed(world)]
    provider.suppressed["spam_reports"] = [listed(world, "k2@a.eu")]
    since = world.now
    provider.lists_script.extend([fault, fault])  # what was written to us, and bounces: no SMS waits to be asked about
    assert poll(world.runtime) == 1
    world.now += DAY
    assert poll(world.runtime) == 1
    assert [path for path, _, _ in provider.requests if f"start_time={since - polling.FIRST_SECONDS}" in path]


def test_a_list_is_left_alone_for_as_long_as_sendgrid_asks(world: World, provider: Provider) -> None:
    busy = Fault(status=429, headers={"X-RateLimit-Reset": str(world.now + HOUR)})
    provider.suppressed["bounces"] = [listed(world)]
    provider.lists_script.extend([Fault(status=200, body=b'{"messages": []}'), busy])
    world.tick()
    for _ in range(5):
        world.later(10 * 60)
    assert (asked_for(provider, "bounces"), asked_for(provider, "unsubscribes")) == (1, 6)
    world.later(10 * 60)
    assert asked_for(provider, "bounces") == 2
    assert [row.reason for row in world.rows(Suppression)] == ["the provider says that nobody is there"]


# What became of an SMS


@pytest.fixture
def sent(world: World, provider: Provider) -> World:
    """K1 was asked by SMS, and no call told what became of it."""
    world.publish(asks(channels=["sms"]))
    world.contact()
    world.tick()
    assert [outreach.delivery for outreach in world.outreaches()] == ["queued"]
    return world


def sid(provider: Provider) -> str:
    (taken,) = provider.taken
    return taken.provider_id


def test_a_status_that_never_came_is_asked_for_once_the_message_must_have_arrived(
    sent: World, provider: Provider
) -> None:
    sent.later(SETTLED_SECONDS - 10 * 60)
    assert sent.outreaches()[0].delivery == "queued"
    sent.later(20 * 60)
    assert sent.outreaches()[0].delivery == "delivered"
    assert asked_for(provider, f"Messages/{sid(provider)}.json") == 1


def test_a_status_that_did_come_is_not_asked_for(sent: World, provider: Provider) -> None:
    body = calls.status("delivered", MessageSid=sid(provider), AccountSid=ACCOUNT_SID).body
    hooks.store(sent.runtime, [hooks.Arrival("twilio", "status", "1", body, {"outreach_id": "1"}, sent.now)])
    sent.tick()
    sent.later(2 * SETTLED_SECONDS)
    assert asked_for(provider, f"Messages/{sid(provider)}.json") == 0


def test_it_is_asked_for_once_however_little_twilio_knows(sent: World, provider: Provider) -> None:
    provider.statuses[sid(provider)] = ("sent", None)
    for _ in range(6):
        sent.later(HOUR)
    assert sent.outreaches()[0].delivery == "sent"
    assert asked_for(provider, f"Messages/{sid(provider)}.json") == 1


def test_what_it_says_of_the_number_holds(sent: World, provider: Provider) -> None:
    provider.statuses[sid(provider)] = ("undelivered", 30005)
    sent.later(SETTLED_SECONDS + HOUR)
    assert (sent.outreaches()[0].delivery, [row.channel for row in sent.rows(Suppression)]) == ("undelivered", ["sms"])


def test_the_call_that_comes_after_all_is_the_same_report(sent: World, provider: Provider) -> None:
    sent.later(SETTLED_SECONDS + HOUR)
    body = calls.status("delivered", MessageSid=sid(provider), AccountSid=ACCOUNT_SID).body
    call = calls.form(form(body), calls.STATUS, TOKEN)
    how = {name.lower(): text for name, text in call.headers.items()} | {"outreach_id": "1"}
    assert hooks.receive(sent.runtime, hooks.Call("twilio", "status", call.path, how, call.body, sent.now)) == []


@pytest.mark.parametrize("fault", [RESETS, refuses(20429, 429, Retry_After="3600")])
def test_one_that_could_not_be_asked_for_is_asked_for_again(sent: World, provider: Provider, fault: Fault) -> None:
    sent.now += SETTLED_SECONDS + 60
    provider.lists_script.extend([Fault(status=200, body=b'{"messages": []}'), fault])
    sent.tick()
    sent.later(30 * 60)
    asked_at_once = fault is RESETS
    assert sent.outreaches()[0].delivery == ("delivered" if asked_at_once else "queued")
    sent.later(31 * 60)
    assert sent.outreaches()[0].delivery == "delivered"


def test_one_pass_asks_about_few_and_the_next_goes_on(
    sent: World, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"K{n}" for n in range(2, 9)]
    monkeypatch.setattr(polling, "MOST", 3)
    for number, name in enumerate(names):
        sent.customer(name, phone=f"+316123456{number:02}", consent_sms="yes", consent_email="no")
        sent.contact(name)
        sent.tick()
        sent.now += number // 3  # three of them within a second
    sent.now += SETTLED_SECONDS
    told = [poll(sent.runtime) for _ in range(4)]
    assert (sum(told), max(told) <= 5, told[-1]) == (8, True, 0)
    sent.tick()
    assert {outreach.delivery for outreach in sent.outreaches()} == {"delivered"}
    assert len({attempt.provider_id for attempt in sent.rows(Attempt)}) == 8


def test_a_message_nobody_knows_the_id_of_is_not_asked_about(sent: World, provider: Provider) -> None:
    sent.by_hand(sa.update(Attempt).values(provider_id=None))
    sent.later(SETTLED_SECONDS + HOUR)
    assert sent.rows(Outreach)[0].delivery == "queued"
