"""SMS by Twilio, on its official package."""

import logging
import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from os.path import isdir
from re import fullmatch
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from twilio.base import values
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels.calling import REFUSING, TOO_MANY, Pause, at_once, outcome_of, seconds_to_wait
from channels.message import Message, NotListed, Outcome, Receipt, SendRefused, SendUnknown, refusal_of
from channels.twilio_words import BUSY, FOR_GOOD, OBJECTIONS, status_of

HOME = "https://api.twilio.com"
MESSAGES_TO_ONE = 200  # looked through for one that may have been taken
NOT_FOUND = 404
PAGE = 1000  # the most that the list gives at a time

log = logging.getLogger(__name__)
logging.getLogger("urllib3").setLevel(logging.INFO)  # below that it writes down addresses that hold numbers


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """What to send with. `sender` is a number in E.164, a name of letters and digits, or a messaging service's SID.

    `status_url` is where Twilio reports to, with `{outreach_id}` in it, or empty. `api_base` (scheme and host) takes
    the place of Twilio's own. `timeouts` are seconds to connect, and to wait for each piece of an answer.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    status_url: str = ""
    api_base: str = ""
    timeouts: tuple[float, float] = (5, 15)


class TwilioSms:
    """Hands each message over once, `concurrency` of them at the same time."""

    def __init__(self, account: TwilioAccount, concurrency: int = 10) -> None:
        self._account, self._concurrency, self._pause = account, concurrency, Pause()
        self._way = _Way.to(account.api_base or HOME)
        by_service = fullmatch("MG[0-9a-fA-F]{32}", account.sender)
        self._from = {"messaging_service_sid" if by_service else "from_": account.sender}

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        with closing(self._line()) as line:
            listed = line.messages

            def hand_over(message: Message) -> Outcome:
                refusal = refusal_of(message) or self._pause.refusal()
                return refusal or self._pause.heed(outcome_of(lambda: self._create(listed, message)))

            return at_once(hand_over, messages, self._concurrency)

    def _line(self) -> "_Line":
        return _Line(self._account, self._way, self._concurrency)

    def _create(self, listed: Any, message: Message) -> Receipt:
        report_to = self._account.status_url.replace("{outreach_id}", str(message.outreach_id))
        taken = listed.create(
            to=message.recipient, body=message.text, status_callback=report_to or values.unset, **self._from
        )
        if not isinstance(taken.sid, str) or not taken.sid:
            raise SendUnknown("an answer without an id")
        return Receipt(taken.sid, status_of(taken.status))

    def find(self, message: Message, at: int) -> Receipt | None:
        """The newest message to the same number with the same text, in the days around that moment.

        The list lags behind by minutes, and holds nothing that still waits to be sent.
        """
        day = datetime.combine(datetime.fromtimestamp(at, UTC), time.min)
        around = {"date_sent_after": day - timedelta(days=1), "date_sent_before": day + timedelta(days=2)}
        try:
            with closing(self._line()) as line:
                sent = line.messages.list(to=message.recipient, limit=MESSAGES_TO_ONE, **around)
        except Exception as error:
            log.warning("outreach %s was not looked for: %s", message.outreach_id, type(error).__name__)
            return None
        ours = [one for one in sent if one.body == message.text and str(one.direction).startswith("outbound")]
        newest = max(ours, key=_moment, default=None)
        return newest and Receipt(newest.sid, status_of(newest.status))

    def inbound_since(self, at: int, most: int = 10_000) -> Iterator[tuple[int, bytes]]:
        """What was written to us since a moment, and when (epoch seconds), as the list gives it: the newest first.

        Each is a form with the fields of the webhook that should have brought it. Raises NotListed, also where more
        than `most` messages, sent or received, would have to be read.
        """
        since, sender = datetime.fromtimestamp(at, UTC), self._account.sender
        to_us = {"to": sender} if sender.startswith("+") else {}
        try:
            with closing(self._line()) as line:
                listed = line.messages.stream(date_sent_after=since, limit=most + 1, page_size=PAGE, **to_us)
                for count, one in enumerate(listed):
                    if count == most:
                        raise NotListed(f"there are more than {most} messages")
                    if one.direction == "inbound" and (sent := _moment(one)) >= since:
                        yield int(sent.timestamp()), urlencode(_as_webhook(one)).encode()
        except Exception as error:
            raise _not_listed(error) from error

    def statuses(self, provider_ids: Sequence[str]) -> Iterator[bytes]:
        """What became of these messages of ours, each as the call would have been that should have told it; nothing
        about one that Twilio no longer has. Raises NotListed."""
        try:
            with closing(self._line()) as line:
                listed = line.messages
                for start in range(0, len(provider_ids), self._concurrency):
                    some = provider_ids[start : start + self._concurrency]
                    yield from filter(None, at_once(lambda sid: _told(listed, sid), some, self._concurrency))
        except Exception as error:
            raise _not_listed(error) from error


def _told(listed: Any, sid: str) -> bytes | None:
    try:
        one = listed.get(sid).fetch()
    except _NotThere:
        return None
    fields = {
        **dict.fromkeys(("MessageSid", "SmsSid"), one.sid),
        **dict.fromkeys(("MessageStatus", "SmsStatus"), one.status),
        "AccountSid": one.account_sid,
        "From": one.from_,
        "To": one.to,
        "ErrorCode": one.error_code,
        "ApiVersion": one.api_version,
    }
    return urlencode({name: str(value) for name, value in fields.items() if value is not None}).encode()


def _not_listed(error: Exception) -> NotListed:
    if isinstance(error, NotListed):
        return error
    wait = error.retry_after if isinstance(error, SendRefused) else 0
    return NotListed(f"{type(error).__name__} while reading the list of messages", wait)


def _moment(one: Any) -> datetime:
    return one.date_sent or one.date_created or datetime.max.replace(tzinfo=UTC)


def _as_webhook(one: Any) -> dict[str, str]:
    fields = {
        **dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), one.sid),
        "SmsStatus": one.status,
        "AccountSid": one.account_sid,
        "MessagingServiceSid": one.messaging_service_sid,
        "From": one.from_,
        "To": one.to,
        "Body": one.body or "",
        "NumMedia": one.num_media,
        "NumSegments": one.num_segments,
        "ApiVersion": one.api_version,
    }
    return {name: str(value) for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Way:
    """What the environment says about the way to a provider, looked at once: the proxies, and whom to trust."""

    proxies: Any
    trust: ssl.SSLContext

    @classmethod
    def to(cls, url: str) -> "_Way":
        said: dict[str, Any] = requests.Session().merge_environment_settings(url, {}, None, None, None)
        bundle = DEFAULT_CA_BUNDLE_PATH if said["verify"] is True else said["verify"]
        folder, file = (bundle, None) if isdir(bundle) else (None, bundle)
        return cls(said["proxies"], ssl.create_default_context(cafile=file, capath=folder))


class _Trusting(HTTPAdapter):
    """Makes connections with certificates that were read already, which takes longer than all the rest."""

    def __init__(self, trust: ssl.SSLContext, connections: int) -> None:
        self._trust = trust
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **how: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trust, **how)

    def cert_verify(self, *_: object) -> None:
        """Nothing is left to be read."""


class _Line(HttpClient):  # type: ignore[misc]
    """The official client's way out, made for many threads: its own keeps the last answer in one place for all.

    It limits connecting and reading apart, tries nothing twice, follows nothing, and writes nothing down.
    """

    def __init__(self, account: TwilioAccount, way: _Way, connections: int) -> None:
        super().__init__(log, False)
        self._account, self._session = account, requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Trusting(way.trust, connections))
        self._session.proxies, self._session.trust_env = way.proxies, False

    @property
    def messages(self) -> Any:
        return Client(self._account.account_sid, self._account.auth_token, http_client=self).messages

    def request(self, method: str, url: str, **how: Any) -> Response:
        limits = {"timeout": self._account.timeouts, "allow_redirects": False}
        answer = self._session.request(method, self._moved(url), **{**how, **limits})
        answer.encoding = "utf-8"
        if answer.status_code in REFUSING:
            raise _refusal(answer)
        if not 200 <= answer.status_code < 300:
            raise SendUnknown(f"HTTP {answer.status_code}")
        return Response(answer.status_code, answer.text, answer.headers)

    def _moved(self, url: str) -> str:
        base = self._account.api_base
        return urlunsplit((*urlsplit(base)[:2], *urlsplit(url)[2:])) if base else url

    def close(self) -> None:
        self._session.close()


class _NotThere(SendRefused):
    """Twilio has nothing at that address."""


def _refusal(answer: requests.Response) -> SendRefused:
    try:
        code = int(answer.json()["code"])
    except (ValueError, TypeError, KeyError):
        code = 0
    objection = OBJECTIONS.get(code)
    busy = answer.status_code == TOO_MANY or code in BUSY
    return (_NotThere if answer.status_code == NOT_FOUND else SendRefused)(
        f"HTTP {answer.status_code}, error {code or 'without a code'}",
        permanent=objection in FOR_GOOD,
        objection=objection,
        retry_after=seconds_to_wait(answer.headers) if busy else 0,
    )
