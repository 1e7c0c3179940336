"""Find the score in a reply; a number that may be something else is not one."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from outreach.answers.german import GERMAN
from outreach.answers.lexicon import ALL, either_phrase, either_word, phrases_of, words_in, words_of
from outreach.answers.numbers import FEELING, NUMBER, plain, value_of
from outreach.answers.remarks import (
    BEFORE_OTHERS,
    FEELINGS,
    SCALE_TOLD,
    beside,
    holds_another_score,
    is_textspeak,
    sums_up,
)
from outreach.answers.said import Said

LONG = 600  # characters; in a longer text only a score at its beginning counts


@dataclass(frozen=True, slots=True)
class Score:
    """A score, 0-10, and the remark beside it."""

    value: int
    remark: str


class _Found(NamedTuple):
    """A score in a text: where it and its introduction begin, where the remark behind it does."""

    value: int
    start: int
    remark: int
    introduction: frozenset[str]
    out_of_ten: bool


def leading(said: Said, language: str, channel: str | None) -> Score | None:
    """The score the text begins with; None where the number could be another one."""
    low = plain(said.text)
    head = _HEAD.match(low)
    found = _given_in(low, head, language) if head else None
    if head is None or found is None or (channel != "email" and not head["lead"] and is_textspeak(low, head)):
        return None
    return Score(found.value, _remark(said.text[found.remark :]))


def later(said: Said, language: str) -> Score | None:
    """The only score, where it is given behind something else: "Love it! 10", "Super Service, ich gebe eine 9"."""
    text, felt = said.text, not FEELINGS.isdisjoint(said.words)
    if len(text) > LONG or not (felt or not _SCORING.isdisjoint(said.words)):
        return None
    low = plain(text)
    given = list(_given_later(low, language, felt))
    if not given or any(holds_another_score(low, 0, found.value, language) for found in given):
        return None
    return Score(given[0].value, text if _remark(text[given[0].remark :]) else text[: given[0].start].rstrip(" ,\n"))


def may_hold_one(text: str) -> bool:
    """Whether a person might find a score in it: it begins with a number, ends in one, or says "9/10" or "a nine"."""
    low = plain(text)
    return any((_ENDS.search(low, max(0, len(low) - 9)), _MENTION.search(f" {low}"), _HEAD.match(low)))


def _given_in(text: str, head: re.Match[str], language: str) -> _Found | None:
    value = value_of(head["number"], language)
    introduction = words_in(_SCALE.sub(" ", head["lead"])) if head["lead"] else []
    if value is None or not _introduces(introduction) or _is_school_grade(introduction, value, language):
        return None
    found = beside(text, head, value, language)
    if found is None:
        return None
    return _Found(value, head.start(), found.remark, frozenset(introduction), found.out_of_ten)


def _introduces(said: list[str]) -> bool:
    if not said:
        return True
    line = " ".join(said)
    if line in _INTRODUCTIONS or not _LEADING.issuperset(said):
        return line in _INTRODUCTIONS
    told = said[-1] in _BEFORE_SCORES or not _SCORING.isdisjoint(said)
    return told and not f"{line} ".startswith(_NOT_LEADING)


def _is_school_grade(said: list[str], value: int, language: str) -> bool:
    """In German "Note 1" and "eine Eins" are the best marks of six."""
    german = language not in _WITHOUT_SUCH_GRADES and _GERMAN.issuperset(said)
    return german and bool(said) and 1 <= value <= (BEST_GRADE if _GRADES.isdisjoint(said) else WORST_GRADE)


def _given_later(text: str, language: str, felt: bool) -> Iterator[_Found]:
    for clause in _CLAUSE.finditer(text):
        head = _HEAD.match(text, clause.end())
        found = _given_in(text, head, language) if head else None
        if found and _counts(text, found, clause, felt):
            yield found
    for number in _BEFORE_TEN.finditer(text) if felt else ():
        found = _given_in(text, number, language)
        if found and found.out_of_ten and _is_no_date(text, number, found):
            yield found


def _counts(text: str, found: _Found, clause: re.Match[str], felt: bool) -> bool:
    """Whether a score at the beginning of a clause is meant as one: the fewer words introduce it, the more the rest of
    the message has to say that it is.
    """
    if not _PAST.isdisjoint(found.introduction):
        return False
    if not _SCORING.isdisjoint(found.introduction):
        return True
    if not felt or (not found.out_of_ten and _remark(text[found.remark :])):
        return False
    if found.out_of_ten or found.introduction:
        return True
    if clause[0].startswith("."):  # "nr. 8"
        before = words_in(text[max(0, clause.start() - 20) : clause.start()])[-1:]
        return BEFORE_OTHERS.isdisjoint(before)
    *_, said = _CLAUSE_SIGN.split(text[: clause.start()])
    summed_up = clause[0].startswith(",") and sums_up(words_in(said), found.value)
    return summed_up or _SENTENCE_END.search(clause[0]) is not None


def _is_no_date(text: str, number: re.Match[str], found: _Found) -> bool:
    """Whether "9/10" in a sentence is a score: it ends the sentence, and no "on" or "om" stands before it."""
    before = words_in(text[max(0, number.start() - 20) : number.start()])[-1:]
    ends = found.remark == len(text) or text[found.remark - 1] in ".,;!\n"
    return ends and BEFORE_OTHERS.isdisjoint(before)


def _remark(remark: str) -> str:
    """The remark, if it says anything."""
    remark = remark.strip()
    return remark if any(character.isalnum() or unicodedata.category(character) == "So" for character in remark) else ""


BEST_GRADE, WORST_GRADE = 1, 6
_SCORING, _PAST, _BEFORE_SCORES = words_of(ALL.scoring), words_of(ALL.past), words_of(ALL.before_scores)
_INTRODUCTIONS = frozenset(" ".join(words_in(phrase)) for phrase in phrases_of(ALL.introductions))
_NOT_LEADING = tuple(" ".join(words_in(phrase)) + " " for phrase in phrases_of(ALL.not_leading))
_LEADING = words_of(ALL.leading, ALL.scoring, ALL.before_scores)
_GRADES = words_of(ALL.grades)
_GERMAN = words_of(GERMAN.leading, GERMAN.scoring, GERMAN.before_scores)
_WITHOUT_SUCH_GRADES = frozenset({"en", "nl", "fr"})

# A score and what introduces it. No part can match in two ways: each takes all it can and gives nothing back (`*+`).
_NAME = r"(?: [^\W\d_]++){1,3}(?=[,!\n])"
_OPENING = rf"(?:(?:{either_phrase(ALL.greetings)})\b(?:{_NAME})?+|(?:{either_phrase(ALL.openers)})\b)[\s,!.:]++"
_LEAD = either_word(ALL.leading, ALL.scoring, ALL.before_scores)
_RANGE = r"\([01] ?(?:-|[^\W\d]{1,3}) ?10\)"
_BETWEEN = rf"(?:[\s:=',]|-(?=\s)|{_RANGE})*+"
_LED = rf"(?:{SCALE_TOLD}|(?:{either_phrase(ALL.introductions)}|{_LEAD})(?!\w)){_BETWEEN}"
_HEAD = re.compile(
    rf"(?:[\s\"'*_]|{FEELING}\ufe0f?)*+(?:{_OPENING}){{0,4}}+"
    rf"(?P<lead>(?:{_LED}){{0,14}}+)\"?(?P<number>{NUMBER})(?!\w)[\ufe0f\u20e3]*+"
)
_PICTURES = r"\u2600-\u27bf\U0001f300-\U0001faff"
_SCALE = re.compile(rf"{SCALE_TOLD}|{_RANGE}")
_CLAUSE = re.compile(rf"[.!?;,:)]++\s++|[ \t]*\n\s*+|\s*(?:[{_PICTURES}]\ufe0f?\s*+)+")
_CLAUSE_SIGN = re.compile(r"[.!?;,:()\n]")
_SENTENCE_END = re.compile(rf"[.!\n{_PICTURES}]")
_BEFORE_TEN = re.compile(rf"(?P<lead>)(?<=\w )(?P<number>{NUMBER})(?=\s?/| [^\W\d]{{2,4}} )")

# Numbers that a person might take for a score.
_MENTION = re.compile(
    rf" [\"'(]?(?:(?:10|\d) ?/ ?10\b|(?:{either_word('a an een eine un')}) (?:{NUMBER})(?=\W|$)(?!\W\w))"
)
_ENDS = re.compile(r"(?<![\w.,:/-])(?:10|\d)[\s!.)]{0,3}$")
