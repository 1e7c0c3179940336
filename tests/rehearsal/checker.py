"""Checks a rehearsal's ledger against the amounts, in plain Python: it imports nothing of the product.

Written from the documents (TOML) and their meaning alone, over the ledger, the two input files and what customers did.
Whatever the product computes, a row that breaks a rest, a cap, a quiet hour or any other promise is a complaint.
"""

import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
HOUR = 3_600
UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": 60, "s": 1}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONE_OF_PHONE = {"+44": "Europe/London", "+31": "Europe/Amsterdam"}
# Bank holidays in England and Wales; the histories send an SMS nowhere else.
HOLIDAYS = {
    *(date(2010, 12, day) for day in (25, 27, 28)),
    *(date(2011, 1, day) for day in (1, 3)),
    *(date(2011, 4, day) for day in (22, 25, 29)),
    *(date(2011, 5, day) for day in (2, 30)),
    date(2011, 8, 29),
    *(date(2011, 12, day) for day in (25, 26, 27)),
}
Row = Mapping[str, str]


class Complaint(NamedTuple):
    rule: str
    customer: str
    at: str
    why: str


@dataclass
class Touch:
    """One row of the ledger, with what the customer did with it and when."""

    row: Row
    at: int
    used_at: int | None = None
    reply: str = ""
    replied_at: int | None = None

    @property
    def asks(self) -> bool:
        return self.row["class"] in ("ask", "reminder")

    @property
    def reminds(self) -> bool:
        return self.row["class"] == "reminder"

    @property
    def policy(self) -> str:
        return self.row["policy"]


@dataclass
class Person:
    row: Row
    contacts: list[Row] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    colleagues: list["Person"] = field(default_factory=list)

    @property
    def since(self) -> int:
        """Customers without a date came in with their first contact."""
        return seconds(self.row["created_at"]) if self.row["created_at"] else occurred(self.contacts[0])

    @property
    def zones(self) -> list[str]:
        known = self.row["timezone"] or ZONE_OF_PHONE.get(self.row["phone"][:3], "")
        return [known] if known else []


class Rules:
    """The amounts of one guard and some policies, as written."""

    def __init__(self, guard: str, policies: Sequence[str]) -> None:
        self.guard: dict[str, Any] = tomllib.loads(guard)
        self.policies = {document["name"]: document for document in map(tomllib.loads, policies)}

    def asking(self, touch: Touch) -> dict[str, Any]:
        return self.policies[touch.policy]


@dataclass(frozen=True)
class Played:
    """Everything there is to check with: rows of the ledger, of what customers did, and of the two input files."""

    ledger: Sequence[Row]
    responses: Sequence[Row]
    customers: Sequence[Row]
    contacts: Sequence[Row]


def check(rules: Rules, played: Played, stock: int) -> list[Complaint]:
    """Every broken promise; empty when there is none. `stock` is how many pieces of content there are to give."""
    found = list(_order(played.ledger))
    for person in people(played).values():
        if len([t for t in person.touches if not t.asks]) > stock:
            found.append(Complaint("stock", person.row["external_id"], "", "more pieces given than there are"))
        for n, touch in enumerate(person.touches):
            found += [
                Complaint(rule, person.row["external_id"], touch.row["at"], why)
                for rule, why in _objections(rules, person, person.touches[:n], touch)
            ]
    return found


def people(played: Played) -> dict[str, Person]:
    """Everybody, with their contacts and touches in order of time."""
    everybody = {row["external_id"]: Person(row) for row in played.customers}
    accounts: dict[str, list[Person]] = defaultdict(list)
    for person in everybody.values():
        accounts[person.row["account"]].append(person)
    for row in sorted(played.contacts, key=occurred):
        everybody[row["customer"]].contacts.append(row)
    for row in sorted(played.ledger, key=lambda row: row["at"]):
        everybody[row["customer"]].touches.append(Touch(row, seconds(row["at"])))
    for person in everybody.values():
        if person.row["account"]:
            person.colleagues = [other for other in accounts[person.row["account"]] if other is not person]
    _attach(everybody, played.responses)
    return everybody


def _attach(everybody: Mapping[str, Person], responses: Iterable[Row]) -> None:
    by_message = {(p.row["external_id"], t.row["class"], t.row["at"]): t for p in everybody.values() for t in p.touches}
    for row in responses:
        touch = by_message.get((row["customer"], row["class"], row["sent_at"]))
        if touch is None:
            continue  # the message is gone from a ledger that was tampered with; other rules will miss it
        if row["response"] == "used":
            touch.used_at = seconds(row["at"])
        else:
            touch.reply, touch.replied_at = row["response"], seconds(row["at"])
    for person in everybody.values():
        for ask, reminder in pairwise([touch for touch in person.touches if touch.asks]):
            if reminder.reminds and reminder.reply and not ask.reply:  # what is said to it is said to the ask
                ask.reply, ask.replied_at = reminder.reply, reminder.replied_at


def _order(ledger: Sequence[Row]) -> Iterator[Complaint]:
    for before, row in pairwise(ledger):
        if (row["at"], row["customer"]) <= (before["at"], before["customer"]):
            yield Complaint("order", row["customer"], row["at"], "the ledger is not in order of time")


Objections = Iterator[tuple[str, str]]


def _objections(rules: Rules, person: Person, before: Sequence[Touch], touch: Touch) -> Objections:
    policy = rules.policies.get(touch.policy)
    if policy is None or touch.row["channel"] not in policy["channels"]:
        yield "policy", "no such policy, or not its channel"
        return
    if touch.asks and policy.get("does", "ask") != "ask":
        yield "policy", "a policy that only gives has asked"
        return
    yield from _reach(person, before, touch)
    yield from _pace(rules, before, touch)
    yield from _hours(rules, person, touch)
    if touch.reminds:
        yield from _reminder(rules, before, touch)
        yield from _account(rules, person, touch)
        return
    yield from _contact(rules, person, touch)
    if touch.asks:
        yield from _new(rules, person, touch)
        yield from _rests(rules, before, touch)
        yield from _value_first(rules, before, touch)
        yield from _account(rules, person, touch)
    else:
        yield from _content_rests(rules, before, touch)


def _reach(person: Person, before: Sequence[Touch], touch: Touch) -> Objections:
    channel = touch.row["channel"]
    if not person.row["email" if channel == "email" else "phone"]:
        yield "address", "there is no such address"
    if person.row[f"consent_{channel}"] != "yes":
        yield "consent", "no consent for this channel"
    if any(t.reply == "stopped" and t.replied_at is not None and t.replied_at < touch.at for t in before):
        yield "opt_out", "written to after STOP"
    if not 0.0 < float(touch.row["probability"]) <= 1.0:
        yield "probability", "not a probability"


def _pace(rules: Rules, before: Sequence[Touch], touch: Touch) -> Objections:
    if before and touch.at - before[-1].at < DAY:
        yield "floor", "two messages within 24 hours"
    for cap in rules.guard["caps"]:
        counted = [t for t in [*before, touch] if _counts(cap, t)]
        inside = [t for t in counted if t.at > touch.at - span(cap["window"])]
        if _counts(cap, touch) and len(inside) > cap["at_most"]:
            yield "cap", f"{len(inside)} touches in {cap['window']}"


def _counts(cap: Mapping[str, Any], touch: Touch) -> bool:
    of = {"any": True, "ask": touch.asks, "content": not touch.asks}[cap["of"]]
    return of and cap["channel"] in ("any", touch.row["channel"])


def _hours(rules: Rules, person: Person, touch: Touch) -> Objections:
    hours = rules.guard["hours"][touch.row["channel"]]
    if not person.zones:
        yield "zone", "nobody knows what time it is there"
    for zone in person.zones:
        local = datetime.fromtimestamp(touch.at, ZoneInfo(zone))
        start, end = (time.fromisoformat(hours[name]) for name in ("quiet_until", "quiet_from"))
        if not start <= local.time() < end:
            yield "quiet_hours", f"it is {local:%H:%M} there"
        if DAYS[local.weekday()] not in hours.get("weekdays", DAYS):
            yield "weekday", f"it is {local:%A} there"
        if not hours.get("holidays", True) and local.date() in HOLIDAYS:
            yield "holiday", "it is a public holiday there"


def _contact(rules: Rules, person: Person, touch: Touch) -> Objections:
    terms = rules.asking(touch).get("contact")
    if (terms is None) != (touch.row["contact"] == ""):
        yield "contact", "a rhythm has no contact, and everything else has one"
    if terms is None:
        return
    contact = next((c for c in person.contacts if c["external_id"] == touch.row["contact"]), None)
    if contact is None:
        yield "contact", "this contact is somebody else's"
        return
    if float(contact["value"]) < terms["minimum_value"] or contact["kind"] not in (
        terms.get("kinds") or [contact["kind"]]
    ):
        yield "contact_value", "not worth asking about"
    age = touch.at - occurred(contact)
    if age < span(terms["settle"]):
        yield "settles", "too soon after the contact"
    if age >= span(terms["expires"]):
        yield "expires", "too long after the contact"
    if _superseded(terms, person, contact, touch.at):
        yield "superseded", "there was a newer contact of this kind"
    asked = [
        t
        for t in person.touches
        if t.row["class"] == "ask" and t.policy == touch.policy and t.row["contact"] == touch.row["contact"]
    ]
    if len(asked) > 1:
        yield "once", "asked twice about one contact"


def _superseded(terms: Mapping[str, Any], person: Person, contact: Row, at: int) -> bool:
    """A newer contact of the kind has come in, at a full hour at the latest, and is itself worth asking about."""
    return any(
        occurred(contact) < occurred(other) <= at - HOUR
        and other["kind"] == contact["kind"]
        and float(other["value"]) >= terms["minimum_value"]
        for other in person.contacts
    )


def _reminder(rules: Rules, before: Sequence[Touch], touch: Touch) -> Objections:
    terms, asks = rules.asking(touch).get("reminder"), [t for t in before if t.asks]
    if terms is None or not asks or asks[-1].policy != touch.policy:
        yield "reminder", "this policy reminds nobody, or has not asked"
        return
    ask, age = asks[-1], touch.at - asks[-1].at
    if ask.reminds:
        yield "reminder", "a second one"
    if ask.row["contact"] != touch.row["contact"]:
        yield "reminder", "of an ask about another contact"
    if not span(terms["after"]) <= age < span(terms["until"]):
        yield "reminder", f"{age // HOUR} hours after the ask"
    if _heard(ask, touch.at):
        yield "reminder", "of an ask that was heard from"


def _new(rules: Rules, person: Person, touch: Touch) -> Objections:
    if touch.at < person.since + span(rules.guard["new_customer"]):
        yield "new_customer", "too soon for a new customer"


def _rests(rules: Rules, before: Sequence[Touch], touch: Touch) -> Objections:
    rests = rules.asking(touch)["rests"]
    asks = [t for t in before if t.asks]
    if asks and touch.at < asks[-1].at + span(rules.guard["rest_between_asks"]):
        yield "rest_between_asks", "too soon after an ask"
    own = [t for t in asks if t.policy == touch.policy]
    if own and touch.at < own[-1].at + span(rests["after_ask"]):
        yield "rest_after_ask", "too soon after an ask of this policy"
    for word, amount in (("answered", "after_answer"), ("not_now", "after_not_now")):
        said = [t.replied_at for t in own if t.reply == word and t.replied_at is not None and t.replied_at < touch.at]
        if said and touch.at < max(said) + span(rests[amount]):
            yield f"rest_{amount}", f"too soon after {word}"
    yield from _silence(rests, own, touch)


def _silence(rests: Mapping[str, Any], own: Sequence[Touch], touch: Touch) -> Objections:
    asks, silent = [t for t in own if not t.reminds], 0
    while silent < len(asks) and not _heard(asks[-1 - silent], touch.at):
        silent += 1
    if silent >= rests["give_up_after"]:
        yield "given_up", f"asked again after {silent} silences"
    elif silent and touch.at < asks[-1].at + span(rests["after_silence"]) * 2 ** (silent - 1):
        yield "rest_after_silence", f"too soon after {silent} silences"


def _heard(ask: Touch, at: int) -> bool:
    return ask.replied_at is not None and ask.replied_at < at


def _since_last_ask(before: Sequence[Touch]) -> list[Touch]:
    last = max((n for n, t in enumerate(before) if t.asks), default=-1)
    return list(before[last + 1 :])


def _value_first(rules: Rules, before: Sequence[Touch], touch: Touch) -> Objections:
    first = rules.asking(touch).get("value_first")
    if first is None:
        return
    settled = touch.at - span(first["settle"])
    given = _since_last_ask(before)
    if len([t for t in given if t.at <= settled]) < first["pieces"]:
        yield "value_first", "not enough was given, or not long enough ago"
    if len([t for t in given if t.used_at is not None and t.used_at <= settled]) < first["used"]:
        yield "value_first", "not enough was used, or not long enough ago"


def _content_rests(rules: Rules, before: Sequence[Touch], touch: Touch) -> Objections:
    policy = rules.asking(touch)
    contents = [t for t in before if not t.asks]
    if not contents:
        return
    rest = touch.at - contents[-1].at
    if policy.get("rhythm"):
        if rest < span(policy["rhythm"]["every"]):
            yield "rhythm", "given too soon after another piece"
        return
    first = policy["value_first"]
    given = _since_last_ask(before)
    used = [t for t in given if t.used_at is not None and t.used_at < touch.at]
    if len(given) >= first["pieces"] and len(used) < first["used"]:
        if rest < span(first["rest_unused"]):
            yield "content_rest", "another piece though none was used"
    elif rest < span(first["rest"]):
        yield "content_rest", "two pieces too close to each other"
    if len(given) >= first["pieces"] and len(used) >= first["used"]:
        yield "content_need", "a piece for a contact that needs none"


def _account(rules: Rules, person: Person, touch: Touch) -> Objections:
    cap = rules.guard["account"]
    recent = [
        other
        for other in person.colleagues
        if any(t.asks and touch.at - span(cap["window"]) < t.at <= touch.at for t in other.touches)
    ]
    if len(recent) + 1 > cap["people"]:
        yield "account_cap", f"{len(recent) + 1} people of one account"


def clearly_askable(rules: Rules, policy: str, person: Person) -> bool:
    """Whether nothing but the never-asked group could keep this person from being asked, at least once.

    Narrow on purpose: a first ask, by e-mail, about a contact that no other one follows, when enough had been given and
    used long before, and nothing else was sent in the days in which it could have been asked about.
    """
    terms, first = rules.policies[policy]["contact"], rules.policies[policy]["value_first"]
    row = person.row
    if row["account"] or row["consent_email"] != "yes" or not row["email"] or not person.zones:
        return False
    asked = next((t.at for t in person.touches if t.asks), None)
    stopped = min((t.replied_at for t in person.touches if t.reply == "stopped" and t.replied_at), default=None)
    for contact in person.contacts:
        begins, ends = occurred(contact) + span(terms["settle"]), occurred(contact) + span(terms["expires"])
        quiet = [t for t in person.touches if begins - 2 * DAY < t.at < ends and not t.asks]
        settled = begins - span(first["settle"])
        if (
            float(contact["value"]) >= terms["minimum_value"]
            and (asked is None or begins <= asked)
            and (stopped is None or ends < stopped)
            and begins >= person.since + span(rules.guard["new_customer"])
            and not quiet
            and not _superseded(terms, person, contact, ends + HOUR)
            and bisect_right([t.at for t in person.touches], settled) >= first["pieces"]
            and len([t for t in person.touches if t.used_at is not None and t.used_at <= settled]) >= first["used"]
        ):
            return True
    return False


def seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


def occurred(contact: Row) -> int:
    return seconds(contact["occurred_at"])


def span(written: str) -> int:
    return int(written[:-1]) * UNITS[written[-1]]
