"""What a reply wishes instead of giving a score: to hear nothing more, to know who we are, to be somebody else."""

import re
from enum import Enum

from outreach.answers.lexicon import (
    ALL,
    LANGUAGES,
    Only,
    Phrases,
    phrases_of,
    spellings,
    telling,
    words_in,
    words_of,
)
from outreach.answers.said import Said

FEW_WORDS = 4  # a message this short that begins with a stop word is about stopping
TWO_WORDS = 2
EARLY_WORDS = 120  # a machine says at once that it is one


class Stop(Enum):
    """Whether a text says stop."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


def stop_in(said: Said) -> Stop:
    """Whether it says stop: as a whole, in its first line (below it may stand a name and a job), or in a clause."""
    if not any(phrases.may_be_in(said.words) for phrases in (_MAYBE_STOP, _NO_MESSAGES, _STOP_ALONE.phrases)):
        return Stop.NO
    first_line, more, _ = said.text.partition("\n")
    if _says_stop(said) or (more and _says_stop(Said(first_line))) or _a_clause_says_stop(said):
        return Stop.YES
    asked_for_none = _NO_MESSAGES.first(said.words) and _RECEIVED.isdisjoint(said.words)
    return Stop.MAYBE if asked_for_none or _MAYBE_STOP.first(said.words) else Stop.NO


def is_start(said: Said) -> bool:
    """Whether it takes an earlier stop back. A yes never does: it may answer a question."""
    return _START.said_in(said.words)


def is_help(said: Said) -> bool:
    """Whether it asks who we are."""
    return _HELP.said_in(said.words)


def is_wrong_person(said: Said) -> bool:
    """Whether it says that we took somebody for another."""
    return _WRONG.phrases.may_be_in(said.words) and any(_WRONG.said_in(words) for words in (said.words, *said.clauses))


def is_automatic(said: Said) -> bool:
    """Whether a machine wrote it: "I am out of office until", "automatische Antwort"."""
    if _AUTOMATIC_TITLES.longest(said.words, 1 if said.words[:1] and said.words[0] in _SUBJECTS else 0):
        return True
    return (
        not _MACHINES.isdisjoint(said.words)
        and _AUTOMATIC.search(f" {' '.join(said.words[:EARLY_WORDS])} ") is not None
    )


def is_acknowledgement(said: Said) -> bool:
    """Whether it says no more than yes, thanks or hello."""
    return len(said.words) <= FEW_WORDS and _ACKNOWLEDGEMENTS.issuperset(said.words)


def _says_stop(said: Said) -> bool:
    words = said.words
    if "?" in said.text and len(words) <= TWO_WORDS:
        return False  # "Stop?" asks; "Could you stop?" does not
    if _STOP_ALONE.said_in(words):
        return True
    found = _STOP.phrases.first(words)
    if found and _STOP_WITH_REASON.said_in(words):
        return _ONLY_PARTLY.isdisjoint(words[found[1] :])
    found = _STOP_WORDS.first(words) if len(words) <= FEW_WORDS else None
    if not found:
        return False
    start, end = found
    return _STOP.fillers.issuperset(words[:start]) and _NOT_AFTER_STOP.isdisjoint(words[end : end + 1])


def _a_clause_says_stop(said: Said) -> bool:
    """Whether a clause says in so many words what has to stop and no other one takes part of it back; or just stop, and
    the others only "wrong number" or "no thanks".
    """
    others = [words for words in said.clauses if not _STOP_MESSAGES.said_in(words)]
    if len(others) < len(said.clauses):
        return _ONLY_PARTLY.isdisjoint(word for words in others for word in words)
    others = [words for words in said.clauses if not (_STOP.said_in(words) or _STOP_ALONE.said_in(words))]
    return 0 < len(others) < len(said.clauses) and all(
        _BESIDE_STOP.said_in(words) or _BESIDE_STOP.fillers.issuperset(words) for words in others
    )


def _about_messages(field: str) -> list[str]:
    """The phrases of that field, with each of the language's messages where one is to be put in."""
    return [
        phrase.replace("{message}", message)
        for language in LANGUAGES
        for phrase in phrases_of(getattr(language, field))
        for message in (phrases_of(language.messages) if "{message}" in phrase else ("",))
    ]


def _with_gaps(phrases: set[str]) -> re.Pattern[str]:
    """A pattern for phrases in which "*" stands for up to eight words, on words with a space around each."""
    parts = ((f"{' '.join(words_in(part))} " for part in phrase.split("*")) for phrase in sorted(phrases))
    return re.compile(f" (?:{'|'.join('(?:[^ ]+ ){0,8}?'.join(each) for each in parts)})")


_messages, _whole = _about_messages("stop_messages"), sorted(phrases_of(ALL.stop))
_words = [*phrases_of(ALL.stop_words), *(phrase for phrase in _whole if len(words_in(phrase)) == 1)]
_automatic = {form for phrase in phrases_of(ALL.automatic) for form in spellings(phrase)}

_STOP_WORDS, _NOT_AFTER_STOP = Phrases(_words), words_of(ALL.not_after_stop)
_STOP_MESSAGES = Only(Phrases(_messages), ALL.polite, ALL.stop_fillers)
_STOP = Only(Phrases(_messages + _whole + _words), ALL.polite, ALL.stop_fillers)
_STOP_ALONE = Only(Phrases(_about_messages("stop_alone")), ALL.polite)
_reasons = sorted(phrases_of(ALL.later, ALL.wrong_person, ALL.help))
_BESIDE_STOP = Only(Phrases(_reasons), ALL.polite, ALL.wrong_fillers, ALL.later_fillers)
_STOP_WITH_REASON = Only(Phrases(_messages + _whole + _words + _reasons), ALL.polite, ALL.stop_fillers)
_NO_MESSAGES, _RECEIVED = Phrases(_about_messages("no_messages")), words_of(ALL.received)
_MAYBE_STOP, _ONLY_PARTLY = (
    Phrases(_messages + _whole + _words + _about_messages("stop_perhaps")),
    words_of(ALL.only_partly),
)
_START = Only(Phrases(("start", "unstop")), ALL.polite)
_HELP = Only(Phrases(phrases_of(ALL.help)), ALL.polite, ALL.greetings, ALL.openers)
_WRONG = Only(Phrases(phrases_of(ALL.wrong_person)), ALL.polite, ALL.wrong_fillers)
_AUTOMATIC, _MACHINES = _with_gaps(_automatic), frozenset(telling(words_in(phrase)) for phrase in _automatic)
_AUTOMATIC_TITLES, _SUBJECTS = (
    Phrases(phrases_of(ALL.automatic_titles)),
    frozenset({"re", "aw", "antw", "tr", "fw", "fwd"}),
)
_ACKNOWLEDGEMENTS = words_of(ALL.acknowledgements)
