"""Who comes in when, as a rehearsal plays it."""

import pytest

from outreach.rehearsal.history import History, NothingToPlay
from tests.make import DAY, NOON, moment


def a_customer(name: str, created_at: int | None = None) -> dict[str, object]:
    return {"external_id": name, "created_at": "" if created_at is None else moment(created_at)}


def a_contact(name: str, customer: str, at: int) -> dict[str, object]:
    return {"external_id": name, "customer": customer, "occurred_at": moment(at)}


def test_a_history_begins_with_its_first_contact() -> None:
    history = History.of([a_customer("A", NOON - 900 * DAY)], [a_contact("1", "A", NOON)])
    assert history.begins == history.customers[0].at == NOON


def test_a_customer_without_a_date_comes_in_with_their_first_contact() -> None:
    contacts = [a_contact("1", "A", NOON), a_contact("3", "B", NOON + 9 * DAY), a_contact("2", "B", NOON + DAY)]
    history = History.of([a_customer("B"), a_customer("A")], contacts)
    assert [(who.row["external_id"], who.at) for who in history.customers] == [("A", NOON), ("B", NOON + DAY)]


def test_a_contact_waits_for_its_customer() -> None:
    history = History.of([a_customer("A", NOON + DAY)], [a_contact("1", "A", NOON)])
    assert history.contacts[0].at == NOON + DAY


def test_contacts_come_in_in_order_of_time_and_then_as_they_were_given() -> None:
    contacts = [a_contact("late", "A", NOON + DAY), a_contact("first", "A", NOON), a_contact("second", "A", NOON)]
    history = History.of([a_customer("A")], contacts)
    assert [contact.row["external_id"] for contact in history.contacts] == ["first", "second", "late"]


def test_a_row_without_a_readable_moment_comes_in_at_the_beginning() -> None:
    wrong = {"external_id": "2", "customer": "A", "occurred_at": "yesterday"}
    history = History.of([a_customer("A")], [a_contact("1", "A", NOON), wrong])
    assert [contact.at for contact in history.contacts] == [NOON, NOON]


def test_a_history_without_a_readable_contact_is_refused() -> None:
    with pytest.raises(NothingToPlay):
        History.of([a_customer("A")], [{"external_id": "1", "customer": "A", "occurred_at": "2025-01-01T00:00:00"}])
