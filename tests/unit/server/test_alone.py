"""A data folder is one server's at a time; who comes while it is let go waits."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from server import alone
from server.alone import alone_in
from server.errors import StartError
from server.starting import Stopped


async def test_a_server_that_is_ending_is_waited_for(tmp_path: Path) -> None:
    stop = asyncio.Event()
    async with AsyncExitStack() as ending, AsyncExitStack() as starting:
        await ending.enter_async_context(alone_in(tmp_path, stop))
        waits = asyncio.ensure_future(starting.enter_async_context(alone_in(tmp_path, stop)))
        done, _ = await asyncio.wait([waits], timeout=2 * alone.PAUSE_S)
        assert not done, "two have the folder"

        await ending.aclose()

        await asyncio.wait_for(waits, alone.PATIENCE_S)


async def test_a_server_that_goes_on_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "PATIENCE_S", 0)
    async with alone_in(tmp_path, asyncio.Event()):
        with pytest.raises(StartError, match="End it first, or name another folder"):
            async with alone_in(tmp_path, asyncio.Event()):
                pass


async def test_who_waits_for_a_folder_can_be_stopped(tmp_path: Path) -> None:
    stop = asyncio.Event()
    async with alone_in(tmp_path, stop):
        stop.set()
        with pytest.raises(Stopped):
            async with alone_in(tmp_path, stop):
                pass
