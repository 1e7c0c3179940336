"""Who may use the pages: names, roles, passwords, one-time links, sign-ins."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from outreach import users
from outreach.lifecycle import Role
from outreach.passwords import WeakPassword
from outreach.runtime import Runtime
from outreach.tables import AuditEntry, SignIn, SignInTry, User
from outreach.users import LinkOver, TooManyTries, UserRefused, WrongPassword
from tests.make import a_runtime

PASSWORD, NEW, HERE = "correct horse battery", "twelve small trees", "192.0.2.7"


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    with a_runtime(database_url) as made:
        yield replace(made, now=lambda: 1_000_000)


def later(runtime: Runtime, seconds: int) -> Runtime:
    at = runtime.now() + seconds
    return replace(runtime, now=lambda: at)


def somebody(runtime: Runtime, name: str = "anna", role: Role = Role.ADMIN) -> int:
    return users.choose_password(runtime, users.add(runtime, name, role, "operator"), PASSWORD).id


def test_a_user_chooses_a_password_with_a_link_and_signs_in(runtime: Runtime) -> None:
    assert not users.is_anybody(runtime)
    link = users.add(runtime, "anna.de-vries", Role.MARKETER, "operator")
    assert not users.is_anybody(runtime)
    assert users.of_link(runtime, link).name == "anna.de-vries"
    users.choose_password(runtime, link, PASSWORD)
    assert users.is_anybody(runtime)
    found = users.who(runtime, users.sign_in(runtime, "ANNA.de-vries", PASSWORD, HERE))
    assert found is not None
    assert (found.name, found.role, found.is_in) == ("anna.de-vries", Role.MARKETER, True)


def test_a_link_works_once_and_for_a_day(runtime: Runtime) -> None:
    link = users.add(runtime, "anna", Role.ADMIN, "operator")
    with pytest.raises(LinkOver):
        users.choose_password(later(runtime, users.LINK_LASTS), link, PASSWORD)
    again = users.new_link(runtime, 1, "operator")
    with pytest.raises(LinkOver):
        users.of_link(runtime, link)
    users.choose_password(runtime, again, PASSWORD)
    for over in (again, "", "x", "\udcff"):
        with pytest.raises(LinkOver):
            users.choose_password(runtime, over, PASSWORD)


@pytest.mark.parametrize("name", ["", "a", "a b", "a\nb", "a\0b", "x" * 65, "anna@example.com", "anna", "ANNA"])
def test_a_name_that_is_none_or_is_taken_is_refused(runtime: Runtime, name: str) -> None:
    users.add(runtime, "Anna", Role.VIEWER, "operator")
    with pytest.raises(UserRefused):
        users.add(runtime, name, Role.VIEWER, "operator")


@pytest.mark.parametrize(
    "password",
    ["", "short", "password", "Password123!", "welkom2026", "12345678", "aaaaaaaaaa", "abababab", "qwertyqwerty",
     "x" * 201, "87654321", "20262026"],
)  # fmt: skip
def test_what_everybody_tries_first_is_no_password(runtime: Runtime, password: str) -> None:
    link = users.add(runtime, "anna", Role.ADMIN, "operator")
    with pytest.raises(WeakPassword):
        users.choose_password(runtime, link, password)
    assert not users.is_anybody(runtime)


@pytest.mark.parametrize("password", ["twelve small trees", "één twee drie", "x" * 60 + "abcd", "Tr0ub4dor&3"])
def test_a_long_one_of_any_kind_is_taken(runtime: Runtime, password: str) -> None:
    users.choose_password(runtime, users.add(runtime, "anna", Role.ADMIN, "operator"), password)
    assert users.sign_in(runtime, "anna", password, HERE)


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("bram", PASSWORD)])
def test_whoever_is_wrong_is_not_told_about_what(runtime: Runtime, name: str, password: str) -> None:
    somebody(runtime)
    users.add(runtime, "bram", Role.VIEWER, "operator")  # has not chosen a password yet
    with pytest.raises(WrongPassword):
        users.sign_in(runtime, name, password, HERE)


def test_guessing_is_held_up_where_it_comes_from_and_nobody_else_is(runtime: Runtime) -> None:
    somebody(runtime)
    for _ in range(users.TRIES):
        with pytest.raises(WrongPassword):
            users.sign_in(runtime, "anna", "wrong", HERE)
    with pytest.raises(TooManyTries):
        users.sign_in(runtime, "Anna", PASSWORD, HERE)
    assert users.sign_in(runtime, "anna", PASSWORD, "192.0.2.8")
    assert users.sign_in(later(runtime, users.WINDOW), "anna", PASSWORD, HERE)


def test_guesses_at_ones_own_password_are_counted_too(runtime: Runtime) -> None:
    anna = somebody(runtime)
    for _ in range(users.TRIES):
        with pytest.raises(WrongPassword):
            users.change_password(runtime, anna, "wrong", NEW, HERE)
    with pytest.raises(TooManyTries):
        users.change_password(runtime, anna, PASSWORD, NEW, HERE)
    users.change_password(later(runtime, users.WINDOW), anna, PASSWORD, NEW, HERE)
    assert users.sign_in(runtime, "anna", NEW, HERE)


def test_guesses_at_once_are_counted_one_by_one(runtime: Runtime) -> None:
    somebody(runtime)
    together, told = Barrier(12), list[type[Exception]]()

    def guess() -> None:
        together.wait()
        try:
            users.sign_in(runtime, "anna", "wrong", HERE)
        except (WrongPassword, TooManyTries) as refusal:
            told.append(type(refusal))

    guessing = [Thread(target=guess) for _ in range(12)]
    for one in guessing:
        one.start()
    for one in guessing:
        one.join()
    assert (told.count(WrongPassword), len(told)) == (users.TRIES, 12)


def test_who_signs_in_is_not_held_up_by_signing_in_often(runtime: Runtime) -> None:
    somebody(runtime)
    for _ in range(2 * users.TRIES):
        assert users.sign_in(runtime, "anna", PASSWORD, HERE)


MEANWHILE: Mapping[str, Callable[[Runtime, int], object]] = {
    "another password": lambda runtime, user: users.change_password(runtime, user, PASSWORD, NEW, HERE),
    "a new link was used": lambda runtime, user: users.choose_password(
        runtime, users.new_link(runtime, user, "boss"), NEW
    ),
    "kept out": lambda runtime, user: users.set_disabled(runtime, user, True, "boss"),
}


@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("renewing", [False, True])
def test_what_changes_while_somebody_signs_in_counts(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, what: str, renewing: bool
) -> None:
    somebody(runtime, "boss")
    user, verify = somebody(runtime), users._fits
    if renewing:
        monkeypatch.setattr(users, "_HASHER", PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1))

    def slowly(hashed: str | None, password: str) -> bool:
        fits = verify(hashed, password)
        monkeypatch.setattr(users, "_fits", verify)
        MEANWHILE[what](runtime, user)
        return fits

    monkeypatch.setattr(users, "_fits", slowly)
    with pytest.raises(WrongPassword):
        users.sign_in(runtime, "anna", PASSWORD, HERE)
    with pytest.raises(WrongPassword):
        users.sign_in(runtime, "anna", PASSWORD, "192.0.2.8")
    with runtime.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(SignIn)).scalar_one() == 0


def test_a_password_is_kept_anew_when_what_it_costs_changed(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    user = somebody(runtime)
    dearer = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
    monkeypatch.setattr(users, "_HASHER", dearer)
    assert users.sign_in(runtime, "anna", PASSWORD, HERE)
    with runtime.reading() as session:
        kept = session.get_one(User, user).password
    assert kept is not None
    assert not dearer.check_needs_rehash(kept)
    assert users.sign_in(runtime, "anna", PASSWORD, HERE)


def test_many_names_from_one_place_are_guessing_too(runtime: Runtime) -> None:
    somebody(runtime)
    with runtime.writing() as session:
        where = users._keyed(runtime, HERE)
        for n in range(users.TRIES_FROM_ONE_PLACE):
            session.add(SignInTry(at=runtime.now(), who=str(n), place=where))
    with pytest.raises(TooManyTries):
        users.sign_in(runtime, "anna", PASSWORD, HERE)


def test_a_sign_in_ends_unused_and_after_a_week(runtime: Runtime) -> None:
    somebody(runtime)
    secret = users.sign_in(runtime, "anna", PASSWORD, HERE)
    assert users.who(later(runtime, users.IDLE - 1), secret)
    assert users.who(later(runtime, 2 * users.IDLE - 2), secret)  # it was used in between
    assert users.who(later(runtime, users.ABSOLUTE), secret) is None
    assert users.who(later(runtime, 4 * users.IDLE), secret) is None


ENDS: Mapping[str, Callable[[Runtime, int, str], object]] = {
    "password": lambda runtime, user, secret: users.change_password(
        runtime, user, PASSWORD, "another long one", "192.0.2.7"
    ),
    "role": lambda runtime, user, secret: users.set_role(runtime, user, Role.VIEWER, "boss"),
    "disabled": lambda runtime, user, secret: users.set_disabled(runtime, user, True, "boss"),
    "link": lambda runtime, user, secret: users.choose_password(
        runtime, users.new_link(runtime, user, "boss"), "another long one"
    ),
}


@pytest.mark.parametrize("what", ENDS)
def test_every_sign_in_ends_with_whatever_it_rested_on(runtime: Runtime, what: str) -> None:
    somebody(runtime, "boss")
    user = somebody(runtime)
    secrets = [users.sign_in(runtime, "anna", PASSWORD, HERE) for _ in range(2)]
    ENDS[what](runtime, user, secrets[0])
    assert [users.who(runtime, secret) for secret in secrets] == [None, None]


def test_signing_out_ends_one_of_them(runtime: Runtime) -> None:
    somebody(runtime)
    one, other = (users.sign_in(runtime, "anna", PASSWORD, HERE) for _ in range(2))
    users.sign_out(runtime, one)
    assert users.who(runtime, one) is None
    assert users.who(runtime, other)


def test_the_only_admin_stays_one(runtime: Runtime) -> None:
    user = somebody(runtime)
    with pytest.raises(UserRefused, match="only admin"):
        users.set_role(runtime, user, Role.VIEWER, "anna")
    with pytest.raises(UserRefused, match="only admin"):
        users.set_disabled(runtime, user, True, "anna")
    users.add(runtime, "carla", Role.ADMIN, "anna")  # has not chosen a password yet, and may never
    with pytest.raises(UserRefused, match="only admin"):
        users.set_disabled(runtime, user, True, "anna")
    somebody(runtime, "bram")
    users.set_role(runtime, user, Role.VIEWER, "bram")


def test_no_secret_is_kept_and_every_change_is_in_the_audit_log(runtime: Runtime) -> None:
    user = somebody(runtime)
    secret = users.sign_in(runtime, "anna", PASSWORD, HERE)
    somebody(runtime, "bram")
    users.set_role(runtime, user, Role.APPROVER, "bram")
    with pytest.raises(WrongPassword):
        users.sign_in(runtime, "anna", "wrong", HERE)
    with runtime.reading() as session:
        tables = (User, SignIn, SignInTry, AuditEntry)
        kept = [row.model_dump_json() for table in tables for row in session.execute(sa.select(table)).scalars()]
        changes = [row.what for row in session.execute(sa.select(AuditEntry)).scalars()]
    assert not [row for row in kept if PASSWORD in row or secret in row or HERE in row]
    assert {"user role": user, "before": "admin", "after": "approver"} in changes
