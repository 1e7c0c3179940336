"""The doctor: what an installation lacks is seen, and said with what to do."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlmodel import delete

from channels.message import BadSignature
from outreach import bootstrap, heartbeat, hooks, intake, policy_book, replies, starter
from outreach.cli import main
from outreach.doctor import Check, State, examine
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Content, Heartbeat
from outreach.worker import QUEUES
from policies import library
from tests.make import a_customer

GONE = {
    "sqlite": "DROP TRIGGER ledger_floor_insert",
    "postgresql": "ALTER TABLE ledger DROP CONSTRAINT ledger_floor",
}

NO_GUARD_ON_AUDIT = {"sqlite": "DROP TRIGGER audit_update", "postgresql": "ALTER TABLE audit DISABLE TRIGGER ALL"}


def a_runtime(url: str, folder: Path, **settings: object) -> Runtime:
    given = {"database_url": url, "secret": "for tests", "data_dir": folder, **settings}
    return bootstrap.runtime(Settings.model_validate(given))


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """An installation that lacks nothing: guard, policy, texts, and everybody alive."""
    made = a_runtime(database_url, tmp_path)
    bootstrap.prepare(made)
    policy_book.publish(made, library.text("after-valuable-contact"), "me")
    with made.writing() as session:
        starter.load(session)
    for process in ("clock", *(f"worker {queue}" for queue in QUEUES)):
        heartbeat.beat(made, process)
    yield made
    made.engine.dispose()


@pytest.fixture
def breakable(empty_database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """An installation in a database of its own, whose tables a test may spoil."""
    made = a_runtime(empty_database_url, tmp_path)
    bootstrap.prepare(made)
    yield made
    made.engine.dispose()


def found(runtime: Runtime, name: str) -> Check:
    return next(check for check in examine(runtime) if check.name == name)


def lacking(runtime: Runtime) -> list[str]:
    return [check.name for check in examine(runtime) if check.state is not State.OK]


def test_calls_that_are_refused_time_after_time_are_told_with_what_to_do(runtime: Runtime) -> None:
    forged = hooks.Call("sendgrid", "event", "/hooks/sendgrid/events", {}, b"[]", runtime.now())
    for _ in range(5):
        with pytest.raises(BadSignature):
            hooks.receive(runtime, forged)
    check = found(runtime, "sendgrid event")
    assert (check.state, check.todo) == (
        State.WARN,
        "Correct its OUTREACH_SENDGRID_... settings, then: outreach hooks recheck",
    )


def test_a_call_that_could_not_be_taken_in_is_told(runtime: Runtime) -> None:
    hooks.store(runtime, [hooks.Arrival("twilio", "status", "1", b"", {"outreach_id": "1"}, 1)])
    for _ in range(replies.TRIES):
        replies.receive_new(runtime)
    assert found(runtime, "twilio status").says == "1 could not be taken in, and are kept"


def test_an_installation_that_lacks_nothing_is_well_but_for_redis(runtime: Runtime) -> None:
    assert lacking(runtime) == ["redis"]


def test_a_redis_that_answers_is_well(sqlite_url: str, tmp_path: Path, redis_url: str) -> None:
    assert found(a_runtime(sqlite_url, tmp_path, redis_url=redis_url), "redis").state is State.OK


def test_everything_that_is_not_well_says_what_to_do(empty_database_url: str, tmp_path: Path) -> None:
    runtime = a_runtime(empty_database_url, tmp_path)
    assert [check.name for check in examine(runtime) if check.state is not State.OK and not check.todo] == []
    assert found(runtime, "tables") == Check("tables", State.FAIL, "not those of this version", "outreach migrate")
    runtime.engine.dispose()


def test_a_database_that_is_away_fails_and_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    runtime = a_runtime("postgresql://nobody@127.0.0.1:1/nothing", tmp_path)
    assert found(runtime, "database").state is State.FAIL
    assert found(runtime, "email").state is State.OK


def test_a_database_that_lost_the_floor_fails(breakable: Runtime) -> None:
    with breakable.engine.begin() as connection:
        connection.execute(sa.text(GONE[breakable.engine.dialect.name]))
    assert found(breakable, "floor").state is State.FAIL


def test_an_audit_log_that_was_changed_fails(breakable: Runtime) -> None:
    with breakable.engine.begin() as connection:
        connection.execute(sa.text(NO_GUARD_ON_AUDIT[breakable.engine.dialect.name]))
        connection.execute(sa.text("UPDATE audit SET actor = 'somebody else'"))
    assert found(breakable, "audit").state is State.FAIL


def test_without_a_guard_nothing_is_sent(sqlite_url: str, tmp_path: Path) -> None:
    assert found(a_runtime(sqlite_url, tmp_path), "guard").todo == "outreach migrate"


def test_without_a_policy_nobody_is_asked(runtime: Runtime) -> None:
    policy_book.retire(runtime, "after-valuable-contact", "me")
    assert found(runtime, "policies").state is State.WARN


def test_a_language_without_texts_is_seen(runtime: Runtime) -> None:
    intake.receive_customers(runtime, [a_customer(language="nl-BE"), a_customer(external_id="K2", language="fr")])
    assert found(runtime, "texts").says == (
        "after-valuable-contact lacks its survey after-contact for email in fr: those customers wait"
    )


def test_a_policy_that_gives_first_needs_content(runtime: Runtime) -> None:
    with runtime.writing() as session:
        session.exec(delete(Content))
    assert "lacks content to give for email in en" in found(runtime, "texts").says


@pytest.mark.parametrize(("process", "means"), [("clock", "nothing is sent"), ("worker sms", "its work waits")])
def test_a_process_without_a_sign_of_life_is_seen(runtime: Runtime, process: str, means: str) -> None:
    with runtime.writing() as session:
        session.exec(sa.update(Heartbeat).values(at=runtime.now() - 600))
    assert found(runtime, process).state is State.WARN
    assert means in found(runtime, process).says


def test_a_setting_that_is_misspelt_is_seen(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_DATABSE_URL", "sqlite:///x.db")
    assert "OUTREACH_DATABSE_URL: no such setting" in found(runtime, "settings").says


def test_a_secret_that_others_can_read_fails(sqlite_url: str, tmp_path: Path) -> None:
    runtime = a_runtime(sqlite_url, tmp_path, secret="")
    runtime.settings.key("links")
    assert "secret" not in lacking(runtime)
    (tmp_path / "secret").chmod(0o644)
    assert found(runtime, "secret").todo == f"chmod 600 {tmp_path / 'secret'}"


def test_links_that_lead_to_this_computer_are_fine_in_the_sandbox_only(runtime: Runtime) -> None:
    assert found(runtime, "address").state is State.OK


def test_an_address_without_encryption_is_seen(sqlite_url: str, tmp_path: Path) -> None:
    runtime = a_runtime(sqlite_url, tmp_path, public_base_url="http://ask.example.com")
    assert found(runtime, "address").state is State.WARN


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        monkeypatch.chdir(tmp_path)
        yield
        root.handlers[:], root.level = handlers, level

    def test_it_fails_while_something_must_be_done(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/empty.db"
        said = CliRunner().invoke(main, ["doctor"], env={"OUTREACH_DATABASE_URL": url})
        assert said.exit_code == 1
        assert "-> outreach migrate" in said.output

    def test_programs_get_every_check(self, runtime: Runtime) -> None:
        env = {"OUTREACH_DATABASE_URL": runtime.engine.url.render_as_string(hide_password=False)}
        said = CliRunner().invoke(main, ["doctor", "--json"], env=env)
        assert said.exit_code == 0
        record = json.loads(said.output)
        assert record["ok"] is True
        assert {"name": "database", "state": "ok"}.items() <= record["checks"][1].items()
        assert set(record["checks"][0]) == {"name", "state", "says", "todo"}


def test_looking_where_nothing_was_begun_begins_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["doctor"])
    assert said.exit_code == 1
    assert "-> outreach migrate" in said.output
    assert list(tmp_path.iterdir()) == []
