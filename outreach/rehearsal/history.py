"""A history as a rehearsal plays it: rows for the door, each with the moment at which it comes in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

Row = Mapping[str, object]
FIRST_YEAR = 1970
DAY = 86_400
END_OF_TIME = 4_102_444_800  # 1 January 2100


class NothingToPlay(Exception):
    """There is no contact with a readable moment, so there is no history."""


class Arrival(NamedTuple):
    """A row, and when it comes in (epoch seconds)."""

    at: int
    row: Row


@dataclass(frozen=True, slots=True)
class History:
    """Who comes in when, and what happens when; each in order of time, equal times as they were given."""

    customers: tuple[Arrival, ...]
    contacts: tuple[Arrival, ...]
    begins: int
    last: int

    @classmethod
    def of(cls, customers: Iterable[Row], contacts: Iterable[Row], today: int = END_OF_TIME) -> "History":
        """A history of rows with the fields of CustomerForm and ContactForm, their times as text. Raises NothingToPlay.

        It begins with its first contact. A customer comes in when they were created, but not before that beginning; one
        without a moment comes in with their first contact. A contact comes in when it occurred, but not before its
        customer. A row whose moment cannot be read, or is more than a day after `today` (epoch seconds), comes in at
        the beginning, where the door refuses it.
        """
        happened = [(moment(row.get("occurred_at"), today), row) for row in contacts]
        known = [at for at, _ in happened if at is not None]
        if not known:
            raise NothingToPlay(f"no contact has a moment that can be read, so there is no history{_first(happened)}")
        begins, last = min(known), max(known)
        first: dict[str, int] = {}
        for at, row in happened:
            who = _key(row.get("customer"))
            first[who] = min(first.get(who, last), begins if at is None else at)
        comes_in: dict[str, int] = {}
        arrivals = []
        for row in customers:
            who = _key(row.get("external_id"))
            created = moment(row.get("created_at"), today)
            at = max(begins, created if created is not None else first.get(who, begins))
            comes_in.setdefault(who, at)
            arrivals.append(Arrival(at, row))
        events = [
            Arrival(max(begins if at is None else at, comes_in.get(_key(row.get("customer")), begins)), row)
            for at, row in happened
        ]
        return cls(_in_time(arrivals), _in_time(events), begins, last)


def _first(happened: Sequence[tuple[int | None, Row]]) -> str:
    for _, row in happened:
        return f"; the first is {row.get('external_id')}, of {str(row.get('occurred_at')).strip() or 'no moment'}"
    return ""


def moment(written: object, today: int) -> int | None:
    """Epoch seconds of a time as the door reads it; None where it names no zone, is no time, or one that no history
    could be of by `today`."""
    try:
        at = datetime.fromisoformat(str(written).strip())
    except ValueError:
        return None
    if at.tzinfo is None or at.year < FIRST_YEAR:
        return None
    found = int(at.timestamp())
    return found if found < min(today + DAY, END_OF_TIME) else None


def _key(external_id: object) -> str:
    return str(external_id).strip()


def _in_time(arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    return tuple(sorted(arrivals, key=lambda arrival: arrival.at))
