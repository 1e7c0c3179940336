"""The demo's year is played once, whole or not at all."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from outreach import bootstrap, demo, policy_book
from outreach.policy_book import GUARD
from outreach.rehearsal import sample
from outreach.reports.replies import replies
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import ContactEvent, Customer
from policies import library
from tests.world import World, a_world, asks


@pytest.fixture
def runtime(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """A new installation, and a sample company that is small enough for a test."""
    monkeypatch.setattr(sample, "CUSTOMERS", 3)
    monkeypatch.setattr(sample, "YEAR", 60 * 86_400)
    given = {"database_url": database_url, "secret": "for tests", "data_dir": tmp_path}
    made = bootstrap.runtime(Settings.model_validate(given))
    bootstrap.prepare(made)
    yield made
    made.engine.dispose()


def test_a_year_fills_an_installation_without_customers(runtime: Runtime) -> None:
    heard: list[float] = []
    assert not demo.has_customers(runtime)
    demo.fill(runtime, heard.append)
    assert demo.has_customers(runtime)
    assert heard == sorted(heard)
    with runtime.reading() as session:
        assert demo.somebody(runtime) in session.exec(select(Customer.external_id)).all()
        assert session.exec(select(ContactEvent)).first() is not None


def test_a_year_leaves_something_to_a_person_of_whoever_has_been_silent(database_url: str) -> None:
    with a_world(database_url) as world:
        _some_are_silent(world)
        sample.leave_some_to_a_person(world.runtime)
        left = replies(world.runtime, "waiting").rows
    assert {row.customer for row in left} == {"K1", "K2", "K3"}
    assert sum(row.maybe_stop for row in left) == 1


def _some_are_silent(world: World) -> None:
    world.publish(asks())
    world.customers("K1", "K2", "K3", "K4")
    world.contacts("K1", "K2", "K3", "K4")
    world.tick()
    world.says("9", "K4")


def test_what_was_published_before_is_still_there(runtime: Runtime) -> None:
    policy_book.publish(runtime, library.text("business-accounts"), "me")
    demo.fill(runtime, lambda share: None)
    with runtime.reading() as session:
        assert {GUARD, "business-accounts"} <= {edition.name for edition in policy_book.editions(session)}


def test_an_interrupted_year_is_begun_anew(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "CUSTOMERS", 3)
    monkeypatch.setattr(sample, "YEAR", 60 * 86_400)
    runtime = bootstrap.runtime(Settings.model_validate({"database_url": sqlite_url, "data_dir": tmp_path}))

    def interrupt(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.fill(runtime, interrupt)
    assert not demo.has_customers(runtime)
    demo.fill(runtime, lambda share: None)
    assert demo.has_customers(runtime)
    assert list(tmp_path.glob("*.part*")) == []
    runtime.engine.dispose()


def test_half_a_year_on_a_server_is_told_and_not_taken_for_a_whole_one(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "CUSTOMERS", 3)
    monkeypatch.setattr(sample, "YEAR", 60 * 86_400)
    runtime = bootstrap.runtime(Settings.model_validate({"database_url": postgres_url, "data_dir": tmp_path}))
    demo.refuse_half_a_year(runtime)

    def interrupt(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.fill(runtime, interrupt)
    with pytest.raises(demo.CutOff):
        demo.refuse_half_a_year(runtime)
    runtime.engine.dispose()


def test_the_sample_company_is_never_written_to_for_real(runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(update={"real_channels": "sms"})
    real = dataclasses.replace(runtime, settings=settings)
    demo.refuse_real_messages(real)  # ours to send: nothing here is made up
    with pytest.raises(demo.MadeUp):
        demo.refuse_real_messages(real, about_to_fill=True)
    demo.fill(runtime, lambda share: None)
    demo.refuse_real_messages(runtime)
    with pytest.raises(demo.MadeUp):
        demo.refuse_real_messages(real)
