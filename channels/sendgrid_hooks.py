"""What SendGrid calls us with about mail we sent, and what it says.

The same event comes again for a day, under another id of its own and with another signature: an event is known by what
it says.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from channels.message import BadSignature, DeliveryStatus, DeliveryUpdate, Objection

_BOUNCED = (DeliveryStatus.UNDELIVERED, Objection.BOUNCED)
_BLOCKED = (DeliveryStatus.UNDELIVERED, Objection.BOUNCED_SOFTLY)
EVENTS: Mapping[tuple[str, str], tuple[DeliveryStatus, Objection | None]] = {
    ("processed", ""): (DeliveryStatus.QUEUED, None),
    ("deferred", ""): (DeliveryStatus.SENDING, None),
    ("delivered", ""): (DeliveryStatus.DELIVERED, None),
    ("bounce", ""): _BOUNCED,
    ("bounce", "blocked"): _BLOCKED,
    ("bounce", "expired"): _BLOCKED,
    ("dropped", ""): (DeliveryStatus.FAILED, None),
    ("dropped", "bounced address"): (DeliveryStatus.FAILED, Objection.BOUNCED),
    ("dropped", "invalid"): (DeliveryStatus.FAILED, Objection.BOUNCED),
    ("dropped", "spam reporting address"): (DeliveryStatus.FAILED, Objection.COMPLAINED),
    ("dropped", "unsubscribed address"): (DeliveryStatus.FAILED, Objection.UNSUBSCRIBED),
    ("spamreport", ""): (DeliveryStatus.DELIVERED, Objection.COMPLAINED),
    ("unsubscribe", ""): (DeliveryStatus.DELIVERED, Objection.UNSUBSCRIBED),
    ("group_unsubscribe", ""): (DeliveryStatus.DELIVERED, Objection.UNSUBSCRIBED),
}
"""By SendGrid's own word and what it adds: the type of a bounce, the reason of a drop; "" stands for anything else."""
_ADDS = {"bounce": "type", "dropped": "reason"}
NOT_FOR_US = {"open", "click", "group_resubscribe"}
"""Looking is no answer, mail filters look as well; and an opt-out that we know of is taken back with us."""

_NEXT_EVENT = re.compile(r"\}\s*,\s*\{")
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def split(body: bytes) -> list[tuple[str, bytes]]:
    """The events of one call, each with its key and as it came. What cannot be read is among them, as it came; what
    comes after it is found again. Raises BadSignature when it is no list of events at all."""
    text = body.decode("utf-8", "surrogateescape").strip()
    if not text.startswith("["):
        raise BadSignature("not a list of events")
    return [(_key(event, raw), raw) for event, raw in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[Any, bytes]]:
    at, end = 1, len(text) - text.endswith("]")
    while (at := _BETWEEN.match(text, at, end).end()) < end:  # type: ignore[union-attr]  # it may match nothing
        try:
            event, stop = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            further = _NEXT_EVENT.search(text, at, end)
            event, stop = None, further.start() + 1 if further else end
        yield event, text[at:stop].encode("utf-8", "surrogateescape")
        at = stop


def _key(event: Any, raw: bytes) -> str:
    if not isinstance(event, dict) or not event.get("event"):
        return hashlib.sha256(raw).hexdigest()
    message = event.get("sg_message_id") or event.get("smtp-id")
    said = [event.get("email"), event["event"], event.get("timestamp"), message, event.get("url"), event.get("reason")]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_event(raw: bytes, headers: Mapping[str, str]) -> DeliveryUpdate | None:
    """What one event says; None where that is nothing for us. Raises ValueError when it is no event."""
    event = json.loads(raw.decode("utf-8", "replace"))
    word = event.get("event") if isinstance(event, dict) else None
    if not isinstance(word, str):
        raise ValueError("not an event of SendGrid")
    if word in NOT_FOR_US:
        return None
    adds = str(event.get(_ADDS.get(word, ""), "")).strip().casefold()
    unknown = (DeliveryStatus.UNKNOWN, None)
    status, objection = EVENTS.get((word, adds)) or EVENTS.get((word, ""), unknown)
    return DeliveryUpdate(
        outreach_id=_ours(event.get("outreach_id")),
        status=status,
        word=word,
        provider_id=str(event.get("sg_message_id", "")).partition(".")[0],
        recipient=str(event.get("email", "")),
        objection=objection,
    )


def _ours(custom_arg: object) -> int | None:
    """Our id, as it went out with the message; None where another system sent it."""
    said = str(custom_arg)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 18 else None
