"""Replaying a history under documents: what came of it, how another document would differ, what every rule costs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from outreach.rehearsal.ledger import iso
from outreach.rehearsal.play import full_hour
from outreach.replaying.material import Material
from outreach.replaying.stock import holidays_over, stock
from policies.policy import Guard, Policy
from policies.replay.columns import ASK, CHANNELS, HEARD
from policies.replay.deciding import RULES
from policies.replay.history import History
from policies.replay.pricing import relaxed
from policies.replay.summing import ACTIONS, KINDS, Sum, summed
from policies.replay.walk import Setting, Span, Walk, world

Progress = Callable[[int, int], None]
Cells = tuple[object, ...]


@dataclass(frozen=True)
class Documents:
    """A guard, and policies in the order in which they were published."""

    guard: Guard
    policies: Sequence[Policy]


@dataclass(frozen=True)
class Replay:
    """A walk of a history under documents, and the counts of it."""

    material: Material
    documents: Documents
    walk: Walk
    sum: Sum


@dataclass(frozen=True, slots=True)
class Price:
    """How many asks and answers there would be more without one amount; `policy` None: it is the guard's. `answers` are
    those of made-up customers, `expected` those that the organisation's own history lets expect, if it does."""

    amount: str
    policy: str | None
    asks: int
    answers: int
    expected: float | None = None


class Keeps(NamedTuple):
    """What a walk keeps besides counts: every single look; with which probability each message was sent."""

    looks: bool = False
    probabilities: bool = False


COUNTS = Keeps()


def replay(material: Material, documents: Documents, progress: Progress, keeps: Keeps = COUNTS) -> Replay:
    """Walk the history to the moment from which nothing can be asked about it any more."""
    walk = _walk(material, documents, keeps).run(progress)
    return Replay(material, documents, walk, summed(walk, material.history, [p.name for p in documents.policies]))


def _walk(material: Material, documents: Documents, keeps: Keeps = COUNTS) -> Walk:
    setting = setting_of(material, documents)
    made = world(material.history, documents.guard, documents.policies, setting, keeps.probabilities)
    return Walk(made, keeps.looks)


def setting_of(material: Material, documents: Documents) -> Setting:
    """The texts there are, and the span to the moment from which nothing can be asked any more."""
    lives = [p.contact.expires + (p.reminder.until if p.reminder else 0) for p in documents.policies if p.contact]
    span = Span(material.begins, full_hour(material.last + max(lives, default=0)))
    there = stock(material.contents, material.surveys, material.history.languages)
    return Setting(there, span, holidays_over(span))


Expect = Callable[[History, Walk], float | None]
"""How many answers to expect of the asks of a walk; None where nobody can tell."""


def nobody_can_tell(history: History, walk: Walk) -> float | None:
    return None


def prices(replayed: Replay, progress: Progress, expect: Expect = nobody_can_tell) -> list[Price]:
    """The price of every rule, dearest first: the history is walked once for each amount."""
    material, documents = replayed.material, replayed.documents
    each = list(relaxed(documents.guard, documents.policies))
    found: list[Price] = []
    asks, answers = _asks_and_answers(replayed.walk)
    foreseen = expect(material.history, replayed.walk)
    for done, lax in enumerate(each):
        walk = _walk(material, Documents(lax.guard, lax.policies)).run()
        more, heard = _asks_and_answers(walk)
        then = expect(material.history, walk) if foreseen is not None else None
        gain = None if foreseen is None or then is None else then - foreseen
        found.append(Price(lax.amount, lax.policy, more - asks, heard - answers, gain))
        progress(done + 1, len(each))
    return dearest_first(found)


def dearest_first(found: Iterable[Price]) -> list[Price]:
    return sorted(found, key=lambda price: (-price.asks, price.amount, price.policy or ""))


def _asks_and_answers(walk: Walk) -> tuple[int, int]:
    outcomes = [o for kind, o in zip(walk.column("kind"), walk.column("outcome"), strict=True) if kind == ASK]
    return len(outcomes), outcomes.count(HEARD)


def messages(replayed: Replay) -> Iterator[Cells]:
    """The rows of the ledger, as a rehearsal writes them, which publishes every policy as its first version. The walk
    has to have kept probabilities."""
    history, policies = replayed.material.history, replayed.documents.policies
    rows = [
        (
            iso(int(t.at)), history.people[t.who].id,
            history.contacts[t.contact].id.partition("/")[2] if t.contact >= 0 else "",
            KINDS[t.kind], CHANNELS[t.channel], policies[t.policy].name, repr(float(t.probability)),
        )
        for t in replayed.walk.touches
    ]  # fmt: skip
    for at, customer, contact, kind, channel, policy, probability in sorted(rows):
        yield customer, contact, kind, channel, at, policy, 1, probability


def in_order_of_time(rows: Iterable[Cells]) -> list[Cells]:
    """Rows of the ledger from several walks, in the order of one."""
    return sorted(rows, key=lambda row: (row[4], *row[:4], row[5]))


DIFFERENCES = ("customer", "asks", "asks_against", "contents", "contents_against", "first_at", "what", "what_against")


def differences(one: Replay, other: Replay) -> Iterator[Cells]:
    """Person by person, in order of id, what would differ: the counts of both, the first moment at which they part, and
    what each did then or, at its last look before, what held it back. Both have to have kept their looks."""
    mine, theirs = _Told(one), _Told(other)
    for who, person in sorted(enumerate(one.material.history.people), key=lambda each: each[1].id):
        a, b = mine.touches.get(who, []), theirs.touches.get(who, [])
        if a == b:
            continue
        first = min(set(a) ^ set(b))
        yield (
            person.id, mine.count(who, "ask"), theirs.count(who, "ask"), mine.count(who, "content"),
            theirs.count(who, "content"), iso(first[0]), mine.then(who, first), theirs.then(who, first),
        )  # fmt: skip


_Touch = tuple[int, str, str, str, int]  # when, what, over which channel, of which policy, about which contact or -1


class _Told:
    """A replay, told person by person."""

    def __init__(self, replayed: Replay) -> None:
        names = [policy.name for policy in replayed.documents.policies]
        self._policies = {policy.name: policy for policy in replayed.documents.policies}
        self._contacts = replayed.material.history.contacts
        self.touches: dict[int, list[_Touch]] = {}
        self._looks: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for t in replayed.walk.touches:
            told = (int(t.at), KINDS[t.kind], CHANNELS[t.channel], names[t.policy], int(t.contact))
            self.touches.setdefault(int(t.who), []).append(told)
        for look in replayed.walk.looks:
            held = f", held back by {RULES[look.held]}" if look.held >= 0 else ""
            until = f" until {iso(int(look.moment))}" if ACTIONS[look.action] == "wait" else ""
            policy = names[look.policy]
            said = (int(look.at), f"{policy}: {ACTIONS[look.action]}{until}{held}")
            self._looks.setdefault((int(look.who), policy), []).append(said)

    def count(self, who: int, kind: str) -> int:
        return sum(touch[1] == kind for touch in self.touches.get(who, ()))

    def then(self, who: int, touch: _Touch) -> str:
        """What was done to somebody at the moment of a touch; else why its contact is none of the policy's; or what the
        policy's last look before it said."""
        at, _, _, policy, contact = touch
        for moment, kind, channel, of, _ in self.touches.get(who, ()):
            if moment == at:
                return f"{of}: {kind} by {channel}"
        if policy not in self._policies:
            return f"{policy}: not among the policies"
        if contact >= 0 and (not_meant := self._not_meant(policy, contact)):
            return f"{policy}: skip, held back by {not_meant}"
        looks = self._looks.get((who, policy), [])
        return next((said for moment, said in reversed(looks) if moment <= at), f"{policy}: no look yet")

    def _not_meant(self, policy: str, contact: int) -> str | None:
        """The rule by which a contact never opened an intent."""
        life, about = self._policies[policy].contact, self._contacts[contact]
        if life is None or about.value < life.minimum_value:
            return "contact_value"
        return "contact_kind" if life.kinds and about.kind not in life.kinds else None
