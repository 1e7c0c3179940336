"""Settings are checked when a process starts, and its secret is made once."""

import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from outreach.settings import Settings


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


def test_without_a_redis_the_embedded_one_in_the_data_folder_is_rung(tmp_path: Path) -> None:
    assert _settings(data_dir=tmp_path).doorbell_url == f"unix://{tmp_path}/valkey.sock"
    assert _settings(redis_url="redis://h:6379/1").doorbell_url == "redis://h:6379/1"


def test_an_address_for_answers_is_kept_as_it_is_written_to() -> None:
    assert _settings(reply_address=" Reply@Example.COM ").reply_address == "Reply@example.com"
    assert _settings().reply_address == ""


@pytest.mark.parametrize("address", ["reply", "reply+x@example.com", f"{'r' * 25}@example.com", "a@b\r\nBcc: x@y.z"])
def test_an_address_for_answers_needs_room_for_a_tag(address: str) -> None:
    with pytest.raises(ValidationError, match="reply_address"):
        _settings(reply_address=address)
