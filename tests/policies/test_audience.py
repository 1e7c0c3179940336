"""Whom a policy is for: unknown is no match, through not, any and all, and never an error."""

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from policies.audience import Audience, Facts
from tests.policies import worlds

TREE: TypeAdapter[Audience] = TypeAdapter(Audience)


def about(attributes: dict[str, object]) -> Facts:
    return {"customer": attributes, "contact": {"kind": "visit", "value": 30.0}}


def verdict(tree: dict[str, Any], **attributes: object) -> bool | None:
    return TREE.validate_python(tree).matches(about(attributes))


# A comparison, a value, and whether it matches.
COMPARED: list[tuple[dict[str, Any], object, bool | None]] = [
    ({"is": "gold"}, "gold", True),
    ({"is": "gold"}, "Gold", False),
    ({"is": "gold"}, "", None),
    ({"is": "gold"}, None, None),
    ({"is": 3}, 3, True),
    ({"is": 3}, "3", True),  # from a file everything is text
    ({"is": 3}, " 3.0 ", True),
    ({"is": 3}, 3.5, False),
    ({"is": 3}, "three", None),
    ({"is": 3}, True, None),
    ({"is": 9007199254740993}, "9007199254740993", True),  # a float would not tell it from its neighbour
    ({"is": 9007199254740993}, 9007199254740992, False),
    ({"is": True}, True, True),
    ({"is": True}, "Yes", True),
    ({"is": True}, "false", False),
    ({"is": False}, "no", True),
    ({"is": True}, 1, True),
    ({"is": True}, "maybe", None),
    ({"is": "1"}, 1, True),
    ({"is": "true"}, True, True),
    ({"is": "true"}, "true", True),
    ({"is": "false"}, True, False),
    ({"one_of": ["nl", "be"]}, "be", True),
    ({"one_of": ["nl", "be"]}, "de", False),
    ({"one_of": ["nl", 7]}, "de", None),  # "de" is not nl, but whether it is 7 cannot be said
    ({"one_of": ["nl", 7]}, "nl", True),
    ({"at_least": 10}, 10, True),
    ({"at_least": 10}, "9.99", False),
    ({"at_least": 10}, "1e2", True),
    ({"at_least": 10}, "ten", None),
    ({"at_least": 10}, "1_0", None),
    ({"at_least": 10}, math.nan, None),
    ({"at_least": 10}, math.inf, None),
    ({"at_least": 10}, 10**400, True),
    ({"at_least": 10}, "9" * 400, None),
    ({"at_most": 0}, 0, True),
    ({"at_most": 0}, -1, True),
    ({"at_most": 0}, 0.1, False),
    ({"at_most": 0}, [0], None),
    ({"is": "x"}, {"x": "x"}, None),
]


@pytest.mark.parametrize(("comparison", "value", "expected"), COMPARED)
def test_values_are_compared_as_what_the_policy_wrote(
    comparison: dict[str, Any], value: object, expected: bool | None
) -> None:
    assert verdict({"field": "customer.x", **comparison}, x=value) is expected


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ({"is": "x"}, False),
        ({"is": 3}, False),
        ({"is": True}, None),
        ({"one_of": ["nl", 7]}, False),
        ({"at_least": 10}, True),
    ],
)
def test_a_number_too_long_to_be_written_is_a_number_like_any_other(
    comparison: dict[str, Any], expected: bool | None
) -> None:
    assert verdict({"field": "customer.x", **comparison}, x=10**5000) is expected


YES, NO, UNKNOWN = ({"field": f"customer.{name}", "is": "yes"} for name in ("yes", "no", "unknown"))
KNOWN = {"yes": "yes", "no": "no"}


@pytest.mark.parametrize(
    ("parts", "all_of", "any_of"),
    [
        ((YES, YES), True, True),
        ((YES, NO), False, True),
        ((NO, NO), False, False),
        ((YES, UNKNOWN), None, True),
        ((NO, UNKNOWN), False, None),
        ((UNKNOWN, UNKNOWN), None, None),
    ],
)
def test_unknown_stays_unknown_unless_the_others_settle_it(
    parts: tuple[dict[str, Any], ...], all_of: bool | None, any_of: bool | None
) -> None:
    assert verdict({"all": parts}, **KNOWN) is verdict({"all": parts[::-1]}, **KNOWN) is all_of
    assert verdict({"any": parts}, **KNOWN) is verdict({"any": parts[::-1]}, **KNOWN) is any_of


@pytest.mark.parametrize(("part", "expected"), [(YES, False), (NO, True), (UNKNOWN, None)])
def test_the_opposite_of_unknown_is_unknown(part: dict[str, Any], expected: bool | None) -> None:
    assert verdict({"not": part}, **KNOWN) is expected


@given(worlds.audiences(), worlds.attributes())
def test_not_any_is_all_not(tree: Audience, attributes: dict[str, object]) -> None:
    both = [tree, TREE.validate_python(YES)]
    nots = [{"not": part} for part in both]
    one, other = TREE.validate_python({"not": {"any": both}}), TREE.validate_python({"all": nots})
    assert one.matches(about(attributes)) is other.matches(about(attributes))


@given(worlds.audiences(), worlds.attributes(), st.sampled_from(worlds.ATTRIBUTES))
def test_knowing_less_never_turns_a_verdict_round(
    tree: Audience, attributes: dict[str, object], forgotten: str
) -> None:
    fewer = {name: value for name, value in attributes.items() if name != forgotten}
    assert tree.matches(about(fewer)) in (None, tree.matches(about(attributes)))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(worlds.audiences(), st.dictionaries(st.sampled_from(worlds.ATTRIBUTES), ANYTHING))
def test_no_value_of_an_attribute_is_an_error(tree: Audience, attributes: dict[str, object]) -> None:
    assert tree.matches(about(attributes)) in (True, False, None)


def test_no_naughty_string_is_an_error(shared_data: Path) -> None:
    strings = [case["string"] for case in json.loads((shared_data / "07_bad_input" / "blns_half.json").read_text())]
    comparisons: list[dict[str, Any]] = [{"is": 1}, {"is": True}, {"at_least": 0}, {"one_of": ["a", 2, False]}]
    for comparison, text in product(comparisons, strings):
        assert verdict({"field": "customer.x", **comparison}, x=text) in (True, False, None)
    assert all(verdict({"field": "customer.x", "is": text}, x=text) for text in strings if text)


REFUSED: list[tuple[object, str]] = [
    ({"field": "plan", "is": 1}, 'write "customer." or "contact."'),
    ({"field": "customer.", "is": 1}, 'write "customer." or "contact."'),
    ({"field": "customer.x"}, "exactly one of"),
    ({"field": "customer.x", "is": 1, "at_least": 0}, "exactly one of"),
    ({"field": "customer.x", "one_of": []}, "exactly one of"),
    ({"field": "customer.x", "at_least": math.inf}, "finite"),
    ({"field": "customer.x", "like": "%"}, "like"),
    ({"all": []}, "at least one condition"),
    ({"any": [YES], "all": [YES]}, "any"),
    ("customer.x", "dictionary"),
]


@pytest.mark.parametrize(("tree", "why"), REFUSED)
def test_a_wrong_tree_is_refused(tree: object, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        TREE.validate_python(tree)


def test_depth_counts_the_levels() -> None:
    assert TREE.validate_python({"not": {"any": [YES, {"all": [NO]}]}}).depth() == 4
