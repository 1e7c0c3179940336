"""The picture of a decision."""

import pytest

from policies.arithmetic import ANYTIME, NEVER
from policies.decision import Action, Decision, Finding
from web.brakes import LAST_MOMENT, SHORTEST, WIDTH, Picture

NOW = 1_000_000
DAY = 86_400


def opens_in(days: float, rule: str = "rest_between_asks") -> Finding:
    return Finding(rule, rule, NOW + days * DAY)


def test_the_longest_wait_reaches_the_end_of_the_scale_and_the_others_in_proportion() -> None:
    picture = Picture.drawn([opens_in(3, "floor"), opens_in(30)], NOW, "rest_between_asks")
    assert [row.length for row in picture.holding] == pytest.approx([LAST_MOMENT, LAST_MOMENT / 10])
    assert picture.until == NOW + 30 * DAY


def test_only_what_decides_is_marked() -> None:
    picture = Picture.drawn([opens_in(3, "floor"), opens_in(30)], NOW, "rest_between_asks")
    assert [row.decides for row in picture.holding] == [True, False]


def test_never_runs_off_the_edge_and_no_moment_does() -> None:
    picture = Picture.drawn([opens_in(400), Finding("consent", "consent_unknown", NEVER)], NOW, "consent")
    assert [(row.finding.rule, row.length, row.never) for row in picture.holding] == [
        ("consent", WIDTH, True),
        ("rest_between_asks", LAST_MOMENT, False),
    ]


def test_never_alone_has_no_end_of_the_scale() -> None:
    assert Picture.drawn([Finding("consent", "consent_unknown", NEVER)], NOW, "consent").until is None


def test_a_very_short_wait_can_still_be_seen() -> None:
    picture = Picture.drawn([opens_in(0.0001, "floor"), opens_in(365)], NOW, None)
    assert picture.holding[-1].length == SHORTEST


def test_rules_that_hold_nothing_back_stand_apart() -> None:
    past, always = opens_in(-1, "rhythm"), Finding("address", "has_address", ANYTIME)
    picture = Picture.drawn([past, always, opens_in(1)], NOW, "rest_between_asks")
    assert picture.open == (past, always)
    assert len(picture.holding) == 1


def test_what_opens_at_this_very_moment_is_open() -> None:
    assert Picture.drawn([opens_in(0)], NOW, None).holding == ()


def test_what_asking_said_already_is_not_drawn_again_for_giving() -> None:
    same, other = opens_in(3, "floor"), opens_in(5, "content_rest")
    decision = Decision(Action.WAIT, NOW, "email", 1.0, (same, opens_in(30)), (same, other), "rest_between_asks")
    drawn = [row.finding.rule for row in Picture.of(decision, NOW).holding]
    assert drawn == ["rest_between_asks", "content_rest", "floor"]
