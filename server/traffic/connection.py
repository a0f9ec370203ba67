"""One played person's connection: asks, and hears what the server says to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self

import aiohttp
import socketio
from socketio.exceptions import SocketIOError

Json = dict[str, Any]
ANSWER_WITHIN_S = 15
FAULTS = (SocketIOError, aiohttp.ClientError, OSError, TimeoutError)
"""What a connection can end with; whoever plays a person gives up, or comes again."""


class Connection:
    """Use as `async with`: it is closed at the end."""

    def __init__(self, url: str, namespace: str, auth: Json) -> None:
        self._url = url
        self._namespace = namespace
        self._auth = auth
        self._client: Any = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self._hello: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.closed = asyncio.Event()
        self.on("hello", self._greeted)
        self._client.on("disconnect", self._gone, namespace=namespace)

    async def __aenter__(self) -> Self:
        try:
            await self._client.connect(
                self._url, auth=self._auth, namespaces=[self._namespace], transports=["websocket"], wait_timeout=10
            )
        except BaseException:
            await self._client.disconnect()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.disconnect()

    def on(self, event: str, hear: Callable[[Json], None]) -> None:
        """`hear` is told each such event from now on."""

        async def heard(data: Json, *_: object) -> None:
            hear(data)

        self._client.on(event, heard, namespace=self._namespace)

    async def hello(self) -> Json:
        """Raises TimeoutError."""
        return await asyncio.wait_for(asyncio.shield(self._hello), ANSWER_WITHIN_S)

    async def ask(self, event: str, data: Json) -> Json:
        """The acknowledgement, `ok` or not. Raises one of FAULTS."""
        answer = await self._client.call(event, data, namespace=self._namespace, timeout=ANSWER_WITHIN_S)
        return answer if isinstance(answer, dict) else {"ok": False}

    def _greeted(self, data: Json) -> None:
        if not self._hello.done():
            self._hello.set_result(data)

    async def _gone(self, *_: object) -> None:
        self.closed.set()
