"""Customers and contact events from CSV files: the good rows go in, the others come back with the reason."""

import csv
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from outreach.csv_cells import plain, safe
from outreach.csv_file import MOST_COLUMNS, REJECTED_COLUMNS, CsvFile, Row, UnusableFile
from outreach.intake import Batch, receive_contacts, receive_customers
from outreach.intake_forms import ContactForm, CustomerForm
from outreach.receipts import Receipt, Receipts, Result, refused
from outreach.runtime import Runtime
from policies.said import worded

if TYPE_CHECKING:
    import _csv

__all__ = ["ImportOptions", "ImportReport", "UnusableFile", "import_contacts", "import_customers"]

ROWS_PER_TRANSACTION = 2_000
Item = dict[str, object]
Receive = Callable[[Runtime, Sequence[object], Batch], Receipts]


def _unheard(done: int, rows: int) -> None:
    pass


@dataclass(frozen=True)
class ImportOptions:
    """`zone` is meant by times that name none; without it their rows are rejected.

    A `dry_run` reports what would happen and stores nothing. `progress` hears the rows done, and the rows there are.
    """

    zone: tzinfo | None = None
    dry_run: bool = False
    source: str = "import"
    progress: Callable[[int, int], None] = _unheard


MOST_TOLD = 100  # refused rows


class RefusedRow(NamedTuple):
    """A row that did not go in: where it began, counted from 1, of which field, and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """How many rows did what. `notes` counts what was not done as asked, by sentence; `refused` are the first rows that
    were, all of which stand in the `rejected_file`."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    notes: dict[str, int]
    rejected_file: Path | None
    refused: tuple[RefusedRow, ...] = ()


def import_customers(runtime: Runtime, path: Path, options: ImportOptions = ImportOptions()) -> ImportReport:
    """Import customers; a second time changes nothing. Raises UnusableFile before anything went in."""
    return _to_its_end(customers_by_steps(runtime, path, options), options.progress)


def import_contacts(runtime: Runtime, path: Path, options: ImportOptions = ImportOptions()) -> ImportReport:
    """Import contact events; a second time changes nothing. Raises UnusableFile before anything went in."""
    return _to_its_end(contacts_by_steps(runtime, path, options), options.progress)


Steps = Generator[tuple[int, int], None, ImportReport]
"""An import that goes on as one asks for more: the rows done and the rows there are, after each transaction, the first
time before anything went in; then it returns the report. Ended early, what went in stays."""


def customers_by_steps(runtime: Runtime, path: Path, options: ImportOptions = ImportOptions()) -> Steps:
    """Import customers as Steps. Raises UnusableFile."""
    return _import(runtime, CsvFile.checked(path, ["external_id"]), _customers(), options)


def contacts_by_steps(runtime: Runtime, path: Path, options: ImportOptions = ImportOptions()) -> Steps:
    """Import contact events as Steps. Raises UnusableFile."""
    return _import(runtime, CsvFile.checked(path, _fields(ContactForm)), _contacts(), options)


def _to_its_end(steps: Steps, progress: Callable[[int, int], None]) -> ImportReport:
    while True:
        try:
            done, rows = next(steps)
            if done:
                progress(done, rows)
        except StopIteration as end:
            report: ImportReport = end.value
            return report


class Rows(NamedTuple):
    """The rows of a file as a door expects them, and what is said of those of another width than the header."""

    items: list[Item]
    refused: list[str]


def read_customers(path: Path) -> Rows:
    """For the door for customers. Raises UnusableFile, which names the file."""
    return _read(path, ["external_id"], _customers())


def read_contacts(path: Path) -> Rows:
    """For the door for contact events, in the same way. Raises UnusableFile, which names the file."""
    return _read(path, _fields(ContactForm), _contacts())


def _read(path: Path, required: Sequence[str], kind: "_Kind") -> Rows:
    found = Rows([], [])
    try:
        file = CsvFile.checked(path, required)
        for row in file:
            if len(row.cells) == len(file.header):
                found.items.append(kind.item(file.header, row))
            else:
                found.refused.append(f"{path.name}, line {row.line}: {_width(row, file.header)}")
    except UnusableFile as problem:
        raise UnusableFile(f"{path}: {problem}") from problem
    return found


def _width(row: Row, header: Sequence[str]) -> str:
    return worded(
        "the row has %(cells)s cells where the header has %(names)s", cells=f"{len(row.cells):,}", names=len(header)
    )


@dataclass(frozen=True)
class _Kind:
    receive: Receive
    fields: list[str]

    def item(self, header: Sequence[str], row: Row) -> Item:
        """The row as the door expects it: any further column is an attribute, unless it is empty."""
        item: Item = {}
        attributes: dict[str, str] = {}
        for name, cell in zip(header, row.cells, strict=True):
            if name in self.fields:
                item[name] = plain(cell)
            elif cell.strip() and name not in REJECTED_COLUMNS:
                attributes[name] = plain(cell)
        item["attributes"] = attributes
        return item


def _customers() -> _Kind:
    return _Kind(receive_customers, _fields(CustomerForm))


def _contacts() -> _Kind:
    return _Kind(receive_contacts, _fields(ContactForm))


def _fields(form: type[ContactForm] | type[CustomerForm]) -> list[str]:
    return [name for name in form.model_fields if name != "attributes"]


def _import(runtime: Runtime, file: CsvFile, kind: _Kind, options: ImportOptions) -> Steps:
    batch = Batch(options.source, options.zone, options.dry_run)
    counts: Counter[Result] = Counter()
    notes: Counter[str] = Counter()
    told: list[RefusedRow] = []
    with _Rejected(file) as rejected:
        yield 0, file.rows
        for rows in _chunks(file):
            for row, receipt in zip(rows, _receipts(runtime, rows, file.header, kind, batch), strict=True):
                counts[receipt.result] += 1
                if receipt.notes:
                    notes.update(receipt.notes)
                if receipt.result is Result.REFUSED:
                    rejected.add(row, f"{receipt.field} {receipt.reason}".strip())
                    if len(told) < MOST_TOLD:
                        told.append(RefusedRow(row.line, receipt.field, receipt.reason))
            yield counts.total(), file.rows
    created, updated, unchanged, refusals = (counts[result] for result in Result)
    if not (refusals or options.dry_run):
        rejected.path.unlink(missing_ok=True)  # it told of a time before this one
    file_of_them = rejected.path if refusals else None
    return ImportReport(created, updated, unchanged, refusals, dict(notes), file_of_them, tuple(told))


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, ROWS_PER_TRANSACTION)):
        yield chunk


def _receipts(
    runtime: Runtime, rows: Sequence[Row], header: Sequence[str], kind: _Kind, batch: Batch
) -> Iterator[Receipt]:
    whole = [kind.item(header, row) for row in rows if len(row.cells) == len(header)]
    received = iter(kind.receive(runtime, whole, batch).items)
    for row in rows:
        if len(row.cells) == len(header):
            yield next(received)
        else:
            yield refused("", "", _width(row, header))


class _Rejected:
    """The file of rejected rows, beside the original and readable by the same import; it stays when there is one. What
    stands there from another time is kept until then."""

    def __init__(self, file: CsvFile) -> None:
        self.path = file.path.with_suffix(".rejected.csv")
        self._header = file.header
        self._delimiter = file.delimiter
        self._writer: _csv.Writer | None = None

    def __enter__(self) -> Self:
        try:
            self._text = self.path.open("a", encoding="utf-8", newline="")
        except OSError as problem:
            raise UnusableFile(f"{self.path}, for the rows it rejects, cannot be written: {problem.strerror}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()
        if not self.path.stat().st_size:
            self.path.unlink()

    def add(self, row: Row, reason: str) -> None:
        if self._writer is None:
            self._text.truncate(0)
            self._text.write("\ufeff")
            self._writer = csv.writer(self._text, delimiter=self._delimiter)
            self._writer.writerow([*REJECTED_COLUMNS, *self._kept(self._header)])
        cells = [safe(plain(cell)) for cell in self._kept(row.cells[: MOST_COLUMNS + 1])]
        self._writer.writerow([row.line, safe(reason), *cells])

    def _kept(self, cells: Sequence[str]) -> list[str]:
        """But what an earlier import said of it. A row of another width than the header stays so, and is refused
        again."""
        last = [n for n, name in enumerate(self._header) if name in REJECTED_COLUMNS]
        return [cell for n, cell in enumerate(cells) if n not in last]
