"""What is known of a customer when they are judged: where they are, how to reach them, what reached them before."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from outreach.database import lock_customers
from outreach.history import Past, pasts
from outreach.tables import Case, ContactPoint
from outreach.whereabouts import holidays_near, zones_of_phone
from tests.make import DAY, HOUR, NOON
from tests.world import Fate, World, a_world, asks, gives, guard

KINGS_DAY = date(2025, 4, 26)


def _past(world: World, customer: str = "K1") -> Past:
    with world.runtime.writing() as session:
        locked = lock_customers(session, [world.id_of(customer)])
        return pasts(session, locked, world.runtime.settings, world.now)[locked[0].id]


# Where somebody is


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+31612345678", ("Europe/Amsterdam",)),
        ("+919876543210", ("Asia/Calcutta",)),
        ("+61412345678", ("Australia/Sydney",)),
        ("+12125550123", ("America/New_York",)),
    ],
)
def test_a_phone_number_tells_the_zones_it_could_be_in(phone: str, zones: tuple[str, ...]) -> None:
    assert set(zones) <= set(zones_of_phone(phone))
    for zone in zones_of_phone(phone):
        ZoneInfo(zone)


def test_every_zone_a_phone_number_can_tell_is_one_we_know_with_its_country() -> None:
    from phonenumbers.tzdata import TIMEZONE_DATA

    from outreach.whereabouts import _countries

    zones = {zone for found in TIMEZONE_DATA.values() for zone in found}
    assert [zone for zone in zones if zone not in _countries()] == []


@pytest.mark.parametrize("phone", ["", "+", "nonsense", "+999123456789"])
def test_a_number_that_tells_nothing_tells_no_zone(phone: str) -> None:
    assert zones_of_phone(phone) == ()


def test_the_zone_that_was_given_counts_most_then_the_phone_then_home(sqlite_url: str) -> None:
    with a_world(sqlite_url, home_zones="Europe/Amsterdam, Europe/London") as world:
        world.customer("given", timezone="Asia/Tokyo", phone="+31612345678")
        world.customer("phone", timezone="", phone="+31612345679")
        world.customer("home", timezone="")
        found = [_past(world, one).zones for one in ("given", "phone", "home")]
    assert found == [("Asia/Tokyo",), ("Europe/Amsterdam",), ("Europe/Amsterdam", "Europe/London")]


def test_somebody_who_could_be_anywhere_is_not_written_to(world: World) -> None:
    world.publish(asks(), gives())
    world.customer(timezone="")
    world.contact()
    world.tick()
    assert world.got() == []
    assert {decision.held_by for decision in world.decisions()} == {"quiet_hours"}


def test_a_message_waits_for_the_hours_that_are_fine_in_every_zone_somebody_could_be_in(sqlite_url: str) -> None:
    nine_to_eight = {"quiet_from": "20:00", "quiet_until": "09:00"}
    with a_world(sqlite_url, home_zones="Europe/Amsterdam,America/New_York") as world:
        world.publish(guard(hours={"email": nine_to_eight, "sms": nine_to_eight}), asks())
        world.customer(timezone="")
        world.now = int(datetime(2025, 6, 16, 8, 0, tzinfo=UTC).timestamp())  # ten in Amsterdam, four in New York
        world.contact()
        world.tick()
        assert world.got() == []
        world.later(5 * HOUR)  # three, and nine
        assert len(world.got()) == 1


# Holidays


def test_the_public_holidays_of_a_zones_country_are_known_for_the_years_around() -> None:
    found = holidays_near(("Europe/Amsterdam",), NOON)
    assert KINGS_DAY in found
    assert {day.year for day in found} == {2024, 2025, 2026}


@pytest.mark.parametrize(
    ("older", "zone"), [("Asia/Calcutta", "Asia/Kolkata"), ("US/Eastern", "America/New_York"), ("Asia/Saigon", None)]
)
def test_an_older_name_of_a_zone_has_the_same_holidays(older: str, zone: str | None) -> None:
    found = holidays_near((older,), NOON)
    assert found
    assert zone is None or found == holidays_near((zone,), NOON)


def test_of_several_zones_every_holiday_counts() -> None:
    both = holidays_near(("Europe/Amsterdam", "Europe/Paris"), NOON)
    assert {KINGS_DAY, date(2025, 7, 14)} <= both


def test_a_holiday_of_any_region_counts_because_a_zone_does_not_tell_the_region() -> None:
    easter_monday = date(2025, 4, 21)  # in England, Wales and Northern Ireland, not in Scotland
    assert easter_monday in holidays_near(("Europe/London",), NOON)


@pytest.mark.parametrize("zones", [(), ("UTC",), ("Etc/GMT+3",)])
def test_a_zone_without_known_holidays_has_none(zones: tuple[str, ...]) -> None:
    assert holidays_near(zones, NOON) == frozenset()


# Reach, language, past


def test_consent_suppression_and_use_are_known_for_each_channel(world: World) -> None:
    world.customer(phone="+31612345678", consent_sms="no")
    past = _past(world)
    assert (past.addresses["email"].consent, past.addresses["sms"].consent) == (True, False)
    world.by_hand(sa.update(ContactPoint).values(consent="unknown", usable=False))
    past = _past(world)
    assert (past.addresses["email"].consent, past.addresses["email"].usable) == (None, False)
    world.says("STOP")
    assert all(address.suppressed for address in _past(world).addresses.values())


def test_the_language_is_the_customers_without_its_country_or_that_of_the_house(world: World) -> None:
    world.customer("K1", language="nl-BE")
    world.customer("K2")
    assert [_past(world, one).language for one in ("K1", "K2")] == ["nl", "en"]


def test_what_was_voided_did_not_reach_the_customer(world: World) -> None:
    world.publish(gives())
    world.customer()
    world.provider.coming.append(Fate.REFUSED)
    world.tick()
    past = _past(world)
    assert past.touches == ()
    assert [piece.name for piece in past.left["email"]] == ["tip-1", "tip-2", "tip-3"]


def test_what_reached_the_customer_is_known_oldest_first(world: World) -> None:
    world.publish(gives(), asks(priority=10))
    world.customer()
    world.contact()
    world.tick()
    world.later(DAY)
    assert [(touch.kind, touch.at) for touch in _past(world).touches] == [
        ("content", world.now - DAY),
        ("ask", world.now),
    ]
    assert [piece.name for piece in _past(world).left["email"]] == ["tip-2", "tip-3"]


def test_the_last_ask_of_each_colleague_is_known_and_ones_own_is_not_among_them(world: World) -> None:
    world.publish(guard(account={"people": 20, "window": "30d"}), asks(), gives())
    people = ["K1", "K2", "K3"]
    world.customers(*people, account="Bakery")
    world.contacts("K1", "K2")
    world.tick()
    asked = {world.id_of(one): world.now for one in ("K1", "K2")}
    assert _past(world, "K3").colleagues == asked
    assert _past(world, "K1").colleagues == {world.id_of("K2"): world.now}
    assert _past(world, "K1").account == "Bakery"


def test_open_and_closed_cases_are_known(world: World) -> None:
    world.customer()
    assert (_past(world).case_open, _past(world).case_closed_at) == (False, None)
    case = {"customer_id": world.id_of("K1"), "opened_at": 1, "why": "a complaint"}
    world.by_hand(sa.insert(Case).values(**case, closed_at=5), sa.insert(Case).values(**case, closed_at=9))
    assert (_past(world).case_open, _past(world).case_closed_at) == (False, 9)
    world.by_hand(sa.insert(Case).values(**case))
    assert (_past(world).case_open, _past(world).case_closed_at) == (True, 9)


def test_attributes_of_the_customer_can_be_looked_at_by_an_audience(world: World) -> None:
    world.publish(asks(audience={"field": "customer.segment", "is": "A"}))
    world.customer("K1", attributes={"segment": "A"})
    world.customer("K2", attributes={"segment": "B"})
    world.customer("K3")
    world.contacts("K1", "K2", "K3")
    world.tick()
    assert [sent.recipient for sent in world.got()] == ["K1@a.eu"]
