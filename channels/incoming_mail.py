"""Read a raw mail that comes back: what it is, what its sender wrote, or whom a mail of ours did not reach."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from channels import mail_origin
from channels.mail_bounces import FailedRecipient, failures
from channels.mail_parts import Mail, addresses_in, in_words, parsed
from channels.mail_replies import own_words
from channels.mail_words import REPLY_ABOVE
from channels.message import Objection

__all__ = ["REPLY_ABOVE", "FailedRecipient", "IncomingMail", "MailKind", "read"]


class MailKind(StrEnum):
    """What a mail is. Only a reply may be an answer; nothing else is ever answered."""

    REPLY = "reply"  # a person wrote it
    AUTOMATIC = "automatic"  # a machine wrote it: away, received, read; or it went in a circle
    BOUNCE = "bounce"  # one of ours did not arrive, or not yet
    COMPLAINT = "complaint"  # one of ours was called spam
    OTHER = "other"  # from a mailing list, or no mail at all


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail, read. Nothing in it is proven: anybody can write such a mail.

    `reply` is what a person wrote, without quotes and signature, or their subject where that is all, or empty; `text`
    is all that the mail says, whoever wrote it. `sender` is an address, or empty; `recipients` are those it may have
    gone to. `references` are the Message-IDs of mails it answers or returns, the nearest first. `failed` names whom a
    bounce or complaint is about; `returned` is the header of the mail that such a one sends back, among other text
    where the two are not set apart.
    """

    kind: MailKind
    reply: str
    text: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    references: tuple[str, ...]
    failed: tuple[FailedRecipient, ...] = ()
    returned: str = ""

    @property
    def in_reply_to(self) -> str:
        """The Message-ID of the mail it answers or returns, or empty."""
        return next(iter(self.references), "")


def read(raw: bytes, ours: Collection[str] = ()) -> IncomingMail:
    """Read a mail as it came. Never raises, whatever the bytes.

    `ours` are our own addresses: a mail from one of them, or from one with a tag after a plus, is ours, in a circle.
    """
    mail = parsed(raw)
    kind, failed = _kind(mail, ours)
    return IncomingMail(
        kind=kind,
        reply=own_words(mail.text) or _said_in_subject(mail) if kind is MailKind.REPLY else "",
        text=mail.text.strip(),
        sender=mail.sender,
        recipients=_addresses(mail, *_ARRIVALS),
        subject=in_words(mail.line("subject")),
        message_id=next(iter(_ids(mail, "message-id")), ""),
        references=_references(mail),
        failed=failed,
        returned=mail.returned or mail.text if kind in (MailKind.BOUNCE, MailKind.COMPLAINT) else "",
    )


def _kind(mail: Mail, ours: Collection[str]) -> tuple[MailKind, tuple[FailedRecipient, ...]]:
    if complaint := _COMPLAINT.search(mail.feedback):
        return MailKind.COMPLAINT, _complained(mail, complaint[1].lower())
    if mail.feedback:
        return MailKind.AUTOMATIC, ()
    if mail_origin.is_a_mail_server(mail) and (failed := failures(mail)):
        return MailKind.BOUNCE, failed
    if mail_origin.is_a_machine(mail) or mail_origin.is_a_circle(mail, ours):
        return MailKind.AUTOMATIC, ()
    if mail_origin.is_a_list(mail) or _ANY_OF_A_MAIL.isdisjoint(mail.header):
        return MailKind.OTHER, ()
    return MailKind.REPLY, ()


def _complained(mail: Mail, kind: str) -> tuple[FailedRecipient, ...]:
    told = _COMPLAINED.search(mail.feedback) or _TO.search(mail.returned)
    objection = Objection.UNSUBSCRIBED if kind.startswith("opt-out") else Objection.COMPLAINED
    return tuple(FailedRecipient(address, objection) for address in addresses_in(told[1] if told else ""))


def _addresses(mail: Mail, *names: str) -> tuple[str, ...]:
    lines = (line for name in names for line in mail.header.get(name, ()))
    return tuple(dict.fromkeys(address for line in lines for address in addresses_in(line)))


def _said_in_subject(mail: Mail) -> str:
    """What a mail without words may say in its subject: "STOP". That of an answer is ours."""
    subject = in_words(mail.line("subject")).strip()
    return "" if _references(mail) or _ANSWERING.match(subject) else subject


def _ids(mail: Mail, name: str) -> list[str]:
    return _ID.findall(" ".join(mail.header.get(name, ())))


def _references(mail: Mail) -> tuple[str, ...]:
    thread = [*_ids(mail, "in-reply-to"), *reversed(_ids(mail, "references"))]
    return tuple(dict.fromkeys([*thread, *_RETURNED_ID.findall(mail.returned or mail.text)]))


_ARRIVALS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "resent-to")
_ANY_OF_A_MAIL = frozenset(("from", "to", "subject", "date", "message-id"))

_COMPLAINT = re.compile(r"^Feedback-Type:\s*(?!auth-failure|not-spam|virus)([\w-]+)", re.MULTILINE | re.IGNORECASE)
_COMPLAINED = re.compile(r"^(?:Original-Rcpt-To|Removal-Recipient):(.*)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(r"^To:(.*)", re.MULTILINE | re.IGNORECASE)

_ANSWERING = re.compile(r"(?:re|aw|antw|sv|tr|r|fw|fwd|wg|betr)\s*(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{1,500}>")
_RETURNED_ID = re.compile(rf"^Message-ID:\s*({_ID.pattern})", re.MULTILINE | re.IGNORECASE)
