"""Do WebSockets pass? A handshake as the widget's, a word and its answer; and the way of who begins with polling."""

from __future__ import annotations

import asyncio

import aiohttp
import orjson

from server.doctor.findings import Finding, fail, ok, warn

PATH = "/socket.io/"
QUERY = {"EIO": "4"}
_NOBODYS_NAMESPACE = "/doctor"
"""There is none of this name, so nothing begins; the refusal is a server's answer through the WebSocket."""
_UPGRADE_REMEDY = (
    "Let the proxy speak HTTP/1.1 to the server and pass on the headers Upgrade and Connection (docs/proxies.md)."
)
_FAULTS = (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, KeyError)


async def websocket(session: aiohttp.ClientSession, url: str) -> list[Finding]:
    try:
        await _straight(session, url)
    except aiohttp.WSServerHandshakeError as exc:
        return [fail("websocket", f"{url} answers a WebSocket with {exc.status}.", _UPGRADE_REMEDY)]
    except _FAULTS as exc:
        return [fail("websocket", f"A WebSocket to {url} fails: {str(exc) or type(exc).__name__}.", _UPGRADE_REMEDY)]
    try:
        await _after_polling(session, url)
    except _FAULTS as exc:
        return [
            ok("websocket", "WebSockets pass."),
            warn(
                "polling",
                f"Who has no WebSocket at first does not get through ({str(exc) or type(exc).__name__}).",
                "Let the proxy send all requests of one visitor to the same server (docs/proxies.md).",
            ),
        ]
    return [ok("websocket", "WebSockets pass, also after polling; pings are answered.")]


async def _straight(session: aiohttp.ClientSession, url: str) -> None:
    """Engine.IO's first packet, then a Socket.IO packet that is answered by a refusal."""
    async with session.ws_connect(url + PATH, params={**QUERY, "transport": "websocket"}) as socket:
        _sid(await socket.receive_str())
        await socket.send_str(f"40{_NOBODYS_NAMESPACE},")
        answer = await socket.receive_str()
        if not answer.startswith(f"44{_NOBODYS_NAMESPACE}"):
            raise ValueError("what answers is no Socket.IO server")


async def _after_polling(session: aiohttp.ClientSession, url: str) -> None:
    """Engine.IO's upgrade: the ping "probe" on a WebSocket of a session that began with polling."""
    async with session.get(url + PATH, params={**QUERY, "transport": "polling"}) as answer:
        sid = _sid(await answer.text())
    async with session.ws_connect(url + PATH, params={**QUERY, "transport": "websocket", "sid": sid}) as socket:
        await socket.send_str("2probe")
        async with asyncio.timeout(5):
            if await socket.receive_str() != "3probe":
                raise ValueError("a ping is not answered")
        await socket.send_str("5")
        await socket.send_str("1")


def _sid(packet: str) -> str:
    if not packet.startswith("0{"):
        raise ValueError("what answers is no Engine.IO server")
    return str(orjson.loads(packet[1:])["sid"])
