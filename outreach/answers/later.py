"""Whether a reply says "not now", and when it wants to be asked again."""

import re
from dataclasses import dataclass

from outreach.answers.lexicon import (
    ALL,
    LANGUAGES,
    Only,
    Phrases,
    either,
    phrases_of,
    spellings,
    telling,
    words_in,
    words_of,
)
from outreach.answers.numbers import NUMBER_WORDS
from outreach.answers.said import Said
from outreach.answers.words import Words

LONGEST_SNOOZE = 730  # days; more were not meant
LATER = "later"  # takes the place of a moment that was named


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; `days` from now where the customer named them."""

    days: int | None


def later_in(said: Said) -> Later | None:
    """What it says of another time: as a whole, or in a clause that asks to be asked. None: no such thing."""
    if not _LATER.phrases.may_be_in(said.words) and _MOMENTS.isdisjoint(said.words):
        return None
    asked = not _ASK_AGAIN.isdisjoint(said.words)
    if "?" in said.text and not asked:
        return None  # "Tomorrow?" asks something else
    if not (asked or said.numbered or _VOCABULARY.issuperset(said.words)):
        return None
    asking = [words for words in said.clauses if not _ASK_AGAIN.isdisjoint(words)] if asked else ()
    for words in (said.words, *asking):
        rest, days = _without_moments(words)
        if _LATER.said_in(rest):
            return Later(days.pop() if len(days) == 1 and 0 < max(days) <= LONGEST_SNOOZE else None)
    return None


def _without_moments(said: list[str]) -> tuple[list[str], set[int]]:
    """The words, the moments among them taken out; and the days until those."""
    if _MOMENTS.isdisjoint(said):
        return said, set()
    line, days = f" {' '.join(said)} ", set()

    def take_out(moment: re.Match[str]) -> str:
        days.add(_days_until(moment))
        return f" {LATER}"

    for moments in _WHEN:
        line = moments.sub(take_out, line)
    return line.split(), days


def _days_until(moment: re.Match[str]) -> int:
    if moment["named"]:
        return _NAMED[moment["named"]]
    number = moment["number"] or moment["passing"]
    return (int(number) if number.isdigit() else _NUMBERS[number]) * _UNITS[moment["unit"] or moment["span"]]


def _numbered(lines: str) -> dict[str, int]:
    """Phrases and the number behind each, however they are spelled."""
    pairs = (phrase.rsplit(" ", 1) for phrase in phrases_of(lines))
    return {" ".join(words_in(form)): int(number) for phrase, number in pairs for form in spellings(phrase)}


def _when(language: Words) -> re.Pattern[str]:
    """A pattern for moments, on words with a space around each: "next week", "in 2 weeks", "2 weeks later"."""
    number = rf"\d{{1,4}}|{either([*NUMBER_WORDS, *words_of(language.one)])}"
    unit = either(_numbered(language.units))
    ahead, afterwards = (
        either(" ".join(words_in(form)) for phrase in phrases_of(line) for form in spellings(phrase))
        for line in (language.ahead, language.afterwards)
    )
    return re.compile(
        rf" (?:(?P<named>{either(_numbered(language.when))})"
        rf"|(?:{ahead}) (?P<number>{number}) (?P<unit>{unit})(?: (?:{afterwards}))?"
        rf"|(?P<passing>{number}) (?P<span>{unit}) (?:{afterwards}))(?= )"
    )


_LATER = Only(Phrases(phrases_of(ALL.later)), ALL.polite, ALL.later_fillers)
_ASK_AGAIN = words_of(ALL.ask_again)
_NAMED, _UNITS = _numbered(ALL.when), _numbered(ALL.units)
_NUMBERS = dict.fromkeys(words_of(ALL.one), 1) | NUMBER_WORDS
_WHEN = [_when(language) for language in LANGUAGES]
_MOMENTS = _UNITS.keys() | {telling(phrase.split()) for phrase in _NAMED}
_VOCABULARY = _LATER.vocabulary | words_of(*_NAMED, *_UNITS, *_NUMBERS, ALL.ahead, ALL.afterwards)
