"""One decision of a replay told in full: what `decide` says about the very facts that the walk had then.

The customer's account is walked again, up to that moment; what the walk knows becomes a situation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies.chance import draw
from policies.decision import Decision
from policies.engine import decide
from policies.policy import Guard, Policy
from policies.replay.columns import (
    CHANNELS,
    CONTENT,
    HEARD,
    MISSING,
    REPLIED,
    SAID_NOT_NOW,
    WISHES,
    TouchRow,
    WalkedRow,
    WishRow,
)
from policies.replay.compiling import readable
from policies.replay.history import Chance, Happened, History, Person
from policies.replay.summing import KINDS
from policies.replay.walk import Setting, Walk, world
from policies.situation import Address, Contact, Situation, Touch

OUTCOMES = {0: None, REPLIED: "replied", SAID_NOT_NOW: "not_now", HEARD: "answered"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom it is about, by their place in the history; the policy's place among the policies; the place of the contact,
    or -1 for a rhythm; and when."""

    who: int
    policy: int
    contact: int
    at: int


class Retold:
    """The account of one customer, walked apart."""

    def __init__(self, history: History, who: int) -> None:
        first, last = _group(history, who)
        begins, ends = (int(history.columns["first_contact"][n]) for n in (first, last))
        self.who = who - first
        self.chance: Chance = history.chance
        people = history.people[first:last]
        happened = [Happened(history.people[history.owners[n]].id, history.contacts[n]) for n in range(begins, ends)]
        self.history = History(people, happened, self.chance)

    def walk(self, guard: Guard, policies: Sequence[Policy], setting: Setting, until: int) -> Walk:
        span = replace(setting.span, until=max(until, setting.span.begins))
        made = world(self.history, guard, policies, replace(setting, span=span))
        return Walk(made._replace(until=until)).run()


def explained(history: History, documents: tuple[Guard, Sequence[Policy]], setting: Setting, asked: Asked) -> Decision:
    """What the policy decided then or, where it did not look, would have."""
    guard, policies = documents
    retold = Retold(history, asked.who)
    before = retold.walk(guard, policies, setting, asked.at - setting.span.step)
    now = retold.walk(guard, policies, setting, asked.at)
    contact = history.contacts[asked.contact] if asked.contact >= 0 else None
    wish = _wish(before, retold, asked.policy, contact)
    facts = _Facts(retold, now, setting, asked.at)
    return decide(guard, policies[asked.policy], facts.situation(policies, wish, (policies[asked.policy], contact)))


def _group(history: History, who: int) -> tuple[int, int]:
    """The first of the customer's account, and the first of the next."""
    groups: list[int] = [int(first) for first in history.columns["groups"]]
    place = next(n for n in range(len(groups) - 1) if groups[n] <= who < groups[n + 1])
    return groups[place], groups[place + 1]


def _wish(walk: Walk, retold: Retold, policy: int, contact: Contact | None) -> WishRow | None:
    """The intent, as it is open after this walk; None where it would be opened only now."""
    open_ones = readable(WishRow, walk.state.wishes[: int(walk.state.many[WISHES])])
    about = [c.id for c in retold.history.contacts]
    for wish in open_ones:
        its = about[wish.contact] if wish.contact >= 0 else None
        if wish.is_open and (wish.who, wish.policy, its) == (retold.who, policy, contact.id if contact else None):
            return wish
    return None


class _Facts:
    """What a walk knows of its customers when it ends."""

    def __init__(self, retold: Retold, walk: Walk, setting: Setting, at: int) -> None:
        self.retold, self.walk, self.setting, self.at = retold, walk, setting, at
        self.person: Person = retold.history.people[retold.who]
        self.walked: WalkedRow = readable(WalkedRow, walk.state.persons)[retold.who]

    def situation(
        self, policies: Sequence[Policy], wish: WishRow | None, about: tuple[Policy, Contact | None]
    ) -> Situation:
        policy, contact = about
        person, walked = self.person, self.walked
        opened_at = wish.opened_at if wish else self.at
        case = person.case if person.case and person.case[0] <= self.at else None
        key = f"contact/{contact.id}" if contact else f"rhythm/{opened_at}"
        salt = self.retold.chance.salt
        return Situation(
            now=self.at,
            customer=person.id,
            customer_since=self.at if walked.since == MISSING else walked.since,
            attributes=person.attributes,
            addresses=self._addresses(),
            zones=person.zones,
            holidays=self.setting.holidays_of(person.zones),
            touches=tuple(self._touch(t, policies) for t in self._touches(self.retold.who)),
            contact=contact,
            no_surveys=bool(walked.no_surveys),
            paused_until=None if walked.paused_until == MISSING else walked.paused_until,
            case_open=case is not None and self.at < case[1],
            case_closed_at=case[1] if case and case[1] <= self.at else None,
            case_draw=case[2] if case else 0.0,
            account_asks=self._colleagues(),
            content_left=self._left(),
            turn_at=None if contact else opened_at,
            reminds=None if wish is None or wish.asked_at == MISSING else wish.asked_at,
            never_asked_draw=draw(salt, "never-asked", person.id),
            sampling_draw=draw(salt, "sampling", person.id, key, policy.name),
        )

    def _touches(self, who: int) -> list[TouchRow]:
        """Of one person, oldest first; not what came of this very moment."""
        return [touch for touch in self.walk.touches if touch.who == who and touch.at < self.at]

    def _touch(self, t: TouchRow, policies: Sequence[Policy]) -> Touch:
        return Touch(
            t.at, KINDS[t.kind], CHANNELS[t.channel], policies[t.policy].name, t.draw, _known(t.used_at),
            OUTCOMES[t.outcome], _known(t.outcome_at),
        )  # fmt: skip

    def _addresses(self) -> dict[str, Address]:
        if not self.walked.stopped:
            return dict(self.person.addresses)
        return {name: replace(a, consent=False, suppressed=True) for name, a in self.person.addresses.items()}

    def _colleagues(self) -> tuple[int, ...]:
        others = [n for n in range(len(self.retold.history.people)) if n != self.retold.who]
        asks = [[t.at for t in self._touches(n) if t.kind != CONTENT] for n in others]
        return tuple(sorted(max(times) for times in asks if times))

    def _left(self) -> dict[str, int]:
        """How many pieces this customer has not had: each was the first of those that were left."""
        pieces = self.setting.stock.pieces
        had: set[str] = set()
        for touch in self._touches(self.retold.who):
            if touch.kind == CONTENT:
                there = sorted(pieces.get((self.person.language, CHANNELS[touch.channel]), ()))
                had.add(next(name for name in there if name not in had))
        return {
            channel: len([name for name in pieces.get((self.person.language, channel), ()) if name not in had])
            for channel in CHANNELS
        }


def _known(at: Any) -> int | None:
    return None if at == MISSING else int(at)
