"""Quiet hours, weekdays and holidays, in every zone and across every change of the clocks."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policies.arithmetic import NEVER, quiet_for
from policies.hours import DAYS, Hours, amounts_to_open, next_open
from policies.policy import Guard
from tests.policies import worlds
from tests.policies.make import DAY, HOUR, MINUTE, NOON

NIGHT = Hours()
NO_DAY: frozenset[date] = frozenset()


def local(zone: str, *moment: int) -> int:
    return int(datetime(*moment, tzinfo=ZoneInfo(zone)).timestamp())  # type: ignore[misc, arg-type]


def is_open(hours: Hours, zone: str, holidays: frozenset[date], at: int) -> bool:
    """What the words say, read off the clock on the wall; written without the arithmetic under test."""
    wall = datetime.fromtimestamp(at, ZoneInfo(zone))
    second = wall.hour * HOUR + wall.minute * MINUTE + wall.second
    night = hours.quiet_from > hours.quiet_until
    quiet = (second >= hours.quiet_from or second < hours.quiet_until) if night else (
        hours.quiet_from <= second < hours.quiet_until
    )  # fmt: skip
    on_holiday = wall.date() in holidays and not hours.holidays
    return not quiet and DAYS[wall.weekday()] in hours.weekdays and not on_holiday


class Walk(NamedTuple):
    """Every minute, one by one, and the next that is open everywhere."""

    minutes: range
    opens: list[float]

    @classmethod
    def along(cls, hours: Hours, zones: Sequence[str], holidays: frozenset[date], minutes: range) -> "Walk":
        later, opens = NEVER, []
        for at in reversed(minutes):
            later = at if all(is_open(hours, zone, holidays, at) for zone in zones) else later
            opens.append(later)
        return cls(minutes, opens[::-1])

    def agrees(self, found: float, at: int) -> bool:
        """Whether `found` is the first open second from `at` on, as far as this walk went."""
        expected = max(at, self.opens[(at - self.minutes.start) // MINUTE])
        return found == expected if expected < NEVER else found >= self.minutes.stop


def transitions(folder: Path) -> Iterator[tuple[str, int]]:
    with (folder / "07_bad_input" / "timezone_transitions_2010_2035.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["transition_utc"]:
                yield row["zone"], int(datetime.fromisoformat(row["transition_utc"]).timestamp())


# Hours whose edges fall on, into and around the hours that clocks leave out or repeat.
AROUND_CHANGES = [
    NIGHT,
    Hours(quiet_from=2 * HOUR, quiet_until=2 * HOUR + 30 * MINUTE),
    Hours(quiet_from=3 * HOUR, quiet_until=2 * HOUR, weekdays=("sun",)),
    Hours(quiet_from=1 * HOUR + 45 * MINUTE, quiet_until=0, weekdays=("sat", "sun")),
]


@pytest.mark.parametrize("hours", AROUND_CHANGES, ids=lambda hours: hours.model_dump_json()[:45])
def test_every_change_of_the_clocks_is_walked_right(hours: Hours, shared_data: Path) -> None:
    for zone, change in transitions(shared_data):
        walk = Walk.along(hours, [zone], NO_DAY, range(change - 4 * HOUR, change + 30 * HOUR, MINUTE))
        for at in range(change - 4 * HOUR, change + 4 * HOUR, 19 * MINUTE + 7):
            assert walk.agrees(next_open(hours, [zone], NO_DAY, at), at), (zone, at - change)


def test_the_second_of_every_change_of_the_clocks_is_found(shared_data: Path) -> None:
    for zone, change in transitions(shared_data):
        before, after = (datetime.fromtimestamp(at, ZoneInfo(zone)) for at in (change - 1, change))
        if before.utcoffset() == after.utcoffset():
            continue  # this machine's calendar of zones is an older one
        # Open from the wall time the clocks jump to: closed one second before, whichever way they jump.
        second = after.hour * HOUR + after.minute * MINUTE
        hours = Hours(quiet_from=(second + HOUR) % DAY, quiet_until=second)
        assert next_open(hours, [zone], NO_DAY, change) == change
        if after.utcoffset() > before.utcoffset():  # type: ignore[operator]
            assert next_open(hours, [zone], NO_DAY, change - 1) == change


@given(
    worlds.hours().map(Hours.model_validate),
    st.lists(st.sampled_from(worlds.ZONES), min_size=1, max_size=3, unique=True),
    st.frozensets(st.integers(0, 5).map(lambda days: date(2026, 3, 6) + timedelta(days)), max_size=3),
    st.integers(0, 3 * DAY),
)
def test_the_next_open_second_is_truly_the_first_in_all_zones(
    hours: Hours, zones: list[str], holidays: frozenset[date], later: int
) -> None:
    start = int(datetime(2026, 3, 6, 12, tzinfo=UTC).timestamp())  # New York changes its clocks on the 8th
    walk = Walk.along(hours, zones, holidays, range(start, start + 5 * DAY, MINUTE))
    assert walk.agrees(next_open(hours, zones, holidays, start + later), start + later)


@given(worlds.hours().map(Hours.model_validate), st.integers(worlds.EARLIEST, worlds.LATEST), st.integers(0, 9 * DAY))
def test_a_later_wish_is_never_granted_earlier(hours: Hours, at: int, later: int) -> None:
    zones = ["Europe/Amsterdam", "America/New_York"]
    assert next_open(hours, zones, NO_DAY, at) <= next_open(hours, zones, NO_DAY, at + later)


@pytest.mark.parametrize(
    ("second", "wait"), [(20 * HOUR - 1, 0), (20 * HOUR, 4 * HOUR), (9 * HOUR - 1, 1), (9 * HOUR, 0), (0, 9 * HOUR)]
)
def test_quiet_hours_begin_and_end_on_the_second(second: int, wait: int) -> None:
    assert quiet_for(second, True, 20 * HOUR, 9 * HOUR) == wait


def test_by_default_nothing_goes_out_from_20_to_9_in_the_customers_own_zone() -> None:
    evening = local("Europe/Amsterdam", 2026, 5, 13, 20)
    assert next_open(NIGHT, ["Europe/Amsterdam"], NO_DAY, evening) == local("Europe/Amsterdam", 2026, 5, 14, 9)
    assert next_open(NIGHT, ["America/New_York"], NO_DAY, evening) == evening


def test_no_sms_on_sundays_or_public_holidays() -> None:
    saturday_night, whit_monday = local("Europe/Amsterdam", 2026, 5, 23, 21), frozenset({date(2026, 5, 25)})
    sms, email = Guard().hours.sms, Guard().hours.email
    assert next_open(sms, ["Europe/Amsterdam"], whit_monday, saturday_night) == local(
        "Europe/Amsterdam", 2026, 5, 26, 9
    )
    assert next_open(email, ["Europe/Amsterdam"], whit_monday, saturday_night) == local(
        "Europe/Amsterdam", 2026, 5, 24, 9
    )


def test_an_unknown_zone_gets_the_hours_that_are_fine_in_every_zone_it_could_be() -> None:
    russia = ["Europe/Kaliningrad", "Asia/Vladivostok"]  # eight hours apart
    open_everywhere = local("Europe/Kaliningrad", 2026, 5, 13, 9)
    assert next_open(NIGHT, russia, NO_DAY, open_everywhere - 5) == open_everywhere
    assert next_open(NIGHT, russia, NO_DAY, open_everywhere + 3 * HOUR) == open_everywhere + DAY


def test_zones_without_a_common_hour_are_never_open() -> None:
    morning = Hours(quiet_from=10 * HOUR, quiet_until=9 * HOUR)
    assert next_open(morning, ["Europe/Amsterdam", "Asia/Kathmandu"], NO_DAY, NOON) == NEVER


def test_zones_that_share_an_hour_for_a_week_in_autumn_are_found() -> None:
    half_past_one = Hours(quiet_from=13 * HOUR + 30 * MINUTE, quiet_until=9 * HOUR)
    found = next_open(half_past_one, ["Europe/London", "America/New_York"], NO_DAY, NOON)
    assert found == local("America/New_York", 2026, 10, 25, 9)  # London changes its clocks a week before New York does


def test_no_zone_at_all_is_never_open() -> None:
    assert next_open(NIGHT, [], NO_DAY, NOON) == NEVER


@pytest.mark.parametrize("at", [NEVER, 1e15])
def test_what_never_comes_is_never_open(at: float) -> None:
    assert next_open(NIGHT, ["UTC"], NO_DAY, at) == NEVER


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    zone = "Australia/Lord_Howe"
    hours = Hours(
        quiet_from=0, quiet_until=2 * HOUR + 10 * MINUTE
    )  # 02:10 does not exist that night: 02:00 becomes 02:30
    midnight = local(zone, 2026, 10, 4)
    assert next_open(hours, [zone], NO_DAY, midnight) == midnight + 2 * HOUR


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"quiet_from": "25:00"}, 'write it as "20:00"'),
    ({"quiet_from": "9:00"}, 'write it as "20:00"'),
    ({"quiet_from": "20:00:30"}, 'write it as "20:00"'),
    ({"quiet_from": 90}, 'write it as "20:00"'),
    ({"quiet_from": DAY}, 'write it as "20:00"'),
    ({"weekdays": ["sunday"]}, "'sun'"),
    ({"weekdays": []}, "at least one day"),
    ({"quiet_from": "09:00", "quiet_until": "08:01"}, "less than an hour a day"),
    ({"quiet_from": "00:00", "quiet_until": "23:59"}, "less than an hour a day"),
    ({"quiet_from": "09:00", "quiet_until": "09:00"}, "less than an hour a day"),
]


@pytest.mark.parametrize(("amounts", "why"), REFUSED)
def test_hours_that_cannot_be_meant_are_refused(amounts: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Hours.model_validate(amounts)


def test_an_hour_a_day_is_enough() -> None:
    assert Hours.model_validate({"quiet_from": "09:00", "quiet_until": "08:00"}).quiet_until == 8 * HOUR


@given(worlds.hours(), st.sets(st.sampled_from(worlds.ZONES), min_size=1, max_size=3), st.integers(0, 8 * DAY))
def test_with_the_amounts_that_would_open_it_a_channel_is_open_at_that_moment(
    terms: dict[str, Any], zones: set[str], ahead: int
) -> None:
    hours, places, at = Hours.model_validate(terms), sorted(zones), NOON + ahead
    feasts = frozenset([datetime.fromtimestamp(at, UTC).date()])
    amounts = amounts_to_open(hours, places, feasts, at)
    assert bool(amounts) is (next_open(hours, places, feasts, at) != at)
    assume(all(amount.would_need is not None for amount in amounts))
    needed: dict[str, Any] = {amount.name: amount.would_need for amount in amounts}
    days = [name.removeprefix("weekdays.") for name in needed if name.startswith("weekdays.")]
    others = {name: value for name, value in needed.items() if not name.startswith("weekdays.")}
    opened = Hours.model_validate(hours.model_dump() | others | {"weekdays": (*hours.weekdays, *days)})
    assert next_open(opened, places, feasts, at) == at
