"""Commands for policies and the guard: documents with amounts, immutable once published."""

import getpass
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from outreach.cli.common import a_runtime, text_of


@click.group()
def policy() -> None:
    """Check, publish and see policies and the guard.

    The guard holds for all policies. A document is a TOML file, or one that comes with the product:
    after-valuable-contact, relationship, after-support-call, business-accounts, something-useful, guard.
    """


@policy.command()
@click.argument("document")
def check(document: str) -> None:
    """Say what is wrong with a document, if anything.

    Where something is in force here, the document is held against that too.
    """
    from sqlalchemy.exc import DBAPIError

    from outreach import database, policy_book
    from policies.policy import Policy

    found = policy_book.parse(_text(document))
    with suppress(DBAPIError):  # a document can be checked anywhere
        runtime = a_runtime(new=True)
        if database.is_there(runtime.engine):
            with runtime.reading() as session:
                policy_book.check(session, found)
    click.echo(f"{found.name if isinstance(found, Policy) else policy_book.GUARD}: this can be published.")


@policy.command()
@click.argument("document")
@click.option("--by", default=getpass.getuser, help="Who publishes it.  [default: you]")
def publish(document: str, by: str) -> None:
    """Publish a document as the next version.

    The version before it retires. The same amounts again change nothing.
    """
    from outreach import policy_book
    from outreach.reports.gaps import gaps

    runtime = a_runtime()
    edition = policy_book.publish(runtime, _text(document), by)
    if edition.changed:
        click.echo(f"{edition.name} version {edition.version} is in force.")
    else:
        click.echo(f"{edition.name} version {edition.version} has these amounts already; nothing changed.")
    for gap in gaps(runtime, edition):
        click.secho(f"Warning: {gap.says}", fg="yellow", bold=True, err=True)
        click.echo("".join(f"  -> {command}\n" for command in gap.todo), err=True, nl=False)


@policy.command()
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who retires it.  [default: you]")
def retire(name: str, by: str) -> None:
    """Take a policy out of force.

    What it wanted to ask is called off. Publishing it again brings it back.
    """
    from outreach import policy_book

    if not policy_book.retire(a_runtime(), name, by):
        raise click.ClickException(f"No policy {name} is in force; see `outreach policy list`.")
    click.echo(f"{name} is retired. What it wanted to ask is called off.")


@policy.command("list")
@click.option("--all", "every", is_flag=True, help="Earlier versions too.")
def list_(every: bool) -> None:
    """Say what is in force."""
    from outreach import policy_book
    from outreach.lifecycle import PolicyState

    with a_runtime().reading() as session:
        editions = policy_book.editions(session)
    for edition in sorted(editions, key=lambda one: (one.kind, one.name, -one.version)):
        if every or edition.state == PolicyState.LIVE:
            on = datetime.fromtimestamp(edition.published_at, UTC).date()
            name, state = (
                f"{edition.name} {edition.version}",
                "in force" if edition.state == PolicyState.LIVE else "retired",
            )
            click.echo(f"{name:<40} {state:<8}  published {on} by {edition.published_by}")
    if not any(edition.kind == "policy" and edition.state == PolicyState.LIVE for edition in editions):
        click.echo("No policy is in force, so nobody is asked: outreach policy publish after-valuable-contact")


@policy.command()
@click.argument("name")
@click.option("--version", type=int, help="An earlier one.  [default: the newest]")
def export(name: str, version: int | None) -> None:
    """Write a published document to the screen, as it was published."""
    from outreach import policy_book

    with a_runtime().reading() as session:
        editions = policy_book.editions(session, name)
    found = max((e for e in editions if version in (None, e.version)), key=lambda e: e.version, default=None)
    if found is None:
        which = name if version is None else f"{name} version {version}"
        raise click.ClickException(f"{which} was never published; see `outreach policy list --all`.")
    click.echo(found.document.rstrip("\n"))


def _text(document: str) -> str:
    """A file's text, or that of a document that comes with the product."""
    from policies import library

    path, ready_made = Path(document), (*library.NAMES, "guard")
    if document in ready_made and not path.is_file():
        return library.text(document)
    try:
        return text_of(path)
    except FileNotFoundError as problem:
        raise click.ClickException(
            f"There is no file {document}, and it is none of those that come with the product: {', '.join(ready_made)}."
        ) from problem
