"""What happened, in columns: a million contacts take the room of their numbers and texts, and none of objects."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

from policies.replay.compiling import integers, joined, numbers, places, taken, texts_of
from policies.situation import Contact


class Texts(NamedTuple):
    """Many texts, one behind the other: text n is octets[starts[i]:starts[i + 1]], with i = place[n]."""

    octets: bytes
    starts: Any
    place: Any

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        octets, starts = joined(texts)
        return cls(octets, starts, integers(range(len(texts))))

    def text(self, n: int) -> str:
        i = int(self.place[n])
        return self.octets[int(self.starts[i]) : int(self.starts[i + 1])].decode("utf-8", "surrogatepass")


class Words(NamedTuple):
    """A column in which few words come again and again: word n is names[codes[n]]; the names in their order."""

    names: Sequence[str]
    codes: Any

    @classmethod
    def of(cls, words: Iterable[str]) -> "Words":
        listed = list(words)
        names = sorted(set(listed))
        code = {name: n for n, name in enumerate(names)}
        return cls(names, integers([code[word] for word in listed]))


@dataclass(frozen=True)
class Contacts(Sequence[Contact]):
    """Contacts, and `owners`: whose each is, by their place among the people. Attributes are there for those that have
    any, as they were given or as JSON text."""

    owners: Any
    moments: Any
    values: Any
    kinds: Words
    touchpoints: Words
    ids: Texts
    attributes: Mapping[int, Mapping[str, object] | str]

    @classmethod
    def of(cls, contacts: Sequence[Contact], owners: Sequence[int]) -> "Contacts":
        words = ([c.kind for c in contacts], [c.touchpoint for c in contacts], [c.id for c in contacts])
        known = {n: c.attributes for n, c in enumerate(contacts) if c.attributes}
        return cls.from_columns(owners, [c.occurred_at for c in contacts], [c.value for c in contacts], words, known)

    @classmethod
    def from_columns(
        cls,
        owners: Sequence[int],
        moments: Sequence[int],
        values: Sequence[float],
        words: tuple[Sequence[str], Sequence[str], Sequence[str]],
        attributes: Mapping[int, Mapping[str, object] | str],
    ) -> "Contacts":
        """`words` are kinds, touchpoints and ids."""
        kinds, touchpoints, ids = words
        columns = (integers(owners), integers(moments), numbers(values))
        return cls(*columns, Words.of(kinds), Words.of(touchpoints), Texts.of(ids), attributes)

    def __len__(self) -> int:
        return len(self.moments)

    @overload
    def __getitem__(self, n: int) -> Contact: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[Contact]: ...
    def __getitem__(self, n: int | slice) -> Contact | Sequence[Contact]:
        if isinstance(n, slice):
            return [self[i] for i in range(*n.indices(len(self)))]
        if not 0 <= n < len(self):
            raise IndexError(n)
        known = self.attributes.get(n, {})
        return Contact(
            self.ids.text(n),
            self.kinds.names[int(self.kinds.codes[n])],
            self.touchpoints.names[int(self.touchpoints.codes[n])],
            float(self.values[n]),
            int(self.moments[n]),
            json.loads(known) if isinstance(known, str) else known,
        )

    def placed(self, row_of: Sequence[int]) -> "Contacts":
        """In the order of their owners' new places, then of time, then as they are."""
        rows = taken(integers(row_of), self.owners)
        order = places(rows, self.moments)
        place = {int(n): new for new, n in enumerate(order)} if self.attributes else {}
        return Contacts(
            taken(rows, order),
            taken(self.moments, order),
            taken(self.values, order),
            self.kinds._replace(codes=taken(self.kinds.codes, order)),
            self.touchpoints._replace(codes=taken(self.touchpoints.codes, order)),
            self.ids._replace(place=taken(self.ids.place, order)),
            {place[n]: known for n, known in self.attributes.items()},
        )

    def keys(self) -> tuple[bytes, Any]:
        """The ids one behind the other, in this order, and where each begins."""
        return texts_of(self.ids.octets, self.ids.starts, self.ids.place)
