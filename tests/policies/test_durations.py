"""Durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.arithmetic import LONGEST
from policies.durations import read, write

WRITTEN = [
    ("45s", 45),
    ("30m", 1_800),
    ("24h", 86_400),
    ("90d", 7_776_000),
    ("2w", 1_209_600),
    ("0d", 0),
    (" 1d ", 86_400),
]
REFUSED: list[object] = [
    "",
    "d",
    "90",
    "90 d",
    "1.5d",
    "-1d",
    "90D",
    "1d12h",
    "3660d1s",
    "٣d",
    "1y",
    None,
    1.5,
    True,
    [],
    b"1d",
]


@pytest.mark.parametrize(("written", "seconds"), WRITTEN)
def test_a_duration_is_a_number_and_a_unit(written: str, seconds: int) -> None:
    assert read(written) == seconds


@pytest.mark.parametrize("written", REFUSED)
def test_anything_else_is_refused_with_how_to_write_one(written: object) -> None:
    with pytest.raises(ValueError, match='write a number and a unit, such as "90d"'):
        read(written)


@pytest.mark.parametrize("written", ["3661d", "999999999s", -1, LONGEST + 1])
def test_nothing_lasts_longer_than_ten_years_or_less_than_no_time(written: object) -> None:
    with pytest.raises(ValueError, match="between 0 and 10 years"):
        read(written)


@given(st.integers(0, LONGEST))
def test_what_was_written_reads_the_same(seconds: int) -> None:
    assert read(write(seconds)) == read(seconds) == seconds


@pytest.mark.parametrize(
    ("seconds", "written"), [(86_400, "1d"), (90_000, "25h"), (90_060, "1501m"), (61, "61s"), (0, "0d")]
)
def test_the_largest_unit_that_leaves_no_rest_is_written(seconds: int, written: str) -> None:
    assert write(seconds) == written
