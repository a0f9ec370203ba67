"""The yardstick: python-socketio as its guide shows it, one emit to a room per message; nothing is stored.

`python -m tests.bench.messages.bare_server PORT`. uvloop, no compression, the same two listeners per message and the
same answer as a desk gives.
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from typing import Any

import socketio
import uvloop
from aiohttp import web
from engineio.async_drivers import aiohttp as eio_aiohttp

NAMESPACE = "/visitor"


class WebSocket(eio_aiohttp.WebSocket):  # type: ignore[misc]
    """The library's own, without compression: it has no option for that."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        self._sock = web.WebSocketResponse(max_msg_size=0, compress=False)
        await self._sock.prepare(environ["aiohttp.request"])
        await self.handler(self)
        return self._sock


def _say(_: str) -> None:
    sys.stdout.write("listening\n")
    sys.stdout.flush()


def main() -> None:
    sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins=[], namespaces="*")
    sio.eio._async = {**sio.eio._async, "websocket": WebSocket}
    seqs: dict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(1))

    async def connect(sid: str, environ: object, auth: dict[str, Any]) -> None:
        for room in auth["rooms"]:
            await sio.enter_room(sid, room, namespace=NAMESPACE)

    async def send(sid: str, data: dict[str, Any]) -> dict[str, Any]:
        chat_id = data["chat_id"]
        seq = next(seqs[chat_id])
        said = {
            "chat_id": chat_id,
            "seq": seq,
            "client_id": data["client_id"],
            "author": {"kind": "visitor", "id": sid, "name": None},
            "kind": "text",
            "body": data["body"],
            "at": "2026-11-22T08:00:00.000Z",
        }
        await sio.emit("message", said, room=chat_id, namespace=NAMESPACE)
        return {"ok": True, "seq": seq, "at": said["at"]}

    sio.on("connect", connect, namespace=NAMESPACE)
    sio.on("message:send", send, namespace=NAMESPACE)
    app = web.Application()
    sio.attach(app)
    web.run_app(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        access_log=None,
        print=_say,
        loop=uvloop.new_event_loop(),
    )


if __name__ == "__main__":
    main()
