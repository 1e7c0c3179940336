"""The words of all languages together, and how they are found in a text: in time in proportion to it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TypeAlias

from outreach.answers.dutch import DUTCH
from outreach.answers.english import ENGLISH
from outreach.answers.french import FRENCH
from outreach.answers.german import GERMAN
from outreach.answers.words import Words

LANGUAGES = (ENGLISH, DUTCH, GERMAN, FRENCH)
ALL = Words(**{field.name: ", ".join(getattr(each, field.name) for each in LANGUAGES) for field in fields(Words)})
"""The lists of all languages, one behind the other."""

MANY_WORDS = 30  # no message this long says one thing only

_Node: TypeAlias = "dict[str, _Node]"
_END = ""
_WORD = re.compile(r"[^\W_]+")
LONGEST_FOLDED = 4  # times the text; some signs stand for a whole sentence
_MARKS = re.compile("[\u0300-\u036f\u200b-\u200f\u2060\ufeff\u00ad]+")  # accents, and what nobody sees
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())[: LONGEST_FOLDED * len(text)])


def words_in(text: str) -> list[str]:
    """The words alone, folded, without punctuation."""
    return _WORD.findall(fold(text))


def words_of(*lists: str) -> frozenset[str]:
    """The words of the lists, folded; umlauts as "a" and as "ae"."""
    return frozenset(word for line in lists for form in spellings(line) for word in words_in(form))


def phrases_of(*lists: str) -> frozenset[str]:
    """The phrases of the lists, as they are spelled."""
    return frozenset(" ".join(phrase.split()) for line in lists for phrase in line.split(","))


def spellings(text: str) -> set[str]:
    """As it is spelled, and as people type it who have no accents at hand."""
    spelled = text.casefold()
    if spelled.isascii():
        return {spelled}
    return {spelled, spelled.translate(_UMLAUTS), fold(spelled), decomposed(spelled)}


def decomposed(text: str) -> str:
    """With accents as characters of their own, as some keyboards send them."""
    return unicodedata.normalize("NFD", text)


def either(options: Iterable[str]) -> str:
    """A pattern for any of the options, the longest first."""
    return "|".join(re.escape(option) for option in sorted(set(options), key=lambda option: (-len(option), option)))


def either_word(*lists: str) -> str:
    """A pattern for any of the words of the lists, however they are spelled."""
    return either(form for line in lists for word in line.replace(",", " ").split() for form in spellings(word))


def either_phrase(*lists: str) -> str:
    """A pattern for any of the phrases of the lists, however they are spelled."""
    return either(form for phrase in phrases_of(*lists) for form in spellings(phrase))


def telling(words: Iterable[str]) -> str:
    """The word of a phrase that is met least in others: the longest that is not among the commonest."""
    return max(words, key=lambda word: (word not in _COMMON, len(word)))


_COMMON = words_of(ALL.leading, ALL.following, ALL.very, ALL.openers, ALL.later_fillers, ALL.conditions)


class Phrases:
    """Many phrases, found in a list of words by walking down a tree of theirs."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._root: _Node = {}
        self._telling: set[str] = set()  # one word of each phrase
        self.vocabulary: set[str] = set()
        for form in {form for phrase in phrases for form in spellings(phrase)}:
            if words := words_in(form):
                self._add(words)

    def _add(self, words: Sequence[str]) -> None:
        node = self._root
        for word in words:
            node = node.setdefault(word, {})
        node[_END] = {}
        self._telling.add(telling(words))
        self.vocabulary.update(words)

    def may_be_in(self, words: Iterable[str]) -> bool:
        """A quick look: where it says no, none of the phrases is there."""
        return not self._telling.isdisjoint(words)

    def longest(self, words: Sequence[str], start: int) -> int:
        """The number of words of the longest phrase that begins there; 0 when none does."""
        node, length = self._root, 0
        for i in range(start, len(words)):
            following = node.get(words[i])
            if following is None:
                break
            node = following
            if _END in node:
                length = i + 1 - start
        return length

    def first(self, words: Sequence[str]) -> tuple[int, int] | None:
        """Where the first phrase begins and ends; None when there is none."""
        for start, word in enumerate(words):
            if word in self._root and (length := self.longest(words, start)):
                return start, start + length
        return None


class Only:
    """Says whether words are one of the phrases (or several), and beside them nothing but fillers."""

    def __init__(self, phrases: Phrases, *fillers: str) -> None:
        self.phrases = phrases
        self.fillers = words_of(*fillers)
        self.vocabulary = self.fillers | phrases.vocabulary

    def said_in(self, words: Sequence[str]) -> bool:
        if len(words) > MANY_WORDS or not self.vocabulary.issuperset(words):
            return False
        found, i = False, 0
        while i < len(words):
            if length := self.phrases.longest(words, i):
                found, i = True, i + length
            elif words[i] in self.fillers:
                i += 1
            else:
                return False
        return found
