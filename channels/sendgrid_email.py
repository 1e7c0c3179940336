"""E-mail by SendGrid, on its official package."""

import json
import logging
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from python_http_client import Client
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from channels.alike import Batch, Own, gathered
from channels.calling import REFUSING, TOO_MANY, Pause, at_once, outcome_of, seconds_to_wait
from channels.message import (
    Message,
    NotListed,
    Objection,
    Outcome,
    Receipt,
    SendRefused,
    SendUnknown,
    refusal_of,
)

MOST, MOST_BYTES = 1_000, 10_000  # people a request; bytes of their own words, each
PAGE = 500  # the most that a list gives at a time
ACCEPTED = 202

_UNTOUCHED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}
"""The message arrives as it was written: with our own links, and our own way to stop."""

_RECIPIENT = re.compile(r"personalizations\.(\d+)\.to\b")
_BAD_ADDRESS = re.compile(r"valid (?:email )?address")

logging.getLogger("python_http_client").setLevel(logging.INFO)  # below that it writes down whole messages


@dataclass(frozen=True, slots=True)
class SendGridAccount:
    """What to send with. `sender_address` is a verified one; `timeout` in seconds, for each step of a call."""

    api_key: str = field(repr=False)
    sender_address: str
    api_base: str = "https://api.sendgrid.com"
    timeout: float = 15


class SendGridEmail:
    """Hands each message over once; those that are alike together, `concurrency` requests at the same time."""

    def __init__(self, account: SendGridAccount, concurrency: int = 10) -> None:
        self._account, self._concurrency, self._pause = account, concurrency, Pause()
        self._opener = build_opener(_StayHere, HTTPSHandler(context=ssl.create_default_context()))

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        """One answer is the outcome of everyone in the request, but for those whose address it finds wrong."""
        outcomes: dict[int, Outcome] = {m.outreach_id: refusal for m in messages if (refusal := refusal_of(m))}
        fit = [message for message in messages if message.outreach_id not in outcomes]
        hand_over = partial(self._hand_over, self._line("mail", "send"))
        for said in at_once(hand_over, gathered(fit, MOST, MOST_BYTES), self._concurrency):
            outcomes |= said
        return [outcomes[message.outreach_id] for message in messages]

    def find(self, message: Message, at: int) -> Receipt | None:
        """Always None: SendGrid has no list of what it took that every account may read, and its own id is only in the
        answer. Its events bring the evidence: they name our outreach."""
        return None

    def suppressed_since(self, name: str, at: int, most: int = 10_000) -> Iterator[bytes]:
        """Whom SendGrid put on this one of its LISTS since a moment (epoch seconds), each as it is listed, in JSON.
        Raises NotListed, also where there are more than `most`."""
        line = self._line("suppression", name)
        for start in range(0, most, PAGE):
            try:
                page = line.get(query_params={"start_time": at, "limit": PAGE, "offset": start}).to_dict
                entries = [json.dumps(dict(entry)).encode() for entry in page]
            except Exception as error:
                raise NotListed(f"{type(error).__name__} while reading {name}", _wait(error)) from error
            yield from entries
            if len(entries) != PAGE:  # more come where the list knows no pages
                return
        raise NotListed(f"there are more than {most} {name}")

    def _line(self, *path: str) -> "_Line":
        return _Line(self._account, self._opener, path)

    def _hand_over(self, line: "_Line", batch: Batch) -> dict[int, Outcome]:
        outcome = self._pause.refusal() or self._pause.heed(outcome_of(partial(self._post, line, batch)))
        return {
            own.message.outreach_id: _fate(outcome, place, own.message.outreach_id, len(batch.everyone))
            for place, own in enumerate(batch.everyone)
        }

    def _post(self, line: "_Line", batch: Batch) -> Receipt:
        try:
            answer = line.post(request_body=_request(batch, self._account.sender_address))
        except HTTPError as error:
            if error.status_code in REFUSING:
                raise _Refused(error) from None
            raise SendUnknown(f"HTTP {error.status_code}") from None
        message_id = answer.headers.get("X-Message-Id")
        if answer.status_code != ACCEPTED or not message_id:
            raise SendUnknown(f"HTTP {answer.status_code} {'with' if message_id else 'without'} an id")
        if answer.headers.get("X-RateLimit-Remaining") == "0":
            self._pause.begin(seconds_to_wait(answer.headers))
        return Receipt(message_id)


class _StayHere(HTTPRedirectHandler):
    """Follows nothing: our key would go along, and what is said elsewhere is no answer."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Line(Client):  # type: ignore[misc]
    """The official client, for one path and many threads, with an opener of ours: its own reads all the trusted
    certificates for every request."""

    def __init__(self, account: SendGridAccount, opener: OpenerDirector, path: Sequence[str]) -> None:
        official = SendGridAPIClient(account.api_key, account.api_base.rstrip("/")).client
        super().__init__(official.host, official.request_headers, 3, list(path), timeout=account.timeout)
        self._opener = opener

    def _make_request(self, _: OpenerDirector, request: Request, timeout: float | None = None) -> Any:
        return super()._make_request(self._opener, request, timeout)


class _Refused(SendRefused):
    """`wrong`: the places in the request of those whose addresses SendGrid finds wrong."""

    def __init__(self, error: HTTPError) -> None:
        super().__init__(f"HTTP {error.status_code}", permanent=False, retry_after=_wait(error))
        try:
            found = [
                (_RECIPIENT.match(str(one["field"])), _BAD_ADDRESS.search(str(one["message"])))
                for one in error.to_dict["errors"]
            ]
        except (ValueError, TypeError, KeyError):
            found = []
        self.wrong = {int(place[1]) for place, is_bad in found if place and is_bad}


def _fate(outcome: Outcome, place: int, outreach_id: int, people: int) -> Outcome:
    """What one answer means for the message at that place in the request: an id of its own, or the blame."""
    if isinstance(outcome, Receipt) and people > 1:
        return Receipt(f"{outcome.provider_id}:{outreach_id}")
    if isinstance(outcome, _Refused) and place in outcome.wrong:
        return SendRefused("not a valid address", permanent=True, objection=Objection.BOUNCED)
    return outcome


def _request(batch: Batch, sender_address: str) -> dict[str, Any]:
    common = batch.common
    content = {"text/plain": common.text, "text/html": common.html}
    request = {
        "personalizations": [_personalization(own) for own in batch.everyone],
        "from": {"email": sender_address, "name": common.sender},
        "reply_to": {"email": common.reply_to} if common.reply_to else None,
        "subject": common.subject,
        "content": [{"type": kind, "value": text} for kind, text in content.items() if text],
        "tracking_settings": _UNTOUCHED,
    }
    return {name: value for name, value in request.items() if value is not None}


def _personalization(own: Own) -> dict[str, Any]:
    """Only the number of the outreach goes along as an argument: those are kept for long, and cannot be taken back."""
    return {
        "to": [{"email": own.message.recipient}],
        "custom_args": {"outreach_id": str(own.message.outreach_id)},
        **({"headers": dict(own.message.headers)} if own.message.headers else {}),
        **({"substitutions": dict(own.words)} if own.words else {}),
    }


def _wait(error: Any) -> int:
    """How long SendGrid wants to be left alone (seconds), where it said so."""
    return seconds_to_wait(error.headers) if getattr(error, "status_code", 0) == TOO_MANY else 0
