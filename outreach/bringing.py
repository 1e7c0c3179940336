"""Customers and contacts from a file that somebody sends to a page: brought in step by step, then told of."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from outreach import audit
from outreach.csv_import import ImportOptions, ImportReport, contacts_by_steps, customers_by_steps
from outreach.runtime import Runtime

STEPS = {"customers": customers_by_steps, "contacts": contacts_by_steps}
SAMPLES = {
    "customers": "external_id,name,email,phone,language,timezone,account,consent_email,consent_sms,created_at\n"
    "C-1,Anna de Vries,anna@example.com,+31612345678,nl,Europe/Amsterdam,,yes,yes,2025-01-15T09:00:00+01:00\n",
    "contacts": "external_id,customer,kind,touchpoint,value,occurred_at\n"
    "E-1,C-1,delivery,courier,60,2025-03-01T09:30:00+01:00\n",
}
"""A file of each kind with one row, to fill in."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is, in rows; at the end with the report."""

    done: int
    rows: int
    report: ImportReport | None = None


def bring(runtime: Runtime, what: str, upload: BinaryIO, options: ImportOptions, by: str) -> Iterator[Step]:
    """Bring in `what` (customers or contacts), as one asks for the steps; the last tells what became of it, and is in
    the audit log where anything could. Raises UnusableFile at the first step, when nothing went in."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{what}.csv"
        with path.open("wb") as file:
            shutil.copyfileobj(upload, file)
        with closing(STEPS[what](runtime, path, options)) as steps:
            step = Step(0, 0)
            while True:
                try:
                    step = Step(*next(steps))
                except StopIteration as end:
                    if not options.dry_run:
                        _record(runtime, what, by, end.value)
                    yield Step(step.done, step.rows, end.value)
                    return
                yield step


def _record(runtime: Runtime, what: str, by: str, report: ImportReport) -> None:
    counts = {name: getattr(report, name) for name in ("created", "updated", "unchanged", "rejected")}
    with runtime.writing() as session:
        audit.record(session, runtime.now(), by, {"brought in": what, **counts})
