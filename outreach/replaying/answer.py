"""What is said of a replay; of a history in parts, what is said of each, added up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from outreach.replaying.replay import (
    Cells,
    Documents,
    Price,
    Replay,
    dearest_first,
    differences,
    in_order_of_time,
    messages,
)
from policies.replay.history import MOST_SEGMENTS, TooManySegments
from policies.replay.merging import merged
from policies.replay.summing import Sum

Amount = tuple[str, str | None]


@dataclass(frozen=True)
class Wanted:
    """The documents, what they are compared with, and what is to be said besides counts."""

    documents: Documents
    against: Documents | None = None
    priced: bool = False
    ledger: bool = False
    differences: bool = False


@dataclass(frozen=True)
class Answer:
    """The span in epoch seconds; the counts, those of what is compared with, the rows of the files that are wanted."""

    begins: int
    ends: int
    customers: int
    contacts: int
    refused: Sequence[str]
    sum: Sum
    against: Sum | None
    prices: Sequence[Price]
    ledger: Sequence[Cells]
    differences: Sequence[Cells]

    @classmethod
    def of(cls, wanted: Wanted, one: Replay, other: Replay | None, prices: Sequence[Price]) -> "Answer":
        """Where differences are wanted, both replays have to have kept their looks."""
        history = one.material.history
        return cls(
            one.material.begins,
            one.walk.world.until,
            len(history.people),
            len(history.contacts),
            one.material.refused,
            one.sum,
            other.sum if other else None,
            prices,
            list(messages(one)) if wanted.ledger else [],
            list(differences(one, other)) if wanted.differences and other else [],
        )


def together(parts: Sequence[Answer]) -> Answer:
    """Of parts, one at least, that hold whole groups of customers and were walked over the same span. Raises
    TooManySegments."""
    first = parts[0]
    whole = merged(part.sum for part in parts)
    if len(whole.segments) > MOST_SEGMENTS:
        raise TooManySegments(f"the attribute has {len(whole.segments)} values, and {MOST_SEGMENTS} are the most")
    others = [part.against for part in parts if part.against is not None]
    return Answer(
        first.begins,
        first.ends,
        sum(part.customers for part in parts),
        sum(part.contacts for part in parts),
        [row for part in parts for row in part.refused],
        whole,
        merged(others) if others else None,
        _priced(part.prices for part in parts),
        in_order_of_time(row for part in parts for row in part.ledger),
        sorted((row for part in parts for row in part.differences), key=lambda row: str(row[0])),
    )


def _priced(parts: Iterable[Sequence[Price]]) -> list[Price]:
    asks: Counter[Amount] = Counter()
    answers: Counter[Amount] = Counter()
    for price in chain.from_iterable(parts):
        asks[price.amount, price.policy] += price.asks
        answers[price.amount, price.policy] += price.answers
    return dearest_first(Price(*amount, asks[amount], answers[amount]) for amount in asks)
