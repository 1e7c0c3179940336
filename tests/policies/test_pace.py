"""How often: rests, caps, fatigue, cases and colleagues. Times are seconds before and after now."""

from typing import Any

import pytest

from policies.arithmetic import ANYTIME, NEVER, fatigue
from policies.decision import Rest
from policies.rules import pace
from policies.situation import Touch
from tests.policies.make import (
    DAY,
    HOUR,
    NOON,
    Rule,
    a_guard,
    a_piece,
    a_policy,
    a_reminder,
    an_ask,
    found,
    opens,
)

PLAIN = a_guard(jitter=0)


@pytest.mark.parametrize(
    "touch", [an_ask(HOUR), a_reminder(HOUR), a_piece(HOUR), an_ask(HOUR, policy="other", channel="sms")]
)
def test_any_two_touches_are_24_hours_apart(touch: Touch) -> None:
    assert opens(pace.floor, touches=(touch,)) == 23 * HOUR


def test_the_floor_has_no_amount_that_could_lower_it() -> None:
    assert found(pace.floor, touches=(an_ask(HOUR),)).amount is None


@pytest.mark.parametrize("touch", [an_ask(DAY, policy="other"), an_ask(DAY, channel="sms"), a_reminder(DAY)])
def test_any_two_asks_are_30_days_apart_over_all_policies_and_channels(touch: Touch) -> None:
    assert opens(pace.rest_between_asks, PLAIN, touches=(touch, a_piece(HOUR))) == 29 * DAY


def test_content_begins_no_rest_between_asks() -> None:
    assert opens(pace.rest_between_asks, PLAIN, touches=(a_piece(DAY),)) == ANYTIME


def test_the_same_survey_rests_after_an_ask() -> None:
    policy = a_policy(rests={"after_ask": "20d"})
    assert opens(pace.rest_after_ask, PLAIN, policy, touches=(an_ask(DAY),)) == 19 * DAY


def test_another_survey_begins_no_rest_of_this_one() -> None:
    touches = (an_ask(DAY, policy="other", outcome="answered", outcome_at=NOON - HOUR),)
    rests = (pace.rest_after_ask, pace.rest_after_answer, pace.rest_after_not_now, pace.rest_after_silence)
    assert {opens(rule, PLAIN, touches=touches) for rule in rests} == {ANYTIME}


@pytest.mark.parametrize(
    ("outcome", "rule", "days"),
    [
        ("answered", pace.rest_after_answer, 90),
        ("replied", pace.rest_after_answer, 90),
        ("not_now", pace.rest_after_not_now, 180),
    ],
)
def test_an_outcome_begins_its_rest_when_it_comes(outcome: str, rule: Rule, days: int) -> None:
    touches = (an_ask(5 * DAY, outcome=outcome, outcome_at=NOON - 2 * DAY),)
    assert opens(rule, PLAIN, touches=touches) == (days - 2) * DAY


def test_the_outcome_that_came_last_begins_the_rest() -> None:
    early = an_ask(200 * DAY, outcome="answered", outcome_at=NOON - 3 * DAY)  # answered long after it was asked
    late = an_ask(30 * DAY, outcome="answered", outcome_at=NOON - 20 * DAY)
    assert opens(pace.rest_after_answer, PLAIN, touches=(early, late)) == 87 * DAY


def test_an_outcome_without_a_moment_counts_from_the_ask() -> None:
    assert opens(pace.rest_after_answer, PLAIN, touches=(an_ask(5 * DAY, outcome="answered"),)) == 85 * DAY


@pytest.mark.parametrize(("silences", "days"), [(1, 90), (2, 180), (3, None)])
def test_silence_rests_90_days_doubles_and_ends_the_asking_after_three(silences: int, days: int | None) -> None:
    touches = tuple(an_ask(10 * DAY + i) for i in reversed(range(silences)))
    until = NEVER if days is None else (days - 10) * DAY
    assert opens(pace.rest_after_silence, PLAIN, touches=touches) == until


@pytest.mark.parametrize("outcome", ["answered", "replied", "not_now"])
def test_hearing_anything_ends_a_row_of_silences(outcome: str) -> None:
    heard = an_ask(100 * DAY, outcome=outcome, outcome_at=NOON - 99 * DAY)
    touches = (an_ask(300 * DAY), an_ask(200 * DAY), heard, an_ask(10 * DAY))
    assert opens(pace.rest_after_silence, PLAIN, touches=touches) == 80 * DAY


def test_a_reminder_is_no_silence_of_its_own() -> None:
    assert opens(pace.rest_after_silence, PLAIN, touches=(an_ask(10 * DAY), a_reminder(5 * DAY))) == 80 * DAY


def test_no_silence_rests_longer_than_ten_years() -> None:
    policy = a_policy(rests={"after_silence": "3000d", "give_up_after": 20})
    touches = tuple(an_ask(i * DAY) for i in reversed(range(19)))
    assert opens(pace.rest_after_silence, PLAIN, policy, touches=touches) == 3_660 * DAY


@pytest.mark.parametrize("draw", [0.0, 0.5, 0.999])
def test_chance_lengthens_a_rest_and_never_shortens_it(draw: float) -> None:
    until = opens(pace.rest_between_asks, a_guard(jitter=0.2), touches=(an_ask(0, draw=draw),))
    assert until == pytest.approx(30 * DAY * (1 + 0.2 * draw), abs=1)
    assert until >= 30 * DAY


def test_chance_lengthens_the_rest_after_a_case_too() -> None:
    said = found(pace.open_case, a_guard(jitter=0.2), case_closed_at=NOON - 14 * DAY, case_draw=0.5)
    assert said.opens - NOON == pytest.approx(1.4 * DAY)
    assert said.rest == Rest("case", NOON - 14 * DAY, 14 * DAY, said.opens)


def test_a_lengthened_rest_ends_on_a_whole_second() -> None:
    assert opens(pace.rest_between_asks, a_guard(rest_between_asks="7s"), touches=(an_ask(0, draw=0.5),)) == 8


# A cap of 2 in 10 days, with touches so many days ago; when there is room for one more.
CAPS = [
    ((), ANYTIME),
    ((9,), ANYTIME),
    ((9, 8), DAY),
    ((10, 8), 0),  # the window is just over: the first has left it
    ((9, 8, 7), 2 * DAY),  # more than the cap are in it
]


@pytest.mark.parametrize(("days_ago", "until"), CAPS)
def test_a_cap_has_room_once_enough_touches_left_the_rolling_window(days_ago: tuple[int, ...], until: float) -> None:
    guard = a_guard(caps=[{"at_most": 2, "window": "10d"}])
    assert opens(pace.caps, guard, touches=tuple(an_ask(days * DAY) for days in days_ago)) == until


@pytest.mark.parametrize(("age", "count"), [(10 * DAY - 1, 1), (10 * DAY, 0)])
def test_a_touch_leaves_the_window_when_it_is_as_old_as_that(age: int, count: int) -> None:
    guard = a_guard(caps=[{"at_most": 2, "window": "10d"}])
    assert found(pace.caps, guard, touches=(an_ask(age),)).numbers["count"] == count


@pytest.mark.parametrize(
    ("cap", "counted"),
    [
        ({"of": "any"}, 4),
        ({"of": "ask"}, 3),
        ({"of": "content"}, 1),
        ({"of": "any", "channel": "email"}, 2),
        ({"of": "any", "channel": "sms"}, 2),
        ({"of": "ask", "channel": "sms"}, 2),
        ({"of": "ask", "channel": "email"}, 1),
    ],
)
def test_a_cap_counts_the_touches_it_speaks_about(cap: dict[str, Any], counted: int) -> None:
    touches = (an_ask(4 * DAY), an_ask(3 * DAY, channel="sms"), a_reminder(2 * DAY, channel="sms"), a_piece(DAY))
    about: dict[str, Any] = {
        "kind": "content" if cap["of"] == "content" else "ask",
        "channel": cap.get("channel", "email"),
    }
    said = found(pace.caps, a_guard(caps=[{"at_most": 9, "window": "10d", **cap}]), touches=touches, **about)
    assert said.numbers["count"] == counted


@pytest.mark.parametrize(
    ("cap", "about"),
    [
        ({"of": "ask"}, {"kind": "content"}),
        ({"of": "content"}, {"kind": "ask"}),
        ({"of": "content"}, {"kind": "reminder"}),
        ({"channel": "sms"}, {"channel": "email"}),
    ],
)
def test_a_cap_says_nothing_about_other_touches(cap: dict[str, Any], about: dict[str, Any]) -> None:
    guard = a_guard(caps=[{"at_most": 1, "window": "10d", **cap}])
    touches = (an_ask(DAY, channel="sms"), a_piece(DAY, channel="sms"))
    assert opens(pace.caps, guard, touches=touches, **about) == ANYTIME


def test_a_cap_of_asks_counts_a_reminder_and_holds_one_back() -> None:
    guard = a_guard(caps=[{"at_most": 1, "window": "10d", "of": "ask"}])
    assert opens(pace.caps, guard, touches=(a_reminder(DAY),), kind="reminder") == 9 * DAY


def test_a_policys_own_cap_counts_only_its_own_touches() -> None:
    policy = a_policy(caps=[{"at_most": 1, "window": "90d"}])
    guard = a_guard(caps=[])
    assert opens(pace.caps, guard, policy, touches=(an_ask(DAY, policy="other"),)) == ANYTIME
    assert opens(pace.caps, guard, policy, touches=(an_ask(DAY), an_ask(HOUR, policy="other"))) == 89 * DAY


def test_of_several_caps_the_one_that_has_room_last_is_named() -> None:
    guard = a_guard(
        caps=[{"at_most": 1, "window": "5d"}, {"at_most": 1, "window": "9d"}, {"at_most": 1, "window": "7d"}]
    )
    said = found(pace.caps, guard, touches=(an_ask(DAY),))
    assert (said.opens - NOON, said.amount) == (8 * DAY, "guard.caps.1.at_most")


def test_by_default_four_touches_of_any_kind_fit_into_30_days() -> None:
    touches = tuple(a_piece(days * DAY) for days in (29, 20, 15, 10))
    assert opens(pace.caps, touches=touches[1:], kind="content") < 0
    assert opens(pace.caps, touches=touches, kind="content") == DAY


def test_by_default_one_ask_by_sms_fits_into_30_days() -> None:
    assert opens(pace.caps, touches=(an_ask(DAY, channel="sms"),), channel="sms") == 29 * DAY
    assert opens(pace.caps, touches=(an_ask(DAY, channel="sms"),), channel="email") < 0


def test_fatigue_is_not_counted_by_default() -> None:
    assert opens(pace.fatigue, touches=tuple(an_ask(0) for _ in range(50))) == ANYTIME


def test_a_load_halves_every_half_life() -> None:
    guard = a_guard(fatigue={"half_life": "30d", "threshold": 5})
    touches = (an_ask(60 * DAY), an_ask(30 * DAY, channel="sms"), a_piece(0))
    assert found(pace.fatigue, guard, touches=touches).numbers["stock"] == pytest.approx(0.25 + 1.0 + 1.0)


def test_fatigue_opens_when_the_load_has_decayed_to_the_threshold() -> None:
    guard = a_guard(fatigue={"half_life": "30d", "threshold": 0.5})
    assert opens(pace.fatigue, guard, touches=(a_piece(0, channel="sms"),)) == 60 * DAY


def test_fatigue_lets_go_at_the_first_second_with_a_load_no_higher_than_the_threshold() -> None:
    guard = a_guard(fatigue={"half_life": "11d", "threshold": 0.7})
    times, loads = (NOON - 9 * DAY, NOON - 2 * DAY, NOON - DAY), (1.0, 1.0, 2.0)
    touches = (an_ask(9 * DAY), a_piece(2 * DAY), a_piece(DAY, channel="sms"))
    named = found(pace.fatigue, guard, touches=touches).opens
    assert fatigue(times, loads, 3, 11 * DAY, named) <= 0.7 < fatigue(times, loads, 3, 11 * DAY, named - 1)
    assert found(pace.fatigue, guard, touches=touches, now=NOON + DAY).opens == named


def test_fatigue_right_at_the_threshold_is_fine() -> None:
    guard = a_guard(fatigue={"half_life": "30d", "threshold": 1})
    assert opens(pace.fatigue, guard, touches=(a_piece(0),)) == ANYTIME


def test_no_ask_while_a_case_is_open() -> None:
    assert opens(pace.open_case, case_open=True, case_closed_at=NOON - 100 * DAY) == NEVER


def test_a_closed_case_rests_14_days() -> None:
    assert opens(pace.open_case, case_closed_at=NOON - DAY) == 13 * DAY
    assert opens(pace.open_case) == ANYTIME


@pytest.mark.parametrize(
    ("asked_days_ago", "until"),
    [((), ANYTIME), ((1,), ANYTIME), ((1, 20), 10 * DAY), ((20, 1, 3), 27 * DAY), ((30, 1), 0)],
)
def test_at_most_two_colleagues_are_asked_in_30_days(asked_days_ago: tuple[int, ...], until: float) -> None:
    assert opens(pace.account_cap, account_asks=tuple(NOON - days * DAY for days in asked_days_ago)) == until
