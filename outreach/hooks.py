"""What providers call us with: shown to come from them, stored as it came, committed, and only then answered.

What does not show where it comes from has no effect. A bounded part of it is kept aside, so that a wrong key of ours
costs no replies: once it is right, they are taken in after all.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, col, select

from channels import sendgrid_hooks, sendgrid_inbound, twilio_hooks
from channels.message import BadSignature
from outreach.bulk import insert_on
from outreach.database import run_alone
from outreach.doorbell import RECEIVE, WORK
from outreach.lifecycle import InboxState
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import InboxMessage, Quarantined

MOST_KEPT, MOST_BYTES = 5_000, 256 * 1024 * 1024
"""How much of one kind is kept aside: a day's replies, but no disk."""
MOST_A_MINUTE = 60
KEPT_SECONDS = 14 * 86_400

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a hook, as it came at `at` (epoch seconds). `path` is that of the address that was called, with
    its query; `headers` are those that tell where it comes from and how to read it, in lower case."""

    provider: str
    kind: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: int


class Arrival(NamedTuple):
    """One message or report for the inbox. Another with the same `key` is the same one again."""

    provider: str
    kind: str
    key: str
    body: bytes
    headers: Mapping[str, str]
    at: int


class Rechecked(NamedTuple):
    """How many of the calls that were kept aside are taken in now, and how many are left."""

    taken_in: int
    left: int


def expects(settings: Settings, provider: str, kind: str) -> bool:
    """Whether this installation was given what it takes to recognise such calls."""
    return all(_KNOWN[provider, kind].needs(settings))


def admit(settings: Settings, call: Call) -> list[Arrival]:
    """What a call brings. Raises BadSignature where it does not show that it comes from the provider."""
    return [
        Arrival(call.provider, call.kind, key, body, headers, call.at)
        for key, body, headers in _KNOWN[call.provider, call.kind].admit(settings, call)
    ]


def receive(runtime: Runtime, call: Call) -> list[int]:
    """Store what a call brings; returns the ids of what is new. Raises BadSignature, after the call was put aside."""
    try:
        arrivals = admit(runtime.settings, call)
    except BadSignature as problem:
        kept = _put_aside(runtime, call, str(problem))
        log.warning("%s %s refused: %s%s", call.provider, call.kind, problem, "" if kept else "; it was not kept")
        raise
    return store(runtime, arrivals)


def store(runtime: Runtime, arrivals: Sequence[Arrival]) -> list[int]:
    """Put arrivals in the inbox, those that are there already excepted; returns the ids of the others."""
    rows = _rows(arrivals)
    put = _put(runtime.engine.dialect.name)
    new = [row.id for row in run_alone(runtime.engine, put, rows)] if rows else []
    runtime.doorbell.ring(WORK, RECEIVE, new)
    return new


def _rows(arrivals: Sequence[Arrival]) -> list[dict[str, Any]]:
    return [
        {
            "provider": one.provider, "kind": one.kind, "dedupe_key": one.key, "raw_body": one.body,
            "headers": dict(one.headers), "received_at": one.at, "state": InboxState.NEW, "tries": 0,
        }
        for one in sorted(arrivals, key=lambda one: one.key)  # in one order, so that none waits in a circle
    ]  # fmt: skip


@cache
def _put(dialect: str) -> ReturningInsert[Any]:
    put = insert_on(dialect, InboxMessage).on_conflict_do_nothing(index_elements=["provider", "kind", "dedupe_key"])
    return put.returning(put.table.c.id)


# What is kept aside


def _put_aside(runtime: Runtime, call: Call, reason: str) -> bool:
    with runtime.reading() as session:
        if not _has_room(session, call):
            return False
    with runtime.writing() as session:
        session.add(
            Quarantined(
                provider=call.provider,
                kind=call.kind,
                reason=reason,
                headers={**call.headers, "path": call.path},
                raw_body=call.body,
                received_at=call.at,
            )
        )
    return True


def _has_room(session: Session, call: Call) -> bool:
    latest = col(Quarantined.received_at) > call.at - 60
    rows, size, lately = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.func.length(col(Quarantined.raw_body))), 0),
            sa.func.count().filter(latest),
        ).where(col(Quarantined.provider) == call.provider, col(Quarantined.kind) == call.kind)
    ).one()
    return bool(rows < MOST_KEPT and size + len(call.body) <= MOST_BYTES and lately < MOST_A_MINUTE)


def recheck(runtime: Runtime) -> Rechecked:
    """Take in those of the calls kept aside that show now where they come from: because a key was corrected."""
    with runtime.reading() as session:
        kept = session.exec(select(Quarantined.id).order_by(col(Quarantined.id))).all()
    taken_in = sum(_take_in_after_all(runtime, one) for one in kept)
    return Rechecked(taken_in, len(kept) - taken_in)


def _take_in_after_all(runtime: Runtime, quarantined_id: int) -> bool:
    with runtime.writing() as session:
        row = session.get(Quarantined, quarantined_id, with_for_update=True)
        if row is None or not expects(runtime.settings, row.provider, row.kind):
            return False
        call = Call(row.provider, row.kind, row.headers["path"], row.headers, row.raw_body, row.received_at)
        try:
            rows = _rows(admit(runtime.settings, call))
        except BadSignature:
            return False
        session.delete(row)
        put = _put(runtime.engine.dialect.name)
        new = list(session.connection().execute(put, rows).scalars()) if rows else []
    runtime.doorbell.ring(WORK, RECEIVE, new)
    return True


def retry(runtime: Runtime) -> int:
    """Let what could not be taken in, time after time, be taken in once more; returns how much there is. Reports about
    messages nobody knows stay parked: they were heard."""
    again = sa.update(InboxMessage).where(col(InboxMessage.state) == InboxState.PARKED, col(InboxMessage.tries) > 0)
    with runtime.writing() as session:
        parked = session.execute(
            again.values(state=InboxState.NEW, tries=0, problem=None).returning(col(InboxMessage.id))
        )
        ids = list(parked.scalars())
    runtime.doorbell.ring(WORK, RECEIVE, ids)
    return len(ids)


def forget(runtime: Runtime) -> int:
    """Delete what was kept aside for long, for nobody corrected a key for it; returns how many."""
    with runtime.writing() as session:
        old = sa.delete(Quarantined).where(col(Quarantined.received_at) <= runtime.now() - KEPT_SECONDS)
        return session.connection().execute(old).rowcount


# How each kind of call shows where it comes from

_SIGNED = "x-twilio-email-event-webhook"
_Admitted = list[tuple[str, bytes, Mapping[str, str]]]


class _Kind(NamedTuple):
    needs: Callable[[Settings], Sequence[Any]]
    admit: Callable[[Settings, Call], _Admitted]


def _twilio_fields(settings: Settings, call: Call) -> twilio_hooks.Fields:
    signature = call.headers.get("x-twilio-signature", "")
    return twilio_hooks.verify(settings.twilio_tokens, settings.public_base_url + call.path, call.body, signature)


def _twilio_status(settings: Settings, call: Call) -> _Admitted:
    key = twilio_hooks.status_key(_twilio_fields(settings, call), settings.twilio_account_sid)
    return [(key, call.body, {"outreach_id": call.headers["outreach_id"]})]


def _twilio_inbound(settings: Settings, call: Call) -> _Admitted:
    return [(twilio_hooks.inbound_key(_twilio_fields(settings, call), settings.twilio_account_sid), call.body, {})]


def _verify_sendgrid(keys: Sequence[str], call: Call) -> None:
    signature, timestamp = (call.headers.get(f"{_SIGNED}-{what}", "") for what in ("signature", "timestamp"))
    from channels.sendgrid_signature import verify  # large, and only who is called by it needs it

    verify(keys, signature, timestamp, call.body, call.at)


def _sendgrid_events(settings: Settings, call: Call) -> _Admitted:
    _verify_sendgrid(settings.sendgrid_events_keys, call)
    return [(key, event, {}) for key, event in sendgrid_hooks.split(call.body)]


def _sendgrid_inbound(settings: Settings, call: Call) -> _Admitted:
    given = call.headers.get("secret")
    if given is None:
        _verify_sendgrid(settings.sendgrid_inbound_keys, call)
    elif not sum(hmac.compare_digest(given, secret_hash(one)) for one in settings.sendgrid_inbound_secrets):
        raise BadSignature("the secret in the address is not ours")
    return [(sendgrid_inbound.key(call.body), call.body, {"content-type": call.headers["content-type"]})]


def secret_hash(secret: str) -> str:
    """How a secret in an address is held against ours, and kept: not in the clear."""
    return hashlib.sha256(secret.encode()).hexdigest()


_KNOWN: Mapping[tuple[str, str], _Kind] = {
    ("twilio", "status"): _Kind(lambda s: (s.twilio_account_sid, s.twilio_tokens), _twilio_status),
    ("twilio", "inbound"): _Kind(lambda s: (s.twilio_account_sid, s.twilio_tokens), _twilio_inbound),
    ("sendgrid", "event"): _Kind(lambda s: (s.sendgrid_events_keys,), _sendgrid_events),
    ("sendgrid", "inbound"): _Kind(
        lambda s: (s.sendgrid_inbound_keys or s.sendgrid_inbound_secrets,), _sendgrid_inbound
    ),
}
KINDS = tuple(_KNOWN)
"""Every (provider, kind) that there is a hook for."""
