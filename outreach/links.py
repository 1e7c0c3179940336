"""Links in messages: a signed token that stands for one outreach and says nothing about anybody. So does the tag in the
address that an e-mail is answered to.

32 characters, so that it fits an SMS. The number of the outreach is masked with its own signature (a synthetic
initialisation vector): two tokens in a row have nothing in common, and nobody can count our messages.
"""

import hashlib
import hmac
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from enum import StrEnum

from outreach.settings import Settings

_SIGNATURE = 16  # bytes
_NUMBER = 8


class Purpose(StrEnum):
    """What a link is for, as it stands in its path; a token for one purpose is worth nothing for another."""

    CONTENT = "c"  # something useful
    SURVEY = "r"  # a question
    UNSUBSCRIBE = "u"  # an end to all of it
    PREFERENCES = "p"  # what the customer wants of it; and what is kept about them
    REPLY = "reply"  # no path: the tag of a reply address


class BadLink(Exception):
    """The token was not made by us, not for this purpose, or was changed on the way."""


class Links:
    """Makes the addresses of many outreaches; the keys are asked for once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys = {purpose: _key(settings, purpose) for purpose in Purpose}
        self._local, _, self._domain = settings.reply_address.rpartition("@")

    def to(self, purpose: Purpose, outreach_id: int) -> str:
        """The address that leads this outreach's customer to what it is about."""
        return f"{self._settings.public_base_url}/{purpose}/{seal(self._keys[purpose], outreach_id)}"

    def reply_to(self, outreach_id: int) -> str:
        """The address at which an answer to this outreach arrives; empty where none is set. In small letters and
        digits only: some mail servers forget capitals."""
        if not self._domain:
            return ""
        sealed = urlsafe_b64decode(seal(self._keys[Purpose.REPLY], outreach_id))
        return f"{self._local}+{_tag(sealed)}@{self._domain}"


def link(settings: Settings, purpose: Purpose, outreach_id: int) -> str:
    """The address that leads this outreach's customer to what it is about."""
    return Links(settings).to(purpose, outreach_id)


def read_token(settings: Settings, purpose: Purpose, token: str) -> int:
    """The outreach a token stands for. Raises BadLink."""
    return unseal([_key(settings, purpose)], token)


def read_reply_tag(settings: Settings, address: str) -> int:
    """The outreach that was answered, by the address that the answer went to. Raises BadLink."""
    tag = address.rpartition("@")[0].rpartition("+")[2]
    try:
        sealed = b32decode(f"{tag}{'=' * (-len(tag) % 8)}", casefold=True)
    except ValueError as broken:
        raise BadLink("not a tag") from broken
    if _tag(sealed) != tag.lower():
        raise BadLink("another spelling of a tag")
    return unseal([_key(settings, Purpose.REPLY)], urlsafe_b64encode(sealed).decode())


def _tag(sealed: bytes) -> str:
    return b32encode(sealed).decode().rstrip("=").lower()


def seal(key: bytes, number: int) -> str:
    """A token for a number from 0 to 2**63 - 1."""
    plain = number.to_bytes(_NUMBER)
    signature = _sign(key, plain)
    return urlsafe_b64encode(signature + _mask(key, signature, plain)).decode()


def unseal(keys: Sequence[bytes], token: str) -> int:
    """The number in a token made with one of the keys: the one in use, and those before it. Raises BadLink."""
    try:
        sealed = urlsafe_b64decode(token.encode("ascii"))
    except ValueError as broken:
        raise BadLink("not a token") from broken
    signature, masked = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
    for key in keys:
        plain = _mask(key, signature, masked)
        if hmac.compare_digest(signature, _sign(key, plain)) and seal(key, int.from_bytes(plain)) == token:
            return int.from_bytes(plain)
    raise BadLink("not a token of ours")


def _key(settings: Settings, purpose: Purpose) -> bytes:
    return settings.key(f"links/{purpose}")


def _sign(key: bytes, plain: bytes) -> bytes:
    return hmac.digest(key, b"number" + plain, hashlib.sha256)[:_SIGNATURE]


def _mask(key: bytes, signature: bytes, number: bytes) -> bytes:
    stream = hmac.digest(key, b"mask" + signature, hashlib.sha256)
    return bytes(byte ^ mask for byte, mask in zip(number, stream, strict=False))
