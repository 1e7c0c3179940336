"""Sending a text to oneself, to see it where it will be read. It is no outreach: no customer gets it."""

from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import Channel, Receipt, SendRefused, refusal_of
from channels.sandbox import Sandbox
from outreach import addresses, audit, channel_states, texts
from outreach.addresses import AddressRefused
from outreach.reports import previews
from outreach.reports.previews import Sample
from outreach.runtime import Runtime
from outreach.saved_texts import Text
from outreach.settings import Settings
from outreach.tables import ContactPoint, Suppression
from policies.said import Sentence, worded


class NotSent(Exception):
    """Nothing was sent, for certain; `why` says so to whoever tried, and what to do."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


def send(runtime: Runtime, text: Text, sample: Sample, address: str, by: str) -> bool:
    """Send one text, filled in for a sample, to an address that is no customer's. It is in the audit log, without the
    address, before the provider is called. False where the provider left it unclear. Raises NotSent."""
    sender = runtime.senders.get(text.channel)
    if sender is None:
        raise NotSent(worded("this channel is not used here; OUTREACH_REAL_CHANNELS does not name it"))
    if isinstance(sender, Sandbox):
        raise NotSent(worded("messages stay in the sandbox here, so nothing can be sent to you; the preview shows it"))
    recipient = _recipient(runtime.settings, text.channel, address)
    try:
        message = previews.message(runtime.settings, text, sample, recipient=recipient)
    except texts.Unwritable as problem:
        raise NotSent(worded("it cannot be written: %(why)s", why=problem)) from problem
    message = replace(message, reply_to="")
    if refusal_of(message):
        raise NotSent(worded("an address is one line; write it once more"))
    with runtime.writing() as session:
        _hold_back(session, runtime, text.channel, recipient)
        what = {"sent to oneself": f"{text.name}.{text.language}.{text.channel}", "text": text.id}
        audit.record(session, runtime.now(), by, what)
    outcome = sender.send_many([message])[0]
    if isinstance(outcome, SendRefused):
        raise NotSent(worded("the provider refused it: %(why)s", why=outcome))
    return isinstance(outcome, Receipt)


def _recipient(settings: Settings, channel: str, address: str) -> str:
    try:
        if channel == Channel.EMAIL:
            return addresses.email(address)
        return addresses.phone(address, settings.default_country).number
    except AddressRefused as problem:
        raise NotSent(worded("this address %(why)s", why=problem)) from None


def _hold_back(session: Session, runtime: Runtime, channel: str, recipient: str) -> None:
    """A test goes past the rules, so it never goes to anybody they protect. Raises NotSent."""
    if not channel_states.hold(session, [channel], runtime.now()):
        raise NotSent(worded("this channel is stopped; resume sending first"))
    known = addresses.fingerprint(runtime.settings.key("addresses"), channel, recipient)
    for table in (ContactPoint, Suppression):
        if session.execute(sa.select(col(table.id)).where(col(table.address_hmac) == known)).first():
            raise NotSent(worded("this address is a customer's, or wants no messages; a test goes to your own"))
