"""What follows a number: the remark beside a score, or words that show that the number is another one.

All texts here are in plain signs (`numbers.plain`); places are counted in characters.
"""

import re
from itertools import islice, takewhile
from typing import NamedTuple

from outreach.answers.german import GERMAN
from outreach.answers.lexicon import ALL, Phrases, either_phrase, either_word, phrases_of, words_in, words_of
from outreach.answers.numbers import (
    FEELING,
    NEVER_BARE,
    NUMBER,
    NUMBER_WORDS,
    ORDINARY,
    ORDINARY_ANYWHERE,
    TEN,
    holds_number,
    value_of,
)

LOW, HIGH = 2, 8  # praise beside a score up to the one is odd, and so is blame from the other on
AHEAD = 90  # characters that are looked at to understand a number
MANY_NUMBERS = 40  # among so many, one of them may well be another score


class Beside(NamedTuple):
    """Where the remark beside a score begins, and whether "out of 10" stands before it."""

    remark: int
    out_of_ten: bool


class _Scale(NamedTuple):
    """Where "8", "8 points" or "8 out of 10" ends, and which of them it is."""

    end: int
    out_of_ten: bool
    points: bool


class _Behind(NamedTuple):
    """A number as it is written, the scale behind it, the next words behind that, and the customer's language."""

    number: str
    scale: _Scale
    words: list[str]
    language: str


def beside(text: str, number: re.Match[str], score: int, language: str) -> Beside | None:
    """The remark beside a score; None when what follows shows that the number is no score, or one of two."""
    if number.end() == len(text):
        return Beside(len(text), False)
    scale = _scale_after(text, number.end(), language)
    if scale is None:
        return None
    words = words_in(text[scale.end : scale.end + AHEAD])
    behind = _Behind(number["number"], scale, words, language)
    remark = _past(_PARTING, text, scale.end) if scale.out_of_ten else _remark_after(text, number, behind)
    if remark is None or _is_odd(text, remark, score, words):
        return None
    alone = len(text) - scale.end <= AHEAD and not holds_number(text[scale.end :], words)
    if not alone and holds_another_score(text, remark, score, language):
        return None
    return Beside(remark, scale.out_of_ten)


def holds_another_score(text: str, at: int, score: int, language: str) -> bool:
    """Whether another number from there on may be the score instead: "8, no wait 9", "10/10, but a 3 for the wait"."""
    if score == 1 and _SECOND_ITEM.search(text, at):
        return True
    numbers = list(islice(_NUMBER.finditer(text, at), MANY_NUMBERS))
    return len(numbers) == MANY_NUMBERS or any(
        value_of(number["number"], language) not in (None, score) and _may_be_one(text, number, language)
        for number in numbers
    )


def is_textspeak(text: str, number: re.Match[str]) -> bool:
    """Whether a number is written for "to" or "for": "4 me"."""
    if number["number"] not in ("2", "4") or text[number.end() :][:1] != " ":
        return False
    return not _TEXTSPEAK.isdisjoint(words_in(text[number.end() : number.end() + AHEAD])[:1])


def sums_up(said: list[str], score: int) -> bool:
    """Whether a number behind these words and a comma sums them up: "great service, 9"; not "great guys, 2"."""
    praised, blamed = not _PRAISE.isdisjoint(said), not _BLAME.isdisjoint(said)
    if not (praised or blamed) or (praised and score <= LOW) or (blamed and score >= HIGH):
        return False
    return not _is_counted(said[-1:]) and BEFORE_OTHERS.isdisjoint(said[-1:])


def _scale_after(text: str, at: int, language: str) -> _Scale | None:
    """What stands behind a number, if anything; None when ten is the number of something: "8 out of 10 times"."""
    end = _past(_POINTS, text, at)
    scale = (_SCALE_ENGLISH if language == "en" else _SCALE).match(text, end)
    if scale is None:
        return _Scale(end, False, end > at)
    end = _past(_POINTS, text, scale.end())
    return None if _is_part_of_more(text, end) else _Scale(end, True, True)


def _is_part_of_more(text: str, at: int) -> bool:
    """Whether "8/10" or "8 out of 10" goes on: "times", "people", "at 14:00", "/2026"."""
    first, second, *_ = [*words_in(text[at : at + AHEAD]), "", ""]
    return first in _COUNTED or first.isdigit() or (first in _CLOCK and second.isdigit())


def _remark_after(text: str, number: re.Match[str], behind: _Behind) -> int | None:
    """Where the remark begins; None where what is behind the number belongs to it."""
    at, words = behind.scale.end, behind.words
    if behind.number in NEVER_BARE and not _ENDED.match(text, at):
        return None
    if text[at : at + 1] in _QUOTES and text[at] not in text[number.start() : number.start("number")]:
        return None  # inches, or a mark that corrects something else
    if parted := _PARTED.match(text, at):
        more = _PRICE.match(text, at) or _is_more_of_it(text, parted.end(), number) or _is_ordinal(text, behind)
        return None if more else parted.end()
    remark = _past(_SPACE, text, at)
    if remark == len(text) or _FEELING.match(text, remark):
        return remark
    in_digits = behind.number.isdigit() and not behind.scale.points
    follows = _follows_any(words, behind.language) or (
        in_digits and _follows_digits(words, int(behind.number), behind.language)
    )
    return remark if remark > at and text[remark].isalpha() and follows else None


def _follows_any(words: list[str], language: str) -> bool:
    if not ORDINARY.get(language, ORDINARY_ANYWHERE).isdisjoint(words[:1]) or _NOT_FOLLOWING.longest(words, 0):
        return False
    return _BECAUSE.longest(words, 0) > 0 or _SAYING.longest(words, 0) > 0


def _follows_digits(words: list[str], score: int, language: str) -> bool:
    """Whether a remark begins there, and not what the number counts: "9 great service", "2 great people"."""
    run, following = _feelings(words), _FOLLOWING.longest(words, 0)
    praised, blamed = not _PRAISE.isdisjoint(run), not _BLAME.isdisjoint(run)
    if (praised and score <= LOW) or (blamed and score >= HIGH) or _is_counted(words[len(run) :]):
        return False
    if not following:
        return (praised or blamed) and NUMBER_WORDS.keys().isdisjoint(words[:1])  # "nul" is rubbish, and nothing
    is_ordinary = not ORDINARY.get(language, ORDINARY_ANYWHERE).isdisjoint(words[:1])
    return not (is_ordinary or _NOT_FOLLOWING.longest(words, 0) or "".join(words[following:][:1]).isdigit())


def _feelings(words: list[str]) -> list[str]:
    """The words of praise and blame at the beginning, with what strengthens them: "very nice and clean"."""
    return list(takewhile(_FELT.__contains__, words))


def _is_counted(words: list[str]) -> bool:
    """Whether the first of the words is what a number counts: "days", or as far as one can see a plural."""
    word = "".join(words[:1])
    return word in _COUNTED or word in NUMBER_WORDS or (word.endswith("s") and word not in _NOT_PLURAL)


def _is_more_of_it(text: str, at: int, number: re.Match[str]) -> bool:
    """Whether what is parted from a number belongs to it: "8, 9", "8 - 9", "8,5"; not in "8, 3 days of waiting"."""
    more = _MORE_OF_A_NUMBER.match(text, at)
    if not more or not more["more"]:
        return more is not None
    things = not _COUNTED.isdisjoint(words_in(text[more.end() : more.end() + AHEAD])[:1])
    falling = more["more"].isdigit() and number["number"].isdigit() and int(more["more"]) < int(number["number"])
    return not (things and falling and text[at - 1].isspace())


def _is_ordinal(text: str, behind: _Behind) -> bool:
    """Whether it is "3. Versuch" or "8. Mai": German writes a full stop where others write "rd" or "th"."""
    if behind.language in _WITHOUT_ORDINALS or not _ORDINAL.match(text, behind.scale.end):
        return False
    return not _ORDINALS.isdisjoint(behind.words[:1])


def _begins_a_remark(words: list[str], language: str) -> bool:
    return _follows_any(words, language) or _follows_digits(words, LOW + 1, language)


def _is_odd(text: str, at: int, score: int, words: list[str]) -> bool:
    """Whether the remark that begins there does not go with the score: "a 10, if", "1, excellent", "8, and you?"."""
    if "?" in text[at:] and FEELINGS.isdisjoint(words) and not _BECAUSE.first(words):
        return True
    praised = not _PRAISE.isdisjoint(_feelings(words))
    return (praised and score <= LOW) or not _CONDITIONS.isdisjoint(words[:1])


def _may_be_one(text: str, number: re.Match[str], language: str) -> bool:
    """Whether a number in a remark may be a score: "a 5", "but 6 for the food", "7/10"; not "at 9", "3 days"."""
    scale = _scale_after(text, number.end(), language)
    if scale is None or scale.out_of_ten:
        return scale is not None
    before = words_in(text[max(0, number.start() - AHEAD) : number.start()])[-1:]
    after = words_in(text[number.end() : number.end() + AHEAD])
    if not _GIVING.isdisjoint(before):
        return _COUNTED.isdisjoint(after[:1]) and text[number.end() :][:1] != "-"
    if not number["number"].isdigit() or not BEFORE_OTHERS.isdisjoint(before):
        return False
    ends = _ENDED.match(text, number.end()) is not None
    return ends or _begins_a_remark(after, language) or _FOLLOWING.longest(after, 0) > 0


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


_BECAUSE, _SAYING = Phrases(phrases_of(ALL.because)), Phrases(phrases_of(ALL.saying))
_FOLLOWING, _NOT_FOLLOWING = Phrases(phrases_of(ALL.following)), Phrases(phrases_of(ALL.not_following))
_PRAISE, _BLAME, _VERY, _COUNTED = (words_of(line) for line in (ALL.praise, ALL.blame, ALL.very, ALL.counted))
FEELINGS = _PRAISE | _BLAME
_FELT = FEELINGS | _VERY | {"and", "en", "und", "et"}
_NOT_PLURAL = words_of(ALL.not_plural)
_CLOCK = words_of(ALL.clock)
_CONDITIONS, _TEXTSPEAK = words_of(ALL.conditions), words_of(ALL.textspeak)
BEFORE_OTHERS = words_of(ALL.before_others)
_GIVING = words_of(ALL.scoring, ALL.before_scores)
_ORDINALS = words_of(GERMAN.counted, GERMAN.numbered, GERMAN.months)
_WITHOUT_ORDINALS = frozenset({"en", "nl", "fr"})

SCALE_TOLD = rf"(?:{either_phrase(ALL.scale)}) (?:[^\W\d]{{1,5}} )?(?:[01] ?(?:-|[^\W\d]{{1,5}}) ?)?{TEN}(?!\w)"
"""A pattern for "on a scale of 1 to 10"."""


def _out_of_ten(phrases: frozenset[str]) -> re.Pattern[str]:
    said = rf"(?:/|(?:{either_phrase(*phrases)})(?!\w))\s*+{TEN}(?![\w/%\u20e3])(?![.,:-]\d)"
    return re.compile(rf"\s*+(?:{said}|{SCALE_TOLD})")


_SCALE_ENGLISH = _out_of_ten(phrases_of(ALL.out_of))
_SCALE = _out_of_ten(phrases_of(ALL.out_of) - {"of"})  # in Dutch "8 of 10" is eight or ten
_POINTS = re.compile(rf"\s*+(?:{either_word(ALL.points)})(?!\w|\s?:)")

# What parts a score from a remark: punctuation, a line's end, a bracket, or a dash with a space beside it.
_PARTED = re.compile(r"[ \t]*+(?:(?:[!,;*_]|[.:\"'](?!\w))++|\r?\n|(?=\()|(?:(?<=\s)-++|-++(?=\s))(?=\s*+\S))\s*+")
_PARTING = re.compile(r"[\s.,;:!-]*+")
_FEELING = re.compile(FEELING)
_SPACE = re.compile(r"\s*+")
_QUOTES = frozenset("\"'*_")
_PRICE = re.compile(r"[.,]-")  # "8,-"
_MORE_OF_A_NUMBER = re.compile(rf"[?%/+=<>*]|[.,:]*+(?P<more>{NUMBER})")
_ORDINAL = re.compile(r"\.[ \t]++[^\W\d_]")
_NUMBER = re.compile(rf"(?<![\w.,:/€$£#+'-])(?P<number>{NUMBER})(?!\w|[:.,]\d)")
_ENDED = re.compile(r"[ \t]*+(?:$|[.,;!)\n](?!\d))")
_SECOND_ITEM = re.compile(r"(?:^|\s)2\s?[.):]")
