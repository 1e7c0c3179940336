"""Compiled and interpreted, a walk brings the same."""

import subprocess
import sys
from pathlib import Path

import pytest

from policies.replay.compiling import is_fast

ROOT = Path(__file__).parents[3]
WALKS = """
import sys
if sys.argv[1] == "interpreted":
    sys.modules["numba"] = None
from random import Random
from tests.policies.replay.test_agreement import Case
for seed in range(30):
    walked = Case(Random(seed)).walked()
    print(walked.touches, [(*look[:8], sorted(look[8])) for look in walked.looks])
"""


@pytest.mark.timeout(600)
def test_compiled_and_interpreted_walks_bring_the_same_to_the_last_digit() -> None:
    if not is_fast():
        pytest.skip("Numba is not installed: pip install 'outreach[fast]'")
    said = [
        subprocess.run([sys.executable, "-c", WALKS, how], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for how in ("compiled", "interpreted")
    ]
    assert len(said[0]) > 10_000
    assert said[0] == said[1]


@pytest.mark.skipif(not is_fast(), reason="Numba is not installed")
def test_what_was_compiled_is_found_again_whatever_is_imported_first() -> None:
    says = "from policies.replay.compiling import digest; from policies.replay import walk; print(digest())"
    orders = ("", "from policies.replay import hashing;", "from policies.replay import openings, past;")
    said = {
        subprocess.run([sys.executable, "-c", first + says], cwd=ROOT, capture_output=True, check=True).stdout
        for first in orders
    }
    assert len(said) == 1
