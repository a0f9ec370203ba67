"""The disk is full for a while: nothing is promised that is not kept, and nobody has to restart anything.

A limit on the size of the server's files does what a full disk does, needs no root, and can be lifted while it runs.
"""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.histories import History, Json, Operation
from tests.faults.judge import complaints
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, NewDesk, People
from tests.harness.people import AgentClient
from tests.harness.wire import WireClient

ROOM_BYTES = 64 * 1024
"""What every file may have: the write-ahead log is full after a few dozen messages, the record's file already is."""
BODY = "Where is my letter? " * 20 + "?"
QUESTION = {"client_id": "newcomer", "question": "Is anybody there?"}


@contextmanager
def full_disk(desk: Desk) -> Iterator[None]:
    before = resource.prlimit(desk.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        if desk.alive:
            resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def sick_disk(desk: Desk) -> Iterator[None]:
    """Whatever the server has the system put on the disk is answered with EIO."""
    strace = shutil.which("strace")
    assert strace is not None, "strace is missing: apt-get install strace"
    calls = "fsync,fdatasync"
    injected = ["-f", "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO", "-e", "signal=none"]
    command = [strace, *injected, "-o", "/dev/null", "-p", str(desk.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "attached" in said, said
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)


class Writer:
    """Sends messages under numbered client_ids and keeps what became of each."""

    def __init__(self, client: WireClient, author: str, chat_id: str, history: History) -> None:
        self._client = client
        self._author = author
        self._chat_id = chat_id
        self._history = history
        self._n = 0

    async def send(self) -> Json:
        self._n += 1
        client_id = f"{self._author}-{self._n}"
        op = Operation("message:send", self._author, self._chat_id, client_id, BODY, sent_no=self._n)
        self._history.operations.append(op)
        return await self.ask(op)

    async def ask(self, op: Operation) -> Json:
        """The acknowledgement, also noted in the history."""
        order = {"chat_id": op.chat_id, "client_id": op.client_id, "body": op.body}
        answer = await self._client.call(op.event, order)
        op.outcome, op.seq = ("ok", answer["seq"]) if answer["ok"] else ("failed", None)
        return answer

    async def send_until(self, outcome: str) -> Json:
        """The answer of the first that has this outcome."""
        for _ in range(1000):
            answer = await self.send()
            if answer["ok"] is (outcome == "ok"):
                return answer
        raise AssertionError(f"no message was {outcome}")


async def _transcript(history: History, agent: AgentClient, chat_id: str) -> None:
    history.capacities[agent.id] = ADA.capacity
    page = await agent.get(f"/api/v1/chats/{chat_id}")
    history.chats[chat_id], history.transcripts[chat_id] = page["chat"], page["messages"]


async def _readiness(agent: AgentClient) -> int:
    status, _ = await agent.request("GET", "/readyz")
    return status


async def test_full_disk_refuses_loses_nothing_and_takes_up_by_itself(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    history = History()
    agent = await people.agent(desk, ADA)
    colleague = await people.agent(desk, BOB, status="away")
    visitor, newcomer = await people.visitor(desk), await people.visitor(desk)
    chat_id = (await visitor.start("Is there room?"))["id"]
    await agent.assigned(chat_id)
    asking = Writer(visitor, visitor.hello["visitor"]["id"], chat_id, history)
    answering = Writer(agent, agent.id, chat_id, history)
    await asking.send_until("ok")

    with full_disk(desk):
        assert (await asking.send_until("failed"))["error"]["code"] == "unavailable"
        assert (await answering.send_until("failed"))["error"]["code"] == "unavailable"
        assert (await newcomer.refused("chat:start", QUESTION))["code"] == "unavailable"
        await colleague.close()  # a change in the queue that cannot be kept
        assert await _readiness(agent) == 503

    assert await _readiness(agent) == 200
    for writer in (asking, answering):
        assert (await writer.send())["ok"], "there is room again"
    newcomers = await newcomer.ask("chat:start", QUESTION)
    await agent.assigned(newcomers["chat"]["id"])
    await _transcript(history, agent, chat_id)
    assert complaints(history) == []


@pytest.mark.slow
async def test_disk_that_fails_to_sync_refuses_loses_nothing_and_takes_up_by_itself(
    new_desk: NewDesk, people: People
) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    history = History()
    agent = await people.agent(desk, ADA)
    visitor, newcomer = await people.visitor(desk), await people.visitor(desk)
    chat_id = (await visitor.start("Is the disk well?"))["id"]
    await agent.assigned(chat_id)
    asking = Writer(visitor, visitor.hello["visitor"]["id"], chat_id, history)
    await asking.send_until("ok")

    with sick_disk(desk):
        assert (await asking.send_until("failed"))["error"]["code"] == "unavailable"
        assert (await asking.send_until("failed"))["error"]["code"] == "unavailable"
        assert (await newcomer.refused("chat:start", QUESTION))["code"] == "unavailable"

    refused = history.operations[-1]
    await asking.ask(refused)
    assert refused.outcome == "ok", "what was refused is taken when asked again"
    await agent.assigned((await newcomer.ask("chat:start", QUESTION))["chat"]["id"])
    desk.kill()
    desk.start()
    reader = await people.agent(desk, ADA)
    await _transcript(history, reader, chat_id)
    assert complaints(history) == []


async def test_message_refused_for_want_of_room_is_taken_when_asked_again(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    visitor = await people.visitor(desk)
    chat = await visitor.start("Is there room?")
    history = History()
    asking = Writer(visitor, visitor.hello["visitor"]["id"], chat["id"], history)

    with full_disk(desk):
        await asking.send_until("failed")
    refused = history.operations[-1]
    await asking.ask(refused)

    assert '"remedy":"' in desk.stderr(), "who runs the desk is told what helps"
    assert refused.outcome == "ok"
    assert refused.seq == 1 + len(history.operations)


async def test_what_was_acknowledged_survives_a_kill_while_the_disk_is_full(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_LIMITS": "off"})
    history = History()
    visitor = await people.visitor(desk)
    chat_id = (await visitor.start("Is there room?"))["id"]
    asking = Writer(visitor, visitor.hello["visitor"]["id"], chat_id, history)

    with full_disk(desk):
        await asking.send_until("failed")
        desk.kill()
    desk.start()

    agent = await people.agent(desk, ADA)
    await _transcript(history, agent, chat_id)
    assert complaints(history) == []
    assert len(history.transcripts[chat_id]) >= len(history.operations)
