"""Cells that no spreadsheet runs as a formula, and back again without loss."""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n\0]")
_PREFIXED = re.compile(r"'+[=+\-@\t\r\n\0]")


def safe(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run; `plain` takes it away again."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _PREFIXED.match(cell) else cell
