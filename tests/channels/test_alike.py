"""Messages that are alike but for what is each customer's own: nobody may ever get a word of another."""

import html
import random

from hypothesis import given
from hypothesis import strategies as st

from channels.alike import MARK, Batch, gathered, put_together
from channels.message import Channel, Message

MOST, MOST_BYTES = 7, 400

# words that look like parts of tags, of HTML and of each other
crumbs = st.sampled_from(
    [
        *(
            "-",
            "_",
            "-o",
            "-ov",
            MARK,
            f"{MARK}0_",
            f"{MARK}1h_",
            "ovr0_",
            "0_",
            "h_",
            "Ann",
            "Anna",
            " ",
            "\n",
            "1",
            "é",
        ),
        *(
            "&",
            "<b>",
            "&amp;",
            "'",
            '"',
            "https://l.example/r/t0k?a=1&b=2",
            "$&",
            "\\1",
            "{{ name }}",
            "%name%",
            "x" * 150,
        ),
    ]
)
words = st.lists(crumbs, max_size=4).map("".join)


@st.composite
def letters(draw: st.DrawFn) -> list[Message]:
    """Messages made from a few templates, with words of each customer in them, as texts are written here."""
    templates = draw(st.lists(st.tuples(words, words, words), min_size=1, max_size=2))
    return [_letter(n, draw(st.sampled_from(templates)), draw(st.lists(words, max_size=3))) for n in range(1, 10)]


def _letter(number: int, template: tuple[str, str, str], own: list[str]) -> Message:
    pieces = [piece for n in range(4) for piece in (template[n % 3], *own[n : n + 1])]
    text = "".join(pieces)
    return Message(
        *(number, Channel.EMAIL, "Linden", f"{number}@example.com", text[:80], text, html.escape(text)),
        reply_to=f"reply+{''.join(own[:1])}@in.example",
        personal=tuple(own),
    )


def as_received(batch: Batch, chance: random.Random) -> dict[int, tuple[str, str, str, str]]:
    """What each customer gets, from a provider that fills in the words in any order."""
    common, received = batch.common, {}
    for own in batch.everyone:
        shuffled = dict(chance.sample([*own.words.items()], len(own.words)))
        subject, text, page, reply_to = (
            put_together(one, shuffled) for one in (common.subject, common.text, common.html, common.reply_to)
        )
        received[own.message.outreach_id] = (subject, text, page, reply_to)
    return received


@given(letters(), st.randoms(use_true_random=False))
def test_everyone_gets_exactly_their_own_message_in_whatever_order_the_words_go_in(
    messages: list[Message], chance: random.Random
) -> None:
    batches = gathered(messages, MOST, MOST_BYTES)
    received = {number: texts for batch in batches for number, texts in as_received(batch, chance).items()}
    assert received == {m.outreach_id: (m.subject, m.text, m.html, m.reply_to) for m in messages}
    assert sorted(received) == sorted(own.message.outreach_id for batch in batches for own in batch.everyone)


@given(letters())
def test_no_batch_is_larger_than_allowed_and_nobody_brings_more_words_than_allowed(messages: list[Message]) -> None:
    for batch in gathered(messages, MOST, MOST_BYTES):
        assert 1 <= len(batch.everyone) <= MOST
        assert all(sum(len(f"{t}{w}".encode()) for t, w in own.words.items()) <= MOST_BYTES for own in batch.everyone)


def letter(number: int, name: str, link: str, **more: str) -> Message:
    """As texts are written here."""
    text = f"Dag {name}, {more.get('says', 'hoe was het')}? {link}?s=9"
    page = f'<p>Dag {html.escape(name)}, {more.get("says", "hoe was het")}? <a href="{html.escape(link)}?s=9">9</a></p>'
    return Message(
        *(number, Channel.EMAIL, more.get("sender", "Linden"), f"{number}@example.com", f"{name}, een vraag"),
        text,
        page,
        language=more.get("language", "nl"),
        reply_to=f"reply+{link[-8:]}@in.example",
        headers={"List-Unsubscribe": f"<{link}>"},
        personal=(name, link, link[-8:]),
    )


def sizes(messages: list[Message], most: int = 1_000) -> list[int]:
    return sorted(len(batch.everyone) for batch in gathered(messages, most, 10_000))


NAMES = ["Ann", "O'Brien & Co <x>", "Zoë", 'Jan "Jannes" de V.', "Анна", "a b c", "1"]


def test_messages_that_differ_only_in_what_is_personal_share_one_request() -> None:
    messages = [letter(n, NAMES[n % 7], f"https://l.example/r/{n:08}?a=1&b=2x{n:08}") for n in range(1, 101)]
    assert sizes(messages) == [100]


def test_what_all_share_holds_nothing_personal_and_each_brings_their_own() -> None:
    link = "https://l.example/r/{}?a=1&b=2"
    (batch,) = gathered([letter(n, name, link.format(f"{n:08}")) for n, name in enumerate(NAMES)], 1_000, 10_000)
    assert "l.example" not in f"{batch.common}"
    assert [name for name in NAMES if len(name) > 1 and name in f"{batch.common}"] == []
    assert [own.words[f"{MARK}0_"] for own in batch.everyone] == NAMES
    assert [own.words[f"{MARK}0h_"] for own in batch.everyone] == [html.escape(name) for name in NAMES]


def test_messages_that_say_something_else_go_in_another_request() -> None:
    link = "https://l.example/r/0000000"
    others = [{"says": "tevreden"}, {"sender": "Other"}, {"language": "en"}]
    assert sizes([letter(n, "Ann", f"{link}{n}", **more) for n, more in enumerate([{}, {}, *others])]) == [1, 1, 1, 2]


def test_no_request_carries_more_than_allowed() -> None:
    messages = [letter(n, "Ann", f"https://l.example/r/{n:08}") for n in range(2_500)]
    assert sizes(messages) == [500, 1_000, 1_000]


def test_a_name_within_another_word_is_left_where_it_is() -> None:
    says = "Annual; JoAnn"
    messages = [letter(n, name, f"https://l.example/r/{n:08}", says=says) for n, name in enumerate(["Ann", "Bob"])]
    assert sizes(messages) == [2]


def test_a_first_name_within_a_full_name_is_found_on_its_own_too() -> None:
    texts = [("Ann", "Ann Lee", "Ann Lee, or Ann"), ("Bob", "Bob Ray", "Bob Ray, or Bob")]
    messages = [
        Message(n, Channel.EMAIL, "L", f"{n}@example.com", "S", text, personal=(first, full))
        for n, (first, full, text) in enumerate(texts)
    ]
    assert sizes(messages) == [2]


def test_a_text_that_holds_something_like_a_tag_goes_alone_and_untouched() -> None:
    messages = [letter(n, name, f"https://l.example/r/{n:08}") for n, name in enumerate(["Ann", f"{MARK}0_", "Bob"])]
    batches = gathered(messages, 1_000, 10_000)
    assert sizes(messages) == [1, 2]
    (alone,) = [batch for batch in batches if len(batch.everyone) == 1]
    assert (alone.common.text, alone.everyone[0].words) == (messages[1].text, {})
