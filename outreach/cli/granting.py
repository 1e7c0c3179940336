"""Commands that give: tokens to other systems, and texts to the shelf."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

import click

from outreach.cli.common import a_runtime, text_of


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


@token.command("list")
def list_() -> None:
    """Say which tokens there are: id, name, since when, revoked."""
    from outreach import tokens

    every = tokens.every(a_runtime())
    for one in every:
        state = "in use" if one.revoked_at is None else f"revoked {_day(one.revoked_at)}"
        click.echo(f"{one.id:>4}  {one.name:<30}  since {_day(one.created_at)}  {state}")
    if not every:
        click.echo("There are none yet: outreach token create NAME")


@token.command()
@click.argument("token_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--by", default=getpass.getuser, help="Who revokes it.  [default: you]")
def revoke(token_id: int, by: str) -> None:
    """Take a token out of use, at once and for good."""
    from outreach import tokens

    if not tokens.revoke(a_runtime(), token_id, by):
        raise click.ClickException(f"No token {token_id} is in use; see `outreach token list`.")
    click.echo(f"Token {token_id} is revoked.")


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


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
    rows: list[starter.Row] = []
    with a_runtime().writing() as session:
        if what == "starter":
            added = starter.load(session)
        elif surveys:
            added = starter.add_surveys(session, rows := starter.read_surveys(text_of(path)))
        else:
            added = starter.add_contents(session, rows := starter.read_contents(text_of(path)))
    click.echo(f"{added} texts came in." if added else "All of them are there already.")
    for said in starter.advice(rows):
        click.secho(f"Note: {said}.", fg="yellow", err=True)
