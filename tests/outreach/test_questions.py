"""What stands on the page of a question, as it was asked."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from channels.message import Channel
from outreach import links, page_replies
from outreach.links import Purpose
from outreach.page_forms import PageAnswer
from outreach.reports.questions import Question, question
from outreach.tables import Customer, InboxMessage, LedgerEntry, Outreach, Reply, Survey
from tests.make import DAY
from tests.world import World, a_world, asks, gives


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as made:
        made.customer(phone="+31612345678", consent_sms="yes")
        yield made


def ask(world: World, **texts: str) -> int:
    """Ask by e-mail, or by SMS where the text for that is given; returns the outreach."""
    channel = "sms" if "sms" in texts else "email"
    body = {"body": texts.pop(channel)} if channel in texts else {}
    if body or texts:
        world.by_hand(sa.update(Survey).where(Survey.channel == channel).values({**body, **texts}))  # type: ignore[arg-type]
    world.publish(asks(channels=[channel]))
    world.contact()
    world.tick()
    return int(world.outreaches()[-1].id)


def page(world: World, outreach_id: int) -> Question | None:
    token = links.link(world.runtime.settings, Purpose.SURVEY, outreach_id).rpartition("/")[2]
    return question(world.runtime, token)


def shown(world: World, outreach_id: int) -> Question:
    found = page(world, outreach_id)
    assert found
    return found


def test_the_question_of_a_mail_is_shown_without_what_stands_around_it(world: World) -> None:
    words = 'Hi {{ first_name | default: "you" }},\n\nHow was {{ touchpoint }}, 0 to 10?\n\nA reply will do.'
    assert shown(world, ask(world, email=words)).text == "How was the shop, 0 to 10?"


def test_so_is_that_of_an_sms_which_leads_there_only_where_it_says_so(world: World) -> None:
    outreach = ask(world, sms="How was it, 0 to 10? {{ link }}")
    assert shown(world, outreach).text == "Outreach: How was it, 0 to 10?"
    (message,) = world.got()
    assert message.link in message.body


def test_an_sms_that_does_not_name_its_page_leads_nowhere(world: World) -> None:
    ask(world, sms="How was it, 0 to 10?")
    (message,) = world.got()
    assert (message.link, "/r/" in message.body) == ("", False)


def test_content_and_what_was_not_sent_have_no_such_page(world: World) -> None:
    world.publish(gives())
    world.tick()
    given = world.outreaches()[-1].id
    assert page(world, given) is None
    assert page(world, given + 1) is None


def test_a_question_that_was_refused_on_its_way_takes_no_answer(world: World) -> None:
    outreach = ask(world)
    world.by_hand(sa.update(LedgerEntry).values(voided_at=world.now))
    assert page(world, outreach) is None


def test_what_is_asked_back_names_the_customer_or_is_left_out(world: World) -> None:
    outreach = ask(world, follow_low="Sorry, {{ name }}. What went wrong?", follow_high="How was {{ touchpoint }}?")
    assert shown(world, outreach).follow_up == ""
    page_replies.keep(world.runtime, PageAnswer(outreach, 3, ""), "form")
    assert shown(world, outreach).follow_up == "Sorry, Mr K1. What went wrong?"
    world.by_hand(sa.update(Customer).values(name=""))
    assert shown(world, outreach).follow_up == ""
    page_replies.keep(world.runtime, PageAnswer(outreach, 10, ""), "form")
    assert shown(world, outreach).follow_up == "How was the shop?"


def test_who_wants_to_hear_nothing_more_is_asked_nothing_back(world: World) -> None:
    outreach = ask(world, follow_low="What went wrong?")
    page_replies.keep(world.runtime, PageAnswer(outreach, 3, "STOP"), "form")
    assert shown(world, outreach).follow_up == ""


def test_a_score_given_in_a_mail_is_known_on_the_page_too(world: World) -> None:
    outreach = ask(world)
    world.says("8")
    assert shown(world, outreach).score == 8


def test_the_score_of_an_earlier_ask_is_not_that_of_this_one(world: World) -> None:
    first = ask(world)
    page_replies.keep(world.runtime, PageAnswer(first, 8, ""), "form")
    world.now += 200 * DAY
    second = ask(world)
    assert second != first
    assert (shown(world, second).score, shown(world, first).open) == (None, False)


def test_the_answer_is_the_customers_whoever_has_their_address_by_now(world: World) -> None:
    outreach = ask(world)
    world.customer("K1", email="elsewhere@a.eu")
    world.customer("K2", email="K1@a.eu")
    page_replies.keep(world.runtime, PageAnswer(outreach, 9, "fine"), "form")
    (reply,) = world.rows(Reply)
    assert (reply.customer_id, reply.outreach_id, reply.channel) == (world.id_of("K1"), outreach, "page")
    assert world.ledger()[-1].outcome == "answered"


def test_an_answer_is_stored_before_it_is_understood_and_only_once(world: World) -> None:
    outreach = ask(world)
    ids = {page_replies.keep(world.runtime, PageAnswer(outreach, 9, "fine"), "form") for _ in range(3)}
    assert len(ids) == len(world.rows(InboxMessage)) == len(world.rows(Reply)) == 1
    assert page_replies.keep(world.runtime, PageAnswer(outreach, 9, "fine"), "another form") not in ids


@pytest.mark.parametrize("channel", Channel)
def test_what_was_sent_leads_to_the_page_the_answer_comes_from(world: World, channel: Channel) -> None:
    outreach = ask(world, **{channel: "0 to 10? {{ link }}"})
    token = world.got()[-1].link.rpartition("/")[2]
    assert links.read_token(world.runtime.settings, Purpose.SURVEY, token) == outreach
    assert world.rows(Outreach)[-1].body == world.got()[-1].body
