"""A Socket.IO client of our own on a bare WebSocket: what is sent is exactly what the test says.

The official clients repair, buffer and reconnect; here a test may send a broken frame, ignore pings, vanish without
a close, or look at every event that ever came, in the order in which it came.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
import orjson

Json = dict[str, Any]
TIMEOUT_S = 10.0

# A Socket.IO packet in an Engine.IO message: type, namespace, acknowledgement id, JSON.
_PACKET = re.compile(r"4(?P<kind>[0-6])(?P<namespace>/[^,]*)?,?(?P<id>\d+)?(?P<body>.*)", re.DOTALL)


class ConnectionRefusedByServer(Exception):
    """The namespace was refused; `error` is what the server gave as the reason."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Received:
    """One event of the server. at_s: the loop's monotonic time."""

    event: str
    data: Any
    at_s: float


class WireClient:
    """One connection to one namespace. Made by `connect`; `close` it, or use it as a context manager."""

    def __init__(
        self, session: aiohttp.ClientSession, websocket: aiohttp.ClientWebSocketResponse, namespace: str
    ) -> None:
        self.history: list[Received] = []
        self.answer_pings = True
        self.close_code: int | None = None
        self._session = session
        self._websocket = websocket
        self._namespace = namespace
        self._next_id = 0
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._accepted: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read(), name=f"reader of {namespace}")

    @classmethod
    async def connect(
        cls,
        url: str,
        namespace: str,
        auth: Json | None = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> Self:
        """Raises ConnectionRefusedByServer, aiohttp.WSServerHandshakeError (an Origin that is not welcome)."""
        session = aiohttp.ClientSession(base_url=url)
        try:
            websocket = await session.ws_connect(
                "/socket.io/?EIO=4&transport=websocket", headers=headers, max_msg_size=0, autoclose=True
            )
        except BaseException:
            await session.close()
            raise
        client = cls(session, websocket, namespace)
        try:
            await client.send_raw(f"40{namespace},{orjson.dumps(auth or {}).decode()}")
            await asyncio.wait_for(asyncio.shield(client._accepted), TIMEOUT_S)
        except BaseException:
            await client.close()
            raise
        return client

    async def call(self, event: str, data: Any) -> Json:
        """Send an event and return its acknowledgement, whatever it says."""
        acked = await self.send(event, data)
        # Python 3.11's `wait_for` swallows a cancellation that comes together with the answer.
        async with asyncio.timeout(TIMEOUT_S):
            return await acked

    async def ask(self, event: str, data: Any) -> Json:
        """As `call`, and asserts `ok: true`."""
        answer = await self.call(event, data)
        assert answer.get("ok") is True, f"{event} {data}: {answer}"
        return answer

    async def refused(self, event: str, data: Any) -> Json:
        """As `call`, asserts `ok: false` and returns the error: `{code, message, ...}`."""
        answer = await self.call(event, data)
        assert answer.get("ok") is False, f"{event} {data}: {answer}"
        error: Json = answer["error"]
        return error

    async def send(self, event: str, data: Any) -> Awaitable[Json]:
        """Send now, look at the acknowledgement later: the result may be awaited, or never be."""
        self._next_id += 1
        acked = self._acks[self._next_id] = asyncio.get_running_loop().create_future()
        await self.send_raw(f"42{self._namespace},{self._next_id}{orjson.dumps([event, data]).decode()}")
        return acked

    async def send_raw(self, frame: str | bytes) -> None:
        """One WebSocket frame, unchanged."""
        if isinstance(frame, bytes):
            await self._websocket.send_bytes(frame)
        else:
            await self._websocket.send_str(frame)

    def mark(self) -> int:
        """A place in the history, for `wait(since=...)` and `events(since=...)`."""
        return len(self.history)

    def events(self, event: str, since: int = 0) -> list[Any]:
        return [seen.data for seen in self.history[since:] if seen.event == event]

    async def wait(
        self,
        event: str,
        predicate: Callable[[Any], bool] = lambda data: True,
        *,
        since: int = 0,
        timeout_s: float = TIMEOUT_S,
    ) -> Any:
        """The first matching event from `since` on, also one that has come already.

        Fails when none comes in time or the connection ends first, and says what came instead.
        """
        looked = since
        async with self._changed:
            try:
                async with asyncio.timeout(timeout_s):
                    while True:
                        for seen in self.history[looked:]:
                            looked += 1
                            if seen.event == event and predicate(seen.data):
                                return seen.data
                        if self._reader.done():
                            break
                        await self._changed.wait()
            except TimeoutError:
                pass
        came = "\n".join(f"  {seen.event} {seen.data}" for seen in self.history[since:]) or "  nothing"
        raise AssertionError(f"no such {event} within {timeout_s} s (closed: {self.close_code}); instead:\n{came}")

    async def closed(self, timeout_s: float = TIMEOUT_S) -> int | None:
        """Wait until the server has closed the connection; the close code (None: no close frame)."""
        await asyncio.wait_for(asyncio.shield(self._reader), timeout_s)
        return self.close_code

    def vanish(self) -> None:
        """The cable is pulled: nothing is answered, nothing is closed; the server must find out by its pings."""
        self.answer_pings = False

    def cut(self) -> None:
        """The TCP connection ends without a WebSocket close, as when a browser is killed."""
        raw = self._websocket.get_extra_info("socket")
        assert raw is not None
        raw.shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        """Leave properly. May be called again."""
        self._reader.cancel()
        try:
            await asyncio.gather(self._reader, return_exceptions=True)
            await self._websocket.close()
        finally:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _read(self) -> None:
        try:
            async for message in self._websocket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._receive(message.data)
            self.close_code = self._websocket.close_code
        finally:
            gone = ConnectionError("the connection is gone")
            for waiting in [self._accepted, *self._acks.values()]:
                if not waiting.done():
                    waiting.set_exception(gone)
                    waiting.exception()  # looked at: nobody may be waiting for it
            async with self._changed:
                self._changed.notify_all()

    async def _receive(self, text: str) -> None:
        if text == "2":
            if self.answer_pings:
                await self.send_raw("3")
            return
        packet = _PACKET.fullmatch(text)
        if packet is None:
            return
        body: Any = orjson.loads(packet["body"]) if packet["body"] else None
        match packet["kind"]:
            case "0":
                self._accepted.set_result(body)
            case "4" if not self._accepted.done():
                self._accepted.set_exception(ConnectionRefusedByServer(body))
            case "2":
                async with self._changed:
                    self.history.append(Received(body[0], body[1] if len(body) > 1 else None, _now_s()))
                    self._changed.notify_all()
            case "3":
                acked = self._acks.pop(int(packet["id"]))
                if not acked.done():
                    acked.set_result(body[0] if body else None)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
