"""What a text says, in the pieces that are looked at: its words, its clauses, whether a number is among them."""

import re
from functools import cached_property

from outreach.answers.lexicon import words_in
from outreach.answers.numbers import holds_number

MANY_CLAUSES = 40  # in a text of so many, no single one is taken for what the text says


class Said:
    """A text and its words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_in(text)

    @cached_property
    def clauses(self) -> list[list[str]]:
        """The words of each clause; of none, where there are very many."""
        parts = _CLAUSE_END.split(self.text, MANY_CLAUSES)
        clauses = [words_in(part) for part in parts] if len(parts) <= MANY_CLAUSES else []
        return [words for words in clauses if words]

    @cached_property
    def numbered(self) -> bool:
        """Whether it holds digits, or a number up to ten in words."""
        return holds_number(self.text, self.words)


_CLAUSE_END = re.compile(r"[.!?;,\n]+")
