"""What the database itself promises, and the lock that holds the caps."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from outreach import database
from outreach.lifecycle import Consent, OutreachState
from outreach.tables import (
    AuditEntry,
    ConsentEvent,
    Customer,
    InboxMessage,
    LedgerEntry,
    Outreach,
    PolicyVersion,
    Table,
)
from tests.make import DAY, NOON
from tests.planned import plan_outreaches

CUSTOMERS, WORKERS = 60, 8


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    connected = database.connect(database_url)
    yield connected
    connected.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with database.writing(engine) as opened:
        yield opened


def _customer(session: Session, external_id: str = "K1") -> Customer:
    customer = Customer(external_id=external_id, since_at=0, updated_at=0)
    session.add(customer)
    session.flush()
    return customer


def _refused(session: Session, change: sa.Executable, because: str) -> None:
    with pytest.raises(DBAPIError, match=because), session.begin_nested():
        session.execute(change)


# The tables


def test_the_migrations_make_the_tables_that_the_code_knows(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_the_migrations_make_the_checks_that_the_code_knows(engine: sa.Engine) -> None:
    found = sa.inspect(engine)
    for table in Table.metadata.sorted_tables:
        known = {check.name for check in table.constraints if isinstance(check, sa.CheckConstraint)}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == known, table.name


def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    engines = [database.connect(empty_database_url) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(database.migrate, engines))
    with database.reading(engines[0]) as session:
        assert session.exec(select(Customer)).all() == []
    for engine in engines:
        engine.dispose()


def test_what_goes_in_comes_out(session: Session) -> None:
    late = 2**33  # long after 2038
    customer = _customer(session, "emoji \N{PERSON WITH FOLDED HANDS} \N{ARABIC LETTER ALEF}")
    customer.since_at, customer.attributes = late, {"odd": "\0 \ud800 \N{OK HAND SIGN}", "deep": [1, None, 2.5]}
    session.flush()
    session.expire_all()
    assert (customer.since_at, customer.external_id) == (
        late,
        "emoji \N{PERSON WITH FOLDED HANDS} \N{ARABIC LETTER ALEF}",
    )
    assert customer.attributes == {"odd": "\0 \ud800 \N{OK HAND SIGN}", "deep": [1, None, 2.5]}


def test_text_that_one_of_the_databases_cannot_keep_is_marked_on_both(session: Session) -> None:
    customer = _customer(session, "a\0b\ud800c")
    session.expire_all()
    assert customer.external_id == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_raw_bytes_are_kept_as_they_came(session: Session) -> None:
    session.add(InboxMessage(provider="p", kind="k", dedupe_key="1", raw_body=b"\0\xff\r\n", received_at=NOON))
    session.flush()
    session.expire_all()
    assert session.exec(select(InboxMessage.raw_body)).one() == b"\0\xff\r\n"


def test_a_state_that_does_not_exist_is_refused(session: Session) -> None:
    (outreach,) = plan_outreaches(session, "ask")
    nonsense = sa.update(Outreach).where(sa.column("id") == outreach).values(state="nonsense")
    _refused(session, nonsense, "ck_outreaches_state")


def test_a_reference_to_nobody_is_refused(engine: sa.Engine) -> None:
    with pytest.raises(IntegrityError), database.writing(engine) as session:
        session.add(ConsentEvent(customer_id=999, channel="sms", what=Consent.GIVEN, at=0, how="x", by="x"))


# What history cannot be rewritten


@pytest.mark.parametrize("table", [ConsentEvent, AuditEntry])
@pytest.mark.parametrize("change", [sa.update, sa.delete])
def test_consents_and_audit_can_only_grow(session: Session, table: type[Table], change: Any) -> None:
    customer = _customer(session)
    session.add(ConsentEvent(customer_id=customer.id, channel="sms", what=Consent.GIVEN, at=0, how="x", by="x"))
    session.add(AuditEntry(previous_hash="", hash="1", at=0, actor="test"))
    session.flush()
    statement = change(table) if change is sa.delete else change(table).values(at=1)
    _refused(session, statement, "append-only")


def test_a_published_policy_stays_as_it_is(session: Session) -> None:
    session.add(PolicyVersion(name="p", version=1, kind="policy", document="", published_at=0, published_by="x"))
    session.flush()
    _refused(session, sa.update(PolicyVersion).values(document="other"), "a published version stays")
    _refused(session, sa.delete(PolicyVersion), "a published version stays")
    session.execute(sa.update(PolicyVersion).values(state="retired"))


def test_one_version_of_a_policy_is_live(session: Session) -> None:
    version = {"name": "p", "kind": "policy", "document": "", "state": "live", "published_at": 0, "published_by": "x"}
    session.execute(sa.insert(PolicyVersion).values(version=1, **version))
    _refused(session, sa.insert(PolicyVersion).values(version=2, **version), "UNIQUE|unique")


# What reaches a customer


def _touch(session: Session, outreach_id: int, at: int, customer_id: int | None = None) -> None:
    if customer_id is None:
        customer_id = session.exec(select(Outreach.customer_id).where(Outreach.id == outreach_id)).one()
    entry = LedgerEntry(
        outreach_id=outreach_id, customer_id=customer_id, kind="ask", channel="email", policy="p", asked_at=at, draw=0.0
    )
    with session.begin_nested():
        session.add(entry)


@pytest.fixture
def two_for_one(session: Session) -> tuple[int, int, int]:
    """Two outreaches and the customer whom both are written down for."""
    first, second = plan_outreaches(session, "ask", "content")
    return first, second, session.exec(select(Outreach.customer_id).where(Outreach.id == first)).one()


@pytest.mark.parametrize("apart", [0, DAY - 1, -(DAY - 1)])
def test_two_touches_within_a_day_are_refused(session: Session, two_for_one: tuple[int, int, int], apart: int) -> None:
    first, second, customer = two_for_one
    _touch(session, first, NOON, customer)
    with pytest.raises(IntegrityError):
        _touch(session, second, NOON + apart, customer)


@pytest.mark.parametrize("apart", [DAY, -DAY])
def test_a_day_later_a_touch_is_possible(session: Session, two_for_one: tuple[int, int, int], apart: int) -> None:
    first, second, customer = two_for_one
    _touch(session, first, NOON, customer)
    _touch(session, second, NOON + apart, customer)


def test_a_voided_touch_does_not_count_and_cannot_come_back(
    session: Session, two_for_one: tuple[int, int, int]
) -> None:
    first, second, customer = two_for_one
    _touch(session, first, NOON, customer)
    session.execute(sa.update(LedgerEntry).values(voided_at=NOON))
    _touch(session, second, NOON + 1, customer)
    _refused(session, sa.update(LedgerEntry).values(voided_at=None), "ledger")


def test_an_outreach_is_in_the_ledger_once(session: Session) -> None:
    (outreach,) = plan_outreaches(session, "ask")
    _touch(session, outreach, NOON)
    with pytest.raises(IntegrityError):
        _touch(session, outreach, NOON + 2 * DAY)


def _again(session: Session, outreach_id: int, replan: int) -> sa.Insert:
    first = session.get_one(Outreach, outreach_id)
    return sa.insert(Outreach).values(first.model_dump(exclude={"id"}) | {"replan": replan, "state": "cancelled"})


def test_sending_again_needs_a_refusal(session: Session) -> None:
    (outreach,) = plan_outreaches(session, "ask")
    for state in OutreachState:
        session.execute(sa.update(Outreach).values(state=state))
        if state is not OutreachState.REFUSED:
            _refused(session, _again(session, outreach, 1), "refused predecessor")
    session.execute(sa.update(Outreach).values(state=OutreachState.REFUSED))
    session.execute(_again(session, outreach, 1))


def test_a_second_replan_needs_the_first_to_be_refused(session: Session) -> None:
    (outreach,) = plan_outreaches(session, "ask")
    session.execute(sa.update(Outreach).values(state=OutreachState.REFUSED))
    _refused(session, _again(session, outreach, 2), "refused predecessor")


def test_a_customer_has_one_outreach_under_way(session: Session) -> None:
    (outreach,) = plan_outreaches(session, "ask")
    another = session.get_one(Outreach, outreach).model_dump(exclude={"id"}) | {"step": 1}
    _refused(session, sa.insert(Outreach).values(another), "UNIQUE|unique")


# Transactions


def test_an_error_leaves_nothing_behind(engine: sa.Engine) -> None:
    with pytest.raises(ZeroDivisionError), database.writing(engine) as session:
        _customer(session).since_at = 1 // 0
    with database.reading(engine) as session:
        assert session.exec(select(Customer)).all() == []


def _put_alone(engine: sa.Engine, *external_ids: str) -> list[Any]:
    put = sa.insert(Customer).returning(col(Customer.id))
    rows = [{"external_id": one, "since_at": 0, "updated_at": 0} for one in external_ids]
    return database.run_alone(engine, put, rows)


@pytest.mark.parametrize("external_ids", [("K1",), ("K1", "K2", "K3")])
def test_a_statement_that_runs_alone_is_committed(engine: sa.Engine, external_ids: tuple[str, ...]) -> None:
    assert len(_put_alone(engine, *external_ids)) == len(external_ids)
    with database.reading(engine) as session:
        assert sorted(session.exec(select(Customer.external_id))) == [*external_ids]


def test_after_a_statement_that_ran_alone_a_transaction_is_one_again(engine: sa.Engine) -> None:
    _put_alone(engine, "K1")
    with pytest.raises(ZeroDivisionError), database.writing(engine) as session:
        _ = 1 // _customer(session, "K2").since_at
    with database.reading(engine) as session:
        assert session.exec(select(Customer.external_id)).all() == ["K1"]


def test_reading_cannot_write_and_writing_can_afterwards(engine: sa.Engine) -> None:
    with pytest.raises(DBAPIError), database.reading(engine) as session:
        _customer(session)
    with database.writing(engine) as session:
        _customer(session)


def test_reading_does_not_wait_for_a_writer(engine: sa.Engine) -> None:
    with database.writing(engine) as session:
        _customer(session)
        with database.reading(engine) as reader:
            assert reader.exec(select(Customer)).all() == []


def test_an_error_never_shows_the_values(engine: sa.Engine) -> None:
    twice = [Customer(external_id="K1", name="Anna Geheim", since_at=0, updated_at=0) for _ in range(2)]
    with pytest.raises(IntegrityError) as caught, database.writing(engine) as session:
        session.add_all(twice)
    assert "Geheim" not in str(caught.value)


def test_many_values_travel_as_one(session: Session) -> None:
    customer = _customer(session)
    many = database.among(session, Customer.id, range(customer.id, 200_000))
    assert session.exec(select(Customer.id).where(many)).all() == [customer.id]
    odd = database.among(session, Customer.external_id, ["K1", "it's", '"', "\\", "\N{SNOWMAN}"])
    assert session.exec(select(Customer.external_id).where(odd)).all() == ["K1"]


def test_a_fork_connects_anew(database_url: str) -> None:
    script = f"""
import os
from outreach import database
engine = database.connect({database_url!r})
def connected():
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        return connection.connection.driver_connection
ours = connected()
if os.fork() == 0:
    os._exit(1 if connected() is ours else 0)
assert os.wait()[1] == 0
assert connected() is ours
engine.dispose()
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_clock_counts_whole_seconds(engine: sa.Engine) -> None:
    now = database.clock(engine)
    assert isinstance(now(), int)
    assert abs(now() - time.time()) < 2


def test_a_machine_with_a_wrong_clock_goes_by_that_of_postgresql(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, engine = time.time, database.connect(postgres_url)
    monkeypatch.setattr(time, "time", lambda: right() + DAY)
    monkeypatch.setattr(time, "monotonic", lambda: right() - DAY)
    assert abs(database.clock(engine)() - right()) < 2
    engine.dispose()


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="only SQLite and PostgreSQL"):
        database.connect("mysql://localhost/x")


# The lock


def _ask_at_most_once(engine: sa.Engine, customer: int, outreach: int, at: int) -> None:
    """One ask per 30 days, counted under the lock: what every cap comes down to."""
    with database.writing(engine) as session:
        database.lock_customers(session, [customer])
        near = sa.select(sa.func.count()).where(
            sa.column("customer_id") == customer, sa.column("asked_at").between(at - 30 * DAY, at + 30 * DAY)
        )
        asked = session.scalar(near.select_from(sa.table("ledger")))
        time.sleep(0.002)  # as long as a decision takes
        if not asked:
            _touch(session, outreach, at, customer)


def _race(engine: sa.Engine) -> tuple[int, int]:
    """Every worker wants to ask every customer, two days after the worker before. (Customers over-asked, errors.)"""
    with database.writing(engine) as session:
        ids = [plan_outreaches(session, "ask")[0]]
        first = session.get_one(Outreach, ids[0]).model_dump(exclude={"id", "state", "step", "customer_id"})
        customers = [_customer(session, f"R{n}").id for n in range(CUSTOMERS)]
        rows = [
            Outreach(**first, customer_id=customer, state="accepted", step=1 + place * WORKERS + worker)
            for place, customer in enumerate(customers)
            for worker in range(WORKERS)
        ]
        session.add_all(rows)
        session.flush()
        outreaches = [row.id for row in rows]
    start, errors = threading.Barrier(WORKERS), []

    def work(worker: int) -> None:
        start.wait()
        for place, customer in enumerate(customers):
            try:
                _ask_at_most_once(engine, customer, outreaches[place * WORKERS + worker], NOON + 2 * DAY * worker)
            except DBAPIError as error:
                errors.append(error)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    with database.reading(engine) as session:
        asked = session.exec(select(LedgerEntry.customer_id)).all()
    return sum(asked.count(customer) > 1 for customer in customers), len(errors)


def test_eight_workers_racing_for_sixty_customers_ask_each_once(engine: sa.Engine) -> None:
    assert _race(engine) == (0, 0)


def test_the_race_catches_a_wrong_engine(database_url: str) -> None:
    sqlite = database_url.startswith("sqlite")
    wrong = (
        sa.create_engine(database_url) if sqlite else sa.create_engine(database_url, isolation_level="REPEATABLE READ")
    )
    over_asked, _ = _race(wrong)
    wrong.dispose()
    assert over_asked > 0
