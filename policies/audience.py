"""Whom a policy is for: a small tree of and / or / not over what we know of the customer and the contact.

An unknown or incomparable value is neither a match nor a mismatch: it stays unknown through `not`, and only a definite
match lets anybody in. Unknown means do not ask.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Scalar = bool | int | float | str
FieldName = Annotated[str, StringConstraints(pattern=r"^(customer|contact)\.[A-Za-z0-9_ .-]{1,80}$")]
DEEPEST = 8


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Comparison(_Node):
    """One field against one value: exactly one of `is`, `one_of`, `at_least`, `at_most`."""

    field: FieldName
    equals: Scalar | None = Field(default=None, alias="is")
    one_of: tuple[Scalar, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> "Comparison":
        chosen = [v for v in (self.equals, self.one_of, self.at_least, self.at_most) if v is not None]
        if len(chosen) != 1 or chosen[0] == ():
            raise ValueError("compare with exactly one of is, one_of (not empty), at_least, at_most")
        return self


class All(_Node):
    all: tuple["Audience", ...] = Field(min_length=1)


class AnyOf(_Node):
    any: tuple["Audience", ...] = Field(min_length=1)


class Not(_Node):
    not_: "Audience" = Field(alias="not")


Audience = Comparison | All | AnyOf | Not
All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def depth(node: Audience) -> int:
    match node:
        case All(all=parts) | AnyOf(any=parts):
            return 1 + max(depth(part) for part in parts)
        case Not(not_=part):
            return 1 + depth(part)
        case _:
            return 1


def matches(node: Audience, facts: Mapping[str, object]) -> bool | None:
    """True, False, or None where a value that matters is unknown. `facts` maps field names to values."""
    match node:
        case All(all=parts):
            return _all([matches(part, facts) for part in parts])
        case AnyOf(any=parts):
            return _not(_all([_not(matches(part, facts)) for part in parts]))
        case Not(not_=part):
            return _not(matches(part, facts))
        case Comparison():
            return _compare(node, facts.get(node.field))


def _all(verdicts: list[bool | None]) -> bool | None:
    return False if False in verdicts else None if None in verdicts else True


def _not(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def _compare(node: Comparison, value: object) -> bool | None:
    if value is None or value == "":
        return None
    if node.equals is not None:
        return _equal(value, node.equals)
    if node.one_of is not None:
        return _not(_all([_not(_equal(value, option)) for option in node.one_of]))
    number = _number(value)
    if number is None:
        return None
    return number >= node.at_least if node.at_least is not None else number <= (node.at_most or 0.0)


def _equal(value: object, wanted: Scalar) -> bool | None:
    """Attributes from a file are text: numbers and yes/no are compared as what the policy wrote."""
    if isinstance(wanted, bool):
        truth = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(str(value).lower())
        return None if truth is None else truth == wanted
    if isinstance(wanted, int | float):
        number = _number(value)
        return None if number is None else number == wanted
    return str(value) == wanted


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if number - number == 0 else None  # neither NaN nor an infinity
