"""Who may use the pages: their roles, passwords and sign-ins. Secrets are kept only as hashes."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlmodel import Session, col

from outreach import audit
from outreach.lifecycle import Role
from outreach.passwords import refuse_weak
from outreach.runtime import Runtime
from outreach.tables import SignIn, SignInTry, User
from policies.said import worded

LINK_LASTS = 24 * 3_600  # seconds
IDLE, ABSOLUTE = 12 * 3_600, 7 * 86_400  # seconds until a sign-in ends: unused, and whatever happens
SEEN_EVERY = 300  # seconds
WINDOW, TRIES, TRIES_FROM_ONE_PLACE = 900, 5, 50
_IS_IN = col(User.password).is_not(None) | col(User.outside_hash).is_not(None)
_ANYBODY = sa.select(col(User.id)).where(_IS_IN).limit(1)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


REFUSED = {
    "name": worded("a name is 2 to 64 letters, digits, dots and dashes, such as anna or anna.de.vries"),
    "taken": worded("somebody has this name already; choose another"),
    "role": worded("choose a role first"),
    "nobody": worded("there is no such user"),
    "only admin": worded("this is the only admin who can come in; make somebody else admin first"),
}


class UserRefused(ValueError):
    """This cannot be done with a user; `why`, one of REFUSED, says so and what to do."""

    def __init__(self, code: str) -> None:
        self.why = REFUSED[code]
        super().__init__(self.why)


class WrongPassword(Exception):
    """No such user, or another password; which of both is not told."""


class TooManyTries(Exception):
    """Too many wrong passwords for this name from this place, or from this place at all, within a quarter of an hour.
    Others are not held up by it."""


class LinkOver(Exception):
    """The one-time link was used, replaced, or is too old."""


class AccountTaken(Exception):
    """This account elsewhere is joined to another user already."""


class Stranger(Exception):
    """This account elsewhere is joined to nobody here who may come in."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A user as others see them. `is_in`: they chose a password, or joined an account elsewhere."""

    id: int
    name: str
    role: Role
    is_in: bool
    disabled: bool


def users(runtime: Runtime) -> list[Somebody]:
    with runtime.reading() as session:
        return [_somebody(row) for row in session.execute(sa.select(User).order_by(col(User.id))).scalars()]


def is_anybody(runtime: Runtime) -> bool:
    """Whether anybody ever chose a way to sign in: from then on the pages want to know who is there."""
    with runtime.reading() as session:
        return session.execute(_ANYBODY).first() is not None


def add(runtime: Runtime, name: str, role: Role, by: str) -> str:
    """Add a user; returns the secret of the one-time link with which they choose a password. Raises UserRefused."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,63}", name.lower()):
        raise UserRefused("name")  # no address, for it stands in the audit log
    with runtime.writing() as session:
        if session.execute(sa.select(col(User.id)).where(col(User.name) == name.lower())).first():
            raise UserRefused("taken")
        row = User(name=name.lower(), role=role, added_at=runtime.now())
        session.add(row)
        session.flush()
        audit.record(session, runtime.now(), by, {"user added": row.id, "after": {"role": role}})
        return _new_link(session, row, runtime.now())


def new_link(runtime: Runtime, user_id: int, by: str) -> str:
    """Another one-time link; those given before are over. Raises UserRefused."""
    with runtime.writing() as session:
        row = _one(session, user_id)
        audit.record(session, runtime.now(), by, {"user link made": row.id})
        return _new_link(session, row, runtime.now())


def of_link(runtime: Runtime, secret: str) -> Somebody:
    """Whose link it is. Raises LinkOver."""
    with runtime.reading() as session:
        return _somebody(_linked(session, secret, runtime.now()))


def choose_password(runtime: Runtime, secret: str, password: str) -> Somebody:
    """With a one-time link, which is over by that; every sign-in ends. Raises LinkOver, passwords.WeakPassword."""
    refuse_weak(password)
    hashed = _HASHER.hash(password)
    with runtime.writing() as session:
        row = _linked(session, secret, runtime.now())
        row.password, row.link_hash, row.link_until = hashed, None, None
        session.add(row)
        _end_sign_ins(session, row.id)
        audit.record(session, runtime.now(), f"user {row.id}", {"user chose a password": row.id})
        return _somebody(row)


def change_password(runtime: Runtime, user_id: int, old: str, new: str, place: str) -> None:
    """Every sign-in ends, this one too. `place`: the network address it comes from. Raises WrongPassword, TooManyTries,
    passwords.WeakPassword."""
    refuse_weak(new)
    who, where = _keyed(runtime, f"own password of {user_id}"), _keyed(runtime, place)
    with runtime.writing() as session:
        tried = _count(session, SignInTry(at=runtime.now(), who=who, place=where))
        hashed = session.execute(sa.select(col(User.password)).where(col(User.id) == user_id)).scalar()
    if not _fits(hashed, old):
        raise WrongPassword
    renewed = _HASHER.hash(new)
    with runtime.writing() as session:
        _renew(session, user_id, hashed, renewed)
        session.execute(sa.delete(SignInTry).where(col(SignInTry.id) == tried))
        _end_sign_ins(session, user_id)
        audit.record(session, runtime.now(), f"user {user_id}", {"user chose a password": user_id})


def sign_in(runtime: Runtime, name: str, password: str, place: str) -> str:
    """The secret of a new sign-in. `place`: the network address it comes from. Raises WrongPassword, TooManyTries."""
    now, who, where = runtime.now(), _keyed(runtime, name.lower()), _keyed(runtime, place)
    with runtime.writing() as session:
        tried = _count(session, SignInTry(at=now, who=who, place=where))
        its = (col(User.name) == name.lower(), col(User.disabled_at).is_(None))
        row = session.execute(sa.select(User).where(*its)).scalars().first()
    hashed = row.password if row is not None else None
    if not _fits(hashed, password) or row is None or hashed is None:
        raise WrongPassword
    kept = _HASHER.hash(password) if _HASHER.check_needs_rehash(hashed) else hashed
    with runtime.writing() as session:
        _renew(session, row.id, hashed, kept)
        session.execute(sa.delete(SignInTry).where(col(SignInTry.id) == tried))
        session.execute(sa.delete(SignInTry).where(col(SignInTry.at) <= now - WINDOW))
        return _begun(session, row.id, now)


def join(runtime: Runtime, link: str, account: str) -> str:
    """Join an account elsewhere, by whatever names it for good, to the user of a one-time link; the secret of a new
    sign-in. Raises LinkOver; AccountTaken where it is joined to somebody else."""
    now, outside = runtime.now(), _keyed(runtime, account)
    with runtime.writing() as session:
        row = _linked(session, link, now)
        theirs = session.execute(sa.select(col(User.id)).where(col(User.outside_hash) == outside)).scalar()
        if theirs not in (None, row.id):
            raise AccountTaken
        row.outside_hash, row.link_hash, row.link_until = outside, None, None
        session.add(row)
        _end_sign_ins(session, row.id)
        audit.record(session, now, f"user {row.id}", {"user joined an account": row.id})
        session.flush()
        return _begun(session, row.id, now)


def sign_in_outside(runtime: Runtime, account: str) -> str:
    """The secret of a new sign-in of whoever this account elsewhere is joined to. Raises Stranger."""
    its = (col(User.outside_hash) == _keyed(runtime, account), col(User.disabled_at).is_(None))
    with runtime.writing() as session:
        user_id = session.execute(sa.select(col(User.id)).where(*its)).scalar()
        if user_id is None:
            raise Stranger
        return _begun(session, user_id, runtime.now())


def who(runtime: Runtime, secret: str | None) -> Somebody | None:
    """Who has signed in with this; None where nobody has, or no longer."""
    if not secret:
        return None
    now = runtime.now()
    with runtime.reading() as session:
        found = session.execute(
            sa.select(User, col(SignIn.seen_at))
            .join(SignIn, col(SignIn.user_id) == col(User.id))
            .where(col(SignIn.secret_hash) == _hash(secret), ~_is_over(now), col(User.disabled_at).is_(None))
        ).first()
        somebody = _somebody(found[0]) if found else None
    if found and found[1] <= now - SEEN_EVERY:
        with runtime.writing() as session:
            session.execute(sa.update(SignIn).where(col(SignIn.secret_hash) == _hash(secret)).values(seen_at=now))
    return somebody


def sign_out(runtime: Runtime, secret: str | None) -> None:
    with runtime.writing() as session:
        session.execute(sa.delete(SignIn).where(col(SignIn.secret_hash) == _hash(secret or "")))


def set_role(runtime: Runtime, user_id: int, role: Role, by: str) -> None:
    """Every sign-in of theirs ends. Raises UserRefused."""
    with runtime.writing() as session:
        row = _one(session, user_id)
        if row.role == role:
            return
        if role is not Role.ADMIN:
            _refuse_last_admin(session, row)
        audit.record(session, runtime.now(), by, {"user role": user_id, "before": row.role, "after": role})
        row.role = role
        session.add(row)
        _end_sign_ins(session, user_id)


def set_disabled(runtime: Runtime, user_id: int, disabled: bool, by: str) -> None:
    """A disabled user is out at once, and their link is over. Raises UserRefused."""
    with runtime.writing() as session:
        row = _one(session, user_id)
        if (row.disabled_at is not None) == disabled:
            return
        if disabled:
            _refuse_last_admin(session, row)
            _end_sign_ins(session, user_id)
        was = row.disabled_at is not None
        row.disabled_at, row.link_hash, row.link_until = runtime.now() if disabled else None, None, None
        session.add(row)
        audit.record(session, runtime.now(), by, {"user disabled": user_id, "before": was, "after": disabled})


def _one(session: Session, user_id: int) -> User:
    row = session.get(User, user_id, with_for_update=True)
    if row is None:
        raise UserRefused("nobody")
    return row


def _refuse_last_admin(session: Session, row: User) -> None:
    others = sa.select(col(User.id)).where(
        *(col(User.role) == Role.ADMIN, col(User.disabled_at).is_(None), _IS_IN),
        col(User.id) != row.id,
    )
    if row.role == Role.ADMIN and session.execute(others.with_for_update()).first() is None:
        raise UserRefused("only admin")


def _new_link(session: Session, row: User, now: int) -> str:
    secret = secrets.token_urlsafe(32)
    row.link_hash, row.link_until = _hash(secret), now + LINK_LASTS
    session.add(row)
    return secret


def _linked(session: Session, secret: str, now: int) -> User:
    its = (col(User.link_hash) == _hash(secret), col(User.link_until) > now, col(User.disabled_at).is_(None))
    row: User | None = session.execute(sa.select(User).where(*its)).scalars().first()
    if row is None:
        raise LinkOver
    return row


def _begun(session: Session, user_id: int, now: int) -> str:
    """The secret of a new sign-in; those that are over are forgotten."""
    secret = secrets.token_urlsafe(32)
    session.add(SignIn(secret_hash=_hash(secret), user_id=user_id, begun_at=now, seen_at=now))
    session.execute(sa.delete(SignIn).where(_is_over(now)))
    return secret


def _end_sign_ins(session: Session, user_id: int) -> None:
    session.execute(sa.delete(SignIn).where(col(SignIn.user_id) == user_id))


def _is_over(now: int) -> sa.ColumnElement[bool]:
    return (col(SignIn.seen_at) <= now - IDLE) | (col(SignIn.begun_at) <= now - ABSOLUTE)


def _renew(session: Session, user_id: int, before: str | None, after: str) -> None:
    """Keep this password in place of that one. Raises WrongPassword where it, or what they may, changed meanwhile."""
    still = (col(User.id) == user_id, col(User.password) == before, col(User.disabled_at).is_(None))
    if not session.execute(sa.update(User).where(*still).values(password=after)).rowcount:  # type: ignore[attr-defined]
        raise WrongPassword


def _count(session: Session, tried: SignInTry) -> int:
    """Count a try before anybody knows how it ends, one after the other, so that many at once are not one; its id."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(int(tried.place[:15], 16))))
    lately = sa.select(sa.func.count()).where(
        col(SignInTry.place) == tried.place, col(SignInTry.at) > tried.at - WINDOW
    )
    from_here = session.execute(lately).scalar_one()
    for_name = session.execute(lately.where(col(SignInTry.who) == tried.who)).scalar_one()
    if for_name >= TRIES or from_here >= TRIES_FROM_ONE_PLACE:
        raise TooManyTries
    session.add(tried)
    session.flush()
    return tried.id


def _fits(hashed: str | None, password: str) -> bool:
    """The same work is done where there is nobody to fit."""
    try:
        return _HASHER.verify(hashed or _nobody(), password) and hashed is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _keyed(runtime: Runtime, text: str) -> str:
    """So that neither names nor network addresses are kept."""
    key = runtime.settings.key("sign-in tries")
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _somebody(row: User) -> Somebody:
    return Somebody(
        row.id, row.name, Role(row.role), bool(row.password or row.outside_hash), row.disabled_at is not None
    )
