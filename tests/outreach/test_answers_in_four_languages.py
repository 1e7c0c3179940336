"""What customers write in each language is read as what it means, whether we know their language or not.

The sayings are text files in `tests/sayings`, one a language, for a colleague to extend: a saying a line, below the
heading it belongs to; "\\n" is a new line. Where more is expected than the heading says, it stands before a " | ".
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from outreach.answers import Intent, Reading, read

LANGUAGES = ("en", "nl", "de", "fr")
IN_EACH = pytest.mark.parametrize("language", LANGUAGES)


@cache
def sayings(language: str) -> dict[str, list[str]]:
    """The sayings of that language below each heading."""
    found: dict[str, list[str]] = {}
    lines = (Path(__file__).parent.parent / "sayings" / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    for line in filter(None, lines):
        if line.startswith("["):
            below = found.setdefault(line.strip("[]"), [])
        else:
            below.append(line)
    return found


def misread(language: str, heading: str, meant: Callable[[Reading], bool]) -> list[str]:
    """The sayings below that heading that are not read as they are meant."""
    return misread_by_column(language, heading, lambda reading, _: meant(reading))


def misread_by_column(language: str, heading: str, meant: Callable[[Reading, str], bool]) -> list[str]:
    rows = [("", row) if " | " not in row else row.split(" | ", 1) for row in sayings(language)[heading]]
    return [
        text
        for wanted, text in rows
        for known in (language, None)
        if not meant(read(text.replace("\\n", "\n"), known), wanted)
    ]


@IN_EACH
def test_a_score_is_read(language: str) -> None:
    def meant(reading: Reading, score: str) -> bool:
        return (reading.intent, reading.score) == (Intent.ANSWER, int(score))

    assert misread_by_column(language, "answers", meant) == []


@IN_EACH
def test_a_number_that_may_be_something_else_is_no_score(language: str) -> None:
    kept = {Intent.COMMENT, Intent.UNCLEAR, Intent.LATER}
    assert misread(language, "no scores", lambda reading: reading.score is None and reading.intent in kept) == []


@IN_EACH
def test_a_stop_is_understood(language: str) -> None:
    assert misread(language, "stops", lambda reading: reading.intent is Intent.STOP and reading.sure) == []


@IN_EACH
def test_a_stop_behind_a_score_keeps_the_score(language: str) -> None:
    def meant(reading: Reading, score: str) -> bool:
        return (reading.intent, reading.score) == (Intent.STOP, int(score))

    assert misread_by_column(language, "scored stops", meant) == []


@IN_EACH
def test_a_doubtful_stop_is_none_and_calls_a_person(language: str) -> None:
    doubtful = {Intent.UNCLEAR, Intent.ANSWER}
    assert misread(language, "maybe stops", lambda r: r.maybe_stop and not r.sure and r.intent in doubtful) == []


@IN_EACH
def test_a_stop_word_that_means_something_else_stops_nothing(language: str) -> None:
    assert misread(language, "no stops", lambda r: r.intent is not Intent.STOP and not r.maybe_stop) == []


@IN_EACH
def test_another_time_is_understood_with_the_days_until_then(language: str) -> None:
    def meant(reading: Reading, days: str) -> bool:
        return (reading.intent, reading.snooze_days) == (Intent.LATER, None if days == "-" else int(days))

    assert misread_by_column(language, "laters", meant) == []


@IN_EACH
def test_a_time_that_is_not_ours_to_wait_for_is_not_later(language: str) -> None:
    assert misread(language, "not later", lambda r: r.intent is not Intent.LATER and r.snooze_days is None) == []


@IN_EACH
def test_somebody_we_do_not_mean_is_understood(language: str) -> None:
    assert misread(language, "wrong", lambda reading: reading.intent is Intent.WRONG_PERSON) == []


@IN_EACH
def test_something_else_that_is_wrong_is_not_the_person(language: str) -> None:
    assert misread(language, "not wrong", lambda reading: reading.intent is not Intent.WRONG_PERSON) == []


@IN_EACH
def test_what_a_machine_wrote_is_nobodys_answer(language: str) -> None:
    assert misread(language, "automatic", lambda r: r.intent is Intent.AUTOMATIC and r.score is None) == []


@IN_EACH
def test_a_person_who_tells_of_an_absence_is_no_machine(language: str) -> None:
    assert misread(language, "not automatic", lambda reading: reading.intent is not Intent.AUTOMATIC) == []


@IN_EACH
def test_a_question_who_we_are_is_understood(language: str) -> None:
    assert misread(language, "helps", lambda reading: reading.intent is Intent.HELP) == []


@IN_EACH
def test_help_with_something_else_is_no_question_who_we_are(language: str) -> None:
    assert misread(language, "not helps", lambda reading: reading.intent is not Intent.HELP) == []


@IN_EACH
def test_words_without_a_score_are_a_comment(language: str) -> None:
    assert misread(language, "comments", lambda reading: reading.intent is Intent.COMMENT and reading.sure) == []


@IN_EACH
def test_what_a_person_must_read_stays_unclear(language: str) -> None:
    assert misread(language, "unclear", lambda reading: reading.intent is Intent.UNCLEAR and not reading.sure) == []
