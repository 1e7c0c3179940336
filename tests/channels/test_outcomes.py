"""What came back from a provider over HTTP, and what that means: the same for Twilio and for SendGrid."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from channels.message import Channel, Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.twilio_sms import TwilioAccount, TwilioSms
from tests.mailserver import self_signed
from tests.make import NOON
from tests.provider import (
    ACCOUNT_SID,
    API_KEY,
    BREAKS,
    CUT,
    HTML,
    LOSES,
    RESETS,
    TOKEN,
    TORN,
    Fault,
    Provider,
    hangs,
)

PATIENCE = 0.4  # seconds, where something is silent
MAIL = Message(1, Channel.EMAIL, "Linden", "ann@example.com", "One question", "How was it?", "<p>How was it?</p>")
SMS = Message(1, Channel.SMS, "Linden", "+31612345678", "", "Linden: how was it?")


def sender_of(name: str, url: str, concurrency: int = 10, patience: float = 10) -> tuple[Sender, Message]:
    if name == "sendgrid":
        return SendGridEmail(SendGridAccount(API_KEY, "hello@linden.example", url, patience), concurrency), MAIL
    report_to, limits = "https://feedback.example/status/{outreach_id}", (patience, patience)
    return TwilioSms(TwilioAccount(ACCOUNT_SID, TOKEN, "+3197010200300", report_to, url, limits), concurrency), SMS


def several(message: Message, most: int) -> list[Message]:
    """No two alike, so that each needs a request of its own."""
    return [replace(message, outreach_id=n, text=f"{n}?") for n in range(1, most + 1)]


@pytest.fixture(params=["twilio", "sendgrid"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def one(name: str, url: str, patience: float = 10) -> Outcome:
    sender, message = sender_of(name, url, patience=patience)
    (outcome,) = sender.send_many([message])
    return outcome


def said(status: int, body: bytes = b"{}", takes: bool = False) -> Fault:
    return Fault(takes, status, body=body)


OUTCOMES: dict[str, tuple[Fault, type]] = {
    **{f"HTTP {status}": (said(status), SendRefused) for status in (400, 401, 403, 404, 413, 429)},
    **{
        f"HTTP {status}": (said(status), SendUnknown)
        for status in (204, 301, 302, 303, 307, 402, 405, 409, 418, 500, 502, 503, 504, 520)
    },
    "elsewhere": (Fault(status=302, headers={"Location": "/elsewhere"}, body=b""), SendUnknown),
    "elsewhere for good": (Fault(status=308, headers={"Location": "/elsewhere"}, body=b""), SendUnknown),
    "a page for an error": (BREAKS, SendUnknown),
    "an odd error": (said(400, b"<html>"), SendRefused),
    "an error in no shape we know": (said(400, b"[1]"), SendRefused),
    "reset before it was taken": (RESETS, SendUnknown),
    "taken, and the answer lost": (LOSES, SendUnknown),
    "silent": (hangs(2), SendUnknown),
    "taken, then silent": (hangs(2, takes=True), SendUnknown),
    "somebody else's page": (HTML, SendUnknown),
    "cut JSON": (CUT, SendUnknown),
    "a torn answer": (TORN, SendUnknown),
    "nothing in it": (Fault(True, None, body=b""), SendUnknown),
    "JSON without an id": (Fault(True, None, body=b'{"status": "queued"}'), SendUnknown),
    "an id that is none": (Fault(True, None, body=b'{"sid": 5}'), SendUnknown),
    "JSON of another shape": (Fault(True, None, body=b'["SM01"]'), SendUnknown),
}


@pytest.mark.parametrize(("fault", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_came_back_decides_and_nothing_is_handed_over_twice(
    name: str, provider: Provider, fault: Fault, outcome: type
) -> None:
    provider.script(fault)
    found = one(name, provider.url, PATIENCE if fault.hangs else 10)
    assert isinstance(found, outcome)
    assert provider.asked == {1: 1}
    assert len(provider.taken) == fault.takes
    assert not isinstance(found, SendRefused) or (found.permanent, found.objection) == (False, None)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9",
        "http://nobody.invalid",
        "https://127.0.0.1:9",
        "https://nobody.invalid",
        "{tls}",
        "{shake}",
    ],
)
def test_where_no_connection_came_about_nothing_was_handed_over(
    name: str, provider: Provider, silent_port: int, url: str
) -> None:
    not_tls, no_handshake = provider.url.replace("http:", "https:"), f"https://127.0.0.1:{silent_port}"
    outcome = one(name, url.format(tls=not_tls, shake=no_handshake), PATIENCE if "shake" in url else 10)
    assert isinstance(outcome, SendRefused)
    assert (outcome.permanent, outcome.retry_after) == (False, 0)
    assert provider.requests == []


@pytest.mark.parametrize("trusts", [True, False])
def test_the_certificate_of_the_provider_is_checked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusts: bool
) -> None:
    context, trusted = self_signed(tmp_path)
    if trusts:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with Provider(context=context) as provider:
        outcome = one(name, provider.url)
        assert (isinstance(outcome, Receipt), isinstance(outcome, SendRefused)) == (trusts, not trusts)
        assert len(provider.requests) == trusts


def test_a_certificate_for_another_name_is_not_accepted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with Provider(context=context) as provider:
        assert isinstance(one(name, provider.url.replace("127.0.0.1", "localhost")), SendRefused)
        assert provider.requests == []


def test_a_connection_that_fails_is_not_tried_again(name: str) -> None:
    tries = 0

    def turn_away(listening: socket.socket) -> None:
        nonlocal tries
        with suppress(OSError):
            while True:
                listening.accept()[0].close()
                tries += 1

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=turn_away, args=[listening], daemon=True).start()
        outcome = one(name, f"https://127.0.0.1:{listening.getsockname()[1]}")
        listening.shutdown(socket.SHUT_RDWR)
    assert isinstance(outcome, SendRefused)
    assert tries == 1


def test_a_connection_that_was_used_before_and_breaks_is_no_refusal(name: str, provider: Provider) -> None:
    sender, message = sender_of(name, provider.url, concurrency=1)
    provider.script(Fault(True, None), RESETS)
    outcomes = sender.send_many(several(message, 3))
    assert [type(outcome) for outcome in outcomes] == [Receipt, SendUnknown, Receipt]
    assert provider.asked == {1: 1, 2: 1, 3: 1}


def test_a_silent_provider_costs_no_more_than_the_patience_we_have(name: str, provider: Provider) -> None:
    provider.script(*[hangs(30)] * 5)
    sender, message = sender_of(name, provider.url, patience=PATIENCE)
    began = time.monotonic()
    outcomes = sender.send_many(several(message, 5))
    assert [type(outcome) for outcome in outcomes] == [SendUnknown] * 5
    assert time.monotonic() - began < 10 * PATIENCE


WAITS = {
    "seconds": ({"Retry-After": "120"}, 120),
    "a moment": ({"Retry-After": "Sun, 15 Jun 2025 15:08:10 GMT"}, 90),
    "a moment in the past": ({"Retry-After": "Sun, 15 Jun 2025 15:00:00 GMT"}, 1),
    "nothing": ({}, 60),
    "no sense": ({"Retry-After": "soon"}, 60),
    "no time": ({"Retry-After": "0"}, 1),
    "for ever": ({"Retry-After": "99999999999"}, 86_400),
    "a reset": ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOON + 30)}, 30),
    "a reset that is none": ({"X-RateLimit-Reset": "x"}, 60),
}


@pytest.mark.parametrize(("headers", "seconds"), WAITS.values(), ids=WAITS)
def test_too_many_requests_says_how_long_to_wait_by_the_providers_own_clock(
    name: str, provider: Provider, headers: dict[str, str], seconds: int
) -> None:
    provider.script(Fault(status=429, headers=headers, body=b"{}"))
    outcome = one(name, provider.url)
    assert isinstance(outcome, SendRefused)
    assert (outcome.retry_after, outcome.permanent) == (seconds, False)


def test_after_too_many_requests_the_rest_is_not_even_tried(name: str, provider: Provider) -> None:
    sender, message = sender_of(name, provider.url, concurrency=1)
    provider.script(Fault(True, None), Fault(status=429, headers={"Retry-After": "120"}, body=b"{}"))
    taken, *others = sender.send_many(several(message, 5))
    assert isinstance(taken, Receipt)
    assert [outcome.retry_after for outcome in others if isinstance(outcome, SendRefused)] == [120] * 4
    assert provider.asked == {1: 1, 2: 1}
    (again,) = sender.send_many([replace(message, outreach_id=6)])
    assert isinstance(again, SendRefused)
    assert again.retry_after > 100
    assert provider.asked == {1: 1, 2: 1}


def test_messages_go_out_at_the_same_time_and_their_outcomes_stay_in_order(name: str) -> None:
    with Provider(latency=0.2) as provider:
        sender, message = sender_of(name, provider.url)
        began = time.monotonic()
        outcomes = sender.send_many(several(message, 20))
        assert time.monotonic() - began < 20 * 0.2 / 2
        by_id = {taken.provider_id: taken.text for taken in provider.taken}
        assert [by_id[receipt.provider_id] for receipt in outcomes if isinstance(receipt, Receipt)] == [
            f"{n}?" for n in range(1, 21)
        ]


def test_the_answer_to_one_message_is_never_taken_for_that_to_another(name: str, provider: Provider) -> None:
    sender, message = sender_of(name, provider.url)
    for _ in range(5):
        provider.taken.clear()
        outcomes = sender.send_many(several(message, 100))
        by_id = {taken.provider_id: taken.outreach_id for taken in provider.taken}
        assert [by_id[o.provider_id] for o in outcomes if isinstance(o, Receipt)] == [*range(1, 101)]


def test_what_a_refusal_says_names_nobody(name: str, provider: Provider) -> None:
    provider.script(Fault(status=400, body=b'{"code": 21211, "message": "+31612345678 ann@example.com"}'))
    reason = str(one(name, provider.url))
    assert "400" in reason
    assert "612345678" not in reason
    assert "ann@" not in reason


@pytest.mark.parametrize("account", [TwilioAccount("AC1", "hush", "+31"), SendGridAccount("hush", "a@b.example")])
def test_no_secret_is_shown_where_an_account_is_printed(account: object) -> None:
    assert "hush" not in repr(account)
