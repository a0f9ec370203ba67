"""The server may open no more files: who is there is served, newcomers wait at the door, and the log stays readable."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People

ROOM = 8
STRANGERS = 60
WORDS = 20
LINES = 100
"""Of the log, however often a connection could not be accepted."""


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
async def test_exhausted_descriptors_hold_up_newcomers_and_nobody_else(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    agent, visitor = await people.agent(desk, ADA), await people.visitor(desk)
    chat = await visitor.start("Is there room?")
    await agent.assigned(chat["id"])
    lines_before = len(desk.stderr().splitlines())

    with few_descriptors(desk), ExitStack() as crowd:
        for _ in range(STRANGERS):
            crowd.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=5))
        for n in range(WORDS):
            said = await visitor.say(chat["id"], f"Word {n}")
            await agent.wait("message", lambda m, seq=said["seq"]: m["seq"] == seq)  # type: ignore[misc]

    newcomer = await people.visitor(desk)
    another = await newcomer.start("And now?")
    await agent.assigned(another["id"])
    assert len(desk.stderr().splitlines()) - lines_before < LINES
