"""Whether a reply says that it wants to hear nothing more, in whatever words."""

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from outreach.answers.lexicon import ALL, Only, Phrases, phrases_of, spellings, words_in, words_of
from outreach.answers.said import Said

Naming: TypeAlias = Callable[[list[str]], list[str]]

FEW_WORDS = 4  # a message this short that begins with a stop word is about stopping
QUESTION = 2  # words: "Stop?" asks, "Could you stop?" does not


class Stop(Enum):
    """Whether a text says stop."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


def may_say_stop(said: Said) -> bool:
    """A quick look: where it says no, neither the text nor a part of it says stop."""
    return _ANY.may_be_in(said.words) or not _MESSAGES.isdisjoint(said.words)


def stop_in(said: Said) -> Stop:
    """Whether it says stop, as it stands or without its courtesies: "haal me aub van de lijst"."""
    if not may_say_stop(said):
        return Stop.NO
    found = _found(said, _named)
    if found is Stop.YES or not _POLITE.may_be_in(said.words):
        return found
    plainly = _found(said, _plain)
    return found if plainly is Stop.NO else plainly


def _found(said: Said, named: Naming) -> Stop:
    """As a whole, in its first line (below it may stand a name and a job), or in a clause."""
    words = named(said.words)
    if not _ANY.first(words):
        return Stop.NO
    first_line, more, _ = said.text.partition("\n")
    asks = "?" in said.text
    if (
        _says_stop(said.words, named, asks)
        or (more and _says_stop(words_in(first_line), named, asks))
        or _a_clause_says_stop([named(words) for words in said.clauses])
    ):
        return Stop.YES
    wants_none = _NO_MESSAGES.first(words) and _RECEIVED.isdisjoint(words)
    return Stop.MAYBE if wants_none or _MAYBE.first(words) else Stop.NO


def _named(words: list[str]) -> list[str]:
    """The words, with one name for everything that we might send."""
    if _MESSAGES.isdisjoint(words):
        return words
    named, i = [], 0
    while i < len(words):
        length = _MESSAGE.longest(words, i)
        named.append(MESSAGE if length else words[i])
        i += length or 1
    return named


def _plain(words: list[str]) -> list[str]:
    """The same without courtesies."""
    plain, i = [], 0
    while i < len(words):
        length = _POLITE.longest(words, i)
        plain += [] if length else [words[i]]
        i += length or 1
    return _named(plain)


def _says_stop(written: list[str], named: Naming, asks: bool) -> bool:
    words = named(written)
    if asks and len(words) <= QUESTION:
        return False
    if _ALONE.said_in(words):
        return True
    if _WITH_REASON.said_in(words) and _STOP.phrases.first(words):
        return _is_whole(words)
    found = _BARE.first(words) if len(_named(written)) <= FEW_WORDS else None
    if not found:
        return False
    start, end = found
    return _STOP.fillers.issuperset(words[:start]) and _NOT_AFTER.isdisjoint(words[end : end + 1])


def _a_clause_says_stop(clauses: list[list[str]]) -> bool:
    """Whether a clause says in so many words what has to stop and no other one takes part of it back; or just stop, and
    the others only "wrong number" or "no thanks".
    """
    others = [words for words in clauses if not (_OUTRIGHT.said_in(words) and _is_whole(words))]
    if len(others) < len(clauses):
        return _ONLY_PARTLY.isdisjoint(word for words in others for word in words)
    others = [words for words in clauses if not (_STOP.said_in(words) or _ALONE.said_in(words))]
    return 0 < len(others) < len(clauses) and all(
        _REASON.said_in(words) or _REASON.fillers.issuperset(words) for words in others
    )


def _is_whole(words: list[str]) -> bool:
    """Whether nothing behind the stop takes part of it back: "no texts, but mail is fine"."""
    found = _STOP.phrases.first(words)
    return found is not None and _ONLY_PARTLY.isdisjoint(words[found[1] :])


MESSAGE = "sms"  # what everything that we might send is called here, so that one phrase is enough for all of it
_MESSAGE, _POLITE = Phrases(phrases_of(ALL.messages)), Phrases(phrases_of(ALL.polite))
_MESSAGES = _MESSAGE.vocabulary


def _phrases(field: str) -> list[str]:
    spelled = {form for phrase in phrases_of(field) for form in spellings(phrase.replace("{message}", MESSAGE))}
    return [" ".join(_named(words_in(form))) for form in spelled]


_outright, _whole, _alone = _phrases(ALL.stop_messages), _phrases(ALL.stop), _phrases(ALL.stop_alone)
_bare = [*_phrases(ALL.stop_words), *(phrase for phrase in _whole if " " not in phrase)]
_stop, _perhaps, _none = _outright + _whole + _bare, _phrases(ALL.stop_perhaps), _phrases(ALL.no_messages)
_reasons = [phrase for field in (ALL.later, ALL.wrong_person, ALL.help) for phrase in _phrases(field)]

_ANY, _MAYBE, _NO_MESSAGES = Phrases(_stop + _alone + _perhaps + _none), Phrases(_stop + _perhaps), Phrases(_none)
_BARE, _STOP = Phrases(_bare), Only(Phrases(_stop), ALL.polite, ALL.stop_fillers)
_OUTRIGHT, _ALONE = Only(Phrases(_outright), ALL.polite, ALL.stop_fillers), Only(Phrases(_alone), ALL.polite)
_REASON = Only(Phrases(_reasons), ALL.polite, ALL.wrong_fillers, ALL.later_fillers)
_WITH_REASON = Only(Phrases(_stop + _reasons), ALL.polite, ALL.stop_fillers)
_RECEIVED, _NOT_AFTER, _ONLY_PARTLY = (words_of(words) for words in (ALL.received, ALL.not_after_stop, ALL.only_partly))
