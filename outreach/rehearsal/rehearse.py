"""A rehearsal from files to files: what a year would have been like, under these amounts and with these texts."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from outreach import csv_import, policy_book
from outreach.rehearsal import ledger
from outreach.rehearsal.history import History
from outreach.rehearsal.ledger import Summary
from outreach.rehearsal.play import MovedClock, Play, full_hour
from outreach.rehearsal.respondents import Respondents
from outreach.rehearsal.stage import Furniture, furnish, temporary
from outreach.settings import Settings
from policies.policy import Policy

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Script:
    """What is played: the two files of `outreach import`, the documents and texts, and the seed of all chance."""

    customers: Path
    contacts: Path
    furniture: Furniture
    seed: int = 0


@dataclass(frozen=True)
class Papers:
    """Where the ledger is written, and if wanted what customers did."""

    ledger: Path
    responses: Path | None = None


class Unwritable(Exception):
    """A paper could not be written where it should go; the message says which, and why."""


def rehearse(settings: Settings, script: Script, papers: Papers, progress: Progress) -> Summary:
    """Play a history from its first contact until its last one cannot be asked about any more, and write the papers.

    `progress` hears seconds played and seconds in all. Nothing is written before all is played. Raises Unwritable,
    UnusableFile, NothingToPlay, NoSurvey, NoGuard, PolicyRefused.
    """
    began = monotonic()
    for paper in filter(None, (papers.ledger, papers.responses)):
        refuse_unwritable(paper)
    history = History.of(
        _rows(csv_import.read_customers, script.customers), _rows(csv_import.read_contacts, script.contacts)
    )
    time = MovedClock(history.begins)
    ends = full_hour(history.last + _longest_life(script.furniture))
    with temporary(settings, script.seed, time) as runtime:
        furnish(runtime, script.furniture, "rehearsal")
        play = Play(runtime, time, history, Respondents(script.seed))
        played = play.run(ends, lambda at: progress(at - history.begins, ends - history.begins))
        with runtime.reading() as session:
            rows = list(ledger.messages(session))
            summary = ledger.summarize(session, played, script.seed, (history.begins, ends))
    ledger.write(papers.ledger, ledger.LEDGER, rows)
    if papers.responses is not None:
        ledger.write(papers.responses, ledger.RESPONSES, ledger.responses(played.doings))
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


def _rows(read: Callable[[Path], list[csv_import.Item]], path: Path) -> list[csv_import.Item]:
    try:
        return read(path)
    except csv_import.UnusableFile as problem:
        raise csv_import.UnusableFile(f"{path}: {problem}") from problem


def _longest_life(furniture: Furniture) -> int:
    """Seconds after a contact in which any of the policies may ask about it, or remind of that."""
    policies = [d for d in map(policy_book.parse, furniture.documents) if isinstance(d, Policy) and d.contact]
    return max([p.contact.expires + (p.reminder.until if p.reminder else 0) for p in policies if p.contact], default=0)
