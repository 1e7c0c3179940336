"""The command that says, at once, what a history would have looked like under given documents."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from outreach.cli.common import Moment, Unusable, a_runtime, progress_bar
from outreach.cli.rehearsing import FILE, NEW_FILE, document

if TYPE_CHECKING:
    from outreach.replaying.material import Material
    from outreach.replaying.replay import Documents, Price, Replay

_SHOWN = 8  # rules a list of prices shows on the screen


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
    from outreach.cli.sentences import sentence_for
    from outreach.csv_import import UnusableFile
    from outreach.rehearsal.history import NothingToPlay
    from outreach.rehearsal.rehearse import Unwritable
    from policies.policy import PolicyRefused

    _refuse_halves(options)
    try:
        said = _replay(policies, options)
    except (UnusableFile, NothingToPlay, Unwritable) as problem:
        raise Unusable(f"Nothing was replayed: {problem}.") from problem
    except PolicyRefused as refused:
        raise Unusable(str(sentence_for(refused))) from refused
    click.echo(json.dumps(said, indent=2) if as_json else _told(said))


def _refuse_halves(options: dict[str, Any]) -> None:
    if bool(options["customers"]) != bool(options["contacts"]):
        raise Unusable("Give --customers and --contacts together, or neither to replay the database.")
    if options["differences"] and not options["against"]:
        raise Unusable("--differences compares two replays: say with --against what to compare with.")


def _replay(policies: Sequence[Path], options: dict[str, Any]) -> dict[str, Any]:
    """Replay, write the files, and return what is said."""
    from outreach.rehearsal import ledger
    from outreach.rehearsal.rehearse import refuse_unwritable
    from outreach.replaying.replay import DIFFERENCES, differences, messages, prices
    from outreach.replaying.replay import replay as walk

    papers = (options["differences"], options["ledger"])
    for paper in filter(None, papers):
        refuse_unwritable(paper)
    documents = _documents(options["guard"], policies, from_files=bool(options["customers"]))
    other = _against(documents, options["against"])
    with progress_bar("Reading") as progress:
        material = _material(options, progress)
    keep = options["differences"] is not None
    with progress_bar("Replaying") as progress:
        one = walk(material, documents, progress, keep)
        two = walk(material, other, progress, keep) if other else None
    priced: list[Price] = []
    if options["priced"]:
        with progress_bar("Pricing") as progress:
            priced = prices(one, progress)
    if two is not None and options["differences"]:
        ledger.write(options["differences"], DIFFERENCES, differences(one, two))
    if options["ledger"]:
        ledger.write(options["ledger"], ledger.LEDGER, messages(one))
    said = _said(one, two, priced, options["seed"])
    if not options["customers"]:
        said |= _foreseen(one)
        if two is not None:
            said["against"] |= _foreseen(two)
    return said


def _documents(guard: Path | None, policies: Sequence[Path], from_files: bool) -> "Documents":
    from outreach import policy_book
    from outreach.replaying.replay import Documents
    from policies import library
    from policies.policy import Guard, Policy

    found = [document(file)[1] for file in policies]
    named = [each for each in found if isinstance(each, Policy)]
    if len(named) < len(found):
        raise Unusable("One of the policies has no name, so it is a guard; give it as --guard, or give it a name.")
    names = [policy.name for policy in named]
    if len(set(names)) < len(names):
        raise Unusable("Two of the policies have the same name; leave one out, or rename one.")
    if guard is not None:
        chosen = document(guard)[1]
        if not isinstance(chosen, Guard):
            raise Unusable(f"{guard} is not a guard but the policy {chosen.name}; give it as --policy.")
        return Documents(chosen, named)
    if from_files:
        return Documents(library.guard(), named)
    with a_runtime().reading() as session:
        return Documents(policy_book.in_force(session).guard, named)


def _against(documents: "Documents", against: str | None) -> "Documents | None":
    """The same documents, but the one that is compared with in its place: the guard, the policy of the same name, or
    the only policy there is."""
    from outreach.replaying.replay import Documents
    from policies.policy import Guard

    if against is None:
        return None
    other = document(Path(against))[1] if Path(against).is_file() else _published(against)
    if isinstance(other, Guard):
        return Documents(other, documents.policies)
    names = [policy.name for policy in documents.policies]
    if other.name not in names and len(names) > 1:
        raise Unusable(f"{against} is the policy {other.name}, which is none of those given with --policy.")
    place = names.index(other.name) if other.name in names else 0
    others = [other if n == place else policy for n, policy in enumerate(documents.policies)]
    return Documents(documents.guard, others)


def _published(name: str) -> Any:
    from outreach import policy_book

    with a_runtime().reading() as session:
        book = policy_book.in_force(session)
    if name == policy_book.GUARD:
        return book.guard
    if name not in book.policies:
        raise Unusable(
            f"{name} is neither a file nor the name of a published policy; `outreach policy list` names them."
        )
    return book.policies[name].policy


def _material(options: dict[str, Any], progress: Any) -> "Material":
    from outreach.replaying.material import Window, from_database, from_files
    from outreach.settings import Settings

    window = Window(options["since"], options["until"])
    if options["customers"]:
        return from_files(Settings(), options["customers"], options["contacts"], window, options["seed"])
    return from_database(a_runtime(), window, options["seed"], progress)


def _said(one: "Replay", two: "Replay | None", priced: "Sequence[Price]", seed: int) -> dict[str, Any]:
    from outreach.rehearsal.ledger import iso

    material = one.material
    said: dict[str, Any] = {
        "seed": seed,
        "begins": iso(material.begins),
        "ends": iso(one.walk.world.until),
        "customers": len(material.history.people),
        "contacts": len(material.history.contacts),
        "refused_rows": material.refused,
        **_counts(one),
        "prices": [asdict(price) for price in priced],
    }
    return said if two is None else {**said, "against": _counts(two)}


def _foreseen(replayed: "Replay") -> dict[str, Any]:
    """What the organisation's own history lets expect of the asks, or why it cannot tell."""
    from outreach.replaying import responses
    from policies.replay.refusal import Refusal

    found = responses.expected(a_runtime(), replayed)
    if isinstance(found, Refusal):
        return {"expected": {"refused": found.says("en")}}
    parts = {"answers": found.answers, "opt_outs": found.opt_outs, "precision": found.precision}
    return {
        "expected": {
            name: {"refused": part.says("en")} if isinstance(part, Refusal) else asdict(part)
            for name, part in parts.items()
        }
    }


def _counts(replayed: "Replay") -> dict[str, Any]:
    from outreach.rehearsal.ledger import iso

    counts = asdict(replayed.sum)
    counts["weeks"] = [{**week, "begins": iso(week["begins"])} for week in counts["weeks"]]
    return counts


def _told(said: dict[str, Any]) -> str:
    refused = f" ({said['refused_rows']:,} rows refused)" if said["refused_rows"] else ""
    span = f"{said['begins']} to {said['ends']}"
    lines = [f"{said['contacts']:,} contacts of {said['customers']:,} customers{refused}, {span}."]
    lines += _lines(said)
    if "against" in said:
        lines += ["", "Compared with:", *_lines(said["against"])]
    if said["prices"]:
        lines += ["", "Without one amount there would be more (or fewer):"]
        lines += [
            f"  {price['amount']}{' of ' + price['policy'] if price['policy'] else ''}: "
            f"{price['asks']:+,} asks, {price['answers']:+,} answers"
            for price in said["prices"][:_SHOWN]
        ]
    return "\n".join(lines)


def _lines(counts: dict[str, Any]) -> list[str]:
    lines = [
        f"{name}: asked {done['asks']:,} (reminded {done['reminders']:,}, answered {done['answers']:,}), "
        f"given {done['contents']:,} (used {done['uses']:,})"
        for name, done in counts["done"].items()
    ]
    for name, held in counts["held"].items():
        rules = ", ".join(f"{rule} {how['longest']:,}" for rule, how in held.items() if how["longest"]) or "nothing"
        lines.append(f"{name}: of its contacts held back by {rules}")
    lines += dict.fromkeys(_expectation(name, part) for name, part in counts.get("expected", {}).items())
    days, often = counts["days_to_ask"], counts["asks_a_customer"]
    if days["median"] is not None:
        lines.append(f"From contact to ask: {days['median']} days in the middle, {days['most']} at most")
    lines.append(f"Never asked: {counts['never_asked']:,} customers; most asked: {max(often, default=0)} times")
    return lines


def _expectation(name: str, part: Any) -> str:
    refused = part if isinstance(part, str) else part.get("refused")
    if refused:
        return f"What to expect of it is not known: {refused}"
    return f"{_EXPECTED[name]}: {part['expected']:,.1f} ({part['low']:,.1f} to {part['high']:,.1f})"


_EXPECTED = {
    "answers": "Answers to expect, by your own history",
    "opt_outs": "Opt-outs to expect",
    "precision": "Margin of the score, in points",
}
