"""Contacts come out of the database into columns as they are in it, with Arrow and without."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, col, select

from outreach import database, history
from outreach.replaying import reading
from outreach.replaying.window import Window
from outreach.tables import ContactEvent, Customer
from policies.replay.contacts import Contacts
from policies.situation import Contact

AT = 1_750_000_000
EVENTS: list[tuple[int, str, str, float, int, dict[str, Any]]] = [
    (1, "a,b", "order", 0.0, AT + 5, {}),
    (3, 'with "quotes"', "visit", 100.0, AT, {"note": 'a "word", and\nanother', "n": 3}),
    (2, "é😀", "call", 33.3, AT, {}),
    (1, "", "order", 1e-9, AT - 100, {"empty": {}}),
    (3, "\\N", "visit", 50.0, AT + 5, {}),
]


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = database.connect(database_url)
    with database.writing(engine) as writing:
        for n in (1, 2, 3):
            writing.add(Customer(id=n, external_id=f"C{n}", since_at=AT, updated_at=AT))
        writing.flush()
        for customer, name, kind, value, at, attributes in EVENTS:
            writing.add(
                ContactEvent(
                    customer_id=customer, source="test", external_id=name, kind=kind, touchpoint="the shop",
                    value=value, occurred_at=at, received_at=AT, attributes=attributes,
                )
            )  # fmt: skip
            writing.flush()
    with Session(engine) as reading_session:
        yield reading_session
    engine.dispose()


@pytest.fixture(params=["with Arrow", "without"])
def arrow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setattr(reading, "pa", None)


def as_they_are(session: Session, ids: list[int]) -> list[tuple[int, Contact]]:
    rows = session.exec(
        select(ContactEvent).where(col(ContactEvent.customer_id).in_(ids)).order_by(col(ContactEvent.id))
    )
    return [(ids.index(row.customer_id), history.contact_of(row)) for row in rows]


def told(contacts: Contacts) -> list[tuple[int, Contact]]:
    return [(int(owner), contact) for owner, contact in zip(contacts.owners, contacts, strict=True)]


@pytest.mark.parametrize("ids", [[1, 2, 3], [1, 3], [2], []])
def test_every_contact_of_these_customers_comes_as_it_is(session: Session, arrow: None, ids: list[int]) -> None:
    assert told(reading.contacts(session, ids, Window())) == as_they_are(session, ids)


def test_only_what_is_inside_the_window_comes(session: Session, arrow: None) -> None:
    some = reading.contacts(session, [1, 2, 3], Window(AT, AT + 5))
    assert [contact.id for _, contact in told(some)] == ['test/with "quotes"', "test/é😀"]


def test_of_an_empty_database_nothing_comes(sqlite_url: str, arrow: None) -> None:
    engine = database.connect(sqlite_url)
    with Session(engine) as empty:
        assert told(reading.contacts(empty, [], Window())) == []
    engine.dispose()


def test_contacts_are_placed_by_their_customers_new_places_and_time(session: Session, arrow: None) -> None:
    placed = reading.contacts(session, [1, 2, 3], Window()).placed([2, 0, 1])
    assert [(int(owner), contact.occurred_at - AT) for owner, contact in zip(placed.owners, placed, strict=True)] == [
        (0, 0), (1, 0), (1, 5), (2, -100), (2, 5),
    ]  # fmt: skip
    octets, begins = placed.keys()
    texts = [octets[int(begins[n]) : int(begins[n + 1])].decode() for n in range(len(placed))]
    assert texts == [contact.id for contact in placed]
    assert placed[1].attributes == {"note": 'a "word", and\nanother', "n": 3}
    with pytest.raises(IndexError):
        placed[len(placed)]
