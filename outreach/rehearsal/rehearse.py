"""A rehearsal from files to files: what a year would have been like, under these amounts and with these texts."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from outreach import csv_import, policy_book
from outreach.rehearsal import ledger
from outreach.rehearsal.history import END_OF_TIME, History
from outreach.rehearsal.ledger import Summary, Unwritable
from outreach.rehearsal.play import MovedClock, Play, full_hour
from outreach.rehearsal.respondents import Respondents
from outreach.rehearsal.stage import Furniture, furnish, temporary
from outreach.settings import Settings
from policies.policy import Policy

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Script:
    """What is played: the two files of `outreach import`, the documents and texts, the seed of all chance, and the
    moment (epoch seconds) after which nothing can have happened yet."""

    customers: Path
    contacts: Path
    furniture: Furniture
    seed: int = 0
    today: int = END_OF_TIME


@dataclass(frozen=True)
class Papers:
    """Where the ledger is written, and if wanted what customers did."""

    ledger: Path
    responses: Path | None = None


def rehearse(settings: Settings, script: Script, papers: Papers, progress: Progress) -> Summary:
    """Play a history from its first contact until its last one cannot be asked about any more, and write the papers.

    `progress` hears seconds played and seconds in all. Nothing is written before all is played. Raises Unwritable,
    UnusableFile, NothingToPlay, NoSurvey, NoGuard, PolicyRefused.
    """
    began = monotonic()
    for paper in filter(None, (papers.ledger, papers.responses)):
        refuse_unwritable(paper)
    customers, contacts = csv_import.read_customers(script.customers), csv_import.read_contacts(script.contacts)
    history = History.of(customers.items, contacts.items, script.today)
    time = MovedClock(history.begins)
    ends = full_hour(history.last + _longest_life(script.furniture))
    with temporary(settings, script.seed, time) as runtime:
        furnish(runtime, script.furniture, "rehearsal")
        play = Play(runtime, time, history, Respondents(script.seed))
        played = play.run(ends, lambda at: progress(at - history.begins, ends - history.begins))
        played.refused += len(customers.refused) + len(contacts.refused)
        with runtime.reading() as session:
            rows = list(ledger.messages(session))
            summary = ledger.summarize(session, played, script.seed, (history.begins, ends))
    written = {papers.ledger: (ledger.LEDGER, rows)}
    if papers.responses is not None:
        written[papers.responses] = (ledger.RESPONSES, list(ledger.responses(played.doings)))
    ledger.write(written)
    return replace(summary, seconds=round(monotonic() - began, 1))


def refuse_unwritable(paper: Path) -> None:
    """Raises Unwritable where the paper could not be written, before any work is done for it."""
    if not paper.parent.is_dir():
        raise Unwritable(f"{paper} cannot be written: there is no folder {paper.parent}")
    trial = paper.with_name(f"{paper.name}.{os.getpid()}.trial")
    try:
        trial.touch()
        trial.unlink()
    except OSError as problem:
        raise Unwritable(f"{paper} cannot be written ({problem.strerror}); choose another place") from problem
    if paper.exists() and not paper.is_file():
        raise Unwritable(f"{paper} is no ordinary file; choose another place")


def _longest_life(furniture: Furniture) -> int:
    """Seconds after a contact in which any of the policies may ask about it, or remind of that."""
    policies = [d for d in map(policy_book.parse, furniture.documents) if isinstance(d, Policy) and d.contact]
    return max([p.contact.expires + (p.reminder.until if p.reminder else 0) for p in policies if p.contact], default=0)
