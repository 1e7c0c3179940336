"""The command that plays a history through the product, to see what would have come of it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli.common import progress_bar

if TYPE_CHECKING:
    from outreach.rehearsal.ledger import Summary
    from outreach.rehearsal.stage import Furniture

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


class _Unusable(click.ClickException):
    exit_code = 2


@click.command()
@click.option("--customers", type=_FILE, required=True, help="Customers, as for `outreach import customers`.")
@click.option("--contacts", type=_FILE, required=True, help="Contact events, as for `outreach import contacts`.")
@click.option("--guard", type=_FILE, required=True, help="The guard (TOML).")
@click.option("--policy", "policies", type=_FILE, required=True, multiple=True, help="A policy (TOML); repeatable.")
@click.option("--content", type=_FILE, help="Content to give (TOML) in place of the starter's.")
@click.option("--surveys", type=_FILE, help="Surveys (TOML) in place of the starter's.")
@click.option("--seed", type=int, default=0, show_default=True, help="Where all chance comes from.")
@click.option("--ledger", type=_NEW_FILE, required=True, help="Every message handed over goes here (CSV).")
@click.option("--responses", type=_NEW_FILE, help="What customers did with them goes here (CSV).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def rehearse(customers: Path, contacts: Path, ledger: Path, responses: Path | None, **options: Any) -> None:
    """Play a history, and see who would have been asked.

    The real product decides and sends, in a database that is thrown away, under a clock that jumps from hour to hour;
    the customers' answers are made up. The same seed gives the same ledger, byte for byte. Exit status: 0 it was
    played, 2 a file cannot be used.
    """
    from outreach import logs
    from outreach.csv_import import UnusableFile
    from outreach.rehearsal.history import NothingToPlay
    from outreach.rehearsal.rehearse import Papers, Script
    from outreach.rehearsal.rehearse import rehearse as play
    from outreach.rehearsal.stage import NoSurvey
    from outreach.settings import Settings

    logs.begin("WARNING")
    for paper in filter(None, (ledger, responses)):
        if not paper.parent.is_dir():
            raise _Unusable(f"{paper} cannot be written: there is no folder {paper.parent}.")
    script = Script(customers, contacts, _furniture(options), options["seed"])
    try:
        with progress_bar("Rehearsing") as progress:
            summary = play(Settings(), script, Papers(ledger, responses), progress)
    except (UnusableFile, NothingToPlay, NoSurvey) as problem:
        raise _Unusable(f"Nothing was played: {problem}.") from problem
    click.echo(json.dumps(asdict(summary), indent=2) if options["as_json"] else _told(summary, ledger))


def _furniture(options: dict[str, Any]) -> "Furniture":
    from outreach import starter
    from outreach.rehearsal.stage import Furniture

    content, surveys = options["content"], options["surveys"]
    return Furniture(
        documents=[document.read_text(encoding="utf-8") for document in (options["guard"], *options["policies"])],
        contents=starter.read_contents(content.read_text(encoding="utf-8")) if content else starter.contents(),
        surveys=starter.read_surveys(surveys.read_text(encoding="utf-8")) if surveys else starter.surveys(),
    )


def _told(summary: "Summary", ledger: Path) -> str:
    held = ", ".join(f"{rule} {count:,}" for rule, count in summary.held_by.items()) or "nothing"
    looks = ", ".join(f"{action} {count:,}" for action, count in summary.actions.items())
    refused = f" ({summary.refused_rows:,} rows refused)" if summary.refused_rows else ""
    return (
        f"{summary.contacts:,} contacts of {summary.customers:,} customers{refused}, "
        f"{summary.begins} to {summary.ends}, in {summary.seconds:,.0f} s.\n"
        f"Looks     {looks}\n"
        f"Held by   {held}\n"
        f"Given     {summary.contents:,}, of which used {summary.uses:,}\n"
        f"Asked     {summary.asks:,}; answered {summary.answers:,}, not now {summary.not_now:,}, "
        f"opted out {summary.opt_outs:,}\n"
        f"Every message: {ledger}"
    )
