"""The sandbox's mailbox: what went out is kept, and what is answered there comes in like any reply."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlmodel import select

from channels.message import Channel, Message
from channels.sandbox import Sandbox, read_reply
from outreach import database, sandbox, starter
from outreach.addresses import fingerprint
from outreach.doorbell import SilentDoorbell
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer, NoAddress, answer, conversations, thread
from outreach.settings import Settings
from outreach.tables import ContactPoint, Customer, InboxMessage, Reply, SandboxMessage
from tests.make import DAY
from tests.planned import plan_outreaches
from tests.world import a_world, asks, talkative

NOON = 1_750_000_000
ADDRESS = "c1@example.com"


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    settings = Settings.model_validate({"secret": "for this test", "database_url": database_url})
    engine = database.connect(database_url)
    box = Sandbox(DatabaseDrawer(engine, lambda: NOON))
    yield Runtime(settings, engine, lambda: NOON, {"email": box, "sms": box}, SilentDoorbell())
    engine.dispose()


@pytest.fixture
def messages(runtime: Runtime) -> list[Message]:
    """A gift for C1 and a question for C2, planned and ready to be sent."""
    with runtime.writing() as session:
        gift, question = plan_outreaches(session, "content", "ask")
        customer = session.exec(select(Customer).where(Customer.external_id == "C1")).one()
        key = fingerprint(runtime.settings.key("addresses"), "email", ADDRESS)
        session.add(ContactPoint(customer_id=customer.id, channel="email", address=ADDRESS, address_hmac=key))
    link = "https://x.example/c/token"
    return [
        Message(gift, Channel.EMAIL, "Linden", ADDRESS, "Good to know", f"See {link}", link=link),
        Message(question, Channel.EMAIL, "Linden", "c2@example.com", "One question", "How was it?"),
    ]


def test_a_message_is_kept_as_it_was_sent(runtime: Runtime, messages: list[Message]) -> None:
    runtime.senders["email"].send_many(messages[:1])
    with runtime.reading() as session:
        kept = session.exec(select(SandboxMessage)).one()
    assert (kept.sender, kept.recipient, kept.subject, kept.at, kept.times) == (
        "Linden",
        ADDRESS,
        "Good to know",
        NOON,
        1,
    )
    assert (kept.body, kept.link) == (messages[0].text, messages[0].link)


def test_a_message_that_is_sent_twice_shows(runtime: Runtime, messages: list[Message]) -> None:
    runtime.senders["email"].send_many(messages)
    runtime.senders["email"].send_many([replace(messages[0], subject="Again")])
    with runtime.reading() as session:
        assert sorted(session.exec(select(SandboxMessage.subject, SandboxMessage.times)).all()) == [
            ("Good to know", 2),
            ("One question", 1),
        ]


def test_the_latest_conversation_comes_first(runtime: Runtime, messages: list[Message]) -> None:
    runtime.senders["email"].send_many(messages)
    with runtime.reading() as session:
        assert conversations(session) == [
            sandbox.Conversation("C2", "Customer 2", 1, "One question", NOON),
            sandbox.Conversation("C1", "Customer 1", 1, "Good to know", NOON),
        ]
        assert [each.customer for each in conversations(session, most=1)] == ["C2"]


def test_a_thread_holds_what_went_out_and_what_came_back(runtime: Runtime, messages: list[Message]) -> None:
    runtime.senders["email"].send_many(messages)
    answer(runtime, "C1", Channel.EMAIL, "Thanks, nice one")
    gift = messages[0].outreach_id
    with runtime.reading() as session:
        assert thread(session, "C1") == [
            sandbox.Line("content", "email", "Good to know", messages[0].text, messages[0].link, NOON, gift),
            sandbox.Line("reply", "email", "", "Thanks, nice one", "", NOON),
        ]
        assert thread(session, "nobody") == []


def test_a_thread_holds_a_whole_conversation(database_url: str) -> None:
    with a_world(database_url) as world:
        with world.runtime.writing() as session:
            starter.add_surveys(session, [talkative()])
        world.publish(asks(survey="talk", reminder={}))
        world.customer()
        world.contact()
        world.tick()
        world.later(4 * DAY)
        for text in ("3", "nobody called me back"):
            world.now += 60
            world.says(text)
            world.later(60)
        with world.runtime.reading() as session:
            told = [(line.kind, line.body.splitlines()[0]) for line in thread(session, "K1")]
    assert told == [
        ("ask", "0 to 10?"),
        ("reminder", "0 to 10?"),
        ("reply", "3"),
        ("follow_up", "What went wrong?"),
        ("reply", "nobody called me back"),
        ("thanks", "Thank you so much."),
    ]


def test_an_answer_is_stored_as_it_came_and_then_understood(runtime: Runtime, messages: list[Message]) -> None:
    inbox_id = answer(runtime, "C1", Channel.EMAIL, "8 want jullie bellen altijd terug")
    with runtime.reading() as session:
        stored = session.get_one(InboxMessage, inbox_id)
        reply = session.exec(select(Reply)).one()
    assert (stored.provider, stored.kind, stored.received_at) == ("sandbox", "reply", NOON)
    assert read_reply(stored.raw_body, stored.headers).text == "8 want jullie bellen altijd terug"
    assert (reply.inbox_id, reply.score, reply.comment) == (inbox_id, 8, "want jullie bellen altijd terug")


def test_the_same_answer_delivered_twice_is_one_reply(runtime: Runtime, messages: list[Message]) -> None:
    first = answer(runtime, "C1", Channel.EMAIL, "8", key="form-1")
    assert answer(runtime, "C1", Channel.EMAIL, "8", key="form-1") == first
    assert answer(runtime, "C1", Channel.EMAIL, "8", key="form-2") != first
    with runtime.reading() as session:
        assert len(session.exec(select(Reply)).all()) == 2


def test_the_same_answer_delivered_by_many_at_once_is_one_reply(runtime: Runtime, messages: list[Message]) -> None:
    everybody = Barrier(4)

    def deliver(_: int) -> int:
        everybody.wait()
        return answer(runtime, "C1", Channel.EMAIL, "8", key="form-1")

    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(deliver, range(4)))) == 1
        with runtime.writing() as session:
            assert len(session.exec(select(Reply)).all()) == 1
            session.execute(sa.delete(Reply))
            session.execute(sa.delete(InboxMessage))


@pytest.mark.parametrize(("customer", "channel"), [("C1", Channel.SMS), ("C2", Channel.EMAIL), ("nobody", Channel.SMS)])
def test_nobody_answers_from_an_address_they_do_not_have(
    runtime: Runtime, messages: list[Message], customer: str, channel: Channel
) -> None:
    with pytest.raises(NoAddress):
        answer(runtime, customer, channel, "8")
    with runtime.reading() as session:
        assert session.exec(select(InboxMessage)).all() == []
