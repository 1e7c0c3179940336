"""The hooks behind gunicorn, as they run in production: what is too much is refused, and takes no memory."""

import gzip
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests import calls, servers

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60  # seconds
HUNDRED_MB = 100_000_000
ROOM = 80_000  # kB that a server may take for the largest of its calls


@pytest.fixture
def port(sqlite_url: str, tmp_path: Path) -> Iterator[int]:
    """A server of its own; nobody listens to its bell."""
    port = servers.free_port()
    given = calls.configured(
        database_url=sqlite_url, redis_url="unix:///nowhere", secret="for tests", data_dir=tmp_path
    )
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    env = {**mine, "PYTHONPATH": str(ROOT), **{f"OUTREACH_{name.upper()}": str(value) for name, value in given.items()}}
    command = [
        "-m",
        "gunicorn",
        "--config",
        "python:web.serve",
        "--bind",
        f"127.0.0.1:{port}",
        "web.serve:application()",
    ]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, *command], cwd=tmp_path, env=env, stderr=log)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            assert _answer(port, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").startswith(
                "200"
            )
            return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)


def _answer(port: int, head: str, body: Iterable[bytes] = ()) -> str:
    """The status that answers a request whose body is sent until nobody takes it any more."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        with suppress(OSError):
            for piece in body:
                connection.sendall(piece)
        return connection.recv(200).decode().partition(" ")[2]


def _head(path: str, content_type: str, length: str) -> str:
    signed = (
        "X-Twilio-Signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=\r\nX-Twilio-Email-Event-Webhook-Timestamp: 1750000000\r\n"
    )
    return f"POST {path} HTTP/1.1\r\nHost: ask.example.com\r\nContent-Type: {content_type}\r\n{signed}{length}\r\n\r\n"


def _pieces(many: int) -> Iterator[bytes]:
    return (b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(many // 65_536))


def _most_memory(port: int) -> int:
    """The most that any process of the server ever had in memory, in kB."""
    most = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            line = (status.parent / "cmdline").read_bytes()
            if f"127.0.0.1:{port}".encode() in line:
                most = max(most, int(status.read_text().partition("VmHWM:")[2].split()[0]))
        except (OSError, IndexError):
            continue
    return most


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell how much memory is used")
def test_a_hundred_megabytes_are_refused_and_take_no_memory(port: int) -> None:
    before = _most_memory(port)
    assert before > 0
    for path, content_type in (
        (calls.INBOUND, calls.FORM),
        (calls.STATUS, calls.FORM),
        (calls.EVENTS, calls.LIST),
        (calls.PARSE, calls.MAIL),
    ):
        assert _answer(port, _head(path, content_type, f"Content-Length: {HUNDRED_MB}")).startswith("413")
        chunked = _head(path, content_type, "Transfer-Encoding: chunked")
        assert _answer(port, chunked, _pieces(HUNDRED_MB))[:3] in ("413", "")  # or cut off while still sending
    assert _most_memory(port) - before < ROOM


def test_style_and_scripts_travel_packed_to_browsers_that_unpack_them_and_pages_do_not(client: FlaskClient) -> None:
    packed = client.get("/static/outreach.css", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/static/outreach.css")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert {answer.headers["Vary"] for answer in (packed, plain)} == {"Accept-Encoding"}
    unchanged = {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": "gzip"}
    assert client.get("/static/outreach.css", headers=unchanged).status_code == 304
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "gzip"}).headers
