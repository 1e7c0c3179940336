"""How often one caller may do something: so many at once, and then one each so many seconds.

Each process that serves pages counts for itself. In the database, every refused request would cost a write: a flood
would do the very harm that it is held back from.
"""

from collections import OrderedDict
from threading import Lock

MOST_KEYS = 10_000


class Throttle:
    """A bucket of `burst` tokens for every key, refilled by one each `seconds`. Who came least lately is forgotten."""

    def __init__(self, burst: int, seconds: float) -> None:
        self._burst, self._seconds = burst, seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: str, now: float) -> bool:
        """Take a token of this key at a moment (epoch seconds); False where none is left."""
        with self._lock:
            left, at = self._buckets.pop(key, (float(self._burst), now))
            left = min(self._burst, left + max(0.0, now - at) / self._seconds)
            self._buckets[key] = (left - 1 if left >= 1 else left, max(at, now))
            while len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
            return left >= 1
