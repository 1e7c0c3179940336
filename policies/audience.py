"""Whom a policy is for: a small tree of and / or / not over what we know of the customer and the contact.

An unknown or incomparable value is neither a match nor a mismatch: it stays unknown through `not`, and only a definite
match lets anybody in. Unknown means do not ask.
"""

import math
import re
import textwrap
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from policies.document import Amounts, Number
from policies.said import worded

Scalar = bool | int | float | str
Verdict = bool | None  # None where a value that matters is unknown
Facts = Mapping[str, Mapping[str, object]]  # what is known of the `customer` and of the `contact`
DEEPEST = 8
_LONG = 4_096  # bits; Python writes no integer of more than some thousand digits
_FIELD = re.compile(r"(customer|contact)\.[^\x00-\x1f\x7f]{1,80}")
_NUMBER = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _scalar(value: object) -> object:
    if not isinstance(value, Scalar):
        raise ValueError(worded("compare with a text, a number, true or false"))
    if value == "":
        raise ValueError(worded("an empty value is an unknown one, which never matches; compare with a value"))
    return value


def _field(name: str) -> str:
    if not _FIELD.fullmatch(name):
        raise ValueError(
            worded(
                '%(name)s is not a field; write "customer." or "contact." and the name of an attribute', name=repr(name)
            )
        )
    return name


Value = Annotated[Scalar, BeforeValidator(_scalar)]


class Comparison(Amounts):
    """One field against one value: exactly one of `is`, `one_of`, `at_least`, `at_most`."""

    field: Annotated[str, AfterValidator(_field)]
    equals: Value | None = Field(default=None, alias="is")
    one_of: tuple[Value, ...] | None = None
    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        chosen = [v for v in (self.equals, self.one_of, self.at_least, self.at_most) if v is not None]
        if len(chosen) != 1 or chosen[0] == ():
            raise ValueError(worded("compare with exactly one of is, one_of (not empty), at_least, at_most"))
        return self

    def matches(self, facts: Facts) -> Verdict:
        whose, name = self.field.split(".", 1)
        value = facts[whose].get(name)
        if not isinstance(value, Scalar) or value == "":
            return None
        if self.equals is not None:
            return _equal(value, self.equals)
        if self.one_of is not None:
            return _any([_equal(value, option) for option in self.one_of])
        number = _number(value)
        if number is None:
            return None
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)

    def depth(self) -> int:
        return 1

    def fields(self) -> frozenset[str]:
        return frozenset((self.field,))

    def decided_by(self, facts: Facts) -> str:
        """The field that made the verdict what it is; the first of them, if several did."""
        return self.field


def _some(parts: tuple["Audience", ...]) -> tuple["Audience", ...]:
    if not parts:
        raise ValueError(worded("name at least one condition"))
    return parts


class All(Amounts):
    all: Annotated[tuple["Audience", ...], AfterValidator(_some)]

    def matches(self, facts: Facts) -> Verdict:
        return _all([part.matches(facts) for part in self.all])

    def fields(self) -> frozenset[str]:
        return frozenset().union(*(part.fields() for part in self.all))

    def decided_by(self, facts: Facts) -> str:
        return _first_like(self.matches(facts), self.all, facts)

    def depth(self) -> int:
        return 1 + max(part.depth() for part in self.all)


class AnyOf(Amounts):
    any: Annotated[tuple["Audience", ...], AfterValidator(_some)]

    def matches(self, facts: Facts) -> Verdict:
        return _any([part.matches(facts) for part in self.any])

    def fields(self) -> frozenset[str]:
        return frozenset().union(*(part.fields() for part in self.any))

    def decided_by(self, facts: Facts) -> str:
        return _first_like(self.matches(facts), self.any, facts)

    def depth(self) -> int:
        return 1 + max(part.depth() for part in self.any)


class Not(Amounts):
    not_: "Audience" = Field(alias="not")

    def matches(self, facts: Facts) -> Verdict:
        verdict = self.not_.matches(facts)
        return None if verdict is None else not verdict

    def depth(self) -> int:
        return 1 + self.not_.depth()

    def fields(self) -> frozenset[str]:
        return self.not_.fields()

    def decided_by(self, facts: Facts) -> str:
        return self.not_.decided_by(facts)


_MARKS: dict[type, str] = {All: "<all>", AnyOf: "<any>", Not: "<not>"}


def _mark(node: object) -> str:
    """Which kind of node this is, so that what is wrong is told about that kind only."""
    if isinstance(node, Mapping):
        return next((f"<{key}>" for key in ("all", "any", "not") if key in node), "<field>")
    return _MARKS.get(type(node), "<field>")


Audience = Annotated[
    Annotated[Comparison, Tag("<field>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")],
    Discriminator(_mark),
]
All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def _all(verdicts: list[Verdict]) -> Verdict:
    return False if False in verdicts else None if None in verdicts else True


def _any(verdicts: list[Verdict]) -> Verdict:
    return True if True in verdicts else None if None in verdicts else False


def _first_like(verdict: Verdict, parts: tuple["Audience", ...], facts: Facts) -> str:
    return next(part.decided_by(facts) for part in parts if part.matches(facts) is verdict)


def value_of(field: str, facts: Facts) -> str:
    """What is known of a field, as it would stand in a file, and no more of it than a sentence can hold."""
    whose, name = field.split(".", 1)
    value = facts[whose].get(name)
    return textwrap.shorten(_written(value), 80) if isinstance(value, Scalar) else "?"


def _equal(value: Scalar, wanted: Scalar) -> Verdict:
    """Attributes from a file are text: numbers and yes/no are compared as what the policy wrote."""
    if isinstance(wanted, bool):
        truth = _TRUTH.get(_written(value).lower())
        return None if truth is None else truth == wanted
    if isinstance(wanted, str):
        return _written(value) == wanted
    if _written(value) == _written(wanted):
        return True  # long numbers too, of which a float keeps only the beginning
    number = _number(value)
    return None if number is None else number == wanted


def _written(value: Scalar) -> str:
    """As it would stand in a file: `true`; and however long a number is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return hex(value) if isinstance(value, int) and value.bit_length() > _LONG else str(value)


def _number(value: Scalar) -> int | float | None:
    """The number that is meant, if it is one and finite."""
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value) else math.nan
    return value if not isinstance(value, bool) and value - value == 0 else None
