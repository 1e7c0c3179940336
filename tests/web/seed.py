"""A small company's autumn, lived through the real product code under a moved clock: what the pages are looked at with.

`python -m tests.web.seed FILE.db` writes it to a SQLite file and serves it on port 8017.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from channels.message import Channel, Sender
from channels.sandbox import Sandbox
from outreach import database, heartbeat, intake, policy_book, sandbox, starter, uses
from outreach.clock import Clock
from outreach.doorbell import SilentDoorbell
from outreach.reports.gifts import Gift, gift
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer, Line
from outreach.settings import Settings
from policies.library import text

HOUR, DAY = 3_600, 86_400
NAMES = (
    "Anna de Vries", "Bram Jansen", "Chen Wei", "Daan Bakker", "Eva Smit", "Fatima El Amrani", "Gijs Visser",
    "Hanna Müller", "Iris van Dijk", "Jonas Peeters", "Klaas Mulder", "Lotte de Boer", "Mehmet Yılmaz",
    "Nora O'Brien", "Omar Haddad", "Pien Bos", "Quinten Vos", "Ruth Adeyemi", "Sanne Meijer", "Tomasz Kowalski",
    "Umar Khan", "Vera Novák", "Wout Dekker", "Xenia Papadopoulou", "Yara Santos", "Zoë Lambert",
)  # fmt: skip
KINDS = (
    ("delivery", "courier"),
    ("support call", "service desk"),
    ("visit", "shop in Utrecht"),
    ("invoice", "webshop"),
)
WORDS = (
    ("9 you always call back, thank you", 4), ("10", 3), ("8 want jullie bellen altijd terug", 3), ("7 fine", 2),
    ("5, the parcel came two days late and nobody told me", 2), ("9", 3), ("3 nobody answered my question", 1),
    ("2 dagen wachten", 1), ("not now please", 1), ("stop", 1),
)  # fmt: skip


class Company:
    """An installation with a clock of its own; `now` is the last moment of its life so far."""

    def __init__(self, database_url: str, folder: Path, now: int, seed: int = 7) -> None:
        self.now = now
        self.chance = random.Random(seed)
        engine = database.connect(database_url)
        database.migrate(engine)
        sender = Sandbox(DatabaseDrawer(engine, lambda: self.now))
        settings = Settings(
            database_url=database_url, data_dir=folder, secret="for tests", sender_name="Veldhuis",
            home_zones="Europe/Amsterdam", public_base_url="http://127.0.0.1:8017", _env_file=None,
        )  # fmt: skip
        senders: dict[str, Sender] = dict.fromkeys(map(str, Channel), sender)
        self.runtime = Runtime(settings, engine, lambda: self.now, senders, SilentDoorbell())
        self.clock = Clock(self.runtime)
        self._seen: set[tuple[str, int]] = set()

    def begin(self, content: bool = True) -> None:
        """Publish the guard and the library's policies; put content and surveys on the shelf."""
        for name in ("guard", "something-useful", "after-valuable-contact", "relationship", "after-support-call"):
            policy_book.publish(self.runtime, text(name), "Marit")
        with self.runtime.writing() as session:
            if content:
                starter.load(session)
            else:
                starter.add_surveys(session, starter.surveys())

    def welcome(self, people: int, known: int = 0) -> None:
        """Customers who have been with us for a while, up to so many; `known` of them are there already."""
        rows = [self._person(number) for number in range(known, people)]
        receipts = intake.receive_customers(self.runtime, rows)
        assert all(receipt.result == "created" for receipt in receipts.items), receipts.items

    def _person(self, number: int) -> dict[str, object]:
        name = NAMES[number % len(NAMES)]
        return {
            "external_id": f"C-{1001 + number}",
            "name": name,
            "email": f"{name.split()[0].lower()}.{number}@example.com".encode("ascii", "ignore").decode(),
            "phone": f"+316{12_000_000 + number * 7919}" if number % 3 else "",
            "language": "nl" if number % 2 else "en",
            "timezone": "Europe/Amsterdam" if number % 5 else "",
            "account": "Bakkerij Zon" if number % 9 == 4 else "",
            "consent_email": "yes",
            "consent_sms": "yes" if number % 4 else "no",
            "created_at": datetime.fromtimestamp(self.now - (200 + number) * DAY, UTC).isoformat(),
        }

    def live(self, days: int, people: int) -> None:
        """Let so many days pass: contacts happen, the clock ticks, customers read and sometimes answer."""
        for step in range(days * 6):
            self.now += 4 * HOUR
            if step % 2:
                self._contacts(people)
            self.clock.tick()
            self.clock.tick()
            self._customers_react(people)

    def _contacts(self, people: int) -> None:
        rows = [
            {
                "external_id": f"E-{self.now}-{number}", "customer": f"C-{1001 + number}", "kind": kind,
                "touchpoint": place, "value": self.chance.randint(10, 95),
                "occurred_at": datetime.fromtimestamp(self.now - HOUR, UTC).isoformat(),
            }
            for number in range(people)
            if self.chance.random() < 0.05
            for kind, place in [self.chance.choice(KINDS)]
        ]  # fmt: skip
        if rows:
            intake.receive_contacts(self.runtime, rows)

    def _customers_react(self, people: int) -> None:
        with self.runtime.reading() as session:
            threads = {f"C-{1001 + n}": sandbox.thread(session, f"C-{1001 + n}") for n in range(people)}
        for customer, lines in threads.items():
            for line in lines:
                if line.kind != "reply" and (customer, line.at) not in self._seen:
                    self._seen.add((customer, line.at))
                    self._react(customer, line)

    def _react(self, customer: str, line: Line) -> None:
        if line.kind == "content" and self.chance.random() < 0.7:
            uses.record(self.runtime, self._gift(line).outreach_id)
        if line.kind == "ask" and self.chance.random() < 0.7:
            words, weights = zip(*WORDS, strict=True)
            sandbox.answer(self.runtime, customer, Channel(line.channel), self.chance.choices(words, weights)[0])

    def _gift(self, line: Line) -> Gift:
        given = gift(self.runtime, line.link.rpartition("/")[2])
        assert given is not None
        return given


def a_company(database_url: str, folder: Path, now: int, people: int = 26, days: int = 90) -> Company:
    """A company whose last `days` were lived through, ending about `now`."""
    company = Company(database_url, folder, now - days * DAY)
    company.begin()
    company.welcome(people)
    company.live(days, people)
    company.now = now
    for process in ("clock", "worker work", "worker email", "worker sms"):
        heartbeat.beat(company.runtime, process)
    return company


def main(file: str, serve: Callable[..., None] | None = None) -> None:
    """Write the company to a file and serve its pages."""
    from werkzeug.serving import run_simple

    from web.app import create_app

    company = a_company(f"sqlite:///{file}", Path(file).parent, int(time.time()))
    (serve or run_simple)("127.0.0.1", 8017, create_app(company.runtime), threaded=True)


if __name__ == "__main__":
    main(sys.argv[1])
