"""Who hears what: connections, the rooms they are in, and the way from an event to their sockets.

A room is a name such as `visitor:ID`. An event is encoded once and handed to each member's outlet, without a task
per member. Until a connection has been greeted its events are held back, so that `hello` is always the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import orjson

from server.sockets.straight import Outlet


class Connection:
    """One client in one namespace. person_id: the visitor's or agent's id. department_id: the widget's, if any.

    is_new: nobody can know anything of this person yet.
    """

    __slots__ = (
        "_cut",
        "_held",
        "_outlet",
        "_path",
        "address",
        "closed",
        "department_id",
        "eio_sid",
        "is_new",
        "namespace",
        "page",
        "person",
        "person_id",
        "rooms",
        "sid",
        "token",
    )

    def __init__(
        self, sid: str, eio_sid: str, namespace: str, address: str, outlet: Outlet, cut: Callable[[str], None]
    ) -> None:
        self.sid = sid
        self.eio_sid = eio_sid
        self.namespace = namespace
        self.address = address
        self.person_id = ""
        self.is_new = False
        self.page: dict[str, str] | None = None
        self.department_id: str | None = None
        self.person: object = None
        self.token: str | None = None
        self.rooms: set[str] = set()
        self.closed = False
        self._outlet = outlet
        self._path = namespace.encode()
        self._cut = cut
        self._held: list[bytes] | None = []

    def encode(self, event: str, data: object) -> bytes:
        """A Socket.IO event packet of this namespace, in its Engine.IO message."""
        return b"42%b,%b" % (self._path, orjson.dumps([event, data]))

    def acknowledge(self, ack_id: int, answer: object) -> None:
        self._write(b"43%b,%d%b" % (self._path, ack_id, orjson.dumps([answer])))

    def greet(self, event: str, data: object) -> None:
        """Send the first event, then what was held back for it."""
        self._write(self.encode(event, data))
        held, self._held = self._held or [], None
        for message in held:
            self._write(message)

    def push(self, message: bytes) -> None:
        """An encoded packet; kept until `greet` when that has not happened yet."""
        if self._held is not None:
            self._held.append(message)
        else:
            self._write(message)

    def _write(self, message: bytes) -> None:
        if self._outlet.is_full():
            self._cut(self.eio_sid)
        else:
            self._outlet.write(message)


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
            found = [self._members[name] for name in room if name in self._members]
            members = found[0] if len(found) == 1 else set().union(*found)
        message: bytes | None = None
        for connection in tuple(members):
            message = message or connection.encode(event, data)
            connection.push(message)
