"""The figures of the first page: counted when it is opened or, where there is much, once a minute by the clock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.bulk import insert_into
from outreach.lifecycle import IntentState, Kind
from outreach.moves import NO_CONTENT
from outreach.reports.replies import counted
from outreach.reports.week import WEEK, held_back, last_decisions, sent
from outreach.runtime import Runtime
from outreach.tables import Customer, Intent, KeptFigures, LedgerEntry, Reply, StoredDecision

DAY = 86_400
WEEKS = 12
SCORE_DAYS, AFFECTED_DAYS = 90, 30
PROMOTER, CRITIC = 9, 6
LARGE = 100_000  # wishes to ask or to give, ever, from which on counting takes longer than a page should
STALE = 300  # seconds after which figures that were kept are counted anew, for the clock must have stopped


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
class Starved:
    """Asks that are held back because there is no content: how many customers wait, in each policy and channel."""

    policy: str
    channel: str
    customers: int


@dataclass(frozen=True, slots=True)
class Affected:
    """A policy: customers it reached in the last `AFFECTED_DAYS`, and wishes of it that are kept for later."""

    policy: str
    reached: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`asked` and `given` count customers in the last seven days; `held` is about those neither asked nor given to.
    `answers` of `SCORE_DAYS`, of which `promoters` and `critics`. `counted_at` (epoch seconds) is when."""

    customers: int
    asked: int
    given: int
    answered: int
    held: tuple[Held, ...]
    weeks: tuple[Week, ...]
    promoters: int
    critics: int
    answers: int
    affected: tuple[Affected, ...]
    starved: tuple[Starved, ...]
    counted_at: int

    @property
    def intents(self) -> int:
        """The wishes to ask or to give that are kept for later."""
        return sum(one.waiting for one in self.affected)


def figures(session: Session, now: int) -> Figures:
    """Those that the clock keeps, where it does; else counted now."""
    return _kept(session, now) or _counted(session, now)


def affected(runtime: Runtime) -> tuple[Affected, ...]:
    """Whom each policy reaches: as the clock keeps it, where it does; else counted now."""
    with runtime.reading() as session:
        kept = _kept(session, runtime.now())
        return kept.affected if kept is not None else _affected(session, runtime.now())


def keep(runtime: Runtime) -> None:
    """Count, and keep the figures, where there is so much that a page should not wait for it."""
    with runtime.reading() as session:
        if (session.scalar(sa.select(sa.func.max(col(Intent.id)))) or 0) < LARGE:
            return
        found = _counted(session, runtime.now())
    with runtime.writing() as session:
        row = {"id": 1, "counted_at": found.counted_at, "figures": asdict(found)}
        kept = insert_into(session, KeptFigures).values(row)
        session.execute(kept.on_conflict_do_update(index_elements=["id"], set_=row))


def _kept(session: Session, now: int) -> Figures | None:
    row = session.execute(sa.select(col(KeptFigures.counted_at), col(KeptFigures.figures))).first()
    return _told(row.figures) if row is not None and now - STALE < row.counted_at <= now else None


def _told(kept: Mapping[str, Any]) -> Figures:
    parts = {
        "held": tuple(Held(**one) for one in kept["held"]),
        "weeks": tuple(Week(**one) for one in kept["weeks"]),
        "affected": tuple(Affected(**one) for one in kept["affected"]),
        "starved": tuple(Starved(**one) for one in kept["starved"]),
    }
    return Figures(**{**kept, **parts})


def _counted(session: Session, now: int) -> Figures:
    asked, given, answered = _reached(session, now - WEEK, now)
    promoters, critics, answers = _answers(session, now - SCORE_DAYS * DAY)
    return Figures(
        customers=_count(session, sa.select(sa.func.count()).select_from(Customer)),
        asked=asked,
        given=given,
        answered=answered,
        held=_held(session, now - WEEK),
        weeks=_weeks(session, now),
        promoters=promoters,
        critics=critics,
        answers=answers,
        affected=_affected(session, now),
        starved=_starved(session, now - WEEK),
        counted_at=now,
    )


_IS_OPEN = col(Intent.state) == sa.literal_column(f"'{IntentState.OPEN}'")


def _count(session: Session, query: sa.Select[int]) -> int:
    return session.scalar(query) or 0


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


def _affected(session: Session, now: int) -> tuple[Affected, ...]:
    whom = sa.select(col(LedgerEntry.policy), sa.func.count(sa.distinct(col(LedgerEntry.customer_id))))
    reached = whom.where(sent(now - AFFECTED_DAYS * DAY, now)).group_by(col(LedgerEntry.policy))
    kept = sa.select(col(Intent.policy), sa.func.count()).where(_IS_OPEN).group_by(col(Intent.policy))
    of, waiting = ({name: count for name, count in session.execute(query)} for query in (reached, kept))  # noqa: C416
    return tuple(Affected(name, of.get(name, 0), waiting.get(name, 0)) for name in sorted({*of, *waiting}))


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
