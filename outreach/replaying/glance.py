"""What a draft would bring, at once: replayed on a sample of customers beside what is in force, with honest margins."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from outreach import policy_book
from outreach.replaying.estimating import Estimate, estimated
from outreach.replaying.material import unseen
from outreach.replaying.replay import Documents, Price, Replay, prices, replay, setting_of
from outreach.replaying.sample import Sample, sample, sizes_of
from outreach.runtime import Runtime
from policies.decision import Decision
from policies.policy import Guard, Policy
from policies.replay.columns import ASK, CHANNELS, CONTENT, HELD
from policies.replay.deciding import RULES
from policies.replay.explaining import Asked, explained
from policies.replay.summing import KINDS, Week

PEOPLE = 20  # that differ, and are named


@dataclass(frozen=True, slots=True)
class Side:
    """What documents bring: asks and pieces of content over all customers; looks, asks and contents of the sample by
    week; the contacts that each rule held back for longest, and how many of the sample's customers nobody asked."""

    asks: Estimate
    contents: Estimate
    weeks: Sequence[Week]
    held: Sequence[tuple[str, Estimate]]
    never_asked: Estimate


@dataclass(frozen=True, slots=True)
class Differing:
    """A customer who would be treated differently: asks and contents under the draft and under what is in force, and
    the first touch (what, over which channel, of which policy, about which contact, when) that only one has."""

    who: int
    customer: str
    asks: tuple[int, int]
    contents: tuple[int, int]
    only_in_draft: bool
    what: str
    channel: str
    policy: str
    contact_id: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Glance:
    """The draft beside what is in force. `seen` of `customers` were replayed: all of them where both are the same."""

    customers: int
    seen: int
    draft: Side
    live: Side
    more_asks: Estimate
    more_contents: Estimate
    differing: Estimate
    people: Sequence[Differing]

    @property
    def scale(self) -> float:
        """How many customers there are to one that was replayed."""
        return self.customers / self.seen


def glance(runtime: Runtime, draft: Guard | Policy) -> Glance:
    """What a document would bring in the place of what is in force. Raises NothingToPlay, policy_book.NoGuard."""
    there, drafted, live = _both(runtime, draft)
    one, other = (replay(there.material, documents, unseen) for documents in (drafted, live))
    mine, theirs = _Groups(one), _Groups(other)
    apart = list(_differing(one, other))
    count = Counter(mine.group_of[each.who] for each in apart)
    return Glance(
        customers=there.customers,
        seen=len(there.material.history.people),
        draft=mine.side(there),
        live=theirs.side(there),
        more_asks=_scaled(there, _less(mine.asks, theirs.asks)),
        more_contents=_scaled(there, _less(mine.contents, theirs.contents)),
        differing=_scaled(there, [count[n] for n in range(len(mine.asks))]),
        people=apart[:PEOPLE],
    )


def costs(runtime: Runtime, draft: Guard | Policy) -> tuple[float, Sequence[Price]]:
    """The price of every amount of the draft, on the sample, and how many customers there are to one of the sample."""
    there, drafted, _ = _both(runtime, draft)
    found = prices(replay(there.material, drafted, unseen), unseen)
    its = draft.name if isinstance(draft, Policy) else None
    return there.customers / len(there.material.history.people), [price for price in found if price.policy == its]


def both_explanations(
    runtime: Runtime, draft: Guard | Policy, asked: tuple[str, str, str | None, int]
) -> tuple[Decision | None, Decision | None]:
    """What the rules say about a customer, a policy, a contact (None: its rhythm), at a moment: under the draft, and
    under what is in force. None where that policy is not among them. Raises LookupError where the sample knows nobody,
    or nothing, of that name."""
    customer, policy, contact, at = asked
    there, drafted, live = _both(runtime, draft)
    history = there.material.history
    who = next((n for n, person in enumerate(history.people) if person.id == customer), None)
    about = -1 if contact is None else next((n for n, c in enumerate(history.contacts) if c.id == contact), None)
    if who is None or about is None:
        raise LookupError(f"{customer} is not among the customers who were replayed")

    def told(documents: Documents) -> Decision | None:
        names = [each.name for each in documents.policies]
        if policy not in names:
            return None
        setting = setting_of(there.material, documents)
        if not setting.span.begins <= at <= setting.span.until:
            raise LookupError(f"no replay comes to the moment {at}")
        its = Asked(who, names.index(policy), about, at)
        return explained(history, (documents.guard, documents.policies), setting, its)

    return told(drafted), told(live)


def _both(runtime: Runtime, draft: Guard | Policy) -> tuple[Sample, Documents, Documents]:
    with runtime.reading() as session:
        book = policy_book.in_force(session)
    live = Documents(book.guard, [each.policy for each in book.policies.values()])
    drafted = with_draft(live, draft)
    return sample(runtime, live if live.policies else drafted), drafted, live


def with_draft(live: Documents, draft: Guard | Policy) -> Documents:
    """What would be in force if the draft were published."""
    if isinstance(draft, Guard):
        return replace(live, guard=draft)
    others = [draft if policy.name == draft.name else policy for policy in live.policies]
    return replace(live, policies=others if draft in others else [*others, draft])


class _Groups:
    """A replay by group of customers."""

    def __init__(self, replayed: Replay) -> None:
        self.replayed = replayed
        sizes = sizes_of(replayed.material)
        self.group_of = [group for group, size in enumerate(sizes) for _ in range(size)]
        walk = replayed.walk
        counts = Counter(
            (self.group_of[who], kind) for who, kind in zip(walk.column("who"), walk.column("kind"), strict=True)
        )
        self.contents = [counts[n, CONTENT] for n in range(len(sizes))]
        self.asks = [counts[n, ASK] for n in range(len(sizes))]
        asked = {who for who, kind in zip(walk.column("who"), walk.column("kind"), strict=True) if kind == ASK}
        never = Counter(group for who, group in enumerate(self.group_of) if who not in asked)
        self.never = [never[n] for n in range(len(sizes))]

    def side(self, there: Sample) -> Side:
        return Side(
            _scaled(there, self.asks),
            _scaled(there, self.contents),
            self.replayed.sum.weeks,
            list(self._held(there)),
            _scaled(there, self.never),
        )

    def _held(self, there: Sample) -> Iterator[tuple[str, Estimate]]:
        """By rule, most first."""
        walk, owners = self.replayed.walk, self.replayed.material.history.owners
        found: dict[int, Counter[int]] = {}
        for n, (fate, rule) in enumerate(zip(walk.state.fate, walk.state.held, strict=True)):
            if fate == HELD and rule >= 0:
                group = self.group_of[owners[n % walk.world.happened]]
                found.setdefault(int(rule), Counter())[group] += 1
        groups = range(len(self.asks))
        held = [(RULES[rule], _scaled(there, [counts[n] for n in groups])) for rule, counts in found.items()]
        yield from sorted(held, key=lambda each: -each[1].value)


def _scaled(there: Sample, found: Sequence[float]) -> Estimate:
    return estimated(found, sizes_of(there.material), there.customers)


def _less(these: Sequence[int], those: Sequence[int]) -> list[int]:
    return [this - that for this, that in zip(these, those, strict=True)]


_Touch = tuple[int, str, str, str, int]  # when, what, over which channel, of which policy, about which contact


def _differing(draft: Replay, live: Replay) -> Iterator[Differing]:
    mine, theirs = _touches(draft), _touches(live)
    for who, person in enumerate(draft.material.history.people):
        a, b = mine.get(who, []), theirs.get(who, [])
        if a == b:
            continue
        first = min(set(a) ^ set(b))
        at, what, channel, policy, contact = first
        asks, contents = ((_count(a, KINDS[n]), _count(b, KINDS[n])) for n in (ASK, CONTENT))
        about = draft.material.history.contacts[contact].id if contact >= 0 else None
        yield Differing(who, person.id, asks, contents, first in a, what, channel, policy, about, at)


def _count(touches: Sequence[_Touch], kind: str) -> int:
    return sum(touch[1] == kind for touch in touches)


def _touches(replayed: Replay) -> Mapping[int, list[_Touch]]:
    names = [policy.name for policy in replayed.documents.policies]
    found: dict[int, list[_Touch]] = {}
    for t in replayed.walk.touches:
        touch = (int(t.at), KINDS[t.kind], CHANNELS[t.channel], names[t.policy], int(t.contact))
        found.setdefault(int(t.who), []).append(touch)
    return found
