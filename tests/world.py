"""A small company, whole: one database, a clock that is moved by hand, and a provider that fails when it is told to."""

import itertools
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from channels.message import Channel, Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from channels.sandbox import Sandbox
from outreach import database, policy_book, sandbox, starter
from outreach.clock import Clock
from outreach.doorbell import Bell, SilentDoorbell
from outreach.intake import receive_contacts, receive_customers
from outreach.receipts import Result
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer
from outreach.settings import Settings
from outreach.tables import Customer, Intent, LedgerEntry, Outreach, SandboxMessage, StoredDecision
from policies.policy import Guard, Policy
from tests.make import DAY, HOUR, NOON, moment

NEARLY_ALWAYS = {"quiet_from": "04:00", "quiet_until": "04:01"}  # no window is shorter
PLAIN_GUARD = {
    "jitter": 0.0,
    "never_asked": 0.0,
    "new_customer": "0d",
    "hours": {"email": NEARLY_ALWAYS, "sms": NEARLY_ALWAYS},
}
"""No chance and no hours, so that a test sees only what it is about."""


class Fate(StrEnum):
    """What becomes of a message that is handed over."""

    TAKEN = "taken"
    REFUSED = "refused"
    REFUSED_FOR_GOOD = "refused for good"
    ANSWER_LOST = "answer lost"  # taken, and nobody hears of it
    LOST = "lost"  # not taken, and nobody can say so


@dataclass
class Provider:
    """The sandbox, with fates in the order of `coming`, then all is taken. `during` happens while a call is running."""

    sandbox: Sandbox
    coming: deque[Fate] = field(default_factory=deque)
    during: Callable[[], object] = lambda: None
    knows: bool = True
    calls: list[int] = field(default_factory=list)

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        outcomes = [self._send(message) for message in messages]
        self.during()
        return outcomes

    def find(self, message: Message, at: int) -> Receipt | None:
        return self.sandbox.find(message, at) if self.knows else None

    def _send(self, message: Message) -> Outcome:
        self.calls.append(message.outreach_id)
        fate = self.coming.popleft() if self.coming else Fate.TAKEN
        if fate in (Fate.REFUSED, Fate.REFUSED_FOR_GOOD):
            return SendRefused("not today", permanent=fate is Fate.REFUSED_FOR_GOOD)
        taken = self.sandbox.send_many([message])[0] if fate is not Fate.LOST else None
        return taken if taken and fate is Fate.TAKEN else SendUnknown("no answer")


@dataclass
class World:
    runtime: Runtime
    provider: Provider
    now: int = NOON
    troubles: list[str] = field(default_factory=list)
    """Errors that were logged and gone on from; a test that expects one takes it out."""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.clock = Clock(self.runtime)

    # What the organisation does

    def publish(self, *documents: Policy | Guard) -> None:
        for document in documents:
            policy_book.publish(self.runtime, document.to_toml(), "test")

    def customer(self, external_id: str = "K1", **said: Any) -> None:
        self.customers(external_id, **said)

    def customers(self, *external_ids: str, **said: Any) -> None:
        """Customers of a year ago, who may be written to by e-mail."""
        known = {"consent_email": "yes", "timezone": "Europe/Amsterdam", "created_at": moment(NOON - 365 * DAY), **said}
        rows = [{"external_id": one, "name": f"Mr {one}", "email": f"{one}@a.eu", **known} for one in external_ids]
        for receipt in receive_customers(self.runtime, rows).items:
            assert receipt.result is not Result.REFUSED, receipt

    def contact(self, customer: str = "K1", ago: int = 2 * HOUR, **said: Any) -> str:
        """A valuable contact that is settled; returns its external id."""
        (contact,) = self.contacts(customer, ago=ago, **said)
        return contact

    def contacts(self, *customers: str, ago: int = 2 * HOUR, **said: Any) -> list[str]:
        ordinary = {"kind": "visit", "touchpoint": "the shop", "value": 80, "occurred_at": moment(self.now - ago)}
        rows = [{"external_id": f"B{next(self.numbers)}", "customer": one, **ordinary, **said} for one in customers]
        for receipt in receive_contacts(self.runtime, rows).items:
            assert receipt.result is not Result.REFUSED, receipt
        return [row["external_id"] for row in rows]

    def tick(self) -> None:
        """The clock, until nothing is due."""
        for _ in range(100):
            if not self.clock.tick():
                return
        raise AssertionError("the clock finds no rest")

    def later(self, seconds: int) -> None:
        self.now += seconds
        self.tick()

    def restart(self) -> None:
        """The processes start anew; what they remembered is gone."""
        self.clock = Clock(self.runtime)

    # What customers do

    def says(self, text: str, customer: str = "K1", channel: Channel = Channel.EMAIL, key: str | None = None) -> int:
        return sandbox.answer(self.runtime, customer, channel, text, key)

    # What came of it

    def rows(self, table: type[Any], customer: str | None = None) -> list[Any]:
        query = select(table).order_by(table.id)
        if customer is not None:
            query = query.where(table.customer_id == self.id_of(customer))
        with self.runtime.reading() as session:
            return list(session.exec(query).all())

    def got(self, customer: str | None = None) -> list[SandboxMessage]:
        """What the provider's own record says reached customers."""
        return self.rows(SandboxMessage, customer)

    def outreaches(self, customer: str | None = None) -> list[Outreach]:
        return self.rows(Outreach, customer)

    def intents(self, customer: str | None = None) -> list[Intent]:
        return self.rows(Intent, customer)

    def ledger(self, customer: str | None = None) -> list[LedgerEntry]:
        return self.rows(LedgerEntry, customer)

    def decisions(self, customer: str | None = None) -> list[StoredDecision]:
        return self.rows(StoredDecision, customer)

    def id_of(self, customer: str) -> int:
        with self.runtime.reading() as session:
            return session.exec(select(Customer.id).where(Customer.external_id == customer)).one()

    def by_hand(self, *changes: sa.Executable) -> None:
        """Change the database directly, as nobody ever should."""
        with self.runtime.writing() as session:
            for change in changes:
                session.execute(change)


@contextmanager
def a_world(url: str, bell: Bell | None = None, **settings: Any) -> Iterator[World]:
    """A company with the plain guard, three pieces of content and a question; no policy and no customer yet."""
    made: list[World] = []
    engine = an_engine(url)

    def now() -> int:
        return made[0].now if made else NOON

    provider = Provider(Sandbox(DatabaseDrawer(engine, now)))
    senders: dict[str, Sender] = dict.fromkeys(map(str, Channel), provider)
    known = Settings.model_validate({"database_url": url, "secret": "for tests", **settings})
    made.append(World(Runtime(known, engine, now, senders, bell or SilentDoorbell()), provider))
    made[0].publish(guard())
    with made[0].runtime.writing() as session:
        furnish(session)
    listener = _Listener(made[0].troubles)
    logging.getLogger("outreach").addHandler(listener)
    try:
        yield made[0]
        assert made[0].troubles == []
    finally:
        logging.getLogger("outreach").removeHandler(listener)
        engine.dispose()


class _Listener(logging.Handler):
    def __init__(self, troubles: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._troubles = troubles

    def emit(self, record: logging.LogRecord) -> None:
        self._troubles.append(record.getMessage())


def an_engine(url: str) -> sa.Engine:
    """As the product connects, but that nobody waits for the disk: only a power cut could tell the difference."""
    engine = database.connect(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return engine


def furnish(session: Session) -> None:
    """Content tip-1, tip-2 and tip-3 and the survey question, in English, for e-mail and SMS."""
    starter.add_contents(session, [content(f"tip-{n}", c) for n in (1, 2, 3) for c in Channel])
    starter.add_surveys(session, [survey("question", c) for c in Channel])


def content(name: str, channel: str = "email", language: str = "en") -> dict[str, Any]:
    return {
        "name": name, "language": language, "channel": channel, "subject": name if channel == "email" else "",
        "body": f"{name} {{{{ link }}}}", "link": f"https://example.com/{name}",
    }  # fmt: skip


def survey(name: str, channel: str = "email", language: str = "en") -> dict[str, Any]:
    subject = name if channel == "email" else ""
    return {
        "name": name, "language": language, "channel": channel, "subject": subject, "body": "0 to 10?", "thanks": ""
    }  # fmt: skip


def talkative(name: str = "talk", channel: str = "email", language: str = "en", **said: Any) -> dict[str, Any]:
    """A survey that says something back."""
    words = {
        "follow_low": "What went wrong?",
        "follow_mid": "What would make it a 9?",
        "follow_high": "What made it so?",
    }
    return {**survey(name, channel, language), **words, "follow_ups": 1, "thanks": "Thank you so much.", **said}


def guard(**amounts: Any) -> Guard:
    return Guard.model_validate({**PLAIN_GUARD, **amounts})


def asks(name: str = "after-contact", **amounts: Any) -> Policy:
    """Asks an hour after any contact, giving nothing first."""
    contact = {"settle": "1h", "expires": "14d", "minimum_value": 0, **amounts.pop("contact", {})}
    said = {"title": name, "survey": "question", "channels": ["email"], "contact": contact, **amounts}
    return Policy.model_validate({"name": name, **said})


def asks_by_rhythm(name: str = "relationship", **amounts: Any) -> Policy:
    rhythm = {"every": "182d", "spread": "0d", **amounts.pop("rhythm", {})}
    said = {"title": name, "survey": "question", "channels": ["email"], "rhythm": rhythm, **amounts}
    return Policy.model_validate({"name": name, **said})


def gives(name: str = "something-useful", **amounts: Any) -> Policy:
    rhythm = {"every": "30d", "spread": "0d", **amounts.pop("rhythm", {})}
    said = {"title": name, "does": "give", "priority": 20, "channels": ["email"], "rhythm": rhythm, **amounts}
    return Policy.model_validate({"name": name, **said})
