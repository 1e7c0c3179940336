"""Two real purchase histories, rehearsed and checked row by row against the amounts: no promise is broken, ever.

A part of each is always played. WHOLE_HISTORIES=1 plays all of both.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from outreach.rehearsal.ledger import Summary, iso
from tests.rehearsal import histories
from tests.rehearsal.checker import Played, Rules, check, clearly_askable, people, seconds
from tests.rehearsal.histories import Files, rows
from tests.rehearsal.stages import DOCUMENTS, PIECES, play

RULES = Rules(DOCUMENTS[0], DOCUMENTS[1:])
ASKS = "after-valuable-contact"
WHOLE = os.environ.get("WHOLE_HISTORIES") == "1"
PART = 150  # customers
HISTORIES: Mapping[str, Callable[[Path, Path, int | None], Files]] = {
    "online retail": histories.online_retail,
    "cdnow": histories.cdnow,
}

pytestmark = pytest.mark.timeout(7_200 if WHOLE else 300)


@dataclass(frozen=True)
class Rehearsal:
    summary: Summary
    played: Played


@pytest.fixture(scope="module", params=HISTORIES)
def rehearsal(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    folder = tmp_path_factory.mktemp("history")
    files = HISTORIES[request.param](shared_data, folder, None if WHOLE else PART)
    summary = play(files, folder, seed=1)
    papers = (folder / "ledger.csv", folder / "responses.csv", files.customers, files.contacts)
    return Rehearsal(summary, Played(*(list(rows(path)) for path in papers)))


def test_no_rest_cap_hour_or_other_promise_is_broken(rehearsal: Rehearsal) -> None:
    assert check(RULES, rehearsal.played, PIECES) == []


def test_every_row_comes_in(rehearsal: Rehearsal) -> None:
    summary, played = rehearsal.summary, rehearsal.played
    assert (summary.customers, summary.contacts) == (len(played.customers), len(played.contacts))
    assert summary.refused_rows == 0


def test_it_does_ask_and_is_answered(rehearsal: Rehearsal) -> None:
    summary = rehearsal.summary
    assert summary.asks > summary.customers / 20
    assert summary.reminders > summary.asks / 5
    assert 0.15 < summary.answers / (summary.asks + summary.reminders) < 0.60


def test_whoever_could_clearly_be_asked_is_asked_but_for_the_never_asked_group(rehearsal: Rehearsal) -> None:
    """The group is 5 %: of n people, five standard deviations more would be no chance."""
    could = [person for person in people(rehearsal.played).values() if clearly_askable(RULES, ASKS, person)]
    left_out = [person for person in could if not any(touch.asks for touch in person.touches)]
    share, n = float(RULES.guard["never_asked"]), len(could)
    assert n > len(rehearsal.played.customers) / 50
    assert len(left_out) <= share * n + 5 * (share * (1 - share) * n) ** 0.5 + 1


def test_moving_one_message_is_noticed(rehearsal: Rehearsal) -> None:
    """Of a hundred messages, each moved alone to a random moment of the month before, nearly none goes unnoticed."""
    chance, played = Random(1), rehearsal.played
    unnoticed = 0
    for n in chance.sample(range(len(played.ledger)), 100):
        row = played.ledger[n]
        earlier = iso(seconds(row["at"]) - int(timedelta(days=chance.uniform(0.5, 30)).total_seconds()))
        history = [other for other in played.ledger if other["customer"] == row["customer"]]
        ledger = sorted([*(other for other in history if other is not row), {**row, "at": earlier}], key=_at)
        unnoticed += not check(RULES, replace(played, ledger=ledger), PIECES)
    assert unnoticed <= 15


def _at(row: Mapping[str, str]) -> str:
    return row["at"]
