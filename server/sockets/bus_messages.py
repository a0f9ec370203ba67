"""What goes over the bus between servers: three messages, as JSON, and what waits to go.

    {"method": "emit", "host_id": ..., "event": "typing", "data": [...], "room": ["visitor:7"]}   a push
    {"method": "wake", "host_id": ..., "wakes": [["chat", "c7", 12], ...]}                        news
    {"method": "ping", "host_id": ..., "number": 4}                                               its sender's own

The form is the library's. What is of no such form is `Malformed`: whoever reaches the channel may have sent it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

MAX_MESSAGE_BYTES = 65_536
MAX_NAME_CHARS = 256
"""A wake's kind and key, together."""
MAX_WAKES_AT_ONCE = 100
"""With the longest names, each character of them escaped, these are 54 kB."""
MAX_NUMBER = 2**53
MAX_WAITING_WAKES = 10_000
"""Chats and other keys with news; a desk with more of them open at once looks at the record anyway."""
MAX_WAITING_PUSHES = 1_000

Wake = tuple[str, str, int]


class Malformed(ValueError):
    """No message of a bus, or one that is too large. Never raised with the message's own text."""


@dataclass(frozen=True, slots=True)
class Push:
    rooms: tuple[str, ...]
    event: str
    data: object


@dataclass(frozen=True, slots=True)
class Wakes:
    news: tuple[Wake, ...]


@dataclass(frozen=True, slots=True)
class Ping:
    number: int


def push_message(host_id: str, rooms: Iterable[str], event: str, data: object) -> bytes:
    """Raises Malformed where the data is no JSON or too large."""
    return _dumps({"method": "emit", "host_id": host_id, "event": event, "data": [data], "room": list(rooms)})


def wake_message(host_id: str, wakes: Iterable[Wake]) -> bytes:
    """Raises Malformed."""
    return _dumps({"method": "wake", "host_id": host_id, "wakes": list(wakes)})


def ping_message(host_id: str, number: int) -> bytes:
    return _dumps({"method": "ping", "host_id": host_id, "number": number})


def read(raw: object) -> tuple[str, Push | Wakes | Ping]:
    """Who sent it, and what. Raises Malformed."""
    if not isinstance(raw, bytes) or len(raw) > MAX_MESSAGE_BYTES:
        raise Malformed("no message, or too large")
    try:
        message = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Malformed("no JSON") from None
    match message:
        case {"method": "emit", "host_id": str(host_id), "event": str(event), "data": [data], "room": [*rooms]}:
            if all(isinstance(room, str) for room in rooms):
                return host_id, Push(tuple(rooms), event, data)
        case {"method": "wake", "host_id": str(host_id), "wakes": [*wakes]}:
            return host_id, Wakes(tuple(_wake(wake) for wake in wakes))
        case {"method": "ping", "host_id": str(host_id), "number": int(number)}:
            return host_id, Ping(number)
    raise Malformed("none of the messages")


def _wake(value: object) -> Wake:
    match value:
        case [str(kind), str(key), int(number)] if not isinstance(number, bool):
            return kind, key, number
    raise Malformed("no wake")


def _dumps(message: dict[str, object]) -> bytes:
    try:
        raw = orjson.dumps(message)
    except TypeError:  # also of what is not UTF-8, and of integers over 64 bits
        raise Malformed("no JSON") from None
    if len(raw) > MAX_MESSAGE_BYTES:
        raise Malformed("too large")
    return raw


class Outgoing:
    """What waits to leave. Bounded: wakes of one (kind, key) become one, pushes are dropped first."""

    def __init__(self) -> None:
        self._wakes: dict[tuple[str, str], int] = {}
        self._pushes: deque[bytes] = deque()

    def __len__(self) -> int:
        return len(self._wakes) + len(self._pushes)

    def add_wake(self, kind: str, key: str, number: int) -> bool:
        """False: there was no room for it, or it is none."""
        name = kind + key
        if len(name) > MAX_NAME_CHARS or not (name.isascii() and name.isprintable()) or abs(number) > MAX_NUMBER:
            return False
        known = self._wakes.get((kind, key))
        if known is None and len(self) >= MAX_WAITING_WAKES:
            if not self._pushes:
                return False
            self._pushes.popleft()
        self._wakes[kind, key] = number if known is None else max(known, number)
        return True

    def add_push(self, message: bytes) -> bool:
        """False: there was no room for it."""
        if len(self._pushes) >= MAX_WAITING_PUSHES or len(self) >= MAX_WAITING_WAKES:
            return False
        self._pushes.append(message)
        return True

    def take_wakes(self) -> list[Wake]:
        """The oldest, as many as go in one message."""
        taken = [(kind, key) for (kind, key), _ in zip(self._wakes, range(MAX_WAKES_AT_ONCE), strict=False)]
        return [(kind, key, self._wakes.pop((kind, key))) for kind, key in taken]

    def take_push(self) -> bytes | None:
        return self._pushes.popleft() if self._pushes else None

    def drop_pushes(self) -> None:
        """Nobody wants to know who was typing a while ago."""
        self._pushes.clear()
