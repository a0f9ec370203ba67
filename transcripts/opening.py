"""Opens a file in a thread, so that nobody waits for a slow disk, and leaves none open that nobody took."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import BinaryIO


async def opened(open_it: Callable[[], BinaryIO]) -> BinaryIO:
    """What `open_it` gives, in a thread, and what it raises.

    A thread cannot be cut: where the caller is cancelled first, the file is closed as soon as it is open.
    """
    opening = asyncio.ensure_future(asyncio.to_thread(open_it))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: asyncio.Future[BinaryIO]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
