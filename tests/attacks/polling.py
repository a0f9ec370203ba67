"""Engine.IO by hand over HTTP: a session that is opened here can be asked for from anywhere, with any cookie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Self

import aiohttp

from tests.harness.desk import Desk

PATH = "/socket.io/?EIO=4&transport="


class Poller:
    """One polling session. headers: sent with every request of this client."""

    def __init__(self, http: aiohttp.ClientSession, sid: str, opened: str) -> None:
        self.http = http
        self.sid = sid
        self.opened = opened

    @classmethod
    async def open(cls, desk: Desk, *, source: str = "127.0.0.1", **headers: str) -> Self:
        """source: the address of this machine that it comes from."""
        http = visitor_of(desk, source, **headers)
        async with http.get(f"{PATH}polling") as answer:
            opened = await answer.text()
            assert answer.status == 200, opened
        return cls(http, opened.partition('"sid":"')[2].partition('"')[0], opened)

    @classmethod
    async def join(cls, desk: Desk, namespace: str = "/visitor", auth: str = "{}", **headers: str) -> Self:
        """Open a session and connect it to a namespace; returns after the server's `hello`."""
        poller = await cls.open(desk, **headers)
        assert await poller.post(f"40{namespace},{auth}") == (200, "OK")
        said = ""
        while '"hello"' not in said:
            status, text = await poller.poll()
            said += text
            assert (status, text[:2] == "44") == (200, False), said
        return poller

    def address(self, transport: str = "polling") -> str:
        return f"{PATH}{transport}&sid={self.sid}"

    async def poll(self) -> tuple[int, str]:
        async with self.http.get(self.address()) as answer:
            return answer.status, await answer.text()

    async def post(self, packets: str | bytes, **headers: str) -> tuple[int, str]:
        async with self.http.post(self.address(), data=packets, headers=headers) as answer:
            return answer.status, await answer.text()

    async def post_in_chunks(self, pieces: list[bytes]) -> tuple[int, str]:
        """The packets of all of them, sent without saying how long they are."""

        async def body() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        async with self.http.post(self.address(), data=body()) as answer:
            return answer.status, await answer.text()

    async def upgrade(self) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket that has taken the session over."""
        websocket = await self.http.ws_connect(self.address("websocket"))
        await websocket.send_str("2probe")
        assert (await websocket.receive_str()) == "3probe"
        await websocket.send_str("5")
        return websocket

    async def close(self) -> None:
        await self.http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def visitor_of(desk: Desk, source: str = "127.0.0.1", **headers: str) -> aiohttp.ClientSession:
    """Somebody who knows the server's address and nothing else."""
    connector = aiohttp.TCPConnector(local_addr=(source, 0))
    jar = aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(base_url=desk.url, connector=connector, cookie_jar=jar, headers=headers)
