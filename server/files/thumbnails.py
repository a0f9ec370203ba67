"""Asks for thumbnails: one process per picture (thumbnailing.py), few at once, and none that takes long.

A thumbnail is a kindness: where none can be made in time the file is sent without.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.files.thumbnailing import EDGE_PX, MAX_BYTES
from server.log import logger

TYPE = "image/webp"
_PROGRAM = Path(__file__).with_name("thumbnailing.py")
_AT_ONCE = 2
_WITHIN_S = 8.0
"""In line and at work: so long an upload waits for it at most."""
_MADE_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A WebP; width and height in pixels."""

    width: int
    height: int
    content: bytes


class Thumbnails:
    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def make(self, source: BinaryIO) -> Thumbnail | None:
        """Of the picture in `source`. Never raises for what the picture does."""
        try:
            async with asyncio.timeout(_WITHIN_S), self._turns:
                content = await asyncio.to_thread(_whole, source)
                return None if content is None else await _made(content)
        except TimeoutError:
            logger.info("thumbnail_took_too_long")
        except OSError as exc:
            logger.warning("thumbnail_not_made", error=type(exc).__name__)
        return None


def _whole(source: BinaryIO) -> bytes | None:
    source.seek(0)
    content = source.read(MAX_BYTES + 1)
    return content if len(content) <= MAX_BYTES else None


async def _made(content: bytes) -> Thumbnail | None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(_PROGRAM)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
        cwd=os.sep,
        start_new_session=True,
        limit=_MADE_MAX_BYTES,
    )
    try:
        said = await _asked(process, content)
        return _read(said) if await process.wait() == 0 else None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _asked(process: asyncio.subprocess.Process, content: bytes) -> bytes:
    """It reads all before it writes, and what it writes is taken up to a bound: it may not be itself any more."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(content)
        await process.stdin.drain()
        process.stdin.close()
    except ConnectionError:
        return b""
    said = bytearray()
    while len(said) <= _MADE_MAX_BYTES and (piece := await process.stdout.read(65_536)):
        said += piece
    return bytes(said)


def _read(said: bytes) -> Thumbnail | None:
    first, _, content = said.partition(b"\n")
    sizes = first.split()
    is_sound = len(sizes) == 2 and all(size.isdigit() and 1 <= int(size) <= EDGE_PX for size in sizes)
    if not is_sound or not content.startswith(b"RIFF") or len(said) > _MADE_MAX_BYTES:
        return None
    return Thumbnail(int(sizes[0]), int(sizes[1]), content)
