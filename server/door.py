"""The socket that newcomers stand before. Where no descriptor is left for them it waits, instead of trying on and on.

asyncio's own loop tries `backlog` times in a row to accept, and after each failure sets a timer to begin anew: a desk
at its limit of open files wrote 15,000 tracebacks in four seconds, and did little else. uvloop has a way of its own: it
takes a newcomer with a descriptor that it keeps for this, and hangs up.
"""

from __future__ import annotations

import errno
import socket
import time
from typing import Any, Final

EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
SHUT_S: Final = 0.5
"""Below the second after which asyncio comes back to the socket."""


class Door(socket.socket):
    _shut_until_s = 0.0

    def accept(self) -> tuple[socket.socket, Any]:
        """Raises BlockingIOError, as where nobody waits, until half a second after there was no descriptor; OSError."""
        if time.monotonic() < self._shut_until_s:
            raise BlockingIOError(errno.EAGAIN, "no descriptors")
        try:
            return super().accept()
        except OSError as exc:
            if exc.errno in EXHAUSTED:
                self._shut_until_s = time.monotonic() + SHUT_S
            raise
