"""The command that says, at once, what a history would have looked like under given documents."""

import json
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli.common import Moment, Unusable, a_runtime, progress_bar
from outreach.cli.rehearsing import FILE, NEW_FILE, keep_apart

if TYPE_CHECKING:
    from outreach.cli.replay_documents import Published
    from outreach.cli.replay_said import Foreseen
    from outreach.replaying.answer import Answer, Wanted
    from outreach.replaying.material import Material
    from outreach.replaying.replay import Price

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--policy", "policies", type=FILE, required=True, multiple=True, help="A policy (TOML); repeatable.")
@click.option(
    "--guard", type=FILE, help="The guard (TOML).  [default: the published one; for files the ready-made one]"
)
@click.option("--against", help="Compare with this: a document (TOML), or the name of a published policy or of guard.")
@click.option("--since", type=Moment(), help="Only contacts from this moment on.")
@click.option("--until", type=Moment(), help="Only contacts before this moment.")
@click.option("--customers", type=FILE, help="Customers, as for `outreach import customers`; else the database.")
@click.option("--contacts", type=FILE, help="Contact events, as for `outreach import contacts`.")
@click.option("--parquet", type=FOLDER, help="A data set of `outreach export`, on Dask; else the database.")
@click.option("--scheduler", help="With --parquet: on the workers of this Dask scheduler; else on this machine.")
@click.option("--segment", default="language", show_default=True, help="Count also by this attribute of customers.")
@click.option("--seed", type=int, default=0, show_default=True, help="Where the customers' doings come from.")
@click.option("--prices", "priced", is_flag=True, help="Say also how many asks each amount costs.")
@click.option("--differences", type=NEW_FILE, help="With --against: who would be treated differently (CSV).")
@click.option("--ledger", type=NEW_FILE, help="Every message goes here (CSV), in the columns of `outreach rehearse`.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def replay(policies: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Say at once what would have come of a history.

    Under these documents, in place of what is in force. Nothing is sent or stored. Decisions are those of the product;
    what customers do with a message is made up. Without the extra `fast` the same takes longer. Exit status: 0 it was
    replayed, 2 a file cannot be used.
    """
    from outreach.cli.replay_said import told
    from outreach.cli.sentences import sentence_for
    from outreach.csv_import import UnusableFile
    from outreach.rehearsal.history import NothingToPlay
    from outreach.rehearsal.ledger import Unwritable
    from policies.policy import PolicyRefused
    from policies.replay.history import TooManySegments

    _refuse_halves(options)
    try:
        said = _replay(policies, options)
    except (UnusableFile, NothingToPlay, Unwritable, TooManySegments) as problem:
        raise Unusable(f"Nothing was replayed: {problem}.") from problem
    except PolicyRefused as refused:
        raise Unusable(str(sentence_for(refused))) from refused
    click.echo(json.dumps(said, indent=2) if as_json else told(said))


@click.command()
@click.option("--parquet", type=click.Path(path_type=Path), required=True, help="The folder; it must not be there yet.")
def export(parquet: Path) -> None:
    """Write the history as a data set in parts.

    For `outreach replay --parquet`. It holds ids, attributes and whether an address may be used, but no addresses.
    """
    _need_parquet()
    from outreach.replaying.exporting import NotEmpty
    from outreach.replaying.exporting import export as write

    try:
        with progress_bar("Writing") as progress:
            data = write(a_runtime(), parquet, progress)
    except (NotEmpty, OSError) as problem:
        raise Unusable(f"Nothing was written: {problem}.") from problem
    click.echo(f"{data.customers:,} customers and {data.contacts:,} contacts, in {data.parts} parts, are in {parquet}.")


def _need_parquet() -> None:
    if find_spec("pyarrow") is None or find_spec("distributed") is None:
        raise Unusable("Data sets need the extra `large`: install it with `.venv/bin/pip install -e '.[large]'`.")


def _refuse_halves(options: dict[str, Any]) -> None:
    if bool(options["customers"]) != bool(options["contacts"]):
        raise Unusable("Give --customers and --contacts together, or neither to replay the database.")
    if options["parquet"] and options["customers"]:
        raise Unusable("Give either --parquet, or --customers and --contacts.")
    if options["scheduler"] and not options["parquet"]:
        raise Unusable("A --scheduler has parts of a data set replayed: say with --parquet which one.")
    if options["differences"] and not options["against"]:
        raise Unusable("--differences compares two replays: say with --against what to compare with.")


def _replay(policies: Sequence[Path], options: dict[str, Any]) -> dict[str, Any]:
    """Replay, write the files, and return what is said."""
    from outreach.cli.replay_documents import documents, guard_of, in_place_of
    from outreach.cli.replay_said import said
    from outreach.rehearsal import ledger
    from outreach.rehearsal.rehearse import refuse_unwritable
    from outreach.replaying.answer import Wanted
    from outreach.replaying.replay import DIFFERENCES
    from policies import library

    papers = [paper for paper in (options["differences"], options["ledger"]) if paper]
    others = (options[name] for name in ("guard", "customers", "contacts") if options[name])
    keep_apart([*policies, *others, *([Path(options["against"])] if options["against"] else [])], papers)
    for paper in papers:
        refuse_unwritable(paper)
    published = _published(options)
    default = library.guard if options["customers"] else partial(guard_of, published)
    chosen = documents(options["guard"], policies, default)
    other = in_place_of(chosen, options["against"], published)
    wanted = Wanted(chosen, other, options["priced"], bool(options["ledger"]), bool(options["differences"]))
    answer, foreseen = _in_parts(wanted, options) if options["parquet"] else _at_once(wanted, options)
    told = said(answer, chosen.guard, options["seed"], foreseen)
    differences, messages = (DIFFERENCES, answer.differences), (ledger.LEDGER, answer.ledger)
    rows = {options["differences"]: differences, options["ledger"]: messages}
    ledger.write({paper: rows[paper] for paper in papers})
    return told


def _at_once(wanted: "Wanted", options: dict[str, Any]) -> "tuple[Answer, Sequence[Foreseen]]":
    """Replay a history that fits into memory. From a database also: what it lets expect of the asks."""
    from outreach.cli.replay_said import depends_on, foreseen
    from outreach.replaying.answer import Answer
    from outreach.replaying.replay import Keeps, nobody_can_tell, prices
    from outreach.replaying.replay import replay as walk
    from outreach.replaying.responses import answers_to_expect

    with progress_bar("Reading") as progress:
        material = _material(options, progress)
    with progress_bar("Replaying") as progress:
        one = walk(material, wanted.documents, progress, Keeps(wanted.differences, wanted.ledger))
        two = walk(material, wanted.against, progress, Keeps(wanted.differences)) if wanted.against else None
    priced: list[Price] = []
    if wanted.priced:
        with progress_bar("Pricing") as progress:
            expect = nobody_can_tell if options["customers"] else answers_to_expect(a_runtime())
            priced = prices(one, progress, expect)
    both = [] if options["customers"] else [foreseen(each) for each in (one, two) if each is not None]
    if both:
        both[0] |= depends_on()
    return Answer.of(wanted, one, two, priced), both


def _in_parts(wanted: "Wanted", options: dict[str, Any]) -> "tuple[Answer, Sequence[Foreseen]]":
    from outreach.replaying.cluster import NoScheduler, Work, replay_parts
    from outreach.replaying.dataset import DataSet, UnusableData
    from outreach.replaying.material import Chances
    from outreach.replaying.window import Window

    data, window = DataSet.of(options["parquet"]), Window(options["since"], options["until"])
    chances = Chances(options["seed"], options["segment"])
    try:
        work = Work(options["parquet"].absolute(), window, data.ends(window), chances, wanted)
        with progress_bar("Replaying") as progress:
            return replay_parts(data, work, options["scheduler"], progress), []
    except (NoScheduler, UnusableData) as problem:
        raise Unusable(f"Nothing was replayed: {problem}.") from problem


def _published(options: dict[str, Any]) -> "Published":
    """What is in force, or was when a data set was written."""
    from outreach import policy_book
    from outreach.cli.replay_documents import in_force

    if not options["parquet"]:
        return in_force
    _need_parquet()
    from outreach.replaying.dataset import DataSet, UnusableData

    try:
        data = DataSet.of(options["parquet"])
    except UnusableData as problem:
        raise Unusable(f"Nothing was replayed: {problem}.") from problem
    return lambda: {name: policy_book.parse(text) for name, text in data.documents.items()}


def _material(options: dict[str, Any], progress: Any) -> "Material":
    from outreach import bootstrap
    from outreach.replaying.material import Chances, Files, from_database, from_files
    from outreach.replaying.window import Window
    from outreach.settings import Settings

    window, chances = Window(options["since"], options["until"]), Chances(options["seed"], options["segment"])
    if options["customers"]:
        files = Files(options["customers"], options["contacts"], bootstrap.today())
        return from_files(Settings(), files, window, chances)
    return from_database(a_runtime(), window, chances, progress)
