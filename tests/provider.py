"""A provider to send to: Twilio's Messages and SendGrid's mail/send and suppressions, as far as they are used here.

In a test:

    with Provider() as provider:
        provider.script(BREAKS, hangs(3), LOSES)  # what happens to the next requests; the rest are taken
        TwilioSms(TwilioAccount(..., api_base=provider.url)).send_many(messages)
        provider.taken  # what it has, message by message, as the customer gets it

As a process of its own, whose `GET /taken` gives the same (`taken_at(url)` reads it), `GET /asked` how often each
outreach was handed over, taken or not, and `GET /told?within=SECONDS` whether all is reported by then:

    python -m tests.provider PORT [--latency SECONDS] [--refuses SHARE] [--loses SHARE]
        [--report-to ORIGIN --token TOKEN --events-url URL --events-key FILE] [--late SECONDS] [--twice SHARE]

With PORT 0 it takes a free one; the first line it prints is its address. What it reports later is in `tests.reports`.
"""

import argparse
import json
import os
import random
import re
import socket
import ssl
import struct
import time
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen
from uuid import uuid4

from tests.reports import Postman, Reports

ACCOUNT_SID, TOKEN, API_KEY = f"AC{'0' * 32}", "a-token", "SG.a-key"
LISTS = ("bounces", "invalid_emails", "spam_reports", "unsubscribes")


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    `takes`: the provider has the message all the same. `status` None: as if nothing were wrong; 0: the connection is
    reset instead of an answer. `hangs`: seconds of silence before that. `torn`: the answer ends in the middle.
    """

    takes: bool = False
    status: int | None = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    hangs: float = 0
    torn: bool = False


RESETS, LOSES = Fault(), Fault(takes=True)
BREAKS = Fault(status=503, body=b"<html>Service Unavailable</html>")
HTML = Fault(takes=True, status=None, body=b"<html><body>Welcome to the hotel's network</body></html>")
CUT = Fault(takes=True, status=None, body=b'{"sid": "SM0123456')
TORN = Fault(takes=True, status=None, body=b'{"sid": "SM0123456789"}', torn=True)


def hangs(seconds: float, takes: bool = False) -> Fault:
    return Fault(takes, None if takes else 0, hangs=seconds)


def refuses(code: int, status: int = 400, **headers: str) -> Fault:
    """As Twilio refuses. The message names the number, as theirs do. Headers with `_` for `-`."""
    said = {"code": code, "message": "The 'To' number +31612345678 ...", "status": status}
    return Fault(status=status, headers=_dashed(headers), body=json.dumps(said).encode())


def objects_to(fieldname: str, message: str, status: int = 400, **headers: str) -> Fault:
    """As SendGrid refuses: what is wrong with which field."""
    said = {"errors": [{"message": message, "field": fieldname, "help": None}]}
    return Fault(status=status, headers=_dashed(headers), body=json.dumps(said).encode())


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Taken:
    """A message the provider has, as the customer gets it. `outreach_id` 0: none of ours, it was written to us."""

    provider_id: str
    outreach_id: int
    sender: str
    recipient: str
    text: str
    at: float
    subject: str = ""
    html: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    report_to: str = ""
    request: int = 0  # those of one request share its number


class Provider(ThreadingHTTPServer):
    """`latency` in seconds; of all messages, shares of `refuses` and `loses` (taken, but the answer is lost); TLS with
    a `context`."""

    daemon_threads, request_queue_size = True, 128

    def __init__(
        self,
        port: int = 0,
        latency: float = 0,
        refuses: float = 0,
        loses: float = 0,
        *,
        reports: Reports | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Line)
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.latency, self.refuses, self.loses = latency, refuses, loses
        self.taken: list[Taken] = []
        self.asked: Counter[int] = Counter()  # how often each outreach was handed to it, taken or not
        self.requests: list[tuple[str, Mapping[str, str], bytes]] = []  # path, headers, body of each, as they came
        self.suppressed: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
        self.success: dict[str, str] = {}  # headers of every good answer
        self.now, self.lock, self.closing = time.time, Lock(), Event()
        self.chance = random.Random(port)
        self.postman = Postman(reports, self.moment) if reports else None
        self.statuses: dict[str, tuple[str, int | None]] = {}  # of a message, by its SID: the word, and an error code
        self.lists_script: deque[Fault] = deque()  # what happens to the next requests that read something, one each
        self._script: deque[Fault] = deque()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def moment(self) -> float:
        """Epoch seconds, by the clock it has at that time."""
        return self.now()

    def script(self, *faults: Fault) -> None:
        """What happens to the next requests that hand something over, one each."""
        self._script.extend(faults)

    def write_to_us(self, sender: str, recipient: str, text: str) -> str:
        """Somebody writes an SMS to us; returns its SID."""
        inbound = Taken(f"SM{uuid4().hex}", 0, sender, recipient, text, self.now())
        self.taken.append(inbound)
        return inbound.provider_id

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        if self.postman:
            self.postman.stop()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Whoever was to hear the answer has gone."""

    def next_fault(self, refusal: Fault) -> Fault | None:
        with self.lock:
            luck = self.chance.random()
            if self._script:
                return self._script.popleft()
        if luck < self.refuses:
            return refusal
        return LOSES if luck < self.refuses + self.loses else None

    def take(self, *messages: Taken) -> None:
        with self.lock:
            self.taken.extend(messages)
        if self.postman:
            self.postman.tell(messages)


def taken_at(url: str) -> list[Taken]:
    """What the provider at this address has."""
    with urlopen(f"{url}/taken") as answer:
        return [Taken(**one) for one in json.load(answer)]


class _Line(BaseHTTPRequestHandler):
    server: Provider
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

    def log_message(self, *_: object) -> None:
        """It keeps what it gets, and that is enough."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.path, dict(self.headers), body))
        self.server.closing.wait(self.server.latency)
        if self.path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json":
            self._twilio(parse_qs(body.decode(), keep_blank_values=True))
        elif self.path == "/v3/mail/send":
            self._sendgrid(json.loads(body))
        else:
            self._say(404)

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers), b""))
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/taken":
            self._say(200, [asdict(one) for one in self.server.taken])
        elif url.path == "/asked":
            self._say(200, self.server.asked)
        elif url.path == "/told" and self.server.postman:
            self._say(200, self.server.postman.idle(float(asked.get("within", 0))))
        elif self.server.lists_script:
            self._spoil(self.server.lists_script.popleft(), [])
        elif url.path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json":
            self._list_messages(url.path, asked)
        elif found := re.fullmatch(rf"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/(\w+)\.json", url.path):
            self._show_message(found[1])
        elif (name := url.path.removeprefix("/v3/suppression/")) in LISTS:
            self._list_suppressed(name, asked)
        else:
            self._say(404)

    # Twilio

    def _twilio(self, form: Mapping[str, list[str]]) -> None:
        says = {name: values[0] for name, values in form.items()}
        report_to, sender = says.get("StatusCallback", ""), says.get("From") or says["MessagingServiceSid"]
        outreach_id = int((re.findall(r"\d+", report_to) or ["0"])[-1])
        self.server.asked[outreach_id] += 1
        sid, now = f"SM{uuid4().hex}", self.server.now()
        taken = Taken(sid, outreach_id, sender, says["To"], says["Body"], now, report_to=report_to)
        if self.headers["Authorization"] != f"Basic {b64encode(f'{ACCOUNT_SID}:{TOKEN}'.encode()).decode()}":
            self._spoil(refuses(20003, 401), [])
        elif not re.fullmatch(r"\+\d{7,15}", taken.recipient):
            self._spoil(refuses(21211), [])
        else:
            self._answer([taken], 201, _as_listed(taken, "queued"), refuses(21612))

    def _list_messages(self, path: str, asked: Mapping[str, str]) -> None:
        found = [
            one
            for one in sorted(self.server.taken, key=lambda one: one.at, reverse=True)
            if asked.get("To", one.recipient) == one.recipient
            and asked.get("DateSent>", "")[:10] <= _date(one.at) <= (asked.get("DateSent<") or "9")[:10]
        ]
        start, size = int(asked.get("Page", 0)), int(asked.get("PageSize", 50))
        rest = urlencode({**asked, "Page": start + size})
        page = [_as_listed(one, "delivered") for one in found[start : start + size]]
        more = f"{path}?{rest}" if start + size < len(found) else None
        self._say(200, {"messages": page, "page_size": size, "next_page_uri": more, "uri": path})

    def _show_message(self, sid: str) -> None:
        word, code = self.server.statuses.get(sid, ("delivered", None))
        found = [{**_as_listed(one, word), "error_code": code} for one in self.server.taken if one.provider_id == sid]
        self._say(200, found[0]) if found else self._spoil(refuses(20404, 404), [])

    # SendGrid

    def _sendgrid(self, mail: Mapping[str, Any]) -> None:
        request = len(self.server.requests)
        message_id, everyone = uuid4().hex[:22], mail["personalizations"]
        taken = [_personalised(mail, one, message_id, self.server.now(), request) for one in everyone]
        self.server.asked.update(one.outreach_id for one in taken)
        wrong = [number for number, one in enumerate(taken) if not re.fullmatch(r"[^@\s]+@[^@\s]+", one.recipient)]
        if self.headers["Authorization"] != f"Bearer {API_KEY}":
            self._spoil(objects_to("", "The provided authorization grant is invalid", 401), [])
        elif wrong:
            self._spoil(objects_to(f"personalizations.{wrong[0]}.to.0.email", "Does not contain a valid address."), [])
        elif len(everyone) > 1000 or any(_size(one) > 10_000 for one in everyone):
            self._spoil(objects_to("personalizations", "too many"), [])
        else:
            self._answer(taken, 202, None, objects_to("from", "Not now."), {"X-Message-Id": message_id})

    def _list_suppressed(self, name: str, asked: Mapping[str, str]) -> None:
        since, start, most = (int(asked.get(key, 0)) for key in ("start_time", "offset", "limit"))
        found = [one for one in self.server.suppressed[name] if one["created"] >= since]
        self._say(200, found[start : start + min(most or 500, 500)])

    # Answers

    def _answer(
        self, taken: list[Taken], status: int, said: object, refusal: Fault, headers: Mapping[str, str] | None = None
    ) -> None:
        good = json.dumps(said).encode() if said else b""
        fault = self.server.next_fault(refusal)
        if fault is None:
            fault = Fault(takes=True, status=None)
        answered = status if fault.status is None else fault.status
        body = good if fault.body is None else fault.body
        known = {**(headers or {}), **self.server.success} if fault.status is None and fault.body is None else {}
        whole = Fault(fault.takes, answered, {**known, **fault.headers}, body, fault.hangs, fault.torn)
        self._spoil(whole, taken)

    def _spoil(self, fault: Fault, taken: list[Taken]) -> None:
        if fault.takes:
            self.server.take(*taken)
        self.server.closing.wait(fault.hangs)
        if fault.status:
            self._say(fault.status, fault.body, fault.headers, fault.torn)
        else:
            self._reset()

    def _say(
        self, status: int, said: object = None, headers: Mapping[str, str] | None = None, torn: bool = False
    ) -> None:
        body = said if isinstance(said, bytes) else json.dumps(said).encode() if said is not None else b""
        date = format_datetime(datetime.fromtimestamp(self.server.now(), UTC), usegmt=True)
        lines = {"Date": date, "Content-Length": len(body), "Content-Type": "application/json", **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        whole = f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + body
        self.wfile.write(whole[: len(whole) - len(body) // 2] if torn else whole)
        self.close_connection = torn or self.close_connection

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def _size(one: Mapping[str, Any]) -> int:
    return sum(len(f"{tag}{value}".encode()) for tag, value in one.get("substitutions", {}).items())


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _as_listed(one: Taken, status: str) -> dict[str, Any]:
    when = format_datetime(datetime.fromtimestamp(one.at, UTC))
    ours = bool(one.report_to) or one.outreach_id
    return {
        "sid": one.provider_id,
        "status": status if ours else "received",
        "direction": "outbound-api" if ours else "inbound",
        "from": one.sender,
        "to": one.recipient,
        "body": one.text,
        "date_sent": None if status == "queued" else when,
        "date_created": when,
        "account_sid": ACCOUNT_SID,
        "num_segments": "1",
        "num_media": "0",
        "api_version": "2010-04-01",
        "error_code": None,
    }


def _personalised(mail: Mapping[str, Any], one: Mapping[str, Any], message_id: str, now: float, request: int) -> Taken:
    def filled(text: str) -> str:
        for tag, value in reversed(list(one.get("substitutions", {}).items())):
            text = text.replace(tag, value)
        return text

    content = {part["type"]: filled(part["value"]) for part in mail["content"]}
    return Taken(
        provider_id=message_id,
        outreach_id=int(one["custom_args"]["outreach_id"]),
        sender=f"{mail['from'].get('name', '')} <{mail['from']['email']}>",
        recipient=one["to"][0]["email"],
        text=content.get("text/plain", ""),
        at=now,
        subject=filled(mail["subject"]),
        html=content.get("text/html", ""),
        reply_to=filled(mail.get("reply_to", {}).get("email", "")),
        headers=one.get("headers", {}),
        request=request,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.provider")
    parser.add_argument("port", type=int)
    for name in ("latency", "refuses", "loses", "late", "twice"):
        parser.add_argument(f"--{name}", type=float, default=0)
    for name in ("report-to", "token", "events-url", "events-key"):
        parser.add_argument(f"--{name}", default="")
    said = parser.parse_args()
    key = Path(said.events_key).read_bytes() if said.events_key else b""
    reports = Reports(said.token, said.events_url, key, said.report_to, said.late, said.twice)
    with Provider(
        said.port, said.latency, said.refuses, said.loses, reports=reports if said.token or key else None
    ) as here:
        print(here.url, flush=True)
        here.closing.wait()


if __name__ == "__main__":
    main()
