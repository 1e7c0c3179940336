"""The texts there are, as a replay knows them: which, not what they say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from outreach import answers
from outreach.rehearsal.sayings import NOT_NOW
from outreach.whereabouts import holidays_near
from policies.arithmetic import DAY
from policies.replay.history import HolidaysOf, Zones
from policies.replay.walk import Span, Stock, Survey

Row = Mapping[str, object]


def stock(contents: Iterable[Row], surveys: Iterable[Row], languages: Iterable[str]) -> Stock:
    """Of rows of `contents` and `surveys`; made-up customers speak these languages. Pieces are given in the order of
    their names, as long as nobody knows which are used most."""
    pieces: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in contents:
        pieces[str(row["language"]), str(row["channel"])].append(str(row["name"]))
    asks = {(str(row["name"]), str(row["language"]), str(row["channel"])): _survey(row) for row in surveys}
    return Stock(pieces, asks, {language: _snoozes(language) for language in languages})


def _survey(row: Row) -> Survey:
    asks_back = bool(row["follow_ups"])
    return Survey(
        follow_low=asks_back and bool(row["follow_low"]),
        follow_mid=asks_back and bool(row["follow_mid"]),
        follow_high=asks_back and bool(row["follow_high"]),
        thanks=bool(row["thanks"]),
    )


def _snoozes(language: str) -> tuple[int, int, int]:
    """For how many seconds each saying of "not now" wants peace, as it is read."""
    sayings = NOT_NOW["nl" if language.startswith("nl") else "en"]
    first, second, third = [(answers.read(said, language, "email").snooze_days or 0) * DAY for said in sayings]
    return first, second, third


def holidays_over(span: Span) -> HolidaysOf:
    """The public holidays in all years that a span of time touches."""
    years = range(datetime.fromtimestamp(span.begins, UTC).year, datetime.fromtimestamp(span.until, UTC).year + 2)
    middles = [int(datetime(year, 7, 1, tzinfo=UTC).timestamp()) for year in years]

    def of(zones: Zones) -> frozenset[date]:
        return frozenset().union(*(holidays_near(zones, middle) for middle in middles))

    return of
