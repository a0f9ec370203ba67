"""Who hears what: connections, the rooms they are in, and the way from an event to their sockets.

A room is a name such as `visitor:ID`. An event is encoded once and handed to each member's Engine.IO queue, without
a task per member. Until a connection has been greeted its events are held back, so that `hello` is always the first.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from engineio import packet as eio_packet

MAX_QUEUED_PACKETS = 4_000
"""A reader that stalls: so many undelivered packets cut it off."""
MAX_QUEUED_BYTES = 8_000_000


class Connection:
    """One client in one namespace. person_id: the visitor's or agent's id. department_id: the widget's, if it has one."""

    __slots__ = (
        "_cut",
        "_held",
        "_queue",
        "address",
        "closed",
        "department_id",
        "eio_sid",
        "inbox",
        "namespace",
        "page",
        "person",
        "person_id",
        "rooms",
        "sid",
        "token",
        "worker",
    )

    def __init__(
        self, sid: str, eio_sid: str, namespace: str, address: str, queue: Any, cut: Callable[[str], None]
    ) -> None:
        self.sid = sid
        self.eio_sid = eio_sid
        self.namespace = namespace
        self.address = address
        self.person_id = ""
        self.page: dict[str, str] | None = None
        self.department_id: str | None = None
        self.person: object = None
        self.token: str | None = None
        self.rooms: set[str] = set()
        self.inbox: deque[tuple[str, tuple[Any, ...], int | None]] = deque()
        self.closed = False
        self.worker: asyncio.Task[None] | None = None
        self._queue = queue
        self._cut = cut
        self._held: list[str] | None = []

    def encode(self, event: str, data: object) -> str:
        """A Socket.IO event packet of this namespace, as text."""
        return f"2{self.namespace},{orjson.dumps([event, data]).decode()}"

    def acknowledge(self, ack_id: int, answer: object) -> None:
        self._write(f"3{self.namespace},{ack_id}{orjson.dumps([answer]).decode()}")

    def greet(self, event: str, data: object) -> None:
        """Send the first event, then what was held back for it."""
        self._write(self.encode(event, data))
        held, self._held = self._held or [], None
        for text in held:
            self._write(text)

    def push(self, text: str) -> None:
        """An encoded packet; kept until `greet` when that has not happened yet."""
        if self._held is not None:
            self._held.append(text)
        else:
            self._write(text)

    def _write(self, text: str) -> None:
        if self._queue.qsize() > MAX_QUEUED_PACKETS or (
            self._queue.qsize() > 64 and self._queued_bytes() > MAX_QUEUED_BYTES
        ):
            self._cut(self.eio_sid)
            return
        self._queue.put_nowait(eio_packet.Packet(eio_packet.MESSAGE, data=text))

    def _queued_bytes(self) -> int:
        waiting = self._queue._queue  # noqa: SLF001 - asyncio.Queue has no way to look without taking
        return sum(len(packet.data) for packet in waiting if packet is not None and packet.data)


class Rooms:
    def __init__(self) -> None:
        self._members: dict[str, set[Connection]] = defaultdict(set)

    def join(self, connection: Connection, room: str) -> None:
        if connection.closed:
            return
        self._members[room].add(connection)
        connection.rooms.add(room)

    def leave(self, connection: Connection, room: str) -> None:
        connection.rooms.discard(room)
        members = self._members.get(room)
        if members is not None:
            members.discard(connection)
            if not members:
                del self._members[room]

    def drop(self, connection: Connection) -> None:
        for room in tuple(connection.rooms):
            self.leave(connection, room)

    def members(self, room: str) -> tuple[Connection, ...]:
        return tuple(self._members.get(room, ()))

    def is_empty(self, room: str) -> bool:
        return room not in self._members

    def push(self, room: str | Iterable[str], event: str, data: object) -> None:
        """To every connection in the room, or in any of several, once."""
        if isinstance(room, str):
            members: Iterable[Connection] = self._members.get(room, ())
        else:
            members = set().union(*(self._members.get(name, ()) for name in room))
        text: str | None = None
        for connection in tuple(members):
            text = text or connection.encode(event, data)
            connection.push(text)
