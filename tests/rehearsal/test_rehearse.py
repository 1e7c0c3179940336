"""A rehearsal is repeatable, complete, and leaves nothing half-done."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.rehearsal.ledger import LEDGER, RESPONSES, Summary
from outreach.rehearsal.rehearse import Papers, Script, rehearse
from outreach.rehearsal.stage import NoSurvey
from outreach.settings import Settings
from policies import library
from tests.rehearsal.histories import Files, rows
from tests.rehearsal.stages import a_few, furniture, play


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rehearsal")


@pytest.fixture(scope="module")
def files(folder: Path) -> Files:
    return a_few(folder)


@pytest.fixture(scope="module")
def summary(files: Files, folder: Path) -> Summary:
    return play(files, folder, seed=1)


def test_the_same_seed_gives_the_same_papers_byte_for_byte(
    summary: Summary, files: Files, folder: Path, tmp_path: Path
) -> None:
    again = play(files, tmp_path, seed=1)
    assert replace(again, seconds=summary.seconds) == summary
    for paper in ("ledger.csv", "responses.csv"):
        assert (tmp_path / paper).read_bytes() == (folder / paper).read_bytes()


def test_another_seed_gives_another_ledger(summary: Summary, files: Files, folder: Path, tmp_path: Path) -> None:
    play(files, tmp_path, seed=2)
    assert (tmp_path / "ledger.csv").read_bytes() != (folder / "ledger.csv").read_bytes()


def test_the_papers_have_the_promised_columns(summary: Summary, folder: Path) -> None:
    assert (folder / "ledger.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(LEDGER)
    assert (folder / "responses.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(RESPONSES)


def test_the_summary_counts_what_the_papers_hold(summary: Summary, folder: Path) -> None:
    sent = Counter(row["class"] for row in rows(folder / "ledger.csv"))
    done = Counter(row["response"] for row in rows(folder / "responses.csv"))
    assert (summary.contents, summary.asks, summary.reminders) == (sent["content"], sent["ask"], sent["reminder"])
    assert (summary.uses, summary.answers) == (done["used"], done["answered"])
    assert (summary.not_now, summary.opt_outs) == (done["not_now"], done["stopped"])
    assert summary.asks
    assert summary.reminders
    assert summary.answers


def test_every_look_that_did_not_act_names_the_rule_that_held_it_back(summary: Summary) -> None:
    assert sum(summary.held_by.values()) == summary.actions["wait"] + summary.actions["skip"]


def test_messages_go_out_at_full_hours(summary: Summary, folder: Path) -> None:
    assert {row["at"][13:] for row in rows(folder / "ledger.csv")} == {":00:00Z"}


def test_customers_act_after_the_message_they_react_to(summary: Summary, folder: Path) -> None:
    assert all(row["at"] > row["sent_at"] for row in rows(folder / "responses.csv"))


def test_rows_that_the_door_refuses_are_counted_and_the_others_played(
    summary: Summary, files: Files, tmp_path: Path
) -> None:
    ordinary = next(rows(files.contacts))
    wrong = [
        {**ordinary, "external_id": "W1", "value": "101"},
        {**ordinary, "external_id": "W2", "customer": "nobody"},
        {**ordinary, "external_id": "W3", "occurred_at": "some day"},
    ]
    found = play(a_few(tmp_path, extra=wrong), tmp_path)
    assert (found.refused_rows, found.contacts) == (3, summary.contacts)


def test_a_rehearsal_that_is_broken_off_leaves_nothing_behind(files: Files, tmp_path: Path) -> None:
    def break_off(done: int, of: int) -> None:
        if done > of // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play(files, tmp_path, progress=break_off)
    assert list(tmp_path.iterdir()) == []


def test_a_survey_that_is_not_there_is_said_before_anything_is_played(files: Files, tmp_path: Path) -> None:
    odd = library.text("after-valuable-contact").replace('"after-contact"', '"another"')
    played = replace(furniture(), documents=[library.text("guard"), odd])
    script = Script(files.customers, files.contacts, played)
    with pytest.raises(NoSurvey, match="another"):
        rehearse(Settings(), script, Papers(tmp_path / "ledger.csv"), lambda done, of: pytest.fail("it was played"))
