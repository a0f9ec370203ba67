"""The `semafor` program with one bug in it: `python -m tests.faults.bugs NAME serve ...`.

What a server must never do, done in a process of the tests' own, so that the judge can be asked whether it sees it.
Each bug is small and goes unpunished by the server itself: where a second lock would catch it, that one is open too.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from queueing import redis_adapter
from queueing.local import LocalQueue
from queueing.model import AgentChanged, Applied, Command
from queueing.redis.scripts import Script, load
from queueing.states import Place
from server.cli import main
from tests.harness.desk import Desk
from transcripts import changes
from transcripts.changes import Change
from transcripts.operations import Assign, NewMessage
from transcripts.records import Chat, Mail, Message
from transcripts.sending.outbox import Outbox
from transcripts.sending.transport import DeliveryError
from transcripts.sqlite import chats, conversations, files, writer

COMMITTED_AFTER_S = 0.3
ASSIGNED_AFTER_S = 0.1
PROGRAM: Final = (sys.executable, "-m", "tests.faults.bugs")


def acknowledge_before_commit() -> None:
    """Whoever wrote is answered, and everybody told; the commit comes a moment later, or the kill does."""

    def carry_out(self: writer.Writer, group: list[writer._Job]) -> None:
        db = self._db = self._db or self._connect()
        db.execute("BEGIN IMMEDIATE")
        for job in group:
            writer._perform(db, job)
        said = [job for job in group if isinstance(job.value, Message)]
        if said:
            self._call_loop(self._answer, [replace(job) for job in said])
            time.sleep(COMMITTED_AFTER_S)
        for job in said:
            job.facts = []
        db.execute("COMMIT")

    writer.Writer._carry_out = carry_out  # type: ignore[method-assign]


def no_idempotence() -> None:
    """A message that is sent again is stored again."""

    def send(tx: writer.Transaction, new: NewMessage) -> Message:
        tx.db.execute("DROP INDEX IF EXISTS messages_once")
        change = changes.send(conversations.find(tx.db, new.chat_id), new)
        files.use_in_chat(tx.db, new)
        conversations.carry_out(tx, change)
        return change.messages[0]

    chats._send = send


def assignment_without_compare_and_set() -> None:
    """A chat is given to an agent whatever has become of it since the queue decided so."""
    assign_now = chats.Chats.assign

    async def assign(self: chats.Chats, order: Assign) -> Chat:
        await asyncio.sleep(ASSIGNED_AFTER_S)
        await self._write(lambda tx: tx.db.execute("DROP INDEX IF EXISTS chats_open_of_visitor"))
        return await assign_now(self, order)

    changes._check_route = lambda chat, route_version: None
    chats.Chats.assign = assign  # type: ignore[method-assign]


def mail_marked_sent_before_250() -> None:
    """What is on its way counts as sent."""

    async def deliver(self: Outbox, mail: Mail) -> None:
        letter = await self._compose(mail)
        await self._store.mark_sent(mail.id, self._now(), letter.subject, letter.raw)
        try:
            await self._transport.send(letter.envelope_from, mail.to, letter.raw)
        except DeliveryError:
            return

    Outbox._deliver = deliver  # type: ignore[method-assign]


def another_comparator_for_positions() -> None:
    """People are told their place as if who came last were served first; they are served as ever."""

    async def waiting(self: LocalQueue, department: str, limit: int | None = None) -> tuple[Place, ...]:
        line = reversed(self._engine.waiting(department))
        return tuple(replace(place, position=n) for n, place in enumerate(line, start=1))[:limit]

    async def place(self: LocalQueue, chat: str) -> Place | None:
        found = self._engine.place(chat)
        if found is None:
            return None
        return next(place for place in await waiting(self, found.department) if place.chat == chat)

    LocalQueue.waiting = waiting  # type: ignore[method-assign]
    LocalQueue.place = place  # type: ignore[method-assign]


def capacity_checked_outside_the_script() -> None:
    """The script looks up how many chats an agent has where a server writes it afterwards; the record trusts it."""
    spoiled = {name: _without_capacity(script) for name, script in load().items()}
    apply, start, assign = redis_adapter.RedisQueue.apply, redis_adapter.RedisQueue.__init__, changes.assign

    def begin(self: redis_adapter.RedisQueue, client: Any, desk: str = "desk") -> None:
        start(self, client, desk, spoiled)

    async def apply_and_note(self: redis_adapter.RedisQueue, command: Command, now_ms: int) -> Applied:
        applied = await apply(self, command, now_ms)
        for event in applied.events:
            if isinstance(event, AgentChanged):
                await self._client._redis.execute_command("SET", f"load:{event.agent}", event.load)
        return applied

    def assign_anyhow(chat: Chat, order: Assign, load: int) -> Change:
        return assign(chat, order, min(load, 0))

    redis_adapter.RedisQueue.__init__ = begin  # type: ignore[method-assign,assignment]
    redis_adapter.RedisQueue.apply = apply_and_note  # type: ignore[method-assign]
    changes.assign = assign_anyhow


def _without_capacity(script: Script) -> Script:
    source = script.source.replace("local function is_free(record)", "local function is_free(record, agent)")
    source = source.replace(
        "record.load < record.capacity\n", "tonumber(redis.call('GET', 'load:' .. agent) or '0') < record.capacity\n"
    )
    source = source.replace("if is_free(record) then", "if is_free(record, agent) then")
    # What is listed may not be free any more.
    source = source.replace("if record and is_free(record) then", "if record then")
    return replace(script, source=source, sha=hashlib.sha1(source.encode()).hexdigest())


BUGS: Final[Mapping[str, Callable[[], None]]] = {
    bug.__name__: bug
    for bug in (
        acknowledge_before_commit,
        no_idempotence,
        assignment_without_compare_and_set,
        mail_marked_sent_before_250,
        another_comparator_for_positions,
        capacity_checked_outside_the_script,
    )
}


def program(bug: str | None) -> list[str] | None:
    """What a `Desk` is to run; None: the installed program, without a bug."""
    return None if bug is None else [*PROGRAM, bug]


def with_bug(desk: Desk, bug: str | None) -> Desk:
    """The same data and address, run by the spoiled program from its next start on."""
    desk._program = program(bug) or desk._program
    return desk


if __name__ == "__main__":
    BUGS[sys.argv[1]]()
    sys.argv[1:] = sys.argv[2:]
    main()
