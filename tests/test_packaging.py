"""What a new user installs: locked, hashed, and from whichever package index the machine uses."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PACKAGES = ("policies", "channels", "outreach", "web")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
RUNTIME = [*PROJECT["project"]["dependencies"], *EXTRAS["embedded"], *EXTRAS["postgres"]]
BUILD: list[str] = PROJECT["build-system"]["requires"]
LOCKS = {
    "requirements.lock": RUNTIME + BUILD,
    "requirements-dev.lock": RUNTIME + BUILD + EXTRAS["dev"] + EXTRAS["bench"] + EXTRAS["fast"],
}


def entries(lock: str) -> list[str]:
    """One text a locked package, its hashes included."""
    return re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())


def locked(lock: str) -> dict[str, Version]:
    pins = (Requirement(entry.split("\\")[0]) for entry in entries(lock))
    return {
        pin.name: Version(str(pin.specifier).removeprefix("=="))
        for pin in pins
        if not pin.marker or pin.marker.evaluate()
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_satisfies_everything_the_project_asks_for(lock: str) -> None:
    have = locked(lock)
    asked = [Requirement(line) for line in LOCKS[lock]]
    assert [str(one) for one in asked if not one.specifier.contains(have[one.name.lower()])] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_carries_its_hashes_and_no_address(lock: str) -> None:
    assert [
        entry for entry in entries(lock) if "--hash=sha256:" not in entry or re.search(r"//|--index|@ ", entry)
    ] == []


def test_tools_change_no_version_that_runs() -> None:
    running, tools = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: tools.get(name) for name in running} == running


def test_a_wheel_carries_every_file_of_the_packages(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, sources / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / file, sources)
    expected = {file.relative_to(sources).as_posix() for file in sources.rglob("*/*") if file.is_file()}
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(sources)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert expected - set(ZipFile(wheel).namelist()) == set()
