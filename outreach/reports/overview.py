"""This week in one look: who was asked, who was given something, who was left in peace and why, and what waits."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.lifecycle import OutreachState, PolicyState
from outreach.reports import health
from outreach.reports.channels import Channels, channels
from outreach.reports.figures import Figures, figures
from outreach.reports.replies import maybe_stop, unclear
from outreach.runtime import Runtime
from outreach.scores import Score, score
from outreach.tables import Case, Content, InboxMessage, Outreach, PolicyVersion, Reply


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person. `in_peace` are the customers whose reply may be a stop: they are paused until then."""

    unclear_replies: int
    in_peace: int
    open_cases: int
    parked: int
    unknown: int

    @property
    def anything(self) -> bool:
        return any((self.unclear_replies, self.open_cases, self.parked, self.unknown))


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures, which the clock may have kept (`is_kept`), and what is so now."""

    figures: Figures
    content: bool
    policies: int
    score: Score | None
    waiting: Waiting
    channels: Channels
    processes: tuple[health.Process, ...]
    redis: bool
    is_kept: bool

    @property
    def left(self) -> int:
        """Customers judged in the last seven days, and left in peace."""
        return sum(held.customers for held in self.figures.held)

    @property
    def running(self) -> tuple[str, ...]:
        """The processes that gave a sign of life just now."""
        return tuple(process.name for process in self.processes if not process.silent)

    @property
    def silent(self) -> tuple[health.Process, ...]:
        """The processes that gave none for too long."""
        return tuple(process for process in self.processes if process.silent)


def overview(runtime: Runtime) -> Overview:
    """Everything the first page tells, as it is now."""
    now = runtime.now()
    with runtime.reading() as session:
        found = figures(session, now)
        there = sa.select(sa.exists().where(col(Content.active)), _live_policies().scalar_subquery())
        content, policies = session.execute(there).one()
        return Overview(
            figures=found,
            content=content,
            policies=policies,
            score=score(found.promoters, found.critics, found.answers),
            waiting=_waiting(session),
            channels=channels(session, runtime.settings, now),
            processes=health.processes(session, now),
            redis=health.redis_answers(runtime),
            is_kept=found.counted_at != now,
        )


def _count(session: Session, query: sa.Select[int]) -> int:
    return session.scalar(query) or 0


def _live_policies() -> sa.Select[int]:
    live = (col(PolicyVersion.state) == PolicyState.LIVE, col(PolicyVersion.kind) == "policy")
    return sa.select(sa.func.count()).select_from(PolicyVersion).where(*live)


def _waiting(session: Session) -> Waiting:
    def how_many(table: type[object], condition: sa.ColumnElement[bool]) -> int:
        return _count(session, sa.select(sa.func.count()).select_from(table).where(condition))

    return Waiting(
        unclear_replies=how_many(Reply, unclear()),
        in_peace=_count(session, sa.select(sa.func.count(sa.distinct(col(Reply.customer_id)))).where(maybe_stop())),
        open_cases=how_many(Case, col(Case.closed_at).is_(None)),
        parked=how_many(InboxMessage, col(InboxMessage.state) == "parked"),
        # A literal, not a parameter: SQLite uses the index over these few rows only when it sees the word itself.
        unknown=how_many(Outreach, col(Outreach.state) == sa.literal_column(f"'{OutreachState.UNKNOWN}'")),
    )
