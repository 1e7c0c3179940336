"""Customers come in once each, with their addresses and what they consented to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from outreach import addresses
from outreach.intake import Batch, receive_customers
from outreach.lifecycle import Consent
from outreach.receipts import Receipt, Result
from outreach.runtime import Runtime
from outreach.tables import Account, ConsentEvent, ContactPoint, Customer, Intent, Suppression, Table
from tests.make import DAY, NOON, RecordingBell, a_customer, a_runtime, moment


@pytest.fixture
def bell() -> RecordingBell:
    return RecordingBell()


@pytest.fixture
def runtime(database_url: str, bell: RecordingBell) -> Iterator[Runtime]:
    with a_runtime(database_url, doorbell=bell) as made:
        yield made


def _receive(runtime: Runtime, *rows: Any) -> list[Receipt]:
    return list(receive_customers(runtime, rows).items)


def _one(runtime: Runtime, **said: Any) -> Receipt:
    (receipt,) = _receive(runtime, a_customer(**said))
    return receipt


def _all(runtime: Runtime, table: type[Any]) -> list[Any]:
    with runtime.reading() as session:
        return list(session.exec(select(table).order_by(table.id)).all())


def _contents(runtime: Runtime) -> dict[str, list[Any]]:
    with runtime.reading() as session:
        return {table.name: list(session.execute(table.select()).all()) for table in Table.metadata.sorted_tables}


# Who somebody is


def test_a_customer_comes_in_with_everything_that_is_said(runtime: Runtime) -> None:
    receipt = _one(
        runtime, email="Anna@Example.com", phone="06 12345678", language="nl_be", timezone="Europe/Amsterdam",
        account="Bakery", consent_email="yes", consent_sms="no", created_at=moment(NOON - DAY),
        attributes={"segment": "A"},
    )  # fmt: skip
    assert receipt.result is Result.CREATED
    (customer,), (account,) = _all(runtime, Customer), _all(runtime, Account)
    assert (customer.external_id, customer.name, customer.language) == ("K1", "Anna", "nl-BE")
    assert (customer.timezone, customer.since_at, customer.attributes) == (
        "Europe/Amsterdam",
        NOON - DAY,
        {"segment": "A"},
    )
    assert (customer.account_id, account.external_id) == (account.id, "Bakery")
    ways = {(point.channel, point.address, point.consent) for point in _all(runtime, ContactPoint)}
    assert ways == {("email", "Anna@example.com", Consent.GIVEN), ("sms", "+31612345678", Consent.REFUSED)}


def test_only_an_external_id_is_needed(runtime: Runtime) -> None:
    (receipt,) = _receive(runtime, {"external_id": 17})
    assert receipt == Receipt("17", Result.CREATED)
    (customer,) = _all(runtime, Customer)
    assert (customer.since_at, customer.language, customer.timezone) == (NOON, None, None)


def test_the_same_again_changes_nothing(runtime: Runtime) -> None:
    said = {"email": "anna@example.com", "consent_email": "yes", "account": "Bakery", "attributes": {"a": 1}}
    _one(runtime, **said)
    before = _contents(runtime)
    assert _one(runtime, **said).result is Result.UNCHANGED
    assert _contents(runtime) == before


def test_what_is_left_out_or_empty_stays(runtime: Runtime) -> None:
    _one(runtime, email="anna@example.com", language="nl", attributes={"a": 1, "b": 2})
    receipt = _one(
        runtime, name="", email="", language="", timezone="", account=" ", created_at="", attributes={"c": 3}
    )
    assert receipt.result is Result.UPDATED
    (customer,) = _all(runtime, Customer)
    assert (customer.name, customer.language, customer.attributes) == ("Anna", "nl", {"a": 1, "b": 2, "c": 3})
    assert len(_all(runtime, ContactPoint)) == 1


@pytest.mark.parametrize(("before", "after"), [(1, True), (False, 0), (1, 1.0)])
def test_what_only_python_takes_for_equal_is_a_change(runtime: Runtime, before: Any, after: Any) -> None:
    for expected, vip in ((Result.CREATED, before), (Result.UPDATED, after), (Result.UNCHANGED, after)):
        assert _one(runtime, attributes={"vip": vip}).result is expected
    (customer,) = _all(runtime, Customer)
    assert repr(customer.attributes["vip"]) == repr(after)


def test_null_takes_an_attribute_away(runtime: Runtime) -> None:
    _one(runtime, attributes={"a": 1, "b": 2})
    assert _one(runtime, attributes={"a": None}).result is Result.UPDATED
    assert _all(runtime, Customer)[0].attributes == {"b": 2}


def test_each_item_has_its_own_receipt_in_order(runtime: Runtime) -> None:
    receipts = _receive(runtime, a_customer(), {"external_id": "K2", "email": "no"}, a_customer(external_id="K3"))
    assert [(r.external_id, r.result, r.field) for r in receipts] == [
        ("K1", Result.CREATED, ""),
        ("K2", Result.REFUSED, "email"),
        ("K3", Result.CREATED, ""),
    ]


def test_an_id_may_come_twice_in_a_request_only_with_the_same_content(runtime: Runtime) -> None:
    receipts = _receive(runtime, a_customer(), a_customer(), a_customer(name="Berta"))
    assert [receipt.result for receipt in receipts] == [Result.CREATED, Result.UNCHANGED, Result.REFUSED]
    assert _all(runtime, Customer)[0].name == "Anna"


def test_what_is_refused_at_the_door_stays_outside(runtime: Runtime) -> None:
    assert _one(runtime, email="anna@@example.com").result is Result.REFUSED
    assert _receive(runtime, ["K1"])[0].result is Result.REFUSED
    assert _all(runtime, Customer) == []


def test_naughty_strings_are_kept_as_they_are_or_refused(runtime: Runtime, shared_data: Path) -> None:
    naughty = [row["string"] for row in json.loads((shared_data / "07_bad_input" / "blns_half.json").read_text())]
    rows = [{"external_id": f"K{n}", "name": text, "attributes": {"text": text}} for n, text in enumerate(naughty)]
    receipts = _receive(runtime, *rows)
    kept = {customer.external_id: customer for customer in _all(runtime, Customer)}
    for row, receipt in zip(rows, receipts, strict=True):
        if receipt.result is Result.REFUSED:
            assert receipt.reason
        else:
            customer = kept[row["external_id"]]
            assert (customer.name, customer.attributes["text"]) == (row["name"].strip(), row["attributes"]["text"])
    assert len(kept) > len(naughty) * 0.9


# How to reach them


def test_an_address_has_one_owner(runtime: Runtime) -> None:
    _one(runtime, email="anna@example.com", phone="+31612345678")
    for said in ({"email": "ANNA+shop@example.com"}, {"phone": "06-12345678"}):
        receipt = _one(runtime, external_id="K2", **said)
        assert (receipt.result, receipt.field) == (Result.REFUSED, *said)
        assert receipt.reason == "already belongs to customer K1"
    assert len(_all(runtime, Customer)) == 1


def test_an_address_has_one_owner_within_a_request_too(runtime: Runtime) -> None:
    rows = [a_customer(external_id=key, email="anna@example.com") for key in ("K1", "K2")]
    assert [receipt.result for receipt in _receive(runtime, *rows)] == [Result.CREATED, Result.REFUSED]


def test_a_new_address_takes_the_place_of_the_old_one_and_is_usable(runtime: Runtime) -> None:
    _one(runtime, email="anna@example.com", consent_email="yes")
    with runtime.writing() as session:
        session.exec(select(ContactPoint)).one().usable = False
    assert _one(runtime, email="anna@example.com").result is Result.UNCHANGED
    assert not _all(runtime, ContactPoint)[0].usable
    assert _one(runtime, email="anna@example.org").result is Result.UPDATED
    (point,) = _all(runtime, ContactPoint)
    assert (point.address, point.usable, point.consent) == ("anna@example.org", True, Consent.GIVEN)


def test_a_fixed_line_is_kept_but_gets_no_sms(runtime: Runtime) -> None:
    receipt = _one(runtime, phone="020 624 1111")
    assert receipt.notes == ("phone is a fixed line: no SMS is sent there",)
    assert not _all(runtime, ContactPoint)[0].usable


def test_a_suppressed_address_stays_suppressed(runtime: Runtime) -> None:
    print_of = addresses.fingerprint(runtime.settings.key("addresses"), "email", "anna@example.com")
    with runtime.writing() as session:
        session.add(Suppression(address_hmac=print_of, channel="email", reason="stop", source="reply", at=0))
    receipt = _one(runtime, email="anna@example.com", consent_email="yes")
    assert receipt.notes == ("email is suppressed and stays so: nothing is sent there",)
    assert len(_all(runtime, Suppression)) == 1


# What they consented to


def test_every_change_of_consent_is_written_down_once(runtime: Runtime) -> None:
    for said in ("yes", "yes", "", "no", "no", "yes"):
        _one(runtime, email="anna@example.com", consent_email=said)
    events = _all(runtime, ConsentEvent)
    assert [event.what for event in events] == [Consent.GIVEN, Consent.REFUSED, Consent.GIVEN]
    assert {(event.at, event.how, event.by) for event in events} == {(NOON, "api", "organisation")}


def test_a_withdrawal_wins_over_an_import(runtime: Runtime) -> None:
    _one(runtime, email="anna@example.com", consent_email="yes")
    with runtime.writing() as session:
        point = session.exec(select(ContactPoint)).one()
        point.consent = Consent.WITHDRAWN
        who = point.customer_id
        withdrawn = ConsentEvent(customer_id=who, channel="email", what=Consent.WITHDRAWN, at=0, how="reply", by="K1")
        session.add(withdrawn)
    receipt = _one(runtime, email="anna@example.com", consent_email="yes")
    assert receipt.result is Result.UNCHANGED
    assert receipt.notes == ("consent_email stays withdrawn: the customer withdrew it",)
    assert _all(runtime, ContactPoint)[0].consent == Consent.WITHDRAWN


def test_consent_without_an_address_waits_for_one(runtime: Runtime) -> None:
    assert _one(runtime, consent_sms="yes").result is Result.CREATED
    assert _one(runtime, consent_sms="yes").result is Result.UNCHANGED
    _one(runtime, phone="+31612345678")
    assert _all(runtime, ContactPoint)[0].consent == Consent.GIVEN


def test_unknown_consent_is_not_a_yes(runtime: Runtime) -> None:
    _one(runtime, email="anna@example.com")
    assert _all(runtime, ContactPoint)[0].consent == Consent.UNKNOWN


# What it sets in motion


def _parked(runtime: Runtime) -> None:
    with runtime.writing() as session:
        customer = session.exec(select(Customer)).one()
        session.add(Intent(customer_id=customer.id, policy="p", cause="rhythm", opened_at=0, look_at=None))


@pytest.mark.parametrize("said", [{"consent_email": "yes"}, {"email": "anna@example.org"}])
def test_a_new_way_to_reach_somebody_has_their_intents_looked_at(
    runtime: Runtime, bell: RecordingBell, said: dict[str, str]
) -> None:
    _one(runtime, email="anna@example.com")
    _parked(runtime)
    _one(runtime, **said)
    (intent,), (customer,) = _all(runtime, Intent), _all(runtime, Customer)
    assert intent.look_at == NOON
    assert bell.rings == [("work", "outreach.jobs.look", [customer.id])]


def test_nothing_new_leaves_intents_where_they_are(runtime: Runtime, bell: RecordingBell) -> None:
    _one(runtime, email="anna@example.com")
    _parked(runtime)
    _one(runtime, email="anna@example.com", name="Anne", consent_email="no")
    assert _all(runtime, Intent)[0].look_at is None
    assert bell.rings == []


def test_a_dry_run_tells_the_truth_and_stores_nothing(runtime: Runtime, bell: RecordingBell) -> None:
    _one(runtime, email="anna@example.com")
    before = _contents(runtime)
    batch = Batch(dry_run=True)
    first = receive_customers(runtime, [a_customer(external_id="K2", email="b@example.com")], batch)
    later = receive_customers(runtime, [a_customer(external_id="K3", email="b@example.com")], batch)
    assert [r.result for r in (*first.items, *later.items)] == [Result.CREATED, Result.REFUSED]
    assert (_contents(runtime), bell.rings) == (before, [])
