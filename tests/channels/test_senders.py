"""What every sender promises. A new sender joins `SENDERS` with a bench of its own and must keep all of it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlmodel import col, select

from channels.message import Channel, Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from channels.sandbox import Sandbox
from channels.smtp_email import SmtpEmail, SmtpServer
from outreach import database
from outreach.sandbox import DatabaseDrawer
from outreach.tables import SandboxMessage
from tests.mailserver import MailServer
from tests.make import NOON
from tests.planned import plan_outreaches
from tests.provider import Provider


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
    """A sender, what it carries, and a look at what its provider really has: the outreach ids, in order of arrival.
    `finds`: the provider keeps a list that it can be found in again."""

    sender: Sender
    arrived: Callable[[], list[int]]
    carries: tuple[Channel, ...] = tuple(Channel)
    finds: bool = True


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


def twilio(request: pytest.FixtureRequest) -> Bench:
    provider: Provider = request.getfixturevalue("provider")
    sender: Sender = request.getfixturevalue("twilio")
    return Bench(sender, lambda: sorted(taken.outreach_id for taken in provider.taken), (Channel.SMS,))


def sendgrid(request: pytest.FixtureRequest) -> Bench:
    provider: Provider = request.getfixturevalue("provider")
    sender: Sender = request.getfixturevalue("sendgrid")
    return Bench(sender, lambda: sorted(taken.outreach_id for taken in provider.taken), (Channel.EMAIL,), finds=False)


def smtp(request: pytest.FixtureRequest) -> Bench:
    server: MailServer = request.getfixturevalue("mail_server")
    account = SmtpServer("127.0.0.1", server.port, "hello@linden.example", security="none")

    def arrived() -> list[int]:
        return [int(str(mail["Message-ID"]).partition(".")[0].removeprefix("<outreach-")) for mail in server.arrived]

    return Bench(SmtpEmail(account, lambda: NOON), arrived, (Channel.EMAIL,), finds=False)


SENDERS = {
    "sandbox in memory": in_memory,
    "sandbox in the database": in_the_database,
    "twilio": twilio,
    "sendgrid": sendgrid,
    "smtp": smtp,
}
MAIL = Message(1, Channel.EMAIL, "Linden", "ann@example.com", "One question", "How was it?", "<p>How was it?</p>")
SMS = Message(2, Channel.SMS, "Linden", "+31612345678", "", "Linden: how was it?")
LINE_BREAKS = ["\r\n", "\n", "\0", "\x7f", "\u2028", "\x85"]


def letter(bench: Bench, outreach_id: int = 1) -> Message:
    """Something that this sender carries."""
    return replace(MAIL if Channel.EMAIL in bench.carries else SMS, outreach_id=outreach_id)


def spoilt(bench: Bench, line: str, line_break: str = "\n") -> Message:
    message = letter(bench, 3)
    if line == "header":
        return replace(message, headers={"X-Note": f"a{line_break}Bcc: x@y.z"})
    broken: dict[str, Any] = {line: f"{getattr(message, line)}{line_break}Bcc: x@y.z"}
    return replace(message, **broken)


@pytest.fixture(params=list(SENDERS.values()), ids=list(SENDERS))
def bench(request: pytest.FixtureRequest) -> Bench:
    made: Bench = request.param(request)
    return made


def send(bench: Bench, message: Message) -> Outcome:
    (outcome,) = bench.sender.send_many([message])
    return outcome


@pytest.mark.parametrize("message", [MAIL, SMS], ids=["email", "sms"])
def test_a_message_that_is_taken_gives_a_receipt_and_arrives_once(bench: Bench, message: Message) -> None:
    if message.channel in bench.carries:
        assert isinstance(send(bench, message), Receipt)
        assert bench.arrived() == [message.outreach_id]


def test_what_was_taken_is_found_again_under_the_same_id_where_there_is_a_list(bench: Bench) -> None:
    receipt, found = send(bench, letter(bench)), bench.sender.find(letter(bench), NOON)
    assert isinstance(receipt, Receipt)
    assert (found and found.provider_id) == (receipt.provider_id if bench.finds else None)


def test_what_was_never_sent_is_not_found(bench: Bench) -> None:
    assert bench.sender.find(letter(bench), NOON) is None


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
@pytest.mark.parametrize("line", ["subject", "sender", "recipient", "reply_to", "header"])
def test_a_line_break_in_the_envelope_is_refused_and_nothing_arrives(bench: Bench, line: str, line_break: str) -> None:
    assert isinstance(send(bench, spoilt(bench, line, line_break)), SendRefused)
    assert bench.arrived() == []


def test_only_a_wrong_address_is_refused_for_good(bench: Bench) -> None:
    outcomes = [send(bench, spoilt(bench, line)) for line in ("recipient", "subject")]
    assert [outcome.permanent for outcome in outcomes if isinstance(outcome, SendRefused)] == [True, False]


def test_many_messages_have_one_outcome_each_in_their_order(bench: Bench) -> None:
    outcomes = bench.sender.send_many([letter(bench, 1), spoilt(bench, "subject"), letter(bench, 2)])
    assert [type(outcome) for outcome in outcomes] == [Receipt, SendRefused, Receipt]
    assert bench.arrived() == [1, 2]


def test_no_two_messages_share_the_id_that_the_provider_gave_them(bench: Bench) -> None:
    outcomes = bench.sender.send_many([letter(bench, number) for number in (1, 2, 3)])
    assert len({outcome.provider_id for outcome in outcomes if isinstance(outcome, Receipt)}) == 3


def test_many_may_be_none(bench: Bench) -> None:
    assert bench.sender.send_many([]) == []


def test_neither_addresses_nor_texts_are_written_into_the_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    message = letter(bench)
    send(bench, message)
    bench.sender.find(message, NOON)
    said = [record for record in caplog.records if not record.name.startswith(("mail.", "asyncio"))]
    text = " ".join(record.getMessage() for record in said)
    assert [
        secret for secret in (message.recipient, message.recipient[1:], "how was it?") if secret in text.lower()
    ] == []


class Broken(Shelf):
    def keep(self, messages: Sequence[Message]) -> None:
        super().keep(messages)
        raise ConnectionResetError("after it was written")


def test_whatever_goes_wrong_on_the_way_leaves_the_outcome_unknown() -> None:
    sender, spoilt_mail = Sandbox(Broken()), replace(MAIL, outreach_id=3, subject="a\nb")
    assert [type(outcome) for outcome in sender.send_many([MAIL, spoilt_mail])] == [SendUnknown, SendRefused]
    assert sender.find(MAIL, NOON) is not None
