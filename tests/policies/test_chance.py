"""Chance as a number drawn by a hash."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.chance import draw

PURPOSES = ("jitter", "sampling", "never-asked")


def test_the_same_keys_draw_the_same_number_on_every_machine_for_ever() -> None:
    assert draw("salt", "jitter", "C1", 7) == 0.3877779858142316


@given(st.text(), st.text(), st.lists(st.text() | st.integers()))
def test_a_draw_is_at_least_0_and_less_than_1(salt: str, purpose: str, keys: list[object]) -> None:
    assert 0.0 <= draw(salt, purpose, *keys) < 1.0


@pytest.mark.parametrize("purpose", PURPOSES)
def test_draws_are_uniform_over_customers(purpose: str) -> None:
    shares = Counter(int(draw("salt", purpose, f"C{number}") * 20) for number in range(100_000))
    chi_squared = sum((shares[i] - 5_000) ** 2 / 5_000 for i in range(20))
    assert chi_squared < 43.8  # 19 degrees of freedom: exceeded once in a thousand


def test_purposes_draw_independently() -> None:
    pairs = Counter((draw("salt", "jitter", i) < 0.5, draw("salt", "sampling", i) < 0.5) for i in range(40_000))
    assert all(abs(count - 10_000) < 4 * 87 for count in pairs.values())  # 87: a standard deviation


def test_keys_do_not_run_into_each_other() -> None:
    assert draw("salt", "jitter", "ab", "c") != draw("salt", "jitter", "a", "bc")


def test_another_salt_draws_another_number() -> None:
    assert draw("salt", "jitter", "C1") != draw("pepper", "jitter", "C1")
