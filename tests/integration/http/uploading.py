"""What people upload: small real files, and files that only pretend."""

from __future__ import annotations

import io
import zlib
from typing import Any

from aiohttp import FormData
from PIL import Image

from server.signing import Signer
from tests.integration.http.people import Client, Site

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ZIP = b"PK\x05\x06" + bytes(18)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def gif_that_is_also_html() -> bytes:
    return picture("GIF", (4, 4)) + HTML


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred kilobytes that claims 900 megapixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _ in range(height // 10)) + packer.flush()
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def form(content: bytes, name: str, kind: str = "application/octet-stream") -> FormData:
    made = FormData(quote_fields=False)
    made.add_field("file", io.BytesIO(content), filename=name, content_type=kind)
    return made


def bearer(site: Site, visitor_id: str) -> dict[str, str]:
    signer: Signer = site.desk.signer
    return {"Authorization": f"Bearer {signer.visitor_token(visitor_id)}"}


async def upload(
    client: Client, where: str, headers: dict[str, str], content: bytes = PDF, name: str = "offer.pdf"
) -> tuple[int, dict[str, Any]]:
    """(status, JSON) of an upload. where: the query."""
    answer = await client.post(f"/api/v1/files?{where}", data=form(content, name), headers=headers)
    data: dict[str, Any] = await answer.json()
    return answer.status, data
