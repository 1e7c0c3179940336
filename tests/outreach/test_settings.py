"""Settings are checked when a process starts, and its secret is made once."""

import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from channels.sandbox import Sandbox
from channels.sendgrid_email import SendGridEmail
from channels.smtp_email import SmtpEmail
from channels.twilio_sms import TwilioSms
from outreach import bootstrap
from outreach.settings import Settings
from tests.calls import public


def _settings(**given: Any) -> Settings:
    return Settings.model_validate(given)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///outreach.db", "sqlite:///outreach.db"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u:p%40@h:5432/d?sslmode=require", "postgresql+psycopg://u:p%40@h:5432/d?sslmode=require"),
    ],
)
def test_the_usual_ways_to_write_a_database_are_understood(given: str, used: str) -> None:
    assert _settings(database_url=given).database_url == used


@pytest.mark.parametrize("url", ["", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "outreach.db"])
def test_a_database_that_cannot_keep_the_promises_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="database_url"):
        _settings(database_url=url)


@pytest.mark.parametrize("url", ["localhost:6379", "foo", "http://h:6379", "redis://h:port/0"])
def test_a_redis_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="redis_url"):
        _settings(redis_url=url)


@pytest.mark.parametrize("url", ["", "redis://h", "rediss://u:p%40@h:6380/1", "unix:///run/redis.sock?db=1"])
def test_the_usual_ways_to_write_a_redis_are_understood(url: str) -> None:
    assert _settings(redis_url=url).redis_url == url


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_PORT", "8123")
    assert Settings().port == 8123


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first, second = (_settings(data_dir=tmp_path / "kept") for _ in range(2))
    assert first.key("links") == second.key("links")
    assert stat.S_IMODE((tmp_path / "kept" / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700


def test_each_purpose_has_its_own_key() -> None:
    settings = _settings(secret="one")
    assert settings.key("links") != settings.key("addresses")
    assert settings.key("links") != _settings(secret="two").key("links")


def test_the_secret_is_not_shown() -> None:
    assert "hush" not in repr(_settings(secret="hush"))


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("twilio_account_sid", "SK" + "0" * 32),
        ("twilio_account_sid", "AC123"),
        ("sendgrid_events_key", "-----BEGIN PUBLIC KEY-----"),
        ("sendgrid_inbound_key", public()[:-3]),
        ("sendgrid_events_key", f"{public()}, nonsense"),
        ("sendgrid_inbound_secret", "short"),
        ("sendgrid_inbound_secret", "a secret with spaces in it, and a comma"),
    ],
)
def test_a_key_or_an_id_that_cannot_be_one_is_refused(setting: str, wrong: str) -> None:
    with pytest.raises(ValidationError, match=setting):
        _settings(**{setting: wrong})


def test_while_they_are_being_changed_there_may_be_two_of_a_key() -> None:
    settings = _settings(
        twilio_auth_token="new, old",
        sendgrid_events_key=f"{public('new')},{public()}",
        sendgrid_inbound_key="",
        sendgrid_inbound_secret=f"{'a' * 24},{'b' * 24}",
    )
    assert settings.twilio_tokens == ("new", "old")
    assert settings.sendgrid_events_keys == (public("new"), public())
    assert settings.sendgrid_inbound_keys == ()
    assert settings.sendgrid_inbound_secrets == ("a" * 24, "b" * 24)
    assert "old" not in repr(settings)
    assert "b" * 24 not in repr(settings)


def test_without_a_redis_the_embedded_one_in_the_data_folder_is_rung(tmp_path: Path) -> None:
    assert _settings(data_dir=tmp_path).doorbell_url == f"unix://{tmp_path}/valkey.sock"
    assert _settings(redis_url="redis://h:6379/1").doorbell_url == "redis://h:6379/1"


EMAIL = {"email_address": "ask@example.com", "smtp_url": "smtp://u:p@mail.example.com:587"}
SMS = {"twilio_account_sid": f"AC{'0' * 32}", "twilio_auth_token": "token", "twilio_sender": "+31970000000"}
FOUND_AT = {"public_base_url": "https://ask.example.com"}


@pytest.mark.parametrize(
    ("real", "given", "says"),
    [
        ("email", {}, "email needs OUTREACH_EMAIL_ADDRESS"),
        ("email", {"email_address": "ask@example.com"}, "OUTREACH_SENDGRID_API_KEY or OUTREACH_SMTP_URL"),
        ("sms", {**SMS, "twilio_sender": ""}, "sms needs OUTREACH_TWILIO_SENDER"),
        ("email,sms", EMAIL, "sms needs OUTREACH_TWILIO_ACCOUNT_SID"),
        ("email", EMAIL, "set OUTREACH_PUBLIC_BASE_URL to an https address"),
        ("fax", EMAIL, "fax is no channel"),
    ],
)
def test_a_channel_that_is_to_send_and_lacks_something_stops_the_start(
    real: str, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        _settings(real_channels=real, **given)


def test_without_that_setting_everything_goes_to_the_sandbox(tmp_path: Path) -> None:
    made = _settings(**EMAIL, **SMS, **FOUND_AT, data_dir=tmp_path)
    assert bootstrap.senders_for_real(made, lambda: 0) == {}
    assert {type(sender) for sender in bootstrap.runtime(made).senders.values()} == {Sandbox}


def test_each_channel_is_sent_by_what_was_configured_for_it(tmp_path: Path) -> None:
    made = _settings(**EMAIL, **SMS, **FOUND_AT, real_channels="email, sms", data_dir=tmp_path)
    assert {name: type(sender) for name, sender in bootstrap.senders_for_real(made, lambda: 0).items()} == {
        "email": SmtpEmail, "sms": TwilioSms
    }  # fmt: skip
    by_sendgrid = made.model_copy(update={"sendgrid_api_key": SecretStr("SG.x"), "real_channels": "email"})
    assert {name: type(sender) for name, sender in bootstrap.senders_for_real(by_sendgrid, lambda: 0).items()} == {
        "email": SendGridEmail
    }


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://"])
def test_the_address_of_a_mail_server_says_how_to_reach_it(url: str) -> None:
    with pytest.raises(ValidationError, match="must look like smtp://"):
        _settings(smtp_url=url)


def test_an_address_for_answers_is_kept_as_it_is_written_to() -> None:
    assert _settings(reply_address=" Reply@Example.COM ").reply_address == "Reply@example.com"
    assert _settings().reply_address == ""


@pytest.mark.parametrize("address", ["reply", "reply+x@example.com", f"{'r' * 25}@example.com", "a@b\r\nBcc: x@y.z"])
def test_an_address_for_answers_needs_room_for_a_tag(address: str) -> None:
    with pytest.raises(ValidationError, match="reply_address"):
        _settings(reply_address=address)
