"""A CSV file from somewhere else: checked as a whole before anything goes in, then read row by row."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

MOST_COLUMNS = 200
LONGEST_LINE = 1_000_000
"""Characters. A row may span lines and be longer; a cell of more than 131,072 is refused by the reader itself."""
REJECTED_COLUMNS = ("rejected_line", "rejected_reason")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnusableFile(Exception):
    """Nothing of this file went in; the message says why, and what to do."""


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
        raise UnusableFile("this is not UTF-8 text (UTF-16, or not a CSV file at all); save it as 'CSV UTF-8'")
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
            raise UnusableFile(f"the row at line {line} cannot be read ({problem}); check its quotes") from None
        except UnicodeDecodeError as problem:
            line = _undecodable(path, encoding)
            raise UnusableFile(f"line {line} is not {problem.encoding} text; save the file as 'CSV UTF-8'") from None


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
            raise UnusableFile(f"line {number} is longer than {LONGEST_LINE:,} characters")
        yield line


def _header(row: Row, required: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for name in row.cells]
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(names) <= MOST_COLUMNS else []
    if len(names) > MOST_COLUMNS:
        raise UnusableFile(f"it has {len(names):,} columns; at most {MOST_COLUMNS} are read")
    if "" in names:
        raise UnusableFile(f"column {names.index('') + 1} has no name")
    if missing:
        raise UnusableFile(f"the first line must name the columns {', '.join(required)}; missing: {', '.join(missing)}")
    if twice:
        raise UnusableFile(f"these columns are there twice: {', '.join(twice)}")
    return tuple(names)
