"""Made-up customers do the same every time, and are understood as they mean it."""

from collections import Counter

import pytest

from outreach import answers
from outreach.answers import Intent
from outreach.rehearsal.respondents import Deed, Reaction, Respondents
from outreach.rehearsal.sayings import FOR_A_PERSON, say
from policies.replay.reacting import ANSWER_DELAY, CONTENT_DELAY

MEANS = {
    Deed.ANSWERED: Intent.ANSWER,
    Deed.NOT_NOW: Intent.LATER,
    Deed.STOPPED: Intent.STOP,
    Deed.SAID: Intent.COMMENT,
}
EVERYBODY = [f"K{n}" for n in range(4_000)]


def test_the_same_seed_makes_the_same_customers() -> None:
    first, second = Respondents(7), Respondents(7)
    assert [first.react(who, "ask", 1) for who in EVERYBODY] == [second.react(who, "ask", 1) for who in EVERYBODY]


def test_another_seed_makes_other_customers() -> None:
    reactions = [[Respondents(seed).react(who, "ask", 1) for who in EVERYBODY] for seed in (1, 2)]
    assert reactions[0] != reactions[1]


def test_about_half_of_the_content_is_used() -> None:
    used = sum(Respondents(7).react(who, "content", 1) is not None for who in EVERYBODY)
    assert 0.45 < used / len(EVERYBODY) < 0.55


def test_about_a_third_answer_and_few_stop_or_decline() -> None:
    reactions = [Respondents(7).react(who, "ask", 1) for who in EVERYBODY]
    deeds = Counter(reaction.deed for reaction in reactions if reaction)
    shares = {deed: count / len(EVERYBODY) for deed, count in deeds.items()}
    assert 0.30 < shares[Deed.ANSWERED] < 0.40
    assert 0.01 < shares[Deed.STOPPED] < 0.03
    assert 0.02 < shares[Deed.NOT_NOW] < 0.04


def test_about_half_say_more_when_asked_back_and_nobody_answers_a_thank_you() -> None:
    said = [Respondents(7).react(who, "follow_up", 1) for who in EVERYBODY]
    assert {reaction.deed for reaction in said if reaction} == {Deed.SAID}
    assert 0.40 < sum(reaction is not None for reaction in said) / len(EVERYBODY) < 0.50
    assert [Respondents(7).react(who, "thanks", 1) for who in EVERYBODY[:100]] == [None] * 100


def test_fewer_answer_the_fifth_time() -> None:
    answered = [
        sum(
            r is not None and r.deed is Deed.ANSWERED for who in EVERYBODY if (r := Respondents(7).react(who, "ask", n))
        )
        for n in (1, 5)
    ]
    assert answered[1] < 0.75 * answered[0]


@pytest.mark.parametrize(
    ("kind", "bounds"), [("content", CONTENT_DELAY), ("ask", ANSWER_DELAY), ("follow_up", ANSWER_DELAY)]
)
def test_reactions_come_within_the_documented_time(kind: str, bounds: tuple[int, int]) -> None:
    delays = [reaction.after for who in EVERYBODY if (reaction := Respondents(7).react(who, kind, 1))]
    assert bounds[0] <= min(delays) <= max(delays) <= bounds[1]


def test_every_score_is_given_and_most_are_high() -> None:
    scores = Counter(
        reaction.score
        for who in [f"K{n}" for n in range(20_000)]
        if (reaction := Respondents(7).react(who, "ask", 1)) and reaction.score is not None
    )
    assert set(scores) == set(range(11))
    assert sum(scores[score] for score in (8, 9, 10)) > 0.6 * scores.total()


@pytest.mark.parametrize("language", ["en", "nl", "nl-BE", "fr", None])
@pytest.mark.parametrize("score", range(11))
def test_an_answer_is_read_as_the_score_it_gives(language: str | None, score: int) -> None:
    for n in range(40):
        text = say(Reaction(Deed.ANSWERED, 1, score), language, n / 40)
        reading = answers.read(text, language)
        assert (reading.intent, reading.score, reading.sure) == (Intent.ANSWER, score, True), text


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("deed", [Deed.NOT_NOW, Deed.STOPPED, Deed.SAID])
def test_what_is_no_score_is_read_as_what_it_means(language: str, deed: Deed) -> None:
    for n in range(12):
        text = say(Reaction(deed, 1), language, n / 12)
        assert answers.read(text, language).intent is MEANS[deed], text


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_for_a_person_is_not_guessed_and_the_last_of_it_may_be_a_stop(language: str) -> None:
    read = [answers.read(text, language) for text in FOR_A_PERSON[language]]
    assert {reading.intent for reading in read} == {Intent.UNCLEAR}
    assert [reading.maybe_stop for reading in read] == [False, False, True]
