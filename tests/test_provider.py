"""The provider that tests send to: what it promises to those who build on it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sendgrid.helpers.eventwebhook import EventWebhook
from twilio.request_validator import RequestValidator

from channels.message import Channel, Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.twilio_sms import TwilioAccount, TwilioSms
from tests.provider import ACCOUNT_SID, API_KEY, TOKEN, Provider, Taken, taken_at
from tests.reports import EVENTS, STATUSES, Reports, event, event_batch, signed_form, status_callback

KEY = ec.derive_private_key(7, ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = "https://feedback.example"
SMS = Taken("SM01", 7, "+3197010200300", "+31612345678", "Hoi", 0, report_to=f"{PUBLIC}/hooks/status/7?a=1")
MAIL = Taken("abc", 8, "hello@linden.example", "ann@example.com", "Hoi", 0)


class Ear(ThreadingHTTPServer):
    """Hears what is posted, and answers 204, or 503 to as many as it is told to turn away."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.turns_away = 0
        super().__init__(("127.0.0.1", 0), _Heard)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Heard(BaseHTTPRequestHandler):
    server: Ear

    def log_message(self, *_: object) -> None:
        """It keeps what it hears."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        self.server.turns_away -= 1
        self.send_response(503 if self.server.turns_away >= 0 else 204)
        self.end_headers()


@pytest.fixture
def ear() -> Iterator[Ear]:
    with Ear() as here:
        Thread(target=here.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield here
        here.shutdown()


def twilio(url: str) -> TwilioSms:
    return TwilioSms(TwilioAccount(ACCOUNT_SID, TOKEN, "+3197010200300", f"{PUBLIC}/hooks/status/{{outreach_id}}", url))


def sendgrid(url: str) -> SendGridEmail:
    return SendGridEmail(SendGridAccount(API_KEY, "hello@linden.example", url))


def texts(most: int) -> list[Message]:
    return [Message(n, Channel.SMS, "L", f"+316{n:08}", "", f"Hoi {n}") for n in range(1, most + 1)]


def mails(most: int) -> list[Message]:
    return [Message(n, Channel.EMAIL, "L", f"c{n}@example.com", f"Hoi {n}", f"Hoi {n}") for n in range(1, most + 1)]


@contextmanager
def a_process(*options: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.provider", "0", *options]
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.mark.parametrize(("sender", "messages"), [(twilio, texts(300)), (sendgrid, mails(300))])
def test_as_a_process_it_refuses_and_loses_its_shares_and_tells_what_it_took(
    sender: "type[Sender]", messages: list[Message]
) -> None:
    with a_process("--refuses", "0.2", "--loses", "0.2") as url:
        outcomes = dict(enumerate(sender(url).send_many(messages), start=1))  # type: ignore[call-arg]
        taken = {one.outreach_id for one in taken_at(url)}
    assert taken == {number for number, outcome in outcomes.items() if not isinstance(outcome, SendRefused)}
    shares = [sum(isinstance(one, kind) for one in outcomes.values()) for kind in (Receipt, SendRefused, SendUnknown)]
    assert [100 < shares[0] < 260, 20 < shares[1] < 100, 20 < shares[2] < 100] == [True] * 3


def test_a_status_callback_is_signed_as_twilio_signs() -> None:
    report = status_callback(SMS, "delivered", "a-token", ErrorCode="30003")
    fields = dict(parse_qsl(report.body.decode()))
    assert (fields["MessageSid"], fields["MessageStatus"], fields["ErrorCode"]) == ("SM01", "delivered", "30003")
    check = RequestValidator("a-token").validate
    assert check(report.url, fields, report.headers["X-Twilio-Signature"])
    assert not check(report.url, {**fields, "MessageStatus": "failed"}, report.headers["X-Twilio-Signature"])


def test_an_inbound_form_is_signed_as_twilio_signs() -> None:
    fields = {"From": "+31612345678", "Body": "een 8 & dank €", "To": "+3197010200300"}
    report = signed_form(f"{PUBLIC}/hooks/inbound", fields, "a-token")
    assert RequestValidator("a-token").validate(report.url, fields, report.headers["X-Twilio-Signature"])


def test_an_event_batch_is_signed_as_sendgrid_signs() -> None:
    report = event_batch(f"{PUBLIC}/hooks/events", [event(MAIL, "delivered", 1_750_000_000)], PEM, 1_750_000_000)
    signature, timestamp = list(report.headers.values())[1:]
    check = EventWebhook().verify_signature
    assert check(report.body.decode(), signature, timestamp, KEY.public_key())
    assert not check(report.body.decode().rstrip(), signature, timestamp, KEY.public_key())
    (told,) = json.loads(report.body)
    assert (told["email"], told["event"], told["outreach_id"]) == ("ann@example.com", "delivered", "8")


def test_what_it_took_is_reported_later_out_of_order_and_some_of_it_twice(ear: Ear) -> None:
    reports = Reports("a-token", f"{PUBLIC}/hooks/events", PEM, to=ear.url, late=0.3, twice=0.5)
    with Provider(reports=reports) as provider:
        both: list[Outcome] = [
            *twilio(provider.url).send_many(texts(20)),
            *sendgrid(provider.url).send_many(mails(20)),
        ]
        assert provider.postman is not None
        assert provider.postman.idle(20)
    assert all(isinstance(outcome, Receipt) for outcome in both)
    forms = [dict(parse_qsl(body.decode())) for path, _, body in ear.heard if path.startswith("/hooks/status/")]
    events = [one for path, _, body in ear.heard if path == "/hooks/events" for one in json.loads(body)]
    for told, words in (
        (Counter((form["MessageSid"], form["MessageStatus"]) for form in forms), STATUSES),
        (Counter((one["outreach_id"], one["event"]) for one in events), EVENTS),
    ):
        assert len(told) == 40
        assert {word for _, word in told} == set(words)
        assert {*told.values()} == {1, 2}
    assert len({one["sg_event_id"] for one in events}) == len(events)
    said = [form["MessageStatus"] for form in forms]
    assert said != sorted(said, key=STATUSES.index)


def test_an_event_batch_that_was_turned_away_comes_again_and_a_status_callback_does_not(ear: Ear) -> None:
    reports = Reports("a-token", f"{PUBLIC}/hooks/events", PEM, to=ear.url)
    with Provider(reports=reports) as provider:
        assert provider.postman is not None
        ear.turns_away = 2
        provider.postman.tell([SMS])
        assert provider.postman.idle(20)
        assert len(ear.heard) == len(STATUSES)
        ear.turns_away = 3
        provider.postman.tell([MAIL])
        assert provider.postman.idle(20)
    assert len(ear.heard) == len(STATUSES) + len(EVENTS) + 3
