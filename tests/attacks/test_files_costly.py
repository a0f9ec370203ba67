"""Files that are to cost more than they look: pictures and archives that unpack, hoards, downloads that break off."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.attacks.scene import Intruders
from tests.attacks.test_files_attacked import path_of, sent, upload
from tests.harness.desk import Desk
from tests.harness.people import VisitorClient
from tests.harness.wire import Json
from tests.integration.http.uploading import bomb, picture

FULL = b"\xff"
TOO_MANY_PIXELS = ("pixels.png", "large.png", "screen.gif")
SOON_S = 2.0
GROWN_BYTES = 80_000_000


async def test_bombs_are_kept_as_they_are_and_slow_nobody_down(target: Desk, intruders: Intruders) -> None:
    """Nothing but pictures is ever unpacked, and those by a process that may take little."""
    eve, calm = await intruders.visitor(target), await intruders.visitor(target)
    chat = await eve.start("Look what I have", department="support")
    bombs = {
        b"pixels.png": bomb(),
        b"large.png": _of_zeros(9_000, 9_000),
        b"profile.png": _with_chunk(b"iCCP", b"x\x00\x00" + zlib.compress(bytes(60_000_000), 9)),
        b"words.png": _with_chunk(b"zTXt", b"x\x00\x00" + zlib.compress(bytes(60_000_000), 9)),
        b"screen.gif": b"GIF89a%s\x80%s,%s%s%s" % (4 * FULL, bytes(8), bytes(4), 4 * FULL, b"\x00\x02\x02D\x01\x00;"),
        b"zeros.zip": _packed(60_000_000),
        b"zeros.docx": _packed(60_000_000),
    }  # fmt: skip
    before_bytes = _resident_bytes(target)
    uploads = asyncio.gather(
        *(upload(target, eve.token, name, content, chat_id=chat["id"]) for name, content in bombs.items())
    )
    worst_s = 0.0
    while not uploads.done():
        began = time.monotonic()
        await calm.ask("page", {"url": "https://x.example"})
        worst_s = max(worst_s, time.monotonic() - began)
        await asyncio.wait({uploads}, timeout=0.05)

    for status, answer in await uploads:
        assert (status, answer["file"]["thumbnail"]) in ((201, None), (201, _small(answer)))
        assert not (answer["file"]["thumbnail"] and answer["file"]["name"] in TOO_MANY_PIXELS), answer["file"]["name"]
    assert worst_s < SOON_S
    assert _resident_bytes(target) - before_bytes < GROWN_BYTES


@pytest.mark.embedded("about one process's descriptors")
async def test_whoever_breaks_a_download_off_leaves_nothing_open(target: Desk, intruders: Intruders) -> None:
    eve = await intruders.visitor(target)
    chat = await eve.start("Here it is", department="support")
    path = path_of(await sent(target, eve, chat, b"long.txt", b"a" * 9_000_000))
    file_id = path.rpartition("/")[2]
    readers = []
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port, limit=4096)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {eve.token}\r\n\r\n".encode())
        await reader.readline()
        readers.append(writer)
    held = _opened(target, file_id)
    for writer in readers:
        writer.transport.abort()
    began = time.monotonic()
    while _opened(target, file_id) and time.monotonic() - began < SOON_S:
        await eve.ask("page", {"url": "https://x.example"})

    assert held > 0, "else nobody was in the middle"
    assert _opened(target, file_id) == 0


def _opened(desk: Desk, file_id: str) -> int:
    """How often the server has the file open."""
    links = []
    for link in Path(f"/proc/{desk.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            links.append(link.readlink().name)
    return links.count(file_id)


async def test_nobody_hoards_files_here_whoever_they_say_they_are(tight: Desk, intruders: Intruders) -> None:
    """Counted by number and by bytes, for a person and for a network address, however many persons come from it."""

    async def offer(who: VisitorClient, chat: Json, size: int, source: str = "127.0.0.4") -> tuple[int, Any]:
        status, answer = await upload(tight, who.token, b"a.txt", b"a" * size, source=source, chat_id=chat["id"])
        error = answer.get("error", {})
        assert status == 201 or (error["code"] == "rate_limited" and 0 < error["retry_after_s"] <= 601), answer
        return status, None

    people = [await intruders.visitor(tight) for _ in range(5)]
    chats = [await who.start("Files", department="support") for who in people]
    hoarder, many, *others = zip(people, chats, strict=True)

    large = [(await offer(*hoarder, 40_000))[0] for _ in range(3)]
    small = [(await offer(*many, 10))[0] for _ in range(5)]
    rest = [(await offer(*other, 60_000))[0] for other in others]

    assert large == [201, 201, 429], "100,000 bytes of one person"
    assert small == [201] * 4 + [429], "four files of one person"
    assert rest == [201, 201, 429], "250,000 bytes of one address"
    assert (await offer(*others[-1], 10, "127.0.0.5"))[0] == 201, "others go on"


def _with_chunk(kind: bytes, content: bytes) -> bytes:
    """A small PNG with one chunk more, right behind its header."""
    whole = picture(size=(4, 4))
    chunk = len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
    return whole[:33] + chunk + whole[33:]


def _of_zeros(width: int, height: int) -> bytes:
    """A PNG of 80 kB that is all that it says: more pixels than are drawn here, fewer than the decoder itself minds."""
    out = io.BytesIO()
    Image.new("L", (width, height)).save(out, "PNG")
    return out.getvalue()


def _packed(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(size))
    return out.getvalue()


def _small(answer: Json) -> Any:
    """A thumbnail that is none of the size that the bomb claims."""
    thumbnail = answer["file"]["thumbnail"]
    return thumbnail if thumbnail and max(thumbnail["width"], thumbnail["height"]) <= 480 else "no such"


def _resident_bytes(desk: Desk) -> int:
    status = Path(f"/proc/{desk.pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in status if line.startswith("VmRSS")).split()[1])
