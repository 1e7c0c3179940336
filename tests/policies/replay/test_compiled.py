"""Compiled and interpreted, a walk brings the same."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WALKS = """
import json
from dataclasses import asdict
from random import Random
from tests.policies.replay.test_agreement import Case
for seed in range(200):
    walked = Case(Random(seed)).walked()
    print(walked.touches, [(*look[:8], sorted(look[8])) for look in walked.looks])
    print(json.dumps(asdict(walked.summed), sort_keys=True))
"""
SAYS = "from policies.replay.compiling import digest; from policies.replay import walk; print(digest())"

pytestmark = pytest.mark.skipif(find_spec("numba") is None, reason="Numba is not installed: it is the extra `fast`")


def said(code: str, interpreted: bool) -> str:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": str(int(interpreted)), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.timeout(900)
def test_compiled_and_interpreted_walks_bring_the_same_to_the_last_digit() -> None:
    compiled = said(WALKS, interpreted=False)
    assert len(compiled) > 100_000
    assert compiled == said(WALKS, interpreted=True)


def test_what_was_compiled_is_found_again_whatever_is_imported_first() -> None:
    orders = ("", "from policies.replay import hashing;", "from policies.replay import openings, past;")
    assert len({said(first + SAYS, interpreted=False) for first in orders}) == 1
