"""What the policies in force have no words for, by language and channel."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import policy_book
from outreach.policy_book import NoGuard
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Content, Customer, Survey
from policies.policy import Policy


class Lack(NamedTuple):
    """A policy that reaches nobody by this channel in these languages. `survey` is the one without texts, or None
    where there is nothing to give."""

    policy: str
    survey: str | None
    channel: str
    languages: tuple[str, ...]


def lacking(runtime: Runtime) -> list[Lack]:
    """Every lack there is; none where nothing is in force."""
    with runtime.reading() as session:
        try:
            live = [one.policy for one in policy_book.in_force(session).policies.values()]
        except NoGuard:
            return []
        return lacks(session, runtime.settings, live)


def lacks(session: Session, settings: Settings, policies: list[Policy]) -> list[Lack]:
    """What these policies have no words for, in the languages customers speak."""
    languages = spoken(session, settings)
    surveys = {tuple(row) for row in session.execute(_texts_in(Survey))}
    contents = {row[1:] for row in session.execute(_texts_in(Content).where(col(Content.active)))}
    by_name = sorted(policies, key=lambda policy: policy.name)
    return [lack for policy in by_name for lack in _unsaid(policy, languages, surveys, contents)]


def spoken(session: Session, settings: Settings) -> list[str]:
    """The languages customers speak, by their two or three letters."""
    return sorted({plain(code) for code in (settings.default_language, *told(session))})


def told(session: Session) -> list[str]:
    """Every language a customer is known to speak, as it was told: nl, nl-BE. One step through the index for each,
    however many customers there are."""
    first = sa.select(sa.func.min(col(Customer.language)).label("language")).cte("told", recursive=True)
    after = sa.select(sa.func.min(col(Customer.language))).where(col(Customer.language) > first.c.language)
    each = first.union_all(sa.select(after.scalar_subquery()).where(first.c.language.is_not(None)))
    return list(session.execute(sa.select(each.c.language).where(each.c.language.is_not(None))).scalars())


def written_in(runtime: Runtime) -> list[str]:
    """The languages that anything on the shelf is written in."""
    with runtime.reading() as session:
        both = sa.union(sa.select(col(Content.language)).where(col(Content.active)), sa.select(col(Survey.language)))
        return sorted(session.execute(both).scalars())


def plain(code: str) -> str:
    """A language without its country, as the texts have it."""
    return code.split("-", maxsplit=1)[0].lower()


def _texts_in(table: type[Content] | type[Survey]) -> sa.Select[str, str, str]:
    return sa.select(col(table.name), col(table.language), col(table.channel))


def _unsaid(
    policy: Policy, languages: list[str], surveys: set[tuple[str, ...]], contents: set[tuple[str, ...]]
) -> Iterator[Lack]:
    for channel in policy.channels:
        if policy.survey:
            without = tuple(one for one in languages if (policy.survey, one, channel) not in surveys)
            yield from [Lack(policy.name, policy.survey, channel, without)] if without else []
        if policy.does == "give" or policy.value_first is not None:
            without = tuple(one for one in languages if (one, channel) not in contents)
            yield from [Lack(policy.name, None, channel, without)] if without else []
