"""Durations as people write them in a policy: `90d`, `24h`, `30m`, `45s`, `2w`; in code alone whole seconds."""

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from policies.arithmetic import DAY, LONGEST
from policies.document import is_written
from policies.said import worded

MINUTE, HOUR, WEEK = 60, 3_600, 604_800
_UNITS = {"w": WEEK, "d": DAY, "h": HOUR, "m": MINUTE, "s": 1}
_WRITTEN = re.compile(r"([0-9]{1,9})([wdhms])")


def read(written: object) -> int:
    """Seconds of a written duration; raises ValueError that says how to write one."""
    if isinstance(written, int) and not isinstance(written, bool):
        seconds = written
    else:
        match = _WRITTEN.fullmatch(written.strip()) if isinstance(written, str) else None
        if not match:
            raise ValueError(
                worded(
                    '%(written)s is not a duration; write a number and a unit, such as "90d", "24h" or "30m"',
                    written=repr(written),
                )
            )
        seconds = int(match[1]) * _UNITS[match[2]]
    if not 0 <= seconds <= LONGEST:
        raise ValueError(
            worded("%(written)s is out of reach; a duration is between 0 and 10 years", written=repr(written))
        )
    return seconds


def _read(given: object, info: ValidationInfo) -> int:
    return read(str(given) if is_written(info) else given)


def write(seconds: int) -> str:
    """Whole seconds in the largest unit, up to days, that leaves no rest: 86400 is `1d`, 90000 is `25h`."""
    unit = next(unit for unit in "dhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


Duration = Annotated[
    int,
    BeforeValidator(_read),
    PlainSerializer(write, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,9}[wdhms]$", "examples": ["90d", "24h"]}),
]
