"""What rehearsals in tests are made of: small files, the ready-made documents, and one way to play them."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from outreach import starter
from outreach.rehearsal import sample
from outreach.rehearsal.ledger import Summary
from outreach.rehearsal.rehearse import Papers, Progress, Script, rehearse
from outreach.rehearsal.stage import Furniture
from outreach.settings import Settings
from policies import library
from tests.rehearsal.histories import Files

NAMES = ("something-useful", "after-valuable-contact")
DOCUMENTS = [library.text(name) for name in ("guard", *NAMES)]
CONTENTS = [row for row in starter.contents() if row["name"] in sorted({row["name"] for row in starter.contents()})[:6]]
PIECES = 6  # few, so that the shelf runs empty
ENDS = 1_735_689_600  # the sample company's year is 2024


def furniture() -> Furniture:
    return Furniture(DOCUMENTS, CONTENTS, starter.surveys())


def a_few(folder: Path, customers: int = 12, extra: Iterable[Mapping[str, object]] = ()) -> Files:
    """Files with the first customers of the sample company, their last 150 days, and these contacts besides."""
    everybody, everything = sample.company(5, ENDS)
    chosen = everybody[:customers]
    ids = {row["external_id"] for row in chosen}
    begins = "2024-08-01"
    contacts = [row for row in everything if row["customer"] in ids and str(row["occurred_at"]) > begins]
    files = Files(folder / "customers.csv", folder / "contacts.csv")
    write(files.customers, [{k: v for k, v in row.items() if k != "attributes"} for row in chosen])
    write(files.contacts, [*contacts, *extra])
    return files


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(listed[0]), restval="")
        writer.writeheader()
        writer.writerows(listed)


def play(files: Files, folder: Path, seed: int = 1, progress: Progress = lambda done, of: None) -> Summary:
    """Rehearse into `ledger.csv` and `responses.csv` of a folder."""
    papers = Papers(folder / "ledger.csv", folder / "responses.csv")
    script = Script(files.customers, files.contacts, furniture(), seed)
    return rehearse(Settings(), script, papers, progress)
