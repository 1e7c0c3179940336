"""Something useful first."""

import pytest

from policies.arithmetic import ANYTIME, NEVER
from policies.rules import value
from policies.situation import Touch
from tests.policies.make import DAY, HOUR, NOON, a_giving_policy, a_guard, a_piece, a_policy, an_ask, found, opens

PLAIN = a_guard(jitter=0)
FIRST = a_policy(value_first={"pieces": 2, "used": 1, "settle": "3d", "rest": "4d", "rest_unused": "30d"})

# What was given, and how many seconds from now the ask may follow; with code `value_missing` if we give now.
GIVEN = [
    ("nothing was given", (), "value_missing", 7 * DAY),
    ("one piece is missing", (a_piece(9 * DAY, 8 * DAY),), "value_missing", 3 * DAY),
    ("none was used", (a_piece(9 * DAY), a_piece(5 * DAY)), "value_missing", 3 * DAY),
    (
        "the ask before used it all up",
        (a_piece(9 * DAY, 8 * DAY), a_piece(5 * DAY), an_ask(DAY)),
        "value_missing",
        7 * DAY,
    ),
    ("the last piece settles", (a_piece(9 * DAY, 8 * DAY), a_piece(2 * DAY)), "value_settles", DAY),
    ("the use settles", (a_piece(9 * DAY, DAY), a_piece(5 * DAY)), "value_settles", 2 * DAY),
    ("all has settled", (a_piece(9 * DAY, 8 * DAY), a_piece(3 * DAY)), "value_settled", 0),
    ("more than enough", (a_piece(30 * DAY, 29 * DAY), a_piece(20 * DAY), a_piece(HOUR)), "value_settled", -17 * DAY),
    ("an early use counts", (a_piece(30 * DAY, 2 * DAY), a_piece(20 * DAY, 19 * DAY)), "value_settled", -16 * DAY),
]


@pytest.mark.parametrize(("touches", "code", "until"), [case[1:] for case in GIVEN], ids=[case[0] for case in GIVEN])
def test_value_comes_first(touches: tuple[Touch, ...], code: str, until: float) -> None:
    said = found(value.value_first, policy=FIRST, touches=touches)
    assert (said.code, said.opens - NOON) == (code, until)


def test_only_what_is_missing_has_a_lead() -> None:
    assert found(value.value_first, policy=FIRST).lead == 7 * DAY
    assert found(value.value_first, policy=FIRST, touches=(a_piece(9 * DAY, 8 * DAY), a_piece(2 * DAY))).lead == 0


def test_an_ask_follows_a_piece_by_a_day_at_least() -> None:
    policy = a_policy(value_first={"pieces": 2, "used": 0, "settle": "0d", "rest": "1h"})
    assert found(value.value_first, policy=policy).lead == 2 * DAY


def test_use_is_not_waited_for_where_none_is_needed() -> None:
    policy = a_policy(value_first={"pieces": 1, "used": 0, "settle": "1d"})
    assert opens(value.value_first, policy=policy, touches=(a_piece(2 * DAY),)) == -DAY


def test_a_policy_may_give_nothing_first() -> None:
    assert opens(value.value_first) == ANYTIME


@pytest.mark.parametrize(
    ("touches", "until"),
    [
        ((), ANYTIME),
        ((a_piece(DAY, HOUR),), 3 * DAY),  # one is missing yet
        ((a_piece(9 * DAY), a_piece(DAY)), 29 * DAY),  # enough are out, none is used: give them time
        ((a_piece(DAY), an_ask(HOUR)), 3 * DAY),  # a piece from before the ask still begins a rest
    ],
)
def test_pieces_rest_between_each_other(touches: tuple[Touch, ...], until: float) -> None:
    assert opens(value.content_rest, PLAIN, FIRST, touches=touches) == until


def test_a_giving_policy_has_its_rhythm_instead() -> None:
    assert opens(value.content_rest, PLAIN, a_giving_policy(), touches=(a_piece(HOUR),)) == ANYTIME


@pytest.mark.parametrize(("left", "until"), [({"email": 1}, ANYTIME), ({"email": 0, "sms": 1}, NEVER), ({}, NEVER)])
def test_without_content_for_the_channel_nothing_can_be_given(left: dict[str, int], until: float) -> None:
    assert opens(value.content_in_stock, content_left=left, channel="email") == until
