"""The built front ends, served from memory: gzipped once, named by their content, read again when they are rebuilt."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from server.errors import not_found

ROOT = Path(__file__).resolve().parent.parent / "assets"
# Short: a page that embeds the widget has the new one within minutes of an update; in between the ETag answers.
MAX_AGE_S = 300
GZIP_FROM_BYTES = 500
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class Asset:
    changed: tuple[int, int]
    etag: str
    type: str
    body: bytes
    packed: bytes


class Assets:
    def __init__(self, root: Path = ROOT) -> None:
        self._root = root.resolve()
        self._known: dict[str, Asset] = {}

    def has(self, name: str) -> bool:
        return self._path(name) is not None

    async def respond(self, request: web.Request, name: str) -> web.Response:
        """The file `name`, or 304. Raises Refusal not_found."""
        path = self._path(name)
        if path is None:
            raise not_found("file")
        stat = path.stat()
        asset = self._known.get(name)
        if asset is None or asset.changed != (stat.st_mtime_ns, stat.st_size):
            asset = self._known[name] = await asyncio.to_thread(_read, path)
        answer = web.Response(content_type=asset.type, charset="utf-8" if _is_text(asset.type) else None)
        answer.etag = asset.etag
        answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
        answer.headers["Vary"] = "Accept-Encoding"
        # Pages of other sites load the widget's files; what the others hold is no secret either.
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.if_none_match and any(tag.value in {asset.etag, "*"} for tag in request.if_none_match):
            answer.set_status(304)
        elif "gzip" in request.headers.get("Accept-Encoding", "") and asset.packed:
            answer.headers["Content-Encoding"] = "gzip"
            answer.body = asset.packed
        else:
            answer.body = asset.body
        return answer

    def _path(self, name: str) -> Path | None:
        """None where there is no such file below the root, whatever the name tries."""
        try:
            path = (self._root / name).resolve()
            return path if path.is_relative_to(self._root) and path.is_file() else None
        except (OSError, ValueError):
            return None


def _read(path: Path) -> Asset:
    stat = path.stat()
    body = path.read_bytes()
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if _is_text(kind) and len(body) >= GZIP_FROM_BYTES else b""
    return Asset((stat.st_mtime_ns, stat.st_size), hashlib.sha256(body).hexdigest()[:32], kind, body, packed)


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
