"""The two shapes of an e-mail: they say the same, one of them with something to press."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Channel
from outreach import phrases
from outreach.letters import Letter, html, plain, question_in, words_of

PAGE, STOP, CHOOSE = (f"https://ask.linden.example/{path}/{path * 32}" for path in "rup")
ASK = Letter("Linden & Co", "en", PAGE, asks=True, stop=STOP, preferences=CHOOSE, answerable=True)
GIFT = Letter("Linden & Co", "nl", "https://ask.linden.example/c/token", stop=STOP, preferences=CHOOSE)
BARE = Letter("Linden", "en")
WORDS = "Hi Ann,\n\nHow likely would you recommend us, 0 to 10?\n\nA reply is enough too."


class Page(HTMLParser):
    """What a mail program makes of a letter: its elements, and the text one can see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.seen: list[str] = []
        self._unseen = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._unseen += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.seen).split())

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]


def read(words: str, letter: Letter) -> Page:
    return Page(html(plain(words, letter), letter))


# Plain


def test_a_question_is_followed_by_the_page_to_answer_on() -> None:
    assert plain(WORDS, ASK).startswith(
        "Please reply above this line\n\nHi Ann,\n\nHow likely would you recommend us, 0 to 10?\n\n"
        f"Choose your number here:\n{PAGE}\n\nA reply is enough too.\n\n-- \n"
    )


def test_words_that_name_the_page_themselves_are_left_as_they_are() -> None:
    words = f"How was it?\n\nTell us: {PAGE}\n\nThanks"
    assert words_of(plain(words, ASK)) == words


def test_below_it_stands_who_it_is_from_and_how_to_stop_or_choose() -> None:
    assert plain("Tip", GIFT).endswith(
        "\n\n-- \nJe krijgt dit omdat je klant bent van Linden & Co. Liever niet? Antwoord met het woord STOP.\n"
        f"Geen berichten meer: {STOP}\nKies wat je van ons krijgt: {CHOOSE}"
    )


@pytest.mark.parametrize("words", [phrases.REPLY_ABOVE, phrases.NO_MORE, phrases.CHOOSE, phrases.OPEN_IT,
                                   phrases.ANSWER_HERE, *phrases.HINTS.values()])  # fmt: skip
def test_our_own_words_are_there_in_every_language(words: dict[str, str]) -> None:
    assert list(words) == ["en", "nl", "de", "fr"]
    assert all(words.values())


@given(st.text().filter(lambda text: "-- " not in text), st.booleans(), st.booleans())
def test_the_words_are_found_again_in_the_finished_text(words: str, asks: bool, answerable: bool) -> None:
    letter = Letter("Linden", "nl", PAGE, asks, STOP, CHOOSE, answerable)
    found = words_of(plain(words, letter))
    assert found.replace(f"\n\n{phrases.ANSWER_HERE['nl']}\n{PAGE}", "") == words


@pytest.mark.parametrize("language", phrases.REPLY_ABOVE)
def test_the_words_of_an_sms_are_found_again_too(language: str) -> None:
    hint = phrases.said(phrases.HINTS[Channel.SMS], language)
    assert words_of(f"Linden: 0 to 10?\n{hint}") == "Linden: 0 to 10?"


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (WORDS, "How likely would you recommend us, 0 to 10?"),
        ("Linden here. How was it, 0 to 10? Reply with the number.", "Linden here. How was it, 0 to 10?"),
        (f"How was it? {PAGE}", "How was it?"),
        (f"Give us a number. {PAGE}", "Give us a number."),
        ("Was it good? And the rest? Thanks", "Was it good? And the rest?"),
        ("", ""),
    ],
)
def test_the_question_is_found_in_the_words(words: str, question: str) -> None:
    assert question_in(words, PAGE) == question


# HTML


def test_a_question_offers_eleven_scores_to_press() -> None:
    scores = [link for link in read(WORDS, ASK).links if link.startswith(PAGE)]
    assert scores == [f"{PAGE}?s={score}" for score in range(11)]


def test_scores_can_be_read_where_pictures_are_not_loaded_and_nothing_is_fetched() -> None:
    for page in (html(plain(WORDS, ASK), ASK), html(plain("Tip", GIFT), GIFT)):
        for fetched in ("<img", "src=", "url(", "@import", "<script", "<link", "<iframe"):
            assert fetched not in page
    assert " 0 1 2 3 4 5 6 7 8 9 10 " in read(WORDS, ASK).text


def test_a_link_that_stands_alone_is_a_button_and_one_in_a_sentence_a_link() -> None:
    alone = read(f"The rules, with examples:\n{GIFT.link}\n\nLinden", GIFT)
    assert alone.links.count(GIFT.link) == 1
    assert "The rules, with examples: Bekijk het Linden" in alone.text
    inside = read(f"Lees {GIFT.link} eens", GIFT)
    assert f"Lees {GIFT.link} eens" in inside.text
    assert inside.links.count(GIFT.link) == 1
    assert "Bekijk het" not in inside.text


def test_both_shapes_say_the_same() -> None:
    seen = read(WORDS, ASK).text
    for line in ("Please reply above this line", *WORDS.split("\n\n"), "You get this because you are a customer of"):
        assert line in seen


def test_where_nobody_can_reply_no_line_asks_for_it() -> None:
    for letter in (GIFT, BARE):
        assert phrases.said(phrases.REPLY_ABOVE, letter.language) not in read("Tip", letter).text


def test_its_ways_out_lead_to_our_pages_and_the_one_for_stopping_knows_the_other() -> None:
    stop, choose = read("Tip", GIFT).links[-2:]
    assert (stop, choose) == (f"{STOP}?p={CHOOSE.rpartition('/')[2]}&lang=nl", CHOOSE)


def test_it_says_that_it_can_be_shown_in_the_dark() -> None:
    page = html(plain(WORDS, ASK), ASK)
    assert '<meta name="color-scheme" content="light dark"' in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize(("language", "told"), [("de-AT", "de"), ("fr", "fr"), ("pl", "en"), ("NL", "nl")])
def test_it_says_its_own_words_in_the_customers_language_or_in_english(language: str, told: str) -> None:
    page = read("Tip", Letter("Linden", language, PAGE, asks=True))
    assert phrases.ANSWER_HERE[told] in page.text
    assert ("html", told) in [(tag, attributes.get("lang")) for tag, attributes in page.elements]


def test_a_list_of_mails_shows_the_question_beside_the_subject() -> None:
    assert "How likely would you recommend us" in html(plain(WORDS, ASK), ASK).partition("display:none")[2][:200]


anything = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["⟦link⟧", "⟦foot⟧", "<svg onload=x>", "</p>", "&lt;", '"', "'", "{{ link }}", "{0}", PAGE, "?s=1"]
        )
    ).map("".join),
)


@given(anything, anything)
def test_no_words_and_no_name_are_ever_markup(words: str, organisation: str) -> None:
    letter = Letter(organisation, "en", PAGE, asks=True, stop=STOP, preferences=CHOOSE)
    page = read(words, letter)
    known = {tag for tag, _ in read("Text", ASK).elements} | {"br"}
    assert {tag for tag, _ in page.elements} <= known
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    scores = {f"{PAGE}?s={score}" for score in range(11)}
    assert set(page.links) <= scores | {PAGE, STOP + f"?p={CHOOSE.rpartition('/')[2]}&lang=en", CHOOSE}


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30))
def test_every_character_of_the_words_is_shown(words: str) -> None:
    shown = read(f"[{words}]", BARE).text
    assert re.sub(r"\s+", " ", f"[{words}]") in shown
