"""The published versions, live ones first."""

from collections.abc import Mapping, Sequence

from outreach import policy_book
from outreach.lifecycle import PolicyState
from outreach.policy_book import GUARD, Edition
from outreach.runtime import Runtime
from policies.policy import Policy


def editions(runtime: Runtime, name: str | None = None) -> tuple[Edition, ...]:
    """Every published version (of one name, if given): the guard, then live policies, then retired versions."""
    with runtime.reading() as session:
        found = policy_book.editions(session, name)
    return tuple(sorted(found, key=lambda e: (e.state != PolicyState.LIVE, e.name != GUARD, e.name, -e.version)))


def meeting(live: Sequence[Edition]) -> Mapping[str, Sequence[str]]:
    """By name, the other live policies that may want to ask about the same contacts; at each only one will."""
    found = [(edition.name, policy_book.parse(edition.document)) for edition in live]
    policies = [(name, policy) for name, policy in found if isinstance(policy, Policy) and policy.contact]
    return {
        name: [other for other, its in policies if other != name and _share_kinds(policy, its)]
        for name, policy in policies
    }


def kinds_in_force(runtime: Runtime) -> tuple[str, ...]:
    """The kinds of contact that live policies name; none where each takes any."""
    live = [policy_book.parse(edition.document) for edition in editions(runtime) if edition.state == PolicyState.LIVE]
    terms = [document.contact for document in live if isinstance(document, Policy) and document.contact]
    return tuple(dict.fromkeys(kind for its in terms for kind in its.kinds))


def _share_kinds(one: Policy, other: Policy) -> bool:
    mine, theirs = (set(policy.contact.kinds) if policy.contact else set() for policy in (one, other))
    return not mine or not theirs or bool(mine & theirs)
