"""The supervisor, with real programs: it keeps them running, and leaves none behind."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outreach import supervise
from outreach.supervise import Plan

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes where Linux shows them")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _signals_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    monkeypatch.setattr(supervise, "LONGEST_PAUSE", 0.05)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    """Run programs, press Ctrl-C once there is `enough`, and give the exit status."""

    def run(programs: dict[str, str], enough: Callable[[], bool] | None = None) -> int:
        def stop_when_enough() -> None:
            until = time.monotonic() + 30
            while enough and not enough() and time.monotonic() < until:
                time.sleep(0.02)
            os.kill(os.getpid(), signal.SIGINT)

        if enough is not None:
            threading.Thread(target=stop_when_enough, daemon=True).start()
        return supervise.run(Plan(programs, str(tmp_path), "127.0.0.1", 1, "hello"))

    return run


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def alive(pid: str) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def left(pids: Path) -> list[str]:
    """Those of the processes that are still there, once the system has had a moment to clear away the others."""
    until = time.monotonic() + 5
    while (there := [pid for pid in lines(pids) if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.02)
    return there


def notes(file: Path) -> str:
    """A shell command that leaves its process id in a file."""
    return f"echo $$ >> {file}"


def test_ctrl_c_stops_every_program_and_is_no_failure(run: Callable[..., int], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    status = run({name: f"{notes(pids)}; exec sleep 60" for name in "abc"}, lambda: len(lines(pids)) == 3)
    assert status == 0
    assert left(pids) == []


def test_a_program_that_is_killed_is_started_again(run: Callable[..., int], tmp_path: Path) -> None:
    pids = tmp_path / "pids"

    def second_life() -> bool:
        for first in lines(pids)[:1]:
            if alive(first):
                os.kill(int(first), signal.SIGKILL)
        return len(lines(pids)) == 2

    assert run({"a": f"{notes(pids)}; exec sleep 60"}, second_life) == 0


def test_a_program_that_cannot_stay_up_ends_everything(
    run: Callable[..., int], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pids, other = tmp_path / "pids", tmp_path / "other"
    status = run({"a": f"{notes(pids)}; echo no such file; exit 7", "b": f"{notes(other)}; exec sleep 60"})
    assert status == 1
    assert len(lines(pids)) == supervise.FAILURES
    assert left(other) == []
    said = capfd.readouterr().out
    assert "a cannot stay up (status 7)" in said
    assert "no such file" in said


def test_a_program_that_will_not_listen_is_ended_by_force(
    run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "STAGES", tuple((number, 0.3) for number, _ in supervise.STAGES))
    pids = tmp_path / "pids"
    run({"a": f"trap '' TERM; {notes(pids)}; while :; do sleep 0.1; done"}, lambda: len(lines(pids)) == 1)
    assert left(pids) == []


def test_the_helpers_of_a_program_are_stopped_with_it(run: Callable[..., int], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    run({"a": f"(sh -c '{notes(pids)}; exec sleep 60') & {notes(pids)}; wait"}, lambda: len(lines(pids)) == 2)
    assert left(pids) == []


def test_what_programs_say_is_shown_with_their_name(
    run: Callable[..., int], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pids = tmp_path / "pids"
    run({"a": f"echo good morning; {notes(pids)}; exec sleep 60"}, lambda: len(lines(pids)) == 1)
    assert "a        | good morning" in capfd.readouterr().out
