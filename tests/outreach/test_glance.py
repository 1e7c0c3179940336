"""What a draft would bring: at once on a sample with honest margins, then on the whole history by a worker."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlmodel import col

from outreach import bootstrap, clock, jobs, policy_book
from outreach.cli import main
from outreach.csv_import import import_contacts, import_customers
from outreach.doorbell import JOBS
from outreach.lifecycle import RunState
from outreach.rehearsal.history import NothingToPlay
from outreach.replaying import glance, runs, sample, whole
from outreach.replaying.estimating import estimated
from outreach.replaying.replay import Documents
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.starter import load
from outreach.tables import Account, ContactEvent, Customer, ReplayRun
from policies import library
from policies.decision import Action
from policies.policy import Guard, Policy
from tests.rehearsal.stages import NAMES, a_few

CUSTOMERS = 120
DRAFT = library.text("after-valuable-contact").replace("minimum_value = 40", "minimum_value = 70")


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """A company with a year of history, and two policies in force."""
    given = {"database_url": database_url, "secret": "for tests", "data_dir": tmp_path}
    made = bootstrap.runtime(Settings.model_validate(given))
    files = a_few(tmp_path, CUSTOMERS)
    import_customers(made, files.customers)
    import_contacts(made, files.contacts)
    with made.writing() as session:
        load(session)
    for name in ("guard", *NAMES):
        policy_book.publish(made, library.text(name), "test")
    sample.forget()
    monkeypatch.setattr(sample, "SECONDS", 60.0)  # how many are drawn does not depend on how busy this machine is
    yield made
    made.engine.dispose()


def draft() -> Policy:
    return Policy.from_toml(DRAFT)


# The sample


@pytest.mark.parametrize("rare", [False, True])
def test_nineteen_margins_of_twenty_hold_the_truth(rare: bool) -> None:
    random = Random(5)
    sizes = [random.choice((1, 1, 1, 1, 2, 6)) for _ in range(3_000)]
    found = [sum(random.random() < (0.02 if rare else 0.4) for _ in range(size)) for size in sizes]
    customers, held = sum(sizes), 0
    for _ in range(400):
        drawn = [n for n in range(len(sizes)) if random.random() < 0.1]
        told = estimated([found[n] for n in drawn], [sizes[n] for n in drawn], customers)
        held += abs(told.value - sum(found)) <= told.margin
    assert 0.92 <= held / 400 <= 0.99


def test_what_was_seen_nowhere_may_be_there_all_the_same() -> None:
    told = estimated([0] * 300, [1] * 300, 30_000)
    assert told.value == 0
    assert 290 < told.margin <= 300


def test_of_everybody_nothing_is_estimated(runtime: Runtime) -> None:
    told = glance.glance(runtime, draft())
    assert told.seen == told.customers == CUSTOMERS
    assert told.more_asks.value < 0
    assert told.more_asks.margin == told.draft.asks.margin == 0
    assert told.more_asks.value == told.draft.asks.value - told.live.asks.value
    assert told.draft.held[0][1].value >= told.draft.held[-1][1].value > 0
    assert sum(week.asks for week in told.live.weeks) == told.live.asks.value
    assert told.differing.value >= len(told.people) > 0


def test_a_sample_holds_the_truth_within_its_margin(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = glance.glance(runtime, draft())
    sample.forget()
    monkeypatch.setattr(sample, "MOST", 60)
    monkeypatch.setattr(sample, "FEWEST", 30)
    told = glance.glance(runtime, draft())
    assert told.seen < told.customers
    assert told.draft.asks.margin > 0
    for name in ("more_asks", "more_contents", "differing"):
        mine, its = getattr(told, name), getattr(truth, name)
        assert abs(mine.value - its.value) <= 1.5 * mine.margin  # one sample of twenty may be off
    accounts = {person.account for person in sample.sample(runtime, _live(runtime)).material.history.people}
    everybody = sample.sample(runtime, _live(runtime)).material.history.people
    assert accounts  # whole accounts only
    assert len({person.id for person in everybody}) == told.seen


def test_where_everybody_is_of_one_account_everybody_is_looked_at(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with runtime.writing() as session:
        session.execute(sa.update(Customer).values(account_id=sa.select(sa.func.min(Account.id)).scalar_subquery()))
    monkeypatch.setattr(sample, "MOST", 30)
    monkeypatch.setattr(sample, "FEWEST", 10)
    told = glance.glance(runtime, draft())
    assert told.seen == told.customers == CUSTOMERS
    assert told.draft.asks.margin == 0


@pytest.mark.parametrize("left", [1, 2, 12, 13, 49, 51])
def test_of_a_small_company_everybody_is_looked_at(runtime: Runtime, left: int) -> None:
    with runtime.writing() as session:
        ids = list(session.execute(sa.select(col(Customer.id)).order_by(col(Customer.id))).scalars())
        session.execute(sa.update(Customer).where(col(Customer.id).in_(ids[left:])).values(erased_at=1))
    told = glance.glance(runtime, draft())
    assert told.seen == told.customers == left


def test_where_nobody_is_left_there_is_nothing_to_replay(runtime: Runtime) -> None:
    with runtime.writing() as session:
        session.execute(sa.update(Customer).values(erased_at=1))
    with pytest.raises(NothingToPlay, match="no customer any more"):
        glance.glance(runtime, draft())


def test_the_first_policy_of_all_is_looked_at_too(runtime: Runtime) -> None:
    for name in NAMES:
        policy_book.retire(runtime, name, "test")
    found = glance.glance(runtime, draft())
    assert found.seen == CUSTOMERS
    assert found.live.asks.value == 0
    assert found.draft.asks.value > 0
    assert glance.costs(runtime, draft())
    asked = runs.ask_for(runtime, DRAFT, "anna")
    whole.carry_out(runtime, [asked.id])
    done = runs.run(runtime, asked.id)
    assert done is not None
    assert done.state == RunState.DONE, done.problem


def test_a_contact_that_came_in_since_is_in_the_next_answer(runtime: Runtime) -> None:
    before = sample.sample(runtime, _live(runtime))
    assert sample.sample(runtime, _live(runtime)) is before
    with runtime.writing() as session:
        one = session.execute(sa.select(ContactEvent)).scalars().first()
        assert one
        session.add(
            ContactEvent(
                customer_id=one.customer_id, source="test", external_id="new", kind="order", touchpoint="shop",
                value=80.0, occurred_at=one.occurred_at, received_at=one.received_at,
            )
        )  # fmt: skip
    after = sample.sample(runtime, _live(runtime))
    assert len(after.material.history.contacts) == len(before.material.history.contacts) + 1


def test_a_change_in_place_is_in_the_next_answer_about_everybody_too(runtime: Runtime) -> None:
    first = runs.ask_for(runtime, DRAFT, "anna")
    assert runs.ask_for(runtime, DRAFT, "bram").id == first.id
    later = runtime.now() + runs.UNNOTICED
    assert runs.ask_for(replace(runtime, now=lambda: later), DRAFT, "anna").id != first.id


def test_who_differs_is_told_with_both_explanations(runtime: Runtime) -> None:
    for one in glance.glance(runtime, draft()).people:
        mine, theirs = glance.both_explanations(runtime, draft(), (one.customer, one.policy, one.contact_id, one.at))
        acts, holds = (mine, theirs) if one.only_in_draft else (theirs, mine)
        assert acts
        assert acts.action in (Action.ASK, Action.GIVE)
        assert holds
        assert holds.findings
    with pytest.raises(LookupError, match="not among the customers"):
        glance.both_explanations(runtime, draft(), ("nobody", "something-useful", None, 1))


def test_every_amount_of_a_draft_has_a_price(runtime: Runtime) -> None:
    scale, found = glance.costs(runtime, draft())
    assert scale == 1.0
    assert {price.policy for price in found} == {"after-valuable-contact"}
    assert max(price.asks for price in found) > 0
    _, of_guard = glance.costs(runtime, Guard.from_toml(library.text("guard")))
    assert {price.policy for price in of_guard} == {None}


def _live(runtime: Runtime) -> Documents:
    with runtime.reading() as session:
        book = policy_book.in_force(session)
    return Documents(book.guard, [live.policy for live in book.policies.values()])


# The whole history


def test_a_worker_replays_everything_and_says_what_the_command_says(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = runs.ask_for(runtime, DRAFT, "me")
    assert asked.state == RunState.PLANNED
    whole.carry_out(runtime, [asked.id])
    done = runs.run(runtime, asked.id)
    assert done
    assert (done.state, done.done) == (RunState.DONE, 100)
    assert done.result
    (tmp_path / "draft.toml").write_text(DRAFT, encoding="utf-8")
    (tmp_path / "something-useful.toml").write_text(library.text("something-useful"), encoding="utf-8")
    monkeypatch.setenv("OUTREACH_DATABASE_URL", runtime.settings.database_url or "")
    monkeypatch.setenv("OUTREACH_SECRET", "for tests")
    policies = ["--policy", str(tmp_path / "something-useful.toml"), "--policy", str(tmp_path / "draft.toml")]
    said = json.loads(CliRunner().invoke(main, ["replay", *policies, "--json"]).stdout)
    assert done.result["draft"]["asks"] == sum(of["asks"] for of in said["done"].values()) > 0
    assert done.result["draft"]["never_asked"] == said["never_asked"]
    assert done.result["live"]["asks"] > done.result["draft"]["asks"]
    assert done.result["differing"] > 0
    assert done.result["prices"]


def test_the_same_question_is_answered_once(runtime: Runtime) -> None:
    first, second = runs.ask_for(runtime, DRAFT, "me"), runs.ask_for(runtime, DRAFT, "you")
    assert first.id == second.id
    assert runs.ask_for(runtime, DRAFT.replace("70", "71"), "me").id != first.id
    policy_book.publish(runtime, DRAFT.replace("70", "72"), "me")
    assert runs.ask_for(runtime, DRAFT, "me").id != first.id


def test_nobody_begins_what_somebody_does_already_unless_they_were_killed(runtime: Runtime) -> None:
    asked = runs.ask_for(runtime, DRAFT, "me")
    with runtime.writing() as session:
        session.execute(sa.update(ReplayRun).values(state="running", moved_at=runtime.now()))
    whole.carry_out(runtime, [asked.id])
    assert state(runtime, asked.id) == RunState.RUNNING
    with runtime.writing() as session:
        session.execute(sa.update(ReplayRun).values(moved_at=runtime.now() - runs.LEASE))
    whole.carry_out(runtime, [asked.id])
    assert state(runtime, asked.id) == RunState.DONE


def test_what_cannot_be_replayed_says_why_and_can_be_asked_for_again(runtime: Runtime) -> None:
    with runtime.writing() as session:
        session.execute(sa.text("DELETE FROM intents"))
        session.execute(sa.delete(ContactEvent))
    asked = runs.ask_for(runtime, DRAFT, "me")
    whole.carry_out(runtime, [asked.id])
    failed = runs.run(runtime, asked.id)
    assert failed
    assert failed.problem
    assert "no contact is left to replay" in failed.problem
    assert runs.ask_for(runtime, DRAFT, "me").state == RunState.PLANNED
    with pytest.raises(NothingToPlay):
        glance.glance(runtime, draft())


def test_old_runs_are_forgotten(runtime: Runtime) -> None:
    asked = runs.ask_for(runtime, DRAFT, "me")
    with runtime.writing() as session:
        session.execute(sa.update(ReplayRun).values(asked_at=runtime.now() - runs.KEPT))
    clock.Clock(runtime).tidy()
    assert runs.run(runtime, asked.id) is None


def state(runtime: Runtime, run_id: int) -> RunState:
    found = runs.run(runtime, run_id)
    assert found
    return found.state


def test_whatever_is_rung_for_a_worker_can_do() -> None:
    from outreach.worker import _JOBS

    assert set(_JOBS) == set(JOBS)
    assert all(job is getattr(jobs, name.rpartition(".")[2]) for name, job in _JOBS.items())
