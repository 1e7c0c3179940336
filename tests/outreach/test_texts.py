from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Channel, Message
from outreach.texts import Envelope, MissingValue, check, check_message, compose, first_name, render

LINK = "https://feedback.example.com/c/abc"


def composed(body: str, channel: Channel = Channel.EMAIL, language: str = "en", **values: str | None) -> Message:
    subject = "About {{ organisation }}" if channel is Channel.EMAIL else ""
    envelope = Envelope(7, channel, "Bakker & Zn", "someone", language, LINK)
    return compose(subject, body, values, envelope)


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
    envelope = Envelope(7, Channel.SMS, "Feedback", "someone", "en", LINK)
    assert compose("", "See {{ link }}", {}, envelope).text.startswith(f"Feedback: See {LINK}")


def test_an_sms_that_names_its_sender_does_not_do_so_twice() -> None:
    assert composed("{{ organisation }} here.", Channel.SMS).text.startswith("Bakker & Zn here.")


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "Antwoord"), ("nl-BE", "Antwoord"), ("en", "Reply"), ("fr", "Reply")]
)
def test_how_to_stop_is_said_in_the_customers_language(language: str, word: str) -> None:
    assert word in composed("Text", Channel.SMS, language).text


def test_the_html_of_a_mail_says_the_same_with_a_link_to_press() -> None:
    page = composed("Hi\nyou\n\nSee {{ link }}").html
    assert page.startswith("<p>Hi<br>\nyou</p>\n<p>See <a ")
    assert f'<a href="{LINK}">{LINK}</a>' in page
    assert "Bakker &amp; Zn" in page


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


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


@given(anything)
def test_no_customers_value_is_ever_an_instruction(name: str) -> None:
    """The text around it comes out the same, and what stood in the name stands there still, literally."""
    text = render('[{{ name | default: "you" }}] {{ link }}', {"name": name, "link": LINK})
    inside = text.removeprefix("[").removesuffix(f"] {LINK}")
    assert inside == (render("{{ name }}", {"name": name, "link": "elsewhere"}) if inside != "you" else "you")
    for told in ("{{", "}}", "{%", "<svg"):
        assert inside.count(told) == name.count(told) or "\u202e" in name


@given(anything)
def test_no_customers_value_is_ever_markup_or_a_new_line(name: str) -> None:
    mail = composed('{{ name | default: "you" }}: {{ link }}', name=name)
    plain = composed("you: {{ link }}")
    assert {tag for tag, _ in _Tags(mail.html).tags} == {"p", "a"}
    assert all(attributes in ([], [("href", LINK)]) for _, attributes in _Tags(mail.html).tags)
    assert mail.text.count("\n") == plain.text.count("\n")


@given(anything)
def test_no_customers_value_breaks_the_subject(name: str) -> None:
    envelope = Envelope(7, Channel.EMAIL, "Bakker", "someone", "en")
    subject = compose('For {{ name | default: "you" }}', "Text", {"name": name}, envelope).subject
    assert subject.splitlines() == [subject]
