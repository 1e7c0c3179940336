"""What else a reply may be but a score, a stop or a "not now": a question who we are, another person, a machine."""

import re
from collections.abc import Iterable

from outreach.answers.lexicon import ALL, Only, Phrases, fold, phrases_of, spellings, telling, words_in, words_of
from outreach.answers.said import Said

FEW_WORDS = 4  # an acknowledgement is no longer
SHORT = 12  # words; a message in which we may be told that we have somebody else
EARLY_WORDS = 120  # a machine says at once that it is one


def is_start(said: Said) -> bool:
    """Whether it takes an earlier stop back. A yes never does: it may answer a question."""
    return _START.said_in(said.words)


def is_help(said: Said) -> bool:
    """Whether it asks who we are."""
    return _HELP.said_in(said.words)


def is_wrong_person(said: Said) -> bool:
    """Whether it says that we took somebody for another."""
    return _WRONG.phrases.may_be_in(said.words) and any(_WRONG.said_in(words) for words in (said.words, *said.clauses))


def may_be_another(said: Said) -> bool:
    """Whether it may say that we took somebody for another: "This is not Anna", but not "this is not good"."""
    if len(said.words) > SHORT or not (_PERHAPS_WRONG.may_be_in(said.words) or _NOT_NAMED.may_be_in(said.words)):
        return False
    written = [word for word in re.findall(r"[^\W_]+", said.text) if fold(word)]
    found = _NOT_NAMED.first([fold(word) for word in written])
    named = found is not None and "".join(written[found[1] :][:1])[:1].isupper() and not said.text.isupper()
    return named or _PERHAPS_WRONG.first(said.words) is not None


def is_automatic(said: Said) -> bool:
    """Whether a machine wrote it: "I am out of office until", "automatische Antwort"."""
    if _TITLES.longest(said.words, 0 if _SUBJECTS.isdisjoint(said.words[:1]) else 1):
        return True
    early = said.words[:EARLY_WORDS]
    if _MACHINE.may_be_in(early) and _MACHINE.first(early):
        return True
    return not _GAPPED_WORDS.isdisjoint(early) and _GAPPED.search(f" {' '.join(early)} ") is not None


def is_acknowledgement(said: Said) -> bool:
    """Whether it says no more than yes, thanks or hello."""
    return len(said.words) <= FEW_WORDS and _ACKNOWLEDGEMENTS.issuperset(said.words)


def _with_gaps(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern for phrases in which "*" stands for up to eight words, on words with a space around each."""
    parts = ((f"{' '.join(words_in(part))} " for part in phrase.split("*")) for phrase in sorted(phrases))
    return re.compile(f" (?:{'|'.join('(?:[^ ]+ ){0,8}?'.join(each) for each in parts)})")


_START = Only(Phrases(("start", "unstop")), ALL.polite)
_HELP = Only(Phrases(phrases_of(ALL.help)), ALL.polite, ALL.greetings, ALL.openers)
_WRONG = Only(Phrases(phrases_of(ALL.wrong_person)), ALL.polite, ALL.wrong_fillers)
_PERHAPS_WRONG, _NOT_NAMED = Phrases(phrases_of(ALL.perhaps_wrong)), Phrases(phrases_of(ALL.not_named))
_gapped = {form for phrase in phrases_of(ALL.automatic) if "*" in phrase for form in spellings(phrase)}
_GAPPED, _GAPPED_WORDS = _with_gaps(_gapped), frozenset(telling(words_in(phrase)) for phrase in _gapped)
_MACHINE = Phrases(phrase for phrase in phrases_of(ALL.automatic) if "*" not in phrase)
_TITLES, _SUBJECTS = Phrases(phrases_of(ALL.automatic_titles)), frozenset({"re", "aw", "antw", "tr", "fw", "fwd"})
_ACKNOWLEDGEMENTS = words_of(ALL.acknowledgements)
