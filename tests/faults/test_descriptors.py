"""The server may open no more files: who is there is served, newcomers come in later, and the log stays readable."""

from __future__ import annotations

import resource
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, SUPPORT, People

ROOM = 8
STRANGERS = 60
FULL_S = 2.0
LINES = 40
"""Of the log, however often a connection could not be accepted: one a second, and what the loops say."""
# Each has its own way with a newcomer that there is no descriptor for; uvloop is an extra (`semafor[fast]`).
PLAIN = "import sys; sys.modules['uvloop'] = None; from server.cli import main; sys.exit(main())"
PROGRAMS: dict[str, list[str] | None] = {"asyncio": [sys.executable, "-c", PLAIN], "uvloop": None}


@contextmanager
def inherited(soft: int) -> Iterator[None]:
    """What is started meanwhile has so few at first, as from a shell."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@contextmanager
def few_descriptors(desk: Desk) -> Iterator[None]:
    """As many as it has open, and a few more."""
    before = resource.prlimit(desk.pid, resource.RLIMIT_NOFILE)
    opened = max(int(one.name) for one in Path(f"/proc/{desk.pid}/fd").iterdir())
    resource.prlimit(desk.pid, resource.RLIMIT_NOFILE, (opened + ROOM, before[1]))
    try:
        yield
    finally:
        resource.prlimit(desk.pid, resource.RLIMIT_NOFILE, before)


@pytest.mark.slow
@pytest.mark.embedded("about one process's descriptors")
@pytest.mark.parametrize("loop", PROGRAMS)
async def test_exhausted_descriptors_hold_up_newcomers_and_nobody_else(
    tmp_path: Path, people: People, loop: str
) -> None:
    desk = Desk(tmp_path / "desk", {"SEMAFOR_LIMITS": "off"}, PROGRAMS[loop])
    desk.people((SUPPORT,), (ADA,))
    with inherited(512):
        desk.start()
    try:
        soft, hard = resource.prlimit(desk.pid, resource.RLIMIT_NOFILE)
        assert soft == min(hard, 65_536), "all that it is allowed to have"
        agent, visitor = await people.agent(desk, ADA), await people.visitor(desk)
        chat = await visitor.start("Is there room?")
        await agent.assigned(chat["id"])
        lines_before = len(desk.stderr().splitlines())

        with few_descriptors(desk), ExitStack() as crowd:
            for _ in range(STRANGERS):
                crowd.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=5))
            began = time.monotonic()
            while time.monotonic() - began < FULL_S:
                said = await visitor.say(chat["id"], "A word")
                await agent.wait("message", lambda m, seq=said["seq"]: m["seq"] == seq)  # type: ignore[misc]

        newcomer = await people.visitor(desk)
        another = await newcomer.start("And now?")
        await agent.assigned(another["id"])
        assert len(desk.stderr().splitlines()) - lines_before < LINES
        assert "Traceback" not in desk.stderr()
        await people.leave()
        desk.stop()
    finally:
        desk.kill()
