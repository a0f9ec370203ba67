"""A way between a client and a server that can be cut at the worst moment: after a request, before its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK_BYTES = 65536


class Way:
    """Forwards both directions. cuts_left: how many requests with the words will get no answer."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: set[asyncio.StreamWriter] = set()
        self._words = b""
        self.cuts_left = 0
        self.port = 0
        self.is_closed = False
        """While closed, whoever connects is turned away."""

    def cut_answers_to(self, words: bytes, times: int = 1) -> None:
        self._words, self.cuts_left = words, times

    def close(self) -> None:
        """Every connection ends now, and new ones at once."""
        self.is_closed = True
        for writer in self._open:
            writer.transport.abort()

    def reopen(self) -> None:
        self.is_closed = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_closed:
            writer.transport.abort()
            return
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._target)
        ends = {writer, to_writer}
        self._open |= ends
        answers = asyncio.create_task(_forward(to_reader, writer))
        try:
            while data := await reader.read(_CHUNK_BYTES):
                if self.cuts_left and self._words in data:
                    self.cuts_left -= 1
                    answers.cancel()
                    to_writer.write(data)
                    # The server has done it when it answers; nobody hears that.
                    with suppress(asyncio.CancelledError):
                        await answers
                    await to_reader.read(_CHUNK_BYTES)
                    return
                to_writer.write(data)
        except ConnectionError:
            pass
        finally:
            answers.cancel()
            self._open -= ends
            for end in ends:
                end.transport.abort()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
    writer.transport.abort()


@asynccontextmanager
async def way_to(port: int) -> AsyncIterator[Way]:
    way = Way(port)
    server = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    way.port = server.sockets[0].getsockname()[1]
    yield way
    server.close()
    way.close()
    await server.wait_closed()
