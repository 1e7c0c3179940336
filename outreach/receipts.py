"""What is said about every item that came to the door."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Result(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Receipt(NamedTuple):
    """What became of one item. `field` and `reason` tell why it was refused; `notes` what was not done as asked."""

    external_id: str
    result: Result
    field: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipts:
    """One receipt an item, in the order in which they came."""

    items: tuple[Receipt, ...]

    @property
    def counts(self) -> Counter[Result]:
        return Counter(receipt.result for receipt in self.items)


def refused(external_id: str, field: str, reason: str) -> Receipt:
    return Receipt(external_id, Result.REFUSED, field, reason)
