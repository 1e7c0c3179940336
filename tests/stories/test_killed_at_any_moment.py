"""Processes are killed again and again while months are played: nobody is asked twice, no message is lost sight of."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel
from outreach import planning, policy_book, sandbox, starter, uses
from outreach.clock import Clock, due_outreaches
from outreach.delivery import TOO_LATE
from outreach.intake import receive_contacts, receive_customers
from outreach.lifecycle import TOUCHES, Kind, OutreachState
from outreach.rehearsal import ledger, sample
from outreach.rehearsal.history import History, Row
from outreach.rehearsal.ledger import iso
from outreach.runtime import Runtime
from outreach.tables import Attempt, Customer, LedgerEntry, Outreach, SandboxMessage
from tests.make import DAY, HOUR
from tests.rehearsal.checker import Played, Rules, check
from tests.rehearsal.stages import DOCUMENTS, ENDS
from tests.stories.crowd import TimeInAFile, a_runtime

ROOT = Path(__file__).parents[2]
BEGINS = ENDS - 70 * DAY
STEP = 8 * HOUR
CUSTOMERS = 40
CLOCKS = 2
KILLS = 40
NOT_JUDGED = {"superseded", "order"}  # here contacts come in some hours late, and messages go out at any second

pytestmark = pytest.mark.timeout(600)


@dataclass
class Crowd:
    """The clocks that run, by pid. One that is killed is replaced at once."""

    process: "subprocess.Popen[str]"
    chance: Random
    pids: list[int] = field(default_factory=list)
    killed: int = 0
    next_at: float = 0.0

    def fill(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        while len(self.pids) < CLOCKS:
            print(file=self.process.stdin, flush=True)
            self.pids.append(int(self.process.stdout.readline()))

    def kill_now_and_then(self) -> None:
        """At any moment of their work; a clock is left alone long enough to have begun. Half of the kills are kept for
        messages that are on their way."""
        if time.monotonic() >= self.next_at and self.killed < KILLS // 2:
            self.kill()

    def kill(self) -> None:
        if self.killed == KILLS:
            return
        self.next_at = time.monotonic() + self.chance.uniform(0.1, 0.8)
        os.kill(self.pids.pop(self.chance.randrange(len(self.pids))), signal.SIGKILL)
        self.killed += 1
        self.fill()


@contextmanager
def a_crowd(url: str, path: Path) -> Iterator[Crowd]:
    command = [sys.executable, "-m", "tests.stories.crowd", url, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        crowd = Crowd(process, Random(3))
        try:
            crowd.fill()
            yield crowd
        finally:
            process.kill()  # the clocks notice, and end


@dataclass
class Company:
    """The sample company's last months. Its customers use every other piece, answer one ask in three and say more when
    asked back, and some stop."""

    runtime: Runtime
    now: TimeInAFile
    customers: list[Row]
    history: History
    come: int = 0
    read: int = 0
    responses: list[dict[str, str]] = field(default_factory=list)

    def step(self, at: int) -> None:
        """Move on: what happened since comes in, and customers react to what they got."""
        self.now.move(at)
        rows = [arrival.row for arrival in self.history.contacts[self.come :] if arrival.at <= at]
        self.come += len(rows)
        if rows:
            receive_contacts(self.runtime, rows)
        for message in self._mail():
            self.read = message.id
            self._react(message, at)

    def _mail(self) -> list[Any]:
        with self.runtime.reading() as session:
            return list(
                session.execute(
                    sa.select(
                        col(SandboxMessage.id), col(Outreach.id), col(Outreach.kind), col(Outreach.channel),
                        col(LedgerEntry.asked_at), col(Customer.external_id),
                    )
                    .join(Outreach, col(Outreach.id) == col(SandboxMessage.outreach_id))
                    .join(Customer, col(Customer.id) == col(SandboxMessage.customer_id))
                    .join(LedgerEntry, col(LedgerEntry.outreach_id) == col(Outreach.id), isouter=True)
                    .where(col(SandboxMessage.id) > self.read)
                    .order_by(col(SandboxMessage.id))
                )
            )  # fmt: skip

    def _react(self, message: Any, at: int) -> None:
        _, outreach, kind, channel, sent_at, customer = message
        if kind == Kind.FOLLOW_UP:
            sandbox.answer(self.runtime, customer, Channel(channel), "and the coffee was good")
        elif kind == Kind.CONTENT:
            if outreach % 2:
                uses.record(self.runtime, outreach)
                self._remember(customer, kind, sent_at, at, "used")
        elif kind != Kind.THANKS and outreach % 3 == 0:
            stops = outreach % 5 == 0
            sandbox.answer(self.runtime, customer, Channel(channel), "STOP" if stops else "8 fine")
            self._remember(customer, kind, sent_at, at, "stopped" if stops else "answered")

    def _remember(self, customer: str, kind: str, sent_at: int, at: int, what: str) -> None:
        said = {"customer": customer, "class": kind, "sent_at": iso(sent_at), "at": iso(at), "response": what}
        self.responses.append(said)

    def is_due(self) -> bool:
        with self.runtime.reading() as session:
            now = self.runtime.now()
            return bool(planning.due_customers(session, now, 1) or due_outreaches(session, now, 1))

    def is_on_its_way(self) -> bool:
        """Whether a message is in somebody's hands, who may have been killed."""
        with self.runtime.reading() as session:
            running = col(Attempt.outcome).is_(None) & (col(Attempt.lease_until) > self.runtime.now())
            return session.execute(sa.select(col(Attempt.id)).where(running)).first() is not None

    def calm_down(self) -> None:
        """One clock, in peace, until what was left unclear is settled."""
        clock = Clock(self.runtime)
        for hours in (1, 13, 26):
            self.now.move(ENDS + hours * HOUR)
            while clock.tick():
                pass

    def played(self) -> Played:
        with self.runtime.reading() as session:
            messages = [dict(zip(ledger.LEDGER, map(str, row), strict=True)) for row in ledger.messages(session)]
        contacts = [arrival.row for arrival in self.history.contacts]
        written = [[{k: str(v) for k, v in row.items()} for row in rows] for rows in (self.customers, contacts)]
        return Played(messages, self.responses, written[0], written[1])


@pytest.fixture
def company(database_url: str, tmp_path: Path) -> Iterator[Company]:
    everybody, everything = sample.company(5, ENDS)
    customers = [{**row, "created_at": iso(BEGINS - 90 * DAY)} for row in everybody[:CUSTOMERS]]
    ids = {row["external_id"] for row in customers}
    contacts = [row for row in everything if row["customer"] in ids and str(row["occurred_at"]) > iso(BEGINS)]
    now = TimeInAFile(tmp_path / "time")
    now.move(BEGINS)
    runtime = a_runtime(database_url, now)
    for document in DOCUMENTS:
        policy_book.publish(runtime, document, "test")
    with runtime.writing() as session:
        starter.load(session)
    receive_customers(runtime, customers)
    yield Company(runtime, now, list(customers), History.of(customers, contacts))
    runtime.engine.dispose()


def test_nobody_is_asked_twice_and_every_message_is_accounted_for(
    company: Company, database_url: str, tmp_path: Path
) -> None:
    steps = range(BEGINS, ENDS, STEP)
    with a_crowd(database_url, tmp_path / "time") as crowd:
        for at in steps:
            company.step(at)
            wait_while(company.is_due, 5.0, crowd.kill_now_and_then)
            if company.is_on_its_way() and crowd.chance.random() < 0.5:
                crowd.kill()
            wait_while(company.is_on_its_way, 0.2)
    company.calm_down()

    assert crowd.killed == KILLS
    assert interrupted(company), "no kill fell between the claim of a message and its outcome: this proves nothing"
    assert faults(company) == []
    assert why_refused(company) <= {str(TOO_LATE)}, "the provider refuses nothing"
    broken = check(Rules(DOCUMENTS[0], DOCUMENTS[1:]), company.played(), len(starter.contents()))
    assert [complaint for complaint in broken if complaint.rule not in NOT_JUDGED] == []


def wait_while(unfinished: Callable[[], bool], seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
    deadline = time.monotonic() + seconds
    while unfinished() and time.monotonic() < deadline:
        time.sleep(0.01)
        meanwhile()


def interrupted(company: Company) -> int:
    """How many messages were on their way when the process that sent them was killed."""
    with company.runtime.reading() as session:
        return session.scalar(sa.select(sa.func.count()).where(col(Attempt.detail).is_not(None))) or 0


def why_refused(company: Company) -> set[str | None]:
    with company.runtime.reading() as session:
        refused = sa.select(col(Outreach.reason)).where(col(Outreach.state) == OutreachState.REFUSED)
        return set(session.execute(refused).scalars())


def faults(company: Company) -> list[str]:
    """What does not add up between what was planned, what the ledger holds, and what the provider was given."""
    with company.runtime.reading() as session:
        rows = session.execute(
            sa.select(
                col(Outreach.id), col(Outreach.kind), col(Outreach.state),
                sa.func.coalesce(col(SandboxMessage.times), 0), col(LedgerEntry.id).is_not(None),
            )
            .join(SandboxMessage, col(SandboxMessage.outreach_id) == col(Outreach.id), isouter=True)
            .join(
                LedgerEntry,
                (col(LedgerEntry.outreach_id) == col(Outreach.id)) & col(LedgerEntry.voided_at).is_(None),
                isouter=True,
            )
        ).all()  # fmt: skip
    assert len(rows) > CUSTOMERS
    assert {kind for _, kind, *_ in rows} == {*Kind}, "every kind of message had its chance to be lost"
    return [
        f"{kind} {outreach} is {state}, was sent {times} times and is {'' if kept else 'not '}in the ledger"
        for outreach, kind, state, times, kept in rows
        if (OutreachState(state), times) not in WENT | STAYED
        or kept != ((OutreachState(state), times) in WENT and kind in TOUCHES)
    ]


WENT = {
    (OutreachState.ACCEPTED, 1),
    (OutreachState.ABANDONED, 0),  # a touch counts as made, though nobody got it
    (OutreachState.ABANDONED, 1),  # its sender slept for days of this fast time, and woke up after it was given up
}
STAYED = {
    (OutreachState.CANCELLED, 0),
    (OutreachState.PLANNED, 0),
    (OutreachState.REFUSED, 0),  # hours of this fast time went by between its claim and its call, so it was not called
}
