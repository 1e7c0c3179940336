"""The published guard and policies: publishing makes a new version, and the last one of each name is live."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from outreach import audit
from outreach.lifecycle import IntentState, PolicyKind, PolicyState
from outreach.listed import listed
from outreach.runtime import Runtime
from outreach.tables import Intent, PolicyVersion
from policies.agreement import disagreement
from policies.policy import Guard, Policy, PolicyRefused
from policies.said import worded

GUARD = "guard"
RETIRED = "the policy was retired"


class NoGuard(Exception):
    """No guard is published, so nothing may be sent. `outreach migrate` publishes the default one."""


@dataclass(frozen=True, slots=True)
class Live:
    """A live policy and the version it is."""

    policy: Policy
    version_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Book:
    """What is in force: the guard, and the live policies by name."""

    guard: Guard
    guard_version_id: int
    guard_version: int
    policies: Mapping[str, Live]


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version. `changed` is False where publishing found the same amounts live already."""

    name: str
    version: int
    state: str
    kind: str
    document: str
    published_at: int
    published_by: str
    changed: bool = True


@lru_cache(maxsize=256)
def parse(text: str) -> Guard | Policy:
    """The document in `text`: a policy where it has a name, the guard where it has none. Raises PolicyRefused."""
    try:
        written = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyRefused([("", worded("this is not TOML: %(why)s", why=str(error)))]) from error
    if not written:
        raise PolicyRefused([("", worded("there is nothing in it; a policy has at least a name, the guard an amount"))])
    document = Policy.from_toml(text) if "name" in written else Guard.from_toml(text)
    if isinstance(document, Policy) and document.name == GUARD:
        raise PolicyRefused([("name", worded("guard is the name of the guard; choose another"))])
    return document


def check(session: Session, document: Guard | Policy) -> None:
    """Hold a document against what is in force: a policy against the guard, the guard against every policy. Raises
    PolicyRefused where a policy could never ask."""
    live = [parse(text) for *_, text in session.connection().execute(_LIVE)]
    guards = [document] if isinstance(document, Guard) else [other for other in live if isinstance(other, Guard)]
    policies = [document] if isinstance(document, Policy) else [other for other in live if isinstance(other, Policy)]
    field = "caps" if isinstance(document, Guard) else "value_first"
    problems = [disagreement(guard, policy) for guard in guards for policy in policies]
    if any(problems):
        raise PolicyRefused([(field, problem) for problem in problems if problem])


def publish(runtime: Runtime, text: str, by: str) -> Edition:
    """Publish a document (TOML) in place of the one before. The same amounts change nothing. Raises PolicyRefused."""
    document = parse(text)
    name = document.name if isinstance(document, Policy) else GUARD
    with runtime.writing() as session:
        _one_at_a_time(session)
        live = session.exec(_versions(name).where(col(PolicyVersion.state) == PolicyState.LIVE)).first()
        if live is not None and _same(parse(live.document), document):
            return _edition(live, changed=False)
        last = session.exec(_versions(name)).first()
        before = parse(last.document) if last is not None else None
        _refuse_another_programme(before, document)
        check(session, document)
        if live is not None:
            live.state = PolicyState.RETIRED
            session.add(live)
            session.flush()
        row = PolicyVersion(
            name=name,
            version=last.version + 1 if last else 1,
            kind=PolicyKind.GUARD if name == GUARD else PolicyKind.POLICY,
            document=text,
            published_at=runtime.now(),
            published_by=by,
        )
        session.add(row)
        session.flush()
        versions = {"before": live.version if live is not None else None, "after": row.version}
        audit.record(session, runtime.now(), by, {"published": name, **versions})
        _look_again(session, name, runtime.now())
        _turn_again(session, before, document, runtime.now())
        return _edition(row)


def retire(runtime: Runtime, name: str, by: str) -> bool:
    """Take a policy out of force: the intents of contacts are cancelled; those of a rhythm are parked when their turn
    comes, and go on with their next turn when it is published again. False where none of that name is live."""
    with runtime.writing() as session:
        _one_at_a_time(session)
        retired = session.execute(
            sa.update(PolicyVersion)
            .where(col(PolicyVersion.name) == name, col(PolicyVersion.state) == PolicyState.LIVE)
            .where(col(PolicyVersion.kind) == PolicyKind.POLICY)
            .values(state=PolicyState.RETIRED)
        )
        if not retired.rowcount:  # type: ignore[attr-defined]
            return False
        states = {"before": PolicyState.LIVE, "after": PolicyState.RETIRED}
        audit.record(session, runtime.now(), by, {"retired": name, **states})
        session.execute(
            sa.update(Intent)
            .where(col(Intent.policy) == name, col(Intent.state) == IntentState.OPEN)
            .where(col(Intent.contact_event_id).is_not(None))
            .values(state=IntentState.CANCELLED, look_at=None, reason=RETIRED)
        )
        return True


def editions(session: Session, name: str | None = None) -> list[Edition]:
    """Every version, newest first; of one name if given."""
    return [_edition(row) for row in session.exec(_versions(name))]


_LIVE = sa.select(
    col(PolicyVersion.name), col(PolicyVersion.id), col(PolicyVersion.version), col(PolicyVersion.document)
).where(col(PolicyVersion.state) == PolicyState.LIVE)


def in_force(session: Session) -> Book:
    """What is live now; raises NoGuard."""
    guard, policies = None, {}
    for name, version_id, version, text in session.connection().execute(_LIVE):
        document = parse(text)
        if isinstance(document, Guard):
            guard = (document, version_id, version)
        else:
            policies[name] = Live(document, version_id, version)
    if guard is None:
        raise NoGuard(worded("no guard is published; run `outreach migrate`, which publishes the default one"))
    return Book(*guard, policies)


def versions(session: Session, ids: Sequence[int]) -> dict[int, Policy]:
    """The policies of these versions, whether they are live or not."""
    rows = session.execute(_BY_ID, {"ids": ids}) if ids else ()
    documents = {version_id: parse(text) for version_id, text in rows}
    return {version_id: document for version_id, document in documents.items() if isinstance(document, Policy)}


_BY_ID = sa.select(col(PolicyVersion.id), col(PolicyVersion.document)).where(listed(PolicyVersion.id, "ids"))


def _versions(name: str | None) -> SelectOfScalar[PolicyVersion]:
    query = select(PolicyVersion).order_by(col(PolicyVersion.id).desc())
    return query if name is None else query.where(col(PolicyVersion.name) == name)


def _one_at_a_time(session: Session) -> None:
    """Two people publishing at once get two versions, one after the other. Whoever judges customers under what was in
    force is waited for, and nobody moves the intents meanwhile that are about to be moved. SQLite has only one writer
    anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE policy_versions, intents IN SHARE ROW EXCLUSIVE MODE"))


def _same(one: Guard | Policy, other: Guard | Policy) -> bool:
    """As they are written: 1, 1.0 and true are equal in Python, and are not the same amount."""
    return one.model_dump_json() == other.model_dump_json()


def _refuse_another_programme(before: Guard | Policy | None, now: Guard | Policy) -> None:
    """Its intents stand for what a policy does; one that does something else needs a name of its own."""
    if not (isinstance(before, Policy) and isinstance(now, Policy)):
        return
    if before.does != now.does or (before.contact is None) != (now.contact is None):
        said = worded("%(name)s was something else before; give this policy a name of its own", name=now.name)
        raise PolicyRefused([("name", said)])


def _look_again(session: Session, name: str, now: int) -> None:
    """New amounts may open what the old ones held back: contacts are judged again now."""
    contacts = (
        sa.update(Intent)
        .where(col(Intent.state) == IntentState.OPEN, col(Intent.contact_event_id).is_not(None))
        .where(sa.or_(col(Intent.look_at).is_(None), col(Intent.look_at) > now))
        .values(look_at=now)
    )
    session.execute(contacts if name == GUARD else contacts.where(col(Intent.policy) == name))


def _turn_again(session: Session, before: Guard | Policy | None, document: Guard | Policy, now: int) -> None:
    """A turn that came while its policy was retired is over, and another rhythm goes on from the last turn. Either way
    the next one is the first after now: turns that were spread over time stay so."""
    if not (isinstance(before, Policy) and isinstance(document, Policy) and before.rhythm and document.rhythm):
        return
    every, turn_at = document.rhythm.every, col(Intent.opened_at)
    ahead = turn_at > now
    last = sa.case((ahead, turn_at - before.rhythm.every), else_=turn_at)
    next_at = now + every - (now - last) % every
    passed = col(Intent.look_at).is_(None)
    session.execute(
        sa.update(Intent)
        .where(col(Intent.policy) == document.name, col(Intent.state) == IntentState.OPEN)
        .where(passed | ahead if every != before.rhythm.every else passed)
        .values(opened_at=next_at, look_at=next_at, looked_at=None)
    )


def _edition(row: PolicyVersion, changed: bool = True) -> Edition:
    return Edition(
        row.name, row.version, row.state, row.kind, row.document, row.published_at, row.published_by, changed
    )
