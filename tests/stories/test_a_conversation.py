"""A conversation: one reminder, an answer late at night, one question back, a correction, thanks; and a STOP."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from channels.message import Channel
from outreach import sandbox, starter
from outreach.lifecycle import Consent, OutreachState
from outreach.reports.overview import overview
from outreach.reports.replies import replies
from outreach.tables import ContactPoint, Customer, Reply
from policies import library
from policies.policy import Policy
from tests.make import DAY, HOUR
from tests.world import World, a_world

PEOPLE = ("ada", "bob")
MORNING = int(datetime(2025, 6, 16, 8, tzinfo=UTC).timestamp())  # a Monday; ten in Amsterdam
NIGHT = 13 * HOUR  # from ten in the morning to eleven in the evening


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Two customers had a repair yesterday; nothing has to be given first, and the guard is the one that ships."""
    amounts = library.policy("after-valuable-contact").model_dump(mode="json", by_alias=True, exclude_none=True)
    asking = Policy.model_validate({**amounts, "value_first": None})
    with a_world(database_url, sender_name="Veldhuis") as made:
        made.now = MORNING
        made.publish(library.guard().model_copy(update={"never_asked": 0.0}), asking)
        with made.runtime.writing() as session:
            starter.load(session)
        made.customers(*PEOPLE, language="nl")
        made.contacts(*PEOPLE, ago=25 * HOUR, kind="repair", touchpoint="bij u thuis")
        yield made


def _words(world: World, who: str) -> list[tuple[str, str]]:
    """The conversation as the customer's mailbox shows it: the kind of each message, and how it begins."""
    with world.runtime.reading() as session:
        lines = sandbox.thread(session, who)
    return [(line.kind, line.body) for line in lines]


def _hours(world: World, hours: int) -> None:
    for _ in range(hours):
        world.later(HOUR)


def test_a_question_is_asked_reminded_of_answered_asked_back_corrected_thanked_for_and_stopped(world: World) -> None:
    world.tick()
    for who in PEOPLE:
        assert [kind for kind, _ in _words(world, who)] == ["ask"]

    _hours(world, 4 * 24 + 1)
    for who in PEOPLE:
        (_, question), (kind, reminder) = _words(world, who)
        assert kind == "reminder"
        assert "enige herinnering" in reminder
        assert "bij u thuis" in question
        assert "bij u thuis" in reminder

    world.now = MORNING + 4 * DAY + NIGHT
    world.says("8 want jullie bellen altijd terug", "ada")
    world.says("3, niemand belde terug", "bob")
    world.now += 5 * 60
    world.says("STOP", "bob")
    _hours(world, 9)  # until eight in the morning
    assert [kind for kind, _ in _words(world, "ada")] == ["ask", "reminder", "reply"]
    _hours(world, 2)
    kind, asked_back = _words(world, "ada")[-1]
    assert kind == "follow_up"
    assert "Wat had er een 9 van gemaakt?" in asked_back
    assert world.got("ada")[-1].subject == f"Re: {world.got('ada')[0].subject}"

    world.says("6", "ada")
    _hours(world, 1)
    assert [kind for kind, _ in _words(world, "ada")][-2:] == ["reply", "thanks"]
    world.says("de monteur kwam een dag te laat", "ada")
    _hours(world, 48)
    assert [kind for kind, _ in _words(world, "ada")][-2:] == ["thanks", "reply"]
    _all_is_kept(world)
    _bob_hears_nothing_more(world)


def _all_is_kept(world: World) -> None:
    """Both scores of Ada are there, in one conversation with her remark, and the corrected one counts."""
    first, *others = world.rows(Reply, "ada")
    assert [(reply.score, reply.continues_id) for reply in others] == [(6, first.id), (None, first.id)]
    ask, reminder = world.ledger("ada")
    assert (ask.outcome, ask.outcome_at, reminder.outcome) == ("answered", first.received_at, None)
    assert [(row.customer, row.score) for row in replies(world.runtime, "critics").rows] == [("bob", 3), ("ada", 6)][
        ::-1
    ]
    assert overview(world.runtime).figures.answers == 2


def _bob_hears_nothing_more(world: World) -> None:
    cancelled = [o for o in world.outreaches("bob") if o.reply_id is not None]
    assert [(o.state, o.reason) for o in cancelled] == [(OutreachState.CANCELLED, "opted out")]
    world.contacts(*PEOPLE, kind="delivery")
    for _ in range(300):
        world.later(DAY)
    assert [kind for kind, _ in _words(world, "bob")] == ["ask", "reminder", "reply", "reply"]
    with world.runtime.reading() as session:
        bob = session.exec(select(Customer).where(Customer.external_id == "bob")).one()
    assert bob.no_surveys_at == MORNING + 4 * DAY + NIGHT + 5 * 60
    consents = {point.channel: point.consent for point in world.rows(ContactPoint, "bob")}
    assert consents == {Channel.EMAIL: Consent.WITHDRAWN}
