"""How each channel is set up: where its messages go, what it lacks, and what its provider calls us with."""

from dataclasses import dataclass

from channels.message import Channel
from channels.sandbox import Sandbox
from outreach import channel_states, hooks
from outreach.channel_states import Closed
from outreach.reports.hooks import HookHealth, hooks_health
from outreach.runtime import Runtime
from outreach.settings import NEEDS, Settings

PROVIDERS = {Channel.EMAIL: "sendgrid", Channel.SMS: "twilio"}
"""Whose calls are about a channel."""
PATHS = {
    ("twilio", "inbound"): "/hooks/twilio/inbound",
    ("sendgrid", "event"): "/hooks/sendgrid/events",
    ("sendgrid", "inbound"): "/hooks/sendgrid/inbound",
}
"""What is set at the provider. Reports on an SMS come to an address that each of them carries."""


@dataclass(frozen=True, slots=True)
class Call:
    """A kind of call. `address` is what to set at the provider, empty where there is nothing to set; `expected`:
    whether such calls can be recognised."""

    address: str
    expected: bool
    health: HookHealth


@dataclass(frozen=True, slots=True)
class Way:
    """One channel. `goes` is sandbox, out or nowhere. `lacks` are the settings without which it cannot really send; of
    several in one place, any."""

    channel: str
    goes: str
    lacks: tuple[tuple[str, ...], ...]
    closed: Closed | None
    calls: tuple[Call, ...]


def ways(runtime: Runtime) -> list[Way]:
    """Every channel there is."""
    with runtime.reading() as session:
        closed = {one.channel: one for one in channel_states.closed(session, runtime.now())}
        health = hooks_health(session, runtime.now())
    settings = runtime.settings
    return [
        Way(
            channel,
            _goes(runtime, channel),
            _lacking(settings, channel),
            closed.get(channel),
            tuple(_call(settings, one) for one in health if one.provider == PROVIDERS[channel]),
        )
        for channel in Channel
    ]


def _goes(runtime: Runtime, channel: str) -> str:
    sender = runtime.senders.get(channel)
    if sender is None:
        return "nowhere"
    return "sandbox" if isinstance(sender, Sandbox) else "out"


def _lacking(settings: Settings, channel: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(f"OUTREACH_{one.upper()}" for one in needed)
        for needed in NEEDS[channel]
        if not any(_given(settings, one) for one in needed)
    )


def _given(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    return bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


def _call(settings: Settings, health: HookHealth) -> Call:
    path = PATHS.get((health.provider, health.kind), "")
    if health.kind == "inbound" and settings.sendgrid_inbound_secret.get_secret_value() and path.startswith("/hooks/s"):
        path = f"{path}/SECRET"
    address = f"{settings.public_base_url}{path}" if path else ""
    return Call(address, hooks.expects(settings, health.provider, health.kind), health)
