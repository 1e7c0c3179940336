"""`outreach export --parquet` and `outreach replay --parquet`: the same answer, from a history in parts."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from distributed import Client, LocalCluster

from outreach import bootstrap, database
from outreach.cli import main
from outreach.csv_import import import_contacts, import_customers
from outreach.policy_book import publish
from outreach.replaying.answer import Answer, Wanted
from outreach.replaying.cluster import Work, replay_parts
from outreach.replaying.dataset import MANIFEST, DataSet, paths
from outreach.replaying.material import Chances
from outreach.replaying.replay import Documents
from outreach.replaying.window import Window
from outreach.starter import load
from policies import library
from policies.policy import Guard, Policy
from tests.rehearsal.histories import rows
from tests.rehearsal.stages import NAMES, a_few

ROOT = Path(__file__).parents[2]
CUSTOMERS = 40


def a_company(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A database with a short history, on which `outreach` works now; returns the policies to replay it under."""
    files = a_few(folder, CUSTOMERS)
    monkeypatch.setenv("OUTREACH_DATABASE_URL", url)
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(folder))
    runtime = bootstrap.runtime()
    import_customers(runtime, files.customers)
    import_contacts(runtime, files.contacts)
    with runtime.writing() as session:
        load(session)
    for name in ("guard", *NAMES):
        (folder / f"{name}.toml").write_text(library.text(name), encoding="utf-8")
        publish(runtime, library.text(name), "test")
    runtime.engine.dispose()
    return [part for name in NAMES for part in ("--policy", str(folder / f"{name}.toml"))]


@pytest.fixture
def documents(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return a_company(tmp_path, sqlite_url, monkeypatch)


@pytest.fixture
def documents_on_both(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return a_company(tmp_path, database_url, monkeypatch)


@pytest.fixture
def data(documents: list[str], tmp_path: Path) -> Path:
    return exported(tmp_path / "history")


def exported(folder: Path) -> Path:
    result = run("export", "--parquet", str(folder))
    assert result.exit_code == 0, result.output
    assert f"{CUSTOMERS} customers" in result.output
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_history_in_parts_is_replayed_as_the_database_is(documents_on_both: list[str], tmp_path: Path) -> None:
    data, draft = exported(tmp_path / "history"), tmp_path / "draft.toml"
    draft.write_text(library.text(NAMES[1]).replace("minimum_value = 40", "minimum_value = 90"), encoding="utf-8")
    common = [*documents_on_both, "--against", str(draft), "--prices", "--segment", "account", "--json"]

    def answers(name: str, *source: str) -> list[Any]:
        papers = {paper: tmp_path / f"{name}-{paper}.csv" for paper in ("ledger", "differences")}
        told = [part for paper, path in papers.items() for part in (f"--{paper}", str(path))]
        result = run("replay", *common, *source, *told)
        assert result.exit_code == 0, result.output
        counts = json.loads(result.output)
        for each in (counts, counts["against"]):
            for only_of_the_database in ("expected", "answer_depends_on"):
                each.pop(only_of_the_database, None)
        return [counts, *[list(rows(path)) for path in papers.values()]]

    apart, whole = answers("apart", "--parquet", str(data)), answers("whole")
    assert apart == whole
    assert whole[1]
    assert whole[2]
    assert len(whole[0]["segments"]) > 1


def test_a_worker_that_is_killed_changes_nothing(data: Path) -> None:
    killed: list[int] = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):

        def kill_one(done: int, of: int) -> None:
            if not killed:
                assert done < of
                killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        disturbed = replayed(data, cluster.scheduler_address, kill_one)
        assert killed
        assert killed[0] not in client.run(os.getpid).values()
        assert replayed(data, cluster.scheduler_address) == disturbed
    assert disturbed.customers == CUSTOMERS


def replayed(folder: Path, scheduler: str, progress: Any = lambda done, of: None) -> Answer:
    data, window = DataSet.of(folder), Window()
    documents = Documents(
        Guard.from_toml(library.text("guard")), [Policy.from_toml(library.text(name)) for name in NAMES]
    )
    work = Work(folder, window, data.ends(window), Chances(), Wanted(documents, priced=True, ledger=True))
    return replay_parts(data, work, scheduler, progress)


def test_people_of_one_account_stay_together(data: Path) -> None:
    found: dict[str, set[int]] = defaultdict(set)
    for part in range(DataSet.of(data).parts):
        customers, contacts = (pq.read_table(path).to_pylist() for path in paths(data, part))
        assert {each["customer"] for each in contacts} <= {each["id"] for each in customers}
        for row in customers:
            if row["account"]:
                found[row["account"]].add(part)
    assert found
    assert all(len(parts) == 1 for parts in found.values())


def test_a_data_set_holds_no_address(data: Path) -> None:
    everything = b"".join(json.dumps(pq.read_table(file).to_pylist()).encode() for file in data.glob("*.parquet"))
    assert b'"id"' in everything
    assert b"@example" not in everything
    assert b"+31" not in everything


def test_what_was_written_half_is_not_taken_for_whole(documents: list[str], data: Path) -> None:
    again = run("export", "--parquet", str(data))
    assert again.exit_code == 2
    assert "is not empty" in again.output
    whole = paths(data, 2)[1].read_bytes()
    for part in paths(data, 2):
        kept = part.read_bytes()
        part.write_bytes(kept[:200])
        cut_off = run("replay", *documents, "--parquet", str(data))
        assert (cut_off.exit_code, f"{part.name} is not whole" in cut_off.output) == (2, True)
        part.write_bytes(kept)
    assert paths(data, 2)[1].read_bytes() == whole
    paths(data, 3)[1].unlink()
    missing = run("replay", *documents, "--parquet", str(data))
    assert missing.exit_code == 2
    assert "contacts-00003.parquet is missing" in missing.output
    (data / MANIFEST).unlink()
    half = run("replay", *documents, "--parquet", str(data))
    assert half.exit_code == 2
    assert "holds no whole data set; write one with" in half.output


def test_nothing_is_left_of_an_export_that_is_interrupted(documents: list[str], tmp_path: Path) -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from outreach.replaying import exporting\n"
        "exporting._key = lambda *ids: signal.raise_signal(signal.SIGINT)\n"
        "from outreach.cli import main; main()"
    )
    folder = tmp_path / "new" / "history"
    done = subprocess.run([sys.executable, "-c", code, "export", "--parquet", str(folder)], cwd=ROOT, check=False)
    assert done.returncode == 1
    assert list((tmp_path / "new").iterdir()) == []


def test_segments_are_counted_over_all_parts(documents: list[str], data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.replaying.answer.MOST_SEGMENTS", 1)
    result = run("replay", *documents, "--parquet", str(data), "--segment", "account")
    assert (result.exit_code, "and 1 are the most" in result.output) == (2, True)


@pytest.mark.parametrize("after", [0.2, 1.5, 3.0, 6.0])
def test_an_interrupted_replay_in_parts_says_so_and_nothing_else(
    documents: list[str], data: Path, tmp_path: Path, after: float
) -> None:
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # even where run with &
    command = ["replay", *documents, "--parquet", str(data), "--prices", "--ledger", str(tmp_path / "ledger.csv")]
    code = f"{heeding}; from outreach.cli import run; print('go', flush=True); run()"
    running = subprocess.Popen(
        [sys.executable, "-c", f"if __name__ == '__main__':\n  {code}", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline() == b"go\n"
    time.sleep(after)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = running.communicate(timeout=120)
    was_done = after > 1 and running.returncode == 0  # on a fast machine
    assert (running.returncode, said.decode().strip()) == ((0, "") if was_done else (1, "Aborted!"))
    assert (tmp_path / "ledger.csv").exists() is was_done


def test_nobody_at_the_address_is_said_at_once(documents: list[str], data: Path) -> None:
    result = run("replay", *documents, "--parquet", str(data), "--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 2
    assert "no scheduler answers at tcp://127.0.0.1:9" in result.output


def test_ten_times_the_contacts_take_hardly_more_memory_to_export(
    documents_on_both: list[str], database_url: str, tmp_path: Path
) -> None:
    few = _memory_of_an_export(tmp_path / "few")
    engine = database.connect(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text(_MULTIPLIED))
    engine.dispose()
    many = _memory_of_an_export(tmp_path / "many")
    assert DataSet.of(tmp_path / "many").contacts > 100_000
    assert many - few < 60 * 2**20


_MULTIPLIED = """
WITH RECURSIVE times(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < 900)
INSERT INTO contact_events (source, external_id, customer_id, kind, touchpoint, value, occurred_at, attributes,
                            received_at)
SELECT source, external_id || '-' || n, customer_id, kind, touchpoint, value, occurred_at + n, attributes,
       received_at
FROM contact_events, times
"""


def _memory_of_an_export(folder: Path) -> int:
    """The largest number of bytes that a process has at one time."""
    code = "from outreach.cli import main; main()"
    command = [sys.executable, "-c", code, "export", "--parquet", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    assert isinstance(used, resource.struct_rusage)
    return used.ru_maxrss * 1024
