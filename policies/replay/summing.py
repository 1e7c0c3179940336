"""What came of a walk, counted: what was done when, what held back, how long it took, and whom nobody asked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

from policies.replay.columns import ASK, CHANNELS, CONTENT, HEARD, HELD, MISSING, REMINDER, SAID_NOT_NOW, STOPS, TermRow
from policies.replay.compiling import readable
from policies.replay.deciding import RULES
from policies.replay.history import History
from policies.replay.walk import Walk
from policies.replay.wishes import WEEK

ACTIONS = ("give", "ask", "wait", "skip")
FATES = ("not_meant", "waiting", "asked", "superseded", "answered_elsewhere", "opted_out", "held_back")
KINDS = ("content", "ask", "reminder")
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Done:
    """How much of what: contents, asks and reminders, by channel too, and what customers did with them."""

    contents: int
    asks: int
    reminders: int
    uses: int
    answers: int
    not_now: int
    by_channel: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Week:
    """What was decided and done in a week that begins at a moment (epoch seconds)."""

    begins: int
    looks: dict[str, int]
    contents: int
    asks: int
    reminders: int


@dataclass(frozen=True, slots=True)
class Held:
    """Contacts that a rule held back until nothing could come of them any more: so many for longest of all rules, so
    many alone, and so many together with others."""

    longest: int
    alone: int
    together: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How long from a contact to the ask about it, in days; None where nobody was asked about one."""

    median: float | None
    ninth_tenth: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Sum:
    """The counts of one walk. `fates` of contacts by policy; `held` by policy and rule; `looks` of all;
    `asks_a_customer`: how many customers were asked so often."""

    done: dict[str, Done]
    fates: dict[str, dict[str, int]]
    held: dict[str, dict[str, Held]]
    looks: dict[str, int]
    weeks: list[Week]
    days_to_ask: Spread
    asks_a_customer: dict[int, int]
    never_asked: int
    opt_outs: int

    @property
    def asks(self) -> int:
        return sum(done.asks for done in self.done.values())


def summed(walk: Walk, history: History, policies: Sequence[str]) -> Sum:
    touches = [
        (
            int(t.kind),
            int(t.channel),
            int(t.policy),
            int(t.at),
            int(t.contact),
            int(t.who),
            int(t.used_at),
            int(t.outcome),
        )
        for t in walk.touches
    ]
    looks = list(_looks(walk))
    total: Counter[str] = Counter()
    for week in looks:
        total.update(week)
    asked = Counter(who for kind, _, _, _, _, who, _, _ in touches if kind == ASK)
    often = Counter(asked.values())
    asking = [n for n, terms in enumerate(readable(TermRow, walk.world.terms)) if terms.by_contact]
    fates = [list(_of_policy(walk.state.fate, n, walk.world.happened)) for n in range(len(policies))]
    return Sum(
        done={name: _done([t for t in touches if t[2] == n]) for n, name in enumerate(policies)},
        fates={policies[n]: _fates(fates[n]) for n in asking},
        held={policies[n]: _held(walk, n, fates[n]) for n in asking},
        looks={action: total[action] for action in ACTIONS},
        weeks=_weeks(walk.world.begins, looks, touches),
        days_to_ask=_days(history, [(t[3], t[4]) for t in touches if t[0] == ASK and t[4] >= 0]),
        asks_a_customer=dict(sorted(often.items())),
        never_asked=len(history.people) - len(asked),
        opt_outs=int(walk.state.many[STOPS]),
    )


Told = tuple[int, int, int, int, int, int, int, int]


def _done(touches: Sequence[Told]) -> Done:
    kinds = Counter(t[0] for t in touches)
    outcomes = Counter(t[7] for t in touches)
    by_channel = Counter((t[1], t[0]) for t in touches)
    return Done(
        contents=kinds[CONTENT],
        asks=kinds[ASK],
        reminders=kinds[REMINDER],
        uses=sum(t[6] != MISSING for t in touches),
        answers=outcomes[HEARD],
        not_now=outcomes[SAID_NOT_NOW],
        by_channel={
            channel: {kind: by_channel[c, k] for k, kind in enumerate(KINDS)} for c, channel in enumerate(CHANNELS)
        },
    )


def _looks(walk: Walk) -> Iterator[dict[str, int]]:
    """What was decided, week by week."""
    policies, actions = walk.world.policies, walk.state.actions
    for week in range(len(actions) // (4 * max(policies, 1))):
        yield {
            name: sum(int(actions[(week * policies + policy) * 4 + n]) for policy in range(policies))
            for n, name in enumerate(ACTIONS)
        }


def _weeks(begins: int, looks: Sequence[dict[str, int]], touches: Sequence[Told]) -> list[Week]:
    kinds = Counter(((t[3] - begins) // WEEK, t[0]) for t in touches)
    return [
        Week(begins + n * WEEK, decided, kinds[n, CONTENT], kinds[n, ASK], kinds[n, REMINDER])
        for n, decided in enumerate(looks)
    ]


def _of_policy(column: Sequence[int], policy: int, contacts: int) -> Iterator[int]:
    return map(int, column[policy * contacts : (policy + 1) * contacts])


def _fates(fates: Sequence[int]) -> dict[str, int]:
    counted = Counter(fates)
    return {name: counted[n] for n, name in enumerate(FATES)}


def _held(walk: Walk, policy: int, fates: Sequence[int]) -> dict[str, Held]:
    """Which rules held back the contacts that came to nothing; `holding` has a bit for each, at the last look."""
    contacts = walk.world.happened
    longest, holding = (_of_policy(column, policy, contacts) for column in (walk.state.held, walk.state.holding))
    ended = Counter((h, bits) for fate, h, bits in zip(fates, longest, holding, strict=True) if fate == HELD)
    for_longest: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for (rule, bits), count in ended.items():
        for_longest[RULES[rule] if rule >= 0 else "none"] += count
        rules = {name for place, name in enumerate(RULES) if bits >> place & 1}
        for name in rules:
            (alone if len(rules) == 1 else together)[name] += count
    named = sorted(for_longest.keys() | alone.keys() | together.keys(), key=lambda name: (-for_longest[name], name))
    return {name: Held(for_longest[name], alone[name], together[name]) for name in named}


def _days(history: History, asks: Sequence[tuple[int, int]]) -> Spread:
    days = sorted((at - history.contacts[contact].occurred_at) / DAY for at, contact in asks)
    if not days:
        return Spread(None, None, None)
    tenths = quantiles(days, n=10, method="inclusive") if len(days) > 1 else days * 9
    return Spread(round(tenths[4], 2), round(tenths[8], 2), round(days[-1], 2))
