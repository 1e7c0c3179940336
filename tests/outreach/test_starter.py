"""The texts that come with the product: sendable, in both languages, and in the voice of the house."""

import pytest
from sqlmodel import select

from channels.message import Channel, Message
from outreach import database, starter
from outreach.starter import TextsRefused, read_contents, read_surveys
from outreach.tables import Survey
from outreach.texts import Envelope, compose
from policies import library

LINK = f"https://ask.linden.example/c/{'x' * 32}"
VALUES = {"name": "Ann Other", "touchpoint": "helpdesk"}
GSM = set("@£$¥èéùìòÇ\nØøÅåÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà") | {
    chr(c) for c in range(48, 123) if chr(c).isalnum()
}


def everything() -> list[starter.Row]:
    return starter.contents() + starter.surveys()


def written(row: starter.Row, values: dict[str, str]) -> Message:
    link = LINK if row.get("link") else ""
    envelope = Envelope(1, Channel(row["channel"]), "Linden", "someone", row["language"], link)
    return compose(row["subject"], row["body"], values, envelope)


SAID_BACK = ("reminder", "follow_low", "follow_mid", "follow_high", "thanks")


def conversations() -> list[starter.Row]:
    """What else a survey says, as rows of their own."""
    return [
        {**row, "name": f"{row['name']} {what}", "body": row[what]} for row in starter.surveys() for what in SAID_BACK
    ]


def by_sms() -> list[starter.Row]:
    return [row for row in [*everything(), *conversations()] if row["channel"] == "sms"]


def name_of(row: starter.Row) -> str:
    return f"{row['name']}-{row['language']}-{row['channel']}"


@pytest.mark.parametrize("rows", [starter.contents(), starter.surveys()], ids=["contents", "surveys"])
def test_every_text_exists_in_both_languages_and_for_both_channels(rows: list[starter.Row]) -> None:
    ways = {(language, channel) for language in ("en", "nl") for channel in ("email", "sms")}
    for name in {row["name"] for row in rows}:
        assert {(row["language"], row["channel"]) for row in rows if row["name"] == name} == ways


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_there_is_something_new_to_give_for_more_than_a_year_of_months(language: str, channel: str) -> None:
    pieces = [row for row in starter.contents() if (row["language"], row["channel"]) == (language, channel)]
    assert len(pieces) == 16
    assert len({row["link"] for row in pieces}) == 16
    assert all(row["link"].startswith("https://") for row in pieces)


@pytest.mark.parametrize("row", [*everything(), *conversations()], ids=name_of)
def test_every_text_can_be_sent_to_a_customer_of_whom_we_know_nothing(row: starter.Row) -> None:
    message = written(row, {})
    assert "{{" not in message.text
    assert "Linden" in message.text
    assert "STOP" in message.text


@pytest.mark.parametrize("row", [*everything(), *conversations()], ids=name_of)
def test_no_text_begs_flatters_shouts_or_calls_itself_a_survey(row: starter.Row) -> None:
    said = f"{row['subject']} {row['body']}".lower()
    for word in ("!", "survey", "enquête", "opinion", "mening", "valued", "waardevol", "a 10", "een 10", "only takes"):
        assert word not in said


@pytest.mark.parametrize("row", starter.surveys(), ids=name_of)
def test_every_survey_asks_one_question_from_0_to_10(row: starter.Row) -> None:
    assert row["body"].count("?") == 1
    assert " 0 (" in row["body"]
    assert " 10 (" in row["body"]
    assert (row["reminder"].count("?") - row["reminder"].count("Rather not?") - row["reminder"].count("Liever")) == 1
    assert all(row[what] for what in SAID_BACK)
    assert row["follow_ups"] == 1


def test_every_survey_that_a_ready_made_policy_names_is_here() -> None:
    named = {library.policy(name).survey for name in library.NAMES} - {None}
    assert named <= {row["name"] for row in starter.surveys()}


@pytest.mark.parametrize("row", by_sms(), ids=name_of)
def test_every_sms_fits_in_two_parts_of_plain_characters(row: starter.Row) -> None:
    message = written(row, VALUES)
    assert set(message.text) <= GSM
    assert len(message.text) <= 2 * 153


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("[guide", "not TOML"),
        ("[guide.en]\nemail.subject = 'S'\nemail.body = '{{ link }}'", "guide.en.link: is missing; write it"),
        ("[guide.en]\nlink = 'https://x.nl'\nsms.body = 'no link'", "guide.en: sms: the text must contain {{ link }}"),
        ("[guide.en]\nlink = ''\nsms.body = 'Hi {{ nickname }}'", 'guide.en: sms: "nickname" cannot be filled in'),
        (
            "[guide.en]\nlink = ''\nsms.body = 'Hi'\nsms.bdoy = 'Hi'",
            "guide.en.sms.bdoy: is not known here",
        ),
    ],
)
def test_contents_that_could_not_be_sent_are_refused_with_the_place(document: str, problem: str) -> None:
    with pytest.raises(TextsRefused) as refused:
        read_contents(document)
    assert refused.value.problems[0].startswith(problem)


def test_a_survey_without_thanks_or_with_wrong_ones_is_refused() -> None:
    for thanks in ("", "sms.thanks = '{{ thanks }}'"):
        with pytest.raises(TextsRefused):
            read_surveys(f"[question.en]\nsms.body = 'How was it?'\n{thanks}")


@pytest.mark.parametrize("said", ["follow_low = 'Hi {{ nickname }}'", "reminder = '{{ x }}'", "follow_ups = 4"])
def test_a_survey_with_something_wrong_to_say_back_is_refused(said: str) -> None:
    with pytest.raises(TextsRefused):
        read_surveys(f"[question.en]\nsms.body = 'How was it?'\nsms.thanks = 'Thanks'\nsms.{said}")


def test_a_survey_needs_nothing_to_say_back_but_thanks() -> None:
    (row,) = read_surveys("[question.en]\nsms.body = 'How was it?'\nsms.thanks = 'Thanks'")
    assert (row["follow_low"], row["reminder"], row["follow_ups"]) == ("", "", 1)


def test_loading_adds_what_is_missing_and_leaves_what_was_changed(database_url: str) -> None:
    engine = database.connect(database_url)
    with database.writing(engine) as session:
        session.add(Survey(name="recommend", language="en", channel="email", subject="Mine", body="Own words"))
    with database.writing(engine) as session:
        assert starter.load(session) == len(everything()) - 1
    with database.writing(engine) as session:
        assert starter.load(session) == 0
        assert session.exec(select(Survey.body).where(Survey.subject == "Mine")).one() == "Own words"
    engine.dispose()
