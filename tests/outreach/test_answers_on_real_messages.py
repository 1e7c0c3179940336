"""Messages real people and providers wrote: ordinary ones hold no answers, and keywords that stop must stop."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from outreach.answers import Intent, read

OURS = ("en", "nl", "de", "fr")
CORPORA = ["nus_sms_en", "nus_sms_zh", "uci_sms_spam"]


def ordinary_messages(folder: Path, name: str) -> list[str]:
    with gzip.open(folder / "03_feedback_text" / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", CORPORA)
def test_fewer_than_one_ordinary_message_in_1500_gives_a_score(shared_data: Path, name: str) -> None:
    """Most of those that do are a bare number, and would be an answer if they followed a question."""
    texts = ordinary_messages(shared_data, name)
    assert sum(read(text).score is not None for text in texts) < len(texts) / 1500


@pytest.mark.parametrize("name", CORPORA)
def test_no_ordinary_message_is_taken_for_a_machines(shared_data: Path, name: str) -> None:
    readings = (read(text) for text in ordinary_messages(shared_data, name))
    assert not any(reading.intent is Intent.AUTOMATIC for reading in readings)


@pytest.mark.parametrize("name", CORPORA)
def test_fewer_than_one_ordinary_message_in_a_thousand_puts_off_a_question(shared_data: Path, name: str) -> None:
    texts = ordinary_messages(shared_data, name)
    wishes = {Intent.LATER, Intent.WRONG_PERSON, Intent.START, Intent.HELP}
    assert sum(read(text).intent in wishes for text in texts) < len(texts) / 1000


@pytest.mark.parametrize("name", CORPORA)
def test_no_ordinary_message_stops_anything_unless_it_says_just_that(shared_data: Path, name: str) -> None:
    stops = {text.lower() for text in ordinary_messages(shared_data, name) if read(text).intent is Intent.STOP}
    assert stops <= {"stop"}


def test_every_keyword_by_which_providers_opt_people_out_stops(shared_data: Path) -> None:
    path = shared_data / "07_bad_input" / "optout_keywords_by_provider.csv"
    with path.open(encoding="utf-8", newline="") as file:
        keywords = [row["keyword"] for row in csv.DictReader(file) if row["action"] == "opt_out"]
    assert keywords
    assert [word for word in keywords if read(word).intent is not Intent.STOP] == []


def test_every_phrase_by_which_people_opt_out_in_our_languages_stops(shared_data: Path) -> None:
    path = shared_data / "07_bad_input" / "optout_phrases_by_language.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"][:2] in OURS and row["meaning"] == "opt_out"]
    assert {row["language"][:2] for row in rows} == {"en", "nl", "fr"}  # the list has no German
    assert [row["phrase"] for row in rows if read(row["phrase"]).intent is not Intent.STOP] == []


def test_of_hostile_strings_only_bare_numbers_are_answers_and_none_is_a_stop(shared_data: Path) -> None:
    rows = json.loads((shared_data / "07_bad_input" / "blns_half.json").read_text(encoding="utf-8"))
    readings = {row["string"]: read(row["string"]) for row in rows}
    assert {text for text, reading in readings.items() if reading.score is not None} == {"0", "1", "NUL"}
    assert not any(reading.intent is Intent.STOP or reading.maybe_stop for reading in readings.values())
