"""A channel that goes nowhere: what the demo, development and tests send with."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from channels.message import (
    Channel,
    DeliveryStatus,
    InboundMessage,
    Message,
    Outcome,
    Receipt,
    SendUnknown,
    refusal_of,
)

log = logging.getLogger(__name__)


class Drawer(Protocol):
    """Where a sandbox leaves what it is given."""

    def keep(self, messages: Sequence[Message]) -> None:
        """Keep all of the messages, or none and raise. One that is here already is counted once more."""
        ...

    def holds(self, outreach_id: int) -> bool:
        """Whether the message of this outreach was kept."""
        ...


class Sandbox:
    """A sender that keeps what it is given, at once and without losses."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        refusals = {message.outreach_id: refusal for message in messages if (refusal := refusal_of(message))}
        unknown = self._keep([message for message in messages if message.outreach_id not in refusals])
        return [refusals.get(m.outreach_id) or unknown or _receipt(m.outreach_id) for m in messages]

    def _keep(self, messages: Sequence[Message]) -> SendUnknown | None:
        try:
            self._drawer.keep(messages)
        except Exception as error:
            log.exception("the sandbox could not keep what it was given")
            return SendUnknown(f"{type(error).__name__} while keeping it")
        return None

    def find(self, message: Message, at: int) -> Receipt | None:
        return _receipt(message.outreach_id) if self._drawer.holds(message.outreach_id) else None


def _receipt(outreach_id: int) -> Receipt:
    return Receipt(provider_id=f"sandbox-{outreach_id}", status=DeliveryStatus.DELIVERED)


def write_reply(reply: InboundMessage) -> bytes:
    """The body in which the sandbox reports what a customer wrote; `read_reply` understands it."""
    words = {"id": reply.provider_id, "channel": reply.channel, "from": reply.sender, "text": reply.text}
    return json.dumps(words).encode()


def read_reply(raw_body: bytes, headers: Mapping[str, str]) -> InboundMessage:
    """What a customer wrote, out of the sandbox's own report of it. Raises ValueError when it is something else."""
    try:
        words = json.loads(raw_body)
        return InboundMessage(
            channel=Channel(words["channel"]),
            sender=str(words["from"]),
            text=str(words["text"]),
            provider_id=str(words["id"]),
        )
    except (KeyError, TypeError) as missing:
        raise ValueError(f"not a reply from the sandbox: {missing}") from missing
