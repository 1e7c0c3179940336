import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.alike import gathered
from channels.message import Channel, Message
from outreach.texts import (
    Envelope,
    MissingValue,
    Segments,
    TooLong,
    advice,
    check,
    check_message,
    compose,
    first_name,
    render,
    segments,
)

LINK = "https://feedback.example.com/c/abc"
STOP, PREFERENCES = "https://feedback.example.com/u/def", "https://feedback.example.com/p/ghi"
REPLY_TO = "reply+jkl@example.com"


def envelope(channel: Channel = Channel.EMAIL, language: str = "en", asks: bool = False) -> Envelope:
    return Envelope(7, channel, "Bakker & Zn", "someone", language, LINK, asks, STOP, PREFERENCES, REPLY_TO)


def composed(body: str, channel: Channel = Channel.EMAIL, language: str = "en", **values: str | None) -> Message:
    subject = "About {{ organisation }}" if channel is Channel.EMAIL else ""
    return compose(subject, body, values, envelope(channel, language))


def test_a_placeholder_is_filled_in() -> None:
    assert (
        render("Hi {{ first_name }}, {{touchpoint}}.", {"first_name": "Ann", "touchpoint": "shop"}) == "Hi Ann, shop."
    )


@pytest.mark.parametrize("value", [None, "", "  ", "\n"])
def test_a_default_stands_in_for_a_missing_value(value: str | None) -> None:
    assert render('Hi {{ first_name | default: "there" }}', {"first_name": value}) == "Hi there"


def test_an_empty_default_leaves_nothing() -> None:
    assert render('Hi{{ name | default: "" }}.', {}) == "Hi."


def test_a_missing_value_without_a_default_holds_the_message() -> None:
    with pytest.raises(MissingValue) as missing:
        render("Hi {{ first_name }}", {"first_name": None})
    assert missing.value.name == "first_name"


@pytest.mark.parametrize(
    "text", ["", "Hi {{ name }}", '{{ link | default: "x" }}', "50 % { off } [1] $5 {0}", "{{{ name }}}"]
)
def test_a_text_that_can_be_sent_has_no_problems(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Hi {{ firstname }}",
        "{{ customer.name }}",
        "{{ name | upper }}",
        "{{ name | default: there }}",
        '{{ name | default: "a {{ name }}" }}',
        "{{ 7*7 }}",
        "{{ name }",
        "name }}",
        "{% for x in y %}",
        "{{}}",
        "{{ Name }}",
        "{{ name | default: “there” }}",
    ],
)
def test_a_text_that_asks_for_more_is_refused_when_saved(text: str) -> None:
    assert check(text)


def test_an_unknown_placeholder_is_named_with_what_is_known() -> None:
    assert check("{{ surname }}") == [
        '"surname" cannot be filled in; what can: name, first_name, organisation, touchpoint, link'
    ]


@pytest.mark.parametrize(
    ("channel", "subject", "body", "link"),
    [
        ("email", "", "Body", ""),
        ("sms", "Subject", "Body", ""),
        ("email", "hi\r\nBcc: x@y.z", "Body", ""),
        ("email", "Subject", " ", ""),
        ("email", "Subject", "Body", "https://example.com"),
        ("email", "Subject", "Body {{ link }}", ""),
        ("email", "{{ subject }}", "Body", ""),
    ],
)
def test_a_message_that_could_not_be_sent_is_refused_when_saved(
    channel: str, subject: str, body: str, link: str
) -> None:
    assert len(check_message(channel, subject, body, link)) == 1


def test_every_message_says_who_it_is_from_and_how_to_stop() -> None:
    sms = composed("See {{ link }}", Channel.SMS)
    assert sms.text == f"Bakker & Zn: See {LINK}\nNo more? Reply STOP"
    assert (sms.sender, sms.subject, sms.html, sms.link) == ("Bakker & Zn", "", "", LINK)
    mail = composed("See {{ link }}")
    assert mail.subject == "About Bakker & Zn"
    assert "customer of Bakker & Zn" in mail.text
    assert "STOP" in mail.text


def test_an_sms_names_its_sender_also_when_the_link_does() -> None:
    to = Envelope(7, Channel.SMS, "Feedback", "someone", "en", LINK)
    assert compose("", "See {{ link }}", {}, to).text.startswith(f"Feedback: See {LINK}")


def test_an_sms_that_names_its_sender_does_not_do_so_twice() -> None:
    assert composed("{{ organisation }} here.", Channel.SMS).text.startswith("Bakker & Zn here.")


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(
    ("language", "word"),
    [("nl", "Antwoord"), ("nl-BE", "Antwoord"), ("en", "Reply"), ("de", "Antwort"), ("fr", "Répond"), ("pl", "Reply")],
)
def test_how_to_stop_is_said_in_the_customers_language(channel: Channel, language: str, word: str) -> None:
    text = composed("Text", channel, language).text
    assert word in text
    assert "STOP" in text


# What a mail program reads


def test_a_mail_program_can_offer_to_stop_it_at_once_and_machines_do_not_answer() -> None:
    assert composed("Text").headers == {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{STOP}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert composed("Text", Channel.SMS).headers == {}


def test_an_answer_goes_to_the_address_of_its_own() -> None:
    assert composed("Text").reply_to == REPLY_TO
    assert composed("Text", Channel.SMS).reply_to == ""


@pytest.mark.parametrize("asks", [True, False])
def test_without_what_is_a_customers_own_two_messages_are_the_same(asks: bool) -> None:
    """So that a provider can be given both at once."""

    def message(name: str, token: str) -> Message:
        to = Envelope(
            1, Channel.EMAIL, "Bakker", "x", "en", f"https://a.eu/r/{token}", asks, f"https://a.eu/u/stop-{token}",
            f"https://a.eu/p/choose-{token}", f"reply+tag-{token}@a.eu",
        )  # fmt: skip
        return compose(
            "Hi {{ name }}",
            "Dear {{ first_name }}, {{ link }} {{ touchpoint }}",
            {"name": name, "touchpoint": "us"},
            to,
        )

    others = [("Renée Iemand", "ghijklm"), ("Ann O'Nym & <b>", "nopqrst"), ("Shop Us", "uvwxyz")]
    (batch,) = gathered([message("Ann Other", "abcdef"), *(message(*other) for other in others)], 1_000, 10_000)
    assert len(batch.everyone) == 4


# How long an SMS is


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, Segments("GSM-7", 1, 160)),
        ("a" * 161, Segments("GSM-7", 2, 161)),
        ("€" * 80, Segments("GSM-7", 1, 80)),
        ("€" * 81, Segments("GSM-7", 2, 81)),
        ("a" * 152 + "€" + "a" * 10, Segments("GSM-7", 2, 163)),
        ("é" * 160, Segments("GSM-7", 1, 160)),
        ("ë" * 70, Segments("UCS-2", 1, 70)),
        ("ë" + "a" * 70, Segments("UCS-2", 2, 71)),
        ("שלום", Segments("UCS-2", 1, 4)),
        ("😀" * 35, Segments("UCS-2", 1, 35)),
        ("😀" * 36, Segments("UCS-2", 2, 36)),
    ],
)
def test_the_segments_of_an_sms_are_counted(text: str, expected: Segments) -> None:
    assert segments(text) == expected


def test_a_long_sms_arrives_whole_with_its_link() -> None:
    message = composed(f"{'Long. ' * 100}{{{{ link }}}}", Channel.SMS)
    assert LINK in message.text
    assert message.text.count("Long.") == 100


@pytest.mark.parametrize("body", ["a" * 1600, "ë" * 700, "😀" * 400])
def test_an_sms_that_would_be_too_long_is_refused_when_saved(body: str) -> None:
    (problem,) = check_message("sms", "", body)
    assert "shorten it" in problem


def test_an_sms_that_a_customers_name_makes_too_long_is_held() -> None:
    with pytest.raises(TooLong):
        composed("{{ name }}", Channel.SMS, name="a" * 1600)


def test_an_sms_that_costs_more_than_it_seems_is_advised_about() -> None:
    assert advice("sms", "How was it? {{ link }}") == []
    assert advice("email", "ë" * 9999) == []
    assert advice("sms", "Hoe was het in het café met de ideeën?") == [
        "these characters make every SMS hold 70 characters in place of 160: ë"
    ]
    (long,) = advice("sms", "a" * 400)
    assert long == "it is sent and paid as 3 SMS"


# A survey may lead to its own page


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("body", ["How was it?", "How was it? {{ link }}"])
def test_a_survey_may_name_its_link_and_need_not(channel: Channel, body: str) -> None:
    assert check_message(channel, "Subject" if channel is Channel.EMAIL else "", body, survey=True) == []


def test_an_sms_leads_to_the_page_only_where_its_text_says_so() -> None:
    assert compose("", "0 to 10?", {}, envelope(Channel.SMS, asks=True)).link == ""
    asked = compose("", "0 to 10? {{ link }}", {}, envelope(Channel.SMS, asks=True))
    assert (asked.link, LINK in asked.text) == (LINK, True)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ann Other", "Ann"),
        ("Jan-Willem de Boer", "Jan-Willem"),
        ("Renée", "Renée"),
        ("J. de Boer", ""),
        ("J de Boer", ""),
        ("Dhr. Jansen", ""),
        ("dr Jones", ""),
        ("de Boer", ""),
        ("Boer, Jan de", ""),
        ("4 U Ltd", ""),
        ("", ""),
    ],
)
def test_a_first_name_is_used_where_it_can_be_told(name: str, first: str) -> None:
    assert first_name(name) == first


anything = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["{{", "}}", "{%", " name ", "link", "<svg onload=x>", "&lt;", '"', "'", "\r\n", "\u202e", LINK]
        )
    ).map("".join),
)


@given(anything)
def test_no_customers_value_is_ever_an_instruction(name: str) -> None:
    """The text around it comes out the same, and what stood in the name stands there still, literally."""
    text = render('[{{ name | default: "you" }}] {{ link }}', {"name": name, "link": LINK})
    inside = text.removeprefix("[").removesuffix(f"] {LINK}")
    assert inside == (render("{{ name }}", {"name": name, "link": "elsewhere"}) if inside != "you" else "you")
    for told in ("{{", "}}", "{%", "<svg"):
        assert inside.count(told) == name.count(told) or "\u202e" in name


@given(anything)
def test_no_customers_value_is_ever_a_new_line(name: str) -> None:
    mail = composed('{{ name | default: "you" }}: {{ link }}', name=name)
    assert mail.text.count("\n") == composed("you: {{ link }}").text.count("\n")


@given(anything)
def test_no_customers_value_breaks_the_subject(name: str) -> None:
    subject = compose('For {{ name | default: "you" }}', "Text", {"name": name}, envelope()).subject
    assert subject.splitlines() == [subject]
