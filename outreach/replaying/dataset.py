"""A history on disk in parts, as Parquet: what is in it, how a part is written, and how it becomes what is replayed.

Beside `manifest.json`, written last, each part has the customers of whole accounts and all of their contacts. There are
no addresses in it, only whether they may be used; ids, attributes and time zones are, and the number that the
organisation's draws begin with, so it is for those only who may read the database.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from outreach.rehearsal.history import NothingToPlay
from outreach.replaying.material import Chances, Material, Row, assembled
from outreach.replaying.window import Window
from policies.replay.history import Happened, Person
from policies.situation import Address, Contact

FORMAT = 1
MANIFEST = "manifest.json"
_ADDRESS = pa.struct({"usable": pa.bool_(), "consent": pa.bool_(), "suppressed": pa.bool_()})
CUSTOMERS = pa.schema(
    {
        "id": pa.string(), "comes_in": pa.int64(), "since": pa.int64(), "account": pa.string(), "language": pa.string(),
        "zones": pa.list_(pa.string()), "attributes": pa.string(), "email": _ADDRESS, "sms": _ADDRESS,
    }
)  # fmt: skip
CONTACTS = pa.schema(
    {
        "customer": pa.string(), "id": pa.string(), "kind": pa.string(), "touchpoint": pa.string(),
        "value": pa.float64(), "occurred_at": pa.int64(), "attributes": pa.string(),
    }
)  # fmt: skip


class UnusableData(Exception):
    """This folder holds no whole data set; the message says what to do."""


@dataclass(frozen=True)
class DataSet:
    """What `manifest.json` says. `salt` begins the organisation's draws; `documents` are the guard and policies that
    were in force (TOML), by name."""

    folder: Path
    parts: int
    customers: int
    contacts: int
    salt: str
    documents: dict[str, str]
    contents: Sequence[Row]
    surveys: Sequence[Row]

    @classmethod
    def of(cls, folder: Path) -> "DataSet":
        """Raises UnusableData."""
        try:
            said = json.loads((folder / MANIFEST).read_text("utf-8"))
            if said.pop("format") != FORMAT:
                raise UnusableData(f"{folder} was written by another version; write it anew with `outreach export`")
            found = cls(folder, **said)
            missing = [path for n in range(found.parts) for path in paths(folder, n) if not path.is_file()]
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnusableData(
                f"{folder} holds no whole data set; write one with `outreach export --parquet {folder}`"
            ) from error
        if missing:
            raise UnusableData(f"{missing[0]} is missing; write the data set anew with `outreach export`")
        return found

    def save(self) -> None:
        """Say that the data set is whole."""
        said = {"format": FORMAT, **asdict(self)}
        del said["folder"]
        (self.folder / MANIFEST).write_text(json.dumps(said, indent=1), "utf-8")

    def ends(self, window: Window) -> tuple[int, int]:
        """When the first and the last contact inside the window were. Raises NothingToPlay."""
        found = []
        for n in range(self.parts):
            moments = _read(paths(self.folder, n)[1], ["occurred_at"]).column(0)
            moments = moments.filter(_inside(moments, window))
            if len(moments):
                found.append(pc.min_max(moments).as_py())
        if not found:
            raise NothingToPlay("no contact is left to replay; give another span of time, or other data")
        return min(each["min"] for each in found), max(each["max"] for each in found)

    def part(self, n: int, window: Window, ends: tuple[int, int], chances: Chances) -> Material:
        """What is replayed of one part; `ends` are those of the whole."""
        customers, contacts = (_read(path) for path in paths(self.folder, n))
        contacts = contacts.filter(_inside(contacts.column("occurred_at"), window))
        people = [_person(row) for row in customers.to_pylist()]
        happened = [_happened(row) for row in contacts.to_pylist()]
        return assembled(people, happened, ends, chances.of(self.salt), (self.contents, self.surveys))


def _read(path: Path, columns: list[str] | None = None) -> Any:
    """Raises UnusableData."""
    try:
        return pq.read_table(path, columns=columns)
    except (pa.ArrowException, OSError) as error:
        raise UnusableData(f"{path} is not whole; write the data set anew with `outreach export`") from error


def paths(folder: Path, part: int) -> tuple[Path, Path]:
    """The customers and the contacts of a part."""
    return folder / f"customers-{part:05}.parquet", folder / f"contacts-{part:05}.parquet"


def _inside(moments: Any, window: Window) -> Any:
    since = pc.greater_equal(moments, -(2**62) if window.since is None else window.since)
    return pc.and_(since, pc.less(moments, 2**62 if window.until is None else window.until))


def customer_rows(people: Iterable[Person]) -> list[Row]:
    return [
        {
            "id": p.id, "comes_in": p.comes_in, "since": p.since, "account": p.account, "language": p.language,
            "zones": list(p.zones), "attributes": json.dumps(dict(p.attributes)),
            **{name: asdict(address) for name, address in p.addresses.items()},
        }
        for p in people
    ]  # fmt: skip


def contact_rows(happened: Iterable[Happened]) -> list[Row]:
    return [
        {
            "customer": customer, "id": c.id, "kind": c.kind, "touchpoint": c.touchpoint, "value": c.value,
            "occurred_at": c.occurred_at, "attributes": json.dumps(dict(c.attributes)),
        }
        for customer, c in ((each.customer, each.contact) for each in happened)
    ]  # fmt: skip


def _person(row: dict[str, Any]) -> Person:
    addresses = {channel: row.pop(channel) for channel in ("email", "sms")}
    return Person(
        **{
            **row,
            "zones": tuple(row["zones"]),
            "attributes": json.loads(row["attributes"]),
            "addresses": {channel: Address(**said) for channel, said in addresses.items() if said is not None},
        }
    )


def _happened(row: dict[str, Any]) -> Happened:
    customer = row.pop("customer")
    return Happened(customer, Contact(**{**row, "attributes": json.loads(row["attributes"])}))
