"""What follows from all findings: the action, the moment, the channel and what held back."""

from datetime import UTC, datetime
from math import nextafter
from typing import Any

import pytest

from policies.arithmetic import NEVER
from policies.decision import Action, Flip
from policies.policy import Guard, Policy
from policies.situation import Address
from tests.policies.make import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    a_contact,
    a_giving_policy,
    a_guard,
    a_piece,
    a_policy,
    a_rhythm,
    an_ask,
    decided,
)

PLAIN = a_guard(jitter=0)
FIRST = a_policy(value_first={})
NINE_NEXT_MORNING = NOON + 21 * HOUR


def test_when_nothing_holds_back_we_ask_now() -> None:
    decision = decided()
    assert (decision.action, decision.moment, decision.channel, decision.held_by) == (Action.ASK, NOON, "email", None)


@pytest.mark.parametrize(("early", "action"), [(1, Action.WAIT), (0, Action.ASK)])
def test_an_ask_goes_out_at_the_second_its_last_rest_ends_and_not_before(early: int, action: Action) -> None:
    assert decided(PLAIN, touches=(an_ask(30 * DAY - early, policy="other"),)).action is action


def test_the_latest_finding_decides_the_moment_and_is_named() -> None:
    touches = (an_ask(28 * DAY, policy="other"), a_piece(HOUR))  # rests for two days more, the floor for 23 hours
    decision = decided(PLAIN, touches=touches)
    assert (decision.action, decision.moment, decision.held_by) == (Action.WAIT, NOON + 2 * DAY, "rest_between_asks")


def test_every_finding_is_told_even_when_the_first_one_says_never() -> None:
    decision = decided(no_surveys=True, case_open=True, contact=a_contact(value=1))
    never = {f.rule for f in decision.findings if f.opens == NEVER}
    assert (decision.action, decision.moment, never) == (Action.SKIP, None, {"opt_out", "open_case", "contact_value"})


@pytest.mark.parametrize(("early", "action"), [(1, Action.WAIT), (0, Action.SKIP)])
def test_an_ask_that_would_come_when_the_contact_expires_is_skipped(early: int, action: Action) -> None:
    contact = a_contact(occurred_at=NOON - 12 * DAY + early)  # expires in two days and `early` seconds
    decision = decided(PLAIN, contact=contact, touches=(an_ask(28 * DAY, policy="other"),))
    assert (decision.action, decision.held_by) == (action, "rest_between_asks")


def test_something_useful_is_given_when_only_that_is_missing() -> None:
    decision = decided(policy=FIRST)
    assert (decision.action, decision.moment, decision.held_by) == (Action.GIVE, NOON, None)
    assert {f.rule for f in decision.giving} >= {"content_rest", "content_in_stock", "consent"}


def test_nothing_is_given_while_something_else_holds_the_ask_back() -> None:
    decision = decided(PLAIN, FIRST, touches=(an_ask(28 * DAY, policy="other"),))
    assert (decision.action, decision.moment) == (Action.WAIT, NOON + 2 * DAY)


def test_giving_waits_for_its_own_rests() -> None:
    decision = decided(PLAIN, FIRST, touches=(a_piece(2 * DAY, DAY),))
    assert (decision.action, decision.moment, decision.held_by) == (Action.WAIT, NOON + DAY, "content_rest")


def test_giving_is_judged_by_the_caps_on_content() -> None:
    guard = a_guard(caps=[{"at_most": 1, "window": "20d", "of": "content"}])
    decision = decided(guard, FIRST, touches=(a_piece(15 * DAY, 14 * DAY),))
    assert (decision.action, decision.moment, decision.held_by) == (Action.WAIT, NOON + 5 * DAY, "caps")


def test_an_ask_that_needs_content_is_skipped_loudly_where_there_is_none() -> None:
    decision = decided(policy=FIRST, content_left={})
    assert (decision.action, decision.held_by) == (Action.SKIP, "content_in_stock")


@pytest.mark.parametrize(("early", "action"), [(1, Action.GIVE), (0, Action.SKIP)])
def test_nothing_is_given_in_vain(early: int, action: Action) -> None:
    contact = a_contact(occurred_at=NOON - 8 * DAY + early)  # two pieces and their settling take six days at best
    decision = decided(policy=FIRST, contact=contact)
    assert (decision.action, decision.held_by) == (action, None if early else "value_first")


def test_the_ask_follows_what_was_given_and_used() -> None:
    assert decided(policy=FIRST, touches=(a_piece(9 * DAY, 8 * DAY), a_piece(3 * DAY))).action is Action.ASK


def test_a_giving_policy_gives_to_those_who_are_never_asked() -> None:
    decision = decided(policy=a_giving_policy(), never_asked_draw=0.0, no_surveys=True, case_open=True)
    assert decision.action is Action.GIVE


def test_quiet_hours_move_the_moment_to_the_next_open_one() -> None:
    decision = decided(PLAIN, touches=(a_piece(10 * HOUR),))  # the floor ends at two in the morning
    assert (decision.action, decision.moment, decision.held_by) == (Action.WAIT, NINE_NEXT_MORNING, "floor")


def test_quiet_hours_hold_back_when_nothing_else_does() -> None:
    decision = decided(now=NOON + 9 * HOUR)
    assert (decision.action, decision.moment, decision.held_by) == (Action.WAIT, NINE_NEXT_MORNING, "quiet_hours")


def test_a_contact_that_expires_in_quiet_hours_is_skipped() -> None:
    decision = decided(now=NOON + 9 * HOUR, contact=a_contact(13 * DAY + 9 * HOUR))  # expires at three
    assert (decision.action, decision.held_by) == (Action.SKIP, "quiet_hours")


def test_where_the_rules_say_never_the_hours_are_told_for_now() -> None:
    open_now, closed_now = (decided(no_surveys=True, now=NOON + later).findings[-1] for later in (0, 9 * HOUR))
    assert (open_now.code, closed_now.code) == ("open_hours", "quiet_hours")


def test_without_any_zone_nothing_is_sent() -> None:
    decision = decided(zones=())
    assert (decision.action, decision.held_by) == (Action.SKIP, "quiet_hours")
    assert decision.findings[-1].code == "zone_unknown"


def test_on_a_tie_the_first_channel_of_the_policy_is_taken() -> None:
    assert decided(policy=a_policy(channels=["sms", "email"])).channel == "sms"
    assert decided(policy=a_policy(channels=["email", "sms"])).channel == "email"


def test_the_channel_that_may_be_used_first_is_taken() -> None:
    decision = decided(policy=a_policy(channels=["sms", "email"]), addresses={"email": Address()})
    assert (decision.action, decision.channel) == (Action.ASK, "email")


def test_of_channels_that_wait_the_sooner_one_is_taken() -> None:
    saturday_night = NOON + 3 * DAY + 9 * HOUR
    decision = decided(policy=a_policy(channels=["sms", "email"]), now=saturday_night)
    assert (decision.channel, decision.moment) == ("email", saturday_night + 12 * HOUR)  # no SMS on Sundays


def test_of_channels_that_cannot_be_in_time_the_one_that_comes_nearest_is_told() -> None:
    contact = a_contact(13 * DAY)
    decision = decided(PLAIN, contact=contact, touches=(an_ask(20 * DAY),), addresses={"sms": Address()})
    assert (decision.action, decision.channel, decision.held_by) == (Action.SKIP, "sms", "rest_after_silence")


def test_what_would_flip_it_is_each_amount_that_holds_back() -> None:
    touches = (an_ask(20 * DAY, outcome="not_now", outcome_at=NOON - 19 * DAY),)
    flips = decided(PLAIN, touches=touches, customer_since=NOON - 21 * DAY).flips
    assert set(flips) == {
        Flip("rest_between_asks", "guard.rest_between_asks", 30 * DAY, 20 * DAY),
        Flip("rest_after_not_now", "rests.after_not_now", 180 * DAY, 19 * DAY),
        Flip("new_customer", "guard.new_customer", 30 * DAY, 21 * DAY),
    }


def a_flip(flip: Flip, guard: Guard = PLAIN, policy: Policy | None = None, **facts: Any) -> Any:
    return pytest.param(flip, guard, policy or a_policy(), facts, id=flip.amount)


ONE_A_MONTH = a_guard(jitter=0, caps=[{"at_most": 1, "window": "30d"}], rest_between_asks=0)
TIRED = a_guard(jitter=0, fatigue={"half_life": "30d", "threshold": 0.5})
BY_SMS = a_policy(channels=["sms"])
SUNDAY = NOON + 4 * DAY
TODAY = datetime.fromtimestamp(NOON, UTC).date()
GIVEN = (a_piece(9 * DAY, DAY), a_piece(8 * DAY))
FLIPS = [
    a_flip(Flip("caps", "guard.caps.0.at_most", 1, 2), ONE_A_MONTH, touches=(an_ask(2 * DAY, policy="other"),)),
    a_flip(Flip("account_cap", "guard.account.people", 2, 3), account_asks=(NOON - 2 * DAY, NOON - DAY)),
    a_flip(Flip("open_case", "guard.case_rest", 14 * DAY, 2 * DAY), case_closed_at=NOON - 2 * DAY),
    a_flip(Flip("never_asked", "guard.never_asked", 0.05, 0.01), never_asked_draw=0.01),
    a_flip(Flip("fatigue", "guard.fatigue.threshold", 0.5, 0.708), TIRED, touches=(a_piece(15 * DAY),)),
    a_flip(Flip("contact_value", "contact.minimum_value", 40, 10), contact=a_contact(value=10.0)),
    a_flip(Flip("contact_settles", "contact.settle", DAY, HOUR), contact=a_contact(HOUR)),
    a_flip(Flip("contact_expires", "contact.expires", 14 * DAY, 20 * DAY + 1), contact=a_contact(20 * DAY)),
    a_flip(Flip("rest_after_silence", "rests.after_silence", 90 * DAY, 20 * DAY), touches=(an_ask(40 * DAY),) * 2),
    a_flip(Flip("rest_after_silence", "rests.give_up_after", 3, 4), touches=(an_ask(400 * DAY),) * 3),
    a_flip(Flip("sampling", "sampling", 0.25, nextafter(0.5, 1)), policy=a_policy(sampling=0.25), sampling_draw=0.5),
    a_flip(Flip("rhythm", "rhythm.every", 182 * DAY, 150 * DAY), policy=a_rhythm(), touches=(an_ask(150 * DAY),)),
    a_flip(Flip("value_first", "value_first.settle", 3 * DAY, DAY), policy=FIRST, touches=GIVEN),
    a_flip(Flip("value_first", "value_first.used", 1, 0), policy=FIRST, touches=(a_piece(9 * DAY), a_piece(8 * DAY))),
    a_flip(Flip("value_first", "value_first.pieces", 2, 1), policy=FIRST, touches=(a_piece(9 * DAY, 8 * DAY),)),
    a_flip(
        Flip("quiet_hours", "guard.hours.email.quiet_until", 9 * HOUR, 6 * HOUR + 30 * MINUTE),
        now=NOON - 6 * HOUR + 30 * MINUTE + 5,  # 06:30:05 in Amsterdam
    ),
    a_flip(Flip("quiet_hours", "guard.hours.email.quiet_from", 20 * HOUR, 22 * HOUR + MINUTE), now=NOON + 10 * HOUR),
    a_flip(Flip("quiet_hours", "guard.hours.sms.weekdays.sun", False, True), policy=BY_SMS, now=SUNDAY),
    a_flip(Flip("quiet_hours", "guard.hours.sms.holidays", False, True), policy=BY_SMS, holidays=frozenset([TODAY])),
    a_flip(
        Flip("value_first", "contact.expires", 14 * DAY, 10 * DAY + 6 * DAY + 1),  # the ask could follow in six days
        policy=FIRST,
        contact=a_contact(10 * DAY),
    ),
    a_flip(Flip("content_rest", "value_first.rest", 3 * DAY, 2 * DAY), policy=FIRST, touches=(a_piece(2 * DAY, DAY),)),
]


@pytest.mark.parametrize(("flip", "guard", "policy", "facts"), FLIPS)
def test_a_flip_names_the_value_with_which_an_amount_lets_go(
    flip: Flip, guard: Guard, policy: Policy, facts: dict[str, Any]
) -> None:
    assert flip in decided(guard, policy, **facts).flips


STACKED = a_guard(
    jitter=0, rest_between_asks=0, caps=[{"at_most": 1, "window": "30d"}, {"at_most": 2, "window": "60d"}]
)
FREQUENT = a_policy(rests={"after_ask": 0, "after_silence": 0})
SEVERAL: dict[str, tuple[Guard, Policy, dict[str, Any], dict[str, float]]] = {
    "every cap that is full": (
        STACKED,
        FREQUENT,
        {"touches": (an_ask(9 * DAY), an_ask(8 * DAY))},
        {"guard.caps.0.at_most": 3, "guard.caps.1.at_most": 3},
    ),
    "giving up, and the rest after the last silence": (
        PLAIN,
        a_policy(rests={"after_ask": 0}),
        {"touches": (an_ask(400 * DAY), an_ask(300 * DAY), an_ask(200 * DAY))},
        {"rests.give_up_after": 4, "rests.after_silence": 50 * DAY},
    ),
    "pieces, use of them, and settling": (
        PLAIN,
        a_policy(value_first={"pieces": 3, "used": 2}),
        {"touches": (a_piece(5 * DAY, 4 * DAY), a_piece(2 * DAY))},
        {"value_first.pieces": 2, "value_first.used": 1, "value_first.settle": 2 * DAY, "value_first.rest": 2 * DAY},
    ),
    "a life that is long enough for whatever has to come first": (
        PLAIN,
        FIRST,
        {"contact": a_contact(20 * DAY)},
        {"contact.expires": 26 * DAY + 1},
    ),
    "a rhythm, and its spread, which is not longer": (
        a_guard(jitter=0, rest_between_asks=0),
        a_rhythm(rhythm={"spread": "170d"}, rests={"after_ask": 0, "after_silence": 0}),
        {"touches": (an_ask(150 * DAY),), "contact": None},
        {"rhythm.every": 150 * DAY, "rhythm.spread": 150 * DAY},
    ),
    "a rhythm whose turn comes after its rest": (
        a_guard(jitter=0, rest_between_asks=0),
        a_rhythm(rests={"after_ask": 0, "after_silence": 0}),
        {"touches": (an_ask(190 * DAY),), "contact": None, "turn_at": NOON + 80 * DAY},
        {"rhythm.every": 102 * DAY},
    ),
}


@pytest.mark.parametrize(("guard", "policy", "facts", "needed"), SEVERAL.values(), ids=SEVERAL)
def test_where_several_amounts_hold_it_names_them_all(
    guard: Guard, policy: Policy, facts: dict[str, Any], needed: dict[str, float]
) -> None:
    assert {flip.amount: flip.would_need for flip in decided(guard, policy, **facts).flips} == needed


BEYOND: dict[str, tuple[Guard, Policy, dict[str, Any]]] = {
    "twenty-one silences": (
        PLAIN,
        a_policy(rests={"after_ask": 0, "after_silence": 0, "give_up_after": 20}),
        {"touches": tuple(an_ask(i * 40 * DAY) for i in range(21, 0, -1))},
    ),
    "a cap of more than a thousand": (
        a_guard(jitter=0, rest_between_asks=0, caps=[{"at_most": 1000, "window": "3660d"}]),
        FREQUENT,
        {"touches": tuple(an_ask(3 * DAY, policy="other") for _ in range(1000))},
    ),
    "a thousand colleagues": (
        a_guard(account={"people": 1000, "window": "30d"}),
        a_policy(),
        {"account_asks": (NOON - DAY,) * 1000},
    ),
    "more fatigue than can be borne": (
        a_guard(rest_between_asks=0, caps=[], fatigue={"half_life": "900d", "threshold": 10, "email": 100}),
        FREQUENT,
        {"touches": tuple(an_ask(i * DAY, policy="other") for i in range(20, 0, -1))},
    ),
    "a contact of long ago": (PLAIN, a_policy(), {"contact": a_contact(3660 * DAY)}),
    "the first turn of a rhythm": (PLAIN, a_rhythm(), {"contact": None, "turn_at": NOON + DAY}),
    "a minute of quiet": (
        a_guard(hours={"email": {"quiet_from": "12:00", "quiet_until": "12:01"}}),
        a_policy(channels=["email"]),
        {},
    ),
}


@pytest.mark.parametrize(("guard", "policy", "facts"), BEYOND.values(), ids=BEYOND)
def test_a_value_that_no_document_takes_is_no_flip(guard: Guard, policy: Policy, facts: dict[str, Any]) -> None:
    decision = decided(guard, policy, **facts)
    assert not decision.acts
    assert decision.flips == ()
    assert any(finding.amounts for finding in decision.findings)


@pytest.mark.parametrize(
    "facts",
    [{"customer_since": NOON + HOUR}, {"touches": (an_ask(-HOUR, policy="other"),)}, {"contact": a_contact(-HOUR)}],
)
def test_what_is_yet_to_come_has_no_flip(facts: dict[str, Any]) -> None:
    assert decided(a_guard(jitter=0, caps=[]), **facts).flips == ()


def test_what_no_amount_can_change_has_no_flip() -> None:
    assert decided(no_surveys=True, case_open=True, touches=(a_piece(HOUR),)).flips == ()


def test_an_amount_that_would_make_the_document_invalid_is_no_flip() -> None:
    assert decided(policy=FIRST, content_left={}).flips == ()  # value first cannot do without a first piece
    giving = decided(policy=a_giving_policy(), touches=(a_piece(HOUR),))
    assert giving.flips == ()  # no rhythm is shorter than a day


def test_a_decision_is_the_same_whoever_asks_for_it() -> None:
    assert decided() == decided()


def test_a_touch_in_the_future_holds_back_like_any_other() -> None:
    decision = decided(PLAIN, touches=(an_ask(-HOUR, policy="other"),))
    assert (decision.action, decision.held_by) == (Action.SKIP, "rest_between_asks")


# Reminders

REMINDS = a_policy(value_first={}, reminder={})


def test_a_reminder_is_an_ask_that_neither_rests_nor_value_first_nor_the_contacts_age_hold_back() -> None:
    contact = a_contact(occurred_at=NOON - 30 * DAY)
    facts: dict[str, Any] = {"contact": contact, "touches": (an_ask(4 * DAY),), "looked_at": NOON - 5 * DAY}
    decision = decided(policy=REMINDS, reminds=NOON - 4 * DAY, **facts)
    assert (decision.action, decision.moment, decision.probability) == (Action.ASK, NOON, 1.0)
    assert "reminder" in {finding.rule for finding in decision.findings}


@pytest.mark.parametrize(
    ("facts", "held_by"),
    [
        ({"addresses": {"email": Address(usable=False)}}, "address"),
        ({"addresses": {"email": Address(consent=None)}}, "consent"),
        ({"addresses": {"email": Address(suppressed=True)}}, "suppression"),
        ({"no_surveys": True}, "opt_out"),
        ({"paused_until": NOON + 9 * DAY}, "pause"),
        ({"case_open": True}, "open_case"),
        ({"never_asked_draw": 0.0}, "never_asked"),
        ({"account_asks": (NOON - DAY, NOON - DAY)}, "account_cap"),
        ({"zones": ()}, "quiet_hours"),
    ],
)
def test_whatever_else_holds_an_ask_back_holds_its_reminder_back(facts: dict[str, Any], held_by: str) -> None:
    decision = decided(policy=REMINDS, touches=(an_ask(4 * DAY),), reminds=NOON - 4 * DAY, **facts)
    assert (decision.action, decision.held_by) == (Action.SKIP, held_by)


def test_a_reminder_keeps_a_day_from_any_other_message() -> None:
    decision = decided(policy=REMINDS, touches=(an_ask(5 * DAY), a_piece(HOUR)), reminds=NOON - 5 * DAY)
    assert (decision.action, decision.moment, decision.held_by) == (Action.WAIT, NOON + 23 * HOUR, "floor")


def test_by_default_an_ask_by_sms_is_reminded_of_by_mail_only() -> None:
    ask = an_ask(4 * DAY, channel="sms")
    for channels, action in ((["sms"], Action.SKIP), (["sms", "email"], Action.ASK)):
        decision = decided(policy=a_policy(reminder={}, channels=channels), touches=(ask,), reminds=ask.at)
        assert decision.action is action
    assert decision.channel == "email"


def test_where_giving_is_in_vain_already_the_hours_are_not_to_blame() -> None:
    """Asked at night, twelve days after a contact that is worth asking about for fourteen."""
    first = a_policy(value_first={"pieces": 1, "used": 0, "settle": "3d"}, contact={"expires": "14d"})
    night = NOON + 10 * HOUR
    decision = decided(policy=first, now=night, contact=a_contact(occurred_at=night - 12 * DAY), touches=())
    assert (decision.action, decision.held_by) == (Action.SKIP, "value_first")
    by_day = decided(policy=first, now=NOON, contact=a_contact(occurred_at=NOON - 12 * DAY), touches=())
    assert (by_day.action, by_day.held_by) == (Action.SKIP, "value_first")


def test_quiet_hours_move_a_reminder_and_may_move_it_out_of_its_time() -> None:
    asked = NOON - 4 * DAY
    evening = decided(policy=REMINDS, touches=(an_ask(4 * DAY),), reminds=asked, now=NOON + 10 * HOUR)
    assert (evening.action, evening.moment) == (Action.WAIT, NINE_NEXT_MORNING)
    last = decided(policy=REMINDS, touches=(an_ask(4 * DAY),), reminds=asked, now=asked + 7 * DAY - HOUR - 1)
    assert last.action is Action.ASK
    short = a_policy(reminder={"after": "4d", "until": "106h"})  # ends in the evening
    late = decided(policy=short, touches=(an_ask(4 * DAY),), reminds=asked, now=NOON + 9 * HOUR)
    assert (late.action, late.held_by) == (Action.SKIP, "quiet_hours")
