"""How often one caller may do something."""

from concurrent.futures import ThreadPoolExecutor

from web.throttle import MOST_KEYS, Throttle

NOON = 1_750_000_000


def test_so_many_at_once_and_then_one_each_so_many_seconds() -> None:
    throttle = Throttle(3, 10)
    assert [throttle.allows("a", NOON) for _ in range(5)] == [True] * 3 + [False] * 2
    assert [throttle.allows("a", NOON + second) for second in (9, 10, 11, 20)] == [False, True, False, True]


def test_whoever_waits_long_enough_has_all_of_them_again_and_no_more() -> None:
    throttle = Throttle(3, 10)
    for _ in range(3):
        throttle.allows("a", NOON)
    assert [throttle.allows("a", NOON + 10_000) for _ in range(5)] == [True] * 3 + [False] * 2


def test_one_caller_does_not_hold_back_another() -> None:
    throttle = Throttle(1, 10)
    assert [throttle.allows(key, NOON) for key in ("a", "b", "a", "b")] == [True, True, False, False]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    throttle = Throttle(1, 10)
    assert [throttle.allows("a", NOON + second) for second in (0, -50, -100, 0)] == [True, False, False, False]


def test_a_flood_of_callers_does_not_fill_the_memory() -> None:
    throttle = Throttle(1, 10)
    for number in range(MOST_KEYS + 500):
        throttle.allows(str(number), NOON)
    assert len(throttle._buckets) == MOST_KEYS
    assert not throttle.allows(str(MOST_KEYS + 499), NOON)


def test_many_at_once_get_no_more_than_there_are() -> None:
    throttle = Throttle(50, 1_000)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: throttle.allows("a", NOON), range(400))) == 50
