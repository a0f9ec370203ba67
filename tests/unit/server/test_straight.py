"""The short way rests on a name inside aiohttp: a version without it goes the library's way, and this says so."""

from __future__ import annotations

import inspect

from aiohttp.http_websocket import WebSocketWriter

from server.sockets import straight


def test_the_installed_aiohttp_has_what_the_short_way_needs() -> None:
    assert straight.IS_POSSIBLE
    assert list(inspect.signature(WebSocketWriter._write_websocket_frame).parameters)[1:] == [
        "message",
        "opcode",
        "rsv",
    ]
