"""A company to which anything may happen in any order; the provider's own record tells what reached customers."""

import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import NamedTuple
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col

from channels.message import SendRefused
from outreach import audit, delivery, hearing, optout, outcomes, planning, policy_book, reconciling, uses
from outreach.claiming import Claimed, claim
from outreach.clock import due_outreaches
from outreach.delivery import LEASE_SECONDS
from outreach.lifecycle import IntentState, OutreachState
from outreach.reconciling import EVIDENCE_SECONDS
from outreach.tables import Customer, Intent, LedgerEntry, Outreach, Reply, SandboxMessage
from tests.make import DAY, HOUR, NOON
from tests.planted import send_again
from tests.world import Fate, a_world, asks, asks_by_rhythm, gives, guard

pytestmark = pytest.mark.timeout(600)  # many lives of a company

PEOPLE = ("K1", "K2", "K3", "K4")
ACCOUNT_CAP, ACCOUNT_REST = {"people": 1, "window": "20d"}, 20 * DAY
LOOSE, TIGHT = 10 * DAY, 40 * DAY  # rests between asks
POLICIES = {
    "quick": asks("quick"),
    "careful": asks("careful", priority=70, contact={"expires": "40d"}, value_first={"settle": "2d"}),
    "yearly": asks_by_rhythm("yearly", rhythm={"every": "60d"}, rests={"after_answer": "30d"}),
    "gift": gives("gift", rhythm={"every": "15d"}),
}
SAYINGS = ("8 fine", "0", "not now", "thank you", "2 dagen wachten", "9 but I had asked you to stop the other thing")
IN_LEDGER = (OutreachState.HANDING_OVER, OutreachState.ACCEPTED, OutreachState.UNKNOWN, OutreachState.ABANDONED)
people, moments = st.sampled_from(PEOPLE), st.sampled_from([60, HOUR, 8 * HOUR, DAY, 3 * DAY, 12 * DAY, 45 * DAY])


class Arrived(NamedTuple):
    """A message as the provider recorded it, and what held when it was handed over."""

    number: int
    who: str
    asks: bool
    at: int
    rest: int
    stopped: bool
    consented: bool
    colleague: bool


class Company(RuleBasedStateMachine):
    template = Path()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory(prefix="model-")))
        shutil.copy(self.template, folder / "model.db")
        self.world = self.stack.enter_context(a_world(f"sqlite:///{folder}/model.db"))
        self.rest = LOOSE
        self.arrived: list[Arrived] = []
        self.used: dict[int, int] = {}
        self.said: dict[str, str] = {}
        self.stopped: set[str] = set()
        self.consent: dict[str, bool] = {}
        self.colleagues: set[str] = set()

    @initialize()
    def open(self) -> None:
        self.world.publish(guard(account=ACCOUNT_CAP, rest_between_asks=self.rest), *POLICIES.values())
        for who, account in zip(PEOPLE, (True, True, False, False), strict=True):
            self.comes_in(who, "yes", account)
        self.world.tick()

    def teardown(self) -> None:
        with self.stack:
            self._comes_to_an_end()

    def _comes_to_an_end(self) -> None:
        """Left alone, and with a provider that works, nothing stays under way and nothing is overlooked."""
        self.world.provider.coming.clear()
        self.world.provider.knows = True
        for pause in (0, LEASE_SECONDS, EVIDENCE_SECONDS, HOUR):
            self.world.later(pause)
        self.the_promises_hold()
        final = {OutreachState.ACCEPTED, OutreachState.REFUSED, OutreachState.ABANDONED, OutreachState.CANCELLED}
        on_their_way = [outreach for outreach in self.world.outreaches() if outreach.state not in final]
        assert [o for o in on_their_way if o.state != OutreachState.PLANNED or o.due_at <= self.world.now] == []
        waiting = {outreach.customer_id for outreach in on_their_way}
        overdue = [
            intent
            for intent in self.world.intents()
            if intent.state == IntentState.OPEN and intent.look_at is not None and intent.look_at <= self.world.now
        ]
        assert [intent for intent in overdue if intent.customer_id not in waiting] == []
        with self.world.runtime.reading() as session:
            assert audit.first_broken(session) is None

    # What happens outside

    @rule(who=people, consents=st.sampled_from(["yes", "no", ""]), account=st.booleans())
    def comes_in(self, who: str, consents: str, account: bool) -> None:
        self.world.customer(who, consent_email=consents, account="Bakery" if account else "")
        if consents and who not in self.stopped:
            self.consent[who] = consents == "yes"
        if account:
            self.colleagues.add(who)

    @rule(who=people, kind=st.sampled_from(["visit", "call"]), ago=st.sampled_from([0, 2 * HOUR, 5 * DAY]))
    def has_a_contact(self, who: str, kind: str, ago: int) -> None:
        self.world.contact(who, kind=kind, ago=ago)

    @rule(who=people, text=st.sampled_from(SAYINGS), times=st.integers(1, 2))
    def says(self, who: str, text: str, times: int) -> None:
        key = uuid4().hex
        for _ in range(times):
            self.world.says(text, who, key=key)
        self.said[key] = text

    @rule(who=people)
    def stops(self, who: str) -> None:
        key = uuid4().hex
        self.world.says("STOP", who, key=key)
        self.said[key] = "STOP"
        self.stopped.add(who)

    @precondition(lambda self: any(not message.asks for message in self.arrived))
    @rule(data=st.data())
    def uses_content(self, data: st.DataObject) -> None:
        given = data.draw(st.sampled_from([message.number for message in self.arrived if not message.asks]))
        uses.record(self.world.runtime, given)
        self.used.setdefault(given, self.world.now)

    @rule(fates=st.lists(st.sampled_from(Fate), min_size=1, max_size=4))
    def the_provider_has_a_bad_day(self, fates: list[Fate]) -> None:
        self.world.provider.coming.extend(fates)

    @rule(knows=st.booleans())
    def the_provider_can_or_cannot_tell_what_it_took(self, knows: bool) -> None:
        self.world.provider.knows = knows

    # What the organisation does

    @rule(rest=st.sampled_from([LOOSE, TIGHT]))
    def the_guard_changes(self, rest: int) -> None:
        self.rest = rest
        self.world.publish(guard(account=ACCOUNT_CAP, rest_between_asks=rest))

    @rule(name=st.sampled_from(sorted(POLICIES)), back=st.booleans(), priority=st.integers(0, 100))
    def a_policy_goes_or_comes(self, name: str, back: bool, priority: int) -> None:
        if back:
            self.world.publish(POLICIES[name].model_copy(update={"priority": priority}))
        else:
            policy_book.retire(self.world.runtime, name, "test")

    # What our processes do

    @rule(pause=moments)
    def time_passes(self, pause: int) -> None:
        self.world.later(pause)

    @rule(pause=moments)
    def time_passes_while_nothing_runs(self, pause: int) -> None:
        self.world.now += pause
        self.world.restart()

    @rule(pause=moments | st.just(0))
    def a_worker_looks_at_everybody_and_what_it_plans_waits(self, pause: int) -> None:
        self.world.now += pause
        planning.look(self.world.runtime, range(1, len(PEOPLE) + 1))

    @rule(times=st.integers(1, 3))
    def a_worker_delivers(self, times: int) -> None:
        due = self._due()
        for _ in range(times):
            delivery.deliver(self.world.runtime, due)

    @rule()
    def a_worker_dies_before_the_call(self) -> None:
        claim(self.world.runtime, self._due(), Claimed(uuid4().hex, self.world.now + LEASE_SECONDS))

    @rule()
    def a_worker_dies_after_the_call(self) -> None:
        def die() -> None:
            raise KeyboardInterrupt

        self.world.provider.during = die
        with suppress(KeyboardInterrupt):
            delivery.deliver(self.world.runtime, self._due())
        self.world.provider.during = lambda: None

    def _due(self) -> list[int]:
        with self.world.runtime.reading() as session:
            return [one for ids in due_outreaches(session, self.world.now, 100).values() for one in ids]

    # What always holds

    @invariant()
    def the_promises_hold(self) -> None:
        with self.world.runtime.reading() as session:
            self._take_down(session)
            self._check_what_reached_customers()
            self._check_what_we_know_of_it(session)

    def _take_down(self, session: Session) -> None:
        """What the provider took since, and what holds now, which is what held then."""
        known = {message.number for message in self.arrived}
        columns = (SandboxMessage.outreach_id, SandboxMessage.times, SandboxMessage.at, SandboxMessage.body)
        query = sa.select(*map(col, columns), col(Customer.external_id)).join(
            Customer, col(Customer.id) == col(SandboxMessage.customer_id)
        )
        for number, times, at, body, who in session.execute(query.order_by(col(SandboxMessage.id))):
            assert times == 1, "nothing is sent twice"
            if number not in known:
                held = (self.rest, who in self.stopped, self.consent[who], who in self.colleagues)
                self.arrived.append(Arrived(number, who, "0 to 10?" in body, at, *held))

    def _check_what_reached_customers(self) -> None:
        assert max(Counter(self.world.provider.calls).values(), default=0) <= 1, "one call for an outreach"
        assert not any(message.stopped for message in self.arrived), "nobody who opted out gets a message"
        assert all(message.consented for message in self.arrived), "nothing without consent"
        for who in PEOPLE:
            got = [message for message in self.arrived if message.who == who]
            assert all(later.at - earlier.at >= DAY for earlier, later in pairwise(got)), "a day between any two"
            asked = [message for message in got if message.asks]
            assert all(later.at - earlier.at >= later.rest for earlier, later in pairwise(asked)), "the rest"
        bakery = [message for message in self.arrived if message.asks and message.colleague]
        for earlier, later in pairwise(bakery):
            assert earlier.who == later.who or later.at - earlier.at >= ACCOUNT_REST, "one person of an account"

    def _check_what_we_know_of_it(self, session: Session) -> None:
        touched = set(
            session.scalars(sa.select(col(LedgerEntry.outreach_id)).where(col(LedgerEntry.voided_at).is_(None)))
        )
        may_have = sa.select(col(Outreach.id)).where(col(Outreach.state).in_(IN_LEDGER))
        assert touched == set(session.scalars(may_have)), "what may have reached somebody counts, and nothing else"
        assert {message.number for message in self.arrived} <= touched
        replies = Counter(session.scalars(sa.select(col(Reply.text))))
        assert replies == Counter(self.said.values()), "every reply is there once"
        held_back = sa.or_(
            col(Intent.state).in_((IntentState.CANCELLED, IntentState.EXPIRED)),
            sa.and_(col(Intent.state) == IntentState.OPEN, col(Intent.look_at).is_(None)),
        )
        unexplained = session.execute(sa.select(col(Intent.id)).where(held_back, col(Intent.reason).is_(None))).first()
        assert unexplained is None, "what is held back says why"


@pytest.fixture(autouse=True)
def _template(sqlite_url: str) -> None:
    Company.template = Path(sqlite_url.removeprefix("sqlite:///"))


def test_whatever_happens_in_whatever_order_the_promises_hold() -> None:
    run_state_machine_as_test(Company, settings=settings(max_examples=60, stateful_step_count=30))


def _take_for_refused(session: Session, why: Mapping[int, str]) -> None:
    outcomes.refused(session, {one: SendRefused(reason, permanent=False) for one, reason in why.items()}, NOON)


def _forget(*_: object) -> None:
    pass


BUGS = {
    "an unclear message is taken for refused": (outcomes, "unclear", _take_for_refused),
    "what a dead worker left is sent again": (reconciling, "reconcile", send_again),
    "a stop is forgotten": (hearing, "optout", SimpleNamespace(Wanted=optout.Wanted, stop=_forget, suppress=_forget)),
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_model_would_notice(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*BUGS[bug])
    hasty = settings(max_examples=500, stateful_step_count=30, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Company, settings=hasty)
