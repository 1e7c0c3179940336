"""The command that stops all sending at once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.cli import main


@pytest.fixture(autouse=True)
def _a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OUTREACH_DATABASE_URL", sqlite_url)


def said(*words: str) -> str:
    result = CliRunner().invoke(main, ["sending", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_all_channels_are_stopped_and_opened_by_one_word() -> None:
    assert said("show").split() == ["email", "open", "sms", "open"]
    assert "Nothing leaves by email and sms any more" in said("stop", "--because", "a mistake")
    assert said("show").count("closed until somebody opens it again: a mistake") == 2
    said("resume")
    assert said("show").split() == ["email", "open", "sms", "open"]


def test_one_channel_can_be_stopped_alone() -> None:
    said("stop", "sms")
    assert said("show").splitlines() == ["email open", "sms   closed until somebody opens it again: stopped by hand"]
