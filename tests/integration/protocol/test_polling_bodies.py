"""What is posted over polling counts to its last byte, however slowly it comes."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from tests.harness.desk import Desk


async def test_a_body_that_comes_in_pieces_is_read_to_its_end(shared_desk: Desk) -> None:
    async with aiohttp.ClientSession() as http:
        base = f"{shared_desk.url}/socket.io/?EIO=4&transport=polling"
        async with http.get(base) as opened:
            sid = json.loads((await opened.text())[1:])["sid"]
        async with http.post(f"{base}&sid={sid}", data="40/visitor,") as connected:
            assert await connected.text() == "OK"
        event = f'42/visitor,7["chat:sync",{json.dumps({"chat_id": "x" * 3000, "after_seq": 0})}]'

        await post_in_pieces(shared_desk, f"/socket.io/?EIO=4&transport=polling&sid={sid}", event.encode())

        heard = ""
        async with asyncio.timeout(10):
            while "43/visitor,7" not in heard:
                async with http.get(f"{base}&sid={sid}") as polled:
                    heard += await polled.text()
    assert '"field":"chat_id"' in heard or '"code":"not_found"' in heard
    assert "Send one JSON object" not in heard


async def post_in_pieces(desk: Desk, path: str, body: bytes) -> None:
    """Each piece is a packet of its own: the one before it has left before the next is written."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    for start in range(0, len(body), 500):
        await writer.drain()
        await asyncio.sleep(0.02)  # The pause itself is what is tested.
        writer.write(body[start : start + 500])
    assert (await reader.readline()).split()[1] == b"200"
    writer.close()
    await writer.wait_closed()
