"""Handing over: judged again, called once at most, and written down; whatever is unclear counts as sent."""

from concurrent.futures import ThreadPoolExecutor
from itertools import chain, repeat
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import col

from channels.message import Message, Outcome
from outreach import delivery, planning, policy_book, starter
from outreach.claiming import KEEPS, Claimed, claim
from outreach.delivery import LEASE_SECONDS
from outreach.lifecycle import IntentState, OutreachState
from outreach.moves import RHYTHM_LOOKS_AGAIN
from outreach.outcomes import REFUSED_OFTEN, REFUSED_REST
from outreach.reconciling import EVIDENCE_SECONDS, reconcile
from outreach.tables import Attempt, ContactPoint, Content, Outreach, Survey
from tests.make import DAY, HOUR
from tests.world import Fate, World, asks, asks_by_rhythm, gives, guard, survey

REFUSE_INSERT = {
    "sqlite": "CREATE TRIGGER no BEFORE INSERT ON ledger WHEN NEW.customer_id = {} "
    "BEGIN SELECT RAISE(ABORT, 'no'); END",
    "postgresql": "CREATE TRIGGER no BEFORE INSERT ON ledger FOR EACH ROW WHEN (NEW.customer_id = {}) "
    "EXECUTE FUNCTION outreach_refuse('no')",
}


def _planned(world: World, *customers: str) -> list[int]:
    """An ask for each of these customers that is ready to be handed over."""
    world.publish(asks(contact={"settle": "0s"}))
    world.customers(*customers or ("K1",))
    world.contacts(*customers or ("K1",))
    planning.look(world.runtime, [world.id_of(customer) for customer in customers or ("K1",)])
    return [outreach.id for outreach in world.outreaches()]


def _deliver(world: World, *ids: int) -> int:
    return delivery.deliver(world.runtime, ids)


def _states(world: World) -> list[str]:
    return [outreach.state for outreach in world.outreaches()]


# When all goes well


def test_what_is_planned_is_handed_over_once_and_written_down(world: World) -> None:
    (ask,) = _planned(world)
    assert _deliver(world, ask) == 1
    (sent,), (outreach,), (entry,), (attempt,), (intent,) = (
        world.got(), world.outreaches(), world.ledger(), world.rows(Attempt), world.intents(),
    )  # fmt: skip
    assert (sent.recipient, sent.times) == ("K1@a.eu", 1)
    assert (outreach.state, outreach.delivery, outreach.accepted_at) == ("accepted", "delivered", world.now)
    assert outreach.body == sent.body
    assert (entry.asked_at, entry.kind, entry.voided_at) == (world.now, "ask", None)
    assert (attempt.outcome, attempt.provider_id) == ("accepted", f"sandbox-{ask}")
    assert intent.state == IntentState.DONE


def test_an_outreach_that_is_not_planned_or_not_there_does_nothing(world: World) -> None:
    (ask,) = _planned(world)
    assert [_deliver(world, ask), _deliver(world, ask), _deliver(world, 10_000), _deliver(world)] == [1, 0, 0, 0]
    assert world.provider.calls == [ask]


def test_the_same_outreach_rung_for_100_times_and_heard_by_8_workers_is_sent_once(world: World) -> None:
    (ask,) = _planned(world)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: _deliver(world, ask), range(100)))
    assert sum(taken) == 1
    assert [sent.times for sent in world.got()] == [1]


def test_overlapping_batches_send_each_message_once(world: World) -> None:
    ids = _planned(world, *[f"K{n}" for n in range(12)])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda start: _deliver(world, *ids[start:], *ids[:start]), range(0, 12, 3)))
    assert [sent.times for sent in world.got()] == [1] * 12
    assert set(_states(world)) == {OutreachState.ACCEPTED}


# Judged again


def test_a_policy_that_was_tightened_stops_what_is_planned(world: World) -> None:
    (ask,) = _planned(world)
    world.publish(asks(contact={"settle": "0s", "minimum_value": 99}))
    assert _deliver(world, ask) == 0
    assert (_states(world), world.ledger(), world.provider.calls) == ([OutreachState.CANCELLED], [], [])
    assert world.outreaches()[0].reason == "contact_value"
    assert world.decisions()[-1].stage == "handover"
    assert (world.intents()[0].state, world.intents()[0].look_at) == (IntentState.OPEN, None)


def test_a_guard_that_was_tightened_stops_it_too(world: World) -> None:
    (ask,) = _planned(world)
    world.publish(guard(new_customer="2w", never_asked=0.999999))
    assert _deliver(world, ask) == 0
    assert world.outreaches()[0].reason == "never_asked"


def test_a_policy_that_was_loosened_is_judged_anew_so_that_its_version_is_the_one_that_counts(world: World) -> None:
    _planned(world)
    world.publish(asks(contact={"settle": "0s", "expires": "20d"}))
    world.tick()
    first, second = world.outreaches()
    assert (first.state, first.reason) == (OutreachState.CANCELLED, "the policy was changed")
    with world.runtime.reading() as session:
        live = policy_book.in_force(session).policies["after-contact"]
    assert (second.state, second.policy_version_id) == (OutreachState.ACCEPTED, live.version_id)


def test_a_policy_that_was_retired_stops_what_is_planned(world: World) -> None:
    world.publish(gives())
    world.customer()
    _planned(world, "K2")
    world.clock.tidy()
    planning.look(world.runtime, [world.id_of("K1"), world.id_of("K2")])
    for name in ("after-contact", "something-useful"):
        policy_book.retire(world.runtime, name, "test")
    assert _deliver(world, *[outreach.id for outreach in world.outreaches()]) == 0
    assert set(_states(world)) == {OutreachState.CANCELLED}
    world.publish(gives())
    world.later(30 * DAY)  # what was parked goes on with its next turn, and nothing is planned twice as one step
    assert {sent.recipient for sent in world.got()} == {"K1@a.eu", "K2@a.eu"}


def test_a_question_goes_out_in_the_language_that_is_known_at_that_moment(world: World) -> None:
    with world.runtime.writing() as session:
        starter.add_surveys(session, [survey("question", language="nl") | {"body": "Van 0 tot 10?"}])
    world.publish(asks())
    world.customer(language="nl")
    world.contact()
    planning.look(world.runtime, [world.id_of("K1")])
    world.customer(language="en")
    world.tick()
    assert [sent.body.splitlines()[0] for sent in world.got()] == ["0 to 10?"]


def test_nothing_goes_out_from_the_moment_at_which_it_is_no_longer_worth_it(world: World) -> None:
    _planned(world)
    world.by_hand(sa.update(Outreach).values(not_after=world.now))  # as it may stand in a database that was restored
    world.tick()
    first, second = world.outreaches()
    assert (first.state, first.reason) == (OutreachState.CANCELLED, "its time has passed")
    assert (second.state, len(world.got())) == (OutreachState.ACCEPTED, 1)


def test_a_turn_that_was_planned_long_ago_is_decided_anew(world: World) -> None:
    world.publish(gives())
    world.customer()
    world.clock.tidy()
    planning.look(world.runtime, [world.id_of("K1")])
    world.later(KEEPS)
    first, second = world.outreaches()
    assert (first.state, first.reason) == (OutreachState.CANCELLED, "its time has passed")
    assert (second.state, second.planned_at) == (OutreachState.ACCEPTED, world.now)


def test_an_opt_out_just_before_the_handover_is_respected(world: World) -> None:
    (ask,) = _planned(world)
    world.says("STOP")
    assert _deliver(world, ask) == 0
    assert world.provider.calls == []


def test_an_opt_out_while_the_call_is_running_is_kept_and_nothing_follows(world: World) -> None:
    _planned(world)
    world.provider.during = lambda: world.says("STOP")
    world.tick()
    assert len(world.got()) == 1
    world.contact(kind="another")
    world.later(400 * DAY)
    assert len(world.got()) == 1


def test_a_short_wait_puts_a_message_off(world: World) -> None:
    (ask,) = _planned(world)
    quiet = {"quiet_from": "12:00", "quiet_until": "09:00"}  # it is five in the afternoon in Amsterdam
    world.publish(guard(hours={"email": quiet, "sms": quiet}))
    assert _deliver(world, ask) == 0
    (outreach,) = world.outreaches()
    assert outreach.state == OutreachState.PLANNED
    assert world.now < outreach.due_at < world.now + DAY
    assert _deliver(world, ask) == 0
    world.now = outreach.due_at
    assert _deliver(world, ask) == 1


def test_a_long_wait_calls_it_off_so_that_others_can_be_judged_meanwhile(world: World) -> None:
    (ask,) = _planned(world)
    world.publish(asks(contact={"settle": "5d"}))
    assert _deliver(world, ask) == 0
    (outreach,), (intent,) = world.outreaches(), world.intents()
    assert (outreach.state, outreach.reason) == (OutreachState.CANCELLED, "contact_settles")
    assert (intent.state, intent.look_at) == (IntentState.OPEN, world.now - 2 * HOUR + 5 * DAY)
    world.later(5 * DAY)
    assert _states(world) == [OutreachState.CANCELLED, OutreachState.ACCEPTED]


def test_a_piece_that_was_taken_off_the_shelf_is_replaced_by_another(world: World) -> None:
    world.publish(gives())
    world.customer()
    world.clock.tidy()
    planning.look(world.runtime, [world.id_of("K1")])
    world.by_hand(sa.update(Content).where(col(Content.name) == "tip-1").values(active=False))
    world.tick()
    assert [entry.content_name for entry in world.ledger()] == ["tip-2"]


def test_a_text_that_lacks_a_value_is_not_sent_and_tried_again_in_a_day(world: World) -> None:
    (ask,) = _planned(world)
    world.by_hand(sa.update(Survey).values(body="Dear {{ first_name }}"))  # "Mr K1" has none
    assert _deliver(world, ask) == 0
    (outreach,), (intent,) = world.outreaches(), world.intents()
    assert (outreach.state, outreach.reason) == ("cancelled", "there is no first_name to put into the text")
    assert (intent.state, intent.look_at) == (IntentState.OPEN, world.now + DAY)
    world.by_hand(sa.update(Survey).values(body="Dear {{ name }}"))
    world.later(DAY)
    assert len(world.got()) == 1


def test_a_touch_that_only_the_database_refuses_does_not_hold_up_the_batch(world: World) -> None:
    ids = _planned(world, "K1", "K2", "K3")
    dialect = world.runtime.engine.dialect.name
    world.by_hand(sa.text(REFUSE_INSERT[dialect].format(world.id_of("K2"))))
    assert _deliver(world, *ids) == 2
    assert [world.outreaches(one)[0].state for one in ("K1", "K2", "K3")] == ["accepted", "cancelled", "accepted"]
    assert "the database refused outreach" in world.troubles.pop()
    world.by_hand(
        sa.text("DROP TRIGGER no" + ("" if "sqlite" in world.runtime.settings.database_url else " ON ledger"))
    )
    world.later(DAY)
    assert sorted(sent.recipient for sent in world.got()) == ["K1@a.eu", "K2@a.eu", "K3@a.eu"]


# Refused


def test_a_refusal_is_forgotten_by_the_ledger_and_followed_by_a_new_outreach_under_a_new_decision(world: World) -> None:
    _planned(world)
    world.provider.coming.append(Fate.REFUSED)
    world.tick()
    assert _states(world) == [OutreachState.REFUSED]
    assert world.ledger()[0].voided_at == world.now
    world.later(REFUSED_REST - 1)
    assert len(world.outreaches()) == 1
    world.later(1)
    first, second = world.outreaches()
    assert (second.state, second.step, second.replan) == (OutreachState.ACCEPTED, first.step, 1)
    assert second.decision_id != first.decision_id
    assert len(world.got()) == 1


def test_after_a_refusal_everything_is_judged_anew(world: World) -> None:
    _planned(world)
    world.provider.coming.append(Fate.REFUSED)
    world.tick()
    world.says("STOP")
    world.later(DAY)
    assert world.got() == []
    assert _states(world) == [OutreachState.REFUSED]


def test_what_was_called_off_during_the_call_is_not_taken_up_again_by_a_refusal(world: World) -> None:
    world.publish(asks(value_first={"pieces": 1, "used": 0, "settle": "1d"}))
    world.customer()
    world.contact()
    world.provider.coming.append(Fate.REFUSED)
    world.provider.during = lambda: world.contact(ago=0)  # a newer one of the same kind
    world.tick()
    older, newer = world.intents()
    assert (older.state, newer.state) == (IntentState.CANCELLED, IntentState.OPEN)


def test_an_address_that_is_refused_for_good_is_not_used_again(world: World) -> None:
    _planned(world)
    world.provider.coming.append(Fate.REFUSED_FOR_GOOD)
    world.tick()
    (point,) = world.rows(ContactPoint)
    assert not point.usable
    world.later(DAY)
    assert _states(world) == [OutreachState.REFUSED]
    assert world.intents()[0].reason == "address"


def test_another_channel_takes_over_from_an_address_that_is_refused_for_good(world: World) -> None:
    world.publish(asks(channels=["email", "sms"]))
    world.customer(phone="+31612345678", consent_sms="yes")
    world.contact()
    world.provider.coming.append(Fate.REFUSED_FOR_GOOD)
    world.tick()
    world.later(DAY)
    assert [(o.channel, o.state) for o in world.outreaches()] == [("email", "refused"), ("sms", "accepted")]


def test_refused_too_often_an_ask_is_given_up(world: World) -> None:
    _planned(world)
    world.provider.coming.extend([Fate.REFUSED] * 20)
    for _ in range(20):
        world.later(10 * HOUR)
    assert _states(world) == [OutreachState.REFUSED] * REFUSED_OFTEN
    assert world.intents()[0].state == IntentState.CANCELLED
    assert all(entry.voided_at for entry in world.ledger())


def test_refused_too_often_a_rhythm_goes_on_later(world: World) -> None:
    world.publish(gives())
    world.customer()
    world.provider.coming.extend([Fate.REFUSED] * REFUSED_OFTEN)
    for _ in range(10):
        world.later(10 * HOUR)
    assert world.got() == []
    world.later(RHYTHM_LOOKS_AGAIN)
    assert len(world.got()) == 1


# Unclear


def test_an_unclear_message_counts_as_asked_and_is_never_sent_again(world: World) -> None:
    _planned(world)
    world.provider.coming.append(Fate.LOST)
    world.tick()
    assert _states(world) == [OutreachState.UNKNOWN]
    world.contact(kind="another")
    world.later(29 * DAY)
    assert (len(world.provider.calls), world.ledger()[0].voided_at) == (1, None)
    assert _states(world) == [OutreachState.ABANDONED]


def test_evidence_at_the_provider_makes_an_unclear_message_accepted(world: World) -> None:
    _planned(world)
    world.provider.coming.append(Fate.ANSWER_LOST)
    world.provider.knows = False
    world.tick()
    world.later(HOUR)
    assert _states(world) == [OutreachState.UNKNOWN]
    world.provider.knows = True
    world.later(HOUR)
    assert (_states(world), world.provider.calls) == ([OutreachState.ACCEPTED], [world.outreaches()[0].id])


def test_a_day_without_evidence_gives_an_unclear_message_up(world: World) -> None:
    _planned(world)
    world.provider.coming.append(Fate.LOST)
    world.tick()
    world.later(EVIDENCE_SECONDS - 1)
    assert _states(world) == [OutreachState.UNKNOWN]
    world.later(60)
    assert _states(world) == [OutreachState.ABANDONED]
    assert world.ledger()[0].voided_at is None


def test_a_sender_that_breaks_its_promise_leaves_everything_unclear(world: World) -> None:
    def broken(messages: list[Message]) -> list[Outcome]:
        world.provider.sandbox.send_many(messages)
        raise ConnectionResetError

    ids = _planned(world, "K1", "K2")
    world.provider.send_many = broken  # type: ignore[assignment,method-assign]
    assert _deliver(world, *ids) == 0
    assert set(_states(world)) == {OutreachState.UNKNOWN}
    assert world.troubles.pop() == "a sender failed in the middle of its messages"
    world.later(60)
    assert set(_states(world)) == {OutreachState.ACCEPTED}
    assert {sent.times for sent in world.got()} == {1}


# Leases and fences


def test_a_worker_that_died_before_the_call_leaves_a_message_that_was_never_sent_and_counts(world: World) -> None:
    (ask,) = _planned(world)
    claim(world.runtime, [ask], Claimed(str(uuid4()), world.now + LEASE_SECONDS))
    world.later(LEASE_SECONDS - 1)
    assert _states(world) == [OutreachState.HANDING_OVER]
    world.later(60)
    assert _states(world) == [OutreachState.UNKNOWN]
    world.later(EVIDENCE_SECONDS)
    assert (_states(world), world.got(), len(world.ledger())) == ([OutreachState.ABANDONED], [], 1)


def test_a_worker_whose_lease_has_run_out_does_not_call(world: World) -> None:
    (ask,) = _planned(world)
    slow = world.runtime.settings.model_copy()
    moments = chain([world.now] * 3, repeat(world.now + LEASE_SECONDS))
    runtime = type(world.runtime)(
        slow, world.runtime.engine, lambda: next(moments), world.runtime.senders, world.runtime.doorbell
    )
    delivery.deliver(runtime, [ask])
    assert (world.provider.calls, _states(world)) == ([], [OutreachState.REFUSED])


def test_no_call_begins_so_late_that_its_lease_could_run_out_and_those_left_over_get_theirs_later(
    world: World,
) -> None:
    began, moments, send = world.now, [], world.provider._send

    def slow(message: Message) -> Outcome:
        moments.append(world.now)
        world.now += 15
        return send(message)

    world.provider._send = slow  # type: ignore[method-assign]
    ids = _planned(world, *[f"K{n}" for n in range(70)])
    assert 0 < _deliver(world, *ids) < 70
    assert max(moments) < began + LEASE_SECONDS - 15
    for _ in range(4):
        world.later(HOUR)
    assert [sent.times for sent in world.got()] == [1] * 70


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(world: World) -> None:
    def hang() -> None:
        world.now += LEASE_SECONDS
        world.provider.knows = False
        reconcile(world.runtime)

    (ask,) = _planned(world)
    world.provider.during = hang
    assert _deliver(world, ask) == 0
    assert _states(world) == [OutreachState.UNKNOWN]
    world.provider.knows = True
    world.later(60)
    assert (_states(world), len(world.got())) == ([OutreachState.ACCEPTED], 1)


def test_the_fence_of_another_worker_changes_nothing(world: World) -> None:
    (ask,) = _planned(world)
    world.provider.during = lambda: world.by_hand(sa.update(Attempt).values(fence="another"))
    assert _deliver(world, ask) == 0
    assert _states(world) == [OutreachState.HANDING_OVER]


# A rhythm that asks


def test_a_rhythm_asks_as_soon_as_something_useful_came_first(world: World) -> None:
    world.publish(asks_by_rhythm(value_first={"pieces": 2, "used": 0, "settle": "3d", "rest": "3d"}))
    world.customer()
    for _ in range(20):
        world.later(DAY)
    assert [outreach.kind for outreach in world.outreaches()] == ["content", "content", "ask"]
    (intent,) = world.intents()
    assert (intent.state, intent.look_at) == (IntentState.OPEN, world.outreaches()[-1].planned_at + 182 * DAY)
