"""The command line: what other programs and people rely on, and a sentence for everything that can go wrong."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from honcho.environ import parse_procfile
from sqlmodel import select

from outreach import bootstrap, tokens
from outreach.cli import main
from outreach.cli.running import QUEUES
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Content, Customer
from outreach.worker import QUEUES as QUEUES_WITH_WORKERS

Run = Callable[..., Result]
CONTRACT = (
    "up",
    "demo",
    "web",
    "worker",
    "clock",
    "doctor",
    "migrate",
    "import",
    "policy",
    "explain",
    "token",
    "content",
    "customer",
)
CUSTOMERS = (
    "external_id,name,email,consent_email,timezone,created_at\n"
    "K1,Anna,anna@example.com,yes,Europe/Amsterdam,2020-01-01T00:00Z\n"
)
CONTACTS = "external_id,customer,kind,touchpoint,value,occurred_at\nB1,K1,delivery,courier,80,2025-06-15T10:00:00Z\n"
POLICY = 'name = "ours"\ntitle = "Ours"\nsurvey = "after-contact"\n[contact]\nsettle = "2d"\n'


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> Iterator[Run]:
    """The command `outreach` in a folder of its own, with a database that has its tables."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OUTREACH_DATABASE_URL", sqlite_url)
    yield lambda *words, **options: CliRunner().invoke(main, [*map(str, words)], **options)
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def runtime(run: Run) -> Iterator[Runtime]:
    """What the commands of `run` work with, its guard published."""
    made = bootstrap.runtime(Settings(_env_file=None))
    bootstrap.prepare(made)
    yield made
    made.engine.dispose()


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def every_command(group: click.Group = main) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in every_command(command))


def test_the_commands_others_rely_on_are_there() -> None:
    assert set(CONTRACT) <= set(main.commands)


@pytest.mark.parametrize(("name", "command"), [*every_command()])
def test_every_command_says_in_one_short_sentence_what_it_is_for(name: str, command: click.Command) -> None:
    said = command.get_short_help_str(limit=62)
    assert said
    assert not said.endswith("...")


def test_every_queue_has_a_line_in_the_procfile() -> None:
    programs = parse_procfile(files("outreach").joinpath("Procfile").read_text(encoding="utf-8")).processes
    started = {command.removeprefix("exec outreach ") for command in programs.values()}
    assert started == {"web", "clock", *(f"worker {queue}" for queue in QUEUES_WITH_WORKERS)}


def test_a_worker_can_be_started_for_every_queue() -> None:
    assert QUEUES == QUEUES_WITH_WORKERS


def test_migrating_publishes_the_default_guard_once(run: Run) -> None:
    assert "default guard is published" in run("migrate").output
    assert "published" not in run("migrate").output
    assert "guard 1 " in run("policy", "list").output


class TestPolicies:
    def test_a_document_of_the_library_is_published_once(self, run: Run, runtime: Runtime) -> None:
        assert "version 1 is in force" in run("policy", "publish", "relationship", "--by", "me").output
        assert "nothing changed" in run("policy", "publish", "relationship").output
        assert "by me" in run("policy", "list").output

    def test_a_file_becomes_the_next_version_and_each_can_be_written_out(self, run: Run, runtime: Runtime) -> None:
        run("policy", "publish", write("p.toml", POLICY))
        run("policy", "publish", write("p.toml", POLICY.replace("2d", "3d")))
        assert 'settle = "3d"' in run("policy", "export", "ours").output
        assert run("policy", "export", "ours", "--version", 1).output == POLICY

    def test_what_is_wrong_is_said_by_field_and_nothing_is_published(self, run: Run, runtime: Runtime) -> None:
        wrong = write("p.toml", POLICY + 'settel = "1d"\n')
        for words in (("policy", "check", wrong), ("policy", "publish", wrong)):
            said = run(*words)
            assert said.exit_code == 1
            assert "contact.settel: there is no such amount" in said.output
        assert "ours" not in run("policy", "list").output

    def test_checking_needs_no_database(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OUTREACH_DATABASE_URL", "sqlite:////nowhere/at/all.db")
        assert run("policy", "check", "guard").output == "guard: this can be published.\n"

    def test_checking_leaves_no_database_behind(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OUTREACH_DATABASE_URL", "sqlite:///new.db")
        assert run("policy", "check", "relationship").exit_code == 0
        assert not Path("new.db").exists()

    def test_checking_holds_a_document_against_what_is_in_force(self, run: Run, runtime: Runtime) -> None:
        said = run(
            "policy", "check", write("p.toml", POLICY + '[value_first]\npieces = 4\nrest = "1d"\nsettle = "1d"\n')
        )
        assert said.exit_code == 1
        assert "under the guard's caps ours could ask" in said.output

    def test_a_retired_policy_is_in_force_no_more(self, run: Run, runtime: Runtime) -> None:
        run("policy", "publish", "relationship")
        assert run("policy", "retire", "relationship").exit_code == 0
        assert "relationship" not in run("policy", "list").output
        assert "retired" in run("policy", "list", "--all").output

    @pytest.mark.parametrize("command", ["check", "publish"])
    @pytest.mark.parametrize(
        ("file", "sentence"),
        [
            ("latin.toml", "latin.toml is not UTF-8 text"),
            ("folder", "folder is a folder; name a file"),
            ("away.toml", "There is no file away.toml"),
            ("x" * 300, "cannot be read (File name too long)"),
            ("prose.toml", "this is not TOML"),
            ("deep.toml", "this is not TOML"),
            ("empty.toml", "there is nothing in it"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_a_sentence(
        self, run: Run, runtime: Runtime, command: str, file: str, sentence: str
    ) -> None:
        Path("latin.toml").write_bytes(POLICY.replace("Ours", "Zoë").encode("latin-1"))
        Path("folder").mkdir()
        write("prose.toml", "Dear customer,\n")
        write("empty.toml", "# as a redirect leaves it where an export failed\n")
        write("deep.toml", f"x = {'[' * 5_000}")
        said = run("policy", command, file)
        assert said.exit_code == 1
        assert said.output.startswith(("Error: ", "Usage: "))
        assert sentence in said.output

    @pytest.mark.parametrize("words", [("publish", "nothing-like-it"), ("retire", "nothing"), ("export", "nothing")])
    def test_a_name_that_is_not_there_is_said(self, run: Run, runtime: Runtime, words: tuple[str, str]) -> None:
        said = run("policy", *words)
        assert said.exit_code == 1
        assert words[1] in said.output


class TestTextsThatAreMissing:
    def test_a_survey_without_texts_is_told_when_it_is_published(self, run: Run, runtime: Runtime) -> None:
        said = run("policy", "publish", write("p.toml", POLICY))
        assert said.exit_code == 0
        assert said.stdout == "ours version 1 is in force.\n"
        assert said.stderr == (
            "Warning: ours can ask nothing until its survey after-contact has texts for email or sms; "
            "there is nothing yet.\n  -> outreach content load starter\n  -> outreach content load FILE --surveys\n"
        )

    def test_what_there_is_on_other_channels_is_named(self, run: Run, runtime: Runtime) -> None:
        survey = '[visit.nl]\nsms.body = "Hoe was het?"\nsms.thanks = "Dank"\n'
        run("content", "load", write("s.toml", survey), "--surveys")
        by_email = 'channels = ["email"]\n' + POLICY.replace("after-contact", "visit")
        said = run("policy", "publish", write("p.toml", by_email))
        assert "survey visit has texts for email; there is only sms in nl" in said.stderr
        assert "load starter" not in said.stderr  # it has no such survey

    def test_content_that_is_missing_is_told_too(self, run: Run, runtime: Runtime) -> None:
        giving = run("policy", "publish", "something-useful").stderr
        assert "something-useful can give nothing until there is content for" in giving
        assert "-> outreach content load starter" in giving
        first = run("policy", "publish", write("p.toml", POLICY + "[value_first]\n")).stderr
        assert "ours asks only after giving, and can do neither until there is content" in first

    def test_nothing_is_said_once_they_are_there(self, run: Run, runtime: Runtime) -> None:
        run("content", "load", "starter")
        for document in ("after-valuable-contact", "something-useful", "guard"):
            assert run("policy", "publish", document).stderr == ""


class TestImporting:
    def test_all_rows_in_is_status_0_and_a_second_time_changes_nothing(self, run: Run, runtime: Runtime) -> None:
        first = run("import", "customers", write("c.csv", CUSTOMERS))
        assert (first.exit_code, first.output) == (0, "1 created, 0 updated, 0 unchanged, 0 rejected.\n")
        assert run("import", "customers", "c.csv").output == "0 created, 0 updated, 1 unchanged, 0 rejected.\n"
        assert run("import", "contacts", write("b.csv", CONTACTS)).exit_code == 0

    def test_some_rejected_is_status_3_and_names_their_file(self, run: Run, runtime: Runtime) -> None:
        said = run("import", "customers", write("c.csv", CUSTOMERS + "K2,Bert,no address,,,\n"))
        assert said.exit_code == 3
        assert "c.rejected.csv" in said.output

    def test_the_file_of_rejected_rows_goes_when_all_went_in(self, run: Run, runtime: Runtime) -> None:
        run("import", "customers", write("c.csv", CUSTOMERS + "K2,Bert,no address,,,\n"))
        write("c.csv", CUSTOMERS)
        run("import", "customers", "c.csv", "--dry-run")
        assert Path("c.rejected.csv").exists()
        run("import", "customers", "c.csv")
        assert not Path("c.rejected.csv").exists()

    @pytest.mark.parametrize("text", ["nothing,like,it\n", "", "\0" * 100])
    def test_a_file_that_cannot_be_used_is_status_2(self, run: Run, runtime: Runtime, text: str) -> None:
        said = run("import", "contacts", write("b.csv", text))
        assert said.exit_code == 2
        assert said.output.startswith("Error: Nothing went in")

    def test_a_file_that_is_not_there_is_status_2(self, run: Run, runtime: Runtime) -> None:
        assert run("import", "contacts", "away.csv").exit_code == 2

    def test_a_dry_run_stores_nothing(self, run: Run, runtime: Runtime) -> None:
        said = run("import", "customers", write("c.csv", CUSTOMERS), "--dry-run")
        assert "Nothing was stored; it would be: 1 created" in said.output
        with runtime.reading() as session:
            assert session.exec(select(Customer)).all() == []

    def test_times_without_a_zone_need_one_named(self, run: Run, runtime: Runtime) -> None:
        run("import", "customers", write("c.csv", CUSTOMERS))
        naive = write("b.csv", CONTACTS.replace("Z", ""))
        assert run("import", "contacts", naive).exit_code == 3
        assert run("import", "contacts", naive, "--timezone", "Europe/Amsterdam").exit_code == 0
        assert "not a time zone" in run("import", "contacts", naive, "--timezone", "Mars").output


class TestExplaining:
    @pytest.fixture(autouse=True)
    def _known_customer(self, run: Run, runtime: Runtime) -> None:
        run("import", "customers", write("c.csv", CUSTOMERS))
        run("import", "contacts", write("b.csv", CONTACTS))
        run("policy", "publish", "after-valuable-contact")

    def test_programs_get_every_finding_with_its_amounts(self, run: Run) -> None:
        said = json.loads(run("explain", "K1", "--at", "2025-06-15T12:00Z", "--json").output)
        assert (said["customer"], said["at"]) == ("K1", "2025-06-15T12:00:00Z")
        (policy,) = said["policies"]
        assert (policy["policy"], policy["version"], policy["guard_version"]) == ("after-valuable-contact", 1, 1)
        assert (policy["action"], policy["contact"], policy["channel"]) == ("skip", "B1", "email")
        assert {"moment", "probability", "held_by"} <= set(policy)
        findings = {finding["rule"]: finding for finding in policy["findings"]}
        settles = findings["contact_settles"]
        assert settles["opens"] == "2025-06-16T10:00:00Z"
        assert (settles["amount"], settles["now_is"], settles["would_need"]) == ("contact.settle", 86_400, 7_200)
        assert findings["contact_kind"]["opens"] == "anytime"
        assert "settles for 1 day" in settles["because"]
        assert {"rule": "contact_settles", "amount": "contact.settle", "now_is": 86_400, "would_need": 7_200} in policy[
            "flips"
        ]

    def test_people_get_it_in_sentences_in_the_time_of_the_customer(self, run: Run) -> None:
        said = run("explain", "K1", "--at", "2025-06-15T12:00Z").output
        assert said.startswith("K1, 15 June 2025")
        assert said.splitlines()[0].endswith("14:00 (Europe/Amsterdam)")
        assert "after-valuable-contact: leave in peace" in said
        assert "about contact B1 (delivery, 80) of 15 June 2025" in said
        assert "contact.settle: 1 day now, 2 hours would do" in said

    def test_it_is_told_in_dutch_too(self, run: Run) -> None:
        said = run("explain", "K1", "--language", "nl").output
        assert "met rust laten" in said
        assert "bereikbaar" in said

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("K2",), "There is no customer K2"),
            (("K1", "--contact", "B2"), "no contact B2"),
            (("K1", "--at", "2025-06-15"), "names no time zone"),
            (("K1", "--at", "soon"), "is not a date and time like"),
            (("K1", "--at", "0001-01-01T00:00:00Z"), "lies outside the years 1970 to 2100"),
            (("K1", "--at", "1969-12-31T23:59:59Z"), "lies outside the years 1970 to 2100"),
            (("K1", "--at", "2101-01-01T00:00:00Z"), "lies outside the years 1970 to 2100"),
            (("K1", "--at", "9999-12-31T23:59:59-23:59"), "lies outside the years 1970 to 2100"),
        ],
    )
    def test_what_is_not_there_is_said(self, run: Run, words: tuple[str, ...], sentence: str) -> None:
        said = run("explain", *words)
        assert said.exit_code
        assert sentence in said.output

    @pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2100-12-31T23:59:59Z"])
    def test_the_first_and_the_last_moment_can_be_explained(self, run: Run, at: str) -> None:
        assert run("explain", "K1", "--at", at).exit_code == 0


def test_without_a_policy_the_explanation_says_so(run: Run, runtime: Runtime) -> None:
    run("import", "customers", write("c.csv", CUSTOMERS))
    assert "no policy is in force" in run("explain", "K1").output


def test_a_token_is_shown_once_and_works(run: Run, runtime: Runtime) -> None:
    said = run("token", "create", "shop")
    token = tokens.verify(runtime, said.stdout.strip())
    assert token is not None
    assert token.name == "shop"


def test_tokens_are_listed_without_the_token_itself(run: Run, runtime: Runtime) -> None:
    assert "none yet" in run("token", "list").output
    made = run("token", "create", "shop").stdout.strip()
    run("token", "create", "crm")
    said = run("token", "list").output
    shop, crm = said.splitlines()
    assert (shop.split()[:3], shop[-6:]) == (["1", "shop", "since"], "in use")
    assert "crm" in crm
    assert made.removeprefix(tokens.PREFIX) not in said


def test_a_revoked_token_works_no_more_and_is_listed_as_such(run: Run, runtime: Runtime) -> None:
    made = run("token", "create", "shop").stdout.strip()
    assert run("token", "revoke", 1).exit_code == 0
    assert tokens.verify(runtime, made) is None
    assert " revoked 20" in run("token", "list").output
    again = run("token", "revoke", 1)
    assert again.exit_code == 1
    assert "No token 1 is in use" in again.output


def test_the_texts_to_begin_with_come_in_once(run: Run, runtime: Runtime) -> None:
    assert "texts came in" in run("content", "load", "starter").output
    assert run("content", "load", "starter").output == "All of them are there already.\n"


def test_texts_of_our_own_come_from_a_file(run: Run, runtime: Runtime) -> None:
    piece = '[tip.nl]\nlink = "https://example.com/tip"\nsms.body = "Tip: {{ link }}"\n'
    assert run("content", "load", write("t.toml", piece)).output == "1 texts came in.\n"
    with runtime.reading() as session:
        assert [content.name for content in session.exec(select(Content))] == ["tip"]
    refused = run("content", "load", write("t.toml", piece.replace("{{ link }}", "{{ secret }}")))
    assert refused.exit_code == 1
    assert "secret" in refused.output


def test_texts_that_are_no_text_are_a_sentence(run: Run, runtime: Runtime) -> None:
    Path("t.toml").write_bytes(b"\xff\xfe")
    said = run("content", "load", "t.toml")
    assert (said.exit_code, said.output) == (1, "Error: t.toml is not UTF-8 text; save it as UTF-8.\n")


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PORT", "99999", "OUTREACH_PORT: Input should be less than or equal to 65535"),
        ("DATABASE_URL", "mysql://x", "OUTREACH_DATABASE_URL: must start with sqlite:/// or postgresql://"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "There is no database /nowhere/at/all.db here"),
        ("DATABASE_URL", "postgresql://u:hush@127.0.0.1:1/d", "The database does not answer (connection failed"),
        (
            "DATABASE_URL",
            "sqlite:///empty.db",
            "The database has not the tables of this version: run `outreach migrate`",
        ),
    ],
)
def test_what_is_away_or_wrong_is_a_sentence_without_secrets(
    run: Run, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, sentence: str
) -> None:
    Path("empty.db").touch()
    monkeypatch.setenv(f"OUTREACH_{setting}", value)
    for words in (("policy", "list"), ("clock",)) if "tables" in sentence else (("policy", "list"),):
        said = run(*words)
        assert said.exit_code == 1
        assert sentence in said.output
        assert "hush" not in said.output
        assert "Traceback" not in said.output


def test_a_port_that_is_taken_is_said_before_anything_starts(run: Run, taken_port: int) -> None:
    for command in ("up", "web"):
        said = run(command, env={"OUTREACH_PORT": str(taken_port)})
        assert said.exit_code == 1
        assert f"127.0.0.1:{taken_port} is taken" in said.output


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_procfile_without_programs_is_said(run: Run, runtime: Runtime) -> None:
    said = run("up", "--procfile", write("Procfile", "# nothing\n"), env={"OUTREACH_PORT": "8199"})
    assert said.exit_code == 1
    assert "holds no programs" in said.output


def test_a_data_folder_with_too_long_a_path_is_said(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    said = run("up", env={"OUTREACH_DATA_DIR": str(tmp_path / ("d" * 100)), "OUTREACH_PORT": "8199"})
    assert said.exit_code == 1
    assert "set OUTREACH_DATA_DIR to a folder with a shorter path" in said.output


class TestWhatIsHeldAboutACustomer:
    def test_it_is_written_out_for_programs_and_for_spreadsheets(self, run: Run, runtime: Runtime) -> None:
        run("import", "customers", write("k.csv", CUSTOMERS))
        assert json.loads(run("customer", "export", "K1").output)["customer"]["name"] == "Anna"
        assert "customer,1,name,Anna" in run("customer", "export", "K1", "--csv").output

    def test_it_is_forgotten_when_that_is_meant(self, run: Run, runtime: Runtime) -> None:
        run("import", "customers", write("k.csv", CUSTOMERS))
        assert run("customer", "erase", "K1", input="n\n").exit_code == 1
        assert run("customer", "export", "K1").exit_code == 0
        assert "K1 is forgotten." in run("customer", "erase", "K1", "--by", "me", input="y\n").output
        for command in ("export", "erase"):
            gone = run("customer", command, "K1", *(["--yes"] if command == "erase" else []))
            assert (gone.exit_code, "no customer K1" in gone.output) == (1, True)

    def test_who_is_imported_again_stays_suppressed(self, run: Run, runtime: Runtime) -> None:
        run("import", "customers", write("k.csv", CUSTOMERS))
        run("customer", "erase", "K1", "--yes")
        again = run("import", "customers", "k.csv")
        assert "1 created" in again.output
        assert "1 x email is suppressed and stays so: nothing is sent there" in again.output

    def test_two_who_are_one_become_one_when_that_is_meant(self, run: Run, runtime: Runtime) -> None:
        run(
            "import",
            "customers",
            write("k.csv", f"{CUSTOMERS}K2,Anna,anna2@example.com,yes,Europe/Amsterdam,2020-01-01T00:00Z\n"),
        )
        assert run("customer", "merge", "K1", "K2", input="n\n").exit_code == 1
        assert "K2 is one with K1 now." in run("customer", "merge", "K1", "K2", "--by", "me", input="y\n").output
        assert json.loads(run("customer", "export", "K2").output)["customer"]["external_id"] == "K1"
        again = run("customer", "merge", "K1", "K2", "--yes")
        assert (again.exit_code, "Nothing was merged: K2 was merged before." in again.output) == (1, True)
