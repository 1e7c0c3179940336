"""The command that plays a history through the product, to see what would have come of it."""

import json
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli.common import Unusable, progress_bar, text_of

if TYPE_CHECKING:
    from outreach.rehearsal.ledger import Summary
    from outreach.rehearsal.stage import Furniture
    from outreach.starter import Row
    from policies.policy import Guard, Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option("--customers", type=FILE, required=True, help="Customers, as for `outreach import customers`.")
@click.option("--contacts", type=FILE, required=True, help="Contact events, as for `outreach import contacts`.")
@click.option("--guard", type=FILE, required=True, help="The guard (TOML).")
@click.option("--policy", "policies", type=FILE, required=True, multiple=True, help="A policy (TOML); repeatable.")
@click.option("--content", type=FILE, help="Content to give (TOML) in place of the starter's.")
@click.option("--surveys", type=FILE, help="Surveys (TOML) in place of the starter's.")
@click.option("--seed", type=int, default=0, show_default=True, help="Where all chance comes from.")
@click.option("--ledger", type=NEW_FILE, required=True, help="Every message handed over goes here (CSV).")
@click.option("--responses", type=NEW_FILE, help="What customers did with them goes here (CSV).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def rehearse(customers: Path, contacts: Path, ledger: Path, responses: Path | None, **options: Any) -> None:
    """Play a history, and see who would have been asked.

    The real product decides and sends, in a database that is thrown away, under a clock that jumps from hour to hour;
    the customers' answers are made up. The same seed gives the same ledger, byte for byte. Exit status: 0 it was
    played, 2 a file cannot be used.
    """
    from outreach import bootstrap, logs
    from outreach.cli.sentences import sentence_for
    from outreach.csv_import import UnusableFile
    from outreach.rehearsal.history import NothingToPlay
    from outreach.rehearsal.ledger import Unwritable
    from outreach.rehearsal.rehearse import Papers, Script
    from outreach.rehearsal.rehearse import rehearse as play
    from outreach.rehearsal.stage import NoSurvey
    from outreach.settings import Settings
    from outreach.starter import TextsRefused
    from policies.policy import PolicyRefused

    logs.begin("WARNING")
    sources = (customers, contacts, options["guard"], *options["policies"], options["content"], options["surveys"])
    keep_apart(filter(None, sources), filter(None, (ledger, responses)))
    try:
        furniture = _furniture(options)
    except (PolicyRefused, TextsRefused) as refused:
        raise Unusable(str(sentence_for(refused))) from refused
    script = Script(customers, contacts, furniture, options["seed"], bootstrap.today())
    try:
        with progress_bar("Rehearsing") as progress:
            summary = play(Settings(), script, Papers(ledger, responses), progress)
    except (Unwritable, UnusableFile, NothingToPlay, NoSurvey) as problem:
        raise Unusable(f"Nothing was played: {problem}.") from problem
    click.echo(json.dumps(asdict(summary), indent=2) if options["as_json"] else _told(summary, ledger))


def keep_apart(sources: Iterable[Path], papers: Iterable[Path]) -> None:
    """What is read must outlive being written, and so must what is written first."""
    taken = {source.resolve() for source in sources}
    for paper in papers:
        if paper.resolve() in taken:
            raise Unusable(f"{paper} is named for something else already; write to another file.")
        taken.add(paper.resolve())


def _furniture(options: dict[str, Any]) -> "Furniture":
    from outreach import starter
    from outreach.rehearsal.stage import Furniture

    content, surveys = options["content"], options["surveys"]
    return Furniture(
        documents=_documents(options["guard"], options["policies"]),
        contents=_texts(starter.read_contents, content) if content else starter.contents(),
        surveys=_texts(starter.read_surveys, surveys) if surveys else starter.surveys(),
    )


def _texts(read: Callable[[str], "list[Row]"], file: Path) -> "list[Row]":
    from outreach.starter import TextsRefused

    try:
        return read(text_of(file, Unusable))
    except TextsRefused as refused:
        raise TextsRefused([f"{file}: {problem}" for problem in refused.problems]) from refused


def _documents(guard: Path, policies: Sequence[Path]) -> list[str]:
    """The texts of one guard and of policies with a name each, in this order."""
    from policies.policy import Guard, Policy

    text, found = document(guard)
    if isinstance(found, Policy):
        raise Unusable(f"{guard} is not a guard but the policy {found.name}; give it as --policy.")
    texts, files = [text], dict[str, Path]()
    for file in policies:
        text, found = document(file)
        if isinstance(found, Guard):
            raise Unusable(f"{file} has no name, so it is a guard; give it as --guard, or give the policy a name.")
        if found.name in files:
            both = f"{files[found.name]} and {file}"
            raise Unusable(f"{both} are both the policy {found.name}; leave one out, or rename one.")
        texts.append(text)
        files[found.name] = file
    return texts


def document(file: Path) -> "tuple[str, Guard | Policy]":
    from outreach import policy_book
    from policies.policy import PolicyRefused

    text = text_of(file, Unusable)
    try:
        tomllib.loads(text)
        return text, policy_book.parse(text)
    except PolicyRefused as refused:
        problems = [(f"{file}: {field}" if field else str(file), said) for field, said in refused.problems]
        raise PolicyRefused(problems) from refused
    except (ValueError, RecursionError) as problem:
        raise Unusable(f"{file} is not TOML: {problem}. Correct it, or give another file.") from problem


def _told(summary: "Summary", ledger: Path) -> str:
    held = ", ".join(f"{rule} {count:,}" for rule, count in summary.held_by.items()) or "nothing"
    looks = ", ".join(f"{action} {count:,}" for action, count in summary.actions.items())
    refused = f" ({summary.refused_rows:,} rows refused)" if summary.refused_rows else ""
    return (
        f"{summary.contacts:,} contacts of {summary.customers:,} customers{refused}, "
        f"{summary.begins} to {summary.ends}, in {summary.seconds:,.0f} s.\n"
        f"Looks     {looks}\n"
        f"Held by   {held}\n"
        f"Given     {summary.contents:,}, of which used {summary.uses:,}\n"
        f"Asked     {summary.asks:,}; answered {summary.answers:,}, not now {summary.not_now:,}, "
        f"opted out {summary.opt_outs:,}\n"
        f"Every message: {ledger}"
    )
