"""The amounts of a guard and policies in columns, and for whom each policy is."""

from collections.abc import Mapping, Sequence
from typing import Any

from policies.audience import Audience
from policies.policy import Cap, Guard, Policy
from policies.replay.columns import CHANNELS, CapRow, GuardRow, TermRow
from policies.replay.compiling import integers, numbers, small, table
from policies.replay.history import History, facts_of_contact

_OF = ("any", "ask", "content")


def amounts(guard: Guard, policies: Sequence[Policy], history: History) -> dict[str, Any]:
    """The columns of a world that follow from the documents; the policies in the order in which they were published."""
    tires = guard.fatigue
    channels = [[CHANNELS.index(channel) for channel in policy.channels] + [-1] for policy in policies]
    return {
        "guard": table(GuardRow, [_guard(guard)]),
        "caps": table(CapRow, _caps(guard, policies)),
        "terms": table(TermRow, [_terms(policy) for policy in policies]),
        "channels": integers([over for two in channels for over in two[:2]]),
        "loads": numbers([tires.email, tires.sms] if tires else [0.0, 0.0]),
        "kinds": small([_means(policy, kind) for policy in policies for kind in history.kinds] or [0]),
        "policies": len(policies),
        **_audiences(policies, history),
    }


def _guard(guard: Guard) -> GuardRow:
    return GuardRow(
        rest_between_asks=guard.rest_between_asks,
        jitter=float(guard.jitter),
        new_customer=guard.new_customer,
        case_rest=guard.case_rest,
        never_asked=float(guard.never_asked),
        people=guard.account.people,
        window=guard.account.window,
        half_life=guard.fatigue.half_life if guard.fatigue else 0,
        threshold=float(guard.fatigue.threshold) if guard.fatigue else 0.0,
    )


def _caps(guard: Guard, policies: Sequence[Policy]) -> list[CapRow]:
    every: list[tuple[int, Cap]] = [(-1, cap) for cap in guard.caps]
    every += [(n, cap) for n, policy in enumerate(policies) for cap in policy.caps]
    return [
        CapRow(
            owner, cap.at_most, cap.window, _OF.index(cap.of),
            -1 if cap.channel == "any" else CHANNELS.index(cap.channel),
        )
        for owner, cap in every
    ]  # fmt: skip


def _terms(policy: Policy) -> TermRow:
    life, rhythm, rests = policy.contact, policy.rhythm, policy.rests
    first, reminder = policy.value_first, policy.reminder
    return TermRow(
        gives=int(policy.does == "give"),
        priority=policy.priority,
        by_contact=int(life is not None),
        minimum=float(life.minimum_value) if life else 0.0,
        settle=life.settle if life else 0,
        expires=life.expires if life else 0,
        every=rhythm.every if rhythm else 0,
        spread=0 if rhythm is None else rhythm.every if rhythm.spread is None else rhythm.spread,
        sampling=float(policy.sampling),
        after_ask=rests.after_ask,
        after_answer=rests.after_answer,
        after_not_now=rests.after_not_now,
        after_silence=rests.after_silence,
        give_up_after=rests.give_up_after,
        pieces=first.pieces if first else 0,
        used=first.used if first else 0,
        value_settle=first.settle if first else 0,
        rest=first.rest if first else 0,
        rest_unused=first.rest_unused if first else 0,
        remind_after=reminder.after if reminder else 0,
        remind_until=reminder.until if reminder else 0,
        by_contact_fact=int(_looks_at_contacts(policy)),
    )


def _looks_at_contacts(policy: Policy) -> bool:
    return policy.audience is not None and any(f.startswith("contact.") for f in policy.audience.fields())


def _means(policy: Policy, kind: str) -> bool:
    return policy.contact is not None and (not policy.contact.kinds or kind in policy.contact.kinds)


def _audiences(policies: Sequence[Policy], history: History) -> dict[str, Any]:
    """Whom each policy is for, as its audience itself says; asked once for whatever has the same values."""
    fits: list[int] = []
    of_contacts = [_looks_at_contacts(policy) for policy in policies]
    fits_contact: list[int] = []
    for policy, of_contact in zip(policies, of_contacts, strict=True):
        said = _Said(policy.audience)
        fits += [not of_contact and said.of(person.attributes, {}) for person in history.people]
        if any(of_contacts):
            owners = (history.people[who].attributes for who in history.owners)
            pairs = zip(owners, history.contacts, strict=True)
            fits_contact += [of_contact and said.of(known, facts_of_contact(contact)) for known, contact in pairs]
    return {"fits": small(fits or [0]), "fits_contact": small(fits_contact or [0])}


class _Said:
    """What an audience says, remembered by the values of the fields that it looks at."""

    def __init__(self, audience: Audience | None) -> None:
        self._audience = audience
        self._fields = sorted(field.split(".", 1) for field in audience.fields()) if audience else []
        self._said: dict[tuple[object, ...], bool] = {}

    def of(self, customer: Mapping[str, object], contact: Mapping[str, object]) -> bool:
        if self._audience is None:
            return True
        facts = {"customer": customer, "contact": contact}
        values = [facts[whose].get(name) for whose, name in self._fields]
        key = tuple([(type(value), repr(value)) for value in values])
        if key not in self._said:
            self._said[key] = self._audience.matches(facts) is True
        return self._said[key]
