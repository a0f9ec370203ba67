"""A file on its way in: multipart, read piece by piece into a nameless file, so that memory does not grow with it.

Who is killed in the middle leaves nothing; who sends too much, too slowly or half is refused. What is taken in, and
for whom, is decided elsewhere (services/chats/files.py, web/files.py).
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from server.errors import Refusal
from server.files.names import unquoted
from server.services.chats.files import Rules
from transcripts.opening import opened

PATIENCE_S = 30.0
"""For the first byte, and for each stretch of SLOWEST_BYTES_PER_S * PATIENCE_S: a phone in a tunnel, not a drip."""
SLOWEST_BYTES_PER_S = 8 * 1024
_FIELD_MAX_BYTES = 64 * 1024
"""Of a form's text: 8,000 characters of four bytes each, and room."""
_FIELDS_MAX = 16
_FRAME_BYTES = 256 * 1024
"""What a form adds to its file: boundaries, headers and texts."""
_PIECE_BYTES = 64 * 1024
_WRITE_BYTES = 256 * 1024


@dataclass(slots=True)
class Form:
    """A multipart form. source: the file, None where none was sent or chosen; name: as its sender gave it."""

    texts: dict[str, str] = field(default_factory=dict)
    source: BinaryIO | None = None
    name: str | None = None


@asynccontextmanager
async def received(request: web.Request, rules: Rules, folder: Path, form: Form | None = None) -> AsyncIterator[Form]:
    """The whole form; its file is gone afterwards. folder: a disk with room, where the file waits.

    form: to be filled, for who wants to know what had come before it was refused; it is read up to there then.

    Raises Refusal invalid (no form, half of one, two files, too slow), too_large, unavailable (no room).
    """
    if request.content_type != "multipart/form-data":
        raise Refusal("invalid", "Send the file as multipart/form-data, in the field file.", field="file")
    if form is None and (request.content_length or 0) > rules.max_bytes + _FRAME_BYTES:
        raise rules.too_large()
    form = form or Form()
    try:
        await _read(request, form, rules, folder)
        yield form
    finally:
        if form.source is not None:
            await asyncio.to_thread(form.source.close)


async def _read(request: web.Request, form: Form, rules: Rules, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    start_at = loop.time()
    try:
        async with asyncio.timeout(PATIENCE_S) as patience:

            def came(size_bytes: int) -> None:
                """Whoever sends fast enough has time for all of it."""
                patience.reschedule(start_at + PATIENCE_S + size_bytes / SLOWEST_BYTES_PER_S)

            await _Parts(form, rules, folder, came).read(request)
    except TimeoutError as exc:
        raise Refusal("invalid", "The file did not arrive in time. Try again.", field="file") from exc
    except (ValueError, AssertionError, LookupError, HttpProcessingError) as exc:
        # What aiohttp says of a form that is none, or half, or whose headers are none.
        raise Refusal("invalid", "The file did not arrive whole. Try again.", field="file") from exc
    except OSError as exc:
        if isinstance(exc, ConnectionError):
            raise
        raise Refusal("unavailable", "There is no room for files right now. Try again later.") from exc


class _Parts:
    def __init__(self, form: Form, rules: Rules, folder: Path, came: Any) -> None:
        self._form = form
        self._rules = rules
        self._folder = folder
        self._came = came
        self._count_bytes = 0

    async def read(self, request: web.Request) -> None:
        """To the end of the form: one that stops before its last boundary is half."""
        parts = await request.multipart()
        n = 0
        while (part := await parts.next()) is not None:
            n += 1
            if n > _FIELDS_MAX or not isinstance(part, BodyPartReader):
                raise Refusal("invalid", "This form has parts that nobody asked for.")
            if part.headers.get("Content-Transfer-Encoding", "binary").lower() not in ("binary", "8bit", "7bit"):
                raise Refusal("invalid", "Send the file as it is, without another encoding.", field="file")
            if part.name == "file" or part.filename is not None:
                await self._file(part)
            else:
                await self._text(part)

    async def _text(self, part: BodyPartReader) -> None:
        text = bytearray()
        while piece := await self._piece(part):
            text += piece
            if len(text) > _FIELD_MAX_BYTES:
                raise Refusal("too_large", "This text is too long.", field=part.name)
        self._form.texts[part.name or ""] = text.decode("utf-8", "replace")

    async def _file(self, part: BodyPartReader) -> None:
        if self._form.source is not None:
            raise Refusal("invalid", "Send one file at a time.", field="file")
        source = await opened(partial(_nameless, self._folder))
        self._form.source, self._form.name = source, unquoted(part.filename or "")
        size_bytes = 0
        pending = bytearray()
        while piece := await self._piece(part):
            size_bytes += len(piece)
            if size_bytes > self._rules.max_bytes:
                raise self._rules.too_large()
            pending += piece
            if len(pending) >= _WRITE_BYTES:
                await asyncio.to_thread(source.write, bytes(pending))
                pending.clear()
        await asyncio.to_thread(source.write, bytes(pending))
        if size_bytes == 0 and not part.filename:
            # A browser's form without a chosen file has an empty one without a name.
            self._form.source = None
            source.close()

    async def _piece(self, part: BodyPartReader) -> bytes:
        piece = await part.read_chunk(_PIECE_BYTES)
        self._count_bytes += len(piece)
        self._came(self._count_bytes)
        return bytes(piece)


def _nameless(folder: Path) -> BinaryIO:
    """In no folder's list, so gone with the process."""
    return cast("BinaryIO", tempfile.TemporaryFile(dir=folder))
