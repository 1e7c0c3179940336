"""The demo: a year of a sample company, played once into an installation that has no customers yet."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from outreach import audit
from outreach.rehearsal import sample
from outreach.runtime import Runtime
from outreach.tables import AuditEntry, Customer, LedgerEntry, PolicyVersion

SEED = 1
ACTOR = "outreach demo"
BEGUN, FINISHED = {"sample": "begun"}, {"sample": "finished"}

Progress = Callable[[float], None]


def has_customers(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return session.scalar(sa.select(sa.exists().select_from(Customer))) or False


class CutOff(Exception):
    """The year of the sample company was begun in this database and never finished; half a year is of no use."""


def refuse_half_a_year(runtime: Runtime) -> None:
    """Raises CutOff."""
    with runtime.reading() as session:
        last = session.scalar(
            sa.select(col(AuditEntry.what))
            .where(col(AuditEntry.actor) == ACTOR)
            .order_by(col(AuditEntry.seq).desc())
            .limit(1)
        )
    if last == BEGUN:
        raise CutOff


class MadeUp(Exception):
    """Made-up customers are never written to for real: their numbers may be somebody's."""


def refuse_real_messages(runtime: Runtime, *, about_to_fill: bool = False) -> None:
    """Where channels really send, there may be no sample company. Raises MadeUp."""
    if not runtime.settings.real_channels:
        return
    with runtime.reading() as session:
        ours = sa.exists().where(col(PolicyVersion.published_by) == sample.PUBLISHER)
        if about_to_fill or session.scalar(sa.select(ours)):
            raise MadeUp


def fill(runtime: Runtime, progress: Progress) -> None:
    """Play the year that ends now; `progress` hears the share that has passed.

    On SQLite it is played into a copy, which takes the place of the database when it is whole: an interrupted year is
    begun anew the next time. Elsewhere `refuse_half_a_year` knows an interrupted one.
    """
    if runtime.engine.dialect.name != "sqlite":
        _note(runtime, BEGUN)
        sample.fill(runtime.settings, SEED, runtime.now(), progress)
        _note(runtime, FINISHED)
        return
    database = Path(str(runtime.engine.url.database))
    copy = database.with_name(f"{database.name}.part")
    _remove(copy)
    try:
        with sqlite3.connect(database) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        sample.fill(
            runtime.settings.model_copy(update={"database_url": f"sqlite:///{copy}"}), SEED, runtime.now(), progress
        )
        runtime.engine.dispose()
        copy.replace(database)
    finally:
        _remove(copy)


def _note(runtime: Runtime, what: dict[str, str]) -> None:
    with runtime.writing() as session:
        audit.record(session, runtime.now(), ACTOR, what)


def _remove(copy: Path) -> None:
    for left in copy.parent.glob(f"{copy.name}*"):
        left.unlink()


def somebody(runtime: Runtime) -> str:
    """The external id of a customer with a lot to see: the one with the most answers, then messages."""
    answers = sa.func.count(col(LedgerEntry.outcome))
    with runtime.reading() as session:
        found = session.execute(
            sa.select(col(Customer.external_id))
            .join(LedgerEntry, col(LedgerEntry.customer_id) == col(Customer.id), isouter=True)
            .group_by(col(Customer.id))
            .order_by(answers.desc(), sa.func.count(col(LedgerEntry.id)).desc(), col(Customer.id))
            .limit(1)
        )
        return str(found.scalar_one())
