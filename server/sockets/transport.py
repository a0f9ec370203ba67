"""The Socket.IO server: the library's own, with what it leaves open covered (docs/decisions/0003).

Events of one connection are handled one after the other, in the order in which they were sent; what is not Socket.IO
closes the connection; who never finishes connecting, or does not answer pings, is cut. Pushes go through rooms.py.
"""

from __future__ import annotations

import asyncio
import logging
import struct
import time
from collections.abc import Callable, Coroutine
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, Protocol

import socketio
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as Refused

from server import wire
from server.errors import Refusal
from server.log import logger
from server.sockets.engine import MAX_FRAME_BYTES, EngineServer
from server.sockets.inbox import Handler, Inbox
from server.sockets.packets import MALFORMED, Packet, plain_event
from server.sockets.rooms import Connection, Rooms
from server.sockets.sessions import Sessions
from server.sockets.straight import outlet_of

PING_INTERVAL_S = 10
PING_TIMEOUT_S = 10
CONNECT_WITHIN_S = 10.0
SWEEP_EVERY_S = 0.25
GONE_WITHIN_S = 5.0
"""After a cut: a reader that stalls would keep its connection, and what waits for it, for ever."""


# The library logs each client's fault with a traceback; what matters of it is logged here.
_SILENT = logging.getLogger("semafor.socketio")
_SILENT.disabled = True


class Namespace(Handler, Protocol):
    """What the transport needs of `/visitor` and `/agent` (base.py)."""

    name: str

    def count_connect(self, address: str) -> None:
        """One more on a socket that has tried before; the handshake counts the first. Raises Refusal rate_limited."""

    async def admit(self, connection: Connection, environ: dict[str, str], auth: object) -> None:
        """Raises Refusal."""

    async def welcome(self, connection: Connection) -> None: ...

    async def gone(self, connection: Connection, last_seen_ms: int) -> None: ...


class Transport(socketio.AsyncServer):  # type: ignore[misc]
    def __init__(self, rooms: Rooms, address_of: Callable[[web.Request], str]) -> None:
        super().__init__(
            async_mode="aiohttp",
            serializer=Packet,
            ping_interval=PING_INTERVAL_S,
            ping_timeout=PING_TIMEOUT_S,
            max_http_buffer_size=MAX_FRAME_BYTES,
            cors_allowed_origins=[],  # no check by the library: web/middleware.py refuses foreign origins
            monitor_clients=False,  # `sweep` does it, and in time
            namespaces=["/visitor", "/agent"],  # none is "/" to the library
            logger=_SILENT,
            engineio_logger=_SILENT,
        )
        self._rooms = rooms
        self.sessions = Sessions(self.eio, address_of)
        self._address_of = address_of
        self._namespaces: dict[str, Namespace] = {}
        self._inboxes: dict[str, Inbox] = {}
        self._opened_at_s: dict[str, float] = {}
        self._has_tried: set[str] = set()
        """To connect to a namespace, whether it was let in or not."""
        self._held: set[str] = set()
        """Not read on at the moment, for too many events wait."""
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, namespace: Namespace) -> None:
        async def connect(sid: str, environ: dict[str, str], auth: object = None) -> None:
            await self._admit(namespace, sid, environ, auth)

        async def disconnect(sid: str, reason: object = None) -> None:
            await self._gone(namespace, sid)

        self._namespaces[namespace.name] = namespace
        self.on("connect", connect, namespace=namespace.name)
        self.on("disconnect", disconnect, namespace=namespace.name)

    def connections(self) -> tuple[Connection, ...]:
        return tuple(inbox.connection for inbox in self._inboxes.values())

    async def cut(self, eio_sid: str) -> None:
        """End one client's connection, all its namespaces."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False, abort=True)
            await self._end(socket)

    async def dismiss(self, eio_sid: str) -> None:
        """As `cut`, and tell the client: its poll that hangs is answered with a close."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False, abort=False)
            await self._end(socket)

    async def sweep(self) -> None:
        """Cut who does not answer pings and who never connected to a namespace. To be called every SWEEP_EVERY_S.

        A sweep early rather than late: 10 s between pings and 10 s to answer are 20 s to know that somebody is gone.
        """
        now_s = time.monotonic()
        connected = {inbox.connection.eio_sid for inbox in self._inboxes.values()}
        for eio_sid, socket in tuple(self.eio.sockets.items()):
            if socket.last_ping and eio_sid in self._held:  # A pong waits unread behind the events.
                socket.last_ping = time.time()
            if socket.closed:
                self.eio.sockets.pop(eio_sid, None)
            elif socket.last_ping and time.time() - socket.last_ping > PING_TIMEOUT_S - SWEEP_EVERY_S:
                await socket.close(wait=False, abort=False, reason=self.reason.PING_TIMEOUT)
                await self._end(socket)
            elif eio_sid not in connected and now_s - self._opened_at_s.get(eio_sid, now_s) > CONNECT_WITHIN_S:
                await self.cut(eio_sid)

    @staticmethod
    async def _end(socket: Any) -> None:
        """Send what is still to be sent, then close; who does not read it has no connection soon all the same."""
        await socket.queue.put(None)
        tcp: asyncio.Transport | None = getattr(socket, "tcp", None)
        if tcp is not None:
            asyncio.get_running_loop().call_later(GONE_WITHIN_S, _reset, tcp)

    async def aclose(self) -> None:
        """Close every client, so that the web server does not wait for them."""
        for eio_sid in tuple(self.eio.sockets):
            await self.cut(eio_sid)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- from the library -------------------------------------------------------------------------------------------

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        """Keep what is needed of the handshake instead of the whole request."""
        request: web.Request = environ["aiohttp.request"]
        kept = {
            "address": self._address_of(request),
            "origin": request.headers.get("Origin", ""),
            "cookie": request.headers.get("Cookie", ""),
            "accept_language": request.headers.get("Accept-Language", ""),
        }
        self.sessions.opened(eio_sid, request)
        await super()._handle_eio_connect(eio_sid, kept)
        self._opened_at_s[eio_sid] = time.monotonic()

    async def _handle_eio_disconnect(self, eio_sid: str, reason: object) -> None:
        self._opened_at_s.pop(eio_sid, None)
        self._has_tried.discard(eio_sid)
        self.sessions.closed(eio_sid)
        self._binary_packet.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        try:
            if isinstance(data, str) and eio_sid in self._binary_packet:
                raise ValueError("text where an attachment was announced")  # else it would be swallowed, unanswered
            event = plain_event(data) if isinstance(data, str) else None
            if event is None:
                await super()._handle_eio_message(eio_sid, data)
            elif (inbox := self._put(eio_sid, *event)).is_full:
                await self._hold(eio_sid, inbox)
        except Exception as exc:  # noqa: BLE001 - whatever the library stumbles over is not Socket.IO
            logger.info("not_socket_io", error=type(exc).__name__)
            await self.cut(eio_sid)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: object) -> None:
        name = namespace or "/"
        if self.manager.sid_from_eio_sid(eio_sid, name):
            raise ValueError("connected already")
        await super()._handle_connect(eio_sid, name, data)
        inbox = self._inboxes.get(self.manager.sid_from_eio_sid(eio_sid, name) or "")
        if inbox is not None:
            inbox.open(self._welcome(self._namespaces[name], inbox.connection))

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:  # noqa: A002 - the library's name
        inbox = self._put(eio_sid, namespace, id, data)
        if inbox.is_full:
            await self._hold(eio_sid, inbox)

    def _put(self, eio_sid: str, namespace: str | None, ack_id: int | None, data: Any) -> Inbox:
        """Raises ValueError for what is no event of somebody connected."""
        if data is MALFORMED:
            data = [MALFORMED]
        if not isinstance(data, list) or not data:
            raise ValueError("an event without a name")
        inbox = self._inboxes.get(self.manager.sid_from_eio_sid(eio_sid, namespace or "/") or "")
        if inbox is None:
            raise ValueError("an event before the connect")
        inbox.put((data[0], tuple(data[1:]), ack_id))
        return inbox

    async def _hold(self, eio_sid: str, inbox: Inbox) -> None:
        """Its socket is not read on until what waits is done."""
        self._held.add(eio_sid)
        try:
            await inbox.ends()
        finally:
            self._held.discard(eio_sid)

    async def _handle_ack(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:  # noqa: A002 - the library's name
        """The server asks for no acknowledgements."""

    # ---- one connection ---------------------------------------------------------------------------------------------

    async def _admit(self, namespace: Namespace, sid: str, environ: dict[str, str], auth: object) -> None:
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace.name)
        socket = self.eio.sockets[eio_sid]
        connection = Connection(sid, eio_sid, namespace.name, environ["address"], outlet_of(socket), self._cut_soon)
        try:
            if eio_sid in self._has_tried:
                namespace.count_connect(environ["address"])
            self._has_tried.add(eio_sid)
            await namespace.admit(connection, environ, auth)
        except Refusal as refusal:
            raise Refused(refusal.code, wire.error(refusal)) from None
        except Exception as exc:  # noqa: BLE001 - a connect is always answered
            logger.error("connect_failed", namespace=namespace.name, error=type(exc).__name__)
            raise Refused("unavailable", {"code": "unavailable", "message": "Try again in a moment."}) from None
        self._inboxes[sid] = Inbox(connection, namespace, self._own)

    async def _welcome(self, namespace: Namespace, connection: Connection) -> bool:
        try:
            await namespace.welcome(connection)
        except Exception as exc:  # noqa: BLE001 - who cannot be greeted is cut, and comes again
            logger.error("welcome_failed", namespace=namespace.name, error=type(exc).__name__)
            await self.cut(connection.eio_sid)
            return False
        return True

    async def _gone(self, namespace: Namespace, sid: str) -> None:
        inbox = self._inboxes.pop(sid, None)
        if inbox is None:
            return
        connection = inbox.connection
        connection.closed = True
        self._rooms.drop(connection)
        socket = self.eio.sockets.get(connection.eio_sid)
        last_seen_ms = getattr(socket, "last_seen_ms", None) or time.time_ns() // 1_000_000
        self._tasks.add(self._own(self._say_gone(namespace, inbox, last_seen_ms)))

    async def _say_gone(self, namespace: Namespace, inbox: Inbox, last_seen_ms: int) -> None:
        """After the greeting, so that coming and going stay in order; who was never greeted never came."""
        if not await inbox.ends():
            return
        try:
            await namespace.gone(inbox.connection, last_seen_ms)
        except Exception as exc:  # noqa: BLE001 - nobody is left to tell
            logger.error("disconnect_failed", namespace=namespace.name, error=type(exc).__name__)

    def _cut_soon(self, eio_sid: str) -> None:
        logger.warning("reader_too_slow")
        self._tasks.add(self._own(self.cut(eio_sid)))

    def _own(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _reset(tcp: asyncio.Transport) -> None:
    """End a TCP connection with all that is still to be sent, here and in the system: a close waits for its reader."""
    raw = tcp.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:  # else it is closed already, as it should be
        raw.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        tcp.abort()
