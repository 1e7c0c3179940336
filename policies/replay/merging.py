"""The sums of parts of a history, added up: to the last unit what one walk of all of it comes to."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import reduce
from typing import Any

from policies.replay.summing import Sum, Week, in_order


class OtherSpan(ValueError):
    """These parts were not walked over the same span of time, so their weeks are not the same ones."""


def merged(sums: Iterable[Sum]) -> Sum:
    """Of one part at least. Each holds whole groups of customers, and was walked under the same documents over the
    same span. Raises OtherSpan."""
    return in_order(reduce(_added, sums))


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, Week) and isinstance(other, Week):
        if one.begins != other.begins:
            raise OtherSpan(f"a week that begins at {one.begins} is not the one that begins at {other.begins}")
        counts = [_added(getattr(one, field.name), getattr(other, field.name)) for field in fields(Week)[1:]]
        return Week(one.begins, *counts)
    if is_dataclass(one) and not isinstance(one, type):
        return type(one)(*[_added(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)])
    if isinstance(one, dict):
        return one | {key: _added(one[key], value) if key in one else value for key, value in other.items()}
    if isinstance(one, list):
        if len(one) != len(other):
            raise OtherSpan(f"{len(one)} weeks are not {len(other)} weeks")
        return [_added(*pair) for pair in zip(one, other, strict=True)]
    return one + other
