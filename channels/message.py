"""The words every channel shares: what is carried, what comes back, and what can go wrong."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """The ways to a customer."""

    EMAIL = "email"
    SMS = "sms"


class DeliveryStatus(StrEnum):
    """How far a provider got with a message that it took. Each provider's file translates its own words into these."""

    QUEUED = "queued"  # taken, nothing done yet
    SENDING = "sending"  # on its way out of the provider
    SENT = "sent"  # handed to the carrier or the other mail server
    DELIVERED = "delivered"  # confirmed by the other side
    UNDELIVERED = "undelivered"  # refused by the carrier or the other mail server
    FAILED = "failed"  # given up by the provider
    UNKNOWN = "unknown"  # a word we do not know; kept as it came

    @property
    def rank(self) -> int:
        """Reports arrive in any order: one of a lower rank than what is known already changes nothing."""
        return _RANKS[self]


_RANKS = {
    DeliveryStatus.UNKNOWN: 0,
    DeliveryStatus.QUEUED: 1,
    DeliveryStatus.SENDING: 2,
    DeliveryStatus.SENT: 3,
    DeliveryStatus.DELIVERED: 4,
    DeliveryStatus.UNDELIVERED: 4,
    DeliveryStatus.FAILED: 4,
}


@dataclass(frozen=True, slots=True)
class Message:
    """One outreach, ready to be handed over: every text is final.

    `sender` is the name the customer sees; `recipient` an e-mail address or a phone number in E.164. An SMS has no
    subject and no HTML. `link` is the address in the text that leads to our own pages, or empty. `language` (BCP 47) is
    that of the text; only an e-mail has a `reply_to` and further `headers`. `personal` are the texts in it that are
    this customer's own: what is left without them may be the same as in others' messages, and be handed over once.
    """

    outreach_id: int
    channel: Channel
    sender: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    link: str = ""
    language: str = "en"
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider has the message, under this id of its own."""

    provider_id: str
    status: DeliveryStatus = DeliveryStatus.QUEUED


class Objection(StrEnum):
    """Why an address should get nothing more, as a provider tells it."""

    BOUNCED = "bounced"  # nobody is there
    BOUNCED_SOFTLY = "bounced_softly"  # not now: a full mailbox, a server that is away
    COMPLAINED = "complained"  # called it spam
    UNSUBSCRIBED = "unsubscribed"  # said so to the provider, or in their mail program
    KEYWORD = "keyword"  # the word STOP to the number we send from, and nothing else is known


@dataclass(frozen=True, slots=True)
class DeliveryUpdate:
    """What a provider reported later about a message; `word` is its own word for `status`.

    `outreach_id` is None where the report does not name our message. `recipient` is the address it is about, or empty.
    """

    outreach_id: int | None
    status: DeliveryStatus
    word: str
    provider_id: str = ""
    recipient: str = ""
    objection: Objection | None = None


class OptOut(StrEnum):
    """What a provider's own keyword handling made of an incoming message, before we saw it."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """Something that was written to us, from the address `sender`; `provider_id` is the same each time it is delivered.

    `text` is what the sender wrote, without what they quoted. `recipients` are the addresses it may have gone to, the
    likeliest first; `references` the ids of mails it answers, the nearest first. Nothing of this is proven. An
    `automatic` one was written by a machine: it is never an answer, and never answered. A mail may tell what became of
    one of ours, as its `report` says; `returned` is what it shows of that one.
    """

    channel: Channel
    sender: str
    text: str
    provider_id: str
    recipients: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    automatic: bool = False
    opt_out: OptOut | None = None
    report: DeliveryUpdate | None = None
    returned: str = ""


Incoming = DeliveryUpdate | InboundMessage


class SendRefused(Exception):
    """The provider did not take the message, for certain: nothing reached the customer.

    When `permanent`, every other message to the same address would be refused as well, `objection` says why if it is
    known. `retry_after` (seconds) is how long the provider wants to be left alone, for any message.
    """

    def __init__(
        self, reason: str, *, permanent: bool, objection: Objection | None = None, retry_after: int = 0
    ) -> None:
        super().__init__(reason)
        self.permanent, self.objection, self.retry_after = permanent, objection, retry_after


class SendUnknown(Exception):
    """Nobody can say whether the provider took the message. It counts as sent and is never sent again."""


class NotListed(Exception):
    """A provider's own list could not be read to its end. What it gave so far is right; ask again later, and not before
    `retry_after` (seconds) where it asked for that."""

    def __init__(self, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class BadSignature(Exception):
    """What came in cannot be shown to come from the provider; it must have no effect."""


Outcome = Receipt | SendRefused | SendUnknown


class Sender(Protocol):
    """What every channel's sender can do; `tests/channels/test_senders.py` holds each of them to it."""

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        """Hand over each of the messages once, never trying again; one outcome a message, in their order. Never raises.

        What may have happened after the message was on its way is SendUnknown: a refusal must be certain.
        """
        ...

    def find(self, message: Message, at: int) -> Receipt | None:
        """Evidence that the provider has this message, handed over about `at` (epoch seconds); None is no evidence
        that it has not. Never raises."""
        ...


def refusal_of(message: Message) -> SendRefused | None:
    """Why no sender may pass this message on: a line of its envelope holds a line break or another control character.

    The texts were checked when they were saved, but providers turn such characters into headers of their own.
    """
    lines = {name: getattr(message, name) for name in ("sender", "recipient", "subject", "reply_to")}
    for name, line in {**lines, **{f"header {name}": name + text for name, text in message.headers.items()}}.items():
        if any(is_control(character) for character in line):
            return SendRefused(f"the {name} holds a control character", permanent=name == "recipient")
    return None


def is_control(character: str) -> bool:
    """Control characters, and the separators that end a line or a paragraph."""
    return unicodedata.category(character) in {"Cc", "Zl", "Zp"}
