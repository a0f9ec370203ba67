"""The short way through Socket.IO leans on the library's inside: a version that changes it there is noticed here.

When this fails after an update, read what changed against server/sockets/straight.py, engine.py and transport.py, run
tests/integration/protocol, and then write down the new digest.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any

import engineio
import pytest
import socketio
from engineio.async_drivers.aiohttp import WebSocket
from engineio.async_socket import AsyncSocket
from socketio.base_manager import BaseManager

from server.sockets.engine import EngineServer
from server.sockets.transport import Transport

DIGESTS: dict[Callable[..., Any], str] = {
    # What a connection that begins with a WebSocket is read and written by instead: straight.py.
    AsyncSocket._websocket_handler: "27f120df4d717a24",
    AsyncSocket._upgrade_websocket: "820b83efe96adb98",
    AsyncSocket.handle_get_request: "05eaae9f0a60d9be",
    AsyncSocket.receive: "a91ae36ec2fb5340",
    AsyncSocket.send: "0437276ccba7ab09",
    AsyncSocket.close: "faa2e93902543244",
    AsyncSocket._send_ping: "67db82a704ea49d0",
    WebSocket.__call__: "71f9a94476d737c3",
    engineio.AsyncServer._handle_connect: "5bd7edc1d1ae115a",
    engineio.AsyncServer.disconnect: "8bb6448caae41ca6",
    # What an event goes through instead: transport.py, inbox.py.
    socketio.AsyncServer._handle_eio_message: "bef50fc0e1635921",
    socketio.AsyncServer._handle_event: "65178105ef8b593d",
    socketio.AsyncServer._handle_connect: "c97c480cf777de36",
    socketio.AsyncServer._handle_eio_disconnect: "9344593148b66fd9",
    BaseManager.sid_from_eio_sid: "15467098a36bcd71",
}
OVERRIDDEN = [
    (socketio.AsyncServer, Transport, name)
    for name in (
        "_engineio_server_class",
        "_handle_eio_connect",
        "_handle_eio_disconnect",
        "_handle_eio_message",
        "_handle_connect",
        "_handle_event",
        "_handle_ack",
    )
] + [(engineio.AsyncServer, EngineServer, "disconnect")]


def digest(function: Callable[..., Any]) -> str:
    """Of its text."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


@pytest.mark.parametrize("function", DIGESTS, ids=lambda function: function.__qualname__)
def test_library_does_inside_what_the_short_way_stands_in_for(function: Callable[..., Any]) -> None:
    assert digest(function) == DIGESTS[function]


@pytest.mark.parametrize(("theirs", "ours", "name"), OVERRIDDEN)
def test_what_is_overridden_is_called_by_the_library_as_before(theirs: type, ours: type, name: str) -> None:
    assert list(inspect.signature(getattr(ours, name)).parameters) == list(
        inspect.signature(getattr(theirs, name)).parameters
    )


def test_another_way_of_doing_it_is_another_digest() -> None:
    def one(x: int) -> int:
        return x

    def other(x: int) -> int:
        return x + 1

    assert digest(one) != digest(other)
