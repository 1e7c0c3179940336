"""Looking at customers: what wins, what waits, what ends, and which piece of content is chosen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach import planning, policy_book, starter, uses
from outreach.judging import unpack
from outreach.lifecycle import IntentState, OutreachState
from outreach.moves import RHYTHM_LOOKS_AGAIN
from outreach.reports.overview import overview
from outreach.tables import Content, Intent, Outreach, Survey
from policies.policy import Policy
from policies.reasons import sentence
from tests.make import DAY, HOUR
from tests.world import World, asks, asks_by_rhythm, content, gives, guard, survey

VALUE_FIRST = {"pieces": 1, "used": 1, "settle": "1d", "rest": "1d", "rest_unused": "5d"}


def _look(world: World, *customers: str) -> int:
    return planning.look(world.runtime, [world.id_of(customer) for customer in customers or ("K1",)])


def _planned(world: World) -> list[str]:
    return [outreach.policy for outreach in world.outreaches() if outreach.state == OutreachState.PLANNED]


# What a look shows of the rests


def _waits_and_is_held_by_its_rest(world: World) -> Intent:
    """Asked by one policy; two days before the rest is surely over another one wants to ask, and cannot yet."""
    world.publish(guard(jitter=0.2), asks("first", contact={"kinds": ["call"]}), asks(contact={"kinds": ["visit"]}))
    world.customer()
    world.contact(kind="call")
    world.tick()
    world.later(30 * DAY + HOUR)
    world.contact(ago=HOUR)
    world.tick()
    (waiting,) = [intent for intent in world.intents() if intent.policy == "after-contact"]
    return waiting


def test_a_look_that_only_rests_held_back_is_kept_as_such(world: World) -> None:
    waiting = _waits_and_is_held_by_its_rest(world)
    assert (waiting.rests_over_at, waiting.rests_open_at) == (None, world.now)


def test_what_a_look_showed_makes_the_next_probability(world: World) -> None:
    waiting = _waits_and_is_held_by_its_rest(world)
    shown_at, asked_at = world.now, world.ledger()[0].asked_at
    world.later((waiting.look_at or 0) - world.now)
    lasted = (world.now - asked_at) / DAY
    before, now = ((days - 30) / 6 for days in ((shown_at - asked_at) / DAY, lasted))
    assert world.decisions()[-1].probability == pytest.approx((now - before) / (1 - before), abs=1e-3)


def test_what_lost_to_another_wish_showed_that_its_rests_were_over(world: World) -> None:
    world.publish(asks("first", priority=90), asks("second"))
    world.customer()
    world.contact()
    _look(world)
    shown = {intent.policy: intent.rests_over_at for intent in world.intents()}
    assert shown == {"first": world.now, "second": world.now}


def test_an_ask_that_follows_a_gift_is_sure(world: World) -> None:
    world.publish(guard(jitter=0.2), asks("first", contact={"kinds": ["call"]}))
    world.customer()
    world.contact(kind="call")
    world.tick()
    world.later(31 * DAY)
    world.publish(asks(contact={"kinds": ["visit"]}, value_first={**VALUE_FIRST, "used": 0}))
    world.contact(ago=HOUR)
    for _ in range(8):
        world.later(DAY)
    decisions = {decision.action: decision for decision in world.decisions() if decision.stage == "look"}
    assert 0 < decisions["give"].probability < 1
    assert (decisions["ask"].probability, len(world.ledger())) == (1.0, 3)


# Which one wins


def test_the_highest_priority_wins_and_at_most_one_outreach_comes_of_a_look(world: World) -> None:
    world.publish(asks("low", priority=10), asks("high", priority=90), asks("middle", priority=50))
    world.customer()
    world.contact()
    assert _look(world) == 1
    assert _planned(world) == ["high"]


def test_with_equal_priority_the_more_valuable_contact_wins(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact(kind="call", value=30)
    best = world.contact(kind="visit", value=90)
    world.contact(kind="delivery", value=60)
    _look(world)
    (decision,) = [d for d in world.decisions() if d.action == "ask"]
    assert decision.facts["contact"]["id"] == f"api/{best}"


def test_with_equal_value_the_wish_that_waited_longest_wins(world: World) -> None:
    world.publish(asks())
    world.customer()
    first = world.contact(kind="call")
    world.now += 60
    world.contact(kind="visit")
    _look(world)
    (decision,) = [d for d in world.decisions() if d.action == "ask"]
    assert decision.facts["contact"]["id"] == f"api/{first}"


def test_the_others_are_judged_again_in_the_light_of_the_winner(world: World) -> None:
    world.publish(asks("high", priority=90), asks("low", contact={"expires": "60d"}))
    world.customer()
    world.contact()
    _look(world)
    (other,) = [d for d in world.decisions() if d.action != "ask"]
    assert (other.action, other.held_by, other.moment) == ("wait", "rest_between_asks", world.now + 30 * DAY)
    (waiting,) = [intent for intent in world.intents() if intent.policy == "low"]
    assert (waiting.state, waiting.look_at) == (IntentState.OPEN, world.now + 30 * DAY)


def test_while_a_message_is_on_its_way_nothing_else_is_planned(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact(kind="call")
    assert _look(world) == 1
    world.contact(kind="visit")
    assert _look(world) == 0
    assert len(_planned(world)) == 1


def test_a_winner_without_words_in_this_language_lets_the_next_one_go(world: World) -> None:
    world.publish(asks("wordless", priority=90, survey="unwritten"), asks("worded"))
    world.customer()
    world.contact()
    assert _look(world) == 1
    assert _planned(world) == ["worded"]
    (wordless,) = [intent for intent in world.intents() if intent.policy == "wordless"]
    assert wordless.reason == "no survey text in this language and channel"
    assert wordless.look_at == world.now + DAY


def test_two_looks_at_the_same_moment_plan_one_outreach(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    with ThreadPoolExecutor(4) as pool:
        planned = list(pool.map(lambda _: _look(world), range(8)))
    assert sum(planned) == 1


def test_colleagues_in_one_batch_respect_the_cap_of_their_account(world: World) -> None:
    world.publish(guard(account={"people": 2, "window": "30d"}), asks())
    people = [f"K{n}" for n in range(5)]
    world.customers(*people, account="Bakery")
    world.contacts(*people)
    assert _look(world, *people) == 2
    held = {d.held_by for d in world.decisions() if d.action != "ask"}
    assert held == {"account_cap"}


def test_colleagues_planned_in_different_batches_respect_it_when_they_are_handed_over(world: World) -> None:
    world.publish(guard(account={"people": 1, "window": "30d"}), asks())
    for person in ("K1", "K2"):
        world.customer(person, account="Bakery")
        world.contact(person)
        assert _look(world, person) == 1
    world.tick()
    assert len(world.got()) == 1


# What is kept


def test_every_decision_is_kept_with_its_reasons_facts_and_versions(world: World) -> None:
    world.publish(asks())
    world.customer(consent_email="no")
    world.contact()
    _look(world)
    (decision,) = world.decisions()
    assert (decision.action, decision.held_by, decision.probability) == ("skip", "consent", 1.0)
    packed: Any = decision.findings
    findings = unpack(packed["ask"])
    assert len(findings) > 15
    assert all(sentence(finding) for finding in findings)
    assert decision.facts["zones"] == ["Europe/Amsterdam"]
    with world.runtime.reading() as session:
        book = policy_book.in_force(session)
    assert decision.guard_version_id == book.guard_version_id
    assert decision.policy_version_id == book.policies["after-contact"].version_id


def test_looking_before_anything_is_due_changes_nothing(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact(ago=0)
    assert _look(world) == 0
    assert world.decisions() == []


# What becomes of a wish that is held back


def test_what_can_never_be_asked_ends_with_its_reason(world: World) -> None:
    world.publish(guard(never_asked=0.5), asks())
    world.customers(*[f"K{n}" for n in range(10)])
    world.contacts(*[f"K{n}" for n in range(10)])
    world.tick()
    ended = [intent for intent in world.intents() if intent.state == IntentState.CANCELLED]
    assert {(intent.reason, intent.look_at) for intent in ended} == {("never_asked", None)}
    assert len(ended) + len(world.got()) == 10


@pytest.mark.parametrize("missing", ["email", "consent_email"])
def test_who_cannot_be_written_to_yet_is_asked_once_an_import_brings_what_was_missing(
    world: World, missing: str
) -> None:
    world.publish(asks())
    world.customer(**{missing: ""})
    world.contact()
    world.tick()
    (intent,) = world.intents()
    assert (intent.state, intent.look_at) == (IntentState.OPEN, None)
    world.customer()
    world.later(DAY)
    assert len(world.got()) == 1


def test_a_contact_that_turns_out_to_be_worth_it_after_all_is_asked_about(world: World) -> None:
    world.publish(asks(contact={"minimum_value": 50}))
    world.customer()
    world.contact(external_id="B")
    _look(world)
    world.contact(external_id="B", value=10)
    world.tick()
    (intent,) = world.intents()
    assert (intent.state, intent.reason, intent.look_at) == (IntentState.OPEN, "contact_value", None)
    world.contact(external_id="B", value=60)
    world.tick()
    assert len(world.got()) == 1


def test_what_nobody_brings_in_ends_when_its_contact_expires(world: World) -> None:
    world.publish(asks())
    world.customer(consent_email="")
    world.contact()
    world.tick()
    world.later(14 * DAY)
    assert [(intent.state, intent.reason) for intent in world.intents()] == [(IntentState.EXPIRED, "consent")]


def test_what_would_come_too_late_is_parked_until_something_good_happens(world: World) -> None:
    world.publish(asks("first", priority=90), asks("second"))
    world.customer()
    world.contact()
    _look(world)
    (second,) = [intent for intent in world.intents() if intent.policy == "second"]
    assert (second.state, second.reason, second.look_at) == (IntentState.OPEN, "rest_between_asks", None)


def test_what_is_parked_wakes_when_content_is_used(world: World) -> None:
    # Nothing is left to give for two weeks, and then it would be too late: only a used piece can bring the ask.
    world.publish(asks(value_first={**VALUE_FIRST, "rest_unused": "14d"}))
    world.customer()
    world.contact(ago=HOUR)
    world.tick()
    world.later(DAY)
    (intent,) = world.intents()
    assert (intent.state, intent.look_at, intent.reason) == (IntentState.OPEN, None, "content_rest")
    (given,) = world.got()
    uses.record(world.runtime, given.outreach_id)
    assert world.intents()[0].look_at == world.now
    world.later(DAY)
    assert [outreach.kind for outreach in world.outreaches()] == ["content", "ask"]


def test_a_wish_whose_contact_is_no_longer_fresh_ends(world: World) -> None:
    world.publish(asks(value_first=VALUE_FIRST))
    world.customer()
    world.contact()
    world.tick()
    world.later(15 * DAY)
    (intent,) = world.intents()
    assert intent.state == IntentState.EXPIRED
    assert intent.look_at is None


def test_a_rhythm_that_is_refused_is_looked_at_again_later(world: World) -> None:
    world.customer(consent_email="no")
    world.publish(asks_by_rhythm())
    world.tick()
    (intent,) = world.intents()
    assert (intent.state, intent.look_at) == (IntentState.OPEN, world.now + RHYTHM_LOOKS_AGAIN)


def test_a_newer_contact_of_the_same_kind_calls_off_the_older_one(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    _look(world)
    world.contact(ago=HOUR)
    world.tick()
    older, newer = world.intents()
    assert (older.state, older.reason) == (IntentState.CANCELLED, "a newer contact of the same kind")
    assert newer.state == IntentState.DONE
    assert [(o.intent_id == newer.id, o.state) for o in world.outreaches()] == [
        (False, OutreachState.CANCELLED),
        (True, OutreachState.ACCEPTED),
    ]


def test_an_answer_settles_what_else_was_waiting(world: World) -> None:
    world.publish(asks("now", priority=90), asks("next", contact={"expires": "60d"}))
    world.customer()
    world.contact()
    world.tick()
    world.says("8 fine")
    (other,) = [intent for intent in world.intents() if intent.policy == "next"]
    assert (other.state, other.reason) == (IntentState.CANCELLED, "answered elsewhere")


def test_a_wish_of_a_policy_that_is_no_longer_in_force_ends_instead_of_being_due_for_ever(world: World) -> None:
    world.publish(asks("gone"), gives("gone-too"))
    world.customer()
    world.contact()
    world.clock.tidy()
    for name in ("gone", "gone-too"):
        policy_book.retire(world.runtime, name, "test")
    world.by_hand(sa.update(Intent).values(state=IntentState.OPEN, look_at=world.now))  # as a race would leave them
    _look(world)
    by_policy = {intent.policy: intent for intent in world.intents()}
    assert by_policy["gone"].state == IntentState.CANCELLED
    assert by_policy["gone-too"].state == IntentState.OPEN
    assert {intent.look_at for intent in by_policy.values()} == {None}
    assert {intent.reason for intent in by_policy.values()} == {"the policy was retired"}


# Which piece of content


def _given(world: World) -> list[str | None]:
    return [entry.content_name for entry in world.ledger()]


def test_content_is_what_the_customer_has_not_had_best_used_first(world: World) -> None:
    world.publish(gives(rhythm={"every": "1d"}), guard(caps=()))
    world.customer()
    world.clock.tidy()
    world.by_hand(sa.update(Content).where(col(Content.name) == "tip-2").values(use_rate=0.9))
    for _ in range(5):
        world.tick()
        world.now += DAY
    assert _given(world) == ["tip-2", "tip-1", "tip-3"]


def test_a_piece_once_had_does_not_come_again_over_another_channel(world: World) -> None:
    world.publish(gives(rhythm={"every": "1d"}, channels=["email", "sms"]), guard(caps=()))
    world.customer(phone="+31612345678", consent_sms="yes")
    for _ in range(5):
        world.tick()
        world.now += DAY
    assert sorted(map(str, _given(world))) == ["tip-1", "tip-2", "tip-3"]


def test_content_comes_in_the_customers_language(world: World) -> None:
    with world.runtime.writing() as session:
        starter.add_contents(session, [content("advies", language="nl")])
    world.publish(gives(rhythm={"every": "1d"}))
    world.customer(language="nl-BE")
    world.tick()
    world.later(DAY)
    assert _given(world) == ["advies"]


def test_content_that_was_taken_off_the_shelf_is_not_given(world: World) -> None:
    world.by_hand(sa.update(Content).values(active=False))
    world.publish(gives())
    world.customer()
    world.tick()
    assert world.got() == []
    (decision,) = world.decisions()
    assert decision.held_by == "content_in_stock"


@pytest.mark.parametrize("policy", [gives(), asks(value_first=VALUE_FIRST)], ids=["gives", "asks"])
def test_who_waits_for_content_gets_it_the_day_after_it_was_written(world: World, policy: Policy) -> None:
    world.by_hand(sa.update(Content).values(active=False))
    world.publish(policy)
    world.customer()
    world.contact()
    world.tick()
    (intent,) = world.intents()
    assert (intent.state, intent.reason, world.got()) == (IntentState.OPEN, "content_in_stock", [])
    assert [starved.customers for starved in overview(world.runtime).figures.starved] == [1]
    with world.runtime.writing() as session:
        starter.add_contents(session, [content("new")])
    world.later(DAY)
    assert _given(world) == ["new"]
    assert overview(world.runtime).figures.starved == ()


def test_who_waited_for_content_until_it_was_too_late_waits_no_more(world: World) -> None:
    world.by_hand(sa.update(Content).values(active=False))
    world.publish(asks(value_first=VALUE_FIRST))
    world.customer()
    world.contact()
    for _ in range(15):
        world.later(DAY)
    (intent,) = world.intents()
    assert intent.state != IntentState.OPEN
    assert overview(world.runtime).figures.starved == ()


def test_a_question_comes_in_the_customers_language_or_not_at_all(world: World) -> None:
    with world.runtime.writing() as session:
        starter.add_surveys(session, [survey("question", language="nl")])
    world.publish(asks())
    for person, language in (("K1", "nl"), ("K2", "fr")):
        world.customer(person, language=language)
        world.contact(person)
    world.tick()
    (outreach,) = world.outreaches()
    with world.runtime.reading() as session:
        assert session.get_one(Survey, outreach.survey_id).language == "nl"


def test_content_goes_first_where_it_must_and_the_ask_follows(world: World) -> None:
    world.publish(asks(value_first=VALUE_FIRST))
    world.customer()
    world.contact()
    world.tick()
    (given,) = world.got()
    uses.record(world.runtime, given.outreach_id)
    world.later(DAY)
    assert [outreach.kind for outreach in world.outreaches()] == ["content", "ask"]
    assert world.intents()[0].state == IntentState.DONE


@pytest.mark.parametrize("said", ["I was waiting all day and nobody came", "8 fine", "ok"])
def test_who_answers_in_words_is_left_alone_as_long_as_who_gives_a_score(world: World, said: str) -> None:
    world.publish(asks(rests={"after_answer": "90d", "after_ask": "14d"}))
    world.customer()
    world.contact()
    world.tick()
    asked_at = world.now
    world.later(DAY)
    world.says(said)
    for _ in range(40):
        world.contact()
        world.later(3 * DAY)
    again = world.ledger()[1].asked_at
    assert again - asked_at >= 91 * DAY


def test_many_customers_are_planned_together(world: World) -> None:
    world.publish(asks())
    people = [f"K{n}" for n in range(30)]
    world.customers(*people)
    world.contacts(*people)
    assert _look(world, *people) == 30
    with world.runtime.reading() as session:
        assert session.scalar(sa.select(sa.func.count(sa.distinct(col(Outreach.customer_id))))) == 30
