"""The switch that stops all sending at once, or a channel of it."""

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from outreach.cli.common import a_runtime

if TYPE_CHECKING:
    from outreach.channel_states import Closed

CHANNELS = ("email", "sms")
_which = click.argument("channels", nargs=-1, type=click.Choice(CHANNELS))


@click.group()
def sending() -> None:
    """Stop all sending at once, or let it go on."""


@sending.command()
@_which
@click.option("--because", default="stopped by hand", show_default=True, help="What the pages say about it.")
def stop(channels: tuple[str, ...], because: str) -> None:
    """Let nothing leave any more, by all channels or some.

    It holds from the next hand-over on. What is planned stays planned.
    """
    from outreach import channel_states

    channel_states.stop(a_runtime(), channels or CHANNELS, getpass.getuser(), because)
    click.echo(f"Nothing leaves by {' and '.join(channels or CHANNELS)} any more. Go on: outreach sending resume")


@sending.command()
@_which
def resume(channels: tuple[str, ...]) -> None:
    """Let messages leave again, by all channels or some."""
    from outreach import channel_states

    channel_states.resume(a_runtime(), channels or CHANNELS, getpass.getuser())
    click.echo(f"Messages leave by {' and '.join(channels or CHANNELS)} again; each is judged anew first.")


@sending.command()
def show() -> None:
    """Say which channels may be used, and what waits its turn."""
    from outreach import channel_states

    runtime = a_runtime()
    now, rate = runtime.now(), runtime.settings.sms_segments_a_second
    with runtime.reading() as session:
        shut = {one.channel: one for one in channel_states.closed(session, now)}
        last = channel_states.last_leaves_at(session, rate, now) if runtime.settings.real_channels else None
    for channel in CHANNELS:
        click.echo(f"{channel:<6}{_told(shut.get(channel), channel in runtime.settings.channels)}")
    if last is not None:
        click.echo(f"The last SMS that waits will have left about {_moment(last)}, at {rate:g} segments a second.")


def _told(closed: "Closed | None", used: bool) -> str:
    if not used:
        return "not used: OUTREACH_REAL_CHANNELS does not name it"
    if closed is None:
        return "open"
    until = "until somebody opens it again" if closed.until is None else f"until {_moment(closed.until)}"
    return f"closed {until}: {closed.reason}"


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
