"""What Twilio calls us with: whether it comes from Twilio, and what it says.

Twilio signs the address it calls and the fields it sends, one after the other without anything between them, and no
moment. So text could move from a field to its neighbour, and an old call can be made again: fields have to have their
shape, and the same call has the same key.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs, parse_qsl

from channels.message import BadSignature, Channel, DeliveryUpdate, InboundMessage, OptOut
from channels.twilio_words import OBJECTIONS, status_of

Fields = dict[str, str]

MOST_FIELDS = 500

OPT_OUTS = {"STOP": OptOut.STOP, "START": OptOut.START, "HELP": OptOut.HELP}

_SHAPES = {
    "MessageSid": re.compile("(?:SM|MM)[0-9a-f]{32}"),
    "MessageStatus": re.compile("[A-Za-z_-]{1,40}"),
    "From": re.compile(r"(?:[a-z]+:)?\+?[0-9]{1,20}|[A-Za-z0-9 ]{1,11}"),
}


def verify(tokens: Sequence[str], url: str, body: bytes, signature: str) -> Fields:
    """The fields of a form that one of the account's tokens signed; none of a JSON body, which is signed by its hash.

    `url` is the address that Twilio was told to call, with its query: never what a request says about itself. Raises
    BadSignature, whatever is odd about the call.
    """
    if not url.isascii():
        raise BadSignature("the address is not plain ASCII")
    fields = _signed_fields(url, body)
    written = "".join(name + fields[name] for name in sorted(fields))
    expected = [_sign(token, address + written) for token in tokens for address in _with_and_without_port(url)]
    if not sum(hmac.compare_digest(one, signature.encode()) for one in expected):
        raise BadSignature("no token of the account gives this signature")
    return fields


def status_key(fields: Fields, account_sid: str) -> str:
    """What is the same each time a status of a message is reported. Raises BadSignature where it is not ours to hear,
    or not as Twilio writes it."""
    return " ".join(_shaped(fields, account_sid, "MessageSid", "MessageStatus"))


def inbound_key(fields: Fields, account_sid: str) -> str:
    """The same for a message that was written to us."""
    sid, _ = _shaped(fields, account_sid, "MessageSid", "From")
    return sid


def read_status(raw_body: bytes, headers: Mapping[str, str]) -> DeliveryUpdate:
    """How far a message got. Which of ours it is stands in the address Twilio called, and so in `headers` as
    `outreach_id`. Raises ValueError or KeyError when it is something else."""
    fields = form(raw_body)
    word, code = fields["MessageStatus"], fields.get("ErrorCode", "")
    return DeliveryUpdate(
        outreach_id=int(headers["outreach_id"]),
        status=status_of(word),
        word=word,
        provider_id=fields["MessageSid"],
        recipient=fields.get("To", ""),
        objection=OBJECTIONS.get(int(code)) if code.isdecimal() else None,
    )


def read_inbound(raw_body: bytes, headers: Mapping[str, str]) -> InboundMessage:
    """What somebody wrote to a number of ours. A picture without words is an [attachment]. Raises ValueError or
    KeyError when it is something else."""
    fields = form(raw_body)
    pictures = ["[attachment]"] * int(fields.get("NumMedia", "0"))
    return InboundMessage(
        channel=Channel.SMS,
        sender=fields["From"],
        text=fields.get("Body", "") or " ".join(pictures),
        provider_id=fields["MessageSid"],
        recipients=tuple(filter(None, [fields.get("To")])),
        opt_out=OPT_OUTS.get(fields.get("OptOutType", "")),
    )


def _signed_fields(url: str, body: bytes) -> Fields:
    promised = parse_qs(url.partition("?")[2]).get("bodySHA256")
    if promised is not None:
        if promised != [hashlib.sha256(body).hexdigest()]:
            raise BadSignature("the body is not the one that was signed")
        return {}
    try:
        return form(body)
    except ValueError as problem:
        raise BadSignature(str(problem)) from None


def form(body: bytes) -> Fields:
    """The fields of a form, each of which stands in it once. Raises ValueError."""
    if not body:
        return {}
    pairs = parse_qsl(
        body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FIELDS
    )
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field is repeated")
    return fields


def _sign(token: str, text: str) -> bytes:
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1))


def _with_and_without_port(url: str) -> Iterator[str]:
    """Twilio signs one or the other."""
    scheme, _, rest = url.partition("://")
    place, slash, more = rest.partition("/")
    host, _, port = place.rpartition(":")
    if not port.isdigit():
        host, port = place, "443" if scheme == "https" else "80"
    yield f"{scheme}://{host}{slash}{more}"
    yield f"{scheme}://{host}:{port}{slash}{more}"


def _shaped(fields: Fields, account_sid: str, *names: str) -> list[str]:
    if fields.get("AccountSid") != account_sid:
        raise BadSignature("it is about another account")
    for name in names:
        if not _SHAPES[name].fullmatch(fields.get(name, "")):
            raise BadSignature(f"{name} is not as Twilio writes it")
    return [fields[name] for name in names]
