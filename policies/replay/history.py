"""What is replayed: people, contacts, the texts there are, and where chance comes from; and from there into columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from policies.chance import draw
from policies.policy import Guard
from policies.replay.chances import CLASSES, OURS, PURPOSES
from policies.replay.columns import (
    CHANNELS,
    CONSENT,
    KNOWN,
    MISSING,
    SUPPRESSED,
    USABLE,
    ContactRow,
    PersonRow,
    SpellRow,
)
from policies.replay.compiling import (
    begins,
    behind,
    column,
    integers,
    joined,
    later,
    octets,
    shifted,
    side_by_side,
    small,
    table,
    taken,
)
from policies.replay.contacts import Contacts
from policies.replay.openings import spells
from policies.situation import Address, Contact

Zones = tuple[str, ...]
HolidaysOf = Callable[[Zones], frozenset[date]]
MOST_SEGMENTS = 200
UNKNOWN = "unknown"
"""The segment of those whose attribute is not known."""
FACTS_OF_CONTACT = ("kind", "touchpoint", "value")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, and when they come in (epoch seconds). `since` None: from then on they are one. A case is open from
    one moment to another, and `draw` lengthens the rest after it."""

    id: str
    comes_in: int
    since: int | None = None
    account: str | None = None
    language: str = "en"
    zones: Zones = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    addresses: Mapping[str, Address] = field(default_factory=dict)
    no_surveys: bool = False
    paused_until: int | None = None
    case: tuple[int, int, float] | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """A contact of a customer (their id); its own id is what chance is keyed on, with the source in front."""

    customer: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class Chance:
    """The salt of the organisation's draws, and that of made-up customers; without one nobody does anything."""

    salt: str
    customers: str | None = None


class TooManySegments(Exception):
    """The attribute has so many values that counting by them would tell nothing."""


class History:
    """People and contacts in the order in which they are walked, and their columns. Counts are kept by `segment`, an
    attribute of people.

    Everybody's contacts must be of people who are there. Contacts may be given in any order; of equal times the one
    given first is the older one. Raises TooManySegments.
    """

    def __init__(
        self,
        people: Sequence[Person],
        happened: Sequence[Happened] | Contacts,
        chance: Chance,
        segment: str = "language",
    ) -> None:
        order = {person.id: n for n, person in enumerate(sorted(people, key=lambda person: person.comes_in))}
        first_of: dict[str, int] = {}
        for person in people:
            if person.account is not None:
                first_of[person.account] = min(first_of.get(person.account, len(order)), order[person.id])

        def place(person: Person) -> tuple[int, int]:
            mine = order[person.id]
            return mine if person.account is None else first_of[person.account], mine

        self.people = sorted(people, key=place)
        row = {person.id: n for n, person in enumerate(self.people)}
        given = happened if isinstance(happened, Contacts) else _contacts(people, happened)
        self.contacts = given.placed([row[person.id] for person in people])
        self.owners = self.contacts.owners
        self.kinds = self.contacts.kinds.names
        self.languages = sorted({person.language for person in self.people})
        self.zones = sorted({person.zones for person in self.people})
        self.segments = _segments_of(self.people, segment)
        self._language = {name: n for n, name in enumerate(self.languages)}
        self._zone = {each: n for n, each in enumerate(self.zones)}
        self._segment = {name: n for n, name in enumerate(self.segments)}
        self._by = segment
        self._spells: dict[tuple[str, tuple[int, int]], dict[str, Any]] = {}
        self.chance = chance
        self.columns = self._columns()
        self._texts = self._keys()

    def keys(self, policies: Sequence[str]) -> dict[str, Any]:
        """The columns of texts that draws are keyed on, where these policies are walked."""
        known, starts, base = self._texts
        of_causes, more = ["contact/", "rhythm/"], joined(["contact/", "rhythm/", *policies, *CLASSES])
        for texts in (of_causes, policies, CLASSES):
            base = [*base, base[-1] + len(texts)]
        starts = behind(starts[:-1], shifted(more[1], len(known)))
        return {"octets": octets(known + more[0]), "starts": starts, "base": integers(base)}

    def _keys(self) -> tuple[bytes, Any, list[int]]:
        """The same of what is no policy's."""
        purposes = self._purposes()
        first, its = joined([*purposes, *[person.id for person in self.people]])
        second, theirs = self.contacts.keys()
        base = [0, len(purposes), len(purposes) + len(self.people)]
        starts = behind(its[:-1], shifted(theirs, len(first)))
        return first + second, starts, [*base, base[-1] + len(self.contacts)]

    def _purposes(self) -> list[str]:
        salts = [self.chance.salt] * OURS + [self.chance.customers or ""] * (len(PURPOSES) - OURS)
        return [f"{salt}\x1f{purpose}\x1f" for salt, purpose in zip(salts, PURPOSES, strict=True)]

    def _columns(self) -> dict[str, Any]:
        people = table(PersonRow, [self._person(person) for person in self.people])
        return {
            "people": people,
            "contacts": self._contacts(integers(column(people, "comes_in"))),
            "reach": small([_reach(p.addresses.get(channel)) for p in self.people for channel in CHANNELS]),
            "first_contact": begins(self.owners, len(self.people)),
            "groups": integers(self._groups()),
            "persons": len(self.people),
            "happened": len(self.contacts),
            "n_kinds": len(self.kinds),
            "languages": len(self.languages),
            "segments": len(self.segments),
            "answering": int(self.chance.customers is not None),
        }

    @property
    def moments(self) -> list[int]:
        """When each contact was (epoch seconds)."""
        return list(map(int, self.contacts.moments))

    def _person(self, person: Person) -> PersonRow:
        case = person.case or (MISSING, MISSING, 0.0)
        return PersonRow(
            comes_in=person.comes_in,
            since=MISSING if person.since is None else person.since,
            zones=self._zone[person.zones],
            language=self._language[person.language],
            segment=self._segment[_segment(person, self._by)],
            no_surveys=int(person.no_surveys),
            paused_until=MISSING if person.paused_until is None else person.paused_until,
            case_from=case[0],
            case_until=case[1],
            case_draw=case[2],
            never_asked_draw=draw(self.chance.salt, "never-asked", person.id),
        )

    def _groups(self) -> list[int]:
        """Where each account begins; whoever has none is a group of one."""
        sizes = [
            len(list(members))
            for _, members in groupby(
                self.people, lambda person: (person.account, person.account is None and person.id)
            )
        ]
        begins = [0]
        for size in sizes:
            begins.append(begins[-1] + size)
        return begins

    def _contacts(self, comes_in: Any) -> Any:
        c = self.contacts
        arrives = later(c.moments, taken(comes_in, self.owners))
        return side_by_side(ContactRow, [c.moments, arrives, c.values, c.kinds.codes])

    def spells(self, guard: Guard, holidays_of: HolidaysOf, span: tuple[int, int]) -> dict[str, Any]:
        """When each channel is open where people could be, over a span of time; remembered, as many walks share it."""
        known = (guard.hours.model_dump_json(), span)
        if known not in self._spells:
            self._spells[known] = self._find_spells(guard, holidays_of, span)
        return self._spells[known]

    def _find_spells(self, guard: Guard, holidays_of: HolidaysOf, span: tuple[int, int]) -> dict[str, Any]:
        first, found = [0], list[SpellRow]()
        for zones in self.zones:
            holidays = holidays_of(zones)
            for channel in CHANNELS:
                hours = getattr(guard.hours, channel)
                found += [SpellRow(*spell) for spell in spells(hours, zones, holidays, span)]
                first.append(len(found))
        return {"spells": table(SpellRow, found), "first_spell": integers(first)}


def _segments_of(people: Sequence[Person], name: str) -> list[str]:
    segments = sorted({_segment(person, name) for person in people})
    if len(segments) > MOST_SEGMENTS:
        raise TooManySegments(f"{name} has {len(segments)} values, and {MOST_SEGMENTS} are the most")
    return segments


def _segment(person: Person, name: str) -> str:
    value = person.language if name == "language" else person.attributes.get(name)
    return UNKNOWN if value is None else str(value)


def _reach(address: Address | None) -> int:
    if address is None:
        return 0
    return KNOWN | USABLE * address.usable | CONSENT * bool(address.consent) | SUPPRESSED * address.suppressed


def _contacts(people: Sequence[Person], happened: Sequence[Happened]) -> Contacts:
    place = {person.id: n for n, person in enumerate(people)}
    return Contacts.of([each.contact for each in happened], [place[each.customer] for each in happened])


def facts_of_contact(contact: Contact) -> dict[str, Any]:
    """What an audience may know of a contact, as the rule `audience` gathers it."""
    return {**contact.attributes, **{name: getattr(contact, name) for name in FACTS_OF_CONTACT}}
