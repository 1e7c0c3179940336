"""A replay and a rehearsal of the same real history hand over the same messages, at the same moments and odds."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from outreach import csv_import
from outreach.rehearsal.history import History as Arrivals
from outreach.rehearsal.ledger import iso
from outreach.rehearsal.play import full_hour
from outreach.replaying import files as admitting
from outreach.replaying.stock import holidays_over, stock
from outreach.settings import Settings
from policies.policy import Guard, Policy
from policies.replay.columns import CHANNELS
from policies.replay.history import Chance, History
from policies.replay.walk import Setting, Span, Walk, world
from tests.rehearsal import histories
from tests.rehearsal.histories import Files, rows
from tests.rehearsal.stages import DOCUMENTS, furniture, play

PART = int(os.environ.get("REPLAYED_CUSTOMERS", "60"))
SEED = 1
HISTORIES: Mapping[str, Callable[[Path, Path, int | None], Files]] = {
    "online retail": histories.online_retail,
    "cdnow": histories.cdnow,
}
KINDS = ("content", "ask", "reminder")


def replayed(files: Files) -> list[tuple[str, ...]]:
    settings = Settings().model_copy(update={"secret": SecretStr(f"rehearsal {SEED}")})
    arrivals = Arrivals.of(
        csv_import.read_customers(files.customers).items, csv_import.read_contacts(files.contacts).items
    )
    admitted = admitting.admit(arrivals, settings)
    guard, policies = Guard.from_toml(DOCUMENTS[0]), [Policy.from_toml(document) for document in DOCUMENTS[1:]]
    life = max([p.contact.expires + (p.reminder.until if p.reminder else 0) for p in policies if p.contact])
    span = Span(arrivals.begins, full_hour(arrivals.last + life))
    history = History(admitted.people, admitted.happened, Chance(settings.key("chance").hex(), f"respondents {SEED}"))
    there = stock(furniture().contents, furniture().surveys, history.languages)
    walk = Walk(world(history, guard, policies, Setting(there, span, holidays_over(span)), reckoning=True)).run()
    return sorted(
        (
            iso(int(t.at)), history.people[t.who].id,
            history.contacts[t.contact].id.removeprefix("import/") if t.contact >= 0 else "",
            KINDS[t.kind], CHANNELS[t.channel], policies[t.policy].name, repr(float(t.probability)),
        )
        for t in walk.touches
    )  # fmt: skip


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("name", HISTORIES)
def test_the_same_messages_go_out_at_the_same_moments_with_the_same_probability(
    name: str, shared_data: Path, tmp_path: Path
) -> None:
    files = HISTORIES[name](shared_data, tmp_path, PART)
    summary = play(files, tmp_path, seed=SEED)
    columns = ("at", "customer", "contact", "class", "channel", "policy", "probability")
    rehearsed = sorted(tuple(row[column] for column in columns) for row in rows(tmp_path / "ledger.csv"))
    assert summary.asks > PART / 20
    assert replayed(files) == rehearsed
