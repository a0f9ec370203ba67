"""A real `semafor serve` process with a data folder of its own, driven by its command line only.

Everything here is synchronous and blocks: a process is started, asked and ended between the awaits of a test.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

READY = "listening on "
START_TIMEOUT_S = 30.0
# The contract gives SIGTERM 10 s; the rest is for a loaded machine.
STOP_TIMEOUT_S = 15.0
CLI_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Department:
    """As `semafor department add` takes it. No hours: always open."""

    id: str
    name: str
    hours: str | None = None
    tz: str | None = None

    def arguments(self) -> list[str]:
        given = ["department", "add", self.id, "--name", self.name]
        if self.hours is not None:
            given += ["--hours", self.hours]
        if self.tz is not None:
            given += ["--tz", self.tz]
        return given


@dataclass(frozen=True, slots=True)
class User:
    """As `semafor user add` takes it."""

    email: str
    name: str
    role: str = "agent"
    departments: tuple[str, ...] = ("support",)
    capacity: int = 3
    tier: int = 1
    password: str = field(default="correct horse battery staple", repr=False)

    def arguments(self) -> list[str]:
        given = ["user", "add", self.email, "--name", self.name, "--role", self.role]
        for department in self.departments:
            given += ["--department", department]
        return [*given, "--capacity", str(self.capacity), "--tier", str(self.tier), "--password-stdin"]


class Desk:
    """One server. `start` and `restart` return when it listens; `stop` asserts that it ended well.

    data: its data folder, kept over restarts.  settings: `SEMAFOR_*` of the process; nothing of the tester's own
    environment gets through.  program: the installed one, as an operator runs it.  command: "serve" or "demo".
    """

    def __init__(
        self, data: Path, settings: Mapping[str, str], program: Sequence[str] | None = None, command: str = "serve"
    ) -> None:
        self._program = program or [str(Path(sysconfig.get_path("scripts")) / "semafor")]
        self._command = command
        self.data = data
        self.settings = {"SEMAFOR_SECRET": "only-for-tests-" + "0" * 32, "SEMAFOR_TZ": "UTC", **settings}
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_name(f"{data.name}-stderr.log")
        self._process: subprocess.Popen[str] | None = None

    @property
    def agent_url(self) -> str:
        """Where agents connect, and use HTTP with their session; `url` where one server is the desk."""
        return self.url

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when the server has said that it listens; fails with its own words if it does not."""
        assert not self.alive, "the desk is running already"
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--data", str(self.data)]
        command = [*self._program, self._command, *place]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command, env=self._environment(), stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        said = _Listening(self._process)
        if said.wait(START_TIMEOUT_S) is None:
            self.kill()
            raise AssertionError(f"the desk did not start:\n{said.text()}{self.stderr()}")

    def stop(self) -> None:
        """SIGTERM; asserts exit code 0 in time. Does nothing where the process is gone already."""
        if not self.alive:
            return
        process = self._running()
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the desk did not end within {STOP_TIMEOUT_S:.0f} s of SIGTERM") from None
        assert code == 0, f"the desk ended with {code}:\n{self.stderr()}"

    def kill(self) -> None:
        """kill -9, the whole process group: nothing gets a chance to tidy up."""
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def freeze(self) -> None:
        """SIGSTOP: the process is there, and silent, until `thaw`."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        """Same data, same address. After `kill` it only starts."""
        self.stop()
        self.start()

    def stderr(self) -> str:
        """What all runs of this desk wrote to stderr."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def cli(self, *arguments: str, stdin: str = "") -> str:
        """Run a subcommand on this desk's data, whether the server runs or not; its stdout. Fails unless it exits 0."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, (
            f"semafor {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """As `cli`, for a subcommand that is expected to fail."""
        return self._called([*self._program, *arguments], stdin, CLI_TIMEOUT_S)

    def _called(self, command: list[str], stdin: str, timeout_s: float) -> subprocess.CompletedProcess[str]:
        environment = {**self._environment(), "SEMAFOR_DATA": str(self.data)}
        return subprocess.run(
            command,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def add_department(self, department: Department) -> None:
        self.cli(*department.arguments())

    def add_user(self, user: User) -> None:
        self.cli(*user.arguments(), stdin=f"{user.password}\n")

    def people(self, departments: Iterable[Department], users: Iterable[User]) -> None:
        """Add all of them; a running server knows them within 5 s, one that starts later at once.

        The same commands as one by one, given to one process, be the desk's own program what it may.
        """
        orders = [{"arguments": department.arguments(), "stdin": ""} for department in departments]
        orders += [{"arguments": user.arguments(), "stdin": f"{user.password}\n"} for user in users]
        command = [sys.executable, "-m", "tests.harness.commands"]
        done = self._called(command, json.dumps(orders), CLI_TIMEOUT_S * max(1, len(orders)))
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}{done.stderr}"

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**kept, "PYTHONUNBUFFERED": "1", **self.settings}

    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the desk was never started"
        return self._process


class _Listening:
    """Reads a process's stdout to its end in a thread, so that the pipe never fills up."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: list[str] = []
        self._url: str | None = None
        self._known = threading.Event()
        self._process = process
        threading.Thread(target=self._read, name=f"stdout of {process.pid}", daemon=True).start()

    def wait(self, timeout_s: float) -> str | None:
        """The URL, or None when the process ended without one or the time is over."""
        self._known.wait(timeout_s)
        return self._url

    def text(self) -> str:
        return "".join(self._lines)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                self._lines.append(line)
                if READY in line and self._url is None:
                    self._url = line.partition(READY)[2].strip()
                    self._known.set()
        self._known.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
