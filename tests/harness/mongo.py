"""A MongoDB for tests: the real one named by SEMAFOR_TEST_MONGO_URL, else a wire-compatible server of our own.

Ours is SecantusDB, a process of its own with a temporary folder; it is GPL, so it is run and never imported. Where it
is not installed or does not start, tests fail: a missing server is never a skip.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sysconfig
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

START_TIMEOUT_S = 60.0
_LISTENING = re.compile(r"listening on 127\.0\.0\.1:(\d+)")


class MongoServer:
    """A stand-in, started by `start` and ended by `kill`. docs/mongodb.md says what it proves and what it does not."""

    def __init__(self, folder: Path, *, cache: str = "64M") -> None:
        """cache: more where transactions of killed clients keep old versions of what was written."""
        self._folder = folder
        self._cache = cache
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when it listens, the second time on the same port and with the same data."""
        program = Path(sysconfig.get_path("scripts")) / "secantusd-py"
        assert program.exists(), "secantusd-py is missing: install the test extra, or set SEMAFOR_TEST_MONGO_URL"
        place = ["--host", "127.0.0.1", "--port", str(self._port), "--storage-path", str(self._folder / "data")]
        ways = ["--sync-on-commit", "--enable-test-commands", "--cache-size", self._cache, "--log-level", "INFO"]
        self._process = subprocess.Popen(
            [str(program), *place, *ways],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        said = _Listening(self._process.stderr)
        if not said.heard.wait(START_TIMEOUT_S) or said.port is None:
            self.kill()
            raise AssertionError(f"the MongoDB stand-in did not start:\n{''.join(said.lines)}")
        self._port = said.port

    def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def freeze(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)
        # On a busy machine a thread of it may run on for a moment after the signal was sent.
        until_s = time.monotonic() + 5
        while not _is_stopped(self._process.pid):
            assert time.monotonic() < until_s, "the server does not stop"
            time.sleep(0.001)

    def thaw(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)


def _is_stopped(pid: int) -> bool:
    """Every thread of the process, by what the system says of it."""
    states = [stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return set(states) == {"T"}


class _Listening:
    """Reads what the server says until it ends, and keeps what it said before it listened."""

    def __init__(self, stream: IO[str]) -> None:
        self.heard = threading.Event()
        self.port: int | None = None
        self.lines: list[str] = []
        self._stream = stream
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                found = None if self.heard.is_set() else _LISTENING.search(line)
                if found:
                    self.port = int(found[1])
                    self.heard.set()
                elif not self.heard.is_set():
                    self.lines.append(line)
        self.heard.set()


class MongoDatabase:
    """A database of a worker's own. `empty` makes it a fresh one: its indexes stay, as to make all takes a second.

    footprints: listens to a store's commands, so that only collections that were written need to be emptied.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.footprints = Footprints()
        self._client: MongoClient[dict[str, Any]] = MongoClient(url)

    def empty(self) -> None:
        database = self._client.get_default_database()
        for name in self.footprints.written - {"schema"}:
            database[name].delete_many({})
        self.footprints.written.clear()

    def drop(self) -> None:
        self._client.drop_database(self._client.get_default_database())
        self._client.close()


class MongoDatabases:
    """A worker's own databases, by name: made when they are asked for first, and dropped at the end."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._run = uuid.uuid4().hex[:8]
        self._made: dict[str, MongoDatabase] = {}

    def named(self, name: str) -> MongoDatabase:
        if name not in self._made:
            self._made[name] = MongoDatabase(database_url(self._server, f"semafor_test_{self._run}_{name}"))
        return self._made[name]

    def drop(self) -> None:
        for database in self._made.values():
            database.drop()


class Footprints(CommandListener):
    """Which collections were written."""

    def __init__(self) -> None:
        self.written: set[str] = set()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"insert", "update", "findAndModify"}:
            self.written.add(str(event.command[event.command_name]))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one server for all tests of this worker."""
    given = os.environ.get("SEMAFOR_TEST_MONGO_URL")
    if given:
        yield given
        return
    server = MongoServer(tmp_path_factory.mktemp("mongo"))
    server.start()
    yield server.url
    server.kill()


@pytest.fixture(scope="session")
def mongo_databases(mongo_server: str) -> Iterator[MongoDatabases]:
    databases = MongoDatabases(mongo_server)
    yield databases
    databases.drop()


def database_url(server: str, name: str) -> str:
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{name}"))
