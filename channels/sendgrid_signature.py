"""Whether a call comes from SendGrid.

It signs the moment and the raw body, one after the other without anything between them.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from channels.message import BadSignature

FRESH_SECONDS = 26 * 3_600  # it tries for 24 hours, and each moment of them may carry an opt-out

_TIMESTAMP = re.compile("[0-9]{10}")


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
