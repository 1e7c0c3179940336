"""Histories as they come: out of order, of one second, empty, of one customer only."""

from collections.abc import Sequence
from random import Random

from policies import library
from policies.policy import Guard, Policy
from policies.replay.history import Chance, Happened, History, Person
from policies.replay.summing import Sum, summed
from policies.replay.walk import Setting, Span, Stock, Survey, Walk, world
from policies.situation import Address, Contact
from tests.policies.make import DAY, NOON, a_policy

GUARD = Guard.model_validate({"never_asked": 0.0, "new_customer": 0, "rest_between_asks": 0})
EASY = a_policy(rests={"after_ask": 0, "after_silence": 0, "give_up_after": 20})
ASKS = {("visit", "en", channel): Survey() for channel in ("email", "sms")}


def a_person(name: str = "C1", **changes: object) -> Person:
    plain = {"since": NOON, "zones": ("UTC",), "addresses": {"email": Address()}}
    return Person(name, NOON, **{**plain, **changes})  # type: ignore[arg-type]


def a_visit(number: int, at: int, customer: str = "C1") -> Happened:
    return Happened(customer, Contact(f"import/{number}", "visit", "shop", 60.0, at))


def walked(people: Sequence[Person], happened: Sequence[Happened], policy: Policy = EASY) -> tuple[Walk, Sum]:
    history, policies = History(people, happened, Chance("salt")), [policy]
    setting = Setting(Stock(surveys=ASKS), Span(NOON, NOON + 60 * DAY))
    walk = Walk(world(history, GUARD, policies, setting)).run()
    return walk, summed(walk, history, [each.name for each in policies])


def test_nobody_and_nothing_come_to_nothing() -> None:
    _, sum_of_nobody = walked([], [])
    _, sum_of_nothing = walked([a_person()], [])
    assert (sum_of_nobody.asks, sum_of_nobody.never_asked) == (0, 0)
    assert (sum_of_nothing.asks, sum_of_nothing.never_asked) == (0, 1)


def test_the_order_in_which_contacts_are_given_is_irrelevant() -> None:
    happened = [a_visit(n, NOON + n * 7 * DAY) for n in range(8)]
    orders = [happened, happened[::-1], Random(1).sample(happened, 8)]
    touches = [[(int(t.at), float(t.draw)) for t in walked([a_person()], each)[0].touches] for each in orders]
    assert touches[0] == touches[1] == touches[2]
    assert len(touches[0]) > 1


def test_of_contacts_in_the_same_second_the_one_given_last_counts() -> None:
    walk, counts = walked([a_person()], [a_visit(n, NOON) for n in range(3)])
    assert [int(touch.contact) for touch in walk.touches] == [2]
    assert counts.fates["after-visit"]["superseded"] == 2


def test_a_customer_with_very_many_contacts_is_walked_as_well() -> None:
    walk, counts = walked([a_person()], [a_visit(n, NOON + n // 20_000) for n in range(100_000)])
    assert counts.asks == len(walk.touches) > 0
    assert sum(counts.fates["after-visit"].values()) == 100_000


def test_looks_outgrow_their_room_where_nothing_is_sent() -> None:
    people = [a_person(f"C{n}", addresses={}) for n in range(1_200)]
    happened = [a_visit(2 * n + m, NOON + m * 20 * DAY, f"C{n}") for n in range(1_200) for m in range(2)]
    history = History(people, happened, Chance("salt"))
    setting = Setting(Stock(surveys=ASKS), Span(NOON, NOON + 60 * DAY))
    walk = Walk(world(history, GUARD, [EASY], setting), keep_looks=True).run()
    assert len(walk.looks) == 2_400
    assert len(walk.touches) == 0


def test_who_could_be_anywhere_is_never_asked() -> None:
    _, counts = walked([a_person(zones=())], [a_visit(1, NOON)])
    assert counts.held["after-visit"]["quiet_hours"].alone == 1


def test_rules_that_hold_back_together_are_counted_as_such() -> None:
    _, counts = walked([a_person(no_surveys=True, addresses={"email": Address(consent=None)})], [a_visit(1, NOON)])
    held = counts.held["after-visit"]
    assert (held["opt_out"].alone, held["opt_out"].together, held["consent"].together) == (0, 1, 1)


def test_the_ready_made_guard_and_policies_are_walked() -> None:
    people = [a_person(f"C{n}", since=NOON - 400 * DAY) for n in range(40)]
    happened = [a_visit(40 * m + n, NOON + m * 9 * DAY + n, f"C{n}") for m in range(6) for n in range(40)]
    policies = [library.policy(name) for name in library.NAMES]
    history = History(people, happened, Chance("salt", "respondents 1"))
    pieces = {("en", channel): [f"piece {n}" for n in range(9)] for channel in ("email", "sms")}
    asks = {(policy.survey or "", "en", channel): Survey() for policy in policies for channel in ("email", "sms")}
    setting = Setting(Stock(pieces, asks), Span(NOON, NOON + 90 * DAY))
    walk = Walk(world(history, library.guard(), policies, setting)).run()
    counts = summed(walk, history, [policy.name for policy in policies])
    assert counts.asks > 0
    assert sum(done.contents for done in counts.done.values()) > 40
