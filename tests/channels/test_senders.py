"""What every sender promises. A new sender joins `SENDERS` with a bench of its own and must keep all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from channels.message import Channel, Message, Receipt, Sender, SendRefused, SendUnknown, outcome_of
from channels.sandbox import Sandbox


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


def sandbox() -> Bench:
    shelf = Shelf()
    return Bench(Sandbox(shelf), lambda: [message.outreach_id for message in shelf.messages])


SENDERS = {"sandbox": sandbox}
MAIL = Message(1, Channel.EMAIL, "Linden", "ann@example.com", "One question", "How was it?", "<p>How was it?</p>")
SMS = Message(2, Channel.SMS, "Linden", "+31612345678", "", "Linden: how was it?")
LINE_BREAKS = ["\r\nBcc: x@y.z", "\n", "\0", "\x7f", "\u2028", "\x85"]


@pytest.fixture(params=list(SENDERS.values()), ids=list(SENDERS))
def bench(request: pytest.FixtureRequest) -> Bench:
    made: Bench = request.param()
    return made


@pytest.mark.parametrize("message", [MAIL, SMS], ids=["email", "sms"])
def test_a_message_that_is_taken_gives_a_receipt_and_arrives_once(bench: Bench, message: Message) -> None:
    assert bench.sender.send(message).provider_id
    assert bench.arrived() == [message.outreach_id]


def test_what_was_taken_is_found_again_under_the_same_id(bench: Bench) -> None:
    receipt = bench.sender.send(MAIL)
    found = bench.sender.find(MAIL.outreach_id)
    assert found is not None
    assert found.provider_id == receipt.provider_id


def test_what_was_never_sent_is_not_found(bench: Bench) -> None:
    assert bench.sender.find(MAIL.outreach_id) is None


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
@pytest.mark.parametrize("line", ["subject", "sender", "recipient"])
def test_a_line_break_in_the_envelope_is_refused_and_nothing_arrives(bench: Bench, line: str, line_break: str) -> None:
    with pytest.raises(SendRefused):
        bench.sender.send(replace(MAIL, **{line: f"hi{line_break}"}))  # type: ignore[arg-type]
    assert bench.arrived() == []


def test_only_a_wrong_address_is_refused_for_good(bench: Bench) -> None:
    refusals = [outcome_of(bench.sender, replace(MAIL, **{line: "a\nb"})) for line in ("recipient", "subject")]  # type: ignore[arg-type]
    assert [refusal.permanent for refusal in refusals if isinstance(refusal, SendRefused)] == [True, False]


def test_many_messages_have_one_outcome_each_in_their_order(bench: Bench) -> None:
    spoilt = replace(MAIL, outreach_id=3, subject="a\nb")
    outcomes = bench.sender.send_many([MAIL, spoilt, SMS])
    assert [type(outcome) for outcome in outcomes] == [Receipt, SendRefused, Receipt]
    assert bench.arrived() == [1, 2]


def test_many_may_be_none(bench: Bench) -> None:
    assert bench.sender.send_many([]) == []


class Broken(Shelf):
    def keep(self, messages: Sequence[Message]) -> None:
        super().keep(messages)
        raise ConnectionResetError("after it was written")


def test_whatever_goes_wrong_on_the_way_leaves_the_outcome_unknown() -> None:
    sender = Sandbox(Broken())
    assert isinstance(outcome_of(sender, MAIL), SendUnknown)
    spoilt = replace(MAIL, outreach_id=3, subject="a\nb")
    assert [type(outcome) for outcome in sender.send_many([MAIL, spoilt])] == [SendUnknown, SendRefused]
    assert sender.find(MAIL.outreach_id) is not None
