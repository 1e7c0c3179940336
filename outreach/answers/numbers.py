"""Numbers as customers write them: in digits of any script and width, on keycaps, in words."""

import re
from collections.abc import Iterable

from outreach.answers.lexicon import ALL, LANGUAGES, decomposed, either, fold, words_of

_PICTURED = {"🔟": 10, **{sign: number for number, sign in enumerate("⓪①②③④⑤⑥⑦⑧⑨⑩")}}
_SPELLED = {
    form: number
    for language in LANGUAGES
    for number, spelled in enumerate(language.numbers.split())
    for word in spelled.split("/")
    for form in (word, decomposed(word))
    if word != "-"
}
_VALUES = _SPELLED | _PICTURED
NUMBER_WORDS = {fold(word): number for word, number in _SPELLED.items()}
"""Folded, so that they are found among words; "een" and "één" are one there."""
ORDINARY = {language.language: frozenset(language.ordinary.split()) for language in LANGUAGES}
ORDINARY_ANYWHERE = frozenset({"null"})  # what machines write for nothing

NEVER_BARE = words_of(ALL.never_bare)

_KEYCAP_TEN = "1\ufe0f?\u20e30\ufe0f?\u20e3"
NUMBER = rf"{_KEYCAP_TEN}|\d{{1,6}}|(?:{either(_VALUES)})(?!\w)"
"""A pattern for a number, in lower case."""
TEN = rf"(?:10|{_KEYCAP_TEN}|{either(word for word, value in _VALUES.items() if value == 10)})"
"""A pattern for the ten that a score is out of."""

FEELING = (
    "[\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a❤♥💙💚💛💜🧡🖤👋👌👍👎👏🙌🙏💪🤝✌☺☹🎉🔥💯✨🌹🌷💐]"
)
"""A pattern for a picture that says how somebody feels; others may be what a number counts: "8 📦", "5 ⭐"."""

_PLAIN: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full width
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000\u200b\u200e\u200f\u2060\ufeff"), " "),
    **dict.fromkeys(map(ord, "’‘ʼ´`"), "'"),
    **dict.fromkeys(map(ord, "“”„«»"), '"'),
    **dict.fromkeys(map(ord, "–—−‐‑"), "-"),
    **{ord("…"): ".", ord("⁄"): "/", ord("∕"): "/", ord("İ"): "i"},
}
_DIGIT = re.compile(rf"\d|[{''.join(_PICTURED)}]")


def plain(text: str) -> str:
    """Lower case, with plain signs for the fine ones: as long as the text, each character in its old place."""
    return text.lower() if text.isascii() else text.translate(_PLAIN).lower()


def holds_number(text: str, words: Iterable[str]) -> bool:
    """Whether a text of these words (folded) holds digits, or a number up to ten in words."""
    return _DIGIT.search(text) is not None or not NUMBER_WORDS.keys().isdisjoint(words)


def value_of(number: str, language: str) -> int | None:
    """What a number in lower case says, 0-10; None for any other ("11", "08"), or where it is another word."""
    if number in _VALUES:
        return None if number in ORDINARY.get(language, ORDINARY_ANYWHERE) else _VALUES[number]
    if "\u20e3" in number:
        return 10
    value = int(number)
    return value if value <= 10 and len(number) == len(str(value)) else None  # "08" is no eight
