"""Engine.IO by long polling, bare: every packet is an HTTP request of its own."""

from __future__ import annotations

from typing import Any, Self

import aiohttp
import orjson


class PollingClient:
    """A visitor without a WebSocket."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    @classmethod
    async def arrive(cls, session: aiohttp.ClientSession, url: str) -> Self:
        base = f"{url}/socket.io/?EIO=4&transport=polling"
        async with session.get(base) as opened:
            assert opened.status == 200, await opened.text()
            sid = orjson.loads((await opened.text())[1:])["sid"]
        client = cls(session, f"{base}&sid={sid}")
        await client.post("40/visitor,{}")
        await client.until('"hello"')
        return client

    async def ask(self, event: str, data: Any) -> str:
        """The packets that came up to the acknowledgement."""
        await self.post(f"42/visitor,7{orjson.dumps([event, data]).decode()}")
        return await self.until("43/visitor,7")

    async def post(self, packets: str) -> None:
        async with self._session.post(self._url, data=packets) as answer:
            assert (answer.status, await answer.text()) == (200, "OK")

    async def until(self, wanted: str) -> str:
        said = ""
        while wanted not in said:
            async with self._session.get(self._url) as answer:
                assert answer.status == 200, await answer.text()
                said += await answer.text()
        return said
