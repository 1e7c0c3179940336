"""How far a new installation is on its way to a first ask."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from outreach.policy_book import GUARD
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import ContactEvent, Content, Customer, PolicyDraft, PolicyVersion, ReplayRun, Survey

STEPS = ("sender", "words", "people", "policy", "replay", "publish")


@dataclass(frozen=True, slots=True)
class Beginning:
    """Which of STEPS are done, in their order."""

    done: Sequence[str]

    def ahead(self, skipped: Collection[str] = ()) -> str | None:
        """The first that is neither done nor skipped; None where there is none."""
        return next((step for step in STEPS if step not in self.done and step not in skipped), None)


def beginning(runtime: Runtime) -> Beginning:
    """What was done already."""
    anything: dict[str, list[sa.ColumnElement[bool]]] = {
        "words": [sa.exists().where(col(Content.active)), sa.exists().where(col(Survey.id) > 0)],
        "people": [sa.exists().where(col(Customer.id) > 0), sa.exists().where(col(ContactEvent.id) > 0)],
        "policy": [sa.or_(sa.exists().where(col(PolicyDraft.name) != GUARD), _a_policy())],
        "replay": [sa.or_(sa.exists().where(col(ReplayRun.id) > 0), _put_forward(), _a_policy(live=True))],
        "publish": [_a_policy(live=True)],
    }
    with runtime.reading() as session:
        are_done = [sa.and_(*those).label(step) for step, those in anything.items()]
        row = session.execute(sa.select(*are_done)).one()
    named = runtime.settings.sender_name != Settings.model_fields["sender_name"].default
    return Beginning((*(["sender"] if named else []), *(step for step in anything if getattr(row, step))))


def _a_policy(live: bool = False) -> sa.ColumnElement[bool]:
    there = sa.exists().where(col(PolicyVersion.name) != GUARD)
    return there.where(col(PolicyVersion.state) == "live") if live else there


def _put_forward() -> sa.ColumnElement[bool]:
    return sa.exists().where(col(PolicyDraft.name) != GUARD, col(PolicyDraft.proposed_at).is_not(None))
