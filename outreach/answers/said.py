"""What a text says, in the pieces that are looked at: its words, its clauses, whether a number is among them."""

import re

from outreach.answers.lexicon import words_in
from outreach.answers.numbers import holds_number

MANY_CLAUSES = 40  # in a text of so many, no single one is taken for what the text says


class Said:
    """A text, its words, and whether it is `numbered`: holds digits, or a number up to ten in words."""

    __slots__ = ("_clauses", "numbered", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_in(text)
        self.numbered = holds_number(text, self.words)
        self._clauses: list[list[str]] | None = None

    @property
    def clauses(self) -> list[list[str]]:
        """The words of each clause; of none, where there are very many."""
        if self._clauses is None:
            parts = _CLAUSE_END.split(self.text, MANY_CLAUSES)
            clauses = [words_in(part) for part in parts] if len(parts) <= MANY_CLAUSES else []
            self._clauses = [words for words in clauses if words]
        return self._clauses


_CLAUSE_END = re.compile(r"[.!?;,\n]+")
