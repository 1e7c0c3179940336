"""A walk from end to end: the world it reads, the room it writes into, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from policies.policy import Guard, Policy
from policies.replay.brakes import MOST_RESTS
from policies.replay.columns import (
    CHANNELS,
    LOOKS,
    TOUCHES,
    DoingRow,
    LookRow,
    RestRow,
    State,
    TouchRow,
    VerdictRow,
    WalkedRow,
    WishRow,
    World,
)
from policies.replay.compiling import (
    blank,
    blank_table,
    column,
    digest,
    entry,
    halves,
    integers,
    longer,
    numbers,
    readable,
    scratch,
    small,
    words,
)
from policies.replay.history import History, HolidaysOf
from policies.replay.terms import amounts
from policies.replay.walking import walk_group
from policies.replay.wishes import OVERS, WEEK

HOUR, DAY = 3_600, 86_400
AT_ONCE = 2_000  # groups between two words about progress
_LONGEST_KEY = 8_192  # octets
_MORE = 1.03

Progress = Callable[[int, int], None]


class Survey(NamedTuple):
    """Which texts go with a survey, in one language and channel: what is asked back after a low, a middling and a high
    score, and thanks."""

    follow_low: bool = False
    follow_mid: bool = False
    follow_high: bool = False
    thanks: bool = False


@dataclass(frozen=True)
class Stock:
    """The texts there are. `pieces` by language and channel, as a customer gets them one after the other; `surveys` by
    name, language and channel; `snoozes` by language: for how many seconds each saying of "not now" wants peace."""

    pieces: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    surveys: Mapping[tuple[str, str, str], Survey] = field(default_factory=dict)
    snoozes: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """From when to when is walked; whatever is due is done at the first multiple of `step` that is not before it."""

    begins: int
    until: int
    step: int = HOUR


def _no_holidays(zones: tuple[str, ...]) -> frozenset[date]:
    return frozenset()


@dataclass(frozen=True)
class Setting:
    """Under what a history is walked: the texts, the public holidays of zones, and the span of time."""

    stock: Stock
    span: Span
    holidays_of: HolidaysOf = _no_holidays


def world(
    history: History, guard: Guard, policies: Sequence[Policy], setting: Setting, reckoning: bool = False
) -> World:
    """What a walk reads. `reckoning`: it reckons with which probability each touch is sent; that takes longer."""
    span = setting.span
    hours_until = span.until + _longest_life(policies)
    return World(
        **history.columns,
        **history.keys([policy.name for policy in policies]),
        **history.spells(guard, setting.holidays_of, (span.begins, hours_until)),
        **amounts(guard, policies, history),
        **_shelf(history, policies, setting.stock),
        begins=span.begins,
        until=span.until,
        hours_until=hours_until,
        step=span.step,
        reckoning=int(reckoning),
    )


def _longest_life(policies: Sequence[Policy]) -> int:
    """Seconds after a contact, or an ask, in which any of the policies may still act."""
    lives = [policy.contact.expires for policy in policies if policy.contact]
    return max([*lives, *(policy.reminder.until for policy in policies if policy.reminder)], default=0) + DAY


def _shelf(history: History, policies: Sequence[Policy], stock: Stock) -> dict[str, Any]:
    names = sorted({name for some in stock.pieces.values() for name in some})
    places = [(language, channel) for language in history.languages for channel in CHANNELS]
    found = [stock.surveys.get((policy.survey or "", *place)) for policy in policies for place in places]
    bands = ("follow_low", "follow_mid", "follow_high")
    return {
        "n_pieces": len(names),
        "pieces": small([name in stock.pieces.get(place, ()) for place in places for name in names] or [0]),
        "surveys": small([survey is not None for survey in found] or [0]),
        "follow_up": small([survey is not None and getattr(survey, band) for survey in found for band in bands] or [0]),
        "thanks": small([survey is not None and survey.thanks for survey in found] or [0]),
        "snooze": integers([s for language in history.languages for s in stock.snoozes.get(language, (0, 0, 0))]),
    }


class Walk:
    """A history walked under a guard and policies. `keep_looks`: every single look is kept in `state.journal`."""

    def __init__(self, world: World, keep_looks: bool = False) -> None:
        self.world = world
        self.state = _room(world, keep_looks)

    def run(self, progress: Progress = lambda done, of: None) -> "Walk":
        """Walk every group; `progress` hears how many are done, and how many there are."""
        groups = len(self.world.groups) - 1
        group = 0
        while group < groups:
            last = min(groups, group + AT_ONCE)
            group = _walk(self.world, self.state, group, last)
            if group < last:
                self._make_room(groups / max(group, 1))
            progress(group, groups)
        return self

    def _make_room(self, times: float) -> None:
        """As much as the whole will take if the rest is like what was walked, `times` as much."""
        s, people = self.state, max(_sizes(self.world))
        touches = _grown(len(s.ledger), s.many[TOUCHES], s.many[TOUCHES] * times, people)
        looks = _grown(len(s.journal), s.many[LOOKS], s.many[LOOKS] * times, 2 * len(s.wishes)) if len(s.journal) else 0
        self.state = s._replace(ledger=longer(s.ledger, TouchRow, touches), journal=longer(s.journal, LookRow, looks))

    @property
    def touches(self) -> Sequence[TouchRow]:
        return readable(TouchRow, self.state.ledger[: int(self.state.many[TOUCHES])])

    def column(self, name: str) -> list[Any]:
        """One column of the touches."""
        return column(self.state.ledger[: int(self.state.many[TOUCHES])], name)

    @property
    def looks(self) -> Sequence[LookRow]:
        return readable(LookRow, self.state.journal[: int(self.state.many[LOOKS])])


def _grown(room: int, used: int, expected: float, at_once: int) -> int:
    """Rows to have: those that are expected and a few more, but at most twice the room there is, never less than that,
    and enough for what one moment may bring."""
    return max(room, int(used) + at_once, min(int(expected * _MORE), 2 * room))


def _sizes(w: World) -> list[int]:
    return [int(w.groups[n + 1] - w.groups[n]) for n in range(len(w.groups) - 1)] or [0]


def _room(w: World, keep_looks: bool) -> State:
    most, days = max(_sizes(w)), max(0, w.until - w.begins) // DAY + 3
    wishes, working = _most_wishes(w), max(days, 1_001)
    cells = w.policies * max(w.happened, 1)
    weeks = max(0, w.until - w.begins) // WEEK + 1
    octets = scratch(_LONGEST_KEY)
    return State(
        first=blank(2, integers),
        many=blank(10, integers),
        odds=blank(2, numbers, 0.0),
        rests=blank_table(RestRow, MOST_RESTS),
        persons=blank_table(WalkedRow, most),
        wishes=blank_table(WishRow, wishes),
        doings=blank_table(DoingRow, 10 * most + 10),
        verdicts=blank_table(VerdictRow, wishes),
        ledger=blank_table(TouchRow, max(1_000, most, w.persons)),
        journal=blank_table(LookRow, 4 * wishes + 1_000 if keep_looks else 0),
        got=blank(4 * most, integers),
        had=blank(most * max(w.n_pieces, 1), small),
        full=blank(most * max(len(w.caps), 1), numbers, 0.0),
        actions=blank(weeks * w.policies * OVERS * 4, integers),
        by_segment=blank(w.segments * w.policies * 4, integers),
        fate=blank(cells, small),
        held=blank(cells, small, -1),
        holding=blank(cells, halves),
        rules=blank(1, integers),
        times=blank(working, integers),
        loads=blank(working, numbers, 0.0),
        heard=blank(working, small),
        pieces=blank(working, integers),
        uses=blank(working, integers),
        given=blank(2, integers),
        octets=octets,
        words=words(octets),
    )


def _most_wishes(w: World) -> int:
    """How many intents of one group may be open at once."""
    happened = [int(w.first_contact[w.groups[n + 1]] - w.first_contact[w.groups[n]]) for n in range(len(w.groups) - 1)]
    pairs = zip(_sizes(w), happened, strict=False)
    return int(w.policies * max([people + contacts for people, contacts in pairs], default=0) + 1)


def _entry(version: int) -> Any:
    def walk(w: World, s: State, group: int, last: int) -> int:
        """Walk from one group to just before another; returns the first that is not done, for want of room."""
        while group < last and version >= 0:
            if not walk_group(w, s, group):
                return group
            group += 1
        return group

    return entry(walk)


_walk = _entry(digest())
