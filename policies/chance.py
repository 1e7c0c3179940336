"""Chance as a number drawn by a hash: the same keys draw the same number at every look, on every machine."""

from hashlib import blake2b


def draw(salt: str, purpose: str, *keys: object) -> float:
    """A number in [0, 1), uniform over keys. Each purpose (jitter, sampling, never-asked, ...) draws its own."""
    # The unit separator keeps ("ab", "c") and ("a", "bc") apart.
    text = "\x1f".join((salt, purpose, *map(str, keys)))
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 9007199254740992.0  # 53 bits: every value is an exact float
