"""Playing a history through the product itself, under a moved clock.

The organisation's side (intake, rhythms, looks, deliveries, everything the clock does) works at full hours of UTC:
whatever is due is done at the first full hour that is not before it. Customers act at their own second. Time jumps from
one moment at which something is due to the next; in between nothing happens, so nothing is missed. At one full hour:

1. customers act whose moment has come, in order of time, then of external id;
2. customers come in, then contacts, each in order of time, then as they were given;
3. rhythms open for customers who came in; the clock works until nothing is due, looks before deliveries. Once a week
   it tidies first (expiry, use rates), which changes nothing about who is written to when. What is to be said back to
   customers who acted goes out then, too;
4. customers find what was handed over; what they will do with it is settled then (`respondents`).
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel
from outreach import rhythms, sandbox, uses
from outreach.clock import Clock
from outreach.intake import Batch, receive_contacts, receive_customers
from outreach.lifecycle import TALK, IntentState, OutreachState
from outreach.receipts import Receipts, Result
from outreach.rehearsal.history import Arrival, History
from outreach.rehearsal.respondents import Deed, Respondents
from outreach.rehearsal.sayings import say
from outreach.runtime import Runtime
from outreach.tables import Customer, Intent, Outreach, Reply, SandboxMessage

HOUR, DAY, WEEK = 3_600, 86_400, 604_800
SOURCE = "import"  # as if the files were imported, so that the same draws fall


class Doing(NamedTuple):
    """What a customer does with one message: when, who (external id), with which of their messages of that class."""

    at: int
    customer: str
    kind: str
    number: int
    channel: str
    sent_at: int
    deed: Deed
    score: int | None
    text: str
    outreach_id: int


@dataclass
class Played:
    """What came of it: everything customers did with what is in the ledger, in order of time, and how many rows the
    door let in and refused."""

    doings: list[Doing] = field(default_factory=list)
    customers: int = 0
    contacts: int = 0
    refused: int = 0


def full_hour(at: int) -> int:
    """The first full hour of UTC that is not before `at`."""
    return -(-at // HOUR) * HOUR


@dataclass
class MovedClock:
    """The clock of a rehearsal: it stands still until it is moved (epoch seconds).

    `works` gives the first moment, not before another one, at which the organisation's side is at work.
    """

    at: int
    works: Callable[[int], int] = full_hour

    def __call__(self) -> int:
        return self.at


class Play:
    """One history, played once. `runtime.now` has to be `time`, and its senders the sandbox."""

    def __init__(self, runtime: Runtime, time: MovedClock, history: History, respondents: Respondents) -> None:
        self._runtime, self._time, self._respondents = runtime, time, respondents
        self._customers, self._contacts = _Queue(history.customers), _Queue(history.contacts)
        self._customer_batch, self._contact_batch = Batch(SOURCE), Batch(SOURCE)
        self._clock = Clock(runtime)
        self._coming: list[Doing] = []
        self._got: Counter[tuple[str, str]] = Counter()
        self._last_message = self._tidied_at = 0
        self._played = Played()

    def run(self, until: int, progress: Callable[[int], None] = lambda at: None) -> Played:
        """Play up to this moment (epoch seconds); `progress` hears each moment at which anything was due."""
        while (moment := self._next()) is not None and moment <= until:
            self._act(moment)
            self._time.at = moment
            self._come_in(moment)
            while self._clock.work():
                self._find_messages()
            progress(moment)
        self._act(until)
        return self._played

    def _next(self) -> int | None:
        """The next moment at which anything is due."""
        with self._runtime.reading() as session:
            due = [*session.execute(_DUE_LATER, {"now": self._time.at}).one()]
        due += [self._customers.next_at, self._contacts.next_at]
        due += [doing.at for doing in self._coming[:1]]
        return min((self._time.works(at) for at in due if at is not None), default=None)

    def _come_in(self, moment: int) -> None:
        customers = self._customers.take(moment)
        if customers:
            self._played.customers += self._admit(receive_customers(self._runtime, customers, self._customer_batch))
            rhythms.open_rhythms(self._runtime)
        if moment // WEEK != self._tidied_at // WEEK:
            self._clock.tidy()
            self._tidied_at = moment
        if contacts := self._contacts.take(moment):
            self._played.contacts += self._admit(receive_contacts(self._runtime, contacts, self._contact_batch))

    def _admit(self, receipts: Receipts) -> int:
        refused = receipts.counts[Result.REFUSED]
        self._played.refused += refused
        return len(receipts.items) - refused

    def _act(self, moment: int) -> None:
        while self._coming and self._coming[0].at <= moment:
            doing = heapq.heappop(self._coming)
            self._time.at = doing.at
            if doing.deed is Deed.USED:
                uses.record(self._runtime, doing.outreach_id)
            else:
                key = f"{doing.customer}/{doing.kind}/{doing.number}"
                sandbox.answer(self._runtime, doing.customer, Channel(doing.channel), doing.text, key)
            if doing.kind not in TALK:
                self._played.doings.append(doing)

    def _find_messages(self) -> None:
        with self._runtime.reading() as session:
            found = [_Message._make(row) for row in session.execute(_NEW_MESSAGES, {"last": self._last_message})]
        for message in found:
            self._last_message = message.id
            if doing := self._settle(message):
                heapq.heappush(self._coming, doing)

    def _settle(self, message: "_Message") -> Doing | None:
        customer, kind = message.customer, message.kind
        self._got[customer, kind] += 1
        number = self._got[customer, kind]
        reaction = self._respondents.react(customer, kind, number)
        if reaction is None:
            return None
        text = "" if reaction.deed is Deed.USED else reaction.words or say(
            reaction, message.language, self._respondents.pick(customer, kind, number)
        )  # fmt: skip
        at = message.at + reaction.after
        return Doing(
            at, customer, kind, number, message.channel, message.at, reaction.deed, reaction.score, text,
            message.outreach_id,
        )  # fmt: skip


class _Queue:
    """Arrivals that have not come in yet."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self._arrivals = deque(arrivals)

    @property
    def next_at(self) -> int | None:
        return self._arrivals[0].at if self._arrivals else None

    def take(self, moment: int) -> list[object]:
        rows: list[object] = []
        while self._arrivals and self._arrivals[0].at <= moment:
            rows.append(self._arrivals.popleft().row)
        return rows


class _Message(NamedTuple):
    id: int
    outreach_id: int
    kind: str
    channel: str
    at: int
    customer: str
    language: str | None


_NEW_MESSAGES = (
    sa.select(
        col(SandboxMessage.id), col(SandboxMessage.outreach_id), col(Outreach.kind), col(SandboxMessage.channel),
        col(SandboxMessage.at), col(Customer.external_id), col(Customer.language),
    )
    .join(Outreach, col(Outreach.id) == col(SandboxMessage.outreach_id))
    .join(Customer, col(Customer.id) == col(SandboxMessage.customer_id))
    .where(col(SandboxMessage.id) > sa.bindparam("last"))
    .order_by(col(SandboxMessage.id))
)  # fmt: skip


def _after_now(moment: Any, state: Any) -> sa.ScalarSelect[Any]:
    """The first of these moments of the rows in this state that is yet to come."""
    return sa.select(sa.func.min(col(moment))).where(state, col(moment) > sa.bindparam("now")).scalar_subquery()


_DUE_LATER = sa.select(
    _after_now(Intent.look_at, col(Intent.state) == IntentState.OPEN),
    _after_now(Outreach.due_at, col(Outreach.state) == OutreachState.PLANNED),
    _after_now(Reply.talk_at, col(Reply.talk_at).is_not(None)),
)
