"""The commands about what providers call us with."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import select

from channels.message import BadSignature
from outreach import bootstrap, hooks, replies
from outreach.cli import main
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Reply
from tests import calls


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Runtime]:
    """An installation with another token than Twilio signs with, to which a reply came."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    for name, value in calls.configured(database_url=sqlite_url, twilio_auth_token="token-of-yesterday").items():
        monkeypatch.setenv(f"OUTREACH_{name.upper()}", value)
    made = bootstrap.runtime(Settings())
    call = calls.sms("8")
    headers = {name.lower(): text for name, text in call.headers.items()}
    with pytest.raises(BadSignature):
        hooks.receive(made, hooks.Call("twilio", "inbound", call.path, headers, call.body, made.now()))
    yield made
    made.engine.dispose()
    root.handlers[:], root.level = handlers, level


def said(*words: str) -> str:
    result = CliRunner().invoke(main, ["hooks", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_corrected_token_takes_in_what_was_refused(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("recheck") == "0 calls were taken in; 1 are still kept aside.\n"
    monkeypatch.setenv("OUTREACH_TWILIO_AUTH_TOKEN", calls.TOKEN)
    assert said("recheck") == "1 calls were taken in; 0 are still kept aside.\n"


def test_the_list_tells_how_each_kind_of_call_is_doing(runtime: Runtime) -> None:
    lines = said("list").splitlines()
    assert len(lines) == len(hooks.KINDS)
    assert "twilio inbound   last never  refused this hour 1  kept aside 1  parked 0" in lines
    found = {(one["provider"], one["kind"]): one for one in json.loads(said("list", "--json"))}
    assert found["twilio", "inbound"]["refused"] == 1
    assert not any(one["alarming"] for one in found.values())


def test_what_was_parked_is_taken_in_once_its_trouble_is_mended(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as trouble:
        trouble.setitem(replies.PARSERS, ("twilio", "inbound"), lambda *_: 1 / 0)
        trouble.setenv("OUTREACH_TWILIO_AUTH_TOKEN", calls.TOKEN)
        said("recheck")
        for _ in range(replies.TRIES):
            replies.receive_new(runtime)
        assert "parked 1" in said("list")
    assert said("retry") == "1 that could not be taken in will be tried again.\n"
    replies.receive_new(runtime)
    with runtime.reading() as session:
        assert [reply.text for reply in session.exec(select(Reply))] == ["8"]
    assert said("retry") == "0 that could not be taken in will be tried again.\n"


def test_a_report_about_a_message_nobody_knows_is_heard_once(runtime: Runtime) -> None:
    status = calls.status("delivered", 7)
    hooks.store(runtime, [hooks.Arrival("twilio", "status", "1", status.body, {"outreach_id": "7"}, runtime.now())])
    replies.receive_new(runtime)
    assert "parked 1" in said("list")
    assert said("retry").startswith("0 ")
