"""The published versions, live ones first."""

from outreach import policy_book
from outreach.lifecycle import PolicyState
from outreach.policy_book import GUARD, Edition
from outreach.runtime import Runtime


def editions(runtime: Runtime, name: str | None = None) -> tuple[Edition, ...]:
    """Every published version (of one name, if given): the guard, then live policies, then retired versions."""
    with runtime.reading() as session:
        found = policy_book.editions(session, name)
    return tuple(sorted(found, key=lambda e: (e.state != PolicyState.LIVE, e.name != GUARD, e.name, -e.version)))
