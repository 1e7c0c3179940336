"""The command `outreach`: one module a group of commands, each of which imports what it needs when it runs."""

import os
import signal
from typing import Any

import click

from outreach.cli.bringing import import_
from outreach.cli.customers import customer
from outreach.cli.explaining import explain
from outreach.cli.granting import content, token
from outreach.cli.hooks import hooks
from outreach.cli.people import user
from outreach.cli.policies import policy
from outreach.cli.reading import read
from outreach.cli.rehearsing import rehearse
from outreach.cli.replaying import export, replay
from outreach.cli.running import clock, demo, doctor, migrate, up, web, worker
from outreach.cli.sending import sending
from outreach.cli.sentences import sentence_for

COMMANDS = (
    *(up, demo, web, worker, clock, doctor, migrate),
    *(import_, policy, explain, read, replay, export, rehearse, sending, token, user, content, customer, hooks),
)


class _Outreach(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        os.umask(0o077)  # what is written here is about people: the database, ledgers, rejected rows
        try:
            return super().invoke(ctx)
        except Exception as problem:
            if isinstance(problem, click.exceptions.Exit | click.ClickException | click.Abort):
                raise
            sentence = sentence_for(problem)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from problem

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of use, not of the alphabet


@click.group(cls=_Outreach, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outreach", message="%(prog)s %(version)s")
def main() -> None:
    """Decides when, and whether, to ask each customer for feedback, and gives something useful first.

    Settings are read from OUTREACH_... variables, or from a file .env in the folder you are in. `outreach doctor` says
    whether they work together.
    """


for command in COMMANDS:
    main.add_command(command)


def run() -> None:
    """`outreach` as a program. Once a command has ended an interrupt comes too late: Python takes a while to go, and
    would otherwise say of what is done and written that it was cut off."""
    try:
        main()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
