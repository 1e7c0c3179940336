"""What `outreach up` becomes: it starts the programs of the Procfile, keeps them running, and stops them in order.

A program that ends by itself is started again; one that cannot stay up ends everything, with its last words on the
screen. This is a small process of its own, `python -m outreach.supervise`, that imports nothing of the product: it only
watches, and should not take the memory of a worker.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import NoReturn

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

from outreach import embedded

OURSELVES, VALKEY = "outreach", "valkey"
SUPERVISED = "SUPERVISED_BY_OUTREACH"
"""Set for the programs, so that they can end when their supervisor is killed."""
SHORT_LIFE = 10.0  # seconds; a program that lives longer is not failing
LONGEST_PAUSE = 30.0  # seconds before a failing program is started again
FAILURES = 5  # short lives in a row after which everything stops
STAGES = ((signal.SIGTERM, 20.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
"""How programs are stopped, and the seconds they get: asked to finish, asked to drop what they do, and by force."""


@dataclass(frozen=True)
class Plan:
    """The programs to run, by name, and the folder they share. `hello` is printed once `host` and `port` answer.

    `valkey` is the command of the embedded server, which starts first and stops last; empty where there is none.
    """

    programs: Mapping[str, str]
    folder: str
    host: str
    port: int
    hello: str
    valkey: str = ""
    socket: str = ""


def become(plan: Plan) -> NoReturn:
    """Turn this process into the supervisor of a plan."""
    written = Path(plan.folder) / "up.json"
    written.write_text(json.dumps(asdict(plan), indent=2), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    program = [sys.executable, "-P", "-m", "outreach.supervise", str(written)]
    os.execv(sys.executable, program)  # noqa: S606 - there is no shell, and none is wanted


class _Program:
    def __init__(self, name: str, command: str, colour: str) -> None:
        self.name, self.command, self.colour = name, command, colour
        self.pid: int | None = None
        self.running = False
        self.failures = 0
        self.began = 0.0
        self.again_at: float | None = None

    def send(self, number: int) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)


class Supervisor:
    """Keeps programs running until a signal says stop, or until one of them cannot stay up (`gave_up`)."""

    def __init__(self, commands: Mapping[str, str]) -> None:
        colours = get_colours()
        self._programs = {name: _Program(name, command, next(colours)) for name, command in commands.items()}
        self._printer = Printer(sys.stdout, width=max(map(len, (OURSELVES, *commands))))
        self._events: SimpleQueue[Message] = SimpleQueue()
        self._stops, self.stopping, self.gave_up = 0, False, False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self, names: Collection[str]) -> None:
        for name in names:
            self._start(self._programs[name])

    def watch(self) -> None:
        """Start again what ends, until it is time to stop."""
        while not (self._stops or self.gave_up):
            due = [p for p in self._programs.values() if p.again_at is not None and p.again_at <= time.monotonic()]
            self.start([program.name for program in due])
            waits = [p.again_at - time.monotonic() for p in self._programs.values() if p.again_at is not None]
            self._hear(min(waits, default=60.0))

    def stop(self, names: Collection[str]) -> None:
        """Stop these programs, patiently; one more signal takes the next stage at once."""
        self.stopping = True
        programs = [self._programs[name] for name in names]
        for number, patience in STAGES:
            for program in programs:
                program.send(number)
            self._wait(programs, time.monotonic() + patience)
        if left := [f"{program.name} (process {program.pid})" for program in programs if program.running]:
            self.say(f"could not stop {', '.join(left)}")

    def say(self, text: str) -> None:
        """Print a line of our own; from any thread."""
        self._events.put(Message("line", text, datetime.now(), OURSELVES, None))  # noqa: DTZ005 - as on their watch

    def flush(self) -> None:
        """Print what was said and not printed yet."""
        while not self._events.empty():
            self._hear(0)

    def _wait(self, programs: Collection[_Program], until: float) -> None:
        stops = self._stops
        while any(p.running for p in programs) and self._stops == stops and time.monotonic() < until:
            self._hear(until - time.monotonic())

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stops += 1
        self._events.put(Message("signal", number, None, None, None))  # wakes the one who waits

    def _hear(self, patience: float) -> None:
        try:
            event = self._events.get(timeout=max(patience, 0.0))
        except Empty:
            return
        if event.type == "line":
            self._print(event)
        elif event.type == "start":
            self._programs[event.name].pid = event.data["pid"]
            if self.stopping:
                self._programs[event.name].send(signal.SIGTERM)
        elif event.type == "stop":
            self._ended(self._programs[event.name], event.data["returncode"])

    def _start(self, program: _Program) -> None:
        program.running, program.began, program.again_at = True, time.monotonic(), None
        process = Process(program.command, name=program.name, colour=program.colour, env=_environment())
        threading.Thread(target=process.run, args=(self._events,), daemon=True).start()

    def _ended(self, program: _Program, status: int) -> None:
        program.pid, program.running = None, False
        if self.stopping:
            return
        now = time.monotonic()
        program.failures = program.failures + 1 if now - program.began < SHORT_LIFE else 0
        self.gave_up = program.failures >= FAILURES
        if self.gave_up:
            self.say(f"{program.name} cannot stay up ({_how(status)}): its last lines say why")
        else:
            pause = min(2.0**program.failures, LONGEST_PAUSE)
            self.say(f"{program.name} ended ({_how(status)}); starting it again in {pause:g} s")
            program.again_at = now + pause

    def _print(self, line: Message) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone; the programs are not
            self._printer.write(line)


def _environment() -> dict[str, str]:
    """Ours, with the command `outreach` of this installation in front, and nothing kept back in a buffer."""
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))
    few_heaps = {"MALLOC_ARENA_MAX": "2"}  # glibc would keep one for every thread, and give little of it back
    return {**few_heaps, **os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", SUPERVISED: str(os.getpid())}


def _how(status: int) -> str:
    number = -status if status < 0 else status - 128
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(number).name}"
    return f"status {status}"


def run(plan: Plan) -> int:
    """Run a plan until it is stopped; returns the exit status."""
    supervisor = Supervisor({**plan.programs, **({VALKEY: f"exec {plan.valkey}"} if plan.valkey else {})})
    if plan.valkey:
        embedded.dismiss(plan.socket)
        supervisor.start([VALKEY])
        if not embedded.wait_until_it_answers(plan.socket):
            supervisor.say("the embedded Valkey does not answer; the clock does the work meanwhile")
    supervisor.start(plan.programs)
    threading.Thread(target=_greet, args=(plan, supervisor), daemon=True).start()
    supervisor.watch()
    supervisor.say("stopping")
    supervisor.stop(plan.programs)
    supervisor.stop([VALKEY] if plan.valkey else [])
    supervisor.say("stopped")
    supervisor.flush()
    return 1 if supervisor.gave_up else 0


def _greet(plan: Plan, supervisor: Supervisor) -> None:
    while not supervisor.stopping:
        with contextlib.suppress(OSError), socket.create_connection((plan.host, plan.port), timeout=1):
            supervisor.say(plan.hello)
            return
        time.sleep(0.1)


def main() -> int:
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    with (Path(plan.folder) / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # gone with this process, however it ends
        except OSError:
            print(f"Outreach runs already with the data folder {plan.folder}: stop that one first.", file=sys.stderr)
            return 1
        return run(plan)


if __name__ == "__main__":
    sys.exit(main())
