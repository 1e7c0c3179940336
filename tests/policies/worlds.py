"""Random guards, policies and situations. Each is a plain one with a few amounts or facts changed, so that every rule
holds now and then, and few hold at once. They are drawn evenly, by a `Random` that Hypothesis seeds: what breaks a
property is often a rare meeting of facts, which even draws find and a search from simple examples does not."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from policies.audience import Audience
from policies.hours import DAYS
from policies.policy import Guard, Policy
from policies.situation import Address, Situation, Touch
from tests.policies.make import DAY, HOUR, MINUTE, NAME, NOON, a_contact, a_situation

_TREE: TypeAdapter[Audience] = TypeAdapter(Audience)
_TODAY = datetime.fromtimestamp(NOON, UTC).date()
ATTRIBUTES = ("plan", "orders", "has_account")
ZONES = ("Europe/Amsterdam", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati")
EARLIEST, LATEST = 366 * DAY, 130 * 366 * DAY  # 1971 to 2100
CHANNELS = (("email",), ("sms",), ("email", "sms"), ("sms", "email"))

Options = Mapping[str, Callable[[], Any]]


class World(NamedTuple):
    guard: Guard
    policy: Policy
    situation: Situation


def worlds() -> st.SearchStrategy[World]:
    return st.builds(world, st.randoms(use_true_random=True))


def audiences() -> st.SearchStrategy[Audience]:
    return st.builds(audience, st.randoms(use_true_random=True))


def hours() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(some_hours, st.randoms(use_true_random=True))


def attributes() -> st.SearchStrategy[dict[str, object]]:
    values = st.sampled_from(["gold", "basic", "3", 3, 10.5, True, "no", "", None])
    return st.dictionaries(st.sampled_from(ATTRIBUTES), values)


def world(random: Random) -> World:
    """Any world; or one in which little holds back but that something useful has to come first, or that an ask has been
    made already, of which only a reminder can come."""
    luck = random.random()
    if luck < 0.4:
        return World(guard(random, 4), policy(random), situation(random, 3))
    if luck < 0.8:
        return World(guard(random, 1), _gives_first(random), _calm(random))
    return World(guard(random, 1), _reminds(random), _asked(random))


def changes(random: Random, options: Options, most: int) -> dict[str, Any]:
    """A few of the options, each with a value."""
    return {name: options[name]() for name in random.sample(list(options), random.randint(0, min(most, len(options))))}


def duration(random: Random, least: int = 0, most: int = 200 * DAY) -> int:
    round_ones = [each for each in (0, 1, HOUR, DAY, 3 * DAY, 14 * DAY, 30 * DAY, 90 * DAY) if least <= each <= most]
    return random.choice([*round_ones[:4], *round_ones[-2:], *(random.randint(least, most) for _ in range(4))])


def guard(random: Random, most: int) -> Guard:
    options: Options = {
        "rest_between_asks": lambda: duration(random, most=60 * DAY),
        "jitter": lambda: random.choice((0.0, 1.0, random.random())),
        "new_customer": lambda: duration(random, most=600 * DAY),
        "case_rest": lambda: duration(random, most=60 * DAY),
        "never_asked": lambda: random.choice((0.5, random.random())),
        "caps": lambda: _caps(random),
        "account": lambda: {"people": random.randint(1, 3), "window": duration(random, least=1)},
        "fatigue": lambda: {
            "half_life": duration(random, least=1),
            "threshold": 0.01 + 4 * random.random(),
            "email": 3 * random.random(),
        },
        "hours": lambda: {"email": some_hours(random), "sms": some_hours(random)},
    }
    return Guard.model_validate(changes(random, options, most))


def _caps(random: Random) -> list[dict[str, Any]]:
    return [
        {
            "at_most": random.randint(1, 3),
            "window": duration(random, least=1),
            "of": random.choice(("any", "ask", "content")),
            "channel": random.choice(("any", "any", "email", "sms")),
        }
        for _ in range(random.randint(0, 3))
    ]


def some_hours(random: Random) -> dict[str, Any]:
    start, quiet = random.randrange(1440), random.choice((1, 780, random.randint(1, 1380)))
    options: Options = {
        "weekdays": lambda: random.choice((DAYS[:5], DAYS[6:])),
        "holidays": lambda: random.random() < 0.5,
    }
    edges = {"quiet_from": start * MINUTE, "quiet_until": (start + quiet) % 1440 * MINUTE}
    return edges | changes(random, options, 2)


def policy(random: Random) -> Policy:
    """Any that does not contradict itself."""
    while True:
        with suppress(ValidationError):
            return _policy(random)


def _policy(random: Random) -> Policy:
    style = random.choice(("contact", "contact", "rhythm", "give"))
    options: Options = {
        "channels": lambda: random.choice(CHANNELS),
        "audience": lambda: audience(random),
        "caps": lambda: _caps(random),
    }
    terms: dict[str, Any] = {"name": NAME, "title": f"A policy {random.random()}", "does": "ask"}
    terms |= changes(random, options, 2)
    if style != "contact":
        every = duration(random, least=DAY)
        terms["rhythm"] = {"every": every, "spread": random.choice((None, duration(random, most=every)))}
    if style == "give":
        return Policy.model_validate({**terms, "does": "give"})
    rests: Options = {
        "after_ask": lambda: duration(random, most=120 * DAY),
        "after_answer": lambda: duration(random, most=120 * DAY),
        "after_not_now": lambda: duration(random, most=120 * DAY),
        "after_silence": lambda: duration(random, most=120 * DAY),
        "give_up_after": lambda: random.randint(1, 4),
    }
    first = _value_first(random) if random.random() < 0.6 else None
    terms |= {"survey": "visit", "value_first": first, "rests": changes(random, rests, 3)}
    more: Options = {"sampling": lambda: max(0.01, random.random()), "reminder": lambda: _reminder(random)}
    terms |= changes(random, more, 2)
    if style == "contact":
        terms["contact"] = _contact_terms(random, first)
    return Policy.model_validate(terms)


def _gives_first(random: Random) -> Policy:
    first = _value_first(random)
    contact = {**_contact_terms(random, first), "settle": 0, "kinds": (), "minimum_value": 0}
    contact["expires"] += random.randint(0, 20 * DAY)
    terms = {"name": NAME, "title": "Gives first", "survey": "visit", "value_first": first, "contact": contact}
    return Policy.model_validate(terms)


def _reminds(random: Random) -> Policy:
    terms: dict[str, Any] = {"name": NAME, "title": "Reminds", "survey": "visit", "contact": {}}
    some = {"channels": random.choice(CHANNELS), "reminder": _reminder(random)}
    return Policy.model_validate(terms | some)


def _reminder(random: Random) -> dict[str, int]:
    after = duration(random, least=DAY, most=6 * DAY)
    return {"after": after, "until": after + duration(random, least=1, most=6 * DAY)}


def _value_first(random: Random) -> dict[str, Any]:
    pieces = random.randint(1, 3)
    options: Options = {
        "used": lambda: random.randint(0, pieces),
        "settle": lambda: duration(random, most=5 * DAY),
        "rest": lambda: duration(random, most=5 * DAY),
        "rest_unused": lambda: duration(random, most=40 * DAY),
    }
    return {"pieces": pieces, "used": 1, **changes(random, options, 4)}


def _contact_terms(random: Random, first: Mapping[str, Any] | None) -> dict[str, Any]:
    """Terms of a contact that lives just long enough to give first, or longer."""
    settle, rest, giving = duration(random, most=2 * DAY), 0, 0
    if first is not None:
        rest = first.get("rest", 3 * DAY)
        giving = (first["pieces"] - 1) * max(rest, DAY) + max(first.get("settle", 3 * DAY), DAY)
    life = max(settle + giving, rest) + duration(random, least=1, most=30 * DAY)
    options: Options = {
        "kinds": lambda: random.choice((("visit", "call"), ("call",))),
        "minimum_value": lambda: 100 * random.random(),
    }
    return {"settle": settle, "expires": life, **changes(random, options, 1)}


def audience(random: Random) -> Audience:
    return _TREE.validate_python(_tree(random, 3))


def _tree(random: Random, depth: int) -> dict[str, Any]:
    kind = random.choice(("is", "one_of", "at_least", "at_most", *(("all", "any", "not") if depth else ())))
    if kind == "not":
        return {"not": _tree(random, depth - 1)}
    if kind in ("all", "any"):
        return {kind: [_tree(random, depth - 1) for _ in range(random.randint(1, 3))]}
    field = random.choice(("customer.plan", "customer.orders", "customer.has_account", "contact.kind", "contact.value"))
    values = {
        "is": random.choice(("gold", "visit", 3, True, False)),
        "one_of": ["gold", "basic", "visit", 3],
        "at_least": random.randint(0, 60),
        "at_most": 60 * random.random(),
    }
    return {"field": field, kind: values[kind]}


def situation(random: Random, most: int) -> Situation:
    age = random.choice((duration(random, most=3 * DAY), random.randint(-HOUR, 40 * DAY)))
    contact = a_contact(age, value=random.choice((60.0, 60.0, 100 * random.random())))
    touches = _touches(random, ("content", "content", "ask", "ask", "reminder"), 300 * DAY)
    return _situated(random, replace(_plain(), contact=contact, touches=touches), most)


def _calm(random: Random) -> Situation:
    contact = a_contact(random.randint(DAY, 3 * DAY), value=60.0)
    return _situated(random, replace(_plain(), contact=contact, touches=_touches(random, ("content",), 20 * DAY)), 1)


def _asked(random: Random) -> Situation:
    """Asked some days ago; as likely as not nothing has come of it, and nothing else reached the customer since."""
    ask = replace(_touch(random, "ask", DAY), at=NOON - random.randint(0, 9 * DAY))
    quiet = random.random() < 0.7
    ask = replace(ask, policy=NAME, outcome=None, outcome_at=None) if quiet else ask
    others = [touch for touch in _touches(random, ("content", "ask", "reminder"), 60 * DAY) if touch.at != ask.at]
    touches = sorted([ask, *(t for t in others if not quiet or t.at < ask.at)], key=lambda touch: touch.at)
    return _situated(random, replace(_plain(), touches=tuple(touches), reminds=ask.at), 1)


def _plain() -> Situation:
    return a_situation(attributes={"plan": "gold", "orders": "3", "has_account": True})


def _touches(random: Random, kinds: tuple[str, ...], oldest: int) -> tuple[Touch, ...]:
    found = [_touch(random, random.choice(kinds), oldest) for _ in range(random.randint(0, 6))]
    return tuple(sorted(found, key=lambda touch: touch.at))


def _touch(random: Random, kind: str, oldest: int) -> Touch:
    at = NOON - random.choice(
        (duration(random, most=oldest), random.randint(DAY, 6 * DAY), random.randint(-2 * DAY, 9 * DAY), 30 * DAY)
    )
    channel, draw = random.choice(("email", "sms")), random.choice((0.0, 0.5, random.random()))
    touch = Touch(at, kind, channel, random.choice((NAME, "other")), draw)
    came = at + duration(random, most=20 * DAY)
    if random.random() < 0.4 or kind == "reminder":
        return touch
    if kind == "content":
        return replace(touch, used_at=came)
    return replace(touch, outcome=random.choice(("answered", "replied", "not_now")), outcome_at=came)


def _situated(random: Random, plain: Situation, most: int) -> Situation:
    """With a few facts changed, at some moment between 1971 and 2100."""

    def past() -> int:
        return NOON - duration(random, most=60 * DAY)

    options: Options = {
        "customer_since": lambda: random.choice((NOON - 5 * DAY, NOON - 30 * DAY, NOON + HOUR)),
        "attributes": lambda: {name: random.choice(("gold", "3", 70, False, "")) for name in ATTRIBUTES[:2]},
        "addresses": lambda: {channel: _address(random) for channel in random.choice(CHANNELS)},
        "holidays": lambda: frozenset(_TODAY + timedelta(random.randint(-2, 9)) for _ in range(4)),
        "no_surveys": lambda: True,
        "paused_until": lambda: past() + DAY,
        "case_open": lambda: True,
        "case_closed_at": past,
        "account_asks": lambda: tuple(past() for _ in range(random.randint(1, 3))),
        "content_left": lambda: {"email": random.randint(0, 1), "sms": random.randint(0, 1)},
        "looked_at": past,
        "rests_over_at": past,
        "rests_open_at": past,
        "turn_at": lambda: past() + 30 * DAY,
        "reminds": lambda: random.choice([past(), *(touch.at for touch in plain.touches)]),
        "case_draw": random.random,
        "never_asked_draw": random.random,
        "sampling_draw": random.random,
        "zones": lambda: tuple(random.sample(ZONES, random.randint(0, 3))),
    }
    now = random.choice((NOON, NOON + random.randint(-400 * DAY, 400 * DAY), random.randint(EARLIEST, LATEST)))
    return moved(replace(plain, **changes(random, options, most)), now)


def _address(random: Random) -> Address:
    return Address(random.random() < 0.7, random.choice((True, True, False, None)), random.random() < 0.3)


def moved(s: Situation, now: int) -> Situation:
    """The same situation at another time: every moment in it moves along."""

    def along(at: int | None) -> int | None:
        return None if at is None else at + now - s.now

    def touch(t: Touch) -> Touch:
        return replace(t, at=t.at + now - s.now, used_at=along(t.used_at), outcome_at=along(t.outcome_at))

    contact = s.contact and replace(s.contact, occurred_at=s.contact.occurred_at + now - s.now)
    return replace(
        s,
        now=now,
        customer_since=s.customer_since + now - s.now,
        holidays=frozenset(day + timedelta((now - s.now) // DAY) for day in s.holidays),
        touches=tuple(map(touch, s.touches)),
        contact=contact,
        paused_until=along(s.paused_until),
        case_closed_at=along(s.case_closed_at),
        account_asks=tuple(at + now - s.now for at in s.account_asks),
        looked_at=along(s.looked_at),
        rests_over_at=along(s.rests_over_at),
        rests_open_at=along(s.rests_open_at),
        turn_at=along(s.turn_at),
        reminds=along(s.reminds),
    )
