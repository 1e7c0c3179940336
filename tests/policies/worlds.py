"""Hypothesis strategies: guards, policies and situations. Each is a plain one with a few amounts or facts changed, so
that every rule holds now and then, few hold at once, and a counterexample shrinks to what matters."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st
from pydantic import TypeAdapter

from policies.audience import Audience
from policies.hours import DAYS
from policies.policy import Guard, Policy
from policies.situation import Address, Situation, Touch
from tests.policies.make import DAY, HOUR, MINUTE, NAME, NOON, a_contact, a_situation

_TREE: TypeAdapter[Audience] = TypeAdapter(Audience)
ATTRIBUTES = ("plan", "orders", "has_account")
ZONES = ("Europe/Amsterdam", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati")
EARLIEST, LATEST = 366 * DAY, 130 * 366 * DAY  # 1971 to 2100
CHANNELS = [("email",), ("sms",), ("email", "sms"), ("sms", "email")]

Strategy = st.SearchStrategy[Any]
Draw = Callable[[Strategy], Any]


class World(NamedTuple):
    guard: Guard
    policy: Policy
    situation: Situation


@st.composite
def changes(draw: Draw, options: Mapping[str, Strategy], most: int) -> dict[str, Any]:
    """A few of the options, each with a value."""
    names = draw(st.lists(st.sampled_from(sorted(options)), max_size=most, unique=True))
    return {name: draw(options[name]) for name in names}


def durations(least: int = 0, most: int = 200 * DAY) -> Strategy:
    round_ones = [0, 1, HOUR, DAY, 3 * DAY, 14 * DAY, 30 * DAY, 90 * DAY]
    return st.sampled_from([seconds for seconds in round_ones if least <= seconds <= most]) | st.integers(least, most)


def shares(least: float = 0.0) -> Strategy:
    return st.sampled_from([0.25, 0.5]) | st.floats(least, 1, exclude_max=True)


def attributes() -> Strategy:
    values = st.sampled_from(["gold", "basic", "3", 3, 10.5, True, "no", "", None])
    return st.dictionaries(st.sampled_from(ATTRIBUTES), values)


def audiences() -> st.SearchStrategy[Audience]:
    field = st.sampled_from([f"customer.{name}" for name in ATTRIBUTES] + ["contact.kind", "contact.value"])
    comparison = st.one_of(
        st.fixed_dictionaries({"field": field, "is": st.sampled_from(["gold", "visit", 3, True, False])}),
        st.fixed_dictionaries({"field": field, "one_of": st.just(["gold", "basic", "visit", 3])}),
        st.fixed_dictionaries({"field": field, "at_least": st.integers(0, 60)}),
        st.fixed_dictionaries({"field": field, "at_most": st.floats(0, 60)}),
    )

    def deeper(inner: Strategy) -> Strategy:
        several = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            st.builds(dict, all=several), st.builds(dict, any=several), st.builds(lambda n: {"not": n}, inner)
        )

    return st.recursive(comparison, deeper, max_leaves=5).map(_TREE.validate_python)


def _caps() -> Strategy:
    cap: Strategy = st.builds(
        dict,
        at_most=st.integers(1, 3),
        window=durations(least=1),
        of=st.sampled_from(["any", "ask", "content"]),
        channel=st.sampled_from(["any", "any", "email", "sms"]),
    )
    return st.lists(cap, max_size=3)


def _quiet(start: int, minutes: int) -> dict[str, int]:
    return {"quiet_from": start * MINUTE, "quiet_until": (start + minutes) % 1440 * MINUTE}


def hours() -> st.SearchStrategy[dict[str, Any]]:
    quiet = st.builds(_quiet, st.integers(0, 1439), st.sampled_from([1, 780]) | st.integers(1, 1380))
    other = changes({"weekdays": st.sampled_from([DAYS[:5], DAYS[6:]]), "holidays": st.booleans()}, 2)
    return st.builds(lambda *parts: parts[0] | parts[1], quiet, other)


_AMOUNTS = {
    "rest_between_asks": durations(most=60 * DAY),
    "jitter": st.sampled_from([0.0, 1.0]) | st.floats(0, 1),
    "new_customer": durations(most=600 * DAY),
    "case_rest": durations(most=60 * DAY),
    "never_asked": shares(),
    "caps": _caps(),
    "account": st.builds(dict, people=st.integers(1, 3), window=durations(least=1)),
    "fatigue": st.builds(dict, half_life=durations(least=1), threshold=st.floats(0.01, 4), email=st.floats(0, 3)),
    "hours": st.builds(dict, email=hours(), sms=hours()),
}


def guards(most: int = 4) -> st.SearchStrategy[Guard]:
    return changes(_AMOUNTS, most).map(Guard.model_validate)


def _value_first(pieces: int) -> Strategy:
    options = {
        "used": st.integers(0, pieces),
        "settle": durations(most=5 * DAY),
        "rest": durations(most=5 * DAY),
        "rest_unused": durations(most=40 * DAY),
    }
    return changes(options, 4).map(lambda terms: {"pieces": pieces, "used": 1, **terms})


def _contact_policy(terms: dict[str, Any], first: Any, contact: dict[str, Any], longer: int) -> dict[str, Any]:
    """A policy whose contacts live just long enough to give first, or a little longer."""
    rest, giving = 0, 0
    if first is not None:
        rest = first.get("rest", 3 * DAY)
        giving = (first["pieces"] - 1) * max(rest, DAY) + max(first.get("settle", 3 * DAY), DAY)
    return {**terms, "contact": {**contact, "expires": max(contact["settle"] + giving, rest) + longer}}


_FIRST = st.sampled_from([1, 2, 3]).flatmap(_value_first)
_GENERAL = changes({"channels": st.sampled_from(CHANNELS), "audience": st.none() | audiences(), "caps": _caps()}, 2)
_RESTS = {f"after_{what}": durations(most=120 * DAY) for what in ("ask", "answer", "not_now", "silence")}
_ASKING = st.builds(
    lambda general, rests, first, sampling: {
        **general,
        "rests": rests,
        "value_first": first,
        **sampling,
        "survey": "visit",
    },
    _GENERAL,
    changes({**_RESTS, "give_up_after": st.integers(1, 4)}, 3),
    st.none() | _FIRST | _FIRST,
    changes({"sampling": shares(least=0.01)}, 1),
)
_CONTACT = st.builds(
    lambda settle, other: {"settle": settle, **other},
    durations(most=2 * DAY),
    changes({"kinds": st.sampled_from([("visit", "call"), ("call",)]), "minimum_value": st.floats(0, 100)}, 1),
)
_RHYTHM: Strategy = st.builds(dict, every=durations(least=DAY))
_LONGER = durations(least=1, most=30 * DAY)


def policies() -> st.SearchStrategy[Policy]:
    after_contact = st.builds(
        lambda terms, contact, longer: _contact_policy(terms, terms["value_first"], contact, longer),
        _ASKING,
        _CONTACT,
        _LONGER,
    )
    by_rhythm = st.builds(lambda terms, rhythm: {**terms, "rhythm": rhythm}, _ASKING, _RHYTHM)
    giving = st.builds(lambda terms, rhythm: {**terms, "rhythm": rhythm, "does": "give"}, _GENERAL, _RHYTHM)
    title = st.text(min_size=1, max_size=3)
    written = st.builds(
        lambda terms, title: {**terms, "name": NAME, "title": title}, after_contact | by_rhythm | giving, title
    )
    return written.map(Policy.model_validate)


def _touch(at: int, where: tuple[str, str, str], draw: float, later: int | None, outcome: str) -> Touch:
    kind, channel, policy = where
    touch = Touch(at, kind, channel, policy, draw)
    if later is None or kind == "reminder":
        return touch
    if kind == "content":
        return replace(touch, used_at=at + later)
    return replace(touch, outcome=outcome, outcome_at=at + later)


_AGES = durations(most=300 * DAY) | st.integers(DAY, 6 * DAY) | st.integers(-2 * DAY, 40 * DAY)


def _touches(ages: Strategy, kinds: list[str], policies: list[str]) -> st.SearchStrategy[tuple[Touch, ...]]:
    touch = st.builds(
        _touch,
        ages.map(lambda age: NOON - age),
        st.tuples(st.sampled_from(kinds), st.sampled_from(["email", "sms"]), st.sampled_from(policies)),
        st.sampled_from([0.0, 0.5]) | st.floats(0, 1, exclude_max=True),
        st.none() | durations(most=20 * DAY),
        st.sampled_from(["answered", "not_now"]),
    )
    return st.lists(touch, max_size=6).map(lambda found: tuple(sorted(found, key=lambda touch: touch.at)))


_ALL_TOUCHES = _touches(_AGES, ["content", "content", "content", "ask", "ask", "reminder"], [NAME, "other"])
_PIECES = _touches(st.integers(0, 12 * DAY), ["content"], [NAME, "other"])
_PAST = durations(most=60 * DAY).map(lambda age: NOON - age)
_TODAY = datetime.fromtimestamp(NOON, UTC).date()
_ADDRESS = st.builds(
    Address,
    usable=st.sampled_from([True, True, False]),
    consent=st.sampled_from([True, True, False, None]),
    suppressed=st.sampled_from([False, False, True]),
)
_FACTS = {
    "customer_since": st.sampled_from([NOON - 5 * DAY, NOON - 30 * DAY, NOON + HOUR]),
    "attributes": attributes(),
    "addresses": st.sampled_from(CHANNELS).flatmap(lambda names: st.fixed_dictionaries(dict.fromkeys(names, _ADDRESS))),
    "holidays": st.frozensets(st.integers(-2, 9).map(lambda days: _TODAY + timedelta(days)), max_size=4),
    "no_surveys": st.booleans(),
    "paused_until": _PAST.map(lambda at: at + DAY),
    "case_open": st.booleans(),
    "case_closed_at": _PAST,
    "account_asks": st.lists(_PAST, max_size=3).map(tuple),
    "content_left": st.dictionaries(st.sampled_from(["email", "sms"]), st.integers(0, 2)),
    "looked_at": _PAST,
    "turn_at": _PAST.map(lambda at: at + 30 * DAY),
    "never_asked_draw": st.floats(0, 1, exclude_max=True),
    "sampling_draw": st.floats(0, 1, exclude_max=True),
    "zones": st.lists(st.sampled_from(ZONES), max_size=3, unique=True).map(tuple),
}


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
        turn_at=along(s.turn_at),
    )


_NOW = st.just(NOON) | st.integers(NOON - 400 * DAY, NOON + 400 * DAY) | st.integers(EARLIEST, LATEST)
_CONTACTS = st.tuples(
    durations(most=3 * DAY) | st.integers(-HOUR, 40 * DAY), st.just(60.0) | st.just(60.0) | st.floats(0, 100)
)


def situations(touches: Strategy = _ALL_TOUCHES, most: int = 3, contact: Strategy = _CONTACTS) -> Strategy:
    def situation(now: int, contact: tuple[int, float], touches: tuple[Touch, ...], facts: dict[str, Any]) -> Situation:
        age, value = contact
        known = {"plan": "gold", "orders": "3", "has_account": True}
        plain = a_situation(contact=a_contact(age, value=value), touches=touches, attributes=known)
        return moved(replace(plain, **facts), now)

    return st.builds(situation, _NOW, contact, touches, changes(_FACTS, most))


def _gives_first(first: dict[str, Any], contact: dict[str, Any], longer: int) -> Policy:
    terms = {"name": NAME, "title": "Gives first", "survey": "visit", "value_first": first}
    return Policy.model_validate(_contact_policy(terms, first, contact, longer))


def worlds() -> st.SearchStrategy[World]:
    """Any world, and as often one in which little holds back but that something useful has to come first."""
    gives_first = st.builds(_gives_first, _FIRST, st.just({"settle": DAY}), durations(3 * DAY, 30 * DAY))
    calm = situations(_PIECES, 1, st.tuples(st.integers(DAY, 3 * DAY), st.just(60.0)))
    return st.builds(World, guards(), policies(), situations()) | st.builds(World, guards(most=1), gives_first, calm)
