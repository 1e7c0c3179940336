"""What a draft would bring, as its page tells it: totals with margins, the weeks, what holds back, who differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

WIDTH, HEIGHT, BASE, ROOM = 560.0, 170.0, 140.0, 12.0
"""Units of the drawing: its size, where the bars stand, and the room kept free above the tallest."""
ACTIONS = ("give", "ask", "wait", "skip")
SHOWN = 6  # reasons


class Week(Protocol):
    @property
    def begins(self) -> int: ...
    @property
    def looks(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Total:
    """A number, and how far off it may be; None: it is counted."""

    value: int
    margin: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A week: its left edge, and for each action the top and the height of its part; `outline` is where what is given
    and asked now would reach."""

    begins: int
    x: float
    parts: Mapping[str, tuple[float, float]]
    outline: float
    looks: Mapping[str, int]
    looks_now: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Weeks:
    bars: Sequence[Bar]
    bar: float
    width: float = WIDTH
    height: float = HEIGHT
    base: float = BASE

    @classmethod
    def of(cls, draft: Sequence[Week], live: Sequence[Week], scale: float) -> Self:
        now = {week.begins: week.looks for week in live}
        tallest = max([sum(week.looks.values()) for week in (*draft, *live)], default=0) or 1
        unit, step = (BASE - ROOM) / tallest, WIDTH / max(len(draft), 1)
        bars = []
        for n, week in enumerate(draft):
            top, parts = BASE, dict[str, tuple[float, float]]()
            for action in ACTIONS:
                height = week.looks[action] * unit
                top -= height
                parts[action] = (round(top, 1), round(height, 1))
            before = now.get(week.begins, dict.fromkeys(ACTIONS, 0))
            outline = round(BASE - (before["give"] + before["ask"]) * unit, 1)
            looks, were = (
                {name: round(count * scale) for name, count in some.items()} for some in (week.looks, before)
            )
            bars.append(Bar(week.begins, round(n * step, 1), parts, outline, looks, were))
        return cls(bars, round(step * 0.8, 1))


@dataclass(frozen=True, slots=True)
class Held:
    rule: str
    contacts: Total
    share: float


@dataclass(frozen=True, slots=True)
class _StoredWeek:
    begins: int
    looks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Brought:
    """`seen` of `customers` were replayed; `people` are some of those who would be treated differently."""

    customers: int
    seen: int
    asks: Total
    asks_now: Total
    contents: Total
    contents_now: Total
    more_asks: Total
    differing: Total
    weeks: Weeks
    held: Sequence[Held]
    people: Sequence[Any] = ()
    prices: Sequence[Mapping[str, Any]] = ()

    @property
    def is_everybody(self) -> bool:
        return self.seen >= self.customers

    @classmethod
    def of(cls, glance: Any) -> Self:
        """From a `glance` of the draft."""
        held = [(rule, _total(found)) for rule, found in glance.draft.held if found.value > 0]
        return cls(
            customers=glance.customers,
            seen=glance.seen,
            asks=_total(glance.draft.asks),
            asks_now=_total(glance.live.asks),
            contents=_total(glance.draft.contents),
            contents_now=_total(glance.live.contents),
            more_asks=_total(glance.more_asks),
            differing=_total(glance.differing),
            weeks=Weeks.of(glance.draft.weeks, glance.live.weeks, glance.scale),
            held=_held(held),
            people=glance.people,
        )

    @classmethod
    def told(cls, result: Mapping[str, Any]) -> Self:
        """From the stored result of a replay of everybody."""
        draft, live, rules = result["draft"], result["live"], dict[str, int]()
        for of_policy in draft["held"].values():
            for rule, count in of_policy.items():
                rules[rule] = rules.get(rule, 0) + count
        held = sorted(((rule, Total(count)) for rule, count in rules.items() if count), key=lambda e: -e[1].value)
        return cls(
            customers=result["customers"],
            seen=result["customers"],
            asks=Total(draft["asks"]),
            asks_now=Total(live["asks"]),
            contents=Total(draft["contents"]),
            contents_now=Total(live["contents"]),
            more_asks=Total(draft["asks"] - live["asks"]),
            differing=Total(result["differing"]),
            weeks=Weeks.of(_stored(draft), _stored(live), 1.0),
            held=_held(held),
            prices=[price for price in result["prices"] if price["asks"]],
        )


def _stored(side: Mapping[str, Any]) -> list[_StoredWeek]:
    return [_StoredWeek(week["begins"], week["looks"]) for week in side["weeks"]]


def _total(estimate: Any) -> Total:
    """In whole numbers; a margin is rounded up."""
    margin = estimate.margin
    return Total(round(estimate.value), -int(-margin // 1) if margin > 0 and margin < float("inf") else None)


def _held(found: Sequence[tuple[str, Total]]) -> list[Held]:
    most = max([total.value for _, total in found], default=0) or 1
    return [Held(rule, total, total.value / most) for rule, total in found[:SHOWN]]
