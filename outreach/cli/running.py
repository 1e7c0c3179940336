"""Commands that run the product: all of it at once, or one process of it."""

import errno
import json
import os
import shlex
import signal
import socket
import sys
import threading
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from outreach.cli.common import a_process, a_runtime, end_with_the_supervisor, progress_bar

if TYPE_CHECKING:
    from outreach.doctor import Check
    from outreach.settings import Settings

QUEUES = ("work", "email", "sms", "replay")
ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where one listens everywhere, one can knock here
HELLO = """Outreach answers at {address}
The pages answer on this computer only, until somebody has a password. Ctrl-C stops everything."""

HELLO_DEMO = """Outreach answers at {address}
Look first at
  this week, and why most customers were left in peace:      {address}/
  one customer, when we could ask next, and why not now:     {address}/customers/{customer}
  what customers got, where you can answer as one of them:   {address}/sandbox
The pages answer on this computer only, until somebody has a password. Ctrl-C stops everything."""

_procfile = click.option(
    "--procfile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run these programs instead of the usual five: pages, clock, and a worker for each queue.",
)


@click.command()
@_procfile
def up(procfile: Path | None) -> None:
    """Start everything: pages, clock, workers and Redis.

    Brings the tables up to date first, and brings a Redis of its own where none is set. A process that ends is started
    again; Ctrl-C stops them all.
    """
    from outreach import bootstrap
    from outreach import demo as sample

    runtime = a_runtime(new=True)
    _refuse_taken_port(runtime.settings)
    begun = bootstrap.prepare(runtime)
    sample.refuse_real_messages(runtime)
    if begun:
        click.echo("The default guard is published. Policies come next: outreach policy publish after-valuable-contact")
    runtime.engine.dispose()
    _supervise(runtime.settings, procfile, HELLO)


@click.command()
@_procfile
def demo(procfile: Path | None) -> None:
    """Start everything with a sample company in it.

    A year of its history is played through the product first, into the database that is set, if that has no customers
    yet. A second time it goes on where it was.
    """
    from outreach import bootstrap, database
    from outreach import demo as sample

    runtime = a_runtime(new=True)
    _refuse_taken_port(runtime.settings)
    database.migrate(runtime.engine)
    sample.refuse_half_a_year(runtime)
    sample.refuse_real_messages(runtime, about_to_fill=not sample.has_customers(runtime))
    if not sample.has_customers(runtime):
        click.echo("A year of a sample company, played through the product (once; about a minute):")
        with progress_bar("one year") as progress:
            sample.fill(runtime, lambda share: progress(round(share * 1000), 1000))
    bootstrap.prepare(runtime)
    hello = HELLO_DEMO.replace("{customer}", quote(sample.somebody(runtime)))
    runtime.engine.dispose()
    _supervise(runtime.settings, procfile, hello)


@click.command()
def web() -> None:
    """Serve the pages and the API."""
    from outreach.settings import Settings

    settings = Settings()
    _refuse_taken_port(settings)
    end_with_the_supervisor()
    os.environ["OUTREACH_LOG_LEVEL"] = settings.log_level
    bind = f"{_bracketed(settings.host)}:{settings.port}"
    gunicorn = ["-m", "gunicorn", "--config", "python:web.serve", "--bind", bind, "web.serve:application()"]
    os.execv(sys.executable, [sys.executable, *gunicorn])  # noqa: S606 - there is no shell, and none is wanted


@click.command()
@click.argument("queue", type=click.Choice(QUEUES))
def worker(queue: str) -> None:
    """Do the jobs of one queue: work, email, sms or replay.

    `work` looks at customers, `email` and `sms` hand messages over, and
    `replay` replays the whole history for the pages. Start as many as are needed, on as many machines.
    Without Redis they wait, and the clock does the work, but for replays.
    """
    from outreach.worker import work

    work(a_process(), queue)


@click.command()
def clock() -> None:
    """Find what is due, and wake the workers for it. One is enough; a second one does no harm."""
    from outreach.clock import Clock

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    Clock(a_process()).run(stopped.is_set)


@click.command()
def migrate() -> None:
    """Bring the tables up to date.

    Publishes the default guard where none is: without one nothing is sent.
    """
    from outreach import bootstrap

    published = bootstrap.prepare(a_runtime(new=True))
    click.echo("The tables are up to date." + (" The default guard is published." if published else ""))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """Say what this installation lacks, and what to do.

    Exit status: 0 it can work (warnings included), 1 something must be done first.
    """
    from outreach.doctor import State, examine

    checks = list(examine(a_runtime(new=True)))
    well = all(check.state is not State.FAIL for check in checks)
    if as_json:
        records = [{"name": c.name, "state": c.state, "says": c.says, "todo": c.todo or None} for c in checks]
        click.echo(json.dumps({"ok": well, "checks": records}, indent=2))
    else:
        for check in checks:
            _tell(check)
    raise SystemExit(0 if well else 1)


def _tell(check: "Check") -> None:
    colour = {"ok": "green", "warn": "yellow", "fail": "red"}[check.state]
    click.echo(f"{click.style(f'{check.state:<4}', fg=colour)}  {check.name:<12}  {check.says}")
    if check.todo:
        click.echo(f"{'':<4}  {'':<12}  -> {check.todo}")


def _refuse_taken_port(settings: "Settings") -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as problem:
        where = f"{_bracketed(settings.host)}:{settings.port}"
        if problem.errno == errno.EADDRINUSE:
            why = "is taken; is Outreach running already? Stop it, or choose another port: OUTREACH_PORT=8001"
        else:
            why = f"cannot be used ({os.strerror(problem.errno or 0)}); correct OUTREACH_HOST or OUTREACH_PORT"
        raise click.ClickException(f"{where} {why}") from problem


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _supervise(settings: "Settings", procfile: Path | None, hello: str) -> None:
    """Become the supervisor of the programs in a Procfile. Raises embedded.Unavailable."""
    from outreach import embedded, supervise

    folder = settings.data_dir.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    where = "" if settings.redis_url else settings.doorbell_url.removeprefix("unix://")
    host = ANY_HOST.get(settings.host, settings.host)
    supervise.become(
        supervise.Plan(
            programs=_programs(procfile),
            folder=str(folder),
            host=host,
            port=settings.port,
            hello=hello.replace("{address}", f"http://{_bracketed(host)}:{settings.port}"),
            valkey=shlex.join(embedded.command(Path(where))) if where else "",
            socket=where,
        )
    )


def _programs(procfile: Path | None) -> dict[str, str]:
    from honcho.environ import parse_procfile

    source = procfile or files("outreach").joinpath("Procfile")
    programs = dict(parse_procfile(source.read_text(encoding="utf-8")).processes)
    if not programs:
        raise click.ClickException(f"{procfile} holds no programs; its lines look like `web: outreach web`.")
    return programs
