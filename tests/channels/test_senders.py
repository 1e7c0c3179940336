"""What every sender promises. A new sender joins `SENDERS` with a bench of its own and must keep all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from channels.message import Channel, Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from channels.sandbox import Sandbox
from outreach import database
from outreach.sandbox import DatabaseDrawer
from outreach.tables import SandboxMessage
from tests.make import NOON
from tests.planned import plan_outreaches


class Shelf:
    """A drawer in memory."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def keep(self, messages: Sequence[Message]) -> None:
        self.messages.extend(messages)

    def holds(self, outreach_id: int) -> bool:
        return any(message.outreach_id == outreach_id for message in self.messages)


@dataclass(frozen=True)
class Bench:
    """A sender, and a look at what its provider really has: the outreach ids, in order of arrival."""

    sender: Sender
    arrived: Callable[[], list[int]]


def in_memory(request: pytest.FixtureRequest) -> Bench:
    shelf = Shelf()
    return Bench(Sandbox(shelf), lambda: [message.outreach_id for message in shelf.messages])


def in_the_database(request: pytest.FixtureRequest) -> Bench:
    engine = database.connect(request.getfixturevalue("sqlite_url"))
    request.addfinalizer(engine.dispose)
    with database.writing(engine) as session:
        assert plan_outreaches(session, "ask", "ask", "ask") == [1, 2, 3]

    def arrived() -> list[int]:
        with database.reading(engine) as session:
            rows = session.exec(select(SandboxMessage).order_by(col(SandboxMessage.id))).all()
            return [row.outreach_id for row in rows for _ in range(row.times)]

    return Bench(Sandbox(DatabaseDrawer(engine, lambda: 1000)), arrived)


SENDERS = {"sandbox in memory": in_memory, "sandbox in the database": in_the_database}
MAIL = Message(1, Channel.EMAIL, "Linden", "ann@example.com", "One question", "How was it?", "<p>How was it?</p>")
SMS = Message(2, Channel.SMS, "Linden", "+31612345678", "", "Linden: how was it?")
LINE_BREAKS = ["\r\n", "\n", "\0", "\x7f", "\u2028", "\x85"]


def spoilt(line: str, line_break: str = "\n") -> Message:
    lines = {"sender": "Linden", "recipient": "ann@example.com", "subject": "One question"}
    lines[line] += f"{line_break}Bcc: x@y.z"
    return Message(3, Channel.EMAIL, lines["sender"], lines["recipient"], lines["subject"], "How was it?")


@pytest.fixture(params=list(SENDERS.values()), ids=list(SENDERS))
def bench(request: pytest.FixtureRequest) -> Bench:
    made: Bench = request.param(request)
    return made


def send(bench: Bench, message: Message) -> Outcome:
    (outcome,) = bench.sender.send_many([message])
    return outcome


@pytest.mark.parametrize("message", [MAIL, SMS], ids=["email", "sms"])
def test_a_message_that_is_taken_gives_a_receipt_and_arrives_once(bench: Bench, message: Message) -> None:
    assert isinstance(send(bench, message), Receipt)
    assert bench.arrived() == [message.outreach_id]


def test_what_was_taken_is_found_again_under_the_same_id(bench: Bench) -> None:
    receipt, found = send(bench, MAIL), bench.sender.find(MAIL, NOON)
    assert isinstance(receipt, Receipt)
    assert found is not None
    assert found.provider_id == receipt.provider_id


def test_what_was_never_sent_is_not_found(bench: Bench) -> None:
    assert bench.sender.find(MAIL, NOON) is None


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
@pytest.mark.parametrize("line", ["subject", "sender", "recipient"])
def test_a_line_break_in_the_envelope_is_refused_and_nothing_arrives(bench: Bench, line: str, line_break: str) -> None:
    assert isinstance(send(bench, spoilt(line, line_break)), SendRefused)
    assert bench.arrived() == []


def test_only_a_wrong_address_is_refused_for_good(bench: Bench) -> None:
    outcomes = [send(bench, spoilt(line)) for line in ("recipient", "subject")]
    assert [outcome.permanent for outcome in outcomes if isinstance(outcome, SendRefused)] == [True, False]


def test_many_messages_have_one_outcome_each_in_their_order(bench: Bench) -> None:
    outcomes = bench.sender.send_many([MAIL, spoilt("subject"), SMS])
    assert [type(outcome) for outcome in outcomes] == [Receipt, SendRefused, Receipt]
    assert bench.arrived() == [MAIL.outreach_id, SMS.outreach_id]


def test_many_may_be_none(bench: Bench) -> None:
    assert bench.sender.send_many([]) == []


class Broken(Shelf):
    def keep(self, messages: Sequence[Message]) -> None:
        super().keep(messages)
        raise ConnectionResetError("after it was written")


def test_whatever_goes_wrong_on_the_way_leaves_the_outcome_unknown() -> None:
    sender = Sandbox(Broken())
    assert [type(outcome) for outcome in sender.send_many([MAIL, spoilt("subject")])] == [SendUnknown, SendRefused]
    assert sender.find(MAIL, NOON) is not None
