"""A MongoDB that says what a test has it say: for servers that a test cannot have, such as one without transactions."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import bson

Answers = Mapping[str, Mapping[str, Any]]
GREETINGS = ("hello", "ismaster")
_QUERY, _MESSAGE, _REPLY = 2004, 2013, 1
_HEADER = struct.Struct("<iiii")


@asynccontextmanager
async def answering(answers: Answers, port: int = 0) -> AsyncIterator[int]:
    """Gives the port, a free one where none is asked for.

    answers: by command; one that is not among them is done, and `hello` is for every greeting.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length, request_id, _, code = _HEADER.unpack(await reader.readexactly(_HEADER.size))
                writer.write(_answer(request_id, code, await reader.readexactly(length - _HEADER.size), answers))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    yield int(server.sockets[0].getsockname()[1])
    server.close()


def _answer(request_id: int, code: int, body: bytes, answers: Answers) -> bytes:
    """Greetings may come in the old form; everything else is a message with its command as the first document."""
    if code == _QUERY:
        document = body[body.index(b"\0", 4) + 9 :]
        reply, start = _REPLY, struct.pack("<iqii", 8, 0, 0, 1)
    else:
        document = body[5:]
        reply, start = _MESSAGE, struct.pack("<iB", 0, 0)
    (length,) = struct.unpack_from("<i", document)
    name = next(iter(bson.decode(document[:length])))
    said = bson.encode({"ok": 1.0, **answers.get("hello" if name.lower() in GREETINGS else name, {})})
    payload = start + said
    return _HEADER.pack(_HEADER.size + len(payload), 0, request_id, reply) + payload
