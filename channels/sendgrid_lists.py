"""SendGrid's lists of those it sends nothing more to: what stands on one, as it was listed."""

import hashlib
import json
from collections.abc import Mapping

from channels.message import DeliveryStatus, DeliveryUpdate, Objection

LISTS = {
    "bounces": Objection.BOUNCED,
    "invalid_emails": Objection.BOUNCED,
    "spam_reports": Objection.COMPLAINED,
    "unsubscribes": Objection.UNSUBSCRIBED,
}
"""What standing on each of them means. Not among them are the blocks: SendGrid goes on sending there, and each was an
event, which would count a second time."""


def key(name: str, raw: bytes) -> str:
    """What is the same each time this entry of a list is read. Raises ValueError when it is none."""
    entry = json.loads(raw)
    said = [name, entry.get("email"), entry.get("created")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def read(raw: bytes, headers: Mapping[str, str]) -> DeliveryUpdate:
    """What an entry says; which list it stood on is in `headers` as `list`. Raises ValueError or KeyError when it is
    something else."""
    name = headers["list"]
    address = json.loads(raw)["email"]
    return DeliveryUpdate(None, DeliveryStatus.UNKNOWN, name, recipient=str(address), objection=LISTS[name])
