"""Commands about who may use the pages."""

import getpass
from typing import TYPE_CHECKING

import click

from outreach.cli.common import a_runtime
from outreach.lifecycle import Role

if TYPE_CHECKING:
    from outreach.runtime import Runtime
    from outreach.users import Somebody


@click.group()
def user() -> None:
    """Say who may use the pages."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default=str(Role.VIEWER), show_default=True)
@click.option("--by", default=getpass.getuser, help="Who adds them.  [default: you]")
def add(name: str, role: str, by: str) -> None:
    """Let NAME use the pages, in this role. Prints a link with which they choose a password, once, within a day."""
    from outreach import users

    runtime = a_runtime()
    try:
        secret = users.add(runtime, name, Role(role), by)
    except users.UserRefused as refused:
        raise click.ClickException(f"{name} was not added: {refused}.") from refused
    click.echo(f"{runtime.settings.public_base_url.rstrip('/')}/welcome/{secret}")
    click.echo("Give it to nobody else: whoever opens it chooses the password.", err=True)


@user.command()
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who makes it.  [default: you]")
def link(name: str, by: str) -> None:
    """Print another one-time link for NAME."""
    from outreach import users

    runtime = a_runtime()
    secret = users.new_link(runtime, _called(runtime, name).id, by)
    click.echo(f"{runtime.settings.public_base_url.rstrip('/')}/welcome/{secret}")


@user.command("keep-out")
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who does it.  [default: you]")
def keep_out(name: str, by: str) -> None:
    """Let NAME in no longer, at once."""
    _disable(name, True, by)


@user.command("let-in")
@click.argument("name")
@click.option("--by", default=getpass.getuser, help="Who does it.  [default: you]")
def let_in(name: str, by: str) -> None:
    """Let NAME in again."""
    _disable(name, False, by)


def _disable(name: str, disabled: bool, by: str) -> None:
    from outreach import users

    runtime = a_runtime()
    try:
        users.set_disabled(runtime, _called(runtime, name).id, disabled, by)
    except users.UserRefused as refused:
        raise click.ClickException(f"Nothing was changed: {refused}.") from refused
    click.echo(f"{name} is kept out." if disabled else f"{name} may sign in again.")


def _called(runtime: "Runtime", name: str) -> "Somebody":
    from outreach import users

    found = next((one for one in users.users(runtime) if one.name == name.lower()), None)
    if found is None:
        raise click.ClickException(f"There is no user {name}; see `outreach user list`.")
    return found


@user.command("list")
def list_() -> None:
    """Say who there is: name, role, and whether they may come in."""
    from outreach import users

    every = users.users(a_runtime())
    for one in every:
        state = "kept out" if one.disabled else "may sign in" if one.is_in else "has not chosen a password yet"
        click.echo(f"{one.name:<30}  {one.role:<9}  {state}")
    if not every:
        click.echo("Nobody yet: outreach user add NAME --role admin")
