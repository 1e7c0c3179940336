"""A mail that comes back shows which message it answers; who wrote it is another matter."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from outreach import hooks, privacy, reviewing
from outreach.hearing import ANSWER_WINDOW, REVIEW_PAUSE
from outreach.links import Links
from outreach.replies import receive_new
from outreach.reports.overview import overview
from outreach.tables import Attempt, Customer, Reply, Suppression
from tests.calls import MAIL, multipart
from tests.make import DAY, HOUR
from tests.world import World, a_world, asks

ELSEWHERE = "k1.private@b.eu"


@pytest.fixture
def asked(database_url: str) -> Iterator[World]:
    """K1 and K2 were asked a while ago."""
    with a_world(database_url, reply_address="reply@ask.example.com") as made:
        made.publish(asks(reminder={"after": "4d", "until": "7d"}))
        made.customers("K1", "K2", language="en")
        made.contacts("K1", "K2")
        made.tick()
        made.now += HOUR
        yield made


def tag(world: World, customer: str = "K1") -> str:
    return Links(world.runtime.settings).reply_to(world.outreaches(customer)[0].id)


def arrives(world: World, text: str, sender: str, to: str, **more: str) -> Reply:
    """A mail as SendGrid brings it."""
    headers = "".join(f"{name.replace('_', '-')}: {line}\r\n" for name, line in more.items())
    raw = f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: Re: Hi\r\nMessage-ID: <1@b.eu>\r\n{headers}\r\n{text}\r\n"
    body = multipart({"email": raw, "envelope": json.dumps({"to": ["x@parse.example.com"], "from": sender})})
    hooks.store(
        world.runtime,
        [hooks.Arrival("sendgrid", "inbound", f"{len(world.rows(Reply))}", body, {"content-type": MAIL}, world.now)],
    )
    receive_new(world.runtime)
    reply = world.rows(Reply)[-1]
    assert isinstance(reply, Reply)
    return reply


def outcome(world: World, customer: str = "K1") -> str | None:
    (entry,) = world.ledger(customer)
    return entry.outcome


def stopped(world: World) -> list[str]:
    return [one.external_id for one in world.rows(Customer) if one.no_surveys_at is not None]


def paused(world: World) -> list[str]:
    return [one.external_id for one in world.rows(Customer) if one.paused_until == world.now + REVIEW_PAUSE]


# Which message


def test_an_answer_to_the_address_of_a_message_is_about_that_message_however_late(asked: World) -> None:
    asked.now += ANSWER_WINDOW
    reply = arrives(asked, "8", "K1@a.eu", tag(asked))
    assert (reply.outreach_id, reply.score, reply.sure) == (asked.outreaches("K1")[0].id, 8, True)
    assert outcome(asked) == "answered"


@pytest.mark.parametrize("header", ["Cc", "Delivered_To", "X_Forwarded_To"])
def test_the_address_may_stand_wherever_mail_servers_put_it(asked: World, header: str) -> None:
    reply = arrives(asked, "8", ELSEWHERE, "feedback@linden.example", **{header: tag(asked).upper()})
    assert reply.customer_id == asked.id_of("K1")


@pytest.mark.parametrize("provider_id", ["<outreach-1.0123456789abcdef@linden.example>", "outreach-1.0123456789abcdef"])
def test_an_answer_that_names_the_id_of_our_mail_is_about_it(asked: World, provider_id: str) -> None:
    theirs = asked.outreaches("K1")[0].id
    asked.by_hand(sa.update(Attempt).values(provider_id=provider_id).where(sa.column("outreach_id") == theirs))
    sent = "<outreach-1.0123456789abcdef@linden.example>"
    reply = arrives(asked, "8", ELSEWHERE, "feedback@linden.example", In_Reply_To=sent)
    assert (reply.outreach_id, reply.sure) == (theirs, False)


def test_of_mails_that_share_an_id_it_is_the_one_to_the_address_that_answers(asked: World) -> None:
    for outreach in asked.outreaches():
        shared = {"provider_id": f"a_b%c:{outreach.id}"}
        asked.by_hand(sa.update(Attempt).values(shared).where(sa.column("outreach_id") == outreach.id))
    reply = arrives(asked, "8", "K2@a.eu", "feedback@linden.example", In_Reply_To="<a_b%c@ismtpd.example>")
    assert (reply.outreach_id, reply.sure) == (asked.outreaches("K2")[0].id, True)
    assert arrives(asked, "8", ELSEWHERE, "x@linden.example", In_Reply_To="<a_b%c@i.example>").customer_id is None


def forged(address: str) -> str:
    start = address.index("+") + 1
    return address[:start] + ("b" if address[start] != "b" else "c") + address[start + 1 :]


@pytest.mark.parametrize("spoiled", [forged, lambda _: "reply+x@ask.example.com", lambda _: "reply@ask.example.com"])
def test_without_a_tag_of_ours_the_senders_address_decides(asked: World, spoiled: Any) -> None:
    reply = arrives(asked, "8", "K2@a.eu", spoiled(tag(asked, "K1")))
    assert (reply.customer_id, reply.outreach_id, reply.sure) == (
        asked.id_of("K2"), asked.outreaches("K2")[0].id, True,
    )  # fmt: skip
    assert arrives(asked, "8", ELSEWHERE, spoiled(tag(asked, "K1"))).customer_id is None


def test_a_tag_of_another_installation_is_none_of_ours(asked: World) -> None:
    theirs = asked.runtime.settings.model_copy(update={"secret": type(asked.runtime.settings.secret)("another")})
    address = Links(theirs).reply_to(asked.outreaches("K1")[0].id)
    assert arrives(asked, "8", ELSEWHERE, address).customer_id is None


@pytest.mark.parametrize("ours", ["hello@linden.example", "Reply@ask.example.com", "reply+tag@ask.example.com"])
def test_a_mail_of_our_own_that_comes_back_is_no_answer_and_never_answered(asked: World, ours: str) -> None:
    settings = asked.runtime.settings.model_copy(update={"email_address": "hello@linden.example"})
    asked.runtime = replace(asked.runtime, settings=settings)
    asked.customer("K3", email=ours)
    reply = arrives(asked, "STOP", ours, tag(asked))
    assert (reply.intent, reply.talk_at, outcome(asked)) == ("automatic", None, None)
    assert (stopped(asked), paused(asked), asked.rows(Suppression)) == ([], [], [])


# Who wrote


def test_a_score_from_an_address_we_do_not_know_counts_once_a_person_has_looked(asked: World) -> None:
    reply = arrives(asked, "8 great", ELSEWHERE, tag(asked))
    assert (reply.customer_id, reply.score, reply.sure) == (asked.id_of("K1"), 8, False)
    assert (reply.intent, reply.talk_at, outcome(asked)) == ("unclear", None, "replied")
    found = overview(asked.runtime)
    assert (found.figures.answers, found.waiting.unclear_replies) == (0, 1)
    reviewing.decide(asked.runtime, reply.id, 8, "marit")
    assert (overview(asked.runtime).figures.answers, outcome(asked)) == (1, "answered")


def test_nobody_is_reminded_of_a_question_that_somebody_else_may_have_answered(asked: World) -> None:
    arrives(asked, "8", ELSEWHERE, tag(asked))
    asked.later(6 * DAY)
    assert [entry.kind for entry in asked.ledger("K1")] == ["ask"]


@pytest.mark.parametrize("text", ["STOP", "please stop mailing me", "9, but I had asked you to stop calling me"])
def test_a_stop_from_an_address_we_do_not_know_leaves_the_customer_in_peace_until_a_person_has_looked(
    asked: World, text: str
) -> None:
    reply = arrives(asked, text, ELSEWHERE, tag(asked))
    assert (stopped(asked), paused(asked), reply.sure) == ([], ["K1"], False)
    reviewing.decide(asked.runtime, reply.id, reviewing.Verdict.STOP, "marit")
    assert stopped(asked) == ["K1"]


def test_whoever_wrote_that_stop_gets_nothing_at_that_address(asked: World) -> None:
    reply = arrives(asked, "STOP", ELSEWHERE, tag(asked))
    assert [row.address_hmac for row in asked.rows(Suppression)] == [reply.address_hmac]


@pytest.mark.parametrize("text", ["wrong person", "ask me again in 3 weeks", "thank you"])
def test_nothing_else_they_write_has_a_consequence_until_a_person_has_looked(asked: World, text: str) -> None:
    reply = arrives(asked, text, ELSEWHERE, tag(asked))
    assert (reply.sure, reply.text) == (False, text)
    assert (stopped(asked), paused(asked), asked.rows(Suppression)) == ([], [], [])


def test_a_machine_that_answers_from_another_address_waits_for_nobody(asked: World) -> None:
    reply = arrives(asked, "I am away. STOP", ELSEWHERE, tag(asked), Auto_Submitted="auto-replied")
    assert (reply.intent, reply.customer_id) == ("automatic", asked.id_of("K1"))
    assert (outcome(asked), overview(asked.runtime).waiting.unclear_replies) == (None, 0)


def test_the_customer_who_moved_answers_from_either_address(asked: World) -> None:
    address = tag(asked)
    asked.customer(email="new@a.eu")
    assert arrives(asked, "7", "k1@A.eu", address).sure
    assert arrives(asked, "8", "new@a.eu", address).sure


def test_another_customer_who_answers_it_is_taken_for_themselves_and_their_score_for_nobodys(asked: World) -> None:
    reply = arrives(asked, "3 dreadful", "K2@a.eu", tag(asked, "K1"))
    assert (reply.customer_id, reply.sure, outcome(asked, "K1")) == (asked.id_of("K2"), False, None)
    assert overview(asked.runtime).figures.answers == 0


def test_another_customer_who_writes_stop_stops_for_themselves_at_once(asked: World) -> None:
    arrives(asked, "STOP", "K2@a.eu", tag(asked, "K1"))
    assert (stopped(asked), paused(asked)) == (["K2"], [])


def test_what_answers_somebody_who_was_forgotten_is_nobodys(asked: World) -> None:
    address = tag(asked)
    privacy.erase(asked.runtime, "K1", "marit")
    reply = arrives(asked, "8", ELSEWHERE, address)
    assert (reply.customer_id, reply.outreach_id) == (None, None)
