"""The built front ends, served from memory: gzipped once, named by their content, read again when they are rebuilt."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
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
        self._known_filled: dict[str, tuple[object, Asset]] = {}

    def has(self, name: str) -> bool:
        return self._path(name) is not None

    async def respond(
        self,
        request: web.Request,
        name: str,
        filled: Mapping[bytes, bytes] | None = None,
        max_age_s: int = MAX_AGE_S,
    ) -> web.Response:
        """The file `name`, or 304. filled: what stands in it in the place of what. Raises Refusal not_found."""
        path = self._path(name)
        if path is None:
            raise not_found("file")
        stat = path.stat()
        asset = self._known.get(name)
        if asset is None or asset.changed != (stat.st_mtime_ns, stat.st_size):
            asset = self._known[name] = await asyncio.to_thread(_read, path)
        if filled:
            asset = self._filled(name, asset, filled)
        answer = web.Response(content_type=asset.type, charset="utf-8" if _is_text(asset.type) else None)
        answer.etag = asset.etag
        answer.headers["Cache-Control"] = f"public, max-age={max_age_s}"
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

    def _filled(self, name: str, asset: Asset, filled: Mapping[bytes, bytes]) -> Asset:
        """The last one is kept: what is filled in changes when an admin changes it."""
        mark = (asset.etag, tuple(filled.items()))
        known = self._known_filled.get(name)
        if known is not None and known[0] == mark:
            return known[1]
        body = asset.body
        for place, text in filled.items():
            body = body.replace(place, text)
        made = _asset(asset.changed, asset.type, body)
        self._known_filled[name] = mark, made
        return made

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
    return _asset((stat.st_mtime_ns, stat.st_size), kind, body)


def _asset(changed: tuple[int, int], kind: str, body: bytes) -> Asset:
    packed = gzip.compress(body, mtime=0) if _is_text(kind) and len(body) >= GZIP_FROM_BYTES else b""
    return Asset(changed, hashlib.sha256(body).hexdigest()[:32], kind, body, packed)


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
