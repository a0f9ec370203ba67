"""The socket that newcomers stand before. Where no descriptor is left for them it waits, instead of trying on and on.

asyncio's own loop tries `backlog` times in a row to accept, and after each failure sets a timer to begin anew: a desk
at its limit of open files wrote 15,000 tracebacks in four seconds, and did little else. uvloop has a way of its own: it
takes a newcomer with a descriptor that it keeps for this, and hangs up.
"""

from __future__ import annotations

import errno
import resource
import socket
import time
from contextlib import suppress
from typing import Any, Final

EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
SHUT_S: Final = 0.5
"""Below the second after which asyncio comes back to the socket."""


DESCRIPTORS: Final = 65_536
"""Each connection is one; shells and systemd give a process 1,024 at first, and leave it to it to ask for more."""


def open_wide() -> None:
    """Take as many descriptors as this process is allowed to have, up to DESCRIPTORS."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # what a system says to be allowed is not always so
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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
