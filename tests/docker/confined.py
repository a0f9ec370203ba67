"""Runs a container's processes without Docker: in namespaces of their own, in the image's root, as the image's user.

`python -m tests.docker.confined WORK`, as root and inside `unshare --mount --net --pid --fork --mount-proc`: reads a
`Plan` as JSON from standard input and writes what was seen, a `Report`, to standard output.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.harness.desk import User
from tests.harness.people import AgentClient, VisitorClient

HEALTHY_WITHIN_S = 30.0
"""`--start-period` of the image."""
ENDS_WITHIN_S = 30.0
SIOCSIFFLAGS = 0x8914
INTERFACE_UP = 0x41
STATUS_FIELDS = ("Uid", "Gid", "Groups", "CapPrm", "CapEff", "CapBnd", "NoNewPrivs")
# Tries to leave a file in each folder named; says where it could.
WRITER = """
import pathlib, sys, json
left = []
for folder in sys.argv[1:]:
    try:
        pathlib.Path(folder, "left-behind").write_text("x")
    except OSError:
        continue
    pathlib.Path(folder, "left-behind").unlink()
    left.append(folder)
print(json.dumps(left))
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """As image and compose file say.

    secrets: name -> text, shown in /run/secrets. people: commands in the running container, and what is piped into
    them. twice: start it again on the same volume, and talk.
    """

    user: str
    environment: dict[str, str]
    server: list[str]
    probe: list[str]
    port: int
    data: str
    secrets: dict[str, str]
    read_only: bool
    owner: str = ""
    """Of a data folder that was there before; "" is a new volume, which takes the image's."""
    healthy_within_s: float = HEALTHY_WITHIN_S
    twice: bool = False
    people: list[tuple[list[str], str]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """probes: exit codes, one a try. statuses: of the HTTP paths. codes: of the server, one a run."""

    said: str = ""
    probes: list[int] = field(default_factory=list)
    process: dict[str, str] = field(default_factory=dict)
    writable: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    people: list[tuple[int, str]] = field(default_factory=list)
    conversation: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    stopped_in_s: list[float] = field(default_factory=list)


class Container:
    def __init__(self, work: Path, plan: Plan) -> None:
        self._root = work / "root"
        self._plan = plan
        self._output = work / "output"
        self._server: subprocess.Popen[bytes] | None = None

    def mount(self, volume: Path) -> None:
        """The image's root, a volume at its data folder, and what every container has."""
        data = self._root / self._plan.data.lstrip("/")
        if not volume.exists():
            volume.mkdir()
            owner = data.stat()
            os.chown(volume, owner.st_uid, owner.st_gid)
            volume.chmod(owner.st_mode & 0o7777)
        if self._plan.owner:
            os.chown(volume, *map(int, self._plan.owner.split(":")))
        _mount("--bind", self._root, self._root)
        for name, text in self._plan.secrets.items():
            (self._root / "run/secrets" / name).write_text(text)
            (self._root / "run/secrets" / name).chmod(0o444)
        _mount("--bind", volume, data)
        _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", self._root / "tmp")
        _mount("-t", "proc", "proc", self._root / "proc")
        _mount("--rbind", "/dev", self._root / "dev")
        if self._plan.read_only:
            _mount("-o", "remount,bind,ro", self._root)

    def command(self, words: Sequence[str]) -> list[str]:
        """As `docker exec`: the image's user, no capability, none to gain."""
        uid, _, gid = self._plan.user.partition(":")
        bare = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--clear-groups"]
        return ["chroot", str(self._root), "setpriv", f"--reuid={uid}", f"--regid={gid}", *bare, "--", *words]

    def execute(self, words: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(words), env=self._plan.environment, input=given, capture_output=True, text=True, check=False
        )

    def start(self) -> subprocess.Popen[bytes]:
        with self._output.open("ab") as output:
            words = self.command(self._plan.server)
            self._server = subprocess.Popen(words, env=self._plan.environment, stdout=output, stderr=output)
        return self._server

    def said(self) -> str:
        return self._output.read_text(errors="replace")


def carry_out(work: Path, plan: Plan) -> Report:
    """Start, ask, stop with SIGTERM; and once more on the same volume where the plan says so."""
    report = Report()
    loopback_up()
    container = Container(work, plan)
    container.mount(work / "volume")
    server = container.start()
    report.probes = probed(container, plan, server)
    if report.probes[-1] == 0:
        report.process = _status_of(server.pid)
        report.writable = json.loads(container.execute(["python", "-c", WRITER, *plan.folders]).stdout)
        report.statuses = {path: _status(f"http://127.0.0.1:{plan.port}{path}") for path in plan.paths}
        for words, given in plan.people:
            done = container.execute(words, given)
            report.people.append((done.returncode, done.stdout + done.stderr))
    if report.probes[-1] == 0 and plan.twice:
        stop(server, report)
        server = container.start()
        report.probes += probed(container, plan, server)
        report.conversation = asyncio.run(conversed(f"http://127.0.0.1:{plan.port}"))
    stop(server, report)
    report.said = container.said()
    return report


def probed(container: Container, plan: Plan, server: subprocess.Popen[bytes]) -> list[int]:
    """The health check again and again, until it succeeds, the time is over or there is nobody to ask."""
    codes = []
    deadline = time.monotonic() + plan.healthy_within_s
    while time.monotonic() < deadline and server.poll() is None:
        codes.append(container.execute(plan.probe).returncode)
        if codes[-1] == 0:
            return codes
        time.sleep(0.3)  # as Docker does: its interval is 10 s
    return [*codes, 1]


def stop(server: subprocess.Popen[bytes], report: Report) -> None:
    started = time.monotonic()
    server.send_signal(signal.SIGTERM)
    try:
        report.codes.append(server.wait(ENDS_WITHIN_S))
    except subprocess.TimeoutExpired:
        server.kill()
        report.codes.append(server.wait())
    report.stopped_in_s.append(time.monotonic() - started)


async def conversed(url: str) -> list[str]:
    """What a visitor hears of the agent that `ADA` is."""
    ada = User("ada@desk.example", "Ada Lovelace")
    async with await AgentClient.sign_in(url, ada) as agent, await VisitorClient.arrive(url) as visitor:
        chat = await visitor.start("Is anybody in there?")
        await agent.assigned(chat["id"])
        await agent.say(chat["id"], "I am.")
        await visitor.wait("message", lambda message: message["author"]["kind"] == "agent")
        return [message["body"] for message in await visitor.conversation(chat["id"]) if message["kind"] == "text"]


def loopback_up() -> None:
    """A network namespace begins with its loopback down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", INTERFACE_UP))


def _mount(*words: str | Path) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


def _status_of(pid: int) -> dict[str, str]:
    lines = (line.partition(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: " ".join(value.split()) for name, _, value in lines if name in STATUS_FIELDS}


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as exc:
        return exc.code


def read_plan(given: Mapping[str, object]) -> Plan:
    return Plan(**given)  # type: ignore[arg-type]


if __name__ == "__main__":
    print(json.dumps(asdict(carry_out(Path(sys.argv[1]), read_plan(json.load(sys.stdin))))))  # noqa: T201 - its result
