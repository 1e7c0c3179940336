"""Calls as providers make them, signed as theirs are; each can be spoiled before it is made."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha1
from hmac import digest
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BASE = "https://ask.example.com"
ACCOUNT, TOKEN, SECRET = "AC" + "0" * 31 + "1", "token-of-today", "a-secret-of-24-letters-or-more"
FORM, LIST, MAIL = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=xYzZY"
STATUS, INBOUND, EVENTS, PARSE = (
    "/hooks/twilio/status/1",
    "/hooks/twilio/inbound",
    "/hooks/sendgrid/events",
    "/hooks/sendgrid/inbound",
)


@dataclass(frozen=True)
class Post:
    """One request, ready to be made."""

    path: str
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def but(self, **changed: Any) -> "Post":
        return replace(self, **changed)


@cache
def key(name: str = "today") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(name: str = "today") -> str:
    """The key as SendGrid shows it."""
    return b64encode(key(name).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def configured(**other: Any) -> dict[str, Any]:
    """The settings of an installation that knows all of them."""
    return {
        "public_base_url": BASE, "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN,
        "sendgrid_events_key": public(), "sendgrid_inbound_key": public(), **other,
    }  # fmt: skip


def twilio_signature(fields: Mapping[str, str], url: str, token: str = TOKEN) -> str:
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(digest(token.encode(), text.encode(), sha1)).decode()


def form(fields: Mapping[str, str], path: str, token: str = TOKEN, base: str = BASE) -> Post:
    signature = twilio_signature(fields, base + path, token)
    return Post(path, urlencode(fields).encode(), FORM, {"X-Twilio-Signature": signature})


def sid(number: int) -> str:
    return f"SM{number:032x}"


def status(word: str, outreach_id: int = 1, number: int = 1, **fields: str) -> Post:
    said = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "From": "+3197010200000", "MessageSid": sid(number),
        "MessageStatus": word, "SmsSid": sid(number), "SmsStatus": word, "To": "+31612345678", **fields,
    }  # fmt: skip
    return form(said, f"/hooks/twilio/status/{outreach_id}")


def sms_fields(text: str, number: int = 1, **fields: str) -> dict[str, str]:
    return {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": text, "From": "+31612345678", "FromCountry": "NL",
        "MessageSid": sid(number), "NumMedia": "0", "NumSegments": "1", "SmsMessageSid": sid(number),
        "SmsSid": sid(number), "SmsStatus": "received", "To": "+3197010200000", **fields,
    }  # fmt: skip


def sms(text: str, number: int = 1, **fields: str) -> Post:
    return form(sms_fields(text, number, **fields), INBOUND)


def signed(path: str, body: bytes, content_type: str, at: int | str, by: str = "today") -> Post:
    signature = key(by).sign(str(at).encode() + body, ec.ECDSA(SHA256()))
    name = "X-Twilio-Email-Event-Webhook"
    return Post(
        path, body, content_type, {f"{name}-Signature": b64encode(signature).decode(), f"{name}-Timestamp": str(at)}
    )


def event(word: str, outreach_id: int | None = 1, **fields: Any) -> dict[str, Any]:
    ours = {} if outreach_id is None else {"outreach_id": str(outreach_id)}
    return {
        "email": "K1@a.eu", "event": word, "timestamp": 1_750_000_000, "sg_event_id": "a" * 22,
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0", **ours, **fields,
    }  # fmt: skip


def events(*said: Any, at: int, by: str = "today") -> Post:
    """A batch as SendGrid writes it, with CRLF between the events and at the end."""
    body = "[" + ",\r\n".join(json.dumps(one, separators=(",", ":")) for one in said) + "]\r\n"
    return signed(EVENTS, body.encode(), LIST, at, by)


def mail(text: str, at: int, sender: str = "K1@a.eu", message_id: str = "<1@a.eu>", by: str = "today") -> Post:
    return signed(PARSE, mail_body(text, sender, message_id), MAIL, at, by)


def mail_body(text: str, sender: str = "K1@a.eu", message_id: str = "<1@a.eu>", more: str = "") -> bytes:
    raw = (
        f"From: Anna <{sender}>\r\nTo: reply@ask.example.com\r\nSubject: Re: One question\r\n"
        f"Message-ID: {message_id}\r\n{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    envelope = json.dumps({"to": ["reply+x@ask.example.com"], "from": sender})
    return multipart({"email": raw, "envelope": envelope, "SPF": "pass"})


def multipart(parts: Mapping[str, str]) -> bytes:
    written = (
        f'--xYzZY\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts.items()
    )
    return ("".join(written) + "--xYzZY--\r\n").encode()


def by_secret(secret: str = SECRET, text: str = "8") -> Post:
    return Post(f"{PARSE}/{secret}", mail_body(text), MAIL)
