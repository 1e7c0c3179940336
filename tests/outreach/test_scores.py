"""The score and its interval, against figures published or computed elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.scores import Z95, interval, score

# promoters, critics, answers: lower, upper. The first two are published; the others were recomputed.
VECTORS = [
    ((6, 16, 161), (-0.1240, -0.0054)),
    ((3, 0, 3), (-0.1230, 1.0)),
    ((50, 20, 100), (0.1396, 0.4434)),
    ((1, 0, 1), (-0.58690, 1.0)),
    ((10, 0, 10), (0.44493, 1.0)),
    ((0, 0, 10), (-0.27753, 0.27753)),
    ((5, 5, 10), (-0.52681, 0.52681)),
]


@st.composite
def answers(draw: st.DrawFn) -> tuple[int, int, int]:
    n = draw(st.integers(1, 2000))
    promoters = draw(st.integers(0, n))
    return promoters, draw(st.integers(0, n - promoters)), n


@pytest.mark.parametrize(("counts", "limits"), VECTORS)
def test_the_interval_is_the_published_one(counts: tuple[int, int, int], limits: tuple[float, float]) -> None:
    assert interval(*counts) == pytest.approx(limits, abs=6e-5)


@pytest.mark.parametrize("n", [1, 5, 50, 1000])
def test_all_promoters_and_all_passives_have_the_limits_of_the_formula(n: int) -> None:
    z2 = Z95 * Z95
    assert interval(n, 0, n) == pytest.approx(((n - z2) / (n + z2), 1.0), abs=1e-9)
    assert interval(0, 0, n) == pytest.approx((-z2 / (n + z2), z2 / (n + z2)), abs=1e-9)


def test_no_answers_say_nothing() -> None:
    assert interval(0, 0, 0) == (-1.0, 1.0)


@given(answers())
def test_it_contains_the_score_and_stays_on_the_scale(counts: tuple[int, int, int]) -> None:
    promoters, critics, n = counts
    low, high = interval(*counts)
    assert -1 <= low <= (promoters - critics) / n <= high <= 1


@given(answers())
def test_swapping_promoters_and_critics_mirrors_it(counts: tuple[int, int, int]) -> None:
    promoters, critics, n = counts
    low, high = interval(promoters, critics, n)
    assert interval(critics, promoters, n) == pytest.approx((-high, -low), abs=1e-9)


@given(answers())
def test_more_of_the_same_narrows_it(counts: tuple[int, int, int]) -> None:
    low, high = interval(*counts)
    closer_low, closer_high = interval(*(4 * count for count in counts))
    assert closer_high - closer_low < high - low


def test_below_five_answers_there_is_no_score() -> None:
    assert score(4, 0, 4) is None
    found = score(3, 1, 5)
    assert found is not None
    assert found.value == pytest.approx(0.4)
    assert found.passives == 1
