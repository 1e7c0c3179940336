"""What SendGrid calls us with about mail we sent: whether it comes from SendGrid, and what it says.

It signs the moment and the raw body, one after the other without anything between them. The same event comes again for
a day, under another id of its own and with another signature: an event is known by what it says.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from channels.message import BadSignature, DeliveryStatus, DeliveryUpdate, Objection

FRESH_SECONDS = 26 * 3_600  # it tries for 24 hours, and each moment of them may carry an opt-out

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

_TIMESTAMP = re.compile("[0-9]{10}")
_NEXT_EVENT = re.compile(r"\}\s*,\s*\{")
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def verify(keys: Sequence[str], signature: str, timestamp: str, body: bytes, now: int) -> None:
    """Raises BadSignature unless one of the keys (base64 of their DER, as SendGrid shows them) signed this body lately.

    `signature` and `timestamp` stand in headers; `now` is in epoch seconds.
    """
    if not _TIMESTAMP.fullmatch(timestamp):  # a digit more or less could come from the body, or go there
        raise BadSignature("the timestamp is not ten digits")
    if abs(now - int(timestamp)) > FRESH_SECONDS:
        raise BadSignature("it was signed too long ago, or our clock is wrong")
    signed = hashlib.sha256(timestamp.encode())
    signed.update(body)
    if not any(_signed_by(key, signature, signed.digest()) for key in keys):
        raise BadSignature("no key gives this signature")


def _signed_by(key: str, signature: str, digest: bytes) -> bool:
    try:
        _loaded(key).verify(base64.b64decode(signature, validate=True), digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


@lru_cache(maxsize=16)
def _loaded(key: str) -> ec.EllipticCurvePublicKey:
    loaded = load_der_public_key(base64.b64decode(key, validate=True))
    if not isinstance(loaded, ec.EllipticCurvePublicKey):
        raise ValueError("not a key of an elliptic curve")
    return loaded


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
