"""Read what a customer wrote: is it a score, a stop, a "not now", or something for a person to read?

Pure, and never a guess: what could be read in two ways is `unclear`. It is better to leave ten replies to a person than
to get one wrong. Every pattern takes time in proportion to the text, whatever the text is.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from outreach import answer_words as words
from outreach.answer_scores import leading_score, may_hold_a_score
from outreach.answer_words import either, phrases_of, words_of

LONGEST = 20_000  # characters that are read
FEW_WORDS = 4  # a message this short that begins with a stop word is about stopping
MANY_WORDS = 30  # no message this long says one thing only


class Intent(StrEnum):
    """What a reply wants."""

    ANSWER = "answer"  # gives a score
    STOP = "stop"  # wants to hear nothing more
    START = "start"  # takes an earlier STOP back
    HELP = "help"  # asks who we are
    LATER = "later"  # not now
    COMMENT = "comment"  # says something, without a score
    UNCLEAR = "unclear"  # a person must read it


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says. `score` is 0-10; `comment` is what was written beside it, or all of it.

    Unless `sure`, a person should look at it. With `maybe_stop` the customer is left in peace until one has.
    """

    intent: Intent
    score: int | None
    comment: str
    sure: bool = True
    maybe_stop: bool = False


def read(text: str, language: str | None = None, channel: str | None = None) -> Reading:
    """Read one reply that came by this channel. Every language is read; the customer's own (BCP 47) settles words that
    mean different things."""
    text = text[:LONGEST].strip()
    spoken = _spoken(text)
    if _is_stop(text, spoken):
        return Reading(Intent.STOP, None, text)
    maybe_stop = _MAYBE_STOP.search(spoken) is not None
    if scored := leading_score(text, language):
        score, comment = scored
        if _is_stop(comment, _spoken(comment)):
            return Reading(Intent.STOP, score, comment)
        return Reading(Intent.ANSWER, score, comment, not maybe_stop, maybe_stop)
    intent = _other_intent(text, spoken)
    return Reading(intent, None, text, intent is not Intent.UNCLEAR and not maybe_stop, maybe_stop)


def _other_intent(text: str, spoken: str) -> Intent:
    if (said := spoken.strip()) in _START:
        return Intent.START
    if said in _HELP:
        return Intent.HELP
    if _says_only(_LATER, spoken, _LATER_FILLERS):
        return Intent.LATER
    if said in _ACKNOWLEDGEMENTS or not _LETTER.search(text) or may_hold_a_score(text):
        return Intent.UNCLEAR
    return Intent.COMMENT


def _is_stop(text: str, spoken: str) -> bool:
    first_line, more, _ = text.partition("\n")  # below it may stand a name and a job
    return _says_stop(spoken) or (bool(more) and _says_stop(_spoken(first_line)))


def _says_stop(spoken: str) -> bool:
    if _says_only(_STOP, spoken, _STOP_FILLERS) or _says_only(_STOP_ALONE, spoken, _POLITE):
        return True
    found = _STOP.search(spoken) if spoken.count(" ") <= FEW_WORDS + 1 else None
    if not found:
        return False
    before, after = spoken[: found.start()].split(), spoken[found.end() :].split()
    return _STOP_FILLERS.issuperset(before) and _NOT_AFTER_STOP.isdisjoint(after[:1])


def _says_only(phrases: re.Pattern[str], spoken: str, fillers: frozenset[str]) -> bool:
    """Whether one of the phrases is there, and beside them nothing but fillers."""
    if spoken.count(" ") > MANY_WORDS:
        return False
    rest, found = phrases.subn("", spoken)
    return found > 0 and fillers.issuperset(rest.split())


def _spoken(text: str) -> str:
    """The words alone: lower case, a space around each, no punctuation."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _among_words(*lists: str) -> re.Pattern[str]:
    return re.compile(f" (?:{either(phrases_of(*lists))})(?= )")


_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")

_STOP = _among_words(*words.STOP.values())
_STOP_ALONE = _among_words(words.STOP_ALONE)
_MAYBE_STOP = _among_words(*words.STOP.values(), words.STOP_PERHAPS)
_POLITE = words_of(words.POLITE)
_STOP_FILLERS = words_of(words.POLITE, *words.STOP_FILLERS.values())
_NOT_AFTER_STOP = words_of(words.NOT_AFTER_STOP)
_LATER = _among_words(*words.LATER.values())
_LATER_FILLERS = words_of(words.POLITE, *words.LATER_FILLERS.values())
_START, _HELP, _ACKNOWLEDGEMENTS = words_of(words.START), words_of(words.HELP), words_of(words.ACKNOWLEDGEMENTS)
