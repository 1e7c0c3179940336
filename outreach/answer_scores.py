"""Find the score a reply begins with; a number that may be something else is not one."""

import re
import unicodedata

from outreach import answer_words as words
from outreach.answer_words import either, phrases_of, words_of


def leading_score(text: str, language: str | None) -> tuple[int, str] | None:
    """The score (0-10) the text begins with, and the remark beside it; None where the number could be another one."""
    head = _HEAD.match(text)
    if not head or not _introduces_a_score(head["lead"]):
        return None
    score = _score(head["number"].lower())
    remark = None if score is None else _remark(text[head.end() :], score, language)
    if score is None or remark is None or _holds_another_number(remark, score):
        return None
    return score, remark if any(character.isalnum() or _is_picture(character) for character in remark) else ""


def may_hold_a_score(text: str) -> bool:
    """Whether a person might find a score in it: it begins with a number, ends in one, or says "9/10" or "a nine"."""
    return _HEAD.match(text) is not None or _MENTION.search(text) is not None


def _introduces_a_score(lead: str) -> bool:
    said = _WORD.findall(lead.lower())
    return not said or said[-1] in _BEFORE_SCORES or " ".join(said) in _INTRODUCTIONS or not _SCORING.isdisjoint(said)


def _score(number: str) -> int | None:
    if number in words.NUMBERS:
        return words.NUMBERS[number]
    return int(number) if int(number) <= 10 and len(number) == len(str(int(number))) else None  # "08" is no eight


def _remark(rest: str, score: int, language: str | None) -> str | None:
    """What follows the score; None when it shows that the number is no score."""
    if scale := (_SCALE_ENGLISH if (language or "").startswith("en") else _SCALE).match(rest):
        return None if _NOT_OUT_OF_TEN.match(rest, scale.end()) else rest[scale.end() :].strip(_PARTING)
    remark = rest.strip()
    if parted := _PARTED.match(rest):
        return None if _MORE_OF_A_NUMBER.match(rest, parted.end()) else rest[parted.end() :].strip()
    if _FOLLOWING.match(rest):
        return None if score in (2, 4) and _AFTER_TEXTSPEAK.match(rest) else remark
    return remark if not remark or _is_picture(remark[0]) else None


def _holds_another_number(remark: str, score: int) -> bool:
    return _MENTION.search(remark) is not None or (score == 1 and _SECOND_ITEM.search(remark) is not None)


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) == "So" and character not in "°№℃℉"


_WORD = re.compile(r"[^\W_]+")
_SCORING = words_of(*words.SCORING.values())
_BEFORE_SCORES = words_of(*words.BEFORE_SCORES.values())
_INTRODUCTIONS = phrases_of(words.INTRODUCTIONS)

# A score at the beginning. No part of it can match in two ways: each takes all it can and gives nothing back (`*+`).
_NUMBER = rf"\d{{1,6}}|(?:{either(words.NUMBERS)})(?!\w)"
_LEAD = either(words_of(*words.LEADING.values()) | _SCORING | _BEFORE_SCORES)
_HEAD = re.compile(
    rf"[\s\"'“”‘’*_]*+(?:(?:{either(words_of(words.GREETINGS))})\b[\s,!.]++)?"
    rf"(?P<lead>(?:(?:{_LEAD})\b[\s:='’]*+){{0,12}}+)(?P<number>{_NUMBER})(?!\w)[\ufe0f\u20e3]*+",
    re.IGNORECASE,
)


def _out_of_ten(*between: str) -> re.Pattern[str]:
    number = rf"(?:10|{either(word for word, value in words.NUMBERS.items() if value == 10)})"
    return re.compile(rf"\s*+(?:{either(phrases_of(*between))})\s*+{number}(?![\w/%])(?![.,:-]\d)", re.IGNORECASE)


_SCALE, _SCALE_ENGLISH = _out_of_ten(words.OUT_OF), _out_of_ten(words.OUT_OF, words.OUT_OF_IN_ENGLISH)
_NOT_OUT_OF_TEN = re.compile(rf"\W*+(?:\d|(?:{either(words_of(words.NOT_OUT_OF_TEN))})\b)", re.IGNORECASE)

# What parts a score from a remark: punctuation, a line's end, a bracket, or a dash with a space beside it.
_PARTING = " \t\r\n.,;:!-–—…"
_PARTED = re.compile(
    r"[ \t]*+(?:(?:[!,;…*_]|[.:\"'”’](?!\w))++|\r?\n|(?=\()|(?:(?<=\s)[-–—]++|[-–—]++(?=\s))(?=\s*+\S))\s*+"
)
_MORE_OF_A_NUMBER = re.compile(rf"[?%/+=<>*]|[.,:]*+(?:{_NUMBER})", re.IGNORECASE)  # "8, 9", "8 - 9", "8,5"
_FOLLOWING = re.compile(
    rf"\s++(?:{either(words_of(*words.FOLLOWING.values()) | phrases_of(*words.FOLLOWING_PHRASES.values()))})\b", re.I
)
_AFTER_TEXTSPEAK = re.compile(rf"\s++(?:{either(words_of(words.AFTER_TEXTSPEAK))})\b", re.IGNORECASE)

# A number anywhere that a person might take for a score, and the second item of a numbered list.
_MENTION = re.compile(
    rf"\b(?:10|\d)\s?/\s?10\b|\b(?:a|an|een)\s(?:10|\d|{either(words.NUMBERS)})(?=\W|$)(?!\W\w)"
    r"|(?<![\w.,:/-])(?:10|\d)[\s!.)]{0,3}$",
    re.IGNORECASE,
)
_SECOND_ITEM = re.compile(r"(?:^|\s)2\s?[.):]")
