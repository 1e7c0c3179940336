"""What a published policy needs and does not find: the texts without which it can do nothing."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import policy_book, starter
from outreach.policy_book import Edition
from outreach.runtime import Runtime
from outreach.tables import Content, Survey
from policies.policy import Policy

Place = tuple[str, str]
"""A channel and a language."""


class Gap(NamedTuple):
    """What cannot be done yet, in a sentence, and the commands of which any one helps."""

    says: str
    todo: list[str]


def gaps(runtime: Runtime, edition: Edition) -> list[Gap]:
    """What keeps this policy from doing anything at all, on whichever of its channels. The guard needs no texts."""
    policy = policy_book.parse(edition.document)
    if not isinstance(policy, Policy):
        return []
    with runtime.reading() as session:
        return [*_questions(session, policy), *_gifts(session, policy)]


def _questions(session: Session, policy: Policy) -> Iterator[Gap]:
    if policy.survey is None:
        return
    places = _places(session, Survey, col(Survey.name) == policy.survey)
    if not _reached(policy, places):
        own = "outreach content load FILE --surveys"
        ready = any(row["name"] == policy.survey and row["channel"] in policy.channels for row in starter.surveys())
        what = f"{policy.name} can ask nothing until its survey {policy.survey} has texts for {_either(policy)}"
        yield Gap(_told(what, places), ["outreach content load starter", own] if ready else [own])


def _gifts(session: Session, policy: Policy) -> Iterator[Gap]:
    if policy.does != "give" and policy.value_first is None:
        return
    places = _places(session, Content, col(Content.active).is_(True))
    if not _reached(policy, places):
        held = "can give nothing" if policy.does == "give" else "asks only after giving, and can do neither"
        what = f"{policy.name} {held} until there is content for {_either(policy)}"
        yield Gap(_told(what, places), ["outreach content load starter", "outreach content load FILE"])


def _places(session: Session, table: type[Content | Survey], those: sa.ColumnElement[bool]) -> list[Place]:
    wanted = sa.select(col(table.channel), col(table.language)).where(those).distinct()
    return sorted((channel, language) for channel, language in session.execute(wanted))


def _reached(policy: Policy, places: list[Place]) -> bool:
    return any(channel in policy.channels for channel, _ in places)


def _either(policy: Policy) -> str:
    return " or ".join(policy.channels)


def _told(what: str, places: list[Place]) -> str:
    there = ", ".join(f"{channel} in {language}" for channel, language in places)
    return f"{what}; there is only {there}." if there else f"{what}; there is nothing yet."
