"""Commands for what is held about one customer."""

import getpass
import json

import click

from outreach.cli.common import a_runtime


@click.group()
def customer() -> None:
    """Give a customer what is held about them, forget it, or merge.

    EXTERNAL_ID is the id by which other systems know the customer.
    """


@customer.command()
@click.argument("external_id")
@click.option("--csv", "as_csv", is_flag=True, help="As one table, in place of JSON.")
def export(external_id: str, as_csv: bool) -> None:
    """Write everything that is held about a customer to the screen."""
    from outreach import privacy

    found = privacy.exported(a_runtime(), external_id)
    if as_csv:
        click.echo(privacy.as_csv(found), nl=False)
    else:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@customer.command()
@click.argument("external_id")
@click.option("--by", default=getpass.getuser, help="Who erases.  [default: you]")
@click.option("--yes", is_flag=True, help="Do not ask whether you mean it.")
def erase(external_id: str, by: str, yes: bool) -> None:
    """Forget a customer, for good.

    What is left are scores and moments of nobody in particular, and that nothing may be sent to their addresses, also
    if they are imported again. Backups keep what they hold.
    """
    from outreach import privacy

    if not yes:
        click.confirm(f"Forget {external_id} for good?", abort=True)
    privacy.erase(a_runtime(), external_id, by)
    click.echo(f"{external_id} is forgotten.")


@customer.command()
@click.argument("keep")
@click.argument("other")
@click.option("--by", default=getpass.getuser, help="Who merges.  [default: you]")
@click.option("--yes", is_flag=True, help="Do not ask whether you mean it.")
def merge(keep: str, other: str, by: str, yes: bool) -> None:
    """Make two customers who are one person one, for good.

    KEEP stays, and what happened to OTHER happened to them: every rest, cap and answer counts, and the stricter
    consent holds. Where both have an address, that of KEEP stays. The id OTHER leads to KEEP from then on.
    """
    from outreach import merging

    if not yes:
        click.confirm(f"Make {other} one with {keep}, for good?", abort=True)
    merging.merge(a_runtime(), keep, other, by)
    click.echo(f"{other} is one with {keep} now.")
