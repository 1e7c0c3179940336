"""What we ask of Twilio and SendGrid, held against their own descriptions of their interfaces by Prism.

Needs npx, which fetches Prism when it is first used; with REQUIRE_PRISM=1 the tests fail where they cannot run.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from channels import sendgrid_lists
from channels.message import Channel, DeliveryStatus, Message, NotListed, Receipt, SendRefused
from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.sendgrid_lists import LISTS
from channels.twilio_sms import TwilioAccount, TwilioSms
from tests.conftest import unavailable
from tests.make import NOON

PRISM = "@stoplight/prism-cli@5"
PATIENCE = 100  # seconds, of which most are for fetching it
PASSED, VIOLATED = "The request passed the validation rules", "did not pass the validation rules"

pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Prism:
    url: str
    log: Path

    def verdicts(self) -> list[bool]:
        """Of each request so far, whether it was as described."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [PASSED in line for line in lines if PASSED in line or VIOLATED in line]


def data_of(request: pytest.FixtureRequest) -> Path:
    try:
        folder: Path = request.getfixturevalue("shared_data")
    except pytest.skip.Exception as missing:
        unavailable(str(missing), "REQUIRE_PRISM")
    return folder / "06_api"


@contextmanager
def prism(description: Path, log: Path) -> Iterator[Prism]:
    """Prism, playing the provider of this description; a request that violates it is answered with an error."""
    npx = shutil.which("npx") or unavailable("npx is not installed here", "REQUIRE_PRISM")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [npx, "--yes", PRISM, "mock", "--errors", "--port", str(port), str(description)]
    how = {**os.environ, "npm_config_prefer_offline": "true", "npm_config_fetch_retries": "0"}
    with (
        log.open("w") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=how, start_new_session=True) as process,
    ):
        try:
            _wait(process, log)
            yield Prism(f"http://127.0.0.1:{port}", log)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while "Prism is listening" not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > until:
            unavailable(f"Prism does not run here: {log.read_text(encoding='utf-8')[:300]}", "REQUIRE_PRISM")
        time.sleep(0.1)


@pytest.fixture(scope="module")
def twilio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    description = data_of(request) / "twilio" / "twilio_api_v2010.json"
    with prism(description, tmp_path_factory.mktemp("twilio") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def sendgrid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    """The description keeps silent about X-Message-Id, which the real answer has, and not all of its files are here."""
    folder = tmp_path_factory.mktemp("sendgrid")
    shutil.copytree(data_of(request) / "sendgrid" / "spec", folder / "spec", copy_function=shutil.copyfile)
    whole = json.loads((data_of(request) / "sendgrid" / "oas_v3.json").read_text())
    used = {"/v3/mail/send", *(f"/v3/suppression/{name}" for name in LISTS)}
    whole["paths"] = {path: what for path, what in whole["paths"].items() if path in used}
    (folder / "oas_v3.json").write_text(json.dumps(whole))
    send = folder / "spec" / "paths" / "mail_send" / "mail_send.json"
    mail_send = json.loads(send.read_text())
    taken = {"X-Message-Id": {"schema": {"type": "string"}, "example": "an-id"}}
    mail_send["mail_send"]["post"]["responses"]["202"]["headers"] = taken
    send.write_text(json.dumps(mail_send))
    with prism(folder / "oas_v3.json", folder / "log") as running:
        yield running


SMS = Message(42, Channel.SMS, "Linden", "+31612345678", "", "Linden: hoe was het? €")


def account(running: Prism) -> TwilioAccount:
    report_to = "https://feedback.example/hooks/twilio/status/{outreach_id}"
    return TwilioAccount(f"AC{'0' * 32}", "a-token", "+3197010200300", report_to, running.url)


@pytest.mark.parametrize("sender", ["+3197010200300", "Linden", f"MG{'0a' * 16}"])
def test_twilio_takes_our_message_as_described(twilio: Prism, sender: str) -> None:
    before = len(twilio.verdicts())
    (outcome,) = TwilioSms(replace(account(twilio), sender=sender)).send_many([SMS])
    assert isinstance(outcome, Receipt)
    assert outcome.provider_id.startswith("SM")
    assert outcome.status is not DeliveryStatus.UNKNOWN
    assert twilio.verdicts()[before:] == [True]


def test_we_ask_for_twilios_list_as_described(twilio: Prism) -> None:
    before = len(twilio.verdicts())
    TwilioSms(account(twilio)).find(SMS, NOON)  # what is invented for the answer is not even as described itself
    assert twilio.verdicts()[before:] == [True]


def test_we_ask_twilio_what_became_of_a_message_as_described(twilio: Prism) -> None:
    before = len(twilio.verdicts())
    with suppress(NotListed):  # nor is this
        list(TwilioSms(account(twilio)).statuses([f"SM{'0' * 32}"]))
    assert twilio.verdicts()[before:] == [True]


def test_a_request_that_is_not_as_described_would_be_noticed(twilio: Prism) -> None:
    outcomes = TwilioSms(replace(account(twilio), account_sid="AC1")).send_many([SMS])
    assert not isinstance(outcomes[0], Receipt)
    assert twilio.verdicts()[-1] is False


def mail(number: int, name: str) -> Message:
    link = f"https://l.example/r/tok{number:05}?a=1&b=2"
    return Message(
        *(number, Channel.EMAIL, "Linden & Zn.", f"c{number}@example.com", f"{name}, één vraag"),
        *(
            f"Dag {name}! {link}",
            f'<p>Dag {name}! <a href="https://l.example/r/tok{number:05}?a=1&amp;b=2">Hier</a></p>',
        ),
        reply_to=f"reply+k{number:05}@in.linden.example",
        headers={"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        personal=(name, link, f"k{number:05}"),
    )


@pytest.mark.parametrize("people", [1, 1_000])
def test_sendgrid_takes_our_mails_as_described(sendgrid: Prism, people: int) -> None:
    before = len(sendgrid.verdicts())
    sender = SendGridEmail(SendGridAccount("SG.a-key", "hello@linden.example", sendgrid.url))
    outcomes = sender.send_many([mail(n, f"Naam{n}") for n in range(1, people + 1)])
    assert {type(outcome) for outcome in outcomes} == {Receipt}
    assert sendgrid.verdicts()[before:] == [True]


def test_a_mail_that_is_not_as_described_would_be_noticed(sendgrid: Prism) -> None:
    sender = SendGridEmail(SendGridAccount("SG.a-key", "hello@linden.example", sendgrid.url))
    outcomes = sender.send_many([replace(mail(1, "Ann"), recipient="nobody", subject="")])
    assert not isinstance(outcomes[0], Receipt)
    assert not isinstance(outcomes[0], SendRefused) or not outcomes[0].permanent
    assert sendgrid.verdicts()[-1] is False


def test_we_read_sendgrids_lists_as_described(sendgrid: Prism) -> None:
    before = len(sendgrid.verdicts())
    sender = SendGridEmail(SendGridAccount("SG.a-key", "hello@linden.example", sendgrid.url))
    for name in LISTS:
        assert {sendgrid_lists.read(raw, {"list": name}).word for raw in sender.suppressed_since(name, NOON)} == {name}
    assert sendgrid.verdicts()[before:] == [True] * len(LISTS)
