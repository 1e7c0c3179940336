"""What a provider tells later: Twilio's status callbacks and SendGrid's event batches, signed as theirs are.

`status_callback` and `event_batch` make one request each, to be posted as it is or spoiled first. A `Postman` posts
them by itself: each on its own after a while, so in any order, and some of them twice.
"""

import heapq
import json
import random
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from hmac import digest
from http.client import HTTPException
from itertools import count
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

if TYPE_CHECKING:
    from tests.provider import Taken

STATUSES, EVENTS = ("sent", "delivered"), ("processed", "delivered")
TRIES = 50  # of an event batch that was not answered with 2xx; a status callback is posted once


@dataclass(frozen=True)
class Reports:
    """How to report. Without a token no status callbacks; without an address or a key (PEM, P-256) no events.

    `to` (scheme and host) is where everything is really posted, whatever the addresses say; signatures cover the
    addresses. `late`: seconds, at most. `twice`: the share that is posted again. `at_once`: how many are posted at the
    same time.
    """

    token: str = ""
    events_url: str = ""
    events_key: bytes = b""
    to: str = ""
    late: float = 0
    twice: float = 0
    at_once: int = 1


@dataclass(frozen=True)
class Report:
    url: str
    headers: Mapping[str, str]
    body: bytes


def status_callback(taken: "Taken", status: str, token: str, **more: str) -> Report:
    """What Twilio posts about a message of ours; further fields, such as ErrorCode, as they are."""
    fields = {
        **dict.fromkeys(("MessageSid", "SmsSid"), taken.provider_id),
        **dict.fromkeys(("MessageStatus", "SmsStatus"), status),
        "AccountSid": "AC" + "0" * 32,
        "From": taken.sender,
        "To": taken.recipient,
        "ApiVersion": "2010-04-01",
        **more,
    }
    return signed_form(taken.report_to, fields, token)


def signed_form(url: str, fields: Mapping[str, str], token: str) -> Report:
    """A form as Twilio posts it, status or inbound."""
    covered = url + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(digest(token.encode(), covered.encode(), sha1)).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return Report(url, headers, urlencode(fields).encode())


def event(taken: "Taken", kind: str, at: int, **more: str) -> dict[str, Any]:
    """One event as SendGrid tells it."""
    return {
        "email": taken.recipient,
        "timestamp": at,
        "event": kind,
        "sg_event_id": uuid4().hex[:22],
        "sg_message_id": f"{taken.provider_id}.filter0001",
        "outreach_id": str(taken.outreach_id),
        **more,
    }


def event_batch(url: str, events: Iterable[Mapping[str, Any]], key: bytes, at: int) -> Report:
    """What SendGrid posts; it ends in a line break, as theirs do."""
    return signed_body(url, json.dumps(list(events)).encode() + b"\r\n", "application/json", key, at)


def signed_body(url: str, body: bytes, content_type: str, key: bytes, at: int) -> Report:
    """Anything as SendGrid signs it: events, or a mail that came in."""
    signature = _private(key).sign(str(at).encode() + body, ec.ECDSA(SHA256()))
    headers = {
        "Content-Type": content_type,
        "X-Twilio-Email-Event-Webhook-Signature": b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": str(at),
    }
    return Report(url, headers, body)


@cache
def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


class Postman:
    """Posts reports late, out of order and sometimes twice, until it is stopped. `told` counts those answered 2xx.

    `now` (epoch seconds) is the moment that events are told to have happened, and are signed.
    """

    def __init__(self, reports: Reports, now: Callable[[], float] = time.time) -> None:
        self.told, self._reports, self._now = 0, reports, now
        self._chance, self._numbers, self._stopped = random.Random(1), count(), False
        self._due: list[tuple[float, int, int, Report]] = []
        self._news = Condition()
        self._out = 0
        for _ in range(reports.at_once):
            Thread(target=self._walk, daemon=True).start()

    def tell(self, messages: Sequence["Taken"]) -> None:
        """Report what becomes of these: they arrive."""
        for taken in messages:
            if taken.report_to and self._reports.token:
                for status in STATUSES:
                    self.post(status_callback(taken, status, self._reports.token))
        mails = [taken for taken in messages if not taken.report_to]
        if mails and self._reports.events_key:
            for kind in EVENTS:
                self.post(self._events(mails, kind), TRIES, 0)

    def post(self, report: Report, tries: int = 1, twice: float | None = None) -> None:
        """Post this after a while, until it is answered with 2xx, but no more than so many times; and once more by
        chance."""
        with self._news:
            for _ in range(1 + (self._chance.random() < (self._reports.twice if twice is None else twice))):
                due = time.monotonic() + self._chance.uniform(0, self._reports.late)
                heapq.heappush(self._due, (due, next(self._numbers), tries, report))
            self._news.notify_all()

    def idle(self, seconds: float) -> bool:
        """Wait until nothing is left to be told; False where that takes longer."""
        with self._news:
            return self._news.wait_for(lambda: not self._due and not self._out, seconds)

    def stop(self) -> None:
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def _events(self, mails: Sequence["Taken"], kind: str) -> Report:
        """A batch in any order, with some events in it twice, each time under an id of its own."""
        at, chance = int(self._now()), self._chance
        events = [event(one, kind, at) for one in mails for _ in range(1 + (chance.random() < self._reports.twice))]
        return event_batch(self._reports.events_url, chance.sample(events, len(events)), self._reports.events_key, at)

    def _walk(self) -> None:
        while True:
            with self._news:
                while not self._stopped and (not self._due or self._due[0][0] > time.monotonic()):
                    self._news.wait(max(0.0, self._due[0][0] - time.monotonic()) if self._due else None)
                if self._stopped:
                    return
                _, _, tries, report = heapq.heappop(self._due)
                self._out += 1
            heard = self._deliver(report)
            with self._news:
                self.told, self._out = self.told + heard, self._out - 1
                if not heard and tries > 1:
                    self.post(report, tries - 1, 0)
                self._news.notify_all()

    def _deliver(self, report: Report) -> bool:
        url = report.url
        if self._reports.to:
            url = urlunsplit((*urlsplit(self._reports.to)[:2], *urlsplit(report.url)[2:]))
        try:
            with urlopen(Request(url, report.body, dict(report.headers)), timeout=15) as answer:
                return bool(answer.status < 300)
        except (OSError, HTTPException):
            return False
