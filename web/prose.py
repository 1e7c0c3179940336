"""The amounts of the guard and of a policy in plain sentences, as a colleague would tell them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from flask_babel import gettext, ngettext

from outreach.lifecycle import PolicyState
from outreach.policy_book import Edition, parse
from policies.hours import DAYS, Hours
from policies.policy import Cap, Guard, Policy, Reminder, ValueFirst
from web import words
from web.amounts import Sentence, clock, figure, lasting, say, share, things
from web.audience_prose import audience
from web.speech import capital, duration

Sentences = list[Sentence]


@dataclass(frozen=True, slots=True)
class Told:
    """One published version: its amounts as groups of sentences, each group with its heading."""

    edition: Edition
    title: str
    for_whom: str
    groups: Sequence[tuple[str, Sentences]]

    @classmethod
    def of(cls, edition: Edition) -> Self:
        document = parse(edition.document)
        return cls.about(document, edition)

    @classmethod
    def about(cls, document: Guard | Policy, edition: Edition) -> Self:
        if isinstance(document, Guard):
            title, for_whom = gettext("The guard"), gettext("Holds for the whole organisation, whatever the policy.")
            return cls(edition, title, for_whom, _guard(document))
        return cls(edition, document.title, document.for_whom, _policy(document))

    @property
    def live(self) -> bool:
        return self.edition.state == PolicyState.LIVE


def _guard(guard: Guard) -> list[tuple[str, Sentences]]:
    often = [
        say(
            gettext("Between any two asks, over all channels: %(rest)s of rest."),
            rest=lasting(guard.rest_between_asks, "rest_between_asks"),
        ),
        say(gettext("Between any two messages, always: %(rest)s."), rest=duration(86_400)),
        *_caps(guard.caps),
    ]
    if guard.jitter:
        often.append(
            say(
                gettext("Every rest is lengthened by up to %(share)s, by chance; never shortened."),
                share=share(guard.jitter, "jitter"),
            )
        )
    if guard.fatigue:
        often.append(
            say(
                gettext("Every message tires; half of that is gone after %(half)s, and above %(most)s we are silent."),
                half=lasting(guard.fatigue.half_life, "fatigue.half_life"),
                most=figure(guard.fatigue.threshold, "fatigue.threshold"),
            )
        )  # fmt: skip
    return [
        (gettext("How often"), often),
        (gettext("Who"), _guarded_people(guard)),
        (
            gettext("Hours, in the customer's own zone"),
            [*_hours("email", guard.hours.email), *_hours("sms", guard.hours.sms)],
        ),
    ]


def beside(edition: Edition | None) -> dict[str, Sentences]:
    """What the guard holds besides a policy, by the heading of the policy's group that it goes with."""
    guard = parse(edition.document) if edition else None
    if not isinstance(guard, Guard):
        return {}
    often, who, hours = (sentences for _, sentences in _guard(guard))
    return {gettext("How often"): often, gettext("Who"): who, gettext("Channels"): hours}


def _guarded_people(guard: Guard) -> Sentences:
    told = [
        say(gettext("New customers are left alone for %(rest)s."), rest=lasting(guard.new_customer, "new_customer")),
        say(
            gettext("While a case is open nobody is asked, nor for %(rest)s after it was closed."),
            rest=lasting(guard.case_rest, "case_rest"),
        ),
    ]
    if guard.account:
        told.append(
            say(
                gettext("Of one account, at most %(people)s people are asked in %(window)s."),
                people=figure(guard.account.people, "account.people"),
                window=lasting(guard.account.window, "account.window"),
            )
        )  # fmt: skip
    if guard.never_asked:
        told.append(
            say(
                gettext("A group of %(share)s is never asked, so that we can see what asking does."),
                share=share(guard.never_asked, "never_asked"),
            )
        )
    return told


def _policy(policy: Policy) -> list[tuple[str, Sentences]]:
    groups = [
        (gettext("When"), _occasion(policy)),
        (gettext("Who"), _people(policy)),
        (gettext("How often"), [*_rests(policy), *_reminder(policy.reminder)]),
        (gettext("Give first"), _value_first(policy.value_first)),
        (gettext("Channels"), _channels(policy)),
    ]
    return [(heading, sentences) for heading, sentences in groups if sentences]


def _occasion(policy: Policy) -> Sentences:
    told: Sentences = []
    if terms := policy.contact:
        least = figure(terms.minimum_value, "contact.minimum_value")
        any_kind = gettext("After any contact that mattered at least %(least)s of 100.")
        some_kinds = gettext("After a contact of the kind %(kinds)s that mattered at least %(least)s of 100.")
        told += [
            say(some_kinds, kinds=_either(terms.kinds), least=least) if terms.kinds else say(any_kind, least=least),
            say(
                gettext("It settles for %(settle)s first, and is worth asking about for %(life)s."),
                settle=lasting(terms.settle, "contact.settle"), life=lasting(terms.expires, "contact.expires"),
            ),
        ]  # fmt: skip
    if rhythm := policy.rhythm:
        spread = rhythm.every if rhythm.spread is None else rhythm.spread
        told.append(
            say(
                gettext("Once in %(every)s for each customer, the first time spread over %(spread)s."),
                every=lasting(rhythm.every, "rhythm.every"), spread=lasting(spread, "rhythm.spread"),
            )
        )  # fmt: skip
    if policy.survey:
        told.append(say(gettext("The question is “%(survey)s”."), survey=policy.survey))
    return told


def _people(policy: Policy) -> Sentences:
    told = [say(gettext("For everybody."))]
    if policy.audience is not None:
        told = [say(gettext("Only where %(audience)s."), audience=audience(policy.audience))]
    if policy.sampling < 1:
        told.append(say(gettext("Of those, %(share)s are drawn and asked."), share=share(policy.sampling, "sampling")))
    return told


def _rests(policy: Policy) -> Sentences:
    if policy.does == "give":
        return _caps(policy.caps)
    rests = policy.rests
    return [
        say(
            gettext("Rest of %(ask)s after this ask, %(answer)s after an answer, %(later)s after “not now”."),
            ask=lasting(rests.after_ask, "rests.after_ask"), answer=lasting(rests.after_answer, "rests.after_answer"),
            later=lasting(rests.after_not_now, "rests.after_not_now"),
        ),
        say(
            gettext("After silence %(silence)s, doubling with each in a row; after %(times)s we stop."),
            silence=lasting(rests.after_silence, "rests.after_silence"),
            times=figure(rests.give_up_after, "rests.give_up_after"),
        ),
        *_caps(policy.caps),
    ]  # fmt: skip


def _reminder(reminder: Reminder | None) -> Sentences:
    if reminder is None:
        return []
    return [
        say(
            gettext("Whoever says nothing gets one reminder, %(after)s to %(until)s after the ask."),
            after=lasting(reminder.after, "reminder.after"), until=lasting(reminder.until, "reminder.until"),
        )
    ]  # fmt: skip


def _value_first(first: ValueFirst | None) -> Sentences:
    if first is None:
        return []
    return [
        say(
            gettext("Before the question: %(pieces)s given, %(used)s of them used, then %(settle)s to settle."),
            pieces=things(
                ngettext("%(num)s useful thing", "%(num)s useful things", first.pieces),
                first.pieces, "value_first.pieces",
            ),
            used=figure(first.used, "value_first.used"), settle=lasting(first.settle, "value_first.settle"),
        ),
        say(
            gettext("Between useful things %(rest)s; where enough were given but too few used, %(unused)s."),
            rest=lasting(first.rest, "value_first.rest"), unused=lasting(first.rest_unused, "value_first.rest_unused"),
        ),
    ]  # fmt: skip


def _channels(policy: Policy) -> Sentences:
    names = [str(words.CHANNELS[channel]) for channel in policy.channels]
    one, several = gettext("By %(channels)s."), gettext("By %(channels)s, whichever may do it first.")
    return [
        say(one if len(names) == 1 else several, channels=_either(names)),
        say(
            gettext("Where several policies want the same customer, this one weighs %(priority)s."),
            priority=figure(policy.priority, "priority"),
        ),
    ]


def _caps(caps: Iterable[Cap]) -> Sentences:
    told = []
    for n, cap in enumerate(caps):
        most = {
            "any": ngettext("%(num)s message", "%(num)s messages", cap.at_most),
            "ask": ngettext("%(num)s ask", "%(num)s asks", cap.at_most),
            "content": ngettext("%(num)s useful thing", "%(num)s useful things", cap.at_most),
        }[cap.of]
        sentences = {
            "any": gettext("At most %(most)s in any %(window)s, over all channels."),
            "email": gettext("At most %(most)s by e-mail in any %(window)s."),
            "sms": gettext("At most %(most)s by SMS in any %(window)s."),
        }
        told.append(
            say(
                sentences[cap.channel],
                most=things(most, cap.at_most, f"caps.{n}.at_most"),
                window=lasting(cap.window, f"caps.{n}.window"),
            )
        )
    return told


def _hours(channel: str, hours: Hours) -> Sentences:
    name = words.CHANNELS[channel]
    told = [
        say(
            gettext("%(channel)s between %(start)s and %(end)s."),
            channel=capital(str(name)), start=clock(hours.quiet_until, f"hours.{channel}.quiet_until"),
            end=clock(hours.quiet_from, f"hours.{channel}.quiet_from"),
        )
    ]  # fmt: skip
    closed = [str(words.WEEKDAYS[day]) for day in DAYS if day not in hours.weekdays]
    if closed:
        told.append(say(gettext("No %(channel)s on %(days)s."), channel=name, days=_listed(closed)))
    if not hours.holidays:
        told.append(say(gettext("No %(channel)s on public holidays."), channel=name))
    return told


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _either(names: Iterable[str]) -> str:
    return str(gettext(" or ")).join(names)
