"""Contact events come in once each, and open the intents of the policies they may matter to."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from outreach.intake import Batch, receive_contacts, receive_customers
from outreach.lifecycle import IntentState
from outreach.receipts import Receipt, Result
from outreach.runtime import Runtime
from outreach.tables import ContactEvent, Customer, Intent, PolicyVersion
from policies.policy import PolicyRefused
from tests.make import DAY, HOUR, NOON, RecordingBell, a_contact, a_customer, a_policy_after_contacts, a_runtime, moment


@pytest.fixture
def bell() -> RecordingBell:
    return RecordingBell()


@pytest.fixture
def runtime(database_url: str, bell: RecordingBell) -> Iterator[Runtime]:
    """Two customers, K1 and K2, and no policy."""
    with a_runtime(database_url, doorbell=bell) as made:
        receive_customers(made, [a_customer(), a_customer(external_id="K2")])
        yield made


def _publish(runtime: Runtime, *policies: PolicyVersion) -> None:
    with runtime.writing() as session:
        session.add_all(policies)


def _receive(runtime: Runtime, *rows: Any) -> list[Receipt]:
    return list(receive_contacts(runtime, rows).items)


def _one(runtime: Runtime, **said: Any) -> Receipt:
    (receipt,) = _receive(runtime, a_contact(**said))
    return receipt


def _events(runtime: Runtime) -> Sequence[ContactEvent]:
    with runtime.reading() as session:
        return session.exec(select(ContactEvent).order_by(sa.text("id"))).all()


def _intents(runtime: Runtime) -> Sequence[Intent]:
    with runtime.reading() as session:
        return session.exec(select(Intent).order_by(sa.text("id"))).all()


# Each once


def test_a_contact_comes_in_with_everything_that_is_said(runtime: Runtime) -> None:
    receipt = _one(runtime, value="80.5", attributes={"amount": 12.5, "gone": None, "text": 'a\t"\\ \N{SNOWMAN}'})
    assert receipt == Receipt("B1", Result.CREATED)
    (event,) = _events(runtime)
    assert (event.source, event.external_id, event.kind, event.touchpoint) == ("api", "B1", "delivery", "courier")
    assert (event.value, event.occurred_at, event.received_at) == (80.5, NOON - HOUR, NOON)
    assert event.attributes == {"amount": 12.5, "text": 'a\t"\\ \N{SNOWMAN}'}


def test_the_same_again_changes_nothing(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts())
    _one(runtime, attributes={"amount": 12.5})
    before = (_events(runtime), _intents(runtime))
    assert _one(runtime, attributes={"amount": 12.5}) == Receipt("B1", Result.UNCHANGED)
    assert (_events(runtime), _intents(runtime)) == before


def test_other_content_updates_what_may_be_updated(runtime: Runtime) -> None:
    _one(runtime, attributes={"amount": 12.5, "carrier": "A"})
    assert _one(runtime, value=90, touchpoint="shop", attributes={"carrier": "B"}).result is Result.UPDATED
    (event,) = _events(runtime)
    assert (event.value, event.touchpoint, event.attributes) == (90, "shop", {"amount": 12.5, "carrier": "B"})


def test_what_only_python_takes_for_equal_is_a_change(runtime: Runtime) -> None:
    _one(runtime, attributes={"urgent": 1})
    assert _one(runtime, attributes={"urgent": True}).result is Result.UPDATED
    assert _events(runtime)[0].attributes["urgent"] is True


def test_when_and_what_it_was_stays_and_the_receipt_says_so(runtime: Runtime) -> None:
    _one(runtime)
    receipt = _one(runtime, kind="call", occurred_at=moment(NOON - 2 * HOUR), value=90)
    assert receipt.result is Result.UPDATED
    assert receipt.notes == ("kind stays as it first came in", "occurred_at stays as it first came in")
    (event,) = _events(runtime)
    assert (event.kind, event.occurred_at, event.value) == ("delivery", NOON - HOUR, 90)


def test_a_contact_cannot_move_to_another_customer(runtime: Runtime) -> None:
    _one(runtime)
    receipt = _one(runtime, customer="K2", value=90)
    assert (receipt.result, receipt.field) == (Result.REFUSED, "customer")
    assert _events(runtime)[0].value == 80


def test_the_same_id_from_another_source_is_another_contact(runtime: Runtime) -> None:
    _one(runtime)
    receipts = receive_contacts(runtime, [a_contact()], Batch(source="till"))
    assert receipts.counts == {Result.CREATED: 1}
    assert [event.source for event in _events(runtime)] == ["api", "till"]


def test_an_unknown_customer_is_refused_and_the_others_go_in(runtime: Runtime) -> None:
    receipts = _receive(runtime, a_contact(), a_contact(external_id="B2", customer="?"), a_contact(external_id="B3"))
    assert [(r.external_id, r.result, r.field) for r in receipts] == [
        ("B1", Result.CREATED, ""),
        ("B2", Result.REFUSED, "customer"),
        ("B3", Result.CREATED, ""),
    ]
    assert len(_events(runtime)) == 2


def test_an_id_may_come_twice_in_a_request_only_with_the_same_content(runtime: Runtime) -> None:
    receipts = _receive(runtime, a_contact(), a_contact(), a_contact(value=81))
    assert [receipt.result for receipt in receipts] == [Result.CREATED, Result.UNCHANGED, Result.REFUSED]


def test_what_was_refused_is_refused_again_with_the_same_reason(runtime: Runtime) -> None:
    first, second = _receive(runtime, a_contact(customer="?"), a_contact(customer="?"))
    assert first == second
    assert first.result is Result.REFUSED


def test_a_row_that_was_refused_stands_in_the_way_of_none_that_is_right(runtime: Runtime) -> None:
    batch = Batch()
    right, wrong = a_contact(), a_contact(customer="?")
    receipts = receive_contacts(runtime, [wrong, wrong, right, right, a_contact(value=81)], batch)
    assert [r.result for r in receipts.items] == [
        *(Result.REFUSED, Result.REFUSED, Result.CREATED, Result.UNCHANGED, Result.REFUSED)
    ]
    assert [r.field for r in receipts.items if r.field] == ["customer", "customer", "external_id"]
    later = receive_contacts(runtime, [a_contact(external_id="B2", customer="?")], batch)
    assert later.items[0].result is Result.REFUSED
    assert receive_contacts(runtime, [a_contact(external_id="B2")], batch).items[0].result is Result.CREATED


def test_nothing_at_all_is_fine(runtime: Runtime) -> None:
    assert _receive(runtime) == []


def test_the_same_contacts_from_eight_sides_come_in_once(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts())
    contacts = [a_contact(external_id=f"B{n}", customer=f"K{1 + n % 2}") for n in range(40)]
    orders = [contacts, contacts[::-1]] * 4
    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(lambda rows: receive_contacts(runtime, rows), orders))
    assert sum(receipts.counts[Result.CREATED] for receipts in received) == 40
    assert sum(receipts.counts[Result.UNCHANGED] for receipts in received) == 7 * 40
    assert len(_events(runtime)) == 40
    assert sum(intent.state == IntentState.OPEN for intent in _intents(runtime)) == 2


def test_one_id_for_two_customers_at_the_same_moment_comes_in_once(runtime: Runtime) -> None:
    rows = [a_contact(customer=f"K{1 + n % 2}") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda row: receive_contacts(runtime, [row]).items[0].result, rows))
    assert results.count(Result.CREATED) == 1
    assert len(_events(runtime)) == 1


# What they set in motion


def test_a_contact_opens_an_intent_of_each_policy_it_may_matter_to(runtime: Runtime) -> None:
    _publish(
        runtime,
        a_policy_after_contacts("any", settle="1d", expires="14d"),
        a_policy_after_contacts("calls", kinds='["call"]'),
        a_policy_after_contacts("deliveries", kinds='["delivery", "call"]', settle="2h", expires="3d"),
        a_policy_after_contacts("dear", minimum=81),
    )
    _one(runtime)
    ((event,), intents) = _events(runtime), _intents(runtime)
    happened = NOON - HOUR
    assert {(i.policy, i.look_at, i.expires_at) for i in intents} == {
        ("any", happened + DAY, happened + 14 * DAY),
        ("deliveries", happened + 2 * HOUR, happened + 3 * DAY),
    }
    assert {(i.cause, i.contact_event_id, i.customer_id) for i in intents} == {
        (f"contact:{event.id}", event.id, event.customer_id)
    }
    assert {(i.state, i.opened_at, i.steps) for i in intents} == {(IntentState.OPEN, NOON, 0)}


def test_only_policies_in_force_open_intents(runtime: Runtime) -> None:
    retired = a_policy_after_contacts()
    retired.state = "retired"
    _publish(runtime, retired)
    _one(runtime)
    assert _intents(runtime) == []


def test_a_contact_that_is_past_its_time_opens_nothing(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts(expires="14d"))
    _one(runtime, occurred_at=moment(NOON - 14 * DAY))
    _one(runtime, external_id="B2", occurred_at=moment(NOON - 14 * DAY + 1))
    assert [intent.expires_at for intent in _intents(runtime)] == [NOON + 1]


def test_of_several_contacts_of_one_kind_the_newest_keeps_its_intent(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts())
    _one(runtime, external_id="older", occurred_at=moment(NOON - 3 * HOUR))
    _receive(
        runtime,
        a_contact(external_id="newest", occurred_at=moment(NOON - HOUR)),
        a_contact(external_id="between", occurred_at=moment(NOON - 2 * HOUR)),
        a_contact(external_id="other kind", kind="call", occurred_at=moment(NOON - 4 * HOUR)),
        a_contact(external_id="other customer", customer="K2", occurred_at=moment(NOON - 4 * HOUR)),
    )
    names = {event.id: event.external_id for event in _events(runtime)}
    states = {names[intent.contact_event_id or 0]: intent.state for intent in _intents(runtime)}
    assert states == {
        "older": IntentState.CANCELLED,
        "between": IntentState.CANCELLED,
        "newest": IntentState.OPEN,
        "other kind": IntentState.OPEN,
        "other customer": IntentState.OPEN,
    }
    cancelled = [intent for intent in _intents(runtime) if intent.state == IntentState.CANCELLED]
    assert {(intent.reason, intent.look_at) for intent in cancelled} == {("a newer contact of the same kind", None)}


def test_an_older_contact_that_arrives_after_the_newer_was_asked_about_is_not_asked_about(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts())
    _one(runtime, external_id="newer")
    with runtime.writing() as session:
        session.execute(sa.update(Intent).values(state=IntentState.DONE))
    _one(runtime, external_id="older", occurred_at=moment(NOON - 3 * HOUR))
    assert [intent.state for intent in _intents(runtime)] == [IntentState.DONE, IntentState.CANCELLED]


def test_an_intent_that_is_done_is_not_touched_by_a_newer_contact(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts())
    _one(runtime, external_id="older", occurred_at=moment(NOON - 3 * HOUR))
    with runtime.writing() as session:
        session.execute(sa.update(Intent).values(state=IntentState.DONE))
    _one(runtime)
    assert [intent.state for intent in _intents(runtime)] == [IntentState.DONE, IntentState.OPEN]


def test_the_intents_of_a_rhythm_are_left_alone(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts())
    with runtime.writing() as session:
        customer = session.exec(select(Customer.id).where(Customer.external_id == "K1")).one()
        session.add(Intent(customer_id=customer, policy="after-contact", cause="rhythm", opened_at=0, look_at=NOON))
    _one(runtime)
    assert [intent.state for intent in _intents(runtime)] == [IntentState.OPEN, IntentState.OPEN]


def test_a_value_that_rises_above_the_least_opens_the_intent_after_all(runtime: Runtime) -> None:
    _publish(runtime, a_policy_after_contacts(minimum=40))
    _one(runtime, value=39)
    assert _intents(runtime) == []
    _one(runtime, value=40)
    assert len(_intents(runtime)) == 1


def test_a_policy_that_was_published_later_does_not_reopen_the_past(runtime: Runtime) -> None:
    _one(runtime)
    _publish(runtime, a_policy_after_contacts())
    assert _one(runtime).result is Result.UNCHANGED
    assert _intents(runtime) == []


def test_the_bell_rings_for_what_is_due_already_and_for_nothing_else(runtime: Runtime, bell: RecordingBell) -> None:
    _publish(runtime, a_policy_after_contacts(settle="1d"))
    _one(runtime, external_id="settling", occurred_at=moment(NOON - DAY + 1))
    assert bell.rings == []
    _one(runtime, external_id="settled", customer="K2", occurred_at=moment(NOON - DAY))
    customers = [event.customer_id for event in _events(runtime) if event.external_id == "settled"]
    assert bell.rings == [("work", "outreach.jobs.look", customers)]


def test_a_dry_run_tells_the_truth_and_stores_nothing(runtime: Runtime, bell: RecordingBell) -> None:
    _publish(runtime, a_policy_after_contacts())
    rows = [a_contact(occurred_at=moment(NOON - 2 * DAY)), a_contact(external_id="B2", customer="?")]
    receipts = receive_contacts(runtime, rows, Batch(dry_run=True))
    assert receipts.counts == {Result.CREATED: 1, Result.REFUSED: 1}
    assert (_events(runtime), _intents(runtime), bell.rings) == ([], [], [])


def test_an_error_half_way_leaves_nothing(runtime: Runtime) -> None:
    unreadable = a_policy_after_contacts()
    unreadable.document = "this came here some other way than by publishing"
    _publish(runtime, unreadable)
    with pytest.raises(PolicyRefused):
        _one(runtime)
    assert _events(runtime) == []
