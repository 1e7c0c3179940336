"""A storm: `python -m tests.storm DATABASE_URL MESSAGES [send_again | answer_first]`. Prints what came of it, as JSON.

Four workers, a clock and the pages, each a process of its own, look, deliver by the official packages of Twilio and
SendGrid, and take in what comes back; every few hundredths of a second one of them is killed. The provider is a process
too: it refuses some messages, of others loses the answer, and reports late, out of order and twice. Customers answer,
or write unasked, by SMS and by mail; many of them to stop. Time runs some hundred times as fast, so that leases run out
in the middle of it. The names are those of bugs to plant first (`tests.planted`), to show that the storm would notice.
"""

import gc
import json
import os
import random
import re
import signal
import socket
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from multiprocessing.sharedctypes import RawValue
from urllib.request import urlopen
from uuid import uuid4

import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from sqlmodel import col
from werkzeug.serving import WSGIRequestHandler, make_server

from channels.message import Channel, Sender
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.twilio_sms import TwilioAccount, TwilioSms
from outreach import clock, database, delivery, planning, replies
from outreach.batches import work_on
from outreach.clock import Clock
from outreach.intake import receive_customers
from outreach.lifecycle import IN_FLIGHT
from outreach.receipts import Result
from outreach.runtime import Runtime
from outreach.tables import Attempt, Outreach
from tests import calls, planted
from tests.calls import BASE
from tests.make import DAY, HOUR, NOON, moment
from tests.provider import ACCOUNT_SID, API_KEY, TOKEN, Provider, Taken, taken_at
from tests.reports import Reports, signed_body, signed_form
from tests.servers import free_port
from tests.world import World, a_world, an_engine, asks
from web.app import create_app

WORKERS, BATCH = 4, 10
SPEED = 300  # seconds of theirs in a second of ours
REFUSES, LOSES, LATENCY = 0.03, 0.03, 0.02
LATE, TWICE, POSTMEN = 0.3, 0.2, 4  # seconds of ours; the share of what is posted; how many post at once
WRITES, UNASKED = 0.4, 0.5  # how many messages make somebody write, and how often it is somebody else
FIRST = 2  # are asked before the storm, when nobody else is there
NEAR = 40  # who writes unasked is among those who are asked at about this time
SAYS = ("8 thanks", "a comment, and no more", "10", "STOP", "STOP")
SAYS_UNASKED = ("STOP", "STOP", "just a compliment")
NUMBER, MAILBOX = "+3197010200300", "reply@ask.example.com"
PATIENCE = 60  # seconds
STOPPED = "the worker stopped between the call and its outcome"
KEY = calls.key("today").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Storm:
    """What came of it. `taken` and `asked` are the provider's own record: all that was sent and written, and how often
    each outreach was handed to it. `order`: in which order hand-overs (customer, outreach) and opt-outs (customer,
    None) were committed, as the database itself wrote it down. `in_flight`: how many kills fell in the middle of a
    call; `broke`: how many processes ended by themselves; `seconds` until there was nothing left to do."""

    kills: dict[str, int]
    in_flight: int
    broke: int
    seconds: float
    taken: list[Taken]
    asked: dict[int, int]
    order: list[tuple[int, int | None]]


# The provider, and the customers


class Town(Provider):
    """Where the messages go: some make somebody write, who may be another one than the one who was written to."""

    def __init__(self, port: int, now: Callable[[], int], reports: Reports, people: int) -> None:
        super().__init__(port, LATENCY, REFUSES, LOSES, reports=reports)
        self.now, self.people = now, people
        self.wrote: set[tuple[int, Channel]] = set()

    def take(self, *messages: Taken) -> None:
        super().take(*messages)
        for message in messages:
            reader, chance = number_of(message.recipient), self.chance
            if reader > FIRST and chance.random() < WRITES:
                if chance.random() < UNASKED:
                    reader = min(reader + chance.randint(1, NEAR), self.people)
                    self.write(reader, chance.choice(list(Channel)), chance.choice(SAYS_UNASKED))
                else:
                    self.write(reader, chance.choice(list(Channel)), chance.choice(SAYS))

    def write(self, customer: int, channel: Channel, text: str) -> None:
        """Each customer writes once by each channel at most. What is not answered with 2xx comes again only by mail."""
        with self.lock:
            if (customer, channel) in self.wrote:
                return
            self.wrote.add((customer, channel))
        assert self.postman
        if channel is Channel.SMS:
            sid = self.write_to_us(phone(customer), NUMBER, text)
            fields = calls.sms_fields(text, AccountSid=ACCOUNT_SID, MessageSid=sid, From=phone(customer), To=NUMBER)
            self.postman.post(signed_form(BASE + calls.INBOUND, fields, TOKEN))
            return
        mail = Taken(f"<{uuid4().hex}@a.eu>", 0, mailbox(customer), MAILBOX, text, self.now())
        self.taken.append(mail)
        body = calls.mail_body(text, mail.sender, mail.provider_id)
        self.postman.post(signed_body(BASE + calls.PARSE, body, calls.MAIL, KEY, int(mail.at)), tries=100)


def mailbox(customer: int) -> str:
    return f"K{customer}@a.eu"


def phone(customer: int) -> str:
    return f"+3161{customer:07}"


def number_of(address: str) -> int:
    return int(re.findall(r"\d+", address)[0][-7:])


# The processes


def work(runtime: Runtime) -> None:
    """A worker that hears every bell, and some twice."""
    chance = random.Random()
    while True:
        with runtime.reading() as session:
            customers = planning.due_customers(session, runtime.now(), 50)
            outreaches = [i for ids in clock.due_outreaches(session, runtime.now(), 50).values() for i in ids]
        if customers:
            work_on(runtime, planning.look, chance.sample(customers, min(BATCH, len(customers))))
        if outreaches:
            work_on(runtime, delivery.deliver, chance.sample(outreaches, min(BATCH, len(outreaches))))
        received = replies.receive_new(runtime, BATCH)
        if not customers and not outreaches and not received:
            time.sleep(0.02)


def keep_time(runtime: Runtime) -> None:
    Clock(runtime).run(lambda: False, pause=0.02)


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """The provider knows what it was answered."""


@dataclass
class Company:
    """Its processes, by what they do. One that is killed is replaced at once; what listens outlives who serves."""

    world: World
    listening: socket.socket
    lives: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    broke: int = 0

    def __post_init__(self) -> None:
        runtime, app = self.world.runtime, create_app(self.world.runtime)
        self.warm(app)
        host, port = self.listening.getsockname()

        def serve() -> None:
            make_server(host, port, app, True, request_handler=Quiet, fd=self.listening.fileno()).serve_forever()

        workers = [("worker", partial(work, runtime))] * WORKERS
        self.lives = [*workers, ("clock", partial(keep_time, runtime)), ("pages", serve)]

    def warm(self, app: Flask) -> None:
        """What was built once need not be built anew by every process."""
        self.world.tick()
        call = calls.form(
            {"AccountSid": ACCOUNT_SID, "MessageSid": calls.sid(0), "MessageStatus": "queued"}, calls.STATUS, TOKEN
        )
        answer = app.test_client().post(
            call.path, base_url=BASE, data=call.body, content_type=call.content_type, headers=call.headers
        )
        assert answer.status_code == 204

    def rage(self) -> None:
        """Kill, and begin again, until nothing is left to do."""
        gc.freeze()  # or every process would look through all that was there before it, and so get a copy of its own
        chance = random.Random(1)
        self.children = [begin(life) for _, life in self.lives]
        while self.kills.total() % 20 or self.is_busy():
            time.sleep(chance.uniform(0.02, 0.08))
            self.kill(chance.randrange(len(self.lives)))

    def kill(self, place: int) -> None:
        what, life = self.lives[place]
        self.broke += end(self.children[place])
        self.children[place] = begin(life)
        self.kills[what] += 1

    def is_busy(self) -> bool:
        with self.world.runtime.reading() as session:
            due = planning.due_customers(session, self.world.runtime.now(), 1)
            return bool(due) or bool(session.scalar(sa.select(sa.exists().where(col(Outreach.state).in_(IN_FLIGHT)))))

    def calm(self, times: "Times", provider: str) -> None:
        """The storm is over: one clock clears up, for two days. Who writes meanwhile is heard: the pages are there."""
        for place, (what, _) in enumerate(self.lives):
            if what != "pages":
                self.broke += end(self.children[place])
        self.world.restart()
        for hours in (0, 1, 1, 2, 4, 8, 8, 12, 12, 0):
            told(provider)
            times.jump(hours * HOUR)
            self.world.tick()
        self.broke += end(self.children[[what for what, _ in self.lives].index("pages")])


def begin(life: Callable[[], object]) -> int:
    """Another process; returns its number."""
    child = os.fork()
    if child:
        return child
    try:
        life()
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def end(child: int) -> bool:
    """Kill it; True where it had ended by itself."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


# The storm


class Times:
    """What time it is, for all processes alike: it runs, and jumps."""

    def __init__(self) -> None:
        self.began, self.ahead = time.monotonic(), RawValue("q", 0)  # without a lock, for who holds one may be killed

    def __call__(self) -> int:
        return NOON + int((time.monotonic() - self.began) * SPEED) + int(self.ahead.value)

    def jump(self, seconds: int) -> None:
        self.ahead.value += seconds


def storm(url: str, people: int, bug: str = "") -> Storm:
    if bug:
        setattr(*planted.BUGS[bug])
    now = Times()
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    to = f"http://127.0.0.1:{listening.getsockname()[1]}"
    port, reports = free_port(), Reports(TOKEN, BASE + calls.EVENTS, KEY, to, LATE, TWICE, POSTMEN)
    town = begin(lambda: Town(port, now, reports, people).serve_forever())
    provider = f"http://127.0.0.1:{port}"
    prepare(url)
    with a_world(url, **SETTINGS) as world:
        world.runtime = replace(world.runtime, senders=senders(provider), now=now)
        world.restart()
        world.publish(asks(channels=["email", "sms"]))
        welcome(world, range(1, FIRST + 1))
        company = Company(world, listening)
        welcome(world, range(FIRST + 1, people + 1))
        began = time.monotonic()
        company.rage()
        seconds = time.monotonic() - began
        company.calm(now, provider)
        listening.close()
        in_flight = len({attempt.fence for attempt in world.rows(Attempt) if attempt.detail == STOPPED})
        order = order_of(world)
    taken, asked = taken_at(provider), asked_at(provider)
    end(town)
    return Storm(dict(company.kills), in_flight, company.broke, seconds, taken, asked, order)


SETTINGS = calls.configured(
    real_channels="email,sms", twilio_account_sid=ACCOUNT_SID, twilio_auth_token=TOKEN, twilio_sender=NUMBER,
    sms_segments_a_second=1000, sendgrid_api_key=API_KEY, email_address="ask@example.com",
)  # fmt: skip


def senders(provider: str) -> dict[str, Sender]:
    """As they are made for real, but for the address of the provider."""
    status_url = f"{BASE}/hooks/twilio/status/{{outreach_id}}"
    return {
        Channel.EMAIL: SendGridEmail(SendGridAccount(API_KEY, "ask@example.com", provider)),
        Channel.SMS: TwilioSms(TwilioAccount(ACCOUNT_SID, TOKEN, NUMBER, status_url, provider)),
    }


def welcome(world: World, numbers: range) -> None:
    """Customers with a mailbox and a phone, of whom half are asked by mail and half by SMS, and a contact of each."""
    rows = [
        {
            "external_id": f"K{n}", "email": mailbox(n), "phone": phone(n), "timezone": "Europe/Amsterdam",
            "consent_sms" if n % 2 else "consent_email": "yes", "created_at": moment(NOON - 365 * DAY),
        }
        for n in numbers
    ]  # fmt: skip
    assert all(receipt.result is not Result.REFUSED for receipt in receive_customers(world.runtime, rows).items)
    world.contacts(*[f"K{n}" for n in numbers])


def told(provider: str) -> None:
    """Wait until the provider has reported all there is."""
    with urlopen(f"{provider}/told?within={PATIENCE}") as answer:
        assert json.load(answer)


def asked_at(provider: str) -> dict[int, int]:
    with urlopen(f"{provider}/asked") as answer:
        return {int(outreach): times for outreach, times in json.load(answer).items()}


# The order of hand-overs and opt-outs, kept by the database: whoever commits either holds the customer's lock

KEEP_HAND_OVER = (
    "INSERT INTO storm_order (customer_id, outreach_id) "
    "SELECT customer_id, id FROM outreaches WHERE id = NEW.outreach_id"
)
KEEP_STOP = "INSERT INTO storm_order (customer_id) VALUES (NEW.customer_id)"
WRITTEN_DOWN = {
    "sqlite": (
        "CREATE TABLE storm_order (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INTEGER, outreach_id INTEGER)",
        f"CREATE TRIGGER storm_hand_over AFTER INSERT ON attempts BEGIN {KEEP_HAND_OVER}; END",
        f"CREATE TRIGGER storm_stop AFTER INSERT ON consent_events WHEN NEW.what = 'withdrawn' BEGIN {KEEP_STOP}; END",
    ),
    "postgresql": (
        "CREATE TABLE storm_order (id bigserial PRIMARY KEY, customer_id bigint, outreach_id bigint)",
        f"CREATE FUNCTION storm_hand_over() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN {KEEP_HAND_OVER}; RETURN NEW; END'",
        f"CREATE FUNCTION storm_stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {KEEP_STOP}; RETURN NEW; END'",
        "CREATE TRIGGER storm_hand_over AFTER INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION storm_hand_over()",
        "CREATE TRIGGER storm_stop AFTER INSERT ON consent_events FOR EACH ROW WHEN (NEW.what = 'withdrawn') "
        "EXECUTE FUNCTION storm_stop()",
    ),
}


def prepare(url: str) -> None:
    """The tables of today, and one that keeps the order."""
    engine = an_engine(url)
    database.migrate(engine)
    with engine.begin() as connection:
        for statement in WRITTEN_DOWN[engine.dialect.name]:
            connection.exec_driver_sql(statement)
    engine.dispose()


def order_of(world: World) -> list[tuple[int, int | None]]:
    with world.runtime.reading() as session:
        rows = session.execute(sa.text("SELECT customer_id, outreach_id FROM storm_order ORDER BY id"))
        return [(customer, outreach) for customer, outreach in rows]


if __name__ == "__main__":
    print(json.dumps(asdict(storm(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))))
