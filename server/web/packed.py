"""A file that was packed for one request, sent in pieces."""

from __future__ import annotations

import asyncio
from io import SEEK_END
from typing import IO

from aiohttp import web

PIECE_BYTES = 256 * 1024


async def packed(request: web.Request, content: IO[bytes], name: str) -> web.StreamResponse:
    """content: a zip, at any place."""
    size = content.seek(0, SEEK_END)
    content.seek(0)
    answer = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
        }
    )
    await answer.prepare(request)
    while piece := await asyncio.to_thread(content.read, PIECE_BYTES):
        await answer.write(piece)
    await answer.write_eof()
    return answer
