"""Commands that bring customers and contact events in."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from outreach.cli.common import Unusable, Zone, a_runtime, progress_bar

if TYPE_CHECKING:
    from outreach.csv_import import ImportReport

SOME_REJECTED = 3
"""The exit status when some rows did not go in."""


@click.group("import")
def import_() -> None:
    """Bring in customers and contacts from CSV files.

    The same file a second time changes nothing. A bad row goes, with its line number and the reason, to
    FILE.rejected.csv; the others go in. Exit status: 0 all went in, 3 some were rejected, 2 the file cannot be used.
    """


def _takes_a_file(command: Callable[..., None]) -> Callable[..., None]:
    for decorate in (
        click.option("--source", default="import", show_default=True, help="Where the rows come from."),
        click.option("--timezone", type=Zone(), help="The zone of times that name none; else they are rejected."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and store nothing."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


@import_.command()
@_takes_a_file
def customers(file: Path, **options: Any) -> None:
    """Bring in customers.

    Who they are, and how they may be reached. Columns: external_id; and as you have them name, email, phone, language,
    timezone, account, consent_email, consent_sms, created_at. Any further column is an attribute.
    """
    from outreach.csv_import import import_customers

    _import(import_customers, file, options)


@import_.command()
@_takes_a_file
def contacts(file: Path, **options: Any) -> None:
    """Bring in contact events.

    They are what happened between you and a customer. Columns: external_id, customer, kind, touchpoint, value (0-100,
    how much it matters to the customer), occurred_at. Any further column is an attribute.
    """
    from outreach.csv_import import import_contacts

    _import(import_contacts, file, options)


def _import(take_in: Callable[..., "ImportReport"], file: Path, options: dict[str, Any]) -> NoReturn:
    from outreach.csv_import import ImportOptions, UnusableFile

    runtime = a_runtime()
    try:
        with progress_bar(file.name) as progress:
            how = ImportOptions(options["timezone"], options["dry_run"], options["source"], progress)
            report = take_in(runtime, file, how)
    except UnusableFile as problem:
        raise Unusable(f"Nothing went in: {problem}") from problem
    _tell(report, options["dry_run"])
    raise SystemExit(SOME_REJECTED if report.rejected else 0)


def _tell(report: "ImportReport", dry_run: bool) -> None:
    would = "Nothing was stored; it would be: " if dry_run else ""
    counts = f"{report.created:,} created, {report.updated:,} updated, {report.unchanged:,} unchanged"
    click.echo(f"{would}{counts}, {report.rejected:,} rejected.")
    for note, times in report.notes.items():
        click.echo(f"{times:,} x {note}")
    if report.rejected_file:
        click.echo(f"The rejected rows, and why: {report.rejected_file}")
