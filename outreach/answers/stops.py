"""Whether a reply says that it wants to hear nothing more, in whatever words."""

from enum import Enum

from outreach.answers.lexicon import ALL, LANGUAGES, Only, Phrases, phrases_of, words_in, words_of
from outreach.answers.said import Said

FEW_WORDS = 4  # a message this short that begins with a stop word is about stopping
QUESTION = 2  # words: "Stop?" asks, "Could you stop?" does not


class Stop(Enum):
    """Whether a text says stop."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


def may_say_stop(said: Said) -> bool:
    """A quick look: where it says no, neither the text nor a part of it says stop."""
    return _ANY.may_be_in(said.words)


def stop_in(said: Said) -> Stop:
    """Whether it says stop: as a whole, in its first line (below it may stand a name and a job), or in a clause."""
    if not may_say_stop(said) or not _ANY.first(said.words):
        return Stop.NO
    first_line, more, _ = said.text.partition("\n")
    if _says_stop(said) or (more and _says_stop(Said(first_line))) or _a_clause_says_stop(said):
        return Stop.YES
    wants_none = _NO_MESSAGES.first(said.words) and _RECEIVED.isdisjoint(said.words)
    return Stop.MAYBE if wants_none or _MAYBE.first(said.words) else Stop.NO


def _says_stop(said: Said) -> bool:
    words = said.words
    if "?" in said.text and len(words) <= QUESTION:
        return False
    if _ALONE.said_in(words):
        return True
    if _WITH_REASON.said_in(words) and (found := _STOP.phrases.first(words)):
        return _ONLY_PARTLY.isdisjoint(words[found[1] :])
    found = _BARE.first(words) if len(words) <= FEW_WORDS else None
    if not found:
        return False
    start, end = found
    return _STOP.fillers.issuperset(words[:start]) and _NOT_AFTER.isdisjoint(words[end : end + 1])


def _a_clause_says_stop(said: Said) -> bool:
    """Whether a clause says in so many words what has to stop and no other one takes part of it back; or just stop, and
    the others only "wrong number" or "no thanks".
    """
    others = [words for words in said.clauses if not _MESSAGES.said_in(words)]
    if len(others) < len(said.clauses):
        return _ONLY_PARTLY.isdisjoint(word for words in others for word in words)
    others = [words for words in said.clauses if not (_STOP.said_in(words) or _ALONE.said_in(words))]
    return 0 < len(others) < len(said.clauses) and all(
        _REASON.said_in(words) or _REASON.fillers.issuperset(words) for words in others
    )


def _phrases(field: str) -> list[str]:
    """The phrases of that field, with each of the language's messages where one is to be put in."""
    return [
        phrase.replace("{message}", message)
        for language in LANGUAGES
        for phrase in phrases_of(getattr(language, field))
        for message in (phrases_of(language.messages) if "{message}" in phrase else ("",))
    ]


_messages, _whole, _alone = _phrases("stop_messages"), _phrases("stop"), _phrases("stop_alone")
_bare = [*_phrases("stop_words"), *(phrase for phrase in _whole if len(words_in(phrase)) == 1)]
_stop, _perhaps, _none = _messages + _whole + _bare, _phrases("stop_perhaps"), _phrases("no_messages")
_reasons = list(phrases_of(ALL.later, ALL.wrong_person, ALL.help))

_ANY, _MAYBE, _NO_MESSAGES = Phrases(_stop + _alone + _perhaps + _none), Phrases(_stop + _perhaps), Phrases(_none)
_BARE, _STOP = Phrases(_bare), Only(Phrases(_stop), ALL.polite, ALL.stop_fillers)
_MESSAGES, _ALONE = Only(Phrases(_messages), ALL.polite, ALL.stop_fillers), Only(Phrases(_alone), ALL.polite)
_REASON = Only(Phrases(_reasons), ALL.polite, ALL.wrong_fillers, ALL.later_fillers)
_WITH_REASON = Only(Phrases(_stop + _reasons), ALL.polite, ALL.stop_fillers)
_RECEIVED, _NOT_AFTER, _ONLY_PARTLY = (words_of(words) for words in (ALL.received, ALL.not_after_stop, ALL.only_partly))
