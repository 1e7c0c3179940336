"""Real purchase histories as the two files of `outreach import`: what was bought and when is real, consent is made up.

Consent, phones, accounts and languages are not in the data; they follow from the customer's number, so that every brake
has somebody to hold back.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

import pandas as pd

LONDON = "Europe/London"
ZONES = {
    "United Kingdom": LONDON, "EIRE": "Europe/Dublin", "France": "Europe/Paris", "Germany": "Europe/Berlin",
    "Belgium": "Europe/Brussels", "Spain": "Europe/Madrid", "Portugal": "Europe/Lisbon", "Switzerland": "Europe/Zurich",
    "Norway": "Europe/Oslo", "Channel Islands": "Europe/Jersey", "Cyprus": "Asia/Nicosia", "Italy": "Europe/Rome",
    "Australia": "Australia/Sydney", "Poland": "Europe/Warsaw", "Sweden": "Europe/Stockholm", "Japan": "Asia/Tokyo",
    "Israel": "Asia/Jerusalem", "Iceland": "Atlantic/Reykjavik", "Denmark": "Europe/Copenhagen",
    "Finland": "Europe/Helsinki", "Canada": "America/Toronto", "Greece": "Europe/Athens",
    "Netherlands": "Europe/Amsterdam", "Austria": "Europe/Vienna", "United Arab Emirates": "Asia/Dubai",
    "RSA": "Africa/Johannesburg", "Lebanon": "Asia/Beirut", "USA": "America/New_York", "Brazil": "America/Sao_Paulo",
    "Czech Republic": "Europe/Prague", "Bahrain": "Asia/Bahrain", "Unspecified": "",
}  # fmt: skip
LANGUAGES = {"Netherlands": "nl", "Belgium": "nl", "Germany": "de", "France": "fr", "Unspecified": ""}
AMERICA = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


class Files(NamedTuple):
    customers: Path
    contacts: Path


def online_retail(shared_data: Path, folder: Path, most: int | None = None) -> Files:
    """A year of a British web shop: a contact is an invoice (customer and minute); of `most` customers, if given."""
    lines = pd.read_parquet(shared_data / "02_contact_value" / "uci_online_retail.parquet")
    lines = lines.assign(spent=lines["Quantity"] * lines["UnitPrice"])
    invoices = lines.groupby(["CustomerID", "InvoiceDate"], as_index=False).agg(spent=("spent", "sum"))
    country = lines.groupby("CustomerID")["Country"].first()
    at = invoices["InvoiceDate"].dt.tz_localize(ZoneInfo(LONDON)).dt.tz_convert("UTC")
    contacts = pd.DataFrame(
        {
            "external_id": [f"I{n}" for n in range(len(invoices))],
            "customer": invoices["CustomerID"].astype(str),
            "kind": invoices["spent"].map(lambda spent: "cancellation" if spent < 0 else "order"),
            "touchpoint": "web shop",
            "value": _value(invoices["CustomerID"], invoices["spent"].abs()),
            "occurred_at": at.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    customers = pd.DataFrame(
        [_customer(str(number), ZONES[land], LANGUAGES.get(land, "en")) for number, land in country.items()]
    )
    return _write(folder, customers, contacts, most)


def cdnow(shared_data: Path, folder: Path, most: int | None = None) -> Files:
    """Eighteen months of a music shop in the United States: one contact for each purchase, at noon in New York."""
    bought = pd.read_csv(shared_data / "02_contact_value" / "cdnow_master.csv.gz", dtype={"customer_id": str})
    at = (pd.to_datetime(bought["date"]) + pd.Timedelta(hours=12)).dt.tz_localize(ZoneInfo(AMERICA[0]))
    contacts = pd.DataFrame(
        {
            "external_id": [f"P{n}" for n in range(len(bought))],
            "customer": bought["customer_id"],
            "kind": "order",
            "touchpoint": "music shop",
            "value": _value(bought["customer_id"], bought["usd"]),
            "occurred_at": at.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    numbers = sorted(set(bought["customer_id"]))
    customers = pd.DataFrame([_customer(number, AMERICA[_chance(number, "zone") % 4], "en") for number in numbers])
    return _write(folder, customers, contacts, most)


def _value(customer: "pd.Series[str]", spent: "pd.Series[float]") -> "pd.Series[float]":
    """Where a purchase stands among the customer's own, 0-100: the middle for somebody's only one."""
    rank, count = spent.groupby(customer).rank(method="average"), spent.groupby(customer).transform("count")
    return ((rank - 0.5) / count * 100).round(2)


def _customer(number: str, zone: str, language: str) -> dict[str, str]:
    has_phone = zone == LONDON and _chance(number, "phone") < 40
    return {
        "external_id": number,
        "name": f"Customer {number}",
        "email": f"c{number}@example.org" if _chance(number, "email") < 95 else "",
        "phone": f"+4474001{number}" if has_phone else "",
        "language": language,
        "timezone": zone if not has_phone or _chance(number, "zone known") < 50 else "",
        "account": f"A{int(number) // 8}" if _chance(str(int(number) // 8), "account") < 20 else "",
        "consent_email": _pick(number, "consent", ["yes"] * 85 + ["no"] * 10 + [""] * 5),
        "consent_sms": _pick(number, "consent sms", ["yes"] * 60 + ["no"] * 40),
        "created_at": "1990-05-01T00:00:00Z" if _chance(number, "old") < 30 else "",
    }


def _chance(number: str, purpose: str) -> int:
    return crc32(f"{purpose}/{number}".encode()) % 100


def _pick(number: str, purpose: str, among: list[str]) -> str:
    return among[_chance(number, purpose)]


def _write(folder: Path, customers: pd.DataFrame, contacts: pd.DataFrame, most: int | None) -> Files:
    """Both files; of `most` customers the ones whose numbers are first by chance."""
    files = Files(folder / "customers.csv", folder / "contacts.csv")
    if most is not None:
        chosen = sorted(customers["external_id"], key=lambda number: crc32(number.encode()))[:most]
        customers = customers[customers["external_id"].isin(chosen)]
        contacts = contacts[contacts["customer"].isin(chosen)]
    customers.to_csv(files.customers, index=False)
    contacts.to_csv(files.contacts, index=False)
    return files


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file as text, empty where empty."""
    yield from pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")
