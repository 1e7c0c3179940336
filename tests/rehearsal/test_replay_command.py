"""`outreach replay`, as it is called."""

import json
import os
import pty
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from outreach import bootstrap, database
from outreach.cli import main
from outreach.csv_import import import_contacts, import_customers
from outreach.rehearsal.history import END_OF_TIME
from outreach.replaying.material import Chances, from_files
from outreach.replaying.material import Files as Paths
from outreach.replaying.replay import Documents, prices, replay
from outreach.replaying.window import Window
from outreach.settings import Settings
from outreach.starter import load
from policies import library
from policies.replay.columns import ASK
from tests.rehearsal.histories import Files, rows
from tests.rehearsal.stages import NAMES, a_few

ROOT = Path(__file__).parents[2]
COLUMNS = ["customer", "contact", "class", "channel", "at", "policy", "version", "probability"]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    for name in ("guard", *NAMES):
        (tmp_path / f"{name}.toml").write_text(library.text(name), encoding="utf-8")
    return a_few(tmp_path, customers=12)


@pytest.fixture
def documents(tmp_path: Path, files: Files) -> list[str]:
    return ["replay", *[part for name in NAMES for part in ("--policy", str(tmp_path / f"{name}.toml"))]]


@pytest.fixture
def arguments(documents: list[str], files: Files) -> list[str]:
    return [*documents, "--customers", str(files.customers), "--contacts", str(files.contacts)]


def run(arguments: list[str]) -> Result:
    return CliRunner().invoke(main, arguments)


def counted(arguments: list[str]) -> dict[str, Any]:
    result = run([*arguments, "--json"])
    assert result.exit_code == 0, result.output
    counts: dict[str, Any] = json.loads(result.output)
    return counts


def asks(counts: dict[str, Any]) -> int:
    return sum(done["asks"] for done in counts["done"].values())


def test_it_says_in_a_few_lines_what_would_have_come_of_it(arguments: list[str]) -> None:
    result = run(arguments)
    assert result.exit_code == 0, result.output
    assert "of 12 customers" in result.output
    assert "after-valuable-contact: asked" in result.output


def test_everything_adds_up(arguments: list[str]) -> None:
    counts = counted(arguments)
    assert asks(counts) == sum(week["asks"] for week in counts["weeks"])
    assert asks(counts) == sum(int(often) * people for often, people in counts["asks_a_customer"].items())
    assert counts["never_asked"] == counts["customers"] - sum(counts["asks_a_customer"].values())
    looks = {action: sum(week["looks"][action] for week in counts["weeks"]) for action in counts["looks"]}
    assert counts["looks"] == looks
    assert sum(counts["fates"]["after-valuable-contact"].values()) == counts["contacts"]
    held = sum(how["longest"] for how in counts["held"]["after-valuable-contact"].values())
    assert held == counts["fates"]["after-valuable-contact"]["held_back"]
    assert sum(counts["combinations"]["after-valuable-contact"].values()) == held
    for name, policy in counts["decided"].items():
        over_all = {action: sum(over[action] for over in policy.values()) for action in counts["looks"]}
        in_segments = [segment["looks"][name] for segment in counts["segments"].values()]
        assert over_all == {action: sum(looks[action] for looks in in_segments) for action in over_all}
    assert sum(sum(over.values()) for of in counts["decided"].values() for over in of.values()) == sum(looks.values())
    assert sum(counts["rates"].values()) == pytest.approx(1.0, abs=0.001)


def test_every_segment_is_counted_apart(arguments: list[str]) -> None:
    whole = counted(arguments)
    for attribute in ("language", "account", "timezone"):
        segments = counted([*arguments, "--segment", attribute])["segments"]
        assert sum(segment["customers"] for segment in segments.values()) == whole["customers"]
        assert sum(segment["asks"] for segment in segments.values()) == asks(whole)
        assert sum(segment["never_asked"] for segment in segments.values()) == whole["never_asked"]
    assert len(counted([*arguments, "--segment", "language"])["segments"]) > 1
    assert list(counted([*arguments, "--segment", "no such attribute"])["segments"]) == ["unknown"]


def test_attention_is_what_the_guard_says_a_touch_takes(arguments: list[str], tmp_path: Path) -> None:
    guard = tmp_path / "guard.toml"
    dear = library.text("guard") + '[fatigue]\nhalf_life = "30d"\nthreshold = 1000.0\nemail = 3.0\nsms = 5.0\n'
    counts = counted(arguments)
    guard.write_text(dear, encoding="utf-8")
    spent = counted([*arguments, "--guard", str(guard)])
    for policy, done in spent["done"].items():
        touches = {channel: sum(of.values()) for channel, of in done["by_channel"].items()}
        loads = tomllib.loads(dear)["fatigue"]
        assert spent["attention"][policy] == sum(loads[channel] * count for channel, count in touches.items())
    assert sum(spent["attention"].values()) != sum(counts["attention"].values()) > 0


def test_what_history_lets_expect_has_its_price_too(files: Files) -> None:
    material = from_files(Settings(), Paths(files.customers, files.contacts, END_OF_TIME), Window(), Chances())
    documents = Documents(library.guard(), [library.policy(name) for name in NAMES])
    one = replay(material, documents, lambda done, of: None)
    told = prices(one, lambda done, of: None, lambda history, walk: 0.25 * walk.column("kind").count(ASK))
    assert all(price.expected == 0.25 * price.asks for price in told)
    assert any(price.expected for price in told)
    assert all(price.expected is None for price in prices(one, lambda done, of: None))


def test_the_ledger_is_that_of_a_rehearsal(arguments: list[str], tmp_path: Path) -> None:
    replayed, rehearsed = tmp_path / "replayed.csv", tmp_path / "rehearsed.csv"
    assert run([*arguments, "--seed", "5", "--ledger", str(replayed)]).exit_code == 0
    guard = ["--guard", str(tmp_path / "guard.toml")]
    assert run(["rehearse", *arguments[1:], *guard, "--seed", "5", "--ledger", str(rehearsed)]).exit_code == 0
    mine, theirs = list(rows(replayed)), list(rows(rehearsed))
    assert list(mine[0]) == COLUMNS
    assert mine == theirs
    assert any(float(row["probability"]) < 1.0 for row in mine)


def test_a_draft_is_compared_person_by_person(arguments: list[str], tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.toml", tmp_path / "differences.csv"
    text = library.text("after-valuable-contact")
    draft.write_text(text.replace("minimum_value = 40", "minimum_value = 95"), encoding="utf-8")
    counts = counted([*arguments, "--against", str(draft), "--differences", str(out)])
    told = list(rows(out))
    assert asks(counts) > asks(counts["against"])
    assert sum(int(row["asks"]) - int(row["asks_against"]) for row in told) == asks(counts) - asks(counts["against"])
    assert all(row["what"] != row["what_against"] for row in told)


def test_every_amount_has_its_price(arguments: list[str]) -> None:
    prices = {
        (price["policy"], price["amount"]): price["asks"] for price in counted([*arguments, "--prices"])["prices"]
    }
    assert (None, "guard.rest_between_asks") in prices
    assert ("after-valuable-contact", "contact.minimum_value") in prices
    assert max(prices.values()) > 0


def test_only_a_span_of_time_is_replayed(arguments: list[str]) -> None:
    some = counted([*arguments, "--since", "2024-10-01T00:00:00Z", "--until", "2024-11-01T00:00:00Z"])
    assert 0 < some["contacts"] < counted(arguments)["contacts"]
    assert some["begins"].startswith("2024-10")


def test_the_database_is_replayed_where_no_files_are_given(
    documents: list[str], files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_DATABASE_URL", f"sqlite:///{tmp_path}/outreach.db")
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(tmp_path))
    runtime = bootstrap.runtime()
    database.migrate(runtime.engine)
    import_customers(runtime, files.customers)
    import_contacts(runtime, files.contacts)
    with runtime.writing() as session:
        load(session)
    runtime.engine.dispose()
    arguments = [*documents, "--guard", str(tmp_path / "guard.toml")]
    counts = counted(arguments)
    assert (counts["customers"], counts["refused_rows"]) == (12, 0)
    assert asks(counts) > 0
    assert all("refused" in part for part in counts["expected"].values())  # nobody was ever asked here
    assert run(arguments).output.count("What to expect of it is not known") == 1


def test_nothing_is_left_half_written_when_it_is_interrupted(
    documents: list[str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("interrupted")
    many, papers = a_few(tmp_path, customers=200), folder / "papers"
    papers.mkdir()
    given = ["--customers", str(many.customers), "--contacts", str(many.contacts), "--prices"]
    command = [*documents, *given, "--ledger", str(papers / "ledger.csv")]
    screen, terminal = pty.openpty()  # progress is shown to people only
    heeding = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)"  # even where run with &
    code = f"{heeding}; from outreach.cli import main; main(sys.argv[1:])"
    running = subprocess.Popen(
        [sys.executable, "-c", code, *command], stdout=subprocess.PIPE, stderr=terminal, cwd=ROOT
    )
    os.close(terminal)
    seen = b""
    while b"Pricing" not in seen:
        seen += os.read(screen, 4096)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    os.close(screen)
    assert running.returncode == 1
    assert list(papers.iterdir()) == []


def test_nothing_that_is_read_is_written_over(arguments: list[str], files: Files, tmp_path: Path) -> None:
    kept = files.contacts.read_bytes()
    for paper in (files.contacts, files.customers, arguments[arguments.index("--policy") + 1]):
        for option in ("--ledger", "--differences"):
            result = run([*arguments, option, str(paper), "--against", arguments[arguments.index("--policy") + 1]])
            assert (result.exit_code, "is named for something else already" in result.output) == (2, True)
    both = str(tmp_path / "both.csv")
    against = arguments[arguments.index("--policy") + 1]
    assert run([*arguments, "--ledger", both, "--differences", both, "--against", against]).exit_code == 2
    assert files.contacts.read_bytes() == kept


def test_a_paper_that_cannot_be_written_leaves_the_other_as_it_was(arguments: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    papers = [folder / "differences.csv", folder / "ledger.csv"]
    for paper in papers:
        paper.write_text("before", encoding="utf-8")
    draft = tmp_path / "draft.toml"
    draft.write_text(
        library.text("after-valuable-contact").replace("minimum_value = 40", "minimum_value = 90"), encoding="utf-8"
    )
    command = [*arguments, "--differences", str(papers[0]), "--ledger", str(papers[1]), "--against", str(draft)]
    code = (
        "import resource, sys; from outreach.rehearsal import ledger; real = ledger.write\n"
        "def full(papers):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)); real(papers)\n"
        "ledger.write = full\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from outreach.cli import main; main(sys.argv[1:])"
    )
    ran = subprocess.run([sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, "cannot be written" in ran.stderr) == (2, True), ran.stderr
    assert [paper.read_text(encoding="utf-8") for paper in papers] == ["before", "before"]
    assert sorted(folder.iterdir()) == papers


HEADER = "external_id,customer,kind,touchpoint,value,occurred_at"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,A,order,shop,1,5,2024-09-01T10:00:00Z", "line 2: the row has 7 cells where the header has 6"),
        ("1,A,order,shop,nan,2024-09-01T10:00:00Z", "contact 1: value is not a number"),
        ("1,nobody,order,shop,50,2024-09-01T10:00:00Z", "contact 1: there is no customer nobody"),
        ("1,A,order,shop,50,1900-09-01T10:00:00Z", "the first is 1, of 1900-09-01T10:00:00Z"),
    ],
)
def test_where_no_row_can_be_used_the_first_is_named(arguments: list[str], files: Files, row: str, says: str) -> None:
    good = "2,B,order,shop,50,2024-09-01T10:00:00Z" if "cells" in says else ""
    files.customers.write_text("external_id,email\nA,a@example.org\n", encoding="utf-8")
    files.contacts.write_text(f"{HEADER}\n{row}\n{good}\n", encoding="utf-8")
    result = run(arguments)
    assert (result.exit_code, says in result.output) == (2, True), result.output


def test_what_cannot_have_happened_yet_is_refused_by_name(arguments: list[str], files: Files) -> None:
    counts = counted(arguments)
    with files.contacts.open("a", encoding="utf-8") as contacts:
        who = next(iter(rows(files.customers)))["external_id"]
        contacts.write(f"late,{who},order,shop,50,2098-01-01T10:00:00Z\n")
    among = counted(arguments)
    assert among["refused"] == ["contact late: occurred_at lies in the future"]
    assert (among["ends"], among["done"], among["looks"]) == (counts["ends"], counts["done"], counts["looks"])


def test_a_file_that_is_not_there_is_called_so(arguments: list[str]) -> None:
    result = run([*arguments, "--against", "typo.toml"])
    assert (result.exit_code, "There is no file typo.toml" in result.output) == (2, True)


def test_what_is_wrong_is_said_with_the_file_that_it_is_in(arguments: list[str], files: Files, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.toml"
    nothing.write_text("", encoding="utf-8")
    assert f"{nothing}: there is nothing in it" in run([*arguments, "--policy", str(nothing)]).output
    files.contacts.write_text("a,b\n1,2\n", encoding="utf-8")
    assert f"{files.contacts}: the first line must name" in run(arguments).output


@pytest.mark.parametrize(
    ("without", "says"),
    [(["--customers"], "together"), (["--contacts"], "together")],
)
def test_half_of_a_history_is_refused(arguments: list[str], without: list[str], says: str) -> None:
    place = arguments.index(without[0])
    result = run(arguments[:place] + arguments[place + 2 :])
    assert (result.exit_code, says in result.output) == (2, True)


@pytest.mark.parametrize(
    ("contacts", "says"),
    [
        ("not,a,table\n1,2,3\n", "must name the columns"),
        ("external_id,customer,kind,touchpoint,value,occurred_at\n", "no history"),
    ],
)
def test_a_file_that_cannot_be_used_is_status_2(arguments: list[str], files: Files, contacts: str, says: str) -> None:
    files.contacts.write_text(contacts, encoding="utf-8")
    result = run(arguments)
    assert (result.exit_code, says in result.output) == (2, True), result.output


BAD = {
    "1,A,order,shop,NaN,2024-09-02T10:00:00Z": "contact 1: value is not a number",
    "2,A,order,shop,inf,2024-09-02T10:00:00Z": "contact 2: value is not a number",
    "3,A,order,shop,80,1900-01-01T10:00:00Z": "contact 3: occurred_at lies before 1970",
    "4,A,order,shop,80,9999-12-31T23:59:59Z": "contact 4: occurred_at lies in the future",
    "5,A,order,shop,80,soon": "contact 5: occurred_at is not a date and time",
    "6,nobody,order,shop,80,2024-09-02T10:00:00Z": "contact 6: there is no customer nobody",
    "7,A,order,shop,81,2024-09-01T10:00:00Z": "contact 7: it came before with other content",
}
GOOD = ("7,A,order,shop,80,2024-09-01T10:00:00Z", "8,A,order,shop,80,2024-08-31T10:00:00Z")


def test_rows_that_cannot_be_used_are_named_and_change_no_count(arguments: list[str], files: Files) -> None:
    files.customers.write_text(
        "external_id,email,timezone,consent_email,created_at\n"
        "A,a@example.org,Europe/Amsterdam,given,2023-01-01T00:00:00Z\n"
        "B,b@example.org,Mars/Olympus,given,2023-01-01T00:00:00Z\n"
        "C,c@example.org,,given,\n",
        encoding="utf-8",
    )
    header = "external_id,customer,kind,touchpoint,value,occurred_at"

    def counts_of(*rows: str) -> dict[str, Any]:
        files.contacts.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return counted(arguments)

    without, among = counts_of(*GOOD), counts_of(GOOD[0], *BAD, *GOOD)  # the first one twice
    assert [sum(row.startswith(said) for row in among["refused"]) for said in BAD.values()] == [1] * len(BAD)
    assert sum("customer B: timezone is not a time zone" in row for row in among["refused"]) == 1
    assert among["refused_rows"] == len(BAD) + 1
    for counts in (without, among):
        del counts["refused_rows"], counts["refused"]
    assert among == without
    assert without["contacts"] == 2
