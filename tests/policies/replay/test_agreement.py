"""A replay and a walk with `decide`, step by step, agree: on every look, action, moment, rule and touch."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.engine import EVERY_RULE
from policies.policy import Policy
from policies.replay.columns import CHANNELS, ENDLESS, HEARD, MISSING, REPLIED, SAID_NOT_NOW
from policies.replay.deciding import BRAKES, RULES
from policies.replay.history import Chance, Happened, History, Person
from policies.replay.summing import Sum, summed
from policies.replay.walk import Setting, Span, Stock, Survey, Walk, world
from policies.situation import Address, Contact
from tests.policies import worlds
from tests.policies.make import DAY, HOUR, NOON
from tests.policies.replay.reference import Reference

SALT, SEED = "a salt", 3
ACTIONS = ("give", "ask", "wait", "skip")
KINDS = ("content", "ask", "reminder")
OUTCOMES = {0: None, REPLIED: "replied", SAID_NOT_NOW: "not_now", HEARD: "answered"}


def test_the_replay_knows_every_rule_and_no_other() -> None:
    assert set(BRAKES) == {rule.__name__ for rules in EVERY_RULE for rule in rules}


def test_of_rules_that_hold_back_equally_long_the_same_is_named_first() -> None:
    places = {name: place for place, name in reversed(list(enumerate(RULES)))}
    for rules in (EVERY_RULE.ask, EVERY_RULE.remind):
        known = [places[rule.__name__] for rule in rules]
        assert known == sorted(known)
    assert [rule.__name__ for rule in EVERY_RULE.give][-2:] == ["content_rest", "content_in_stock"]


class Case:
    """A random guard, a few policies, people (of one account, now and then) and what happened to them."""

    def __init__(self, random: Random) -> None:
        self.guard = worlds.guard(random, random.choice((0, 1, 3)))
        self.policies = [self._policy(random, f"policy-{n}") for n in range(random.randint(1, 3))]
        begins = NOON + random.randint(-200 * DAY, 200 * DAY)
        step = random.choice((1, HOUR, HOUR, 6 * HOUR))
        self.setting = Setting(self._stock(random), Span(begins, begins + 200 * DAY, step), self._holidays)
        account = random.choice((None, "A"))
        self.people = sorted(
            [self._person(random, f"C{n}", account) for n in range(random.randint(2, 4) if account else 1)],
            key=lambda person: person.comes_in,
        )
        self.happened = [
            Happened(random.choice(self.people).id, self._contact(random, n)) for n in range(random.randint(1, 12))
        ]

    @staticmethod
    def _policy(random: Random, name: str) -> Policy:
        made: Policy = random.choice((worlds.policy, worlds.policy, worlds._gives_first, worlds._reminds))(random)
        return made.model_copy(update={"name": name, "priority": random.choice((50, 50, 70))})

    @staticmethod
    def _stock(random: Random) -> Stock:
        names = [f"piece {n}" for n in range(random.randint(1, 12))]
        some = {("en", channel): random.sample(names, random.randint(0, len(names))) for channel in CHANNELS}
        if random.random() < 0.7:
            some = dict.fromkeys(some, names)
        texts = [Survey(*[random.random() < 0.7 for _ in range(4)]) for _ in CHANNELS]
        asks = {("visit", "en", channel): text for channel, text in zip(CHANNELS, texts, strict=True)}
        return Stock(some, {place: text for place, text in asks.items() if random.random() < 0.9})

    def _holidays(self, zones: tuple[str, ...]) -> frozenset[Any]:
        return frozenset(worlds._TODAY + timedelta(days) for days in range(-300, 500, 9)) if zones else frozenset()

    def _person(self, random: Random, name: str, account: str | None) -> Person:
        begins = self.setting.span.begins
        plain = Person(
            name, begins + random.randint(0, 60 * DAY), begins - 400 * DAY, account, "en", ("Europe/Amsterdam",),
            {"plan": "gold", "orders": "3", "has_account": True}, {"email": Address(), "sms": Address()},
        )  # fmt: skip
        opened = begins + random.randint(-30 * DAY, 200 * DAY)
        options: worlds.Options = {
            "since": lambda: random.choice((None, begins)),
            "language": lambda: "nl",
            "zones": lambda: tuple(sorted(random.sample(worlds.ZONES, random.randint(0, 3)))),
            "addresses": lambda: {channel: worlds._address(random) for channel in random.choice(worlds.CHANNELS)},
            "no_surveys": lambda: True,
            "paused_until": lambda: begins + random.randint(0, 100 * DAY),
            "case": lambda: (opened, opened + random.randint(1, 30 * DAY), random.random()),
        }
        return replace(plain, **worlds.changes(random, options, random.choice((0, 0, 2))))

    def _contact(self, random: Random, number: int) -> Contact:
        at = self.setting.span.begins + random.choice((random.randint(0, 60 * DAY), random.randint(0, 190 * DAY)))
        value = random.choice((60.0, 60.0, 100 * random.random()))
        return Contact(f"import/{number}", random.choice(("visit", "visit", "call")), "shop", value, at)

    def referred(self) -> Reference:
        reference = Reference(self.guard, self.policies, self.setting, SALT, SEED)
        reference.walk(self.people, self.happened)
        return reference

    def walked(self) -> "Walked":
        history = History(self.people, self.happened, Chance(SALT, f"respondents {SEED}"))
        walk = Walk(world(history, self.guard, self.policies, self.setting, reckoning=True), keep_looks=True)
        return Walked(walk.run(), history, self.policies)


class Walked:
    """What a replay brought, in the words of the reference."""

    def __init__(self, walk: Walk, history: History, policies: list[Policy]) -> None:
        self.walk, self.history, self.policies = walk, history, policies

    @property
    def looks(self) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for look in self.walk.looks:
            moment = None if look.moment == ENDLESS else int(look.moment)
            rules = {rule for place, rule in enumerate(RULES) if int(look.rules) >> place & 1}
            held = None if look.held < 0 else RULES[look.held]
            contact = self.history.contacts[look.contact].id if look.contact >= 0 else None
            who, policy = self.history.people[look.who].id, self.policies[look.policy].name
            channel = CHANNELS[look.channel]
            found.append((int(look.at), who, policy, contact, ACTIONS[look.action], moment, channel, held, rules))
        return found

    @property
    def probabilities(self) -> list[tuple[str, int, float]]:
        return sorted((self.history.people[t.who].id, int(t.at), float(t.probability)) for t in self.walk.touches)

    @property
    def summed(self) -> Sum:
        return summed(self.walk, self.history, [policy.name for policy in self.policies])

    @property
    def touches(self) -> list[tuple[Any, ...]]:
        return [
            (
                self.history.people[t.who].id, int(t.at), KINDS[t.kind], CHANNELS[t.channel],
                self.policies[t.policy].name, float(t.draw), _known(t.used_at), OUTCOMES[int(t.outcome)],
                _known(t.outcome_at),
            )
            for t in self.walk.touches
        ]  # fmt: skip


def _known(at: int) -> int | None:
    return None if at == MISSING else int(at)


def looks_of(reference: Reference) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for at, who, policy, contact, decision, rules in reference.looks:
        found.append(
            (at, who, policy, contact, str(decision.action), decision.moment, decision.channel, decision.held_by, rules)
        )
    return found


def touches_of(reference: Reference) -> list[tuple[Any, ...]]:
    return [
        (who, t.at, t.kind, t.channel, t.policy, t.draw, t.used_at, t.outcome, t.outcome_at)
        for who, t in reference.touches
    ]


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.builds(Case, st.randoms(use_true_random=True)))
@pytest.mark.timeout(600)
def test_a_replay_and_a_walk_step_by_step_agree_on_every_look_every_touch_and_its_probability(case: Case) -> None:
    reference, walked = case.referred(), case.walked()
    late = walked.walk.world.hours_until
    for mine, theirs in zip(walked.looks, looks_of(reference), strict=True):
        assert _within(mine, late) == _within(theirs, late)
    assert sorted(walked.touches, key=repr) == sorted(touches_of(reference), key=repr)
    assert walked.probabilities == sorted(reference.probabilities)


def _within(look: tuple[Any, ...], late: int) -> tuple[Any, ...]:
    """Of a moment past all known hours is only known that it is past them."""
    moment = look[5]
    return look if moment is None or moment <= late else (*look[:5], late)
