"""Two customers who are one person: their ledgers are joined, and the stricter word of either holds."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from outreach import audit, merging, planning, privacy
from outreach.explain import Question, UnknownCustomer, explain
from outreach.intake import receive_contacts, receive_customers
from outreach.lifecycle import Consent, IntentState, OutreachState
from outreach.merging import MERGED, CannotMerge, merge
from outreach.receipts import Receipt, Result
from outreach.reports.customers import search
from outreach.tables import (
    AuditEntry,
    Case,
    ConsentEvent,
    ContactEvent,
    ContactPoint,
    Customer,
    Intent,
    Outreach,
    Reply,
    Suppression,
    Table,
)
from policies.arithmetic import NEVER
from tests.make import DAY, HOUR, NOON, moment
from tests.world import World, a_world, asks, asks_by_rhythm, gives

KEEP, OTHER = "K1", "K2"
PATIENT = {"expires": "364d"}
"""A contact that is worth asking about after any rest, so that every rest has an end to compare."""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as made:
        made.publish(asks(contact=PATIENT))
        yield made


def joined(world: World) -> None:
    merge(world.runtime, KEEP, OTHER, "Marit")


def who(world: World, external_id: str = KEEP) -> Customer:
    found: Customer = next(one for one in world.rows(Customer) if one.external_id == external_id)
    return found


def consent(world: World, channel: str = "email", external_id: str = KEEP) -> str:
    said = [event.what for event in world.rows(ConsentEvent, external_id) if event.channel == channel]
    return str(said[-1])


def everything(world: World) -> dict[str, list[Any]]:
    with world.runtime.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]
            for table in Table.metadata.sorted_tables
        }


def first_ask(world: World, external_id: str) -> float:
    """The moment from which the policy would ask after the latest contact."""
    with world.runtime.reading() as session:
        (told,) = explain(session, world.runtime.settings, Question(external_id, world.now))
    return NEVER if told.decision.moment is None else told.decision.moment


# One person, one clock


def test_two_customers_merged_their_ledgers_are_joined_and_the_stricter_consent_wins(world: World) -> None:
    world.customer(KEEP, phone="+31612345678", consent_sms="yes")
    world.customer(OTHER, phone="+31612345679", consent_sms="no")
    for one in (OTHER, KEEP):
        world.contact(one)
        world.later(3 * DAY)
    assert len(world.got(KEEP)) == len(world.got(OTHER)) == 1
    joined(world)
    assert len(world.ledger(KEEP)) == 2
    assert world.ledger(OTHER) == []
    assert (consent(world, "email"), consent(world, "sms")) == (Consent.GIVEN, Consent.REFUSED)
    assert [point.consent for point in world.rows(ContactPoint, KEEP)] == [Consent.GIVEN, Consent.REFUSED]


def test_who_was_asked_as_the_other_rests_as_the_one_who_stays(world: World) -> None:
    world.customers(KEEP, OTHER)
    world.contact(OTHER)
    world.later(2 * DAY)
    world.contacts(KEEP, OTHER, ago=0)
    alone, rested = first_ask(world, KEEP), first_ask(world, OTHER)
    joined(world)
    assert alone < rested == first_ask(world, KEEP)
    world.later(int(rested) - 1 - world.now)
    assert len(world.got()) == 1
    world.later(1)
    assert len(world.got(KEEP)) == 2


def test_two_who_were_asked_on_one_day_can_be_merged_and_the_floor_holds_from_then_on(world: World) -> None:
    world.customers(KEEP, OTHER)
    for one in (KEEP, OTHER, KEEP):
        world.contact(one)
        world.later(HOUR)
    joined(world)
    first, last = world.ledger(KEEP)
    assert (first.joined_at, last.joined_at) == (world.now, None)
    with pytest.raises(DBAPIError, match="ledger"):
        world.by_hand(sa.update(type(first)).where(sa.column("id") == first.id).values(joined_at=None))


@settings(max_examples=15)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 20 * 24), st.booleans()), min_size=1, max_size=4))
def test_no_rest_gets_shorter_by_merging(rested: World, life: list[tuple[bool, int, bool]]) -> None:
    """A life: who has a contact, the hours after it, and whether they answer. Chance lengthens no rest here: by how
    much it does is a matter of the latest touch, of one customer as of two."""
    one, two = f"K{next(rested.numbers)}", f"O{next(rested.numbers)}"
    rested.customers(one, two)
    for is_one, hours, answers in life:
        rested.contact(one if is_one else two)
        rested.later(HOUR)
        if answers and rested.got(one if is_one else two):
            rested.says("8", one if is_one else two)
        rested.later(hours * HOUR)
    rested.contacts(one, two, ago=0)
    before = max(first_ask(rested, one), first_ask(rested, two))
    assert before < NEVER
    merge(rested.runtime, one, two, "Marit")
    assert first_ask(rested, one) >= before


@pytest.fixture(scope="module")
def rested(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Any) -> Iterator[World]:
    file = tmp_path_factory.mktemp("rested") / "outreach.db"
    file.write_bytes(_sqlite_template.read_bytes())
    with a_world(f"sqlite:///{file}") as made:
        made.publish(asks(contact=PATIENT))
        yield made


def test_a_rhythm_stands_once_and_its_turn_comes_as_late_as_the_later_of_both(world: World) -> None:
    world.publish(gives(), asks_by_rhythm())
    world.customers(KEEP, OTHER)
    world.later(HOUR)
    later = NOON + 500 * DAY
    world.by_hand(sa.update(Intent).where(sa.column("customer_id") == world.id_of(OTHER)).values(opened_at=later))
    joined(world)
    standing = [intent for intent in world.intents(KEEP) if intent.contact_event_id is None]
    assert sorted((intent.policy, intent.opened_at, intent.look_at) for intent in standing) == [
        ("relationship", later, later), ("something-useful", later, later)
    ]  # fmt: skip
    world.later(HOUR)
    assert {intent.state for intent in world.intents(OTHER)} == {IntentState.CANCELLED}
    assert len(world.intents(OTHER)) == 2


def test_every_answer_contact_and_case_of_the_other_belongs_to_the_one_who_stays(world: World) -> None:
    world.customers(KEEP, OTHER)
    world.contact(OTHER)
    world.tick()
    world.says("8 fine", OTHER)
    world.by_hand(sa.insert(Case).values(customer_id=world.id_of(OTHER), opened_at=world.now, why="late"))
    moved: tuple[type[Table], ...] = (*merging._THEIRS, ContactPoint)
    had = {table: len(world.rows(table, KEEP)) + len(world.rows(table, OTHER)) for table in moved}
    assert all(had[table] for table in moved)
    joined(world)
    for table in merging._THEIRS:
        assert (len(world.rows(table, KEEP)), world.rows(table, OTHER)) == (had[table], []), table
    assert [reply.score for reply in world.rows(Reply, KEEP)] == [8]


def test_every_table_about_a_customer_was_thought_of() -> None:
    theirs = {table.name for table in Table.metadata.sorted_tables if "customer_id" in table.c}
    moved = {str(table.__tablename__) for table in merging._THEIRS}
    assert theirs == moved | {"intents", "consent_events", "contact_points"}


# What either said


def test_every_objection_of_either_holds(world: World) -> None:
    world.customers(KEEP, OTHER)
    soon, late = world.now + DAY, world.now + 90 * DAY
    for one, stopped, paused in ((KEEP, late, late), (OTHER, soon, soon)):
        values = {"no_surveys_at": stopped, "paused_until": paused}
        world.by_hand(sa.update(Customer).where(sa.column("external_id") == one).values(values))
    joined(world)
    assert (who(world).no_surveys_at, who(world).paused_until) == (soon, late)


@pytest.mark.parametrize("stops", [KEEP, OTHER])
def test_a_stop_of_either_is_a_stop_and_no_import_takes_it_back(world: World, stops: str) -> None:
    world.customers(KEEP, OTHER)
    world.contact(stops)
    world.tick()
    world.says("STOP", stops)
    joined(world)
    world.customer(KEEP)
    assert consent(world) == Consent.WITHDRAWN
    world.contact(KEEP)
    for _ in range(100):
        world.later(DAY)
    assert len(world.got()) == 1


def test_the_word_stop_to_a_provider_holds_at_the_number_that_stays(world: World) -> None:
    world.customer(KEEP, phone="+31612345678")
    world.customer(OTHER, phone="+31612345679")
    (theirs,) = [point for point in world.rows(ContactPoint, OTHER) if point.channel == "sms"]
    stop = {"address_hmac": theirs.address_hmac, "channel": "sms", "scope": "keyword", "at": world.now}
    world.by_hand(sa.insert(Suppression).values(**stop, reason="the word stop", source="provider"))
    joined(world)
    (kept,) = [point for point in world.rows(ContactPoint, KEEP) if point.channel == "sms"]
    assert (kept.address_hmac, "keyword") in {(one.address_hmac, one.scope) for one in world.rows(Suppression)}


def test_an_address_moves_where_the_one_who_stays_has_none(world: World) -> None:
    world.customer(KEEP)
    world.customer(OTHER, phone="+31612345678")
    joined(world)
    kept = [(point.channel, point.address) for point in world.rows(ContactPoint)]
    assert sorted(kept) == [("email", "K1@a.eu"), ("sms", "+31612345678")]
    assert {point.customer_id for point in world.rows(ContactPoint)} == {who(world).id}


# What was on its way


def test_what_was_planned_for_the_other_is_called_off(world: World) -> None:
    world.customers(KEEP, OTHER)
    world.contact(OTHER)
    planning.look(world.runtime, [world.id_of(OTHER)])
    joined(world)
    (outreach,), (intent,) = world.outreaches(KEEP), world.intents(KEEP)
    assert (outreach.state, outreach.reason) == (OutreachState.CANCELLED, MERGED)
    assert (intent.state, intent.reason) == (IntentState.CANCELLED, MERGED)
    world.later(DAY)
    assert world.got() == []


@pytest.mark.parametrize("one", [KEEP, OTHER])
def test_while_a_message_is_handed_over_nothing_is_merged(world: World, one: str) -> None:
    world.customers(KEEP, OTHER)
    world.contact(one)
    planning.look(world.runtime, [world.id_of(one)])
    world.by_hand(sa.update(Outreach).values(state=OutreachState.HANDING_OVER))
    with pytest.raises(CannotMerge, match="try again"):
        joined(world)
    assert who(world, OTHER).merged_into is None


# The other's id


def test_a_contact_brought_in_for_the_other_is_the_persons(world: World) -> None:
    world.customers(KEEP, OTHER)
    world.contact(OTHER)
    world.tick()
    joined(world)
    world.contacts(KEEP, OTHER)
    assert len(world.rows(ContactEvent, KEEP)) == 3
    world.later(3 * DAY)
    assert len(world.got()) == 1


def test_the_other_is_not_made_anew_by_an_import(world: World) -> None:
    world.customers(KEEP, OTHER)
    joined(world)
    rows = [{"external_id": one, "email": f"{one}@a.eu", "consent_email": "yes"} for one in (KEEP, OTHER)]
    there, gone = sorted(receive_customers(world.runtime, rows).items, key=lambda r: r.external_id)
    assert there.result is Result.UNCHANGED
    assert (gone.result, gone.field) == (Result.REFUSED, "external_id")
    assert "was merged into customer K1" in str(gone.reason)
    assert len(world.rows(Customer)) == 2


def test_a_contact_that_was_there_is_known_by_either_id(world: World) -> None:
    world.customers(KEEP, OTHER)
    row = {"external_id": "B", "kind": "visit", "touchpoint": "shop", "value": 80, "occurred_at": moment(NOON - DAY)}

    def again(customer: str) -> Receipt:
        return receive_contacts(world.runtime, [{**row, "customer": customer}]).items[0]

    again(OTHER)
    joined(world)
    assert [again(one).result for one in (OTHER, KEEP)] == [Result.UNCHANGED, Result.UNCHANGED]


def test_the_id_leads_on_however_often_is_merged(world: World) -> None:
    world.customers(KEEP, OTHER, "K3")
    joined(world)
    merge(world.runtime, "K3", KEEP, "Marit")
    world.contact(OTHER)
    assert len(world.rows(ContactEvent, "K3")) == 1
    assert privacy.exported(world.runtime, OTHER)["customer"]["external_id"] == "K3"
    assert [found.person.external_id for found in search(world.runtime, OTHER).rows] == ["K3"]


def test_who_is_forgotten_is_forgotten_by_either_name(world: World) -> None:
    world.customers(KEEP, OTHER)
    joined(world)
    found = privacy.exported(world.runtime, OTHER)
    assert found["also_known_as"] == [{"external_id": OTHER}]
    privacy.erase(world.runtime, OTHER, "Marit")
    assert {KEEP, OTHER}.isdisjoint(one.external_id for one in world.rows(Customer))
    assert "a.eu" not in str({name: rows for name, rows in everything(world).items() if name != "suppressions"})


# All or nothing


@pytest.mark.parametrize("pair", [(KEEP, "K9"), ("K9", KEEP)])
def test_nobody_is_merged_with_somebody_unknown(world: World, pair: tuple[str, str]) -> None:
    world.customer(KEEP)
    with pytest.raises(UnknownCustomer, match="K9"):
        merge(world.runtime, *pair, "Marit")


def test_one_customer_and_who_is_gone_are_not_merged(world: World) -> None:
    world.customers(KEEP, OTHER, "K3")
    with pytest.raises(CannotMerge, match="one customer already"):
        merge(world.runtime, KEEP, KEEP, "Marit")
    joined(world)
    for pair in ((KEEP, OTHER), (OTHER, "K3")):
        with pytest.raises(CannotMerge, match="K2 was merged before"):
            merge(world.runtime, *pair, "Marit")
    privacy.erase(world.runtime, "K3", "Marit")
    gone = world.rows(Customer)[-1].external_id
    with pytest.raises(CannotMerge, match="erased before"):
        merge(world.runtime, KEEP, gone, "Marit")


def test_a_merge_that_ends_half_way_changed_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.customers(KEEP, OTHER)
    world.contacts(KEEP, OTHER)
    world.tick()
    before = everything(world)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", dies)  # the last that is done
        with pytest.raises(KeyboardInterrupt):
            joined(world)
    assert everything(world) == before
    joined(world)
    with world.runtime.reading() as session:
        last = session.execute(sa.select(AuditEntry).order_by(sa.desc("seq"))).scalars().first()
        assert audit.first_broken(session) is None
    assert last is not None
    assert (last.actor, set(last.what)) == ("Marit", {"merged", "into"})
