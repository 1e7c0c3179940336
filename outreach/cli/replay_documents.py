"""Which documents a replay is under, and which it is compared with."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from outreach import policy_book
from outreach.cli.common import Unusable, a_runtime
from outreach.cli.rehearsing import document
from outreach.replaying.replay import Documents
from policies.policy import Guard, Policy

Published = Callable[[], Mapping[str, Guard | Policy]]


def documents(guard: Path | None, policies: Sequence[Path], default: Callable[[], Guard]) -> Documents:
    """The documents in these files, with the guard by default where none is given."""
    found = [document(file)[1] for file in policies]
    named = [each for each in found if isinstance(each, Policy)]
    if len(named) < len(found):
        raise Unusable("One of the policies has no name, so it is a guard; give it as --guard, or give it a name.")
    names = [policy.name for policy in named]
    if len(set(names)) < len(names):
        raise Unusable("Two of the policies have the same name; leave one out, or rename one.")
    if guard is not None:
        chosen = document(guard)[1]
        if not isinstance(chosen, Guard):
            raise Unusable(f"{guard} is not a guard but the policy {chosen.name}; give it as --policy.")
        return Documents(chosen, named)
    return Documents(default(), named)


def in_place_of(documents: Documents, against: str | None, published: Published) -> Documents | None:
    """The same documents, but the one that is compared with in its place: the guard, the policy of the same name, or
    the only policy there is."""
    if against is None:
        return None
    if not Path(against).is_file() and Path(against).suffix == ".toml":
        raise Unusable(f"There is no file {against}.")
    other = document(Path(against))[1] if Path(against).is_file() else _of_name(published(), against)
    if isinstance(other, Guard):
        return Documents(other, documents.policies)
    names = [policy.name for policy in documents.policies]
    if other.name not in names and len(names) > 1:
        raise Unusable(f"{against} is the policy {other.name}, which is none of those given with --policy.")
    place = names.index(other.name) if other.name in names else 0
    others = [other if n == place else policy for n, policy in enumerate(documents.policies)]
    return Documents(documents.guard, others)


def _of_name(published: Mapping[str, Guard | Policy], name: str) -> Guard | Policy:
    if name not in published:
        raise Unusable(
            f"{name} is neither a file nor the name of a published policy; `outreach policy list` names them."
        )
    return published[name]


def in_force() -> Mapping[str, Guard | Policy]:
    """What is published in the database, by name."""
    with a_runtime().reading() as session:
        book = policy_book.in_force(session)
    return {policy_book.GUARD: book.guard, **{name: live.policy for name, live in book.policies.items()}}


def guard_of(published: Published) -> Guard:
    return cast(Guard, published()[policy_book.GUARD])
