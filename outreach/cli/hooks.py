"""Commands about what providers call us with."""

import json
from datetime import UTC, datetime

import click

from outreach.cli.common import a_runtime


@click.group()
def hooks() -> None:
    """See to what providers call us with."""


@hooks.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """Say what came in last, and what was refused or parked."""
    from dataclasses import asdict

    from outreach.reports.hooks import hooks_health

    runtime = a_runtime()
    with runtime.reading() as session:
        found = hooks_health(session, runtime.now())
    if as_json:
        click.echo(json.dumps([{**asdict(one), "alarming": one.alarming} for one in found], indent=2))
        return
    for one in found:
        last = "never" if one.last_at is None else datetime.fromtimestamp(one.last_at, UTC).isoformat(" ", "minutes")
        line = f"{one.provider} {one.kind:<8}  last {last}  refused this hour {one.refused}"
        click.echo(f"{line}  kept aside {one.kept_aside}  parked {one.parked}{'  LOOK' if one.alarming else ''}")


@hooks.command()
def recheck() -> None:
    """Take in the refused calls that a corrected key recognises."""
    from outreach import hooks as calls

    done = calls.recheck(a_runtime())
    click.echo(f"{done.taken_in} calls were taken in; {done.left} are still kept aside.")


@hooks.command()
def retry() -> None:
    """Try once more to take in what was parked."""
    from outreach import hooks as calls

    click.echo(f"{calls.retry(a_runtime())} that could not be taken in will be tried again.")
