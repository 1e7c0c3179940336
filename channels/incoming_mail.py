"""What a mail says that came to us: an answer in somebody's own words, or something a machine wrote."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from enum import StrEnum

from channels.message import Objection


class MailKind(StrEnum):
    """Who wrote it, and why."""

    REPLY = "reply"  # a person
    AUTOMATIC = "automatic"  # a machine, in a person's name
    BOUNCE = "bounce"  # a mail server, about a mail that did not arrive
    COMPLAINT = "complaint"  # a mailbox provider, about a mail that was called spam
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Failed:
    """An address that a mail could not reach, or that wants none."""

    address: str
    objection: Objection


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail. `reply` is what its writer added to what they quoted."""

    kind: MailKind
    reply: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    failed: tuple[Failed, ...] = ()


def read(raw: bytes) -> IncomingMail:
    """Read a mail as it came."""
    mail = message_from_bytes(raw, policy=policy.default)
    failed = tuple(_failed(mail))
    kind = MailKind.BOUNCE if failed else MailKind.AUTOMATIC if _is_automatic(mail) else MailKind.REPLY
    return IncomingMail(
        kind=kind,
        reply=_reply(mail),
        sender=next(iter(_addresses(mail, "from")), ""),
        recipients=tuple(_addresses(mail, "to", "cc")),
        subject=str(mail.get("subject", "")),
        message_id=str(mail.get("message-id", "")).strip(),
        failed=failed,
    )


def _addresses(mail: EmailMessage, *names: str) -> list[str]:
    written = [str(value) for name in names for value in mail.get_all(name, [])]
    return [address for _, address in getaddresses(written) if address]


def _is_automatic(mail: EmailMessage) -> bool:
    return str(mail.get("auto-submitted", "no")).strip().lower() != "no" or mail.get("return-path") == "<>"


def _failed(mail: EmailMessage) -> list[Failed]:
    reports = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    found = []
    for block in (block for report in reports for block in report.iter_parts()):
        address = str(block.get("final-recipient", "")).partition(";")[2].strip()
        if address and str(block.get("action", "")).strip().lower() == "failed":
            hard = str(block.get("status", "")).strip().startswith("5")
            found.append(Failed(address, Objection.BOUNCED if hard else Objection.BOUNCED_SOFTLY))
    return found


def _reply(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    text = str(body.get_content()) if body else ""
    if body and body.get_content_subtype() == "html":
        text = re.sub(r"<[^>]*>", " ", text)
    return "\n".join(line for line in text.splitlines() if not line.startswith(">")).strip()
