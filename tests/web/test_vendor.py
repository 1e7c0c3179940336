"""What others wrote and we pass on to browsers: known, licensed and unchanged."""

import hashlib
import json
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor"
MANIFEST: list[dict[str, str]] = json.loads((VENDOR / "MANIFEST.json").read_text())


def test_the_manifest_names_every_file() -> None:
    named = {entry[key] for entry in MANIFEST for key in ("file", "licence_file")}
    assert {file.name for file in VENDOR.iterdir()} == named | {"MANIFEST.json"}


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["name"])
def test_a_file_is_as_it_was_published_or_says_what_was_changed(entry: dict[str, str]) -> None:
    if "changed" in entry:
        assert f"{entry['name']} {entry['version']}" in (VENDOR / entry["file"]).read_text()
    else:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
