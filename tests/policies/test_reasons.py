"""What findings say: every code in both languages, with the numbers of the rule, as people tell them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.decision import Finding
from policies.engine import decide
from policies.policy import Guard, Policy
from policies.reasons import duration, sentence
from policies.sentences import LANGUAGES, SENTENCES
from policies.situation import Address
from tests.policies.make import (
    DAY,
    HOUR,
    NOON,
    a_contact,
    a_guard,
    a_piece,
    a_policy,
    a_reminder,
    a_rhythm,
    a_situation,
    an_ask,
)
from tests.policies.worlds import World, worlds

PLAIN = a_guard(jitter=0)
FIRST = a_policy(value_first={})
REMINDS = a_policy(reminder={})
GOLD = a_policy(audience={"field": "customer.plan", "is": "gold"})
TIRED = a_guard(jitter=0, fatigue={"half_life": "30d", "threshold": 0.5})
MORNING_ONLY = a_guard(hours={"email": {"quiet_from": "10:00", "quiet_until": "09:00"}})
ANSWERED = an_ask(9 * DAY, outcome="answered", outcome_at=NOON - 8 * DAY)
NOT_NOW = an_ask(9 * DAY, outcome="not_now", outcome_at=NOON - 8 * DAY)

# Of each code, facts in which a rule says it.
SAID: dict[str, tuple[Guard, Policy, dict[str, Any]]] = {
    "no_address": (PLAIN, a_policy(), {"addresses": {}}),
    "has_address": (PLAIN, a_policy(), {}),
    "consent_given": (PLAIN, a_policy(), {}),
    "consent_unknown": (PLAIN, a_policy(), {"addresses": {"email": Address(consent=None)}}),
    "consent_refused": (PLAIN, a_policy(), {"addresses": {"email": Address(consent=False)}}),
    "suppressed": (PLAIN, a_policy(), {"addresses": {"email": Address(suppressed=True)}}),
    "not_suppressed": (PLAIN, a_policy(), {}),
    "no_surveys": (PLAIN, a_policy(), {"no_surveys": True}),
    "surveys_welcome": (PLAIN, a_policy(), {}),
    "not_paused": (PLAIN, a_policy(), {}),
    "paused": (PLAIN, a_policy(), {"paused_until": NOON + DAY}),
    "pause_over": (PLAIN, a_policy(), {"paused_until": NOON - DAY}),
    "audience_all": (PLAIN, a_policy(), {}),
    "audience_match": (PLAIN, GOLD, {"attributes": {"plan": "gold"}}),
    "audience_other": (PLAIN, GOLD, {"attributes": {"plan": "basic"}}),
    "audience_unknown": (PLAIN, GOLD, {}),
    "new_customer": (PLAIN, a_policy(), {"customer_since": NOON - 9 * DAY}),
    "new_customer_over": (PLAIN, a_policy(), {}),
    "may_be_asked": (PLAIN, a_policy(), {}),
    "never_asked": (PLAIN, a_policy(), {"never_asked_draw": 0.01}),
    "sampled": (PLAIN, a_policy(sampling=0.125), {}),
    "not_sampled": (PLAIN, a_policy(sampling=0.125), {"sampling_draw": 0.5}),
    "by_rhythm": (PLAIN, a_rhythm(), {}),
    "after_contact": (PLAIN, a_policy(), {}),
    "right_kind": (PLAIN, a_policy(), {}),
    "other_kind": (PLAIN, a_policy(contact={"kinds": ["call"]}), {}),
    "worth_it": (PLAIN, a_policy(), {}),
    "not_worth_it": (PLAIN, a_policy(), {"contact": a_contact(value=12.5)}),
    "contact_settles": (PLAIN, a_policy(), {"contact": a_contact(HOUR)}),
    "contact_settles_over": (PLAIN, a_policy(), {}),
    "still_fresh": (PLAIN, a_policy(), {}),
    "expired": (PLAIN, a_policy(), {"contact": a_contact(20 * DAY)}),
    "no_reminder": (PLAIN, REMINDS, {"reminds": NOON - 5 * DAY}),
    "heard_from": (PLAIN, REMINDS, {"reminds": NOON - 9 * DAY, "touches": (ANSWERED,)}),
    "asked_since": (PLAIN, REMINDS, {"reminds": NOON - 5 * DAY, "touches": (an_ask(5 * DAY), a_reminder(DAY))}),
    "reminder": (PLAIN, REMINDS, {"reminds": NOON - 2 * DAY, "touches": (an_ask(2 * DAY),)}),
    "reminder_over": (PLAIN, REMINDS, {"reminds": NOON - 5 * DAY, "touches": (an_ask(5 * DAY),)}),
    "reminder_late": (PLAIN, REMINDS, {"reminds": NOON - 9 * DAY, "touches": (an_ask(9 * DAY),)}),
    "rhythm": (PLAIN, a_rhythm(), {"touches": (an_ask(9 * DAY),)}),
    "rhythm_over": (PLAIN, a_rhythm(), {"touches": (an_ask(200 * DAY),)}),
    "rhythm_none": (PLAIN, a_rhythm(), {}),
    "rhythm_turn": (PLAIN, a_rhythm(), {"turn_at": NOON + 9 * DAY}),
    "floor": (PLAIN, a_policy(), {"touches": (a_piece(HOUR),)}),
    "floor_over": (PLAIN, a_policy(), {"touches": (a_piece(9 * DAY),)}),
    "floor_none": (PLAIN, a_policy(), {}),
    "rest_between_asks": (PLAIN, a_policy(), {"touches": (an_ask(9 * DAY),)}),
    "rest_between_asks_over": (PLAIN, a_policy(), {"touches": (an_ask(90 * DAY),)}),
    "rest_between_asks_none": (PLAIN, a_policy(), {}),
    "rest_after_ask": (PLAIN, a_policy(), {"touches": (an_ask(9 * DAY),)}),
    "rest_after_ask_over": (PLAIN, a_policy(), {"touches": (an_ask(90 * DAY),)}),
    "rest_after_ask_none": (PLAIN, a_policy(), {}),
    "rest_after_answer": (PLAIN, a_policy(), {"touches": (ANSWERED,)}),
    "rest_after_answer_over": (PLAIN, a_policy(rests={"after_answer": "1d"}), {"touches": (ANSWERED,)}),
    "rest_after_answer_none": (PLAIN, a_policy(), {}),
    "rest_after_not_now": (PLAIN, a_policy(), {"touches": (NOT_NOW,)}),
    "rest_after_not_now_over": (PLAIN, a_policy(rests={"after_not_now": "1d"}), {"touches": (NOT_NOW,)}),
    "rest_after_not_now_none": (PLAIN, a_policy(), {}),
    "rest_after_silence": (PLAIN, a_policy(), {"touches": (an_ask(99 * DAY), an_ask(9 * DAY))}),
    "rest_after_silence_over": (PLAIN, a_policy(), {"touches": (an_ask(99 * DAY),)}),
    "rest_after_silence_none": (PLAIN, a_policy(), {}),
    "given_up": (PLAIN, a_policy(), {"touches": (an_ask(900 * DAY), an_ask(500 * DAY), an_ask(300 * DAY))}),
    "no_cap": (a_guard(caps=[]), a_policy(), {}),
    "caps_free": (PLAIN, a_policy(), {}),
    "caps_full": (PLAIN, a_policy(channels=["sms"]), {"touches": (an_ask(9 * DAY, channel="sms"),)}),
    "not_tired": (PLAIN, a_policy(), {}),
    "not_tired_yet": (TIRED, a_policy(), {"touches": (an_ask(90 * DAY),)}),
    "tired": (TIRED, a_policy(), {"touches": (an_ask(15 * DAY),)}),
    "no_contact": (PLAIN, a_policy(), {"contact": None}),
    "case_open": (PLAIN, a_policy(), {"case_open": True}),
    "no_case": (PLAIN, a_policy(), {}),
    "open_case": (PLAIN, a_policy(), {"case_closed_at": NOON - 9 * DAY}),
    "open_case_over": (PLAIN, a_policy(), {"case_closed_at": NOON - 90 * DAY}),
    "account_cap_free": (PLAIN, a_policy(), {"account_asks": (NOON - DAY,)}),
    "account_cap_full": (PLAIN, a_policy(), {"account_asks": (NOON - DAY, NOON - 2 * DAY)}),
    "no_value_needed": (PLAIN, a_policy(), {}),
    "value_missing": (PLAIN, FIRST, {"touches": (a_piece(9 * DAY, 8 * DAY),)}),
    "value_settles": (PLAIN, FIRST, {"touches": (a_piece(9 * DAY, 8 * DAY), a_piece(DAY))}),
    "value_settled": (PLAIN, FIRST, {"touches": (a_piece(9 * DAY, 8 * DAY), a_piece(4 * DAY))}),
    "content_rest": (PLAIN, FIRST, {"touches": (a_piece(DAY),)}),
    "content_rest_over": (PLAIN, FIRST, {"touches": (a_piece(9 * DAY),)}),
    "content_rest_none": (PLAIN, FIRST, {}),
    "no_content": (PLAIN, FIRST, {"content_left": {}}),
    "content_left": (PLAIN, FIRST, {}),
    "open_hours": (PLAIN, a_policy(), {}),
    "quiet_hours": (PLAIN, a_policy(), {"now": NOON + 10 * HOUR}),
    "no_open_hours": (MORNING_ONLY, a_policy(channels=["email"]), {"zones": ("Europe/Amsterdam", "Asia/Tokyo")}),
    "zone_unknown": (PLAIN, a_policy(), {"zones": ()}),
}


def told(code: str, language: str) -> str:
    guard, policy, facts = SAID[code]
    decision = decide(guard, policy, a_situation(**facts))
    (finding,) = [f for f in decision.findings + decision.giving if f.code == code][:1]
    return sentence(finding, language, "Europe/Amsterdam")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_said_by_some_rule_with_all_its_numbers(code: str, language: str) -> None:
    said = told(code, language)
    assert said == said.strip()
    assert not set("{}") & set(said)


# How some of them are told.
TOLD = [
    ("paused", "en", "paused until 14 May 2026 at 12:00"),
    ("paused", "nl", "gepauzeerd tot 14 mei 2026 om 12:00"),
    ("sampled", "en", "drawn: 12.5 % are asked"),
    ("sampled", "nl", "ingeloot: 12,5 % krijgt een vraag"),
    ("not_worth_it", "en", "the contact was worth 12.5, less than the 40 that is needed"),
    (
        "rest_after_silence",
        "en",
        "no answer to the ask of 4 May 2026 (silences in a row: 2); 90 days of rest, doubled with each after the "
        "first: at least 180 days, here until 31 October 2026 at 11:00",
    ),
    (
        "rest_after_silence",
        "nl",
        "geen antwoord op de vraag van 4 mei 2026 (stiltes op rij: 2); 90 dagen rust, verdubbeld met elke na de "
        "eerste: minstens 180 dagen, hier tot 31 oktober 2026 om 11:00",
    ),
    ("caps_free", "en", "messages in 30 days: 0 of at most 4"),
    ("caps_full", "en", "asks by SMS in 30 days: 1 of at most 1; room again from 3 June 2026 at 12:00"),
    ("caps_full", "nl", "vragen per SMS in 30 dagen: 1 van hoogstens 1; weer ruimte vanaf 3 juni 2026 om 12:00"),
    ("tired", "nl", "vermoeidheid 0,7071 is hoger dan 0,5; laag genoeg vanaf 28 mei 2026 om 12:00"),
    (
        "value_missing",
        "en",
        "something useful first: 1 given since the last ask (2 needed), 1 used (1 needed)",
    ),
    (
        "quiet_hours",
        "en",
        "13 May 2026 at 22:00 is outside the hours for e-mail: not from 20:00 to 09:00, in Europe/Amsterdam; the next "
        "open moment is 14 May 2026 at 09:00",
    ),
    ("audience_other", "en", "does not belong to the audience: customer.plan is basic"),
    ("audience_unknown", "nl", "niet bekend is of dit iemand van de doelgroep is: customer.plan zegt niets"),
    ("rest_after_ask_over", "en", "was last asked this on 12 February 2026; at least 14 days of rest, which are over"),
    ("given_up", "en", "asks in a row that stayed unanswered: 3; after 3 we stop asking this"),
]


@pytest.mark.parametrize(("code", "language", "expected"), TOLD)
def test_a_reason_is_told_in_plain_words_with_its_numbers(code: str, language: str, expected: str) -> None:
    assert told(code, language) == expected


@given(worlds(), st.sampled_from(LANGUAGES))
def test_no_finding_is_ever_without_a_sentence(world: World, language: str) -> None:
    decision = decide(*world)
    for finding in decision.findings + decision.giving:
        assert sentence(finding, language)


def test_an_unknown_language_is_told_in_english() -> None:
    assert told("paused", "fy") == told("paused", "en")


def test_moments_are_told_in_the_zone_of_the_reader() -> None:
    finding = Finding("pause", "paused", NOON, {"until": NOON})
    assert sentence(finding, "en", "Asia/Kathmandu") == "paused until 13 May 2026 at 15:45"


def test_no_value_can_break_a_sentence() -> None:
    finding = Finding("contact_kind", "right_kind", NOON, {"kind": "{0} {kind!r:>9} %s"})
    assert sentence(finding) == "a contact of the kind {0} {kind!r:>9} %s"


def test_the_hours_are_told_with_the_days_and_zones_they_are_about() -> None:
    decision = decide(PLAIN, a_policy(channels=["sms"]), a_situation(now=NOON + 4 * DAY, zones=("Asia/Tokyo", "UTC")))
    said = sentence(decision.findings[-1], "nl", "UTC")
    assert "niet van 20:00 tot 09:00, niet op zondag, niet op feestdagen, in Asia/Tokyo, UTC" in said


DURATIONS = [
    (0, "0 days", "0 dagen"),
    (1, "1 second", "1 seconde"),
    (90, "90 seconds", "90 seconden"),
    (120, "2 minutes", "2 minuten"),
    (3_600, "1 hour", "1 uur"),
    (129_600, "36 hours", "36 uur"),
    (86_400, "1 day", "1 dag"),
    (7_776_000.0, "90 days", "90 dagen"),
]


@pytest.mark.parametrize(("seconds", "english", "dutch"), DURATIONS)
def test_a_duration_is_told_in_its_largest_whole_unit(seconds: float, english: str, dutch: str) -> None:
    assert (duration(seconds), duration(seconds, "nl")) == (english, dutch)
