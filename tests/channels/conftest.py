"""Providers and mail servers that run in the test's own process, and senders for them."""

from collections.abc import Iterator

import pytest

from channels.sendgrid_email import SendGridAccount, SendGridEmail
from channels.twilio_sms import TwilioAccount, TwilioSms
from tests.mailserver import MailServer
from tests.make import NOON
from tests.provider import ACCOUNT_SID, API_KEY, TOKEN, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider whose clock stands at noon."""
    with Provider() as here:
        here.now = lambda: NOON
        yield here


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as here:
        yield here


@pytest.fixture
def account(provider: Provider) -> TwilioAccount:
    report_to = "https://feedback.example/hooks/twilio/status/{outreach_id}"
    return TwilioAccount(ACCOUNT_SID, TOKEN, "+3197010200300", report_to, provider.url)


@pytest.fixture
def twilio(account: TwilioAccount) -> TwilioSms:
    return TwilioSms(account)


@pytest.fixture
def sendgrid(provider: Provider) -> SendGridEmail:
    return SendGridEmail(SendGridAccount(API_KEY, "hello@linden.example", provider.url))
