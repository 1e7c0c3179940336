"""What is held about a customer: given to them whole, and forgotten so that nothing of it is found again."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import audit, page_replies, privacy, sandbox
from outreach.csv_cells import plain
from outreach.explain import UnknownCustomer
from outreach.lifecycle import Consent, InboxState, IntentState, OutreachState
from outreach.page_forms import Compliment, PageAnswer
from outreach.privacy import EMPTIED, erase, exported, forget_old
from outreach.tables import (
    Account,
    Attempt,
    AuditEntry,
    Case,
    ConsentEvent,
    Customer,
    InboxMessage,
    LedgerEntry,
    Quarantined,
    Reply,
    SandboxMessage,
    Suppression,
    Table,
)
from tests.make import DAY, HOUR
from tests.world import World, a_world, asks, asks_by_rhythm, gives

WHO = "klant-Zwanebloem"
EMAIL, PHONE = "Quirine.Zwanebloem@zwanebloem.example", "+31612345678"
PRIVATE = ("zwanebloem", "quirine", "612345678", "tulpenkade", "bestelling-9917", "fietsbel")
"""What is looked for afterwards, in small letters: names, addresses, an attribute, an order, their words."""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Quirine, with a year behind her in every table; and Ruud, a colleague, who stays."""
    with a_world(database_url) as made:
        made.publish(asks(), gives(), asks_by_rhythm(rests={"after_ask": "30d"}))
        for who, number in ((WHO, 8), ("Ruud", 9)):
            mine = who == WHO
            made.customer(
                who, name="Quirine Zwanebloem" if mine else "Ruud", email=EMAIL if mine else "ruud@a.eu",
                phone=PHONE if mine else "+31612345679", consent_sms="yes", language="en",
                account="Drukkerij Zwanebloem" if mine else "Anders",
                attributes={"street": "Tulpenkade 12"} if mine else {"street": "Elders"},
            )  # fmt: skip
            order = "bestelling-9917" if mine else f"B{number}"
            made.contact(who, external_id=order, attributes={"item": "Fietsbel"} if mine else {})
        _live(made)
        yield made


def _live(world: World) -> None:
    """Asked, given something, answered in every way, called back, and named in what providers sent."""
    for _ in range(4):
        world.later(DAY)
    world.says("8 mijn fietsbel doet het weer, groeten Quirine", WHO)
    world.says("7 for the fietsbel", WHO, Channel.SMS)
    world.says("8 fine", "Ruud")
    outreach = next(one.id for one in world.outreaches(WHO) if one.kind == "ask")
    page_replies.keep(world.runtime, PageAnswer(outreach, 9, "De fietsbel!"), "form")
    page_replies.keep(world.runtime, Compliment("Lovely", "Quirine", EMAIL), "form")
    page_replies.keep(world.runtime, Compliment(f"Greetings from {EMAIL.upper()}"), "form")
    at = {"received_at": world.now, "tries": 0, "headers": {"x": EMAIL}}
    bodies = (f'{{"email": "{EMAIL.lower()}"}}', "To=%2B31612345678&x=1", f"From: {EMAIL}")
    rows = [
        {"provider": "far", "kind": "event", "dedupe_key": str(n), "raw_body": body.encode(), "state": "new", **at}
        for n, body in enumerate(bodies)
    ]
    calls = [{"provider": "far", "kind": "event", "reason": "no", "headers": {}, "received_at": world.now}]
    why = "called back about the fietsbel of Quirine"
    world.by_hand(
        *(sa.insert(InboxMessage).values(row) for row in rows),
        sa.insert(Quarantined).values({**calls[0], "raw_body": EMAIL.encode()}),
        sa.insert(Quarantined).values({**calls[0], "raw_body": b"ruud@a.eu"}),
        sa.insert(Case).values(customer_id=world.id_of(WHO), opened_at=world.now, why=why),
        sa.update(Attempt).where(sa.column("outreach_id") == outreach).values(detail=f"{PHONE} does not exist"),
    )
    world.by_hand(sa.update(InboxMessage).where(sa.column("provider") == "far").values(problem=f"about {EMAIL}"))


def everything(world: World) -> str:
    """Every cell of every table, in small letters."""
    cells = []
    with world.runtime.reading() as session:
        for table in Table.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                cells += [cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row]
    return "\n".join(cells).lower()


def found_in(text: str) -> set[str]:
    return {private for private in PRIVATE if private in text}


def test_there_was_something_to_forget_in_every_place(world: World) -> None:
    assert found_in(everything(world)) == set(PRIVATE)
    for table in EMPTIED:
        assert world.rows(table), table


# Forgotten


def test_nothing_is_left_in_any_cell(world: World) -> None:
    erase(world.runtime, WHO, "Marit")
    assert found_in(everything(world)) == set()


def test_nothing_is_left_in_the_file_of_the_database(sqlite_url: str) -> None:
    with a_world(sqlite_url) as world:
        world.customer(WHO, name="Quirine Zwanebloem", email=EMAIL, attributes={"street": "Tulpenkade 12"})
        world.customer(WHO, name="Quirine Zwanebloem-Fietsbel")  # what an older version of a row held is there too
        world.says("bestelling-9917 for the fietsbel", WHO)
        world.says("x" * 10_000 + " tulpenkade", WHO)
        assert found_in(_file_of(sqlite_url)) > {"quirine", "tulpenkade", "bestelling-9917"}
        erase(world.runtime, WHO, "Marit")
        assert found_in(_file_of(sqlite_url)) == set()


def _file_of(sqlite_url: str) -> str:
    """All that is on the disk: the file, and what SQLite keeps beside it."""
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    return "".join(file.read_bytes().decode("latin-1") for file in database.parent.glob(f"{database.name}*")).lower()


def test_others_lose_nothing(world: World) -> None:
    def of_ruud() -> dict[str, Any]:
        return exported(world.runtime, "Ruud")

    before = of_ruud()
    erase(world.runtime, WHO, "Marit")
    assert of_ruud() == before
    assert [call.raw_body for call in world.rows(Quarantined)] == [b"ruud@a.eu"]
    assert {account.external_id for account in world.rows(Account)} >= {"Anders"}


def test_where_somebody_was_reached_before_they_moved_is_forgotten_too(world: World) -> None:
    world.customer(WHO, email="q@elsewhere.example")
    erase(world.runtime, WHO, "Marit")
    assert found_in(everything(world)) == set()
    assert "q@elsewhere" not in everything(world)


def test_an_address_that_somebody_else_has_by_now_stays_theirs(world: World) -> None:
    world.customer(WHO, email="q@elsewhere.example")
    world.customer("Ruud", email=EMAIL)
    world.says("9 thanks", "Ruud", key="Ruud's own")
    erase(world.runtime, WHO, "Marit")
    assert EMAIL.lower() in json.dumps(exported(world.runtime, "Ruud")).lower()


def test_who_writes_again_after_that_is_nobody_we_know(world: World) -> None:
    erase(world.runtime, WHO, "Marit")
    world.by_hand(
        sa.insert(InboxMessage).values(
            provider="sandbox", kind="reply", dedupe_key="again", received_at=world.now, state="new", tries=0,
            headers={}, raw_body=write_reply(InboundMessage(Channel.EMAIL, EMAIL, "9 hello again", "x")),
        )
    )  # fmt: skip
    world.clock.tick()
    reply = world.rows(Reply)[-1]
    assert (reply.text, reply.customer_id) == ("9 hello again", None)


def test_an_account_that_others_belong_to_keeps_its_name(world: World) -> None:
    world.customer("Ruud", account="Drukkerij Zwanebloem")
    erase(world.runtime, WHO, "Marit")
    assert "Drukkerij Zwanebloem" in {account.name for account in world.rows(Account)}


def test_scores_and_moments_stay_with_nobody_in_particular(world: World) -> None:
    customer = world.id_of(WHO)

    def kept() -> list[tuple[Any, ...]]:
        with world.runtime.reading() as session:
            replies = sa.select(Reply.score, Reply.intent, Reply.received_at).where(Reply.customer_id == customer)  # type: ignore[call-overload]
            ledger = sa.select(LedgerEntry.asked_at, LedgerEntry.outcome).where(LedgerEntry.customer_id == customer)  # type: ignore[call-overload]
            return [*session.execute(replies), *session.execute(ledger)]

    before = kept()
    erase(world.runtime, WHO, "Marit")
    assert kept() == before
    assert len(before) > 5


def test_nothing_that_was_planned_goes_out_any_more(world: World) -> None:
    customer = world.id_of(WHO)
    before = len(world.got())
    erase(world.runtime, WHO, "Marit")
    for _ in range(12):
        world.later(30 * DAY)
    new = [message for message in world.got()[before:] if message.customer_id == customer]
    assert new == []
    assert {one.state for one in world.intents() if one.customer_id == customer} <= {
        IntentState.CANCELLED, IntentState.DONE, IntentState.EXPIRED
    }  # fmt: skip
    assert not [one for one in world.outreaches() if one.customer_id == customer and one.state == OutreachState.PLANNED]
    world.troubles.clear()


def test_who_is_brought_in_again_still_gets_nothing(world: World) -> None:
    erase(world.runtime, WHO, "Marit")
    world.customer(WHO, name="Q", email=EMAIL.lower(), phone=PHONE, consent_sms="yes")
    world.contact(WHO, external_id="bestelling-9917")
    before = len(world.got())
    for _ in range(12):
        world.later(30 * DAY)
    assert [message for message in world.got()[before:] if message.recipient.lower() in (EMAIL.lower(), PHONE)] == []
    assert {row.channel for row in world.rows(Suppression)} == {"email", "sms"}
    world.troubles.clear()


def test_the_consent_is_withdrawn_and_the_audit_log_is_whole_and_holds_ids_alone(world: World) -> None:
    customer = world.id_of(WHO)
    erase(world.runtime, WHO, "Marit")
    with world.runtime.reading() as session:
        assert audit.first_broken(session) is None
        last = session.execute(sa.select(AuditEntry).order_by(sa.desc("seq")).limit(1)).scalar_one()
    assert (last.actor, last.what) == ("Marit", {"erased": customer})
    events = [event for event in world.rows(ConsentEvent) if event.customer_id == customer]
    assert {event.channel for event in events if event.what == Consent.WITHDRAWN} == {"email", "sms"}


def test_who_is_forgotten_or_was_never_known_cannot_be_forgotten(world: World) -> None:
    erase(world.runtime, WHO, "Marit")
    for unknown in (WHO, "nobody", ""):
        with pytest.raises(UnknownCustomer):
            erase(world.runtime, unknown, "Marit")


def test_what_arrives_while_somebody_is_forgotten_is_looked_for_once_more(world: World) -> None:
    customer = world.id_of(WHO)
    erase(world.runtime, WHO, "Marit")
    world.by_hand(
        sa.update(SandboxMessage)
        .where(sa.column("customer_id") == customer)
        .values(body="Dear Quirine", recipient=EMAIL)
    )
    world.now += HOUR
    forget_old(world.runtime)
    assert {message.body for message in world.rows(SandboxMessage) if message.customer_id == customer} == {""}


def test_every_column_that_can_hold_words_is_emptied_or_known_to_hold_nothing_about_a_person() -> None:
    """A column that is added has to be put on one side or the other."""
    emptied = {(str(table.__tablename__), name) for table, values in EMPTIED.items() for name in values}
    emptied |= {("customers", "external_id"), ("contact_events", "external_id")}
    emptied |= {("accounts", "external_id"), ("accounts", "name")}  # where nobody else belongs to it
    deleted = {"contact_points", "quarantine"}
    words = {
        (table.name, column.name)
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String | sa.Text | sa.JSON | sa.LargeBinary | sa.types.TypeDecorator)
        and not column.foreign_keys and table.name not in deleted
    }  # fmt: skip
    assert {(table, column) for table, column in words - emptied} == IMPERSONAL


IMPERSONAL = {
    (table, column)
    for table, columns in {
        "api_tokens": "name token_hash",
        "attempts": "fence provider_id outcome",
        "audit": "previous_hash hash actor what",
        "channel_states": "channel reason",
        "consent_events": "channel what how by",
        "contact_events": "source kind touchpoint",
        "contents": "name language channel subject body link",
        "decisions": "stage action channel held_by findings",
        "figures": "figures",  # counts
        "heartbeats": "process",
        "inbox": "provider kind dedupe_key state",
        "intents": "policy cause state reason",
        "ledger": "kind channel policy content_name outcome",
        "outreaches": "kind policy channel state reason delivery",
        "policy_drafts": "name document saved_by",
        "policy_versions": "name kind document state published_by",
        "replay_runs": "key document state result problem asked_by",  # its result is counts
        "polls": "name",
        "replies": "channel address_hmac intent looked_by",
        "sandbox_messages": "channel sender",
        "users": "name role password outside_hash link_hash",
        "sign_ins": "secret_hash",
        "sign_in_tries": "who place",
        "suppressions": "address_hmac channel scope reason source",
        "surveys": "name language channel subject body reminder follow_low follow_mid follow_high thanks",
    }.items()
    for column in columns.split()
}
"""Words of ours, of providers and of the house; ids, states, and keyed hashes."""


# Given


def test_an_export_holds_everything_in_words_a_program_can_read(world: World) -> None:
    found = exported(world.runtime, WHO)
    assert found_in(json.dumps(found).lower()) == set(PRIVATE)
    assert found["customer"]["name"] == "Quirine Zwanebloem"
    assert found["account"]["name"] == "Drukkerij Zwanebloem"
    assert {point["channel"] for point in found["contact_points"]} == {"email", "sms"}
    for part in ("consent", "contacts", "decisions", "messages", "replies", "ledger", "intents", "came_in", "cases"):
        assert found[part], part
    assert found["replies"][0]["received_at"].endswith("+00:00")
    assert "ruud" not in json.dumps(found).lower()


def test_the_export_as_a_table_says_the_same_and_runs_in_no_spreadsheet(world: World) -> None:
    world.by_hand(sa.update(Customer).where(sa.column("external_id") == WHO).values(name="=HYPERLINK(1)"))
    found = exported(world.runtime, WHO)
    header, *rows = csv.reader(io.StringIO(privacy.as_csv(found)))
    assert header == ["what", "number", "field", "value"]
    assert ["customer", "1", "name", "'=HYPERLINK(1)"] in rows
    assert ["contact_points", "2", "address", f"'{PHONE}"] in rows
    told = {(what, int(number), field): plain(value) for what, number, field, value in rows}
    assert told["customer", 1, "name"] == found["customer"]["name"]
    for number, reply in enumerate(found["replies"], start=1):
        assert told["replies", number, "text"] == reply["text"]


def test_nobody_unknown_is_exported(world: World) -> None:
    with pytest.raises(UnknownCustomer):
        exported(world.runtime, "nobody")


# Kept for a while


def test_what_came_in_is_emptied_after_the_retention_and_what_was_understood_stays(world: World) -> None:
    world.by_hand(sa.update(InboxMessage).where(sa.column("provider") == "far").values(state=InboxState.PARKED))
    before = [(reply.text, reply.score) for reply in world.rows(Reply)]
    world.now += 30 * DAY - HOUR
    assert forget_old(world.runtime) == 0
    world.now += 2 * HOUR
    assert forget_old(world.runtime) == len(world.rows(InboxMessage))
    assert {row.raw_body for row in world.rows(InboxMessage)} == {b""}
    assert world.rows(Quarantined) == []
    assert [(reply.text, reply.score) for reply in world.rows(Reply)] == before
    assert forget_old(world.runtime) == 0


def test_what_nobody_has_taken_in_yet_is_kept_however_old(world: World) -> None:
    world.now += 400 * DAY
    forget_old(world.runtime)
    waiting = [row for row in world.rows(InboxMessage) if row.state == InboxState.NEW]
    assert len(waiting) == 3
    assert all(row.raw_body for row in waiting)


def test_the_clock_sees_to_it(world: World) -> None:
    world.by_hand(sa.update(InboxMessage).values(state=InboxState.DONE))
    world.later(31 * DAY)
    assert {row.raw_body for row in world.rows(InboxMessage) if row.received_at < world.now - 30 * DAY} == {b""}


def test_the_same_message_again_is_still_known_after_its_words_are_gone(world: World) -> None:
    world.says("8", "Ruud", key="the same")
    world.now += 31 * DAY
    forget_old(world.runtime)
    replies = len(world.rows(Reply))
    sandbox.answer(world.runtime, "Ruud", Channel.EMAIL, "8", "the same")
    assert len(world.rows(Reply)) == replies
