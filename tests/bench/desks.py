"""The two servers that are measured: a desk of our own, and the bare library (messages/bare_server.py)."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.harness.desk import Department, Desk, User

SETTINGS = {"SEMAFOR_LIMITS": "off"}
PROGRAM = [sys.executable, "-c", "from server.cli import main; main()"]
"""This checkout, whatever is installed."""


@contextmanager
def running_desk(users: Sequence[User]) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "desk", SETTINGS, program=PROGRAM)
        desk.people((Department("support", "Support"),), users)
        desk.start()
        try:
            yield desk
        finally:
            desk.kill()


@contextmanager
def yardstick() -> Iterator[tuple[str, int]]:
    """Its address and process."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.messages.bare_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.kill()


def in_process(module: str, plan: dict[str, Any]) -> dict[str, Any]:
    """Let a driver do its work in a process of its own."""
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
