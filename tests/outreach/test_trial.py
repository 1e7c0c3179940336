"""Sending a text to oneself: past the rules, and so never to anybody they protect."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel, Message, Outcome, Receipt, SendRefused, SendUnknown
from outreach import channel_states, intake, trial
from outreach.reports.previews import Sample
from outreach.runtime import Runtime
from outreach.saved_texts import Text, TextKind
from outreach.tables import AuditEntry, LedgerEntry
from outreach.trial import NotSent
from tests.make import a_customer
from tests.world import World

QUESTION = Text(
    TextKind.SURVEY, "recommend", "en", "email", "One question", 'Hi {{ first_name | default: "there" }}, would you?'
)
ANNA = Sample("A", "Anna de Vries", "")


class Post:
    """A provider that answers as it is told, and keeps what it was given."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.got = outcome, list[Message]()

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        self.got += messages
        return [self.outcome for _ in messages]

    def find(self, message: Message, at: int) -> Receipt | None:
        return None


@pytest.fixture
def post() -> Post:
    return Post(Receipt("p-1"))


@pytest.fixture
def runtime(world: World, post: Post) -> Runtime:
    return replace(world.runtime, senders={str(Channel.EMAIL): post})


def test_it_arrives_filled_in_and_is_in_the_audit_log_without_the_address(runtime: Runtime, post: Post) -> None:
    assert trial.send(runtime, QUESTION, ANNA, " Me@Example.com ", "bram")
    (message,) = post.got
    assert message.recipient == "Me@example.com"
    assert "Hi Anna, would you?" in message.text
    with runtime.reading() as session:
        (what,) = session.execute(sa.select(col(AuditEntry.what)).order_by(sa.desc("seq")).limit(1)).one()
        assert session.scalar(sa.select(sa.func.count(col(LedgerEntry.id)))) == 0
    assert "recommend.en.email" in str(what)
    assert "xample.com" not in str(what)


def test_no_customer_gets_one(runtime: Runtime, post: Post) -> None:
    intake.receive_customers(runtime, [a_customer(external_id="A", email="anna@example.com")])
    with pytest.raises(NotSent, match="is a customer's"):
        trial.send(runtime, QUESTION, ANNA, "Anna+test@example.com", "bram")
    assert post.got == []


@pytest.mark.parametrize("address", ["", "nonsense", "a@b\nBcc: c@example.com", "+31612345678"])
def test_what_is_no_address_is_refused_in_words(runtime: Runtime, post: Post, address: str) -> None:
    with pytest.raises(NotSent, match="is not an e-mail address"):
        trial.send(runtime, QUESTION, ANNA, address, "bram")
    assert post.got == []


def test_nothing_leaves_a_channel_that_is_stopped(runtime: Runtime, post: Post) -> None:
    channel_states.stop(runtime, ("email",), "bram", "a rehearsal")
    with pytest.raises(NotSent, match="stopped"):
        trial.send(runtime, QUESTION, ANNA, "me@example.com", "bram")
    assert post.got == []


def test_what_the_provider_refused_is_told_and_what_it_left_unclear_too(runtime: Runtime, post: Post) -> None:
    post.outcome = SendRefused("no credit left", permanent=False)
    with pytest.raises(NotSent, match="no credit left"):
        trial.send(runtime, QUESTION, ANNA, "me@example.com", "bram")
    post.outcome = SendUnknown("a timeout")
    assert not trial.send(runtime, QUESTION, ANNA, "me@example.com", "bram")


def test_the_sandbox_and_a_channel_that_is_not_used_say_that_nothing_can_be_sent(
    world: World, runtime: Runtime
) -> None:
    with pytest.raises(NotSent, match="stay in the sandbox"):
        trial.send(
            replace(runtime, senders={"email": world.provider.sandbox}), QUESTION, ANNA, "me@example.com", "bram"
        )
    with pytest.raises(NotSent, match="not used here"):
        trial.send(runtime, replace(QUESTION, channel="sms", subject=""), ANNA, "0612345678", "bram")


def test_a_text_that_lacks_a_value_is_not_sent(runtime: Runtime, post: Post) -> None:
    with pytest.raises(NotSent, match="there is no name"):
        trial.send(runtime, replace(QUESTION, body="Dear {{ name }}"), Sample(), "me@example.com", "bram")
    assert post.got == []
