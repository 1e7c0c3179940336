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


def worded(template: str, /, **values: object) -> Sentence:
    """The sentence with the values in it, each where `%(its name)s` stands. Values may be sentences themselves."""
    return Sentence(template, values)
