"""A document while somebody works on it: its sentences with amounts to take hold of, what was typed, what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from flask_babel import gettext

from outreach.policy_book import GUARD, Edition, parse
from policies import durations, toml
from policies.policy import ContactTerms, Guard, Policy, PolicyRefused, Reminder, Rests, Rhythm, ValueFirst
from policies.said import worded
from web.amounts import CLOCK, LASTING, SHARE, Amount, Sentence
from web.prose import Told
from web.speech import duration, number, percent

OPTIONAL = ("value_first", "reminder")
"""Tables of an asking policy that may be left out; put in, they begin with their defaults."""
_TABLES = {
    "contact": ContactTerms(),
    "rests": Rests(),
    "value_first": ValueFirst(),
    "reminder": Reminder(),
    "rhythm": Rhythm(),
}


@dataclass(frozen=True, slots=True)
class Priced:
    """How many asks more there would be, over all customers, without one amount, by its name."""

    asks: Mapping[str, int]

    @classmethod
    def of(cls, scale: float, prices: Iterable[Any]) -> Self:
        return cls({price.amount.removeprefix("guard."): round(scale * price.asks) for price in prices})

    def about(self, amounts: Sequence[Amount]) -> int | None:
        """Of the first of these amounts that has a price, itself or with its table."""
        for amount in amounts:
            for name in (amount.name, amount.name.partition(".")[0]):
                if name in self.asks:
                    return self.asks[name]
        return None


@dataclass(frozen=True)
class Editor:
    """`text` is the document as it is typed now; where it cannot be used, `problems` says why, and the sentences are
    those of the last that could, with what was typed in them."""

    name: str
    text: str
    told: Told
    is_asking: bool
    has: frozenset[str]
    live: Edition | None
    typed_in: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[tuple[str, str]] = ()
    prices: Priced | None = None

    @classmethod
    def of(cls, name: str, text: str, live: Edition | None) -> Self:
        """Of a document that can be used. Raises PolicyRefused."""
        document = parse(text)
        if (document.name if isinstance(document, Policy) else GUARD) != name:
            said = worded("this is the draft of %(name)s; the name stays, or begin a draft of its own", name=name)
            raise PolicyRefused([("name", said)])
        edition = Edition(name, 0, "draft", "policy", text, 0, "")
        has = frozenset(table for table in OPTIONAL if getattr(document, table, None) is not None)
        is_asking = isinstance(document, Policy) and document.does == "ask"
        return cls(name, text, Told.about(document, edition), is_asking, has, live)

    @classmethod
    def written(cls, name: str, text: str, base: str, live: Edition | None) -> Self:
        """Of a document that was written as a whole; where it is wrong, the sentences are those of `base`."""
        try:
            return cls.of(name, text, live)
        except PolicyRefused as refused:
            return replace(cls.of(name, base, live), text=text).refused(refused)

    @classmethod
    def typed(cls, name: str, base: str, form: Mapping[str, str], live: Edition | None) -> Self:
        """Of a document, one in the form if it can be used, with the amounts that were typed into its sentences."""
        before = cls.written(name, form.get("document", ""), base, live)
        if before.problems:
            return replace(before, typed_in=form)
        told = gettext("Write a whole number, and choose days, hours, minutes or seconds beside it.")
        unclear = [a.name for a in before.amounts if a.kind == LASTING and not _is_count(a.retyped(form).typed)]
        if unclear:
            return replace(before, typed_in=form, problems=[(name, told) for name in unclear])
        values = _plain(before.text)
        for amount in before.amounts:
            if form.get("default") == amount.name:
                _put(values, amount.name, default_of(name, amount.name))
            elif amount.retyped(form) != amount:  # what was left alone stays as it is written, or not written
                _put(values, amount.name, _value(amount.retyped(form)))
        if before.is_asking and "tables" in form:
            for table in OPTIONAL:
                if f"has.{table}" not in form:
                    values.pop(table, None)
                else:
                    values.setdefault(table, _TABLES[table].model_dump(mode="json"))
        text = toml.write(values)
        try:
            return cls.of(name, text, live)
        except PolicyRefused as refused:
            return replace(before, typed_in=form).refused(refused)

    @property
    def amounts(self) -> list[Amount]:
        return [a for _, sentences in self.told.groups for s in sentences for a in s.amounts if a.kind]

    @property
    def groups(self) -> list[tuple[str, list[Sentence]]]:
        """The sentences, with what was typed in them."""
        return [(heading, [s.retyped(self.typed_in) for s in sentences]) for heading, sentences in self.told.groups]

    @property
    def headings(self) -> list[str]:
        return [heading for heading, _ in self.told.groups]

    def said(self, field: str, problem: str) -> Self:
        return replace(self, problems=[*self.problems, (field, problem)])

    def refused(self, refused: PolicyRefused) -> Self:
        return replace(self, problems=list(refused.problems))

    def priced(self, prices: Priced) -> Self:
        return replace(self, prices=prices)

    def problem_of(self, amount: Amount) -> str | None:
        return next((problem for name, problem in self.problems if name == amount.name), None)

    def price_of(self, sentence: Sentence) -> int | None:
        return self.prices.about(sentence.amounts) if self.prices else None

    def is_changed(self, sentence: Sentence) -> bool:
        """Whether what is in force does not say it so."""
        if self.live is None:
            return False
        return bool(sentence.amounts) and str(sentence.plain) not in self._in_force

    @cached_property
    def _in_force(self) -> frozenset[str]:
        """The sentences of what is in force."""
        groups = Told.of(self.live).groups if self.live is not None else []
        return frozenset(str(s.plain) for _, sentences in groups for s in sentences)

    def default(self, amount: Amount) -> str | None:
        """The default of an amount as it would be told; None where it is that already, or has none."""
        value = default_of(self.name, amount.name)
        return None if value is None or value == _value(amount) else _told(amount, value)


def differences(one: Told, other: Told | None) -> list[tuple[str, list[Sentence], list[Sentence]]]:
    """By heading, the sentences that only the first has, and those that only the other has."""
    before = dict(other.groups) if other else {}
    mine = dict(one.groups)
    found = []
    for heading in dict.fromkeys([*mine, *before]):
        ours, theirs = mine.get(heading, []), before.get(heading, [])
        said, was = {s.plain for s in ours}, {s.plain for s in theirs}
        new, gone = [s for s in ours if s.plain not in was], [s for s in theirs if s.plain not in said]
        if other is not None and (new or gone):
            found.append((heading, new, gone))
    return found


def default_of(name: str, amount: str) -> Any:
    """As it is written in a document."""
    first = amount.partition(".")[0]
    if name == GUARD:
        values: Any = Guard().model_dump(mode="json")
    elif first in _TABLES:
        values = {first: _TABLES[first].model_dump(mode="json")}
    else:
        values = {name: Policy.model_fields[name].default for name in ("priority", "sampling")}
    for part in amount.split("."):
        if isinstance(values, list):
            values = values[int(part)] if int(part) < len(values) else None
        else:
            values = values.get(part) if isinstance(values, dict) else None
    return values


def _told(amount: Amount, value: Any) -> str:
    if amount.kind == LASTING:
        return duration(durations.read(value))
    return percent(value) if amount.kind == SHARE else str(value) if amount.kind == CLOCK else number(value)


def _value(amount: Amount) -> Any:
    """What was typed, as a document writes it; what is no number is left as it is, to be refused."""
    typed = amount.typed.strip()
    if amount.kind == LASTING:
        return f"{typed}{amount.unit}"
    if amount.kind == CLOCK:
        return typed
    count = _number(typed.replace(",", "."))
    if amount.kind == SHARE:
        return typed if count is None else round(count / 100, 6)
    return typed if count is None else count


def _is_count(typed: str) -> bool:
    return typed.strip().isascii() and typed.strip().isdigit()


def _number(typed: str) -> int | float | None:
    if not typed.isascii() or len(typed) > 20:
        return None
    try:
        return int(typed) if typed.isdigit() else float(typed)
    except ValueError:
        return None


def _plain(text: str) -> dict[str, Any]:
    """A document as mappings and lists, as it is written."""
    return parse(text).model_dump(mode="json", by_alias=True, exclude_none=True)


def _put(values: Any, name: str, value: Any) -> None:
    *path, last = name.split(".")
    for part in path:
        values = values[int(part)] if isinstance(values, list) else values.setdefault(part, {})
    values[last] = value
