"""A mail that says one of ours did not arrive counts where it shows the mail it is about, and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from outreach import hooks, privacy
from outreach.links import Links, Purpose
from outreach.objections import SOFT_BOUNCES
from outreach.replies import receive_new
from outreach.reports.overview import overview
from outreach.reports.replies import replies
from outreach.tables import Attempt, ContactPoint, Customer, InboxMessage, Outreach, Reply, Suppression
from tests.calls import MAIL, multipart
from tests.make import DAY
from tests.world import World, a_world, asks, gives

OURS = "hello@linden.example"
SENT_AS = "<outreach-1.0123456789abcdef@linden.example>"


@pytest.fixture
def asked(database_url: str) -> Iterator[World]:
    """K1 and K2 were asked by e-mail; K1 has a phone as well."""
    with a_world(database_url, reply_address="reply@ask.example.com", email_address=OURS) as made:
        made.publish(asks())
        made.customer("K1", phone="+31612345678", consent_sms="yes")
        made.customer("K2")
        made.contacts("K1", "K2")
        made.tick()
        made.by_hand(
            sa.update(Attempt).values(provider_id=SENT_AS).where(sa.column("outreach_id") == ours(made).id),
            sa.update(Outreach).values(delivery="sent"),
        )
        yield made


def ours(world: World) -> Outreach:
    return world.outreaches("K1")[0]


def reply_to(world: World) -> str:
    return Links(world.runtime.settings).reply_to(ours(world).id)


def way_to_stop(world: World) -> str:
    return Links(world.runtime.settings).to(Purpose.UNSUBSCRIBE, ours(world).id)


def arrives(world: World, raw: str) -> Reply:
    row = hooks.Arrival(
        "sendgrid", "inbound", str(len(world.rows(Reply))), multipart({"email": raw}), {"content-type": MAIL}, world.now
    )
    hooks.store(world.runtime, [row])
    receive_new(world.runtime)
    reply = world.rows(Reply)[-1]
    assert isinstance(reply, Reply)
    return reply


def bounces(world: World, returned: str, status: str = "5.1.1", whom: str = "k1@A.eu", to: str = OURS) -> Reply:
    """As a mail server reports it, with the header of the mail that did not arrive below."""
    action = "delayed" if status.startswith("4") else "failed"
    return arrives(
        world,
        f"From: Mail Delivery System <MAILER-DAEMON@a.eu>\nTo: {to}\nSubject: Undelivered Mail\nMessage-ID: <b@a.eu>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="R"\n\n'
        "--R\n\nI am sorry, it could not be delivered.\n\n"
        "--R\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.a.eu\n\n"
        f"Final-Recipient: rfc822; {whom}\nAction: {action}\nStatus: {status}\n\n"
        f"--R\nContent-Type: text/rfc822-headers\n\nFrom: {OURS}\nSubject: One question\n{returned}\n\n--R--\n",
    )


def complains(world: World, returned: str) -> Reply:
    return arrives(
        world,
        f"From: fbl@a.eu\nTo: {OURS}\nSubject: Complaint\nMessage-ID: <c@a.eu>\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="R"\n\n'
        "--R\n\nThis is an email abuse report.\n\n"
        "--R\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: FBL/1.0\nVersion: 1\n\n"
        f"--R\nContent-Type: text/rfc822-headers\n\nFrom: {OURS}\nSubject: One question\n{returned}\n\n--R--\n",
    )


def unusable(world: World) -> list[tuple[str, str]]:
    names = {customer.id: customer.external_id for customer in world.rows(Customer)}
    return [(names[point.customer_id], point.channel) for point in world.rows(ContactPoint) if not point.usable]


@pytest.mark.parametrize(
    "returned",
    [
        lambda world: f"Reply-To: {reply_to(world)}",
        lambda world: f"List-Unsubscribe:\n <{way_to_stop(world)}>",
        lambda _: f"Message-ID: {SENT_AS}",
    ],
    ids=["our address", "our way to stop", "our id"],
)
def test_a_bounce_that_returns_our_mail_counts(asked: World, returned: Any) -> None:
    bounces(asked, returned(asked))
    assert (unusable(asked), [row.channel for row in asked.rows(Suppression)]) == ([("K1", "email")], ["email"])
    assert ours(asked).delivery == "undelivered"
    asked.publish(gives(channels=["email"]))
    asked.later(90 * DAY)
    assert len(asked.got("K1")) == 1


def test_a_bounce_that_comes_to_the_address_of_our_mail_counts(asked: World) -> None:
    bounces(asked, "", to=reply_to(asked))
    assert unusable(asked) == [("K1", "email")]


@pytest.mark.parametrize("in_text", [True, False])
def test_it_may_be_returned_within_the_text(asked: World, in_text: bool) -> None:
    returned = f"Reply-To: {reply_to(asked)}\n" if in_text else ""
    arrives(
        asked,
        f"From: MAILER-DAEMON@a.eu\nTo: {OURS}\nSubject: failure notice\nMessage-ID: <b@a.eu>\n\n"
        f"Hi. I was not able to deliver your message.\n\n<k1@a.eu>:\n550 5.1.1 user unknown\n\n"
        f"--- Below this line is a copy of the message.\n\nFrom: {OURS}\n{returned}Subject: One question\n",
    )
    assert bool(unusable(asked)) is in_text


def forged(text: str) -> str:
    return text.replace("a", "b").replace("c", "d").replace("5", "6")


@pytest.mark.parametrize(
    "returned",
    [
        lambda _: "",
        lambda _: "Message-ID: <outreach-1.ffffffffffffffff@linden.example>",
        lambda world: f"Reply-To: {forged(reply_to(world))}\nList-Unsubscribe: <{forged(way_to_stop(world))}>",
    ],
    ids=["nothing", "another id", "forged"],
)
@pytest.mark.parametrize("status", ["5.1.1", "4.2.2"])
def test_one_that_shows_nothing_of_ours_is_kept_and_shown_and_suppresses_nothing(
    asked: World, returned: Any, status: str
) -> None:
    for _ in range(SOFT_BOUNCES):
        reply = bounces(asked, returned(asked), status)
    assert (unusable(asked), asked.rows(Suppression), ours(asked).delivery) == ([], [], "sent")
    assert (reply.intent, reply.customer_id, reply.text) == (
        "automatic", None, "I am sorry, it could not be delivered.",
    )  # fmt: skip
    assert {row.state for row in asked.rows(InboxMessage)} == {"done"}
    assert len(replies(asked.runtime).rows) == SOFT_BOUNCES
    assert overview(asked.runtime).waiting.unclear_replies == 0


def test_whoever_holds_a_mail_of_ours_can_suppress_nobody_else(asked: World) -> None:
    bounces(asked, f"Reply-To: {reply_to(asked)}", whom="K2@a.eu")
    bounces(asked, f"Reply-To: {reply_to(asked)}", whom="stranger@b.eu")
    assert (unusable(asked), asked.rows(Suppression)) == ([], [])
    assert [reply.customer_id for reply in asked.rows(Reply)] == [asked.id_of("K1")] * 2


def test_a_full_mailbox_counts_once_a_message(asked: World) -> None:
    for _ in range(3):
        bounces(asked, f"Reply-To: {reply_to(asked)}", "4.2.2")
    assert [point.soft_bounces for point in asked.rows(ContactPoint)] == [1, 0, 0]


@pytest.mark.parametrize("whom", ["", "To: K1@a.eu\n"])
def test_a_complaint_that_returns_our_mail_stops_everything_for_its_customer(asked: World, whom: str) -> None:
    complains(asked, f"{whom}Reply-To: {reply_to(asked)}")
    assert [one.external_id for one in asked.rows(Customer) if one.no_surveys_at is not None] == ["K1"]
    assert {row.channel for row in asked.rows(Suppression)} == {"email", "sms"}


def test_a_complaint_that_shows_nothing_of_ours_stops_nobody(asked: World) -> None:
    complains(asked, "To: K1@a.eu")
    assert (asked.rows(Suppression), asked.rows(Reply)[0].intent) == ([], "automatic")


def test_a_bounce_of_a_message_whose_answer_was_lost_shows_that_it_was_taken(asked: World) -> None:
    asked.by_hand(sa.update(Outreach).values(state="unknown", delivery=None), sa.update(Attempt).values(outcome=None))
    bounces(asked, f"List-Unsubscribe: <{way_to_stop(asked)}>")
    assert (ours(asked).state, ours(asked).delivery) == ("accepted", "undelivered")


def test_a_bounce_about_somebody_who_was_forgotten_is_nobodys(asked: World) -> None:
    returned = f"Reply-To: {reply_to(asked)}"
    privacy.erase(asked.runtime, "K1", "marit")
    before = len(asked.rows(Suppression))
    assert bounces(asked, returned).customer_id is None
    assert len(asked.rows(Suppression)) == before


def test_another_installation_signs_otherwise(asked: World) -> None:
    returned = f"Reply-To: {reply_to(asked)}"
    secret = type(asked.runtime.settings.secret)("another")
    asked.runtime = replace(asked.runtime, settings=asked.runtime.settings.model_copy(update={"secret": secret}))
    bounces(asked, returned)
    assert unusable(asked) == []
