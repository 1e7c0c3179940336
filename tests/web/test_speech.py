"""How pages say numbers, moments and durations; and that they say everything in Dutch too."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from flask import Flask

from outreach.policy_book import Edition
from policies import library
from policies.rules import ASK_RULES, GIVE_RULES, REMIND_RULES
from tests.web.conftest import NOW
from web import catalogues, prose, speech, words


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


MOMENTS = [
    ("2026-05-12T12:05", "en", "today 14:05"),
    ("2026-05-11T07:00", "en", "yesterday 09:00"),
    ("2026-05-13T07:00", "en", "tomorrow 09:00"),
    ("2026-05-14T07:00", "en", "Thursday 09:00"),
    ("2026-05-08T07:00", "en", "Friday 09:00"),
    ("2026-05-24T07:00", "en", "24 May 09:00"),
    ("2025-05-24T07:00", "en", "24 May 2025 09:00"),
    ("2026-05-12T22:30", "en", "tomorrow 00:30"),
    ("2026-05-14T07:00", "nl", "donderdag 09:00"),
    ("2026-05-12T12:05", "nl", "vandaag 14:05"),
]


@pytest.mark.parametrize(("moment", "language", "said"), MOMENTS)
def test_a_moment_is_told_as_people_say_it(app: Flask, moment: str, language: str, said: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert f">{said}</time>" in speech.moment(at(moment), "Europe/Amsterdam")


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("Asia%2FTokyo", "Asia/Tokyo"),
        ("../etc", "Europe/Amsterdam"),
        ("", "Europe/Amsterdam"),
    ],
)
def test_the_readers_zone_is_what_the_browser_told_if_there_is_such_a_zone(app: Flask, cookie: str, zone: str) -> None:
    with app.test_request_context("/", headers={"Cookie": f"zone={cookie}"}):
        assert speech.zone() == zone


@pytest.mark.parametrize(("share", "said"), [(0.41, "+41"), (0.0, "0"), (-0.07, "−7"), (1.0, "+100"), (-0.001, "0")])
def test_a_score_is_written_with_its_sign(share: float, said: str) -> None:
    assert speech.signed(share) == said


@pytest.mark.parametrize(
    ("value", "name", "said"),
    [
        (30 * 86_400, "guard.rest_between_asks", "30 days"),
        (36 * 3600, "contact.settle", "36 hours"),
        (0.05, "guard.never_asked", "5 %"),
        (20 * 3600 + 1800, "guard.hours.email.quiet_from", "20:30"),
        (True, "guard.hours.sms.weekdays.sun", "yes"),
        (2, "value_first.pieces", "2"),
        (4, "guard.caps.0.at_most", "4"),
    ],
)
def test_an_amount_is_told_in_its_own_unit(app: Flask, value: float, name: str, said: str) -> None:
    with app.test_request_context("/"):
        assert speech.amount(value, name) == said


@pytest.mark.parametrize(
    ("value", "name", "said"),
    [
        (12 * 86_400 + 5000, "rests.after_ask", "12 days"),
        (5 * 3600 + 59, "contact.settle", "5 hours"),
        (20 * 86_400 + 1, "contact.expires", "21 days"),
        (0.12341, "sampling", "12.4 %"),
        (0.12349, "guard.never_asked", "12.3 %"),
        (59.99, "contact.minimum_value", "59.9"),
        (1.2341, "guard.fatigue.threshold", "1.24"),
        (12, "guard.caps.0.at_most", "12"),
    ],
)
def test_what_an_amount_would_need_is_told_in_round_numbers_that_let_go(
    app: Flask, value: float, name: str, said: str
) -> None:
    with app.test_request_context("/"):
        assert speech.amount(speech.enough(value, name), name) == said


def test_numbers_are_written_as_the_language_does(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert speech.number(4071) == "4,071"
    with app.test_request_context("/?lang=nl"):
        assert speech.number(4071) == "4.071"


def test_every_rule_has_a_name_and_a_reason() -> None:
    rules = {rule.__name__ for rule in (*ASK_RULES, *GIVE_RULES, *REMIND_RULES)} | {"quiet_hours", "expiry"}
    assert set(words.RULES) >= rules
    assert set(words.HELD_BECAUSE) >= rules


def test_every_ready_made_document_can_be_told_in_both_languages(app: Flask) -> None:
    for name in (*library.NAMES, "guard"):
        edition = Edition(name, 1, "live", "policy", library.text(name), NOW, "Marit")
        for language in speech.LANGUAGES:
            with app.test_request_context(f"/?lang={language}"):
                told = prose.Told.of(edition)
                assert all(sentence for _, sentences in told.groups for sentence in sentences)


@pytest.mark.parametrize("file", catalogues.WRITTEN, ids=lambda file: file.parts[-3])
class TestCatalogue:
    def test_says_everything_the_pages_say(self, file: Path) -> None:
        written = {message.id: message.string for message in catalogues.read(file) if message.id}
        spoken = {message.id for message in catalogues.spoken() if message.id}
        assert spoken == set(written)
        for sentence, translation in written.items():
            said = translation if isinstance(translation, (tuple, list)) else (translation,)
            assert all(said), sentence

    def test_keeps_every_placeholder(self, file: Path) -> None:
        problems = [error for message in catalogues.read(file) for error in message.check()]
        assert problems == []

    def test_is_compiled_as_it_is_written(self, file: Path) -> None:
        compiled = BytesIO()
        write_mo(compiled, catalogues.read(file))
        assert file.with_suffix(".mo").read_bytes() == compiled.getvalue()
