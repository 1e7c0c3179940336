"""The fit of a response to what it depends on: known coefficients, hard cases, and real campaigns."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from policies.replay.logistic import fit
from policies.replay.offpolicy import Judged, judged

Floats = NDArray[np.float64]


def drawn(seed: int, coefficients: list[float], rows: int) -> tuple[Floats, Floats]:
    random = np.random.default_rng(seed)
    columns = random.normal(size=(rows, len(coefficients) - 1)) * random.uniform(0.5, 20.0, len(coefficients) - 1)
    reach = coefficients[0] + (columns / columns.std(axis=0)) @ np.array(coefficients[1:])
    return columns, (random.random(rows) < 1.0 / (1.0 + np.exp(-reach))).astype(float)


@given(st.integers(0, 2**32), st.lists(st.floats(-1.5, 1.5), min_size=2, max_size=5))
def test_known_coefficients_are_found_again(seed: int, coefficients: list[float]) -> None:
    columns, happened = drawn(seed, coefficients, 4000)
    found = fit(columns, happened, ridge=1e-6)
    wanted = np.r_[coefficients[0], np.array(coefficients[1:]) / columns.std(axis=0)]
    errors = np.sqrt(np.diag(found.covariance))
    assert (np.abs(found.coefficients - wanted) < 5.0 * errors).all()
    assert (errors[1:] * columns.std(axis=0) < 0.15).all()


@given(st.integers(0, 2**32), st.lists(st.floats(-1.5, 1.5), min_size=2, max_size=4), st.floats(0.0, 50.0))
def test_as_many_are_expected_of_a_history_as_there_were(seed: int, coefficients: list[float], ridge: float) -> None:
    columns, happened = drawn(seed, coefficients, 300)
    if 0.0 < happened.mean() < 1.0:
        total, error = fit(columns, happened, ridge=ridge + 1e-6).total(columns)
        assert total == pytest.approx(happened.sum(), abs=1e-5)
        assert 0.0 < error < 300


def test_about_19_of_20_intervals_hold_the_truth() -> None:
    hits = 0
    for seed in range(300):
        columns, happened = drawn(seed, [-1.0, 0.7], 800)
        found = fit(columns, happened)
        wanted, error = 0.7 / columns.std(), np.sqrt(found.covariance[1, 1])
        hits += abs(found.coefficients[1] - wanted) < 1.96 * error
    assert 0.91 < hits / 300 < 0.985


@given(st.integers(2, 200), st.floats(1e-3, 1e6))
def test_a_column_that_tells_everything_apart_has_a_finite_coefficient(rows: int, scale: float) -> None:
    column = np.arange(float(rows))[:, None] * scale
    found = fit(column, (np.arange(rows) >= rows // 2).astype(float))
    assert np.isfinite(found.coefficients).all()
    assert np.isfinite(found.covariance).all()
    assert found.coefficients[1] > 0.0


@given(st.floats(-1e6, 1e6), st.integers(0, 2**32))
def test_a_column_that_is_the_same_everywhere_says_nothing(same: float, seed: int) -> None:
    columns, happened = drawn(seed, [0.2, 0.5], 200)
    alone = fit(columns, happened)
    found = fit(np.column_stack([columns, np.full(200, same)]), happened)
    assert found.coefficients == pytest.approx([*alone.coefficients, 0.0])
    assert found.covariance[2, 2] == 0.0


def test_rows_of_one_person_are_not_as_many_as_they_look() -> None:
    columns, happened = drawn(1, [0.0, 0.5], 400)
    ten_times = np.tile(columns, (10, 1)), np.tile(happened, 10)
    once, naive = fit(columns, happened, ridge=1e-9), fit(*ten_times, ridge=1e-9)
    known = fit(*ten_times, of=np.tile(np.arange(400), 10), ridge=1e-9)
    assert known.covariance == pytest.approx(once.covariance, rel=1e-6)
    assert naive.covariance[1, 1] < known.covariance[1, 1] / 9


@pytest.mark.parametrize("always", [0.0, 1.0])
def test_what_always_or_never_happened_is_not_fitted(always: float) -> None:
    with pytest.raises(ValueError, match="not in others"):
        fit(np.arange(10.0)[:, None], np.full(10, always))


@pytest.fixture(scope="module")
def bank(shared_data: Path) -> tuple[Floats, Floats]:
    """How often each client was contacted, and whether the last contact was answered with yes."""
    calls = pd.read_csv(shared_data / "02_contact_value" / "uci_bank_additional_full.csv.gz", sep=";")
    return calls.campaign.to_numpy(float), (calls.y == "yes").to_numpy(float)


def test_fatigue_is_learnt_from_a_banks_calls(bank: tuple[Floats, Floats]) -> None:
    times, yes = bank
    column = np.log(times)[:, None]
    found = fit(column, yes)
    low = found.coefficients[1] - 1.96 * np.sqrt(found.covariance[1, 1])
    high = found.coefficients[1] + 1.96 * np.sqrt(found.covariance[1, 1])
    assert low < found.coefficients[1] < high < -0.2
    fitted = found.chances(np.log(np.arange(1.0, 9.0))[:, None])
    assert (np.diff(fitted) < 0).all()
    seen = [yes[times == time].mean() for time in range(1, 9)]
    assert seen[0] == pytest.approx(0.130, abs=0.006)
    assert seen[7] == pytest.approx(0.043, abs=0.02)
    for time, rate in enumerate(fitted, 1):
        rows = (times == time).sum()
        assert rate == pytest.approx(seen[time - 1], abs=3 * np.sqrt(rate * (1 - rate) / rows)), time


@pytest.fixture(scope="module")
def mailing(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "02_contact_value" / "hillstrom_email_test.csv.gz")


@pytest.mark.parametrize(("arm", "visits"), [("Mens E-Mail", 0.1828), ("Womens E-Mail", 0.1514), ("No E-Mail", 0.1062)])
def test_sending_everybody_the_same_is_judged_from_a_mailing_by_lot(
    mailing: pd.DataFrame, arm: str, visits: float
) -> None:
    rows = len(mailing)
    found = judged(mailing.visit.to_numpy(float), np.full(rows, 1 / 3), (mailing.segment == arm).to_numpy(float))
    assert isinstance(found, Judged)
    assert found.value == pytest.approx(visits, abs=0.006)
    assert found.low < visits < found.high
    assert found.effective == pytest.approx(rows / 3, rel=0.02)


def test_visits_to_a_shop_are_learnt_from_a_mailing(mailing: pd.DataFrame) -> None:
    mailed = (mailing.segment != "No E-Mail").to_numpy(float)
    columns = np.column_stack([mailed, mailing.recency, mailing.newbie, np.log(mailing.history)])
    found = fit(columns, mailing.visit.to_numpy(float))
    errors = np.sqrt(np.diag(found.covariance))
    assert found.coefficients[1] > 3 * errors[1]
    assert found.coefficients[2] < -3 * errors[2]
    for arm in (0.0, 1.0):
        inside = mailed == arm
        assert found.chances(columns[inside]).mean() == pytest.approx(mailing.visit[inside].mean(), abs=1e-3)
