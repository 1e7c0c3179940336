"""Where a customer could be: the time zones, and the public holidays there."""

from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

_NO_PLACES = {"localtime", "Factory", "posixrules"}  # what the machine, or nobody, has set


@cache
def known_zones() -> frozenset[str]:
    """The names of all time zones that are the same on every machine."""
    return frozenset(available_timezones() - _NO_PLACES)


@lru_cache(maxsize=4096)
def zones_of_phone(number: str) -> tuple[str, ...]:
    """Every time zone a phone number in E.164 could be in; none where the number does not tell."""
    # Imported here: the tables behind it are large, and most processes never need them.
    import phonenumbers
    from phonenumbers import timezone

    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)


def holidays_near(zones: tuple[str, ...], now: int) -> frozenset[date]:
    """The public holidays in any country of these zones, last year to next.

    A zone tells the country and not the region, so a holiday of any region counts: Easter Monday is one in England and
    none in Scotland.
    """
    year = datetime.fromtimestamp(now, UTC).year
    days = [_holidays(country, year) for zone in zones if (country := _countries().get(zone))]
    return frozenset().union(*days)


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays

    regions = holidays.list_supported_countries().get(country)
    if regions is None:
        return frozenset()  # a country whose holidays the library does not know
    years = (year - 1, year, year + 1)
    return frozenset(
        day for region in (None, *regions) for day in holidays.country_holidays(country, subdiv=region, years=years)
    )


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Zone name to country code, as the time zone database itself tells; older names of a zone mean the same place."""
    zones = [line.split("\t") for line in _lines("zone.tab") if not line.startswith("#")]
    countries = {zone: country for country, _, zone, *_ in zones}
    links = [line.split() for line in _lines("tzdata.zi") if line.startswith("L ")]
    older = {older: countries[zone] for _, zone, older in links if zone in countries}
    return older | countries


def _lines(table: str) -> list[str]:
    return files("tzdata.zoneinfo").joinpath(table).read_text(encoding="utf-8").splitlines()
