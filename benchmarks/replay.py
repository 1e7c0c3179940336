"""Replaying a whole history: contacts a second, against merely reading it, and against what one would do instead.

    python benchmarks/replay.py [--contacts N] [--grow] [--json]

Replayed are N contacts (a million) of a tenth as many customers over a year, under the default guard, "something
useful" and "after a valuable contact", with every rule on, and made-up customers who use, answer, decline and stop. The
walk is compiled already (Numba, warm); what is printed about starting is another process with a warm cache. The columns
are there before the walk; what making them for other documents takes, and counting what came of it, is printed too.
`--grow` walks 2.5, 5, 10 and 20 million contacts instead, each against half as many.

The yardsticks, in the same run:

- numpy, adding up every column that the walk reads: nothing can be done in less than reading;
- a loop that calls zen-engine for every look that the replay took at some customers' contacts, with the rules of
  `decide_in_zen`. It is spared all that is not deciding: it is told when to look and what was sent before;
- pandas, applying a function to each of some customers' contacts, with all rules: it asks our own `decide`, again at
  the moment it names, until something happens. It is spared the rhythm, answers, colleagues and what competes;
- the same with five of the rules only, in plain Python, and one look at each contact.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import pandas as pd

from benchmarks.decide_in_zen import Zen
from policies import library
from policies.engine import decide
from policies.replay.columns import ASK, CHANNELS, CONTENT, MISSING, SAID_NOT_NOW, World
from policies.replay.compiling import is_fast, joined
from policies.replay.contacts import Contacts, Texts, Words
from policies.replay.history import Chance, Happened, History, Person
from policies.replay.summing import KINDS, summed
from policies.replay.walk import Setting, Span, Stock, Survey, Walk, world
from policies.situation import Address, Contact, Situation, Touch

ROOT = Path(__file__).parent.parent
DAY, YEAR = 86_400, 365 * 86_400
BEGINS = 1_735_689_600  # 1 January 2025
A_CUSTOMER = 10  # contacts
ROUNDS = 5
SAMPLE = 200  # customers the slow yardsticks are given
ZONES = ("Europe/Amsterdam", "Europe/London", "America/New_York", "Asia/Kolkata")
PIECES = [f"piece {n:02}" for n in range(12)]
POLICIES = [library.policy(name) for name in ("something-useful", "after-valuable-contact")]
NAMES = [policy.name for policy in POLICIES]
GUARD = library.guard()
LOOKS = 6  # at one contact, at most


def a_history(contacts: int) -> History:
    """Made up from a seed; one in ten customers shares an account with seven others."""
    random = Random(7)
    people, happened = [], []
    for n in range(contacts // A_CUSTOMER):
        comes_in = BEGINS + max(0, random.randrange(-2 * YEAR, YEAR))
        phone = Address(consent=random.random() < 0.6)
        people.append(
            Person(
                f"C{n:07}", comes_in, comes_in - random.randrange(60) * DAY,
                f"A{n // 8}" if n // 8 % 10 == 0 else None, "en", (random.choice(ZONES),), {},
                {"email": Address(consent=random.random() < 0.9), "sms": phone},
            )
        )  # fmt: skip
        for m in range(A_CUSTOMER):
            at = random.randrange(comes_in, BEGINS + YEAR + 1)
            kind, value = random.choice(("order", "delivery", "call")), float(random.randrange(100))
            happened.append(Happened(f"C{n:07}", Contact(f"import/{n * A_CUSTOMER + m}", kind, "shop", value, at)))
    return History(people, happened, Chance("5e" * 32, "respondents 1"))


def a_world(history: History) -> World:
    asks = {("after-contact", "en", channel): Survey(True, True, True, True) for channel in CHANNELS}
    stock = Stock({("en", channel): PIECES for channel in CHANNELS}, asks)
    return world(history, GUARD, POLICIES, Setting(stock, Span(BEGINS, BEGINS + YEAR)))


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of so many times."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def read_columns(w: World) -> float:
    """What a numpy pass over all that the walk reads comes to."""
    total = 0.0
    for table in (w.contacts, w.people, w.spells):
        columns: Any = table
        total += sum(float(columns[name].sum()) for name in columns.dtype.names)
    flat: Any = (w.reach, w.first_contact, w.octets, w.starts, w.fits)
    return total + sum(float(column.sum()) for column in flat)


def in_zen(history: History, w: World) -> tuple[float, int]:
    """Seconds for the looks at the contacts of some customers, and how many contacts these have."""
    zen, walk = Zen(), Walk(w, keep_looks=True).run()
    touches: dict[int, list[dict[str, Any]]] = {}
    for t in walk.touches:
        if t.who < SAMPLE:
            touches.setdefault(int(t.who), []).append(_touch(t))
    looks = [(int(look.at), int(look.who), int(look.contact)) for look in walk.looks if look.who < SAMPLE]
    asked = [look for look in looks if look[2] >= 0]
    start = time.perf_counter()
    for at, who, contact in asked:
        zen.decide(_facts(history, touches.get(who, []), (at, who, contact)))
    return time.perf_counter() - start, int(w.first_contact[SAMPLE])


def _touch(t: Any) -> dict[str, Any]:
    outcome = {0: None, SAID_NOT_NOW: "not_now"}.get(int(t.outcome), "answered")
    return {
        "at": int(t.at), "kind": KINDS[t.kind], "channel": CHANNELS[t.channel], "draw": float(t.draw),
        "policy": "bench" if t.kind != CONTENT else "other",
        "used_at": None if t.used_at == MISSING else int(t.used_at), "outcome": outcome,
        "outcome_at": None if t.outcome_at == MISSING else int(t.outcome_at),
    }  # fmt: skip


def _facts(history: History, touches: Sequence[dict[str, Any]], look: tuple[int, int, int]) -> dict[str, Any]:
    at, who, contact = look
    about, address = history.contacts[contact], history.people[who].addresses["email"]
    return {
        "now": at, "customer": {"plan": "gold", "orders": 1}, "customer_since": history.people[who].since,
        "address": {"usable": address.usable, "consent": address.consent, "suppressed": address.suppressed},
        "zone": "UTC", "offset": 0, "touches": [touch for touch in touches if touch["at"] < at],
        "contact": {"kind": "visit", "value": about.value, "occurred_at": about.occurred_at},
        "no_surveys": False, "paused_until": None, "case_open": False, "case_closed_at": None, "account_asks": [],
        "content_left": 5, "case_draw": 0.5, "never_asked_draw": 0.5, "sampling_draw": 0.5,
    }  # fmt: skip


def in_pandas(history: History, w: World, walk: Callable[[History, pd.DataFrame], int]) -> float:
    """Seconds a contact for a grouped apply over the contacts of some customers."""
    count = int(w.first_contact[SAMPLE])
    frame = pd.DataFrame({"customer": history.owners[:count], "contact": range(count)})
    groups = frame.groupby("customer", group_keys=False)[["customer", "contact"]]
    return seconds(lambda: groups.apply(lambda group: walk(history, group)), rounds=1) / count


def by_all_rules(history: History, group: pd.DataFrame) -> int:
    touches: list[Touch] = []
    for row in group.itertuples():
        contact, person = history.contacts[row.contact], history.people[row.customer]
        at: int | None = contact.occurred_at + DAY
        for _ in range(LOOKS):
            if at is None or (touches and touches[-1].at >= at):
                break
            s = Situation(
                now=at, customer=person.id, customer_since=person.since or 0, addresses=person.addresses,
                zones=person.zones, touches=tuple(touches), contact=contact, content_left={"email": 5, "sms": 5},
            )  # fmt: skip
            decision = decide(GUARD, POLICIES[1], s)
            if decision.acts:
                gives = decision.action == "give"
                used_at = at + 3_600 if gives else None
                touches.append(Touch(at, KINDS[CONTENT if gives else ASK], decision.channel, NAMES[1], 0.5, used_at))
            at = at + DAY if decision.acts else decision.moment
            if decision.action == "ask":
                break
    return len(touches)


def by_five_rules(history: History, group: pd.DataFrame) -> int:
    asks: list[int] = []
    for row in group.itertuples():
        contact, since = history.contacts[row.contact], history.people[row.customer].since or 0
        look = contact.occurred_at + DAY
        worth = contact.value >= 40 and look >= since + 30 * DAY
        rested = not asks or asks[-1] + 30 * DAY <= look
        room = sum(at + 90 * DAY > look for at in asks) < 2
        if worth and rested and room and 9 <= look // 3_600 % 24 < 20:
            asks.append(look)
    return len(asks)


def start_up() -> float:
    """Seconds from nothing to the end of a first small walk, in a process of its own."""
    code = "from benchmarks.replay import *; Walk(a_world(a_history(100))).run()"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return time.perf_counter() - start


def grown() -> dict[str, dict[str, float]]:
    """Millions of contacts, each time against half as many: the same customers once more, with ids of their own."""
    found, before = {"ratios": dict[str, float](), "figures": dict[str, float]()}, 0.0
    for millions in (1.25, 2.5, 5.0, 10.0, 20.0):
        contacts = int(millions * 1_000_000)
        w = a_world(of_columns(contacts))
        took = seconds(lambda w=w: Walk(w).run(), 1 if millions > 5 else 3)  # type: ignore[misc]
        if before:
            found["ratios"][f"{millions:g} million against half as many"] = round(took / before, 2)
        found["figures"][f"{millions:g} million, contacts a second"] = round(contacts / took)
        before = took
    return found


def of_columns(contacts: int) -> History:
    """The same kind of history as `a_history`, made as columns."""
    random, people = np.random.default_rng(7), contacts // A_CUSTOMER
    comes_in = BEGINS + np.maximum(0, random.integers(-2 * YEAR, YEAR, people))
    consents = random.random((people, 2)) < (0.9, 0.6)
    who = np.repeat(np.arange(people), A_CUSTOMER)
    persons = [
        Person(
            f"C{n:07}", at, at - DAY * (n % 60), f"A{n // 8}" if n // 8 % 10 == 0 else None, "en", (ZONES[n % 4],), {},
            {"email": Address(consent=mail), "sms": Address(consent=phone)},
        )
        for n, (at, (mail, phone)) in enumerate(zip(comes_in.tolist(), consents.tolist(), strict=True))
    ]  # fmt: skip
    kinds = Words(("call", "delivery", "order"), random.integers(0, 3, contacts))
    touchpoints = Words(("shop",), np.zeros(contacts, np.int64))
    moments = comes_in[who] + (random.random(contacts) * (BEGINS + YEAR - comes_in[who])).astype(np.int64)
    ids = Texts(*joined([f"import/{n}" for n in range(contacts)]), np.arange(contacts))
    values = random.integers(0, 100, contacts).astype(float)
    happened = Contacts(who, moments, values, kinds, touchpoints, ids, {})
    return History(persons, happened, Chance("5e" * 32, "respondents 1"))


def octets(columns: Any) -> int:
    return sum(int(getattr(column, "nbytes", 0)) for column in columns)


def measure(contacts: int) -> dict[str, dict[str, float]]:
    half, whole = a_history(contacts // 2), a_history(contacts)
    half_world, whole_world = a_world(half), a_world(whole)
    walk = Walk(whole_world).run()
    took = seconds(lambda: Walk(whole_world).run())
    half_took = seconds(lambda: Walk(half_world).run())
    reading = seconds(lambda: read_columns(whole_world))
    sample = a_history(SAMPLE * A_CUSTOMER)
    zen_took, zen_contacts = in_zen(sample, a_world(sample))
    applied = [in_pandas(sample, a_world(sample), walk) for walk in (by_all_rules, by_five_rules)]
    ours = took / contacts
    kinds = [int(touch.kind) for touch in walk.touches]
    return {
        "ratios": {
            "numpy only reading the columns": round(reading / took, 4),
            "zen-engine loop": round(zen_took / zen_contacts / ours, 1),
            "pandas group-apply, all rules": round(applied[0] / ours, 1),
            "pandas group-apply, five rules": round(applied[1] / ours, 1),
            "twice the contacts": round(took / half_took, 2),
        },
        "figures": {
            "contacts": contacts,
            "contacts a second": round(contacts / took),
            "seconds": round(took, 3),
            "looks": sum(int(count) for count in walk.state.actions),
            "contents": kinds.count(CONTENT),
            "asks and reminders": len(kinds) - kinds.count(CONTENT),
            "of these asks": kinds.count(ASK),
            "bytes a contact, columns": round(octets(whole_world) / contacts),
            "bytes a contact, with all that a walk writes": round(
                (octets(whole_world) + octets(walk.state)) / contacts
            ),
            "columns for other documents, seconds": round(seconds(lambda: a_world(whole), 1), 2),
            "counting what came of it, seconds": round(seconds(lambda: summed(walk, whole, NAMES), 1), 2),
            "start-up with a warm cache, seconds": round(start_up(), 1),
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Replaying a whole history.")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--grow", action="store_true", help="up to 20 million contacts, each against half as many")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    if not is_fast():
        sys.exit("Numba is not installed, and what runs without it is not what is measured here.")
    found = grown() if chosen.grow else measure(chosen.contacts)
    for name, ratio in found["ratios"].items():
        print(f"{name}: {ratio} times the time of ours")
    for name, figure in found["figures"].items():
        print(f"{name}: {figure}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
