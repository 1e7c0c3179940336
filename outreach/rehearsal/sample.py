"""A sample company and a year of its life, made up from a seed: Dutch repair shops, with some British customers.

Nobody in it exists. The addresses are of a domain that is reserved for examples.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel
from outreach import database, lifecycle, sandbox, starter
from outreach.rehearsal.history import History, Row
from outreach.rehearsal.play import DAY, HOUR, MovedClock, Play, Played, full_hour
from outreach.rehearsal.respondents import Respondents
from outreach.rehearsal.sayings import FOR_A_PERSON, spoken
from outreach.rehearsal.stage import Furniture, furnish, never_wait_for_the_disk, runtime_at
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Customer, LedgerEntry, Outreach
from policies import library

YEAR = 365 * DAY
PUBLISHER = "sample company"
CUSTOMERS = 200
CONTACTS_A_YEAR = 5.5  # of one customer, on average
POLICIES = ("after-support-call", "after-valuable-contact", "relationship", "something-useful")

FIRST = {
    "nl": "Anna Bram Daan Emma Femke Gijs Hanna Ilse Jeroen Karin Lotte Maarten Noor Olivier Pien Ruben Sanne Vera",
    "en": "Alice Ben Charlotte Daniel Ellie Frank Grace Harry Isla Jack Katie Liam Megan Noah Olivia Peter Rose Sam",
}
LAST = {
    "nl": "Bakker|de Boer|Brouwer|Dekker|Dijkstra|de Graaf|Hendriks|Jansen|Kok|Meijer|Mulder|Peters|Smit|Visser|de Wit",
    "en": "Adams|Baker|Clarke|Cooper|Davies|Evans|Green|Hall|Hughes|Jackson|King|Lewis|Morgan|Roberts|Turner|Wood",
}
ZONES = {
    "nl": ("Europe/Amsterdam",) * 9 + ("",),
    "en": ("Europe/London",) * 5 + ("Europe/Amsterdam", "", "Europe/Dublin"),
}
ACCOUNTS = ("Bakkerij Zonneveld", "De Fietsfabriek", "Hotel Aan Zee", "Kinderdagverblijf Pim", "Northgate Dental",
            "Praktijk Linde", "Restaurant De Kade", "Studio Noord", "Tuincentrum Groen", "Wilson & Sons")  # fmt: skip


class Kind(NamedTuple):
    """A kind of contact: how often among all, where, and how much it matters (middle and spread, 0-100)."""

    name: str
    often: int
    touchpoints: tuple[str, ...]
    value: float
    spread: float


KINDS = (
    Kind("order", 34, ("webshop", "shop in Utrecht", "shop in Zwolle"), 38, 14),
    Kind("delivery", 26, ("courier", "pick-up point"), 44, 14),
    Kind("repair", 14, ("shop in Utrecht", "shop in Zwolle", "at home"), 68, 14),
    Kind("support call", 12, ("phone",), 52, 18),
    Kind("invoice", 9, ("e-mail",), 18, 8),
    Kind("complaint", 5, ("phone", "e-mail"), 82, 10),
)


def company(seed: int, now: int) -> tuple[list[Row], list[Row]]:
    """Customers and contacts, as rows of an import, of the year that ends at `now` (epoch seconds)."""
    chance = Random(seed)
    customers: list[Row] = []
    contacts: list[Row] = []
    for number in range(1, CUSTOMERS + 1):
        since = now - YEAR + int(chance.triangular(-3 * YEAR, 0.8 * YEAR, 0))
        customers.append(_customer(chance, number, since))
        contacts += _contacts(chance, number, max(since, now - YEAR), now)
    contacts.sort(key=lambda row: (str(row["occurred_at"]), str(row["customer"])))
    return customers, [{"external_id": f"K-{n:05}", **row} for n, row in enumerate(contacts, start=1)]


def _customer(chance: Random, number: int, since: int) -> Row:
    language = chance.choices(("nl", "en"), (7, 3))[0]
    first, last = chance.choice(FIRST[language].split()), chance.choice(LAST[language].split("|"))
    has_phone = chance.random() < 0.6
    return {
        "external_id": f"C-{number:04}",
        "name": f"{first} {last}",
        "email": f"{first}.{last.replace(' ', '')}.{number}@example.com".lower(),
        "phone": f"+3161234{number:04}" if has_phone else "",
        "language": language,
        "timezone": chance.choice(ZONES[language]),
        "account": chance.choice(ACCOUNTS) if chance.random() < 0.12 else "",
        "consent_email": chance.choices(("yes", "no", ""), (88, 6, 6))[0],
        "consent_sms": chance.choices(("yes", "no", ""), (60, 20, 20))[0] if has_phone else "",
        "created_at": _written(since),
        "attributes": {"segment": chance.choices(("gold", "silver", "regular"), (1, 3, 6))[0]},
    }


def _contacts(chance: Random, number: int, begins: int, now: int) -> list[Row]:
    """What happens between this customer and us: now and then, in shop hours, some more often than others."""
    pace = chance.lognormvariate(0.0, 0.5) * CONTACTS_A_YEAR / YEAR
    rows: list[Row] = []
    at = begins + chance.expovariate(pace)
    while at < now:
        kind = chance.choices(KINDS, [kind.often for kind in KINDS])[0]
        moment = min(int(at) // DAY * DAY + chance.randrange(8 * HOUR, 17 * HOUR), now)
        value = min(100.0, max(0.0, round(chance.gauss(kind.value, kind.spread), 0)))
        rows.append(
            {
                "customer": f"C-{number:04}", "kind": kind.name, "touchpoint": chance.choice(kind.touchpoints),
                "value": value, "occurred_at": _written(moment),
            }
        )  # fmt: skip
        at += chance.expovariate(pace)
    return rows


def _written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def office_hour(at: int) -> int:
    """The first full hour of the company's day, 7 to 18 UTC, that is not before `at`: at night nobody is written to."""
    hour = full_hour(at)
    return max(hour, hour // DAY * DAY + 7 * HOUR) if hour % DAY <= 18 * HOUR else (hour // DAY + 1) * DAY + 7 * HOUR


def leave_some_to_a_person(runtime: Runtime) -> None:
    """The last who were asked and are silent so far write what a machine must not guess about."""
    silent = (
        sa.select(col(Customer.external_id), col(Customer.language), col(Outreach.channel))
        .join(LedgerEntry, col(LedgerEntry.customer_id) == col(Customer.id))
        .join(Outreach, col(Outreach.id) == col(LedgerEntry.outreach_id))
        .where(col(LedgerEntry.kind) == lifecycle.Kind.ASK, col(LedgerEntry.outcome).is_(None))
        .order_by(col(LedgerEntry.asked_at).desc(), col(LedgerEntry.id).desc())
        .limit(len(FOR_A_PERSON["en"]))
    )
    with runtime.reading() as session:
        found = session.execute(silent).all()
    for number, (customer, language, channel) in enumerate(found):
        sandbox.answer(runtime, customer, Channel(channel), FOR_A_PERSON[spoken(language)][number], f"unclear {number}")


def fill(settings: Settings, seed: int, now: int, progress: Callable[[float], None] = lambda share: None) -> Played:
    """Play the sample company's year into an empty database, up to the last full hour before `now` (epoch seconds).

    Everything that is due later is left to the real clock. `progress` hears the share of the year that has passed.
    """
    until = now // HOUR * HOUR
    customers, contacts = company(seed, until)
    history = History.of(customers, contacts)
    time = MovedClock(history.begins, office_hour)
    runtime = runtime_at(settings, time)
    if runtime.engine.dialect.name == "sqlite":
        never_wait_for_the_disk(runtime.engine)
    try:
        database.migrate(runtime.engine)
        documents = [library.text(name) for name in ("guard", *POLICIES)]
        furnish(runtime, Furniture(documents, starter.contents(), starter.surveys()), PUBLISHER)
        play = Play(runtime, time, history, Respondents(seed))
        length = max(1, until - history.begins)
        played = play.run(until, lambda at: progress((at - history.begins) / length))
        leave_some_to_a_person(runtime)
        return played
    finally:
        runtime.engine.dispose()
