"""Services over a real record in a folder, and a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from server.adapters import open_store
from server.clock import Clock, to_ms
from server.services.known.directory import Directory
from server.settings import Settings
from transcripts.port import Store
from transcripts.records import Agent, Department


class MovedClock(Clock):
    """Stands still until it is moved, both its hands together."""

    def __init__(self, at: datetime) -> None:
        self._ms = to_ms(at)

    def move(self, seconds: float) -> None:
        self._ms += round(seconds * 1000)

    def now_ms(self) -> int:
        return self._ms

    def monotonic_s(self) -> float:
        return self._ms / 1000


@asynccontextmanager
async def record(folder: Path, *things: Department | Agent) -> AsyncIterator[tuple[Store, Directory]]:
    store = await open_store(Settings(data=folder))
    for thing in things:
        await (store.add_department(thing) if isinstance(thing, Department) else store.add_agent(thing))
    directory = Directory(store)
    await directory.refresh()
    yield store, directory
    await store.aclose()
