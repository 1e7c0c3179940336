"""Links in messages: a signed token that stands for one outreach and says nothing about anybody.

32 characters, so that it fits an SMS. The number of the outreach is masked with its own signature (a synthetic
initialisation vector): two tokens in a row have nothing in common, and nobody can count our messages.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from enum import StrEnum

from outreach.settings import Settings

_SIGNATURE = 16  # bytes
_NUMBER = 8


class Purpose(StrEnum):
    """What a link is for, as it stands in its path; a token for one purpose is worth nothing for another."""

    CONTENT = "c"  # something useful
    SURVEY = "r"  # a question


class BadLink(Exception):
    """The token was not made by us, not for this purpose, or was changed on the way."""


def link(settings: Settings, purpose: Purpose, outreach_id: int) -> str:
    """The address that leads this outreach's customer to what it is about."""
    return f"{settings.public_base_url}/{purpose}/{seal(_key(settings, purpose), outreach_id)}"


def read_token(settings: Settings, purpose: Purpose, token: str) -> int:
    """The outreach a token stands for. Raises BadLink."""
    return unseal([_key(settings, purpose)], token)


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
