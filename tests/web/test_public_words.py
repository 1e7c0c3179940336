"""What the customers' pages say: in every language, with the same gaps, and nothing that no page says."""

import re
from pathlib import Path
from string import Formatter

import pytest
from flask import Flask

from web import public, speech
from web.public import WORDS
from web.public_words import LANGUAGES

WEB = Path(public.__file__).parent


@pytest.mark.parametrize(("key", "said"), WORDS.items())
def test_it_is_said_in_every_language_with_the_same_gaps(key: str, said: tuple[str, ...]) -> None:
    assert len(said) == len(LANGUAGES)
    assert all(said)
    gaps = [sorted(filter(None, (name for _, name, *_ in Formatter().parse(text)))) for text in said]
    assert len({tuple(each) for each in gaps}) == 1, key


def test_every_word_is_said_somewhere_and_nothing_else_is() -> None:
    pages = "".join(file.read_text(encoding="utf-8") for file in (WEB / "templates").glob("*.html"))
    whole = set(re.findall(r"say\('(\w+)'", pages))
    begun = tuple(name for name in whole if name.endswith("_"))
    assert {key for key in WORDS if not key.startswith(begun)} == whole - set(begun)
    assert set(begun) == {"by_", "pause_", "channel_"}


@pytest.mark.parametrize(
    ("address", "message", "browser", "language"),
    [
        ("/u/x", "", "de-AT,en;q=0.5", "de"),
        ("/u/x", "nl-BE", "de", "nl"),
        ("/u/x?lang=fr", "nl", "de", "fr"),
        ("/u/x?lang=xx", "nl", "de", "nl"),
        ("/u/x", "pl", "pl", "en"),
        ("/u/x", "", "", "en"),
    ],
)
def test_a_page_speaks_what_the_address_asks_for_then_the_message_then_the_browser(
    app: Flask, address: str, message: str, browser: str, language: str
) -> None:
    with app.test_request_context(address, headers={"Accept-Language": browser}):
        public.speak(message)
        assert speech.language() == language
        assert public.say("thank_you") == dict(zip(LANGUAGES, WORDS["thank_you"], strict=True))[language]


def test_a_name_with_braces_is_a_name(app: Flask) -> None:
    with app.test_request_context("/"):
        assert public.say("by_email", address="{organisation}") == "By e-mail, {organisation}"


@pytest.mark.parametrize(("code", "name"), [("nl", "Nederlands"), ("fr", "français"), ("pt-BR", "pt-BR"), ("xx", "xx")])
def test_a_language_is_called_as_its_speakers_call_it(code: str, name: str) -> None:
    assert speech.language_name(code) == name
