"""`outreach up` for real: everything starts, survives what is killed, and stops without leaving anything behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from outreach import bootstrap, embedded, supervise
from outreach.reports import health
from outreach.settings import Settings
from tests.servers import free_port

COMMAND = str(Path(sys.executable).with_name("outreach"))
PATIENCE = 60  # seconds; far more than anything here takes on a quiet machine
PROCESSES = {"clock", "worker work", "worker email", "worker sms", "worker replay"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes where Linux shows them")


class Installation:
    """A folder, and what `outreach up` runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / "log"
        mine = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
        self.env = {**mine, "OUTREACH_PORT": str(self.port)}
        self.up: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until the pages answer."""
        with self.log.open("ab") as log:
            self.up = subprocess.Popen([COMMAND, "up"], cwd=self.folder, env=self.env, stdout=log, stderr=log)
        self.wait(self.answers)

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def alive(self) -> set[str]:
        """The processes that gave a sign of life."""
        runtime = bootstrap.runtime(Settings.model_validate({"database_url": f"sqlite:///{self.folder}/outreach.db"}))
        with runtime.reading() as session:
            seen = {process.name for process in health.processes(session, runtime.now())}
        runtime.engine.dispose()
        return seen

    def wait(self, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < until, self.log.read_text(errors="replace")[-4000:]
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop it, and give its exit status."""
        assert self.up is not None
        self.up.send_signal(number)
        return self.up.wait(timeout=PATIENCE)

    def processes(self) -> dict[int, str]:
        """Everything that runs in the folder, by process id, with its command."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(self.folder):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it ended, or is not ours to look at
        return found

    def process(self, words: str) -> int:
        return next(pid for pid, command in sorted(self.processes().items()) if words in command)


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An installation in a new folder with a short path and a blank in it; whatever a test leaves running is ended."""
    with TemporaryDirectory(prefix="outreach up-") as folder:
        made = Installation(Path(folder).resolve())
        yield made
        for pid in made.processes():
            os.kill(pid, signal.SIGKILL)
        if made.up is not None:
            made.up.wait()


def test_everything_starts_and_ctrl_c_stops_it_within_seconds(installation: Installation) -> None:
    installation.start()
    installation.wait(lambda: installation.alive() >= PROCESSES)
    began = time.monotonic()
    assert installation.stop() == 0
    assert time.monotonic() - began < 15
    assert installation.processes() == {}


def test_whatever_is_killed_is_started_again(installation: Installation) -> None:
    installation.start()
    killed = [installation.process(words) for words in ("outreach clock", "worker sms", "valkey-server", "gunicorn")]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    def all_back() -> bool:
        running = installation.processes()
        words = ("outreach clock", "worker sms", "valkey-server", "gunicorn")
        return not set(killed) & set(running) and all(any(w in c for c in running.values()) for w in words)

    installation.wait(all_back)
    installation.wait(installation.answers)
    assert installation.stop(signal.SIGTERM) == 0
    assert installation.processes() == {}


def test_a_killed_supervisor_takes_its_programs_along_and_can_be_started_again(installation: Installation) -> None:
    installation.start()
    installation.stop(signal.SIGKILL)
    installation.wait(lambda: all("valkey" in command for command in installation.processes().values()))
    installation.start()
    assert embedded.answers(str(installation.folder / ".outreach" / "valkey.sock"))
    assert installation.stop() == 0
    assert installation.processes() == {}


@pytest.mark.parametrize("program", ["clock", "worker work", "web"])
def test_a_program_whose_supervisor_was_killed_while_it_began_does_not_begin(
    installation: Installation, program: str
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    environment = {**installation.env, supervise.SUPERVISED: str(gone.pid)}
    command, folder = [COMMAND, *program.split()], installation.folder
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "is gone" in ended.stderr


def test_the_same_folder_is_not_run_twice(installation: Installation) -> None:
    installation.start()
    other = {**installation.env, "OUTREACH_PORT": str(free_port())}
    second = subprocess.run(
        [COMMAND, "up"], cwd=installation.folder, env=other, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert "Outreach runs already with the data folder" in second.stderr
    assert installation.stop() == 0
