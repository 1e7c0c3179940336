"""`outreach rehearse`, as it is called."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.cli import main
from policies import library
from tests.rehearsal.stages import NAMES, a_few


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    files = a_few(tmp_path, customers=6)
    for name in ("guard", *NAMES):
        (tmp_path / f"{name}.toml").write_text(library.text(name), encoding="utf-8")
    policies = [part for name in NAMES for part in ("--policy", str(tmp_path / f"{name}.toml"))]
    given = ["--customers", str(files.customers), "--contacts", str(files.contacts)]
    ledger = ["--ledger", str(tmp_path / "ledger.csv")]
    return ["rehearse", *given, "--guard", str(tmp_path / "guard.toml"), *policies, *ledger]


def run(arguments: list[str]) -> Result:
    return CliRunner().invoke(main, arguments)


def test_it_says_in_a_few_lines_what_came_of_it(arguments: list[str], tmp_path: Path) -> None:
    result = run(arguments)
    assert result.exit_code == 0, result.output
    assert "of 6 customers" in result.output
    assert (tmp_path / "ledger.csv").exists()


def test_it_tells_programs_the_counts_in_json(arguments: list[str]) -> None:
    counts = json.loads(run([*arguments, "--json", "--seed", "9"]).output)
    assert counts["seed"] == 9
    assert set(counts["actions"]) == {"ask", "give", "wait", "skip"}
    wanted = {"held_by", "asks", "contents", "answers", "opt_outs", "customers", "contacts", "refused_rows", "seconds"}
    assert wanted <= set(counts)


def test_content_of_ones_own_is_given_instead(arguments: list[str], tmp_path: Path) -> None:
    tip = 'link = "https://example.org"\nemail.subject = "A tip"\nemail.body = "Look: {{ link }}"\n'
    (tmp_path / "own.toml").write_text(f"[tip.en]\n{tip}[tip.nl]\n{tip}", encoding="utf-8")
    counts = json.loads(run([*arguments, "--json", "--content", str(tmp_path / "own.toml")]).output)
    assert 0 < counts["contents"] <= counts["customers"]  # one piece each, and then there is none left


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("not,a,table\n1,2,3\n", "must name the columns"),
        ("external_id,customer,kind,touchpoint,value,occurred_at\n", "no history"),
    ],
)
def test_a_file_that_cannot_be_used_is_status_2(arguments: list[str], tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "contacts.csv").write_text(content, encoding="utf-8")
    result = run(arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert not (tmp_path / "ledger.csv").exists()


def test_a_ledger_that_could_not_be_written_is_said_before_it_is_played(arguments: list[str]) -> None:
    result = run([*arguments, "--responses", "/nowhere/responses.csv"])
    assert result.exit_code == 2
    assert "there is no folder" in result.output


def test_a_policy_that_cannot_be_used_is_told_with_its_field(arguments: list[str], tmp_path: Path) -> None:
    policy = tmp_path / f"{NAMES[0]}.toml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\nevery_now_and_then = true\n", encoding="utf-8")
    result = run(arguments)
    assert result.exit_code == 2
    assert "every_now_and_then" in result.output
