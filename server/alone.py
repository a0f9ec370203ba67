"""One server serves a data folder: its queue lives in its process, and a second one would route by a queue of its own.

Asked before anything is written. The system ends the claim with the process, however that ends, so that nothing is left
behind that somebody would have to clear away. Servers that are to share a desk share MongoDB and Redis instead.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.errors import StartError
from server.log import logger
from server.starting import unless_stopped

PATIENCE_S = 6.0
"""A server that is ending is waited for: longer than it may take (app.STOP_WITHIN_S)."""
PAUSE_S = 0.1


@asynccontextmanager
async def alone_in(folder: Path, stop: asyncio.Event) -> AsyncIterator[None]:
    """Claims the folder for this process. Raises StartError where another server keeps it; OSError, Stopped.

    Where the file system knows no locks, nobody is kept out.
    """
    claim = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        ends_s = time.monotonic() + PATIENCE_S
        while not _is_ours(claim):
            if time.monotonic() >= ends_s:
                raise StartError(
                    f"Another server runs on {folder}. End it first, or name another folder with --data; several"
                    " servers of one desk need SEMAFOR_MONGO_URL and SEMAFOR_REDIS_URL."
                )
            await unless_stopped(stop, asyncio.sleep(PAUSE_S))
        yield
    finally:
        os.close(claim)


def _is_ours(claim: int) -> bool:
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as exc:
        logger.warning("folder_not_claimed", error=exc.strerror)
    return True
