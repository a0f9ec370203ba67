"""Between the servers of one desk: "there is news", and the pushes that are in no record.

What it carries may be lost at any time: the record is the truth, and who was told nothing finds out by looking at it.
One server alone needs no other (`LocalBus`); several speak through Redis (redis_bus.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from server.sockets.rooms import Rooms

WakeListener = Callable[[str, str, int], None]
"""Told (kind, key, number) of another server's news, e.g. ("chat", id, revision)."""


class Bus(Protocol):
    """To be used on the event loop's own thread."""

    def push(self, room: str | Iterable[str], event: str, data: object) -> None:
        """To the room's members on every server; at most once. For what is in no record: typing."""

    def wake(self, kind: str, key: str, number: int = 0) -> None:
        """Tell the other servers that there is news, e.g. ("chat", id, revision). Never waits, never raises.

        Of several numbers of one (kind, key) that have not left yet only the highest does.
        """

    def on_wake(self, listener: WakeListener) -> None:
        """Call it with every other server's news from now on; what it raises is logged and harms nobody else."""

    @property
    def is_alive(self) -> bool:
        """False: wakes may be lost now; look at the record more often."""

    async def start(self) -> None:
        """Never raises because nobody is there to be heard; until somebody is, `is_alive` is False."""

    async def aclose(self) -> None:
        """What is still to go may go, within a moment; then nothing is left running."""


class LocalBus:
    """One server alone: nobody else is to be told, so nothing can be lost."""

    is_alive = True

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def push(self, room: str | Iterable[str], event: str, data: object) -> None:
        self._rooms.push(room, event, data)

    def wake(self, kind: str, key: str, number: int = 0) -> None:
        """There is nobody to wake."""

    def on_wake(self, listener: WakeListener) -> None:
        """Nobody will."""

    async def start(self) -> None:
        """Nothing is to be started."""

    async def aclose(self) -> None:
        """Nothing is running."""
