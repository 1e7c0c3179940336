"""Commands that give: tokens to other systems, and texts to the shelf."""

import getpass
from pathlib import Path

import click

from outreach.cli.common import a_runtime


@click.group()
def token() -> None:
    """Let other systems call the API."""


@token.command()
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who makes it.  [default: you]")
def create(name: str, by: str) -> None:
    """Make a token for the system called NAME. It is shown once."""
    from outreach import tokens

    plain = tokens.create(a_runtime(), name, by)
    click.echo(plain)
    click.echo("Keep it now: it cannot be shown again. Send it as `Authorization: Bearer ...`.", err=True)


@click.group()
def content() -> None:
    """Put texts on the shelf: content and surveys."""


@content.command()
@click.argument("what", metavar="starter|FILE")
@click.option("--surveys", is_flag=True, help="FILE holds surveys, not content.")
def load(what: str, surveys: bool) -> None:
    """Add texts; what is there already stays.

    `starter` are those that come with the product: content and two surveys, in English and Dutch.
    """
    from outreach import starter

    path = Path(what)
    if what != "starter" and not path.is_file():
        raise click.ClickException(
            f"There is no file {what}; write `starter` for the texts that come with the product."
        )
    with a_runtime().writing() as session:
        if what == "starter":
            added = starter.load(session)
        elif surveys:
            added = starter.add_surveys(session, starter.read_surveys(path.read_text(encoding="utf-8")))
        else:
            added = starter.add_contents(session, starter.read_contents(path.read_text(encoding="utf-8")))
    click.echo(f"{added} texts came in." if added else "All of them are there already.")
