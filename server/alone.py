"""One server serves a data folder: its queue lives in its process, and a second one would route by a queue of its own.

Asked before anything is written. The system ends the claim with the process, however that ends, so that nothing is left
behind that somebody would have to clear away. Servers that are to share a desk share MongoDB and Redis instead.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.errors import StartError
from server.log import logger


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Claims the folder for this process. Raises StartError where another server has it; OSError.

    Where the file system knows no locks, nobody is kept out.
    """
    claim = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"Another server runs on {folder}. End it first, or name another folder with --data; several servers"
                " of one desk need SEMAFOR_MONGO_URL and SEMAFOR_REDIS_URL."
            ) from None
        except OSError as exc:
            logger.warning("folder_not_claimed", error=exc.strerror)
        yield
    finally:
        os.close(claim)
