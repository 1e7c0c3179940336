"""A person's word on a reply: whose it is, what it says, and that what follows is what would have followed at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import audit, page_replies, replies, reviewing, starter
from outreach.explain import UnknownCustomer
from outreach.hearing import REVIEW_PAUSE
from outreach.page_forms import Compliment, PageAnswer
from outreach.reports.overview import overview
from outreach.reviewing import AlreadyAssigned, UnknownReply, Verdict
from outreach.tables import AuditEntry, Customer, InboxMessage, Reply, Suppression
from tests.make import DAY, HOUR
from tests.world import World, asks, talkative

DOUBTFUL = "8, but I thought I had asked you to stop calling me about the contract"


@pytest.fixture
def asked(world: World) -> World:
    """Somebody was just asked by e-mail, with a survey that says something back."""
    with world.runtime.writing() as session:
        starter.add_surveys(session, [talkative(channel=channel) for channel in Channel])
    world.publish(asks(survey="talk"))
    world.customer()
    world.contact()
    world.tick()
    return world


def _stranger(world: World, text: str) -> Reply:
    """Something comes from an address that nobody has."""
    body = write_reply(InboundMessage(Channel.EMAIL, "ada.elsewhere@a.eu", text, "x"))
    row = {"provider": "sandbox", "kind": "reply", "dedupe_key": text, "raw_body": body, "headers": {}, "tries": 0}
    world.by_hand(sa.insert(InboxMessage).values(**row, received_at=world.now, state="new"))
    replies.receive_new(world.runtime)
    return _reply(world)


def _reply(world: World) -> Reply:
    found = world.rows(Reply)[-1]
    assert isinstance(found, Reply)
    return found


def _assign(world: World, customer: str = "K1") -> bool:
    return reviewing.assign(world.runtime, _reply(world).id, customer, "marit")


def _decide(world: World, verdict: int | Verdict) -> bool:
    return reviewing.decide(world.runtime, _reply(world).id, verdict, "marit")


def _customer(world: World) -> Customer:
    with world.runtime.reading() as session:
        return session.exec(select(Customer)).one()


def _audit(world: World) -> list[dict[str, Any]]:
    """What this person did, by the log, which holds."""
    with world.runtime.reading() as session:
        assert audit.first_broken(session) is None
        return [entry.what for entry in session.exec(select(AuditEntry)) if entry.actor == "marit"]


def _waiting(world: World) -> int:
    return overview(world.runtime).waiting.unclear_replies


# Whose it is


def test_a_reply_that_gets_its_customer_is_their_answer_as_of_when_it_came(asked: World) -> None:
    came = asked.now
    _stranger(asked, "3 nobody called me back")
    assert _waiting(asked) == 1
    asked.now += DAY
    assert _assign(asked)
    reply, ask = _reply(asked), asked.ledger()[0]
    assert (reply.customer_id, reply.outreach_id) == (asked.id_of("K1"), ask.outreach_id)
    assert (reply.looked_at, reply.looked_by) == (asked.now, "marit")
    assert (ask.outcome, ask.outcome_at) == ("answered", came)
    assert _audit(asked) == [
        {"reply": reply.id, "before": {"customer": None}, "after": {"customer": asked.id_of("K1")}}
    ]
    assert (_waiting(asked), overview(asked.runtime).figures.answers) == (0, 1)
    asked.tick()
    assert [sent.body.splitlines()[0] for sent in asked.got()] == ["0 to 10?", "What went wrong?"]


def test_what_is_assigned_after_two_days_is_not_answered_by_a_machine(asked: World) -> None:
    _stranger(asked, "3 nobody called me back")
    asked.now += 3 * DAY
    _assign(asked)
    asked.tick()
    assert len(asked.got()) == 1


def test_a_stop_holds_for_the_customer_it_is_assigned_to(asked: World) -> None:
    came = asked.now
    _stranger(asked, "STOP")
    assert _customer(asked).no_surveys_at is None
    asked.now += DAY
    _assign(asked)
    assert _customer(asked).no_surveys_at == came
    assert len(asked.rows(Suppression)) == 2  # the address it came from, and the one we know


def test_it_is_read_again_in_the_language_of_the_customer(asked: World) -> None:
    asked.customer(language="nl")
    before = _stranger(asked, "een 8")
    assert _assign(asked)
    after = _reply(asked)
    assert (after.intent, after.score) == ("answer", 8)
    assert (before.text, after.text) == ("een 8", "een 8")


def test_what_stays_unclear_waits_on(asked: World) -> None:
    _stranger(asked, "2 dagen wachten")
    _assign(asked)
    assert (_reply(asked).looked_at, _waiting(asked)) == (None, 1)


def test_assigned_twice_it_is_assigned_once(asked: World) -> None:
    _stranger(asked, "STOP")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: _assign(asked), range(6))) == 1
    assert len(_audit(asked)) == 1


def test_a_reply_stays_with_the_customer_it_has(asked: World) -> None:
    asked.customer("K2")
    asked.says("8")
    assert not _assign(asked)
    with pytest.raises(AlreadyAssigned):
        _assign(asked, "K2")


def test_nobody_and_nothing_are_said_to_be_unknown(asked: World) -> None:
    _stranger(asked, "8")
    with pytest.raises(UnknownCustomer):
        _assign(asked, "K9")
    with pytest.raises(UnknownReply):
        reviewing.assign(asked.runtime, 99, "K1", "marit")
    with pytest.raises(UnknownReply):
        reviewing.decide(asked.runtime, 99, 8, "marit")


def test_a_compliment_gets_its_customer_and_stays_what_it_is(asked: World) -> None:
    page_replies.keep(asked.runtime, Compliment("Please never stop, 10 out of 10", "Ada", "ada@b.eu"), "key")
    assert _assign(asked)
    reply = _reply(asked)
    assert (reply.intent, reply.score, reply.channel) == ("comment", None, "page")
    assert (_customer(asked).no_surveys_at, _customer(asked).paused_until) == (None, None)


# What it says


def test_a_score_that_a_person_read_counts_and_is_answered(asked: World) -> None:
    asked.says("a 3 or rather a 4")
    assert _reply(asked).score is None
    assert _decide(asked, 3)
    reply = _reply(asked)
    assert (reply.intent, reply.score, reply.sure, reply.looked_by) == ("answer", 3, True, "marit")
    assert (reply.text, reply.looked_at) == ("a 3 or rather a 4", asked.now)
    assert asked.ledger()[0].outcome == "answered"
    before, after = {"read_as": "unclear", "score": None}, {"read_as": "answer", "score": 3}
    assert _audit(asked) == [{"reply": reply.id, "before": before, "after": after}]
    asked.tick()
    assert [sent.body.splitlines()[0] for sent in asked.got()] == ["0 to 10?", "What went wrong?"]


def test_what_says_nothing_is_looked_at_and_not_answered(asked: World) -> None:
    asked.says("2 dagen wachten")
    assert _waiting(asked) == 1
    assert _decide(asked, Verdict.NOTHING)
    assert (_reply(asked).intent, _reply(asked).sure, _waiting(asked)) == ("comment", True, 0)
    asked.tick()
    assert len(asked.got()) == 1


def test_a_doubtful_stop_that_is_none_ends_the_pause_and_may_leave_the_score(asked: World) -> None:
    asked.says(DOUBTFUL)
    assert _customer(asked).paused_until == asked.now + REVIEW_PAUSE
    assert overview(asked.runtime).figures.answers == 0
    _decide(asked, 8)
    assert (_customer(asked).paused_until, overview(asked.runtime).figures.answers) == (None, 1)


def test_a_doubtful_stop_that_is_one_becomes_a_stop(asked: World) -> None:
    came = asked.now
    asked.says(DOUBTFUL)
    asked.now += DAY
    _decide(asked, Verdict.STOP)
    customer = _customer(asked)
    assert (customer.no_surveys_at, customer.paused_until) == (came, None)
    assert {held.source for held in asked.rows(Suppression)} == {"marit"}
    assert (_reply(asked).intent, asked.ledger()[0].outcome) == ("stop", "answered")


def test_ending_one_pause_leaves_the_others(asked: World) -> None:
    asked.says("ask me again in 3 weeks")
    until = asked.now + 21 * DAY
    asked.says(DOUBTFUL)
    _decide(asked, Verdict.NOTHING)
    assert _customer(asked).paused_until == until


def test_a_pause_that_the_customer_chose_later_is_left_alone(asked: World) -> None:
    asked.says(DOUBTFUL)
    asked.by_hand(sa.update(Customer).values(paused_until=asked.now + 200 * DAY))
    _decide(asked, Verdict.NOTHING)
    assert _customer(asked).paused_until == asked.now + 200 * DAY


def test_a_score_that_was_none_leaves_a_reply(asked: World) -> None:
    asked.says("8")
    _decide(asked, Verdict.NOTHING)
    assert (_reply(asked).score, asked.ledger()[0].outcome) == (None, "replied")


def test_the_same_word_twice_is_said_once_and_another_word_is_another(asked: World) -> None:
    asked.says("2 dagen wachten")
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: _decide(asked, 3), range(6))) == 1
    assert _decide(asked, 4)
    assert [(entry["before"]["score"], entry["after"]["score"]) for entry in _audit(asked)] == [(None, 3), (3, 4)]


def test_help_that_was_given_waits_no_more(asked: World) -> None:
    asked.says("HELP")
    assert _decide(asked, Verdict.NOTHING)
    assert (_reply(asked).intent, _waiting(asked)) == ("help", 0)


def test_a_stop_from_nobody_we_know_holds_for_the_address(asked: World) -> None:
    _stranger(asked, "what is this stop it 8 stop")
    asked.by_hand(sa.delete(Suppression))
    _decide(asked, Verdict.STOP)
    (held,) = asked.rows(Suppression)
    asked.customer("K2", email="ada.elsewhere@a.eu")
    asked.contact("K2")
    asked.later(HOUR)
    assert (held.scope, asked.got("K2")) == ("all", [])


def test_what_a_person_read_stays_when_the_reply_gets_its_customer(asked: World) -> None:
    _stranger(asked, "2 dagen wachten")
    _decide(asked, 2)
    _assign(asked)
    assert (_reply(asked).score, asked.ledger()[0].outcome) == (2, "answered")


def test_what_was_written_on_the_page_of_a_question_stays_with_that_question(asked: World) -> None:
    (question,) = asked.outreaches()
    page_replies.keep(asked.runtime, PageAnswer(question.id, 8, DOUBTFUL[3:]), "key")
    asked.contact(kind="call")
    asked.now += 40 * DAY
    _decide(asked, 7)
    reply = _reply(asked)
    assert (reply.score, reply.outreach_id, reply.talk_at) == (7, question.id, None)
