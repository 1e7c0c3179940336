"""A CSV file from somewhere else: checked as a whole before anything goes in, then read row by row."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from policies.said import worded

MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000
"""Characters. A row may span lines and be longer; a cell of more than 131,072 is refused by the reader itself."""
REJECTED_COLUMNS = ("rejected_line", "rejected_reason")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnusableFile(Exception):
    """Nothing of this file went in; `why` says so, and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Row(NamedTuple):
    """`line` is where it begins, counted from 1; `cells` are as they were written."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class CsvFile:
    """A file of which every row can be read. Iterating gives the rows below the header, blank ones left out."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int

    @classmethod
    def checked(cls, path: Path, required: Sequence[str]) -> "CsvFile":
        """Read the file once, from end to end. Raises UnusableFile."""
        try:
            if path.exists() and not path.is_file():
                raise UnusableFile(f"{path} is not a file; it is read twice, so save what comes from elsewhere first")
            encoding = _encoding(path)
            delimiter = _delimiter(path, encoding)
            found = _rows(path, encoding, delimiter)
            header = _header(next(found, Row(1, [])), required)
            return cls(path, encoding, delimiter, header, sum(1 for _ in found))
        except OSError as problem:
            raise UnusableFile(f"{path} cannot be read: {problem.strerror}") from problem

    def __iter__(self) -> Iterator[Row]:
        rows = _rows(self.path, self.encoding, self.delimiter)
        next(rows)
        return rows


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if start.count(0) > len(start) // 4:
        raise UnusableFile(worded("this is not UTF-8 text (UTF-16, or not a CSV file at all); save it as 'CSV UTF-8'"))
    return "utf-8"


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        first = next(_lines(text), "")
    return max(",;\t", key=first.count)


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    line = 1
    with path.open(encoding=encoding, newline="") as text:
        reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if any(cells):
                    yield Row(line, cells)
                line = reader.line_num + 1
        except csv.Error as problem:
            raise UnusableFile(
                worded(
                    "the row at line %(line)s cannot be read (%(why)s); check its quotes", line=line, why=str(problem)
                )
            ) from None
        except UnicodeDecodeError as problem:
            line = _undecodable(path, encoding)
            raise UnusableFile(
                worded(
                    "line %(line)s is not %(encoding)s text; save the file as 'CSV UTF-8'",
                    line=line,
                    encoding=problem.encoding,
                )
            ) from None


def _undecodable(path: Path, encoding: str) -> int:
    """The number of the first line that is not text."""
    line, decoder = 1, codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(65_536):
                line += decoder.decode(block).count("\n")
        except UnicodeDecodeError as problem:
            line += problem.object[: problem.start].decode(problem.encoding).count("\n")
    return line


def _lines(text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnusableFile(
                worded("line %(line)s is longer than %(most)s characters", line=number, most=f"{LONGEST_LINE:,}")
            )
        yield line


def _header(row: Row, required: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for name in row.cells]
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(names) <= MOST_COLUMNS else []
    if len(names) > MOST_COLUMNS:
        raise UnusableFile(
            worded("it has %(count)s columns; at most %(most)s are read", count=f"{len(names):,}", most=MOST_COLUMNS)
        )
    if "" in names:
        raise UnusableFile(worded("column %(number)s has no name", number=names.index("") + 1))
    if missing:
        raise UnusableFile(
            worded(
                "the first line must name the columns %(required)s; missing: %(missing)s",
                required=", ".join(required),
                missing=", ".join(missing),
            )
        )
    if twice:
        raise UnusableFile(worded("these columns are there twice: %(columns)s", columns=", ".join(twice)))
    return tuple(names)
