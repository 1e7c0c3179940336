"""A walk step by step, with `policies.engine.decide` for every look: slow and plain, to hold a replay against."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from outreach.rehearsal.respondents import Deed, Reaction, Respondents
from policies.chance import draw
from policies.decision import Action, Decision
from policies.engine import decide
from policies.hours import next_open
from policies.policy import Guard, Policy
from policies.replay.history import Happened, Person
from policies.replay.walk import Setting
from policies.situation import ASK, CONTENT, REMINDER, Address, Contact, Situation, Touch
from tests.policies.make import DAY

NEVER = 2**62
KINDS = (CONTENT, ASK, REMINDER, "follow_up")
BROUGHT_IN = ("address", "consent", "contact_value")
BANDS = ("follow_low", "follow_mid", "follow_high")


@dataclass(eq=False)
class Wish:
    who: "Walked"
    policy: Policy
    contact: Contact | None
    number: int
    opened_at: int
    look_at: int
    expires_at: int = NEVER
    looked_at: int | None = None
    asked_at: int | None = None
    rests_over_at: int | None = None
    rests_open_at: int | None = None
    steps: int = 0

    @property
    def key(self) -> str:
        return f"contact/{self.contact.id}" if self.contact else f"rhythm/{self.opened_at}"


@dataclass(eq=False)
class Doing:
    at: int
    who: "Walked"
    reaction: Reaction
    touch: int
    channel: str


@dataclass(eq=False)
class Walked:
    person: Person
    contacts: list[Contact]
    place: int
    is_in: bool = False
    since: int = 0
    touches: list[Touch] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """Of each touch, the number of the wish it came of."""
    had: set[str] = field(default_factory=set)
    got: dict[str, int] = field(default_factory=dict)
    stopped: bool = False
    paused_until: int | None = None
    busy_until: int = 0

    @property
    def addresses(self) -> dict[str, Address]:
        if not self.stopped:
            return dict(self.person.addresses)
        return {name: replace(a, consent=False, suppressed=True) for name, a in self.person.addresses.items()}


class Reference:
    """What came of it: `looks` and `touches`, in the order in which a replay brings them."""

    def __init__(self, guard: Guard, policies: list[Policy], setting: Setting, salt: str, seed: int | None) -> None:
        self.guard, self.policies, self.setting, self.salt = guard, policies, setting, salt
        self.respondents = None if seed is None else Respondents(seed)
        self.looks: list[tuple[Any, ...]] = []
        self.touches: list[tuple[str, Touch]] = []
        self.probabilities: list[tuple[str, int, float]] = []
        self.number = 0

    def works(self, at: int) -> int:
        step = self.setting.span.step
        return at if at >= NEVER else -(-at // step) * step

    def walk(self, people: list[Person], happened: list[Happened]) -> None:
        """Walk the people of one account, in the order in which they come in."""
        ordered = sorted(happened, key=lambda h: h.contact.occurred_at)
        self.people = [
            Walked(p, [h.contact for h in ordered if h.customer == p.id], n, paused_until=p.paused_until)
            for n, p in enumerate(people)
        ]
        self.wishes: list[Wish] = []
        self.doings: list[Doing] = []
        while (moment := self.next()) <= self.setting.span.until:
            self.act(moment)
            self.come_in(moment)
            self.look(moment)
        self.act(self.setting.span.until)
        for who in self.people:
            for touch in who.touches:
                self.touches.append((who.person.id, touch))

    def next(self) -> int:
        due = [who.person.comes_in for who in self.people if not who.is_in]
        due += [max(who.contacts[0].occurred_at, who.person.comes_in) for who in self.people if who.contacts]
        due += [max(wish.look_at, wish.who.busy_until) for wish in self.wishes]
        due += [doing.at for doing in self.doings]
        return self.works(min(due, default=NEVER))

    # Customers

    def act(self, moment: int) -> None:
        while due := [doing for doing in self.doings if doing.at <= moment]:
            doing = min(due, key=lambda doing: (doing.at, doing.who.place))
            self.doings.remove(doing)
            self.do(doing)

    def do(self, doing: Doing) -> None:
        who, at, deed = doing.who, doing.at, doing.reaction.deed
        if deed is Deed.USED:
            who.touches[doing.touch] = replace(who.touches[doing.touch], used_at=at)
            for wish in self.wishes:
                if wish.who is who and wish.look_at > at and (wish.looked_at is not None or wish.contact):
                    wish.look_at = at
        elif deed is Deed.STOPPED:
            who.stopped = True
            self.wishes = [wish for wish in self.wishes if wish.who is not who]
        elif deed is Deed.NOT_NOW:
            self.settle(who, at, "not_now")
        elif deed is Deed.ANSWERED:
            self.wishes = [
                wish
                for wish in self.wishes
                if wish.who is not who or not wish.contact or wish.opened_at > at or wish.asked_at is not None
            ]
            ask = self.settle(who, at, "answered")
            if ask is not None:
                score = doing.reaction.score or 0
                self.say_back(doing, ask, BANDS[2 if score >= 9 else 1 if score >= 7 else 0])
        elif self.settle(who, at, "replied") == doing.touch:
            self.say_back(doing, doing.touch, "thanks")

    def settle(self, who: Walked, at: int, outcome: str) -> int | None:
        asks = [n for n, t in enumerate(who.touches) if t.kind == ASK and at - 60 * DAY < t.at <= at]
        if not asks:
            return None
        worth: list[str | None] = [None, "replied", "not_now", "answered"]
        touch = who.touches[asks[-1]]
        if worth.index(outcome) > worth.index(touch.outcome):
            who.touches[asks[-1]] = replace(touch, outcome=outcome, outcome_at=at)
        number = who.numbers[asks[-1]]
        self.wishes = [w for w in self.wishes if w.number != number or w.asked_at is None or not w.contact]
        return asks[-1]

    def say_back(self, doing: Doing, ask: int, what: str) -> None:
        who, policy = doing.who, next(p for p in self.policies if p.name == doing.who.touches[ask].policy)
        channel = who.touches[ask].channel if what == "thanks" else doing.channel
        texts = self.setting.stock.surveys.get((policy.survey or "", who.person.language, channel))
        if texts is None:
            return
        if what != "thanks" and not getattr(texts, what):
            what = "thanks"
        if not getattr(texts, what):
            return
        said_at = self.said_back_at(who, doing.at, channel)
        if said_at is not None:
            who.busy_until = max(who.busy_until, said_at)
            if what != "thanks":
                self.react(who, "follow_up", said_at, ask)

    def said_back_at(self, who: Walked, at: int, channel: str) -> int | None:
        moment = self.works(at)
        while moment <= self.setting.span.until:
            opens = next_open(
                getattr(self.guard.hours, channel), who.person.zones, self.holidays(who),
                max(moment, who.paused_until or 0),
            )  # fmt: skip
            if opens > at + 2 * DAY:
                return None
            if opens <= moment:
                return moment
            moment = self.works(int(opens))
        return None

    def react(self, who: Walked, kind: str, at: int, touch: int) -> None:
        who.got[kind] = who.got.get(kind, 0) + 1
        reaction = self.respondents and self.respondents.react(who.person.id, kind, who.got[kind])
        if reaction:
            self.doings.append(Doing(at + reaction.after, who, reaction, touch, who.touches[touch].channel))

    # The organisation

    def come_in(self, moment: int) -> None:
        new = [who for who in self.people if not who.is_in and who.person.comes_in <= moment]
        for policy in self.policies:
            for who in new if policy.rhythm else ():
                assert policy.rhythm
                spread = policy.rhythm.every if policy.rhythm.spread is None else policy.rhythm.spread
                turn_at = moment + int(spread * draw(self.salt, "spread", who.person.id, policy.name))
                self.open(Wish(who, policy, None, self.number, turn_at, turn_at))
        for who in new:
            who.is_in, who.since = True, moment if who.person.since is None else who.person.since
        here = {
            who.place: [c for c in who.contacts if max(c.occurred_at, who.person.comes_in) <= moment]
            for who in self.people
        }
        for policy in self.policies:
            for who in self.people:
                for contact in here[who.place]:
                    self.open_for(who, policy, contact, moment)
        for who in self.people:
            who.contacts = [c for c in who.contacts if c not in here[who.place]]

    def open(self, wish: Wish) -> None:
        self.wishes.append(wish)
        self.number += 1

    def open_for(self, who: Walked, policy: Policy, contact: Contact, moment: int) -> None:
        life = policy.contact
        if life is None or contact.value < life.minimum_value or (life.kinds and contact.kind not in life.kinds):
            return
        if contact.occurred_at + life.expires <= moment:
            return
        self.wishes = [
            w
            for w in self.wishes
            if w.who is not who
            or w.policy is not policy
            or not w.contact
            or w.contact.kind != contact.kind
            or w.asked_at is not None
        ]
        ends, due = contact.occurred_at + life.expires, contact.occurred_at + life.settle
        self.open(Wish(who, policy, contact, self.number, moment, due, ends))

    def look(self, moment: int) -> None:
        while due := [w for w in self.wishes if w.look_at <= moment and w.who.busy_until <= moment]:
            who = min(due, key=lambda wish: wish.number).who
            self.look_at_one(who, [wish for wish in due if wish.who is who], moment)

    def look_at_one(self, who: Walked, due: list[Wish], now: int) -> None:
        judged = [(wish, self.decide(wish, now)) for wish in due]
        able = [(wish, decision) for wish, decision in judged if self.has_words(wish, decision)]
        if able:
            wish, decision = min(able, key=lambda pair: self.rank(pair[0]))
            assert self.decide(wish, now, quietly=True).action == decision.action  # judged again as it goes out
            self.hand_over(wish, decision, now)
            outdone = [other for other, _ in able if other is not wish]
            judged = [
                (other, self.decide(other, now) if other in outdone else said)
                for other, said in judged
                if other is not wish
            ]
            for other in outdone:
                other.rests_over_at = now
        for other, said in judged:
            self.after_look(other, said, now)

    def rank(self, wish: Wish) -> tuple[float, float, int, int]:
        return -wish.policy.priority, -(wish.contact.value if wish.contact else 0.0), wish.opened_at, wish.number

    def has_words(self, wish: Wish, decision: Decision) -> bool:
        if decision.action is Action.GIVE:
            return True
        place = (wish.policy.survey or "", wish.who.person.language, decision.channel)
        return decision.action is Action.ASK and place in self.setting.stock.surveys

    def decide(self, wish: Wish, now: int, quietly: bool = False) -> Decision:
        decision = decide(self.guard, wish.policy, self.situation(wish, now))
        if not quietly:
            holding = {f.rule for f in decision.findings + decision.giving if f.opens > now}
            if decision.held_by != "quiet_hours":
                holding -= {"quiet_hours"}  # the hours of a later moment hold nothing back now
            self.looks.append(
                (now, wish.who.person.id, wish.policy.name, wish.contact and wish.contact.id, decision, holding)
            )
        return decision

    def left(self, who: Walked, channel: str) -> list[str]:
        pieces = self.setting.stock.pieces.get((who.person.language, channel), ())
        return [name for name in sorted(pieces) if name not in who.had]

    def holidays(self, who: Walked) -> frozenset[date]:
        return self.setting.holidays_of(who.person.zones)

    def situation(self, wish: Wish, now: int) -> Situation:
        who, person = wish.who, wish.who.person
        case = person.case if person.case and person.case[0] <= now else None
        asks = [[t.at for t in other.touches if t.kind != CONTENT] for other in self.people if other is not who]
        return Situation(
            now=now,
            customer=person.id,
            customer_since=who.since,
            attributes=person.attributes,
            addresses=who.addresses,
            zones=person.zones,
            holidays=self.holidays(who),
            touches=tuple(who.touches),
            contact=wish.contact,
            no_surveys=person.no_surveys or who.stopped,
            paused_until=who.paused_until,
            case_open=case is not None and now < case[1],
            case_closed_at=case[1] if case and case[1] <= now else None,
            case_draw=case[2] if case else 0.0,
            account_asks=tuple(sorted(max(times) for times in asks if times)),
            content_left={channel: len(self.left(who, channel)) for channel in ("email", "sms")},
            looked_at=wish.looked_at,
            rests_over_at=wish.rests_over_at,
            rests_open_at=wish.rests_open_at,
            turn_at=None if wish.contact else wish.opened_at,
            reminds=wish.asked_at,
            never_asked_draw=draw(self.salt, "never-asked", person.id),
            sampling_draw=draw(self.salt, "sampling", person.id, wish.key, wish.policy.name),
        )

    def hand_over(self, wish: Wish, decision: Decision, now: int) -> None:
        kind = CONTENT if decision.action is Action.GIVE else ASK if wish.asked_at is None else REMINDER
        who, policy, channel = wish.who, wish.policy, decision.channel
        rest = draw(self.salt, "jitter", who.person.id, wish.key, policy.name, wish.steps)
        who.touches.append(Touch(now, kind, channel, policy.name, rest))
        who.numbers.append(wish.number)
        if kind == CONTENT:
            who.had.add(self.left(who, channel)[0])
        self.probabilities.append((who.person.id, now, decision.probability))
        wish.steps, wish.looked_at, wish.rests_over_at = wish.steps + 1, now, now
        if kind == CONTENT and policy.does == "ask":
            wish.look_at = now + DAY
        elif kind == ASK and policy.reminder:
            wish.asked_at, wish.look_at = now, now + policy.reminder.after
            wish.expires_at = now + policy.reminder.until if wish.contact else NEVER
        else:
            self.over(wish, now)
        self.react(who, kind, now, len(who.touches) - 1)

    def after_look(self, wish: Wish, decision: Decision, now: int) -> None:
        wish.looked_at = now
        if decision.acts:
            wish.rests_over_at = now
        elif decision.only_rests:
            wish.rests_open_at = now
        held = [f for f in decision.findings + decision.giving if f.rule == decision.held_by]
        if decision.acts:
            wish.look_at = now + DAY
        elif decision.moment is not None:
            wish.look_at = decision.moment
        elif wish.asked_at is not None:
            self.over(wish, wish.asked_at)
        elif decision.held_by == "content_in_stock":
            wish.look_at = now + DAY
        elif wish.contact is None and decision.held_by == "sampling":
            self.over(wish, now)
        elif wish.contact is None:
            wish.look_at = now + 30 * DAY
        elif any(f.opens == float("inf") and f.rule not in BROUGHT_IN for f in held):
            self.wishes = [other for other in self.wishes if other is not wish]
        else:
            wish.look_at = NEVER

    def over(self, wish: Wish, since: int) -> None:
        if wish.contact is not None:
            self.wishes = [other for other in self.wishes if other is not wish]
            return
        assert wish.policy.rhythm
        wish.look_at = wish.opened_at = since + wish.policy.rhythm.every
        wish.looked_at = wish.asked_at = None
