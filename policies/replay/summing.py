"""What came of a walk, counted: what was done when, what held back, how long it took, and whom nobody asked.

Nothing but counts is kept, so that the sums of parts of a history can be added up: see `merging`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import quantiles
from typing import NamedTuple

from policies.replay.columns import ASK, CHANNELS, CONTENT, HEARD, HELD, MISSING, REMINDER, SAID_NOT_NOW, STOPS, TermRow
from policies.replay.compiling import column, readable
from policies.replay.deciding import RULES
from policies.replay.history import History
from policies.replay.walk import Walk
from policies.replay.wishes import OVERS, WEEK

ACTIONS = ("give", "ask", "wait", "skip")
FATES = ("not_meant", "waiting", "asked", "superseded", "answered_elsewhere", "opted_out", "held_back")
KINDS = ("content", "ask", "reminder")
OVER = ("none", *CHANNELS)
"""Over which channel a look would have gone; none where the policy has none."""
DAY = 86_400
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Done:
    """How much of what: contents, asks and reminders, by channel too, and what customers did with them."""

    contents: int
    asks: int
    reminders: int
    uses: int
    answers: int
    not_now: int
    by_channel: dict[str, Counts]


@dataclass(frozen=True, slots=True)
class Week:
    """What was decided and done in a week that begins at a moment (epoch seconds)."""

    begins: int
    looks: Counts
    contents: int
    asks: int
    reminders: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Of customers with the same value of an attribute: how many there are, how many nobody asked, what was decided
    by policy, and what was done."""

    customers: int
    never_asked: int
    looks: dict[str, Counts]
    contents: int
    asks: int
    reminders: int
    answers: int


@dataclass(frozen=True, slots=True)
class Held:
    """Contacts that a rule held back until nothing could come of them any more: so many for longest of all rules, so
    many alone, and so many together with others."""

    longest: int
    alone: int
    together: int


class Spread(NamedTuple):
    """How long from a contact to the ask about it, in days; None where nobody was asked about one."""

    median: float | None
    ninth_tenth: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Sum:
    """The counts of one walk. `fates` of contacts by policy; `held` by policy and rule, `combinations` by policy and
    the rules that held back at the same time, in their order; `looks` of all, `decided` by policy and channel;
    `seconds_to_ask`: how many asks came so long after their contact; `asks_a_customer` and `touches_a_customer`: how
    many customers were asked, or reached at all, so often."""

    done: dict[str, Done]
    fates: dict[str, Counts]
    held: dict[str, dict[str, Held]]
    combinations: dict[str, Counts]
    looks: Counts
    decided: dict[str, dict[str, Counts]]
    weeks: list[Week]
    segments: dict[str, Segment]
    seconds_to_ask: dict[int, int]
    asks_a_customer: dict[int, int]
    touches_a_customer: dict[int, int]
    never_asked: int
    opt_outs: int

    @property
    def asks(self) -> int:
        return sum(done.asks for done in self.done.values())

    @property
    def answers(self) -> int:
        return sum(done.answers for done in self.done.values())

    @property
    def days_to_ask(self) -> Spread:
        days = [seconds / DAY for seconds, count in sorted(self.seconds_to_ask.items()) for _ in range(count)]
        if not days:
            return Spread(None, None, None)
        tenths = quantiles(days, n=10, method="inclusive") if len(days) > 1 else days * 9
        return Spread(round(tenths[4], 2), round(tenths[8], 2), round(days[-1], 2))


class _Touch(NamedTuple):
    """What is counted of a touch."""

    kind: int
    policy: int
    channel: int
    week: int
    segment: int
    is_used: bool
    outcome: int


Touches = Counter[_Touch]


def summed(walk: Walk, history: History, policies: Sequence[str]) -> Sum:
    kinds, whose = walk.column("kind"), walk.column("who")
    touches = _touches(walk, whose)
    asked = Counter(who for who, kind in zip(whose, kinds, strict=True) if kind == ASK)
    meant = [n for n, terms in enumerate(readable(TermRow, walk.world.terms)) if terms.by_contact]
    fates = {n: list(_of_policy(walk.state.fate, n, walk.world.happened)) for n in meant}
    ended = {n: _ended(walk, n, fates[n]) for n in meant}
    weeks = list(_looks(walk.state.actions, walk.world.policies * OVERS))
    counts = Sum(
        done={name: _done(_those(touches, policy=n)) for n, name in enumerate(policies)},
        fates={policies[n]: _named(FATES, Counter(fates[n])) for n in meant},
        held={policies[n]: _held(ended[n]) for n in meant},
        combinations={policies[n]: _combinations(ended[n]) for n in meant},
        looks=_total(counts for week in weeks for counts in week),
        decided={name: _decided(weeks, n) for n, name in enumerate(policies)},
        weeks=_weeks(walk.world.begins, weeks, touches),
        segments=_segments(walk, history, policies, (touches, asked)),
        seconds_to_ask=_seconds_to_ask(walk, history),
        asks_a_customer=dict(Counter(asked.values())),
        touches_a_customer=dict(Counter(Counter(whose).values())),
        never_asked=len(history.people) - len(asked),
        opt_outs=int(walk.state.many[STOPS]),
    )
    return in_order(counts)


def _touches(walk: Walk, whose: Sequence[int]) -> Touches:
    begins, segment_of = walk.world.begins, column(walk.world.people, "segment")
    return Counter(
        map(
            _Touch,
            walk.column("kind"),
            walk.column("policy"),
            walk.column("channel"),
            [(at - begins) // WEEK for at in walk.column("at")],
            [segment_of[who] for who in whose],
            [at != MISSING for at in walk.column("used_at")],
            walk.column("outcome"),
        )
    )


def _those(touches: Touches, **having: int) -> Touches:
    return Counter({t: count for t, count in touches.items() if all(getattr(t, k) == v for k, v in having.items())})


def _kinds(touches: Touches) -> list[int]:
    """How many contents, asks and reminders."""
    counts: Counter[int] = Counter()
    for touch, count in touches.items():
        counts[touch.kind] += count
    return [counts[CONTENT], counts[ASK], counts[REMINDER]]


def _done(touches: Touches) -> Done:
    contents, asks, reminders = _kinds(touches)
    return Done(
        contents=contents,
        asks=asks,
        reminders=reminders,
        uses=sum(_those(touches, is_used=True).values()),
        answers=sum(_those(touches, outcome=HEARD).values()),
        not_now=sum(_those(touches, outcome=SAID_NOT_NOW).values()),
        by_channel={
            channel: dict(zip(KINDS, _kinds(_those(touches, channel=n)), strict=True))
            for n, channel in enumerate(CHANNELS)
        },
    )


def _looks(actions: Sequence[int], groups: int) -> Iterator[list[Counts]]:
    """What was decided, in groups of so many; nothing where there are none, for want of policies."""
    told, size = list(map(int, actions)), len(ACTIONS)
    whole = groups * size
    for start in range(0, len(told) - whole + 1, whole) if whole else ():
        yield [dict(zip(ACTIONS, told[n : n + size], strict=True)) for n in range(start, start + whole, size)]


def _total(many: Iterable[Counts]) -> Counts:
    total = dict.fromkeys(ACTIONS, 0)
    for counts in many:
        for name, count in counts.items():
            total[name] += count
    return total


def _decided(weeks: Sequence[Sequence[Counts]], policy: int) -> dict[str, Counts]:
    return {over: _total(week[policy * OVERS + n] for week in weeks) for n, over in enumerate(OVER)}


def _weeks(begins: int, weeks: Sequence[Sequence[Counts]], touches: Touches) -> list[Week]:
    by_week: dict[int, Touches] = {}
    for touch, count in touches.items():
        by_week.setdefault(touch.week, Counter())[touch] = count
    return [
        Week(begins + n * WEEK, _total(counts), *_kinds(by_week.get(n, Counter()))) for n, counts in enumerate(weeks)
    ]


def _segments(
    walk: Walk, history: History, policies: Sequence[str], done: tuple[Touches, Counter[int]]
) -> dict[str, Segment]:
    touches, asked = done
    segment_of = column(walk.world.people, "segment")
    customers, were_asked = Counter(segment_of), Counter(segment_of[who] for who in asked)
    looks = list(_looks(walk.state.by_segment, walk.world.policies))
    found = {}
    for n, name in enumerate(history.segments):
        theirs = _those(touches, segment=n)
        contents, asks, reminders = _kinds(theirs)
        found[name] = Segment(
            customers[n],
            customers[n] - were_asked[n],
            dict(zip(policies, looks[n] if looks else (), strict=True)),
            contents,
            asks,
            reminders,
            sum(_those(theirs, outcome=HEARD).values()),
        )
    return found


def _seconds_to_ask(walk: Walk, history: History) -> dict[int, int]:
    asks = zip(walk.column("kind"), walk.column("at"), walk.column("contact"), strict=True)
    about = history.moments
    return dict(Counter(at - about[contact] for kind, at, contact in asks if kind == ASK and contact >= 0))


def _of_policy(column: Sequence[int], policy: int, contacts: int) -> Iterator[int]:
    return map(int, column[policy * contacts : (policy + 1) * contacts])


def _named(names: Sequence[str], counts: Counter[int]) -> Counts:
    return {name: counts[n] for n, name in enumerate(names)}


Ended = Counter[tuple[int, int]]


def _ended(walk: Walk, policy: int, fates: Sequence[int]) -> Ended:
    """Of the contacts that came to nothing: what held back longest at the last look, and a bit for each that did."""
    contacts = walk.world.happened
    longest, holding = (_of_policy(column, policy, contacts) for column in (walk.state.held, walk.state.holding))
    return Counter((h, bits) for fate, h, bits in zip(fates, longest, holding, strict=True) if fate == HELD)


def _rules(bits: int) -> list[str]:
    """In their order; `caps` stands twice among them, and counts once."""
    return list(dict.fromkeys(name for place, name in enumerate(RULES) if bits >> place & 1))


def _held(ended: Ended) -> dict[str, Held]:
    for_longest: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for (rule, bits), count in ended.items():
        for_longest[RULES[rule] if rule >= 0 else "none"] += count
        rules = _rules(bits)
        for name in rules:
            (alone if len(rules) == 1 else together)[name] += count
    named = for_longest.keys() | alone.keys() | together.keys()
    return {name: Held(for_longest[name], alone[name], together[name]) for name in named}


def _combinations(ended: Ended) -> Counts:
    counts: Counter[str] = Counter()
    for (_, bits), count in ended.items():
        if bits:
            counts[" + ".join(_rules(bits))] += count
    return dict(counts)


def in_order(unordered: Sum) -> Sum:
    """The same counts, most first where the name says nothing about order."""
    s = unordered
    return replace(
        s,
        held={policy: dict(sorted(held.items(), key=_longest_first)) for policy, held in s.held.items()},
        combinations={policy: dict(sorted(of.items(), key=_most_first)) for policy, of in s.combinations.items()},
        segments=dict(sorted(s.segments.items())),
        seconds_to_ask=dict(sorted(s.seconds_to_ask.items())),
        asks_a_customer=dict(sorted(s.asks_a_customer.items())),
        touches_a_customer=dict(sorted(s.touches_a_customer.items())),
    )


def _longest_first(of: tuple[str, Held]) -> tuple[int, str]:
    return -of[1].longest, of[0]


def _most_first(of: tuple[str, int]) -> tuple[int, str]:
    return -of[1], of[0]
