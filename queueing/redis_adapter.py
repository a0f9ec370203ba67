"""The queue in Redis, and the homes: one Lua script per command, for several servers that are one desk.

The scripts (queueing/lua) decide exactly as the engine does; a state machine compares them. This module knows which
script carries out what, and which desk it speaks to: the `epoch` is a desk's name from one rebuild to the next, and a
script that finds another one, or none, changes nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from queueing.codec import encode_command
from queueing.homes import Roll
from queueing.model import Applied, Command, Settle
from queueing.news import Decision, News
from queueing.redis import roll, values
from queueing.redis.client import RedisClient
from queueing.redis.keys import home_keys_of, keys_of
from queueing.redis.scripts import Script, load
from queueing.states import AgentState, Place, Snapshot

PORTION = 500
"""Agents or chats that one script of a rebuild puts in place: some 20 ms of Redis's time."""


class RedisQueue:
    """A `SharedQueuePort`. It belongs to no desk until `adopt` has found one or `rebuild` has made one."""

    def __init__(self, client: RedisClient, desk: str = "desk", scripts: Mapping[str, Script] | None = None) -> None:
        """desk: the name that its servers share. scripts: those of queueing/lua, unless a test spoils them."""
        self._client = client
        self._keys = keys_of(desk)
        self._scripts = load() if scripts is None else scripts
        self._epoch = ""

    @property
    def epoch(self) -> str:
        """That of the desk this process knows; '' before it knows one."""
        return self._epoch

    async def adopt(self) -> bool:
        """Join the desk that is in Redis, rebuilt by another process. False: there is none, it must be rebuilt.

        Raises QueueUnavailable.
        """
        found = await self._call("current_epoch", {})
        self._epoch = "" if found is None else found.decode()
        return found is not None

    async def may_rebuild(self, owner: str, for_s: float) -> bool:
        for_ms = max(1, round(for_s * 1000))
        return bool(await self._ask("may_rebuild", owner=owner, for_ms=str(for_ms)))

    async def apply(self, command: Command, now_ms: int) -> Applied:
        """As the port says, but after a time-out the command may have been carried out: rebuild, or read the stream.

        Raises ValueError for a number that Redis has no room for (docs/redis.md).
        """
        script, arguments = values.arguments_of(command, self._epoch, now_ms)
        return values.applied_of(await self._call(script, arguments))

    async def rebuild(self, snapshot: Snapshot, now_ms: int) -> Applied:
        """Make a new desk, in portions; nobody finds it before it is whole, and of two rebuilds the last one counts.

        Raises QueueUnavailable; then there is no desk.
        """
        agents, chats, orphans = values.to_load(snapshot)
        epoch = uuid.uuid4().hex
        told = {"epoch": epoch, "now_ms": str(now_ms)}
        await self._call("rebuild_begin", {**told, "version": str(snapshot.version)})
        for portion in values.portions(agents, PORTION):
            await self._call("rebuild_load", {**told, "agents": json.dumps(portion), "chats": "[]"})
        for portion in values.portions(chats, PORTION):
            await self._call("rebuild_load", {**told, "agents": "[]", "chats": json.dumps(portion)})
        settle = json.dumps(encode_command(Settle()))
        reply = await self._call("rebuild_end", {**told, "command": settle, "orphans": json.dumps(orphans)})
        self._epoch = epoch
        return values.applied_of(reply)

    async def snapshot(self) -> Snapshot:
        return values.snapshot_of(await self._ask("snapshot"))

    async def place(self, chat: str) -> Place | None:
        found = await self._ask("place", chat=chat)
        return None if found is None else Place(chat, found[0].decode(), int(found[1]))

    async def waiting(self, department: str, limit: int | None = None) -> tuple[Place, ...]:
        chats = await self._ask("waiting", department=department, limit="-1" if limit is None else str(limit))
        return tuple(Place(chat.decode(), department, position) for position, chat in enumerate(chats, start=1))

    async def agents(self, department: str | None = None) -> tuple[AgentState, ...]:
        every = values.agents_of(*await self._ask("agents"))
        return tuple(agent for agent in every if department is None or department in agent.departments)

    async def free_slots(self, department: str) -> int:
        return int(await self._ask("free_slots", department=department))

    async def news(self, cursor: str, limit: int = 500) -> News:
        return values.news_of(await self._ask("news", cursor=cursor, limit=str(limit)))

    async def confirm(self, decisions: Sequence[str]) -> None:
        await self._call("confirm", {"decisions": json.dumps(list(decisions))})

    async def overdue(self, older_than_ms: int, limit: int = 200) -> tuple[Decision, ...]:
        found = await self._ask("overdue", older_than_ms=str(older_than_ms), limit=str(limit))
        return values.decisions_of(found)

    async def aclose(self) -> None:
        """End the client's connections, also for whoever shares it."""
        await self._client.aclose()

    async def _ask(self, script: str, **arguments: str) -> Any:
        return await self._call(script, {"epoch": self._epoch, **arguments})

    async def _call(self, script: str, arguments: Mapping[str, str]) -> Any:
        return await self._client.call(self._scripts[script], self._keys, arguments)


class RedisHomes:
    """`Homes`, in step with nothing but Redis's clock: no rebuild and no epoch concerns them."""

    def __init__(self, client: RedisClient, desk: str = "desk") -> None:
        """client: may be the queue's, which then outlives this. desk: the name that its servers share."""
        self._client = client
        self._keys = home_keys_of(desk)
        self._scripts = load()
        self._bodies: roll.Bodies = {}

    async def beat(self, process: str, agents: Collection[str], visitors: Collection[str]) -> Roll:
        text = roll.body_text(agents, visitors)
        body, known = roll.body_of(text), self._bodies
        reply = None
        if known.get(process) == body:
            reply = await self._call("beat", roll.arguments_of(process, body, "", known))
        if reply is None:  # it has changed, or Redis has lost it
            reply = await self._call("beat", roll.arguments_of(process, body, text, known))
        self._bodies = roll.bodies_of(reply, {**known, process: body})
        return roll.roll_of(reply, self._bodies)

    async def leave(self, process: str) -> None:
        await self._call("leave_home", {"process": process})

    async def _call(self, script: str, arguments: Mapping[str, str]) -> Any:
        return await self._client.call(self._scripts[script], self._keys, arguments)
