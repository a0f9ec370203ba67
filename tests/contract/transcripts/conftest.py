"""Every test here runs once per adapter: the in-memory reference and SQLite; a further adapter joins ADAPTERS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from transcripts.facts import Fact
from transcripts.memory import MemoryStore
from transcripts.port import Store
from transcripts.sqlite.store import SqliteStore


async def _memory(_: Path) -> Store:
    return MemoryStore()


async def _sqlite(directory: Path) -> Store:
    return await SqliteStore.open(directory / "record.db")


ADAPTERS: dict[str, Callable[[Path], Awaitable[Store]]] = {"memory": _memory, "sqlite": _sqlite}


@pytest.fixture(params=sorted(ADAPTERS))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await ADAPTERS[request.param](tmp_path)
    yield opened
    await opened.aclose()


@pytest.fixture
def facts(store: Store) -> list[Fact]:
    """What the store has told since the test began."""
    told: list[Fact] = []
    store.listen(told.extend)
    return told
