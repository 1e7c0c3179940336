"""Sentences with amounts in them: to be read, each amount set off so that the eye finds it, or to be taken hold of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext
from markupsafe import Markup

from policies import durations
from web.speech import duration, number, percent

LASTING, FIGURE, SHARE, CLOCK = "lasting", "figure", "share", "clock"
UNITS = ("d", "h", "m", "s")
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it is told; with the dotted name it has in its document, the parts in which it is typed, and what
    stands behind it. `kind` None: it cannot be typed here."""

    told: str
    name: str = ""
    kind: str | None = None
    typed: str = ""
    unit: str = ""

    def retyped(self, typed: Mapping[str, str]) -> Self:
        """As somebody typed it."""
        again = replace(self, typed=typed.get(self.name, self.typed))
        return replace(again, unit=typed.get(f"{self.name}.unit", self.unit)) if self.kind == LASTING else again


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words, and amounts between them."""

    pieces: Sequence[str | Amount]

    @property
    def amounts(self) -> list[Amount]:
        return [piece for piece in self.pieces if isinstance(piece, Amount)]

    @property
    def plain(self) -> str:
        return "".join([piece if isinstance(piece, str) else piece.told for piece in self.pieces])

    def around(self, amount: Amount) -> str:
        """The sentence with a gap where this amount stands."""
        return "".join(
            [piece if isinstance(piece, str) else "…" if piece is amount else piece.told for piece in self.pieces]
        )

    def __html__(self) -> str:
        return Markup("").join(
            piece if isinstance(piece, str) else Markup("<strong>{}</strong>").format(piece.told)
            for piece in self.pieces
        )

    def retyped(self, typed: Mapping[str, str]) -> "Sentence":
        return Sentence([piece if isinstance(piece, str) else piece.retyped(typed) for piece in self.pieces])


def say(sentence: str, **amounts: object) -> Sentence:
    """A translated sentence, its places taken by amounts."""
    words = _PLACE.split(sentence)
    pieces: list[str | Amount] = [words[0]]
    for name, text in zip(words[1::2], words[2::2], strict=True):
        amount = amounts[name]
        pieces += [amount if isinstance(amount, Amount) else Amount(str(amount)), text]
    return Sentence(pieces)


def lasting(seconds: int, name: str) -> Amount:
    written = durations.write(seconds)
    return Amount(duration(seconds) if seconds else gettext("no time"), name, LASTING, written[:-1], written[-1])


def figure(value: float, name: str) -> Amount:
    return Amount(number(value), name, FIGURE, f"{value:g}")


def things(told: str, count: int, name: str) -> Amount:
    """A count of something, which is told with it: "2 useful things"."""
    return Amount(told, name, FIGURE, str(count), told.replace(number(count), "", 1).strip())


def share(value: float, name: str) -> Amount:
    return Amount(percent(value), name, SHARE, f"{100 * value:g}", "%")


def clock(second_of_day: int, name: str) -> Amount:
    told = f"{second_of_day // 3600:02}:{second_of_day % 3600 // 60:02}"
    return Amount(told, name, CLOCK, told)
