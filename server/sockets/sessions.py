"""Whose Engine.IO sessions are. A sid alone opens nothing: it is its handshake's, one request of a kind at a time.

The library serves whoever knows a sid, also beside a poll that hangs already and while an upgrade is under way. It is
asked here first (web/socket_gate.py); who may not use a session hears what is said of one that does not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from aiohttp import web
from engineio import AsyncServer

from server.limits import counted_as
from server.services.accounts.accounts import SESSION_COOKIE

Owner = tuple[str, str | None]
"""Where the handshake came from, and the panel's session that it showed."""


class NoSession(Exception):
    """There is no such session, or not for this request."""


class Overlap(Exception):
    """Another request of this kind is still being answered: the session is to be ended, as Engine.IO wants it."""


class Sessions:
    def __init__(self, engine: AsyncServer, address_of: Callable[[web.Request], str]) -> None:
        self._engine = engine
        self._address_of = address_of
        self._owners: dict[str, Owner] = {}
        self._of_address: Counter[str] = Counter()
        self._busy: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self._owners)

    def of_address(self, address: str) -> int:
        """How many sessions this address has open."""
        return self._of_address[counted_as(address)]

    def opened(self, sid: str, request: web.Request) -> None:
        owner = self._owners[sid] = self._owner(request)
        self._of_address[counted_as(owner[0])] += 1

    def closed(self, sid: str) -> None:
        owner = self._owners.pop(sid, None)
        if owner is not None:
            counted = counted_as(owner[0])
            self._of_address[counted] -= 1
            if not self._of_address[counted]:
                del self._of_address[counted]

    @contextmanager
    def use(self, sid: str, request: web.Request) -> Iterator[None]:
        """As long as the request is answered. Raises NoSession, Overlap."""
        socket = self._engine.sockets.get(sid)
        is_upgrade = _is_upgrade(request)
        if (
            socket is None
            or socket.closed
            or socket.upgraded
            or (is_upgrade and socket.upgrading)
            or self._owners.get(sid) != self._owner(request)
        ):
            raise NoSession
        kind = "upgrade" if is_upgrade else request.method
        if (sid, kind) in self._busy:
            raise Overlap
        self._busy.add((sid, kind))
        try:
            yield
        finally:
            self._busy.discard((sid, kind))

    def _owner(self, request: web.Request) -> Owner:
        return self._address_of(request), request.cookies.get(SESSION_COOKIE)


def _is_upgrade(request: web.Request) -> bool:
    """As the library sees it: anything else is a poll to it."""
    tokens = ",".join(request.headers.getall("Connection", [])).lower().split(",")
    wanted = ",".join(request.headers.getall("Upgrade", [])).lower()
    return wanted == "websocket" and "upgrade" in (token.strip() for token in tokens)


def sid_of(request: web.Request) -> str | None:
    """The sid as the library reads it: `?sid=&sid=x` is x to it."""
    return parse_qs(request.query_string).get("sid", [None])[0]
