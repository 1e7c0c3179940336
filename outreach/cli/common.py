"""What commands share: the runtime, a progress bar, and moments as people write them."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from outreach.runtime import Runtime

Progress = Callable[[int, int], None]
TOO_LATE = 4_133_980_800
"""Epoch seconds of 1 January 2101."""


class Unusable(click.ClickException):
    """A file or a place that cannot be used, in a sentence; nothing was done."""

    exit_code = 2


def text_of(file: Path, refusal: type[click.ClickException] = click.ClickException) -> str:
    """The text of a file. One that cannot be read is the `refusal`; one that is away stays a FileNotFoundError."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise refusal(f"{file} is not UTF-8 text; save it as UTF-8.") from problem
    except IsADirectoryError as problem:
        raise refusal(f"{file} is a folder; name a file.") from problem
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise refusal(f"{file} cannot be read ({problem.strerror}).") from problem


def a_runtime(*, new: bool = False) -> "Runtime":
    """For a command that somebody waits for: only what is wrong goes to the screen.

    Unless `new`, a file that is not there is not made: the command would find nothing in it.
    """
    from outreach import bootstrap, logs

    logs.begin("WARNING")
    runtime = bootstrap.runtime()
    if not new:
        _refuse_no_file(runtime)
    click.get_current_context().call_on_close(runtime.engine.dispose)
    return runtime


def _refuse_no_file(runtime: "Runtime") -> None:
    from outreach import database

    if not database.is_there(runtime.engine):
        raise click.ClickException(
            f"There is no database {runtime.engine.url.database} here. Go to the folder that Outreach runs in, set "
            "OUTREACH_DATABASE_URL, or begin a new one: outreach migrate"
        )


def a_process() -> "Runtime":
    """For a process that stays: logs as the settings say, and does not begin with tables of another version."""
    from outreach import bootstrap, logs
    from outreach.reports.health import readiness

    end_with_the_supervisor()
    runtime = bootstrap.runtime()
    logs.begin(runtime.settings.log_level)
    if readiness(runtime).migrations == "behind":
        raise click.ClickException("The database has not the tables of this version: run `outreach migrate`.")
    if runtime.settings.real_channels:
        from outreach import demo  # brings the whole rehearsal along, and this process is to be small

        demo.refuse_real_messages(runtime)
    return runtime


def end_with_the_supervisor() -> None:
    """If `outreach up` itself is killed, stop as well, where the system can arrange it."""
    from outreach import supervise

    if sys.platform == "linux" and supervise.SUPERVISED in os.environ:
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if _is_gone(os.environ[supervise.SUPERVISED]):  # before the system was told: it says nothing any more
            raise click.ClickException("`outreach up`, which started this, is gone.")


def _is_gone(process: str) -> bool:
    try:
        state = Path("/proc", process, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (OSError, ValueError):
        return True
    return state in ("Z", "X")


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Gives a function that is told how much of how much is done. Only people see it: it is for a terminal."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield progress


class Moment(click.ParamType[int]):
    """An ISO 8601 time that names its zone, as epoch seconds. From 1970 to 2100."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date and time like 2026-03-01T09:30:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} names no time zone; end it with Z or +01:00", param, ctx)
        seconds = int(moment.timestamp())
        if not 0 <= seconds < TOO_LATE:
            self.fail(f"{value!r} lies outside the years 1970 to 2100", param, ctx)
        return seconds


class Zone(click.ParamType[ZoneInfo]):
    """An IANA time zone."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (OSError, ValueError, LookupError):
            self.fail(f"{value!r} is not a time zone like Europe/Amsterdam", param, ctx)
