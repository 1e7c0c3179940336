"""Mail that SendGrid took in for us and passes on as a form: as it came, in the field `email`, or taken apart."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from email import message_from_bytes
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import TYPE_CHECKING

from channels.message import Channel, DeliveryStatus, DeliveryUpdate, InboundMessage, Objection, is_control

if TYPE_CHECKING:
    from channels.incoming_mail import IncomingMail

HEADERS_WITHIN = 256 * 1024  # bytes of a call in which the headers of its mail begin
SAME_MAIL = 32
"""So many characters of a key stand for the mail's own id, the others for the call that brought it."""

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)


def key(raw_body: bytes) -> str:
    """What is the same each time this call is made. Other calls about the same mail begin with the same characters."""
    found = _MESSAGE_ID.search(raw_body, 0, HEADERS_WITHIN)
    mail = hashlib.sha256(found[1]).hexdigest()[:SAME_MAIL] if found else "0" * SAME_MAIL
    return mail + hashlib.sha256(raw_body).hexdigest()


def read(raw_body: bytes, headers: Mapping[str, str], ours: Collection[str] = ()) -> InboundMessage:
    """What one call brought, a multipart/form-data body with its `content-type`. `ours` are our own addresses: nobody
    answers from one of them. Raises ValueError or KeyError when it is something else."""
    parts = _parts(headers["content-type"], raw_body)
    envelope = json.loads(_text(parts, "envelope") or "{}")
    raw = _bytes(parts["email"]) if "email" in parts else _put_together(parts)
    return _told(_read_mail(_with_return_path(raw, envelope.get("from")), ours), envelope.get("to") or ())


def _read_mail(raw: bytes, ours: Collection[str]) -> "IncomingMail":
    from channels import incoming_mail  # what reads mail is large, and only this needs it

    return incoming_mail.read(raw, ours)


def _told(mail: "IncomingMail", envelope_to: Collection[object]) -> InboundMessage:
    return InboundMessage(
        channel=Channel.EMAIL,
        sender=mail.sender,
        text=mail.reply if mail.kind == "reply" else mail.text,
        provider_id=mail.message_id,
        recipients=tuple(dict.fromkeys((*map(str, envelope_to), *mail.recipients))),
        references=mail.references,
        automatic=mail.kind != "reply",
        report=_report(mail),
        returned=mail.returned,
    )


def _report(mail: "IncomingMail") -> DeliveryUpdate | None:
    """What it says became of a mail; each of ours went to one address. Whom a complaint is from may be left out."""
    failed = next(iter(mail.failed), None)
    if mail.kind == "complaint":
        who, why = (failed.address, failed.objection) if failed else ("", Objection.COMPLAINED)
        return DeliveryUpdate(None, DeliveryStatus.DELIVERED, mail.kind, recipient=who, objection=why)
    if failed is None:
        return None
    undelivered = DeliveryStatus.UNDELIVERED
    return DeliveryUpdate(None, undelivered, mail.kind, recipient=failed.address, objection=failed.objection)


def _parts(content_type: str, body: bytes) -> dict[str, Message]:
    form = message_from_bytes(b"Content-Type: " + content_type.encode("ascii", "replace") + b"\r\n\r\n" + body)
    if not form.is_multipart():
        raise ValueError("not a form with parts")
    parts = [part for part in form.get_payload() if isinstance(part, Message)]
    return {str(part.get_param("name", header="content-disposition")): part for part in parts}


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(parts: Mapping[str, Message], name: str) -> str:
    """A field as text, in the charset that SendGrid names for it."""
    if name not in parts:
        return ""
    charset = "utf-8" if name in ("charsets", "envelope") else json.loads(_text(parts, "charsets") or "{}").get(name)
    raw = _bytes(parts[name])
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _put_together(parts: Mapping[str, Message]) -> bytes:
    """The mail as it may have been: its headers, its text, and the reports among its attachments."""
    original = message_from_bytes(_bytes(parts["headers"]))
    mail = MIMEMultipart("report" if original.get_content_subtype() == "report" else "mixed")
    for name, value in original.items():
        if not name.lower().startswith(("content-", "mime-version")):
            mail[name] = value
    plain = _text(parts, "text")
    mail.attach(MIMEText(plain or _text(parts, "html"), "plain" if plain else "html", "utf-8"))
    for part in parts.values():
        if part.get_content_maintype() == "message":
            mail.attach(part)
    return mail.as_bytes()


def _with_return_path(raw: bytes, sender: object) -> bytes:
    """The mail with the sender of its envelope, which tells a report from a letter."""
    if not isinstance(sender, str) or not sender.isascii() or any(map(is_control, sender)):
        return raw
    return f"Return-Path: <{sender}>\r\n".encode() + raw.lstrip()
