from __future__ import annotations

import asyncio
import io
import threading

import pytest

from transcripts.opening import opened


async def test_a_file_that_nobody_waits_for_any_more_is_closed_as_soon_as_it_is_open() -> None:
    asked, disk_answers, closed = asyncio.Event(), threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class File(io.BytesIO):
        def close(self) -> None:
            super().close()
            closed.set()

    file = File()  # held here, too: nobody else may close it

    def on_a_slow_disk() -> File:
        loop.call_soon_threadsafe(asked.set)
        disk_answers.wait()
        return file

    reading = asyncio.create_task(opened(on_a_slow_disk))
    await asked.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not file.closed

    disk_answers.set()

    await asyncio.wait_for(closed.wait(), 10)
