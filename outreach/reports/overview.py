"""This week in one look: who was asked, who was given something, who was left in peace and why, and what waits."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.lifecycle import IntentState, Kind, OutreachState, PolicyState
from outreach.moves import NO_CONTENT
from outreach.reports import health
from outreach.reports.channels import Channels, channels
from outreach.reports.replies import counted, maybe_stop, unclear
from outreach.reports.week import WEEK, held_back, last_decisions, sent
from outreach.runtime import Runtime
from outreach.scores import Score, score
from outreach.tables import (
    Case,
    Content,
    Customer,
    InboxMessage,
    Intent,
    LedgerEntry,
    Outreach,
    PolicyVersion,
    Reply,
    StoredDecision,
)  # fmt: skip

DAY = 86_400
WEEKS = 12
SCORE_DAYS = 90
PROMOTER, CRITIC = 9, 6


@dataclass(frozen=True, slots=True)
class Held:
    """A rule, and how many customers it held back most."""

    rule: str
    customers: int


@dataclass(frozen=True, slots=True)
class Week:
    """The seven days from `starts_at`: messages that gave, that asked, and answers that came."""

    starts_at: int
    given: int
    asked: int
    answered: int


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
class Starved:
    """Asks that are held back because there is no content: how many customers wait, in each policy and channel."""

    policy: str
    channel: str
    customers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`asked` and `given` count customers in the last seven days; `held` is about those neither asked nor given to.

    `intents` are the wishes to ask or to give that are kept for later.
    """

    customers: int
    content: int
    policies: int
    asked: int
    given: int
    answered: int
    held: tuple[Held, ...]
    weeks: tuple[Week, ...]
    answers: int
    score: Score | None
    intents: int
    waiting: Waiting
    starved: tuple[Starved, ...]
    channels: Channels
    processes: tuple[health.Process, ...]
    redis: bool

    @property
    def left(self) -> int:
        """Customers judged in the last seven days, and left in peace."""
        return sum(held.customers for held in self.held)

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
        week = _reached(session, now - WEEK, now)
        promoters, critics, answers = _answers(session, now - SCORE_DAYS * DAY)
        return Overview(
            customers=_count(session, sa.select(sa.func.count()).select_from(Customer)),
            content=_count(session, sa.select(sa.func.count()).select_from(Content).where(col(Content.active))),
            policies=_count(session, _live_policies()),
            asked=week[0],
            given=week[1],
            answered=week[2],
            held=_held(session, now - WEEK),
            weeks=_weeks(session, now),
            answers=answers,
            score=score(promoters, critics, answers),
            intents=_count(session, sa.select(sa.func.count()).select_from(Intent).where(_IS_OPEN)),
            waiting=_waiting(session),
            starved=_starved(session, now - WEEK),
            channels=channels(session, runtime.settings, now),
            processes=health.processes(session, now),
            redis=health.redis_answers(runtime),
        )


_IS_OPEN = col(Intent.state) == sa.literal_column(f"'{IntentState.OPEN}'")


def _count(session: Session, query: sa.Select[int]) -> int:
    return session.scalar(query) or 0


def _live_policies() -> sa.Select[int]:
    live = (col(PolicyVersion.state) == PolicyState.LIVE, col(PolicyVersion.kind) == "policy")
    return sa.select(sa.func.count()).select_from(PolicyVersion).where(*live)


def _reached(session: Session, since: int, until: int) -> tuple[int, int, int]:
    """Customers asked, customers given something, and asks answered, between two moments."""
    who, content = col(LedgerEntry.customer_id), col(LedgerEntry.kind) == Kind.CONTENT
    row = session.execute(
        sa.select(
            sa.func.count(sa.distinct(sa.case((~content, who)))),
            sa.func.count(sa.distinct(sa.case((content, who)))),
        ).where(sent(since, until))
    ).one()
    return row[0], row[1], _count(session, sa.select(sa.func.count()).select_from(Reply).where(_scored(since, until)))


def _scored(since: int, until: int) -> sa.ColumnElement[bool]:
    at = col(Reply.received_at)
    return (at > since) & (at <= until) & counted()


def _held(session: Session, since: int) -> tuple[Held, ...]:
    """Customers whose last decision of the week held back, and whom nothing reached, by the rule that decided."""
    rule = sa.func.coalesce(col(StoredDecision.held_by), "expiry")
    rows = session.execute(
        sa.select(rule, sa.func.count())
        .where(col(StoredDecision.id).in_(last_decisions(since)), held_back(since))
        .group_by(rule)
        .order_by(sa.func.count().desc(), rule)
    )
    return tuple(Held(name, customers) for name, customers in rows)


def _weeks(session: Session, now: int) -> tuple[Week, ...]:
    """The last twelve times seven days, the oldest first; the last one ends now."""
    first = now - WEEKS * WEEK
    number = (col(LedgerEntry.asked_at) - first - 1) // WEEK
    content = col(LedgerEntry.kind) == Kind.CONTENT
    reached = session.execute(
        sa.select(number, sa.func.count(sa.case((content, 1))), sa.func.count(sa.case((~content, 1))))
        .where(sent(first, now))
        .group_by(number)
    )
    came = (col(Reply.received_at) - first - 1) // WEEK
    heard = session.execute(sa.select(came, sa.func.count()).where(_scored(first, now)).group_by(came))
    touched = {int(week): (given, asked) for week, given, asked in reached}
    answered = {int(week): count for week, count in heard}
    return tuple(Week(first + i * WEEK, *touched.get(i, (0, 0)), answered=answered.get(i, 0)) for i in range(WEEKS))


def _answers(session: Session, since: int) -> tuple[int, int, int]:
    """Promoters, critics and all answers since a moment."""
    value = col(Reply.score)
    row = session.execute(
        sa.select(
            sa.func.count(sa.case((value >= PROMOTER, 1))),
            sa.func.count(sa.case((value <= CRITIC, 1))),
            sa.func.count(),
        ).where(counted(), col(Reply.received_at) > since)
    ).one()
    return row[0], row[1], row[2]


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


def _starved(session: Session, since: int) -> tuple[Starved, ...]:
    """Open intents that wait, since a look of this week, because there is nothing to give."""
    rows = session.execute(
        sa.select(
            col(Intent.policy), col(StoredDecision.channel), sa.func.count(sa.distinct(col(StoredDecision.customer_id)))
        )
        .join(Intent, col(Intent.id) == col(StoredDecision.intent_id))
        .where(col(StoredDecision.decided_at) > since, col(StoredDecision.held_by) == NO_CONTENT)
        .where(col(Intent.state) == IntentState.OPEN, col(Intent.reason) == NO_CONTENT)
        .group_by(col(Intent.policy), col(StoredDecision.channel))
        .order_by(col(Intent.policy))
    )  # fmt: skip
    return tuple(Starved(*row) for row in rows)
