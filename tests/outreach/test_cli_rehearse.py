"""What `outreach rehearse` refuses before it plays anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.cli import main
from policies import library

Refused = Callable[..., Result]


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Calls it with good documents but for what is given; it ends with status 2, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    for name in ("guard", "relationship", "something-useful"):
        Path(f"{name}.toml").write_text(library.text(name), encoding="utf-8")
    for name in ("customers", "contacts"):
        Path(f"{name}.csv").write_text("unreadable", encoding="utf-8")

    def call(
        guard: str = "guard.toml", policies: tuple[str, ...] = ("relationship.toml",), status: int = 2, **papers: str
    ) -> Result:
        words = ["rehearse", "--customers", "customers.csv", "--contacts", "contacts.csv", "--guard", guard]
        for option, value in [*(("policy", one) for one in policies), *{"ledger": "ledger.csv", **papers}.items()]:
            words += [f"--{option}", value]
        before = sorted(tmp_path.iterdir())
        result = CliRunner().invoke(main, words)
        assert result.exit_code == status, result.output
        assert sorted(tmp_path.iterdir()) == before
        return result

    return call


@pytest.mark.parametrize("content", [b"\xff\xfe\0", "name = 'Zoë'".encode("latin-1")])
def test_a_document_that_is_not_utf_8_is_named(refused: Refused, content: bytes) -> None:
    Path("odd.toml").write_bytes(content)
    for said in (refused(policies=("odd.toml",)), refused(guard="odd.toml")):
        assert "odd.toml is not UTF-8 text" in said.output


@pytest.mark.parametrize("content", ["Dear customer,", "x = " + "[" * 5_000, f"x = {'9' * 5_000}"])
def test_a_document_that_is_not_toml_is_named(refused: Refused, content: str) -> None:
    Path("odd.toml").write_text(content, encoding="utf-8")
    for said in (refused(policies=("odd.toml",)), refused(guard="odd.toml")):
        assert "odd.toml is not TOML" in said.output


def test_a_guard_given_as_a_policy_is_told_where_it_belongs(refused: Refused) -> None:
    said = refused(policies=("relationship.toml", "guard.toml"))
    assert "guard.toml has no name, so it is a guard; give it as --guard" in said.output


def test_a_policy_given_as_the_guard_is_told_where_it_belongs(refused: Refused) -> None:
    said = refused(guard="something-useful.toml")
    assert "something-useful.toml is not a guard but the policy something-useful; give it as --policy" in said.output


def test_two_policies_of_one_name_are_both_named(refused: Refused) -> None:
    Path("again.toml").write_text(library.text("relationship"), encoding="utf-8")
    said = refused(policies=("relationship.toml", "again.toml"))
    assert "relationship.toml and again.toml are both the policy relationship" in said.output


def test_an_amount_that_is_wrong_is_told_with_its_file(refused: Refused) -> None:
    Path("odd.toml").write_text("settel = '1d'\n" + library.text("relationship"), encoding="utf-8")
    said = refused(policies=("odd.toml",))
    assert "odd.toml: settel: there is no such amount" in said.output


@pytest.mark.parametrize("option", ["ledger", "responses"])
@pytest.mark.parametrize(
    ("paper", "reason"),
    [
        ("away/x.csv", "there is no folder away"),
        ("guard.toml/x.csv", "there is no folder guard.toml"),
        ("/proc/x.csv", "/proc/x.csv cannot be written"),
        ("x" * 255, "cannot be written (File name too long)"),
        ("/dev/null", "/dev/null is no ordinary file"),
    ],
)
def test_a_paper_that_could_not_be_written_is_said_first(
    refused: Refused, option: str, paper: str, reason: str
) -> None:
    assert reason in refused(**{option: paper}).output


def test_a_folder_that_may_not_be_written_in_is_said_first(refused: Refused, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir(mode=0o500)
    try:
        (folder / "probe").touch()
    except PermissionError:
        assert "cannot be written (Permission denied)" in refused(ledger="kept/ledger.csv").output
    else:
        pytest.skip("this user may write everywhere")


@pytest.mark.parametrize(
    "papers",
    [
        {"ledger": "customers.csv"},
        {"ledger": "./contacts.csv"},
        {"ledger": "guard.toml"},
        {"responses": "relationship.toml"},
        {"ledger": "both.csv", "responses": "both.csv"},
    ],
)
def test_no_paper_is_written_over_what_is_read_or_over_the_other(refused: Refused, papers: dict[str, str]) -> None:
    assert "is named for something else already; write to another file" in refused(**papers).output
    assert Path("customers.csv").read_text(encoding="utf-8") == "unreadable"


def test_texts_that_are_wrong_are_told_with_their_file_in_plain_words(refused: Refused) -> None:
    Path("texts.toml").write_text("name = 'x'\n[tip]\nen = 3\n[other.en]\nlink = 4\n", encoding="utf-8")
    for said in (refused(content="texts.toml"), refused(surveys="texts.toml")):
        assert "texts.toml: name: has to be a table" in said.output
        assert "texts.toml: tip.en: has to be a table" in said.output
        assert "dictionary" not in said.output
