"""The whole demo at rest: what all its processes hold in memory together, and how long it takes to start and to stop.

    python benchmarks/memory.py [--limit MB] [--json]

- `resident`: the sum of the resident memory of every process (shared pages counted in each of them), over the limit.

Runs `outreach demo` in a folder of its own: first the sample company's year is played, then everything is started, its
pages are visited and left alone for ten seconds. Linux only.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.servers import free_port

OUTREACH = str(Path(sys.executable).with_name("outreach"))
PAGES = ("/", "/customers", "/customers/C-0001", "/sandbox", "/sandbox/C-0001", "/replies", "/policies", "/metrics")
REST = 10.0  # seconds
PATIENCE = 600.0  # seconds


def measure(folder: Path) -> dict[str, float]:
    """Seconds and megabytes of one demo in an empty folder."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environment["OUTREACH_PORT"] = str(port)
    first, _ = _run(folder, environment, port)
    again, memory = _run(folder, environment, port)
    return {"year and start, s": first["start"], "start, s": again["start"], "stop, s": again["stop"], **memory}


def _run(folder: Path, environment: dict[str, str], port: int) -> tuple[dict[str, float], dict[str, float]]:
    began = time.monotonic()
    demo = subprocess.Popen([OUTREACH, "demo"], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port, "/readyz"):
            if demo.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("the demo did not start")
            time.sleep(0.05)
        started = time.monotonic()
        for page in PAGES:
            _answers(port, page)
        time.sleep(REST)
        memory = _memory(demo.pid)
        ended = time.monotonic()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(PATIENCE)
    return {"start": started - began, "stop": time.monotonic() - ended}, memory


def _answers(port: int, page: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}{page}", timeout=30) as answer:
            return bool(answer.read())
    except (URLError, OSError):
        return False


def _memory(root: int) -> dict[str, float]:
    rollups = [(Path("/proc") / str(pid) / "smaps_rollup").read_text() for pid in _tree(root)]
    return {
        "processes": len(rollups),
        "resident, MB": sum(_kilobytes(text, "Rss") for text in rollups) / 1024,
        "resident, shared pages divided, MB": sum(_kilobytes(text, "Pss") for text in rollups) / 1024,
    }


def _kilobytes(rollup: str, field: str) -> int:
    return sum(int(found) for found in re.findall(rf"^{field}:\s+(\d+)", rollup, re.MULTILINE))


def _tree(root: int) -> Iterator[int]:
    """A process and all that it started."""
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _tree(int(child))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=500.0, help="megabytes that all processes may hold together")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="outreach-memory-"))
    try:
        figures = {name: round(value, 1) for name, value in measure(folder).items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, value in figures.items():
        print(f"{name:<36} {value:>8.1f}")
    ratios = {"resident": round(figures["resident, MB"] / given.limit, 3)}
    print(f"{'resident over the limit':<36} {ratios['resident']:>8.2f}")
    if given.json:
        print(json.dumps({"ratios": ratios, "figures": figures}))


if __name__ == "__main__":
    main()
