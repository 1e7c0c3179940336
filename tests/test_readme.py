"""The README is true: its settings, commands, rules and defaults are those of the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel

from outreach.cli import main
from outreach.settings import Settings
from policies.durations import write
from policies.policy import ContactTerms, Guard, Policy, Reminder, Rests, Rhythm, ValueFirst
from policies.rules import ASK_RULES, GIVE_RULES, REMIND_RULES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
IN_WORDS = {"contact.kinds", "rhythm.spread", "audience", "guard.caps", "caps", "guard.fatigue", "guard.hours.email"}
IN_WORDS |= {"guard.hours.sms"}


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    section = README.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table, heading
    return [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in table[0].splitlines()[2:]]


def commands(group: click.Group, path: str = "outreach") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def amounts(prefix: str, document: BaseModel) -> Iterator[tuple[str, object]]:
    for name in type(document).model_fields:
        value = getattr(document, name)
        if isinstance(value, BaseModel) and f"{prefix}{name}" not in IN_WORDS:
            yield from amounts(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value


def defaults() -> dict[str, Any]:
    found: dict[str, Any] = dict(amounts("guard.", Guard()))
    for prefix, document in (
        ("contact.", ContactTerms()),
        ("rhythm.", Rhythm()),
        ("rests.", Rests()),
        ("value_first.", ValueFirst()),
        ("reminder.", Reminder()),
    ):
        found |= dict(amounts(prefix, document))
    found["sampling"] = Policy.model_fields["sampling"].default
    return {name: value for name, value in found.items() if name not in IN_WORDS and not isinstance(value, BaseModel)}


def _shown(default: object) -> str:
    return f"`{default}`" if str(default) else ""


def test_every_setting_is_in_the_readme_with_its_default_and_meaning() -> None:
    told = {cells[0]: cells[1:] for cells in rows("## Settings")}
    real = {
        f"`OUTREACH_{name.upper()}`": [_shown(field.get_default()), field.description]
        for name, field in Settings.model_fields.items()
        if name != "secret"
    }
    secret = Settings.model_fields["secret"].description
    assert told == {**real, "`OUTREACH_SECRET`": ["", secret]}


def test_every_command_is_in_the_readme_with_its_own_words() -> None:
    told = {cells[0].strip("`"): cells[1] for cells in rows("## Commands")}
    assert isinstance(main, click.Group)
    assert told == {name: command.get_short_help_str(limit=200) for name, command in commands(main)}


def test_every_rule_is_in_the_readme() -> None:
    told = [cells[0].strip("`") for cells in rows("### Every rule, and its default")]
    assert sorted(told) == sorted(
        {rule.__name__ for rule in (*ASK_RULES, *GIVE_RULES, *REMIND_RULES)} | {"quiet_hours"}
    )


@pytest.mark.parametrize(("name", "value"), defaults().items())
def test_every_amount_is_in_the_readme_with_its_default(name: str, value: float) -> None:
    table = README.split("### Every rule, and its default")[1].split("## ")[0]
    told = dict(re.findall(r"`([a-z_.]+)` ([\w.]+)", table))
    shown = write(value) if isinstance(value, int) and value >= 60 else f"{value:g}"
    assert told.get(name) == shown
