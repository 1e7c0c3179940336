"""Sentences that begin as English and can be said again in the language of whoever reads them."""

from collections.abc import Mapping


class Sentence(str):
    """A sentence in English, which still knows the words it was made of: the pages' catalogues hold `template`."""

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> "Sentence":
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made

    def filled(self, values: Mapping[str, object]) -> "Sentence":
        """The same sentence with these values in it; numbers as people write them."""
        return Sentence(self.template, {name: f"{v:g}" if isinstance(v, float) else v for name, v in values.items()})


def worded(template: str, /, **values: object) -> Sentence:
    """The sentence with the values in it, each where `%(its name)s` stands. Values may be sentences themselves."""
    return Sentence(template, values)


def sentence_of(problem: object, otherwise: str) -> str:
    """The sentence an error was raised with; `otherwise` where it has none."""
    said = problem.args[0] if isinstance(problem, Exception) and problem.args else None
    return said if isinstance(said, Sentence) else otherwise.removeprefix("Value error, ")
