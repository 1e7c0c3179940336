"""What `outreach doctor` looks at: each thing this installation needs, whether it has it, and what to do if not."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session

from channels.message import Channel
from channels.sandbox import Sandbox
from outreach import audit, policy_book
from outreach.policy_book import Book, NoGuard
from outreach.reports import health
from outreach.reports.hooks import hooks_health
from outreach.reports.texts import lacks, spoken
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.worker import QUEUES

FLOOR = {
    "sqlite": "SELECT count(*) = 2 FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_floor_%'",
    "postgresql": "SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'ledger_floor' AND contype = 'x'",
}
"""Whether the database itself refuses two touches of one customer within 24 hours."""
LOCAL = {"127.0.0.1", "localhost", "::1"}


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, in a sentence, and what to do about it where it is not well."""

    name: str
    state: State
    says: str
    todo: str = ""


def examine(runtime: Runtime) -> Iterator[Check]:
    """Look at everything. What cannot be looked at because something else is wrong is left out."""
    yield from _settings(runtime.settings)
    readiness = health.readiness(runtime)
    yield from _database(runtime, readiness)
    if readiness.ready:
        with runtime.reading() as session:
            yield _floor(session)
            yield _audit(session)
            yield from _policies(session, runtime.settings)
            yield from _processes(session, runtime.now())
            yield from _hooks(session, runtime.now())
    yield _redis(runtime, readiness)
    yield from _senders(runtime)
    yield _address(runtime)


def _settings(settings: Settings) -> Iterator[Check]:
    known = {f"OUTREACH_{name.upper()}" for name in type(settings).model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("OUTREACH_") and name not in known)
    if unknown:
        yield Check("settings", State.WARN, f"{', '.join(unknown)}: no such setting", "Check the spelling.")
    else:
        yield Check("settings", State.OK, "all understood")
    kept = settings.data_dir / "secret"
    if not settings.secret.get_secret_value() and kept.exists() and kept.stat().st_mode & 0o077:
        yield Check("secret", State.FAIL, f"{kept} can be read by others", f"chmod 600 {kept}")


def _database(runtime: Runtime, readiness: health.Readiness) -> Iterator[Check]:
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[runtime.engine.dialect.name]
    if readiness.database != "ok":
        yield Check("database", State.FAIL, f"{kind} does not answer", "Start it, or correct OUTREACH_DATABASE_URL.")
        return
    yield Check("database", State.OK, f"{kind} answers")
    if readiness.migrations == "current":
        yield Check("tables", State.OK, "those of this version")
    else:
        yield Check("tables", State.FAIL, "not those of this version", "outreach migrate")


def _floor(session: Session) -> Check:
    if session.scalar(sa.text(FLOOR[session.get_bind().dialect.name])):
        return Check("floor", State.OK, "the database refuses two messages to one customer within 24 hours")
    lost = "the database does not refuse two messages to one customer within 24 hours: its constraint is gone"
    return Check("floor", State.FAIL, lost, "Restore the tables from a backup, or the constraint from the migrations.")


def _audit(session: Session) -> Check:
    broken = audit.first_broken(session)
    if broken is None:
        return Check("audit", State.OK, "the audit log is whole")
    says = f"the audit log was changed at or before entry {broken}"
    return Check(
        "audit", State.FAIL, says, "Compare it with a backup: somebody wrote in the database past the product."
    )


def _policies(session: Session, settings: Settings) -> Iterator[Check]:
    try:
        book = policy_book.in_force(session)
    except NoGuard:
        yield Check("guard", State.FAIL, "none is published, so nothing is sent", "outreach migrate")
        return
    yield Check("guard", State.OK, f"version {book.guard_version} is in force")
    if not book.policies:
        todo = "outreach policy publish after-valuable-contact"
        yield Check("policies", State.WARN, "none is in force, so nobody is asked", todo)
        return
    yield Check("policies", State.OK, f"in force: {', '.join(sorted(book.policies))}")
    yield from _texts(session, settings, book)


def _texts(session: Session, settings: Settings, book: Book) -> Iterator[Check]:
    """Whether there is something to say in each language customers speak, on each channel the policies use."""
    missing = lacks(session, settings, [live.policy for live in book.policies.values()])
    for lack in missing:
        what = f"its survey {lack.survey}" if lack.survey else "content to give"
        says = f"{lack.policy} lacks {what} for {lack.channel} in {', '.join(lack.languages)}: those customers wait"
        yield Check("texts", State.WARN, says, "outreach content load FILE")
    if not missing:
        says = f"there are texts for every policy in {', '.join(spoken(session, settings))}"
        yield Check("texts", State.OK, says)


def _redis(runtime: Runtime, readiness: health.Readiness) -> Check:
    which = "Redis" if runtime.settings.redis_url else "the embedded Redis"
    if readiness.redis == "ok":
        return Check("redis", State.OK, f"{which} answers")
    todo = "Start it, or correct OUTREACH_REDIS_URL." if runtime.settings.redis_url else "outreach up"
    return Check("redis", State.WARN, f"{which} does not answer: work begins some seconds later", todo)


def _processes(session: Session, now: int) -> Iterator[Check]:
    seen = {process.name: process for process in health.processes(session, now)}
    for name in ("clock", *(f"worker {queue}" for queue in QUEUES)):
        process = seen.get(name)
        if process is not None and not process.silent:
            yield Check(name, State.OK, f"alive {now - process.seen_at} s ago")
        elif name == "clock":
            yield Check(name, State.WARN, "gives no sign of life: nothing is sent", "outreach up")
        else:
            yield Check(name, State.WARN, "gives no sign of life: its work waits for it", "outreach up")


def _hooks(session: Session, now: int) -> Iterator[Check]:
    for hook in hooks_health(session, now):
        name = f"{hook.provider} {hook.kind}"
        if hook.alarming_share:
            says = f"{hook.refused} calls of the last hour did not show that they come from {hook.provider}"
            todo = f"Correct its OUTREACH_{hook.provider.upper()}_... settings, then: outreach hooks recheck"
            yield Check(name, State.WARN, says, todo)
        if hook.parked:
            says = f"{hook.parked} could not be taken in, and are kept"
            yield Check(name, State.WARN, says, "The log says why; once that is mended: outreach hooks retry")


def _senders(runtime: Runtime) -> Iterator[Check]:
    for channel, sender in runtime.senders.items():
        if isinstance(sender, Sandbox):
            yield Check(channel, State.OK, "goes to the sandbox: nothing leaves this installation")
        else:
            yield Check(channel, State.OK, f"goes out through {type(sender).__name__}")
    for channel in set(Channel) - set(runtime.senders):
        yield Check(channel, State.WARN, "is not used: OUTREACH_REAL_CHANNELS does not name it", "Add it, or leave it.")


def _address(runtime: Runtime) -> Check:
    url = urlsplit(runtime.settings.public_base_url)
    says = f"links in messages lead to {runtime.settings.public_base_url}"
    if url.hostname in LOCAL:
        harmless = all(isinstance(sender, Sandbox) for sender in runtime.senders.values())
        todo = "" if harmless else "Set OUTREACH_PUBLIC_BASE_URL to an address that customers can reach."
        return Check("address", State.OK if harmless else State.FAIL, f"{says}, on this computer only", todo)
    if url.scheme != "https":
        todo = "Serve the pages by https, and say so in OUTREACH_PUBLIC_BASE_URL."
        return Check("address", State.WARN, f"{says}, unencrypted", todo)
    return Check("address", State.OK, says)
