"""Several things at once on PostgreSQL, in the order that a test is about: each begins when the one before waits."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

PATIENCE = 30  # seconds; only a test that fails needs them
_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
)

Begin = Callable[..., Future[Any]]


@contextmanager
def at_once(engine: sa.Engine) -> Iterator[Begin]:
    """Gives `begin(work, *arguments)`, which starts the work in a thread and comes back when that is done, or waits for
    a lock. At the end all of them have to come to theirs; what one of them raises, this raises."""
    begun: list[Future[Any]] = []
    with ThreadPoolExecutor(8) as pool, engine.connect() as connection:
        watching = connection.execution_options(isolation_level="AUTOCOMMIT")

        def begin(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
            others = sum(not one.done() for one in begun)
            begun.append(pool.submit(work, *arguments))
            patience = time.monotonic() + PATIENCE
            while not begun[-1].done() and (watching.scalar(_WAITING) or 0) <= others:
                assert time.monotonic() < patience, "it neither ends nor waits"
                time.sleep(0.01)
            return begun[-1]

        yield begin
        for one in begun:
            one.result(PATIENCE)


@contextmanager
def nobody_reads(engine: sa.Engine, table: str) -> Iterator[None]:
    """Whoever comes to this table waits until the end: a look to `cases`, for one, in the middle of its judgement."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield
