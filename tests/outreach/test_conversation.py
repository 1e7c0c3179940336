"""Talking on: what a conversation calls for, when it may be said, and that it is said once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from channels.message import Channel
from outreach import delivery, planning, starter, talking
from outreach.claiming import Claimed, claim
from outreach.clock import due_outreaches
from outreach.delivery import LEASE_SECONDS
from outreach.lifecycle import Kind, OutreachState
from outreach.reconciling import EVIDENCE_SECONDS
from outreach.tables import Attempt, ChannelState, ContactPoint, Customer, Outreach, Reply
from outreach.talking import GAVE_WAY, SAID_SINCE, TOO_LATE, WAIT_FOR_OTHERS
from tests.make import DAY, HOUR, RecordingBell
from tests.world import Fate, World, a_world, asks, gives, guard, talkative

LOW, MID, HIGH = "What went wrong?", "What would make it a 9?", "What made it so?"
THANKS = "Thank you so much."
EVENING = int(datetime(2025, 6, 16, 21, tzinfo=UTC).timestamp())  # eleven in Amsterdam
NINE_TO_EIGHT = {"quiet_from": "20:00", "quiet_until": "09:00"}


def _ask(world: World, **said: Any) -> World:
    """Somebody was just asked by e-mail, with a survey that says these things back; they have a phone as well."""
    with world.runtime.writing() as session:
        starter.add_surveys(session, [talkative(channel=channel, **said) for channel in Channel])
    world.publish(asks(survey="talk"))
    world.customer(phone="+31612345678", consent_sms="yes")
    world.contact()
    world.tick()
    assert len(world.got()) == 1
    return world


@pytest.fixture
def asked(world: World) -> World:
    return _ask(world)


def _says(world: World, text: str, **said: Any) -> None:
    world.says(text, **said)
    world.tick()


def _back(world: World, customer: str | None = None) -> list[str]:
    """What was said back, by the provider's own record."""
    return [sent.body.splitlines()[0] for sent in world.got(customer) if sent.outreach_id in _talk(world)]


def _talk(world: World) -> dict[int, Outreach]:
    return {outreach.id: outreach for outreach in world.outreaches() if outreach.reply_id is not None}


def _reasons(world: World) -> list[tuple[str, str, str | None]]:
    return [(outreach.kind, outreach.state, outreach.reason) for outreach in _talk(world).values()]


# What is said back


@pytest.mark.parametrize(
    ("score", "question"), [("0", LOW), ("6", LOW), ("7", MID), ("8 fine", MID), ("9", HIGH), ("10", HIGH)]
)
def test_after_a_score_comes_the_one_question_that_fits_it(asked: World, score: str, question: str) -> None:
    _says(asked, score)
    assert _back(asked) == [question]


def test_after_more_words_comes_a_thank_you_and_then_nothing_more(asked: World) -> None:
    for text in ("3", "nobody called me back", "and the price was wrong", "9"):
        asked.now += HOUR
        _says(asked, text)
    assert _back(asked) == [LOW, THANKS]
    assert {reply.talk_at for reply in asked.rows(Reply)} == {None}


def test_it_goes_back_over_the_channel_it_was_said_on_and_under_the_same_subject(asked: World) -> None:
    _says(asked, "3")
    _says(asked, "nobody called me back", channel=Channel.SMS)
    question, follow_up, thanks = asked.got()
    assert (follow_up.channel, follow_up.subject) == ("email", f"Re: {question.subject}")
    assert (thanks.channel, thanks.subject, thanks.recipient) == ("sms", "", "+31612345678")


def test_without_a_question_that_fits_thanks_come_at_once(world: World) -> None:
    _ask(world, follow_high="")
    _says(world, "9")
    assert _back(world) == [THANKS]


def test_a_survey_that_asks_nothing_back_only_thanks(world: World) -> None:
    _ask(world, follow_ups=0)
    _says(world, "3")
    assert _back(world) == [THANKS]


def test_a_survey_with_nothing_to_say_says_nothing(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    world.tick()
    for text in ("3", "nobody called me back"):
        _says(world, text)
    assert (_talk(world), {reply.talk_at for reply in world.rows(Reply)}) == ({}, {None})


def test_a_channel_for_which_the_survey_has_no_texts_says_nothing(world: World) -> None:
    with world.runtime.writing() as session:
        starter.add_surveys(session, [talkative()])
    world.publish(asks(survey="talk"))
    world.customer(phone="+31612345678", consent_sms="yes")
    world.contact()
    world.tick()
    _says(world, "3", channel=Channel.SMS)
    assert _talk(world) == {}


@pytest.mark.parametrize(
    "text", ["2 dagen wachten", "ok", "not now please", "HELP", "START", "thank you", "8, but I had asked you to stop"]
)
def test_a_machine_says_nothing_back_to_what_is_no_answer_or_not_sure(asked: World, text: str) -> None:
    _says(asked, text)
    assert _talk(asked) == {}


def test_words_without_an_ask_are_a_persons_to_answer(world: World) -> None:
    world.customer()
    for text in ("9", "your driver was wonderful"):
        _says(world, text)
    assert _talk(world) == {}


def test_a_follow_up_is_no_touch_and_shortens_or_begins_no_rest(asked: World) -> None:
    _says(asked, "3")
    follow_up = _talk(asked)[asked.got()[1].outreach_id]
    assert (follow_up.kind, follow_up.intent_id, follow_up.decision_id) == (Kind.FOLLOW_UP, None, None)
    assert len(asked.ledger()) == 1
    assert len(asked.decisions()) == 1  # about the ask


# A corrected score


def test_a_corrected_score_keeps_both_and_asks_nothing_more(asked: World) -> None:
    for text in ("9", "3"):
        _says(asked, text)
    assert [(reply.score, reply.continues_id) for reply in asked.rows(Reply)] == [(9, None), (3, 1)]
    assert _back(asked) == [HIGH, THANKS]


@pytest.mark.parametrize(("corrected", "said_back"), [("3", [HIGH, LOW]), ("10", [HIGH, THANKS])])
def test_with_two_follow_ups_a_score_in_another_band_has_a_question_of_its_own(
    world: World, corrected: str, said_back: list[str]
) -> None:
    _ask(world, follow_ups=2)
    for text in ("9", corrected):
        _says(world, text)
    assert _back(world) == said_back


def test_what_is_planned_for_a_score_is_called_off_when_that_is_corrected(asked: World) -> None:
    asked.says("9")
    asked.says("3")
    asked.tick()
    assert _back(asked) == [LOW]
    assert _reasons(asked) == [("follow_up", "cancelled", SAID_SINCE), ("follow_up", "accepted", None)]


# When it may be said


def test_at_night_it_waits_for_the_morning_and_then_answers_the_last_word(asked: World) -> None:
    asked.publish(guard(hours={"email": NINE_TO_EIGHT, "sms": NINE_TO_EIGHT}))
    asked.now = EVENING
    _says(asked, "3")
    _says(asked, "nobody called me back")
    assert _back(asked) == []
    asked.later(10 * HOUR - 1)
    assert _back(asked) == []
    asked.later(1)
    assert _back(asked) == [LOW]


def test_rests_caps_and_the_day_between_messages_do_not_hold_it_back(asked: World) -> None:
    asked.publish(guard(caps=[{"at_most": 1, "window": "90d"}]))
    _says(asked, "3")
    assert _back(asked) == [LOW]


BRAKES = [
    (sa.update(Customer).values(no_surveys_at=1), "opt_out"),
    (sa.update(Customer).values(paused_until=2**40), "pause"),
    (sa.update(ContactPoint).values(consent="unknown"), "consent"),
    (sa.update(ContactPoint).values(usable=False), "address"),
    (sa.update(Customer).values(timezone=None), None),  # the phone tells a zone
]


@pytest.mark.parametrize(("change", "held_by"), BRAKES)
def test_what_holds_back_everything_holds_back_this_too(asked: World, change: sa.Executable, held_by: str) -> None:
    asked.by_hand(change)
    _says(asked, "3")
    expected = ("follow_up", "cancelled", held_by) if held_by else ("follow_up", "accepted", None)
    assert _reasons(asked) == [expected]


def test_a_stop_calls_off_what_was_planned(asked: World) -> None:
    asked.says("3")
    asked.says("STOP")
    asked.tick()
    assert (_back(asked), _reasons(asked)) == ([], [("follow_up", "cancelled", "opted out")])


@pytest.mark.parametrize("text", ["2 dagen wachten", "not now please", "HELP"])
def test_what_is_planned_is_called_off_when_what_is_said_next_is_for_a_person(asked: World, text: str) -> None:
    asked.says("3")
    asked.says(text)
    asked.tick()
    assert (_back(asked), _reasons(asked)) == ([], [("follow_up", "cancelled", SAID_SINCE)])


def test_a_channel_that_was_stopped_is_waited_for(asked: World) -> None:
    stopped = {"channel": "email", "stopped": True, "not_before": 0, "free_at": 0.0}
    asked.by_hand(sa.insert(ChannelState).values(**stopped))
    _says(asked, "3")
    asked.later(DAY)
    assert _back(asked) == []
    asked.by_hand(sa.update(ChannelState).values(stopped=False, not_before=asked.now + HOUR))
    asked.later(HOUR - 1)
    assert _back(asked) == []
    asked.later(HOUR)
    assert _back(asked) == [LOW]


def test_a_reply_that_would_be_answered_after_two_days_is_not(asked: World) -> None:
    stopped = {"channel": "email", "stopped": True, "not_before": 0, "free_at": 0.0}
    asked.by_hand(sa.insert(ChannelState).values(**stopped))
    _says(asked, "3")
    for _ in range(3):
        asked.later(DAY)
    asked.by_hand(sa.update(ChannelState).values(stopped=False))
    asked.later(DAY)
    assert (_back(asked), _reasons(asked)) == ([], [("follow_up", "cancelled", TOO_LATE)])


def test_a_reply_that_lay_in_the_inbox_for_three_days_is_not_answered_and_says_why(asked: World) -> None:
    asked.says("3")
    asked.by_hand(
        sa.delete(Outreach).where(sa.column("reply_id").is_not(None)),
        sa.update(Reply).values(received_at=asked.now - 3 * DAY, talk_at=asked.now),
    )
    asked.tick()
    assert (_back(asked), _reasons(asked)) == ([], [("follow_up", "cancelled", TOO_LATE)])


# One message on its way


def test_a_planned_touch_gives_way_and_comes_later(asked: World) -> None:
    asked.publish(gives())
    asked.now += 2 * DAY
    asked.clock.tidy()
    planning.look(asked.runtime, [asked.id_of("K1")])
    assert [outreach.kind for outreach in asked.outreaches()] == ["ask", "content"]
    asked.says("3")
    touch = asked.outreaches()[1]
    assert (touch.state, touch.reason) == (OutreachState.CANCELLED, GAVE_WAY)
    asked.tick()
    assert [sent.body.splitlines()[0][:5] for sent in asked.got()] == ["0 to ", "What ", "tip-1"]


def test_a_message_that_is_being_handed_over_is_waited_for(asked: World) -> None:
    asked.publish(gives())
    asked.now += 2 * DAY
    asked.provider.during = lambda: asked.says("3") if len(asked.rows(Reply)) == 0 else None
    asked.tick()
    assert [reply.talk_at for reply in asked.rows(Reply)] == [asked.now + WAIT_FOR_OTHERS]
    asked.later(WAIT_FOR_OTHERS)
    assert _back(asked) == [LOW]


def test_what_is_said_while_the_question_is_on_its_way_is_thanked_for_afterwards(asked: World) -> None:
    def during() -> None:
        if len(asked.rows(Reply)) == 1:
            asked.says("nobody called me back")

    asked.provider.during = during
    _says(asked, "3")
    asked.later(WAIT_FOR_OTHERS)
    assert _back(asked) == [LOW, THANKS]


def test_while_something_is_about_to_be_said_nothing_else_is_planned(asked: World) -> None:
    asked.publish(gives(), guard(hours={"email": NINE_TO_EIGHT, "sms": NINE_TO_EIGHT}))
    asked.now = EVENING
    _says(asked, "3")
    asked.later(10 * HOUR)
    assert [outreach.kind for outreach in asked.outreaches()][:2] == ["ask", "follow_up"]


# Once, whatever happens


def test_it_is_rung_for_after_the_commit(sqlite_url: str) -> None:
    bell = RecordingBell()
    with a_world(sqlite_url, bell) as world:
        _ask_over(world)
        world.says("3")
        (outreach,) = _talk(world).values()
        assert bell.rings[-1] == ("email", "outreach.jobs.deliver", [outreach.id])


def _ask_over(world: World) -> None:
    """The same with a bell that is heard, so that nothing is done by the clock."""
    with world.runtime.writing() as session:
        starter.add_surveys(session, [talkative()])
    world.publish(asks(survey="talk"))
    world.customer()
    world.contact()
    planning.look(world.runtime, [world.id_of("K1")])
    delivery.deliver(world.runtime, [outreach.id for outreach in world.outreaches()])


def test_what_was_not_planned_at_once_is_found_by_the_clock(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(talking, "after", lambda *_: None)  # as if the process had died just then
        asked.says("3")
    assert [reply.talk_at for reply in asked.rows(Reply)] == [asked.now]
    asked.tick()
    assert _back(asked) == [LOW]
    assert [reply.talk_at for reply in asked.rows(Reply)] == [None]


def test_planned_and_delivered_by_many_at_once_it_is_said_once(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(talking, "after", lambda *_: None)
        asked.says("3")
    (reply,) = asked.rows(Reply)
    with ThreadPoolExecutor(4) as pool:
        planned = list(pool.map(lambda _: talking.go_on(asked.runtime, [reply.id]), range(8)))
        assert sum(planned) == 1
        list(pool.map(lambda _: delivery.deliver(asked.runtime, [*_talk(asked)]), range(8)))
    assert [sent.times for sent in asked.got()] == [1, 1]
    assert len(asked.rows(Attempt)) == 2


@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.LOST])
def test_of_what_nobody_knows_whether_it_was_said_nothing_is_said_again(asked: World, fate: Fate) -> None:
    asked.provider.coming.append(fate)
    asked.provider.knows = False
    _says(asked, "3")
    asked.later(EVIDENCE_SECONDS)
    asked.later(HOUR)
    assert _reasons(asked)[0][1] == OutreachState.ABANDONED
    _says(asked, "nobody called me back")
    assert _back(asked) == ([LOW, THANKS] if fate is Fate.ANSWER_LOST else [THANKS])


def test_what_was_refused_is_not_said_again_and_marks_an_address_that_is_gone(asked: World) -> None:
    asked.provider.coming.append(Fate.REFUSED_FOR_GOOD)
    _says(asked, "3")
    asked.later(DAY)
    assert (_back(asked), _reasons(asked)[0][1]) == ([], OutreachState.REFUSED)
    assert {point.channel: point.usable for point in asked.rows(ContactPoint)} == {"email": False, "sms": True}


def test_a_worker_that_dies_with_it_leaves_it_unclear(asked: World) -> None:
    asked.says("3")
    with asked.runtime.reading() as session:
        due = [one for ids in due_outreaches(session, asked.now, 10).values() for one in ids]
    claim(asked.runtime, due, Claimed("dead", asked.now + LEASE_SECONDS))
    asked.later(LEASE_SECONDS)
    assert _reasons(asked)[0][1] == OutreachState.UNKNOWN
    assert asked.provider.calls == [1]


def test_two_customers_in_one_batch_each_get_their_own(world: World) -> None:
    with world.runtime.writing() as session:
        starter.add_surveys(session, [talkative()])
    world.publish(asks(survey="talk"))
    people = [f"K{n}" for n in range(6)]
    world.customers(*people)
    world.contacts(*people)
    world.tick()
    for n, person in enumerate(people):
        world.says("9" if n % 2 else "3", person)
    world.tick()
    assert [_back(world, person) for person in people] == [[HIGH if n % 2 else LOW] for n in range(6)]
