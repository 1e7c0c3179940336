"""What a rehearsal leaves behind: every message handed over, what customers did with them, and the counts."""

import csv
import os
import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.lifecycle import Kind, Stage
from outreach.rehearsal.play import Doing, Played
from outreach.rehearsal.respondents import Deed
from outreach.tables import ContactEvent, Customer, Intent, LedgerEntry, Outreach, PolicyVersion, StoredDecision
from policies.decision import Action

LEDGER = ("customer", "contact", "class", "channel", "at", "policy", "version", "probability")
RESPONSES = ("customer", "class", "channel", "sent_at", "at", "response", "score", "text")
Cells = tuple[object, ...]


class Unwritable(Exception):
    """A paper could not be written where it should go; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a rehearsal.

    `actions` are those of the looks; `held_by` names, for each look that did not act, the rule that held back longest.
    """

    seed: int
    begins: str
    ends: str
    customers: int
    contacts: int
    refused_rows: int
    actions: dict[str, int]
    held_by: dict[str, int]
    contents: int
    asks: int
    reminders: int
    uses: int
    answers: int
    not_now: int
    opt_outs: int
    seconds: float = 0.0


def summarize(session: Session, played: Played, seed: int, ends: tuple[int, int]) -> Summary:
    """The counts of what was played between two moments (epoch seconds)."""
    sent = _counts(session, LedgerEntry.kind, col(LedgerEntry.voided_at).is_(None))
    looks = col(StoredDecision.stage) == Stage.LOOK
    actions = _counts(session, StoredDecision.action, looks)
    deeds = Counter(doing.deed for doing in played.doings)
    return Summary(
        seed=seed,
        begins=iso(ends[0]),
        ends=iso(ends[1]),
        customers=played.customers,
        contacts=played.contacts,
        refused_rows=played.refused,
        actions={action: actions.get(action, 0) for action in Action},
        held_by=_counts(session, StoredDecision.held_by, looks & col(StoredDecision.held_by).is_not(None)),
        contents=sent.get(Kind.CONTENT, 0),
        asks=sent.get(Kind.ASK, 0),
        reminders=sent.get(Kind.REMINDER, 0),
        uses=deeds[Deed.USED],
        answers=deeds[Deed.ANSWERED],
        not_now=deeds[Deed.NOT_NOW],
        opt_outs=deeds[Deed.STOPPED],
    )


def _counts(session: Session, column: Any, condition: sa.ColumnElement[bool]) -> dict[str, int]:
    """How many rows hold each word, most first."""
    word, many = col(column), sa.func.count()
    rows = session.execute(sa.select(word, many).where(condition).group_by(word).order_by(many.desc(), word))
    return {str(name): count for name, count in rows}


def messages(session: Session) -> Iterator[Cells]:
    """The rows of the ledger, in order of time, then of customer: nobody gets two messages at one moment."""
    rows = session.execute(
        sa.select(
            col(Customer.external_id), sa.func.coalesce(col(ContactEvent.external_id), ""), col(LedgerEntry.kind),
            col(LedgerEntry.channel), col(LedgerEntry.asked_at), col(LedgerEntry.policy), col(PolicyVersion.version),
            col(Outreach.probability),
        )
        .join(Outreach, col(Outreach.id) == col(LedgerEntry.outreach_id))
        .join(Customer, col(Customer.id) == col(LedgerEntry.customer_id))
        .join(PolicyVersion, col(PolicyVersion.id) == col(Outreach.policy_version_id))
        .join(Intent, col(Intent.id) == col(Outreach.intent_id))
        .join(ContactEvent, col(ContactEvent.id) == col(Intent.contact_event_id), isouter=True)
        .where(col(LedgerEntry.voided_at).is_(None))
        .order_by(col(LedgerEntry.asked_at), col(Customer.external_id))
    )  # fmt: skip
    for customer, contact, kind, channel, at, policy, version, probability in rows:
        yield customer, contact, kind, channel, iso(at), policy, version, repr(probability)


def responses(doings: Iterable[Doing]) -> Iterator[Cells]:
    """What customers did, in order of time."""
    for d in doings:
        score = "" if d.score is None else d.score
        yield d.customer, d.kind, d.channel, iso(d.sent_at), iso(d.at), d.deed, score, d.text


def write(papers: Mapping[Path, tuple[Cells, Sequence[Cells]]]) -> None:
    """Write CSV files, each with its header and rows, all of them whole or none: beside first, under other names.
    Raises Unwritable."""
    beside = {path: path.with_name(f"{path.name}.{os.getpid()}.part") for path in papers}
    try:
        for path, (header, rows) in papers.items():
            with beside[path].open("w", encoding="utf-8", newline="") as text:
                writer = csv.writer(text, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(rows)
        with uninterrupted():
            for path, part in beside.items():
                part.replace(path)
    except OSError as problem:
        raise Unwritable(f"{' and '.join(map(str, papers))} cannot be written ({problem.strerror})") from problem
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C is heard when this is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
