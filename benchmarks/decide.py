"""Single decisions with complete reasons: ours, a rules engine (zen-engine, its trace on) and CEL, on the same rules.

    python benchmarks/decide.py [--situations N] [--json]

Compared is one call: facts in, and out comes the action, its moment, and for each of 25 rules the moment from which
it would allow the touch. All three get the same random situations in the shape they like best, made before the clock
runs: ours a `Situation`, zen a dictionary, CEL a ready context. Both yardsticks have the amounts compiled in; we read
them from the documents. Before anything is timed, all three have to agree on every action, moment and finding.

What the yardsticks are spared, to the loss of ours: candidate zones, weekdays and holidays, the probability of the
action, what would flip it, the numbers behind each finding, and a change of the clocks on the day in question (such
situations are left out). CEL is given the zone's offset; see `decide_in_cel`.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.decide_in_cel import Cel
from benchmarks.decide_in_zen import ANYTIME, NEVER, Zen
from policies import library
from policies.decision import Decision
from policies.engine import decide
from policies.policy import Policy
from policies.reasons import sentence
from policies.situation import Address, Contact, Situation, Touch

DAY, HOUR = 86_400, 3_600
SPRING = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Kolkata")
ROUNDS = 9
GUARD = library.guard()
POLICY = Policy.from_toml("""
name = "bench"
title = "After a valuable contact"
survey = "after-contact"
channels = ["email"]
sampling = 0.9
caps = [{ at_most = 2, window = "90d", of = "ask" }]
contact = { kinds = ["visit", "call"] }
value_first = {}
[audience]
all = [{ field = "customer.plan", one_of = ["gold", "silver"] }, { not = { field = "customer.orders", at_most = 0 } }]
""")


def history(random: Random, now: int) -> tuple[Touch, ...]:
    """Up to eight touches, oldest first; what came of one came before the next."""
    touches, at = [], now - random.randrange(1, 40) * DAY - random.randrange(DAY)
    for _ in range(random.randrange(9)):
        touch = Touch(at, "ask", random.choice(("email", "sms")), random.choice(("bench", "other")), random.random())
        if random.random() < 0.75:
            used = at + random.randrange(2 * DAY) if random.random() < 0.7 else None
            touch = replace(touch, kind="content", used_at=used)
        elif random.random() < 0.6:
            outcome = random.choice(("answered", "answered", "not_now"))
            touch = replace(touch, outcome=outcome, outcome_at=at + random.randrange(DAY))
        touches.append(touch)
        at -= DAY + random.randrange(60 * DAY)
    return tuple(reversed(touches))


def situation(random: Random) -> Situation:
    """A customer who may be asked or given something, waits, or is left alone."""
    now = SPRING + random.randrange(200 * DAY)

    def rarely(value: Any, usual: Any) -> Any:
        return value if random.random() < 0.02 else usual

    return Situation(
        now=now,
        customer="C1",
        customer_since=rarely(now - 9 * DAY, now - 400 * DAY),
        attributes={"plan": rarely("basic", "gold"), "orders": random.randrange(20) + 1},
        addresses={"email": Address(rarely(False, True), rarely(None, True), rarely(True, False))},
        zones=(random.choice(ZONES),),
        touches=history(random, now),
        contact=Contact("1", "visit", "shop", float(rarely(10, 60)), now - random.randrange(rarely(20, 8) * DAY)),
        no_surveys=rarely(True, False),
        paused_until=rarely(now + DAY, None),
        case_open=rarely(True, False),
        case_closed_at=rarely(now - 3 * DAY, None),
        account_asks=tuple(now - days * DAY for days in (20, 9, 3)[: random.randrange(4)])
        if rarely(True, False)
        else (),
        content_left={"email": rarely(0, 5)},
        case_draw=random.random(),
        never_asked_draw=random.random(),
        sampling_draw=random.random(),
    )


def facts(s: Situation, decision: Decision) -> dict[str, Any]:
    """A situation as the yardsticks read it, with the zone's offset at the moment the hours are asked about."""
    assert s.contact is not None
    wanted = decision.findings[-1].numbers["wanted"]
    return {
        "now": s.now,
        "customer": dict(s.attributes),
        "customer_since": s.customer_since,
        "address": asdict(s.addresses["email"]),
        "zone": s.zones[0],
        "offset": _offset(s.zones[0], wanted),
        "touches": [asdict(touch) for touch in s.touches],
        "contact": asdict(s.contact),
        "no_surveys": s.no_surveys,
        "paused_until": s.paused_until,
        "case_open": s.case_open,
        "case_closed_at": s.case_closed_at,
        "account_asks": sorted(s.account_asks),
        "content_left": s.content_left["email"],
        "case_draw": s.case_draw,
        "never_asked_draw": s.never_asked_draw,
        "sampling_draw": s.sampling_draw,
    }


def _offset(zone: str, at: Any) -> int:
    return int((datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds())


def _clocks_change(s: Situation, decision: Decision) -> bool:
    wanted: Any = decision.findings[-1].numbers["wanted"]
    return len({_offset(s.zones[0], wanted + hours * HOUR) for hours in (-24, 0, 24)}) > 1


def told(decision: Decision) -> tuple[str, float, dict[str, float]]:
    """What we say, in the numbers of the yardsticks: the action, the moment, and from when each rule allows it."""
    opens = {"content_rest": float(ANYTIME), "content_in_stock": float(ANYTIME)}
    opens |= {f.rule: f.opens for f in decision.giving if f.rule in opens}
    opens |= {f.rule: ANYTIME if f.lead else f.opens for f in decision.findings}
    for off in ("quiet_hours", "rhythm", "fatigue"):  # the moment tells the hours; the others are off here
        del opens[off]
    finite = {rule: min(max(at, ANYTIME), NEVER) for rule, at in opens.items()}
    return decision.action, NEVER if decision.moment is None else decision.moment, finite


def agree(ours: Decision, theirs: tuple[str, float | None, dict[str, float]]) -> None:
    action, moment, opens = told(ours)
    assert action == theirs[0], (action, theirs)
    assert opens == theirs[2], {
        rule: (at, theirs[2].get(rule)) for rule, at in opens.items() if at != theirs[2].get(rule)
    }
    assert action == "skip" or moment == theirs[1], (moment, theirs)


def microseconds(work: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / count * 1e6


def measure(count: int) -> dict[str, dict[str, float]]:
    random, zen, cel = Random(11), Zen(), Cel()
    known: list[tuple[Situation, Decision]] = []
    while len(known) < count:
        s = situation(random)
        decision = decide(GUARD, POLICY, s)
        if not _clocks_change(s, decision):
            known.append((s, decision))
    situations = [s for s, _ in known]
    dictionaries = [facts(s, decision) for s, decision in known]
    contexts = [(cel.context(dictionary), dictionary) for dictionary in dictionaries]
    for (_, decision), dictionary, (context, _) in zip(known, dictionaries, contexts, strict=True):
        agree(decision, zen.told(zen.decide(dictionary)))
        agree(decision, cel.told(cel.decide(context, dictionary)))

    def say() -> None:
        for s in situations:
            decision = decide(GUARD, POLICY, s)
            _ = [sentence(finding) for finding in decision.findings + decision.giving]

    works: dict[str, Callable[[], object]] = {
        "ours": lambda: [decide(GUARD, POLICY, s) for s in situations],
        "zen with trace": lambda: [zen.decide(dictionary) for dictionary in dictionaries],
        "cel": lambda: [cel.decide(context, dictionary) for context, dictionary in contexts],
        "ours with every sentence written": say,
    }
    # Round by round, so that whatever else the machine does hits all of them.
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(microseconds(work, count))
    typical = {name: statistics.median(took) for name, took in times.items()}
    actions = {
        action: sum(decision.action == action for _, decision in known) for action in ("ask", "give", "wait", "skip")
    }
    return {
        "ratios": {name: round(typical[name] / typical["ours"], 2) for name in ("zen with trace", "cel")},
        "figures": {f"{name}, microseconds": round(took, 1) for name, took in typical.items()} | actions,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Single decisions against zen-engine and CEL.")
    parser.add_argument("--situations", type=int, default=2_000)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    found = measure(chosen.situations)
    for name, ratio in found["ratios"].items():
        print(f"{name}: {ratio} times the time of ours")
    for name, figure in found["figures"].items():
        print(f"{name}: {figure}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
