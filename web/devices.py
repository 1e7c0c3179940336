"""The two devices of the sandbox, filled with one customer's messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from channels.message import Channel
from outreach import sandbox
from outreach.reports.customers import Person, person
from outreach.runtime import Runtime
from outreach.sandbox import Line


@dataclass(frozen=True, slots=True)
class Item:
    """A message on a device. `token` stands for the content or the question it brought, if any; `open` is the one to
    answer."""

    line: Line
    token: str
    open: bool

    @property
    def from_customer(self) -> bool:
        return self.line.kind == "reply"

    @property
    def asks(self) -> bool:
        return self.line.kind in ("ask", "reminder")


@dataclass(frozen=True, slots=True)
class Devices:
    """`phone` oldest first, as phones show it; `mailbox` newest first, as mailboxes do. `here` are the channels that
    stay in the sandbox: on the others nobody but the customer answers."""

    person: Person
    phone: tuple[Item, ...]
    mailbox: tuple[Item, ...]
    here: frozenset[str]

    @classmethod
    def of(cls, runtime: Runtime, external_id: str) -> Self | None:
        """The devices of a customer; None when nobody has this id."""
        with runtime.reading() as session:
            who = person(session, external_id)
            if who is None:
                return None
            lines = sandbox.thread(session, who.external_id)
        asks = [line for line in lines if line.kind in ("ask", "reminder")]
        last = asks[-1] if asks else None  # what is written on either device belongs to it
        here = frozenset(channel for channel in Channel if sandbox.keeps(runtime, channel))
        return cls(who, _items(lines, Channel.SMS, last), _items(lines, Channel.EMAIL, last)[::-1], here)


def _items(lines: Sequence[Line], channel: Channel, last: Line | None) -> tuple[Item, ...]:
    here = [line for line in lines if line.channel == channel]
    return tuple(Item(line, urlsplit(line.link).path.rpartition("/")[2], line is last) for line in here)
