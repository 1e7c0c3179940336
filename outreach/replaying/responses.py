"""What to expect of a replay's asks, by the organisation's own history: asks, what came of them, and decisions."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.lifecycle import Consent, Stage
from outreach.replaying.replay import Replay
from outreach.runtime import Runtime
from outreach.tables import ConsentEvent, ContactEvent, Intent, LedgerEntry, Outreach, Reply, StoredDecision
from policies.arithmetic import DAY
from policies.decision import Action
from policies.replay.columns import CHANNELS, MISSING
from policies.replay.facts import Asks, Touched, asks_of
from policies.replay.history import History
from policies.replay.refusal import Refusal
from policies.replay.summing import KINDS
from policies.replay.walk import Walk

if TYPE_CHECKING:
    from policies.replay.response import Effect, Expected, Past, Scores

IN_TIME = 14 * DAY  # after an ask, in which an answer or an opt-out counts; younger asks are left out
ANSWERED = "answered"


def expected(runtime: Runtime, replayed: Replay) -> "Expected | Refusal":
    """How many answers and opt-outs to expect of the asks of a replay; refused, part by part, where the history of
    this database cannot carry it, or as a whole where the extra `fast` is not installed."""
    past = known(runtime)
    if isinstance(past, Refusal):
        return past
    from policies.replay import response

    return response.expected(past, asks_in(replayed.material.history, replayed.walk))


def known(runtime: Runtime) -> "Past | Refusal":
    """What is known of past asks."""
    try:
        from policies.replay import response  # noqa: F401
    except ImportError:  # numpy
        return Refusal("not_installed", {})
    with runtime.reading() as session:
        return past_of(session, runtime.now())


def answers_to_expect(runtime: Runtime) -> Callable[[History, Walk], float | None]:
    """How many answers to expect of the asks of a walk; None where the past cannot carry it. The past is read once."""
    past = known(runtime)

    def expect(history: History, walk: Walk) -> float | None:
        if isinstance(past, Refusal):
            return None
        from policies.replay import response

        found = response.expected(past, asks_in(history, walk)).answers
        return None if isinstance(found, Refusal) else found.expected

    return expect


def effects(runtime: Runtime) -> "list[Effect] | Refusal":
    """What an answer depends on, by the history of this database."""
    past = known(runtime)
    if isinstance(past, Refusal):
        return past
    from policies.replay import response

    return response.effects(past)


def past_of(session: Session, now: int) -> "Past":
    """Every ask that is IN_TIME old, what came of it, and the first look at every intent."""
    from policies.replay.response import Past

    rows = [_Row._make(row) for row in session.execute(_LEDGER)]
    stops: dict[int, list[int]] = defaultdict(list)
    for person, at in session.execute(_STOPS):
        stops[person].append(at)
    asks = asks_of(row.touched() for row in rows)
    came = [(_answered(row), _opted_out(row, later, stops[row.person])) for row, later in _asked(rows)]
    old = [n for n, at in enumerate(asks.at) if at + IN_TIME <= now]
    decisions = session.execute(_DECISIONS).all()
    return Past(
        asks=Asks([asks.person[n] for n in old], [asks.at[n] for n in old], [asks.facts[n] for n in old]),
        answered=[came[n][0] for n in old],
        opted_out=[came[n][1] for n in old],
        actions=[row.action for row in decisions],
        logged=[row.probability for row in decisions],
        decided_for=[row.customer_id for row in decisions],
        scores=_scores(session),
    )


def asks_in(history: History, walk: Walk) -> Asks:
    """The asks of a walk, each with its facts as they were in it."""
    values = history.contacts.values
    touches = [
        Touched(
            int(t.who), int(t.at), KINDS[t.kind], CHANNELS[t.channel],
            float(values[t.contact]) if t.contact >= 0 else None,
            _known(int(t.used_at)), _known(int(t.outcome_at)) if t.outcome else None,
        )
        for t in walk.touches
    ]  # fmt: skip
    return asks_of(sorted(touches, key=lambda touch: (touch.person, touch.at)))


def _known(at: int) -> int | None:
    return None if at == MISSING else at


class _Row(NamedTuple):
    person: int
    at: int
    kind: str
    channel: str
    value: float | None
    used_at: int | None
    outcome: str | None
    outcome_at: int | None

    def touched(self) -> Touched:
        return Touched(self.person, self.at, self.kind, self.channel, self.value, self.used_at, self.outcome_at)


_LEDGER = (
    sa.select(
        col(LedgerEntry.customer_id), col(LedgerEntry.asked_at), col(LedgerEntry.kind), col(LedgerEntry.channel),
        col(ContactEvent.value), col(LedgerEntry.used_at), col(LedgerEntry.outcome), col(LedgerEntry.outcome_at),
    )
    .join(Outreach, col(Outreach.id) == col(LedgerEntry.outreach_id))
    .join(Intent, col(Intent.id) == col(Outreach.intent_id), isouter=True)
    .join(ContactEvent, col(ContactEvent.id) == col(Intent.contact_event_id), isouter=True)
    .where(col(LedgerEntry.voided_at).is_(None))
    .order_by(col(LedgerEntry.customer_id), col(LedgerEntry.asked_at))
)  # fmt: skip
_STOPS = (
    sa.select(col(ConsentEvent.customer_id), col(ConsentEvent.at))
    .where(col(ConsentEvent.what) == Consent.WITHDRAWN)
    .order_by(col(ConsentEvent.customer_id), col(ConsentEvent.at))
)
_FIRST = sa.select(sa.func.min(col(StoredDecision.id))).group_by(col(StoredDecision.intent_id))
_ACTED = sa.case((col(StoredDecision.action).in_((Action.ASK, Action.GIVE)), "act"), else_=col(StoredDecision.action))
_DECISIONS = (
    sa.select(_ACTED.label("action"), col(StoredDecision.probability), col(StoredDecision.customer_id))
    .where(col(StoredDecision.stage) == Stage.LOOK, col(StoredDecision.id).in_(_FIRST))
    .order_by(col(StoredDecision.id))
)
"""The first look at each intent. When there is a second one follows from the draws, so that the actions of later looks
are no sample of what their probabilities say. Facts decide between asking and giving; both are to act."""
_SCORES = sa.select(
    sa.func.count().filter(col(Reply.score) >= 9), sa.func.count().filter(col(Reply.score) <= 6), sa.func.count()
).where(col(Reply.score).is_not(None), col(Reply.outreach_id).is_not(None), col(Reply.continues_id).is_(None))


def _asked(rows: list[_Row]) -> Iterator[tuple[_Row, int | None]]:
    """Each ask, and when the next touch of the same person was that is no reminder."""
    later: dict[int, int] = {}
    found = []
    for row in reversed(rows):
        if row.kind == "ask":
            found.append((row, later.get(row.person)))
        if row.kind != "reminder":
            later[row.person] = row.at
    return reversed(found)


def _answered(ask: _Row) -> bool:
    return ask.outcome == ANSWERED and (ask.outcome_at or 0) <= ask.at + IN_TIME


def _opted_out(ask: _Row, later: int | None, stops: list[int]) -> bool:
    """Whether it was the last thing, but for its reminder, that came before a consent was withdrawn."""
    first = bisect_right(stops, ask.at)
    return first < len(stops) and stops[first] <= min(ask.at + IN_TIME, later or stops[first])


def _scores(session: Session) -> "Scores":
    from policies.replay.response import Scores

    counts: Any = session.execute(_SCORES).one()
    return Scores(*counts)
