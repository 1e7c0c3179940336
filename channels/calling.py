"""Calls to a provider: when it is certain that nothing came of one, how long to stay away, and many at once."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from traceback import walk_tb
from typing import Protocol, TypeVar

from channels.message import Outcome, Receipt, SendRefused, SendUnknown

REFUSING = frozenset({400, 401, 403, 404, 413, 429})
"""The HTTP statuses by which a provider says, for certain, that it did not take a message."""
TOO_MANY = 429

UNSAID_WAIT, LONGEST_WAIT = 60, 86_400  # seconds

Item = TypeVar("Item")
Said = TypeVar("Said")


class Headers(Protocol):
    """The headers of an answer, found by name in any case."""

    def get(self, name: str, /) -> str | None: ...


def outcome_of(call: Callable[[], Receipt]) -> Outcome:
    """What came of a call that gives a receipt, or raises: SendRefused, SendUnknown, or whatever went wrong on the way.

    It is a refusal only where the error shows that not a byte of the message was written.
    """
    try:
        return call()
    except (SendRefused, SendUnknown) as outcome:
        return outcome
    except Exception as error:
        if came_while_connecting(error):
            return SendRefused(f"no connection to the provider: {type(error).__name__}", permanent=False)
        return SendUnknown(f"{type(error).__name__} in the middle of the call")


def came_while_connecting(error: BaseException) -> bool:
    """Whether an error, or one it came from, was raised while a connection was being made.

    Looking up a name, connecting and the TLS handshake all happen below a function named `connect`, in `http.client` as
    in `urllib3`, and before anything is written. The types of the errors do not tell: both libraries raise the same one
    for a connection that was refused and for one that was reset in the middle of a message.
    """
    return any(frame.f_code.co_name == "connect" for link in _chain(error) for frame, _ in walk_tb(link.__traceback__))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in seen:
        yield link
        seen.append(link)
        link = link.__cause__ or link.__context__


def seconds_to_wait(headers: Headers) -> int:
    """How long the sender of this answer wants to be left alone, by its own clock; a minute where it does not say.

    `Retry-After` is a number of seconds or a moment, `X-RateLimit-Reset` a moment in epoch seconds.
    """
    try:
        seconds = _asked(headers)
    except (ValueError, OverflowError):
        seconds = UNSAID_WAIT
    return min(max(math.ceil(seconds), 1), LONGEST_WAIT)


def _asked(headers: Headers) -> float:
    after, reset = headers.get("Retry-After"), headers.get("X-RateLimit-Reset")
    if after:
        return int(after) if after.isdecimal() else _epoch(after) - _epoch(headers.get("Date"))
    return int(reset) - _epoch(headers.get("Date")) if reset else UNSAID_WAIT


def _epoch(date: str | None) -> float:
    return parsedate_to_datetime(date or "").timestamp()


class Pause:
    """A provider's wish to be left alone, shared by everyone who hands over the same messages."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self, seconds: float) -> None:
        self._until = max(self._until, time.monotonic() + seconds)

    def heed(self, outcome: Outcome) -> Outcome:
        """The outcome, after beginning the pause that it asks for."""
        if isinstance(outcome, SendRefused) and outcome.retry_after:
            self.begin(outcome.retry_after)
        return outcome

    def refusal(self) -> SendRefused | None:
        """What becomes of a message while the pause lasts: it is not handed over at all."""
        left = math.ceil(self._until - time.monotonic())
        if left <= 0:
            return None
        return SendRefused("the provider wants to be left alone", permanent=False, retry_after=left)


def at_once(call: Callable[[Item], Said], items: Sequence[Item], most: int) -> list[Said]:
    """What the call says of each item, in their order, with at most so many calls at the same time."""
    if not items:
        return []
    with ThreadPoolExecutor(min(most, len(items)), thread_name_prefix="channels") as pool:
        return list(pool.map(call, items))
