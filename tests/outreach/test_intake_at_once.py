"""Contacts that arrive while the same customer is judged, or while other contacts of theirs arrive."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from outreach import planning
from outreach.intake import receive_contacts
from outreach.intake_contacts import store_contacts
from outreach.intake_forms import ContactForm, Door, check
from outreach.lifecycle import IntentState
from outreach.receipts import Result
from outreach.tables import ContactEvent
from tests.at_once import at_once, nobody_reads
from tests.make import HOUR, a_contact, moment
from tests.world import World, a_world, asks


@pytest.fixture
def world(postgres_url: str) -> Iterator[World]:
    """One customer, K1, who is asked after any contact."""
    with a_world(postgres_url) as made:
        made.publish(asks())
        made.customer()
        yield made


def test_a_newer_contact_that_arrives_during_a_look_is_asked_about_in_place_of_the_older(world: World) -> None:
    world.contact(ago=3 * HOUR, external_id="older")
    with at_once(world.runtime.engine) as begin, nobody_reads(world.runtime.engine, "cases"):
        begin(planning.look, world.runtime, [world.id_of("K1")])
        begin(lambda: world.contact(ago=2 * HOUR, external_id="newer"))
    older, newer = world.intents()
    assert (older.state, older.reason) == (IntentState.CANCELLED, "a newer contact of the same kind")
    assert newer.state == IntentState.OPEN
    world.tick()
    assert [(m.intent_id, m.state) for m in world.outreaches()] == [
        (older.id, "cancelled"),
        (newer.id, "accepted"),
    ]


def test_of_two_contacts_of_one_kind_that_arrive_at_once_one_intent_stays_open(world: World) -> None:
    form = check(ContactForm, a_contact(external_id="first", kind="visit"), Door(world.now, "NL"))
    assert isinstance(form, ContactForm), form
    with at_once(world.runtime.engine) as begin, world.runtime.writing() as session:
        store_contacts(session, [form], "api", world.now)
        begin(world.contact)
    assert sorted(intent.state for intent in world.intents()) == [IntentState.CANCELLED, IntentState.OPEN]


def test_what_two_say_about_one_contact_at_once_is_all_kept(world: World) -> None:
    receive_contacts(world.runtime, [a_contact()])
    with at_once(world.runtime.engine) as begin, world.runtime.writing() as session:
        session.execute(sa.select(ContactEvent).with_for_update())  # both come as far as this, or one waits before
        begin(receive_contacts, world.runtime, [a_contact(attributes={"carrier": "A"})])
        begin(receive_contacts, world.runtime, [a_contact(attributes={"parcels": 2})])
    (event,) = world.rows(ContactEvent)
    assert event.attributes == {"carrier": "A", "parcels": 2}


def test_the_same_contacts_in_two_orders_at_once_come_in_once_and_neither_fails(world: World) -> None:
    def receive(rows: Sequence[object]) -> int:
        return receive_contacts(world.runtime, rows).counts[Result.CREATED]

    for turn in range(3):
        rows = [a_contact(external_id=f"{turn}-{n}", occurred_at=moment(world.now - n)) for n in range(1_000)]
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(receive, (rows, rows[::-1]))) == 1_000
