"""Taking in customers and contact events, each once, many at a time, with a receipt for every single one.

A second arrival of the same content changes nothing. What is left out or empty never erases what is known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from sqlmodel import Session

from outreach.intake_contacts import store_contacts
from outreach.intake_customers import Origin, store_customers
from outreach.intake_forms import ContactForm, CustomerForm, Door, FormT, Refusal, check
from outreach.receipts import Receipt, Receipts, Result, refused
from outreach.runtime import Runtime
from policies.said import worded

CAME_EARLIER = worded("came earlier in the same file or request, with other content")
Store = Callable[[Session, Sequence[FormT], int], tuple[list[Receipt], list[int]]]


@dataclass
class Batch:
    """Where rows come from, and what came earlier from there: one for a request, one for a whole file.

    `zone` is meant by times that name none. With `dry_run` the receipts are true and nothing is stored.
    """

    source: str = "api"
    zone: tzinfo | None = None
    dry_run: bool = False
    content: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str | None] = field(default_factory=dict)


def receive_contacts(runtime: Runtime, rows: Sequence[object], batch: Batch | None = None) -> Receipts:
    """Store contact events, mappings with the fields of ContactForm, and open the intents they give rise to."""
    batch = batch or Batch()

    def store(session: Session, forms: Sequence[ContactForm], now: int) -> tuple[list[Receipt], list[int]]:
        return store_contacts(session, forms, batch.source, now)

    return _receive(runtime, rows, ContactForm, store, batch)


def receive_customers(runtime: Runtime, rows: Sequence[object], batch: Batch | None = None) -> Receipts:
    """Store customers, mappings with the fields of CustomerForm, with their addresses and what they consented to."""
    batch = batch or Batch()

    def store(session: Session, forms: Sequence[CustomerForm], now: int) -> tuple[list[Receipt], list[int]]:
        origin = Origin(now, batch.source, runtime.settings.key("addresses"), batch.addresses)
        return store_customers(session, forms, origin)

    return _receive(runtime, rows, CustomerForm, store, batch)


def _receive(
    runtime: Runtime, rows: Sequence[object], form: type[FormT], store: Store[FormT], batch: Batch
) -> Receipts:
    door = Door(runtime.now(), runtime.settings.default_country, batch.zone)
    fresh: list[FormT] = []
    at_the_door = [_admit(check(form, row, door), row, fresh, batch) for row in rows]
    with runtime.writing() as session:
        stored, due = store(session, fresh, door.now)
        if batch.dry_run:
            session.rollback()
    if due and not batch.dry_run:
        runtime.doorbell.ring("work", "outreach.jobs.look", due)
    refusals = {r.external_id: r for r in stored if r.result is Result.REFUSED}
    for external_id in refusals:
        del batch.content[external_id]  # it did not come in: the next row with this id may
    receipts = list(_final(at_the_door, {r.external_id: r for r in stored}, refusals))
    again = [n for n, r in enumerate(receipts) if r.reason == CAME_EARLIER and r.external_id in refusals]
    if again:
        anew = _receive(runtime, [rows[n] for n in again], form, store, batch)
        for n, receipt in zip(again, anew.items, strict=True):
            receipts[n] = receipt
    return Receipts(tuple(receipts))


def _admit(checked: FormT | Refusal, row: object, fresh: list[FormT], batch: Batch) -> Receipt | str:
    """A refusal, or the external id of a form that goes in: now, or because the same came before."""
    if isinstance(checked, Refusal):
        return refused(_id_of(row), checked.field, checked.reason)
    digest = hash(checked.model_dump_json())
    earlier = batch.content.get(checked.external_id)
    if earlier is None:
        batch.content[checked.external_id] = digest
        fresh.append(checked)
    elif earlier != digest:
        return refused(checked.external_id, "external_id", CAME_EARLIER)
    return checked.external_id


def _id_of(row: object) -> str:
    return str(row.get("external_id", ""))[:200] if isinstance(row, Mapping) else ""


def _final(
    at_the_door: Iterable[Receipt | str], stored: dict[str, Receipt], refusals: Mapping[str, Receipt]
) -> Iterable[Receipt]:
    for item in at_the_door:
        if isinstance(item, Receipt):
            yield item
        else:  # the second time the same content comes along, it changes nothing
            yield stored.pop(item) if item in stored else refusals.get(item, Receipt(item, Result.UNCHANGED))
