"""SMS by Twilio: what is asked of it, what its words mean, and what is found in its lists."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from channels.message import (
    Channel,
    DeliveryStatus,
    Message,
    NotListed,
    Objection,
    Outcome,
    Receipt,
    SendRefused,
)
from channels.twilio_hooks import read_status
from channels.twilio_sms import TwilioAccount, TwilioSms
from channels.twilio_words import OBJECTIONS, STATUSES, status_of
from tests.make import DAY, HOUR, NOON
from tests.provider import BREAKS, HTML, LOSES, RESETS, Fault, Provider, Taken, refuses

SMS = Message(42, Channel.SMS, "Linden", "+31612345678", "", "Linden: hoe was het? € ❤️\nhttps://l.example/r/abc")
SERVICE = f"MG{'0a' * 16}"


def one(sender: TwilioSms, message: Message = SMS) -> Outcome:
    (outcome,) = sender.send_many([message])
    return outcome


def asked(provider: Provider) -> dict[str, str]:
    path, _, body = provider.requests[-1]
    assert "31612345678" not in path
    return {name: value for name, (value,) in parse_qs(body.decode()).items()}


def test_twilio_is_asked_for_one_message_and_told_where_to_report_under_our_id(
    provider: Provider, twilio: TwilioSms
) -> None:
    assert one(twilio) == Receipt(provider.taken[0].provider_id, DeliveryStatus.QUEUED)
    assert asked(provider) == {
        "To": SMS.recipient,
        "From": "+3197010200300",
        "Body": SMS.text,
        "StatusCallback": "https://feedback.example/hooks/twilio/status/42",
    }


@pytest.mark.parametrize(
    ("sender", "parameter"),
    [("+3197010200300", "From"), ("Linden", "From"), ("MGMotors", "From"), (SERVICE, "MessagingServiceSid")],
)
def test_the_sender_is_a_number_a_name_or_a_messaging_service(
    provider: Provider, account: TwilioAccount, sender: str, parameter: str
) -> None:
    one(TwilioSms(replace(account, sender=sender)))
    assert {name: value for name, value in asked(provider).items() if name not in ("To", "Body", "StatusCallback")} == {
        parameter: sender
    }


def test_without_an_address_to_report_to_none_is_given(provider: Provider, account: TwilioAccount) -> None:
    one(TwilioSms(replace(account, status_url="")))
    assert "StatusCallback" not in asked(provider)


@pytest.mark.parametrize(
    ("code", "permanent", "objection"),
    [
        (21610, True, Objection.KEYWORD),
        (21211, True, Objection.BOUNCED),
        (21217, True, Objection.BOUNCED),
        (21614, True, Objection.BOUNCED),
        (21408, False, None),
        (21608, False, None),
        (21612, False, None),
        (21703, False, None),
        (99999, False, None),
    ],
)
def test_an_error_code_tells_whether_it_is_about_the_number_for_good(
    provider: Provider, twilio: TwilioSms, code: int, permanent: bool, objection: Objection | None
) -> None:
    provider.script(refuses(code))
    refusal = one(twilio)
    assert isinstance(refusal, SendRefused)
    assert (refusal.permanent, refusal.objection, refusal.retry_after) == (permanent, objection, 0)
    assert str(code) in str(refusal)


def test_a_full_queue_holds_the_channel_and_not_the_number(provider: Provider, twilio: TwilioSms) -> None:
    provider.script(refuses(21611))
    refusal = one(twilio)
    assert isinstance(refusal, SendRefused)
    assert (refusal.permanent, refusal.retry_after) == (False, 60)


def test_every_status_of_the_official_description_has_a_meaning_for_what_we_send(shared_data: Path) -> None:
    description = json.loads((shared_data / "06_api" / "twilio" / "twilio_api_v2010.json").read_text())
    words = set(description["components"]["schemas"]["message_enum_status"]["enum"])
    assert words - STATUSES.keys() == {"receiving", "received"}
    assert STATUSES.keys() <= words


def test_every_code_with_a_meaning_is_one_of_twilios(shared_data: Path) -> None:
    with gzip.open(shared_data / "06_api" / "twilio" / "twilio_error_codes.json.gz") as file:
        known = {entry["code"] for entry in json.load(file)}
    assert OBJECTIONS.keys() <= known


@pytest.mark.parametrize("word", ["", "exploded", None, 7])
def test_a_status_that_nobody_knows_is_unknown(word: object) -> None:
    assert status_of(word) is DeliveryStatus.UNKNOWN


# Finding again


def test_a_message_whose_answer_was_lost_is_found_by_its_number_and_text(provider: Provider, twilio: TwilioSms) -> None:
    provider.script(LOSES)
    one(twilio)
    assert twilio.find(SMS, NOON) == Receipt(provider.taken[0].provider_id, DeliveryStatus.DELIVERED)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_it_is_looked_for_in_the_days_around(provider: Provider, twilio: TwilioSms, days: int) -> None:
    provider.now = lambda: NOON + days * DAY
    one(twilio)
    assert twilio.find(SMS, NOON) is not None


@pytest.mark.parametrize(
    "other",
    [replace(SMS, text=f"{SMS.text}!"), replace(SMS, recipient="+31612345679")],
    ids=["another text", "another number"],
)
def test_another_message_is_no_evidence(provider: Provider, twilio: TwilioSms, other: Message) -> None:
    one(twilio)
    assert twilio.find(other, NOON) is None


def test_a_message_of_another_week_is_no_evidence(provider: Provider, twilio: TwilioSms) -> None:
    provider.now = lambda: NOON - 5 * DAY
    one(twilio)
    assert twilio.find(SMS, NOON) is None


def test_of_several_the_newest_is_found(provider: Provider, twilio: TwilioSms) -> None:
    for hour in (2, 5, 3):
        provider.now = lambda hour=hour: NOON + hour * HOUR  # type: ignore[misc]
        one(twilio)
    found = twilio.find(SMS, NOON)
    assert found is not None
    assert found.provider_id == provider.taken[1].provider_id


def test_what_we_were_sent_ourselves_is_no_evidence(provider: Provider, twilio: TwilioSms) -> None:
    provider.now = lambda: NOON
    provider.write_to_us("+31600000000", SMS.recipient, SMS.text)
    assert twilio.find(SMS, NOON) is None


def test_a_list_that_cannot_be_read_is_no_evidence(provider: Provider, account: TwilioAccount) -> None:
    assert TwilioSms(replace(account, api_base="http://127.0.0.1:9")).find(SMS, NOON) is None
    assert TwilioSms(replace(account, account_sid=f"AC{'1' * 32}")).find(SMS, NOON) is None


# What was written to us


def fill(provider: Provider, times: range) -> None:
    """Somebody writes to us, and we to them, at each of these times."""
    for at in times:
        provider.taken.append(Taken(f"SM{at:032x}", 0, "+31612345678", "+3197010200300", f"Een {at % 11}", at))
        provider.taken.append(Taken(f"SM{at:031x}f", 1, "+3197010200300", "+31612345678", "Hoe was het?", at))


def test_what_was_written_to_us_is_listed_as_the_webhook_would_have_brought_it(
    provider: Provider, twilio: TwilioSms
) -> None:
    sid = provider.write_to_us("+31612345678", "+3197010200300", "een 8 & dank €")
    ((at, form),) = twilio.inbound_since(NOON - HOUR)
    assert at == NOON
    assert {name: value for name, (value,) in parse_qs(form.decode()).items()} == {
        **dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), sid),
        "AccountSid": f"AC{'0' * 32}",
        "From": "+31612345678",
        "To": "+3197010200300",
        "Body": "een 8 & dank €",
        "SmsStatus": "received",
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }


def test_only_what_came_in_since_that_moment_is_listed(provider: Provider, account: TwilioAccount) -> None:
    fill(provider, range(NOON - 5 * HOUR, NOON, HOUR))
    assert len([*TwilioSms(replace(account, sender=SERVICE)).inbound_since(NOON - 3 * HOUR)]) == 3


def test_the_list_is_read_page_by_page(provider: Provider, account: TwilioAccount) -> None:
    fill(provider, range(NOON, NOON + 1_300))
    forms = [*TwilioSms(replace(account, sender=SERVICE)).inbound_since(NOON)]
    assert len(set(forms)) == 1_300
    assert len(provider.requests) == 3


def test_a_list_longer_than_we_read_says_so_after_what_was_read(provider: Provider, twilio: TwilioSms) -> None:
    fill(provider, range(NOON, NOON + 20))
    found = twilio.inbound_since(NOON, most=7)
    assert len([next(found) for _ in range(7)]) == 7
    with pytest.raises(NotListed, match="more than 7"):
        next(found)


@pytest.mark.parametrize("sid", ["1", "0"])
def test_a_list_that_cannot_be_read_says_so(provider: Provider, account: TwilioAccount, sid: str) -> None:
    base = provider.url if sid == "1" else "http://127.0.0.1:9"
    with pytest.raises(NotListed):
        next(TwilioSms(replace(account, account_sid=f"AC{sid * 32}", api_base=base)).inbound_since(NOON))


# What became of what was sent


def test_what_became_of_each_is_told_as_its_call_would_have_told_it(provider: Provider, twilio: TwilioSms) -> None:
    one(twilio)
    (sid,) = (taken.provider_id for taken in provider.taken)
    provider.statuses[sid] = ("undelivered", 30005)
    (form,) = twilio.statuses([sid])
    assert {name: value for name, (value,) in parse_qs(form.decode()).items()} == {
        **dict.fromkeys(("MessageSid", "SmsSid"), sid),
        **dict.fromkeys(("MessageStatus", "SmsStatus"), "undelivered"),
        "AccountSid": f"AC{'0' * 32}",
        "From": provider.taken[0].sender,
        "To": provider.taken[0].recipient,
        "ErrorCode": "30005",
        "ApiVersion": "2010-04-01",
    }
    assert read_status(form, {"outreach_id": "7"}).objection is Objection.BOUNCED


def test_what_twilio_no_longer_has_is_left_out(provider: Provider, twilio: TwilioSms) -> None:
    one(twilio)
    known = provider.taken[0].provider_id
    assert len([*twilio.statuses([f"SM{'0' * 32}", known, f"SM{'1' * 32}"])]) == 1


@pytest.mark.parametrize(
    ("fault", "wait"), [(RESETS, 0), (BREAKS, 0), (HTML, 0), (refuses(20429, 429, Retry_After="90"), 90)]
)
def test_a_status_that_cannot_be_asked_says_so_and_for_how_long(
    provider: Provider, twilio: TwilioSms, fault: Fault, wait: int
) -> None:
    provider.lists_script.append(fault)
    with pytest.raises(NotListed) as problem:
        next(twilio.statuses([f"SM{'0' * 32}"]))
    assert problem.value.retry_after == wait


def test_faults_of_a_moment_do_not_reach_the_next_message(provider: Provider, twilio: TwilioSms) -> None:
    provider.script(BREAKS, Fault(status=500, body=b"{}"))
    outcomes = [one(twilio) for _ in range(3)]
    assert isinstance(outcomes[-1], Receipt)
