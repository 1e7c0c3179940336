"""One reminder of an ask that was not heard from: when it comes, what it counts as, and what calls it off."""

from typing import Any

import pytest
import sqlalchemy as sa

from outreach import planning, policy_book, starter
from outreach.explain import Question, explain
from outreach.lifecycle import IntentState, Kind, OutreachState
from outreach.outcomes import REFUSED_OFTEN, REFUSED_REST
from outreach.reconciling import EVIDENCE_SECONDS
from outreach.tables import ContactPoint, Intent, Survey
from policies.decision import Action
from policies.policy import Policy
from tests.make import DAY, HOUR
from tests.world import Fate, World, asks, asks_by_rhythm, gives, guard, survey

REMINDER = {"after": "4d", "until": "7d"}
ASKED, REMINDED = ["ask"], ["ask", "reminder"]


def reminds(**amounts: Any) -> Policy:
    return asks(reminder=REMINDER, **amounts)


@pytest.fixture
def asked(world: World) -> World:
    """Somebody was just asked by a policy that reminds."""
    world.publish(reminds())
    world.customer()
    world.contact()
    world.tick()
    return world


def _kinds(world: World, customer: str | None = None) -> list[str]:
    """What went out, and was not refused."""
    return [entry.kind for entry in world.ledger(customer) if entry.voided_at is None]


def _intent(world: World) -> Intent:
    (intent,) = world.intents()
    assert isinstance(intent, Intent)
    return intent


# One, in its time


def test_who_says_nothing_is_reminded_once_after_four_days(asked: World) -> None:
    asked.later(4 * DAY - 1)
    assert _kinds(asked) == ASKED
    asked.later(1)
    assert _kinds(asked) == REMINDED
    asked.later(300 * DAY)
    assert _kinds(asked) == REMINDED
    assert _intent(asked).state == IntentState.DONE


def test_the_reminder_is_an_outreach_of_its_own_for_the_same_intent_and_survey(asked: World) -> None:
    asked.later(4 * DAY)
    ask, reminder = asked.outreaches()
    assert (reminder.kind, reminder.intent_id, reminder.survey_id) == (Kind.REMINDER, ask.intent_id, ask.survey_id)
    assert (ask.step, reminder.step) == (0, 1)
    assert reminder.probability == 1.0  # given that the ask was made


def test_a_policy_without_the_amounts_reminds_nobody(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    world.later(0)
    assert _intent(world).state == IntentState.DONE
    world.later(10 * DAY)
    assert _kinds(world) == ASKED


def test_a_reminder_has_words_of_its_own_where_there_are_any(world: World) -> None:
    with world.runtime.writing() as session:
        starter.add_surveys(session, [{**survey("own"), "reminder": "Still curious: 0 to 10?"}])
    world.publish(reminds(survey="own"))
    world.customer()
    world.contact()
    world.tick()
    world.later(4 * DAY)
    assert [sent.body.splitlines()[0] for sent in world.got()] == ["0 to 10?", "Still curious: 0 to 10?"]


def test_it_comes_although_the_contact_is_no_longer_fresh(world: World) -> None:
    world.publish(reminds(contact={"expires": "2d"}))
    world.customer()
    world.contact()
    world.tick()
    assert _intent(world).expires_at == world.now + 7 * DAY
    world.later(4 * DAY)
    assert _kinds(world) == REMINDED


def test_a_newer_contact_of_the_kind_changes_nothing_about_the_reminder(asked: World) -> None:
    asked.now += DAY
    asked.contact()
    asked.later(3 * DAY)
    assert _kinds(asked) == REMINDED


def test_after_seven_days_it_is_too_late(asked: World) -> None:
    asked.now += 7 * DAY
    asked.restart()
    asked.tick()
    assert _kinds(asked) == ASKED
    assert _intent(asked).state == IntentState.DONE


# What it counts as


def test_the_rest_between_asks_begins_with_the_reminder(asked: World) -> None:
    asked.publish(reminds(contact={"expires": "90d"}), guard(rest_between_asks="20d"))
    asked.publish(asks("other", contact={"expires": "90d"}))
    asked.now += DAY
    asked.contact(kind="call")
    asked.later(3 * DAY)
    assert _kinds(asked) == REMINDED
    asked.later(20 * DAY - 1)
    assert _kinds(asked) == REMINDED
    asked.later(1)
    assert _kinds(asked) == [*REMINDED, "ask"]


def test_a_cap_counts_it_and_holds_it_back(world: World) -> None:
    world.publish(guard(caps=[{"at_most": 1, "window": "30d", "of": "ask"}]), reminds())
    world.customer()
    world.contact()
    world.tick()
    world.later(4 * DAY)
    assert _kinds(world) == ASKED
    assert (_intent(world).state, _intent(world).reason) == (IntentState.DONE, "caps")
    assert world.decisions()[-1].held_by == "caps"


def test_it_keeps_a_day_from_what_came_before(world: World) -> None:
    world.publish(reminds(), gives(rhythm={"every": "90d"}))
    world.customer()
    world.contact()
    world.tick()
    world.now += 4 * DAY - HOUR
    world.by_hand(sa.update(Intent).where(sa.column("policy") == "something-useful").values(look_at=world.now))
    world.later(0)
    assert _kinds(world) == ["ask", "content"]
    world.later(HOUR)
    assert _kinds(world) == ["ask", "content"]
    world.later(23 * HOUR)
    assert _kinds(world) == ["ask", "content", "reminder"]


def test_an_account_has_its_cap_for_reminders_too(world: World) -> None:
    world.publish(guard(account={"people": 1, "window": "6d"}), reminds())
    world.customers("K1", "K2", account="Bakery")
    world.contact("K1")
    world.tick()
    world.now += 3 * DAY
    world.contact("K2")
    world.later(3 * DAY)
    assert (_kinds(world, "K1"), _kinds(world, "K2")) == (REMINDED, [])


# What calls it off


@pytest.mark.parametrize("text", ["8", "not now", "thank you so much", "2 dagen wachten"])
def test_an_ask_that_was_heard_from_in_any_way_is_not_reminded_of(asked: World, text: str) -> None:
    asked.now += DAY
    asked.says(text)
    asked.later(10 * DAY)
    assert _kinds(asked) == ASKED
    assert _intent(asked).state == IntentState.DONE


def test_stop_calls_it_off(asked: World) -> None:
    asked.says("STOP")
    asked.later(10 * DAY)
    assert _kinds(asked) == ASKED


def test_an_answer_that_comes_while_the_reminder_is_planned_calls_it_off(asked: World) -> None:
    asked.now += 4 * DAY
    assert planning.look(asked.runtime, [asked.id_of("K1")]) == 1
    asked.says("9")
    asked.tick()
    assert [outreach.state for outreach in asked.outreaches()] == [OutreachState.ACCEPTED, OutreachState.CANCELLED]
    assert _kinds(asked) == ASKED


def test_what_is_said_after_the_reminder_is_an_answer_to_the_ask(asked: World) -> None:
    asked.later(4 * DAY)
    asked.now += HOUR
    asked.says("7")
    ask, reminder = asked.ledger()
    assert (ask.outcome, ask.outcome_at, reminder.outcome) == ("answered", asked.now, None)


def test_without_an_answer_ask_and_reminder_are_one_silence(asked: World) -> None:
    asked.publish(reminds(contact={"expires": "200d"}))
    asked.later(4 * DAY)
    asked.contact(kind="call")
    asked.tick()
    decision = asked.decisions()[-1]
    findings: Any = decision.findings
    silence = next(finding for finding in findings["ask"] if finding[0] == "rest_after_silence")
    assert silence[3]["until"] == asked.ledger()[0].asked_at + 90 * DAY


def test_a_consent_that_was_withdrawn_calls_it_off(asked: World) -> None:
    asked.customer(consent_email="no")
    asked.later(5 * DAY)
    assert _kinds(asked) == ASKED
    assert (_intent(asked).state, _intent(asked).reason) == (IntentState.DONE, "consent")


def test_a_policy_that_reminds_no_longer_does_not(asked: World) -> None:
    asked.publish(asks())
    asked.later(5 * DAY)
    assert (_kinds(asked), _intent(asked).state) == (ASKED, IntentState.DONE)


def test_a_policy_that_is_retired_does_not(asked: World) -> None:
    policy_book.retire(asked.runtime, "after-contact", "test")
    asked.later(5 * DAY)
    assert _kinds(asked) == ASKED
    asked.publish(reminds(priority=51))
    asked.later(DAY)
    assert _kinds(asked) == ASKED


# Rhythms


@pytest.fixture
def by_rhythm(world: World) -> World:
    world.publish(asks_by_rhythm(rhythm={"every": "30d"}, reminder=REMINDER, rests={"after_silence": "10d"}))
    world.customer()
    world.tick()
    world.later(DAY)
    return world


def test_a_rhythm_goes_on_to_its_next_turn_after_the_reminder(by_rhythm: World) -> None:
    by_rhythm.later(4 * DAY)
    assert _kinds(by_rhythm) == REMINDED
    reminded_at = by_rhythm.ledger()[1].asked_at
    assert (_intent(by_rhythm).look_at, _intent(by_rhythm).asked_at) == (reminded_at + 30 * DAY, None)
    by_rhythm.now = reminded_at + 30 * DAY
    by_rhythm.tick()
    assert _kinds(by_rhythm) == [*REMINDED, "ask"]


def test_a_rhythm_whose_reminder_cannot_come_goes_on_from_its_ask(by_rhythm: World) -> None:
    by_rhythm.says("thank you")
    asked_at = by_rhythm.ledger()[0].asked_at
    by_rhythm.later(5 * DAY)
    intent = _intent(by_rhythm)
    assert (intent.state, intent.look_at, intent.opened_at) == (IntentState.OPEN, *[asked_at + 30 * DAY] * 2)
    assert (intent.asked_at, intent.looked_at) == (None, None)


# A refusal puts things back


def test_a_refused_ask_was_not_made_so_that_it_is_asked_again_and_then_reminded_of(world: World) -> None:
    world.provider.coming.append(Fate.REFUSED)
    world.publish(reminds())
    world.customer()
    world.contact()
    fresh_until = world.intents()[0].expires_at
    world.tick()
    intent = _intent(world)
    assert (intent.asked_at, intent.expires_at, intent.look_at) == (None, fresh_until, world.now + REFUSED_REST)
    world.later(REFUSED_REST)
    assert (_kinds(world), _intent(world).asked_at) == (ASKED, world.now)
    world.later(4 * DAY)
    assert _kinds(world) == REMINDED


@pytest.mark.parametrize("kind", ["contact", "rhythm"])
def test_a_refused_reminder_is_tried_again_and_comes_once(world: World, kind: str) -> None:
    policy = reminds() if kind == "contact" else asks_by_rhythm(rhythm={"every": "30d"}, reminder=REMINDER)
    world.publish(policy)
    world.customer()
    world.contact()
    world.tick()
    world.later(HOUR)
    assert _kinds(world) == ASKED
    asked_at = world.ledger()[0].asked_at
    world.provider.coming.append(Fate.REFUSED)
    world.now = asked_at + 4 * DAY
    world.tick()
    assert (_kinds(world), _intent(world).asked_at) == (ASKED, asked_at)
    world.later(REFUSED_REST)
    assert _kinds(world) == REMINDED
    assert [outreach.replan for outreach in world.outreaches()] == [0, 0, 1]
    world.later(20 * DAY)
    assert _kinds(world) == REMINDED


def test_a_reminder_that_is_refused_too_often_is_given_up_and_its_intent_is_done(asked: World) -> None:
    asked.provider.coming.extend([Fate.REFUSED] * REFUSED_OFTEN)
    for _ in range(60):
        asked.later(3 * HOUR)
    assert len(asked.outreaches()) == 1 + REFUSED_OFTEN
    assert (_kinds(asked), _intent(asked).state) == (ASKED, IntentState.DONE)


@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.LOST])
def test_a_reminder_of_which_nobody_knows_counts_as_sent(asked: World, fate: Fate) -> None:
    asked.provider.coming.append(fate)
    asked.later(4 * DAY)
    asked.later(EVIDENCE_SECONDS)
    asked.later(DAY)
    assert _kinds(asked) == REMINDED
    assert len(asked.outreaches()) == 2


# Over which channel, and what is told of it


def test_it_comes_over_whichever_channel_may_carry_it(world: World) -> None:
    world.publish(reminds(channels=["sms", "email"]))
    world.customer(phone="+31612345678", consent_sms="yes")
    world.contact()
    world.tick()
    world.later(4 * DAY)
    assert [entry.channel for entry in world.ledger()] == ["sms", "email"]  # one ask by SMS in 30 days
    world.by_hand(sa.update(ContactPoint).values(usable=False))
    with world.runtime.reading() as session:
        assert session.get_one(Survey, world.outreaches()[1].survey_id).channel == "email"


def test_the_explanation_tells_when_the_reminder_comes(asked: World) -> None:
    def told(at: int) -> tuple[Action, int | None, str | None]:
        with asked.runtime.reading() as session:
            (found,) = explain(session, asked.runtime.settings, Question("K1", at))
        return found.decision.action, found.decision.moment, found.decision.held_by

    assert told(asked.now + DAY) == (Action.WAIT, asked.now + 4 * DAY, "reminder")
    assert told(asked.now - 1)[0] is Action.ASK  # as it was then
