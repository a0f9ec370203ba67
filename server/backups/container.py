"""The form of a backup: a tar file with a manifest, and behind its end one line with the checksum of all before it.

`backup.json` says what it is, then come the parts, last `manifest.json` with size and sha256 of each. The line behind
the end is what a file that was cut off does not have, and what a changed byte anywhere, headers and padding too, does
not fit. `tar -tf` lists such a file; it ignores the line.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, cast

from server.administration import OperationError
from transcripts.copies import ENGINES, Engine

FORMAT = 1
HEADER, MANIFEST = "backup.json", "manifest.json"
PART_NAME = re.compile(
    r"record/[a-z_]+(\.db|(\.[a-z]+)?-[0-9]{6}\.bson)|files/[0-9a-f]{24,64}|mail/(new|cur)/[A-Za-z0-9][A-Za-z0-9._:,=-]{0,199}"
)
_TRAILER = "semafor-backup sha256 {}\n"
TRAILER_BYTES = len(_TRAILER.format("0" * 64))
_BLOCK = tarfile.BLOCKSIZE
_CHUNK_BYTES = 256 * 1024
_JSON_MAX_BYTES = 512 * 1024 * 1024
"""Of a manifest: some millions of parts."""


class BadBackup(OperationError):
    """The file is no whole, unchanged backup."""


@dataclass(frozen=True, slots=True)
class Header:
    """made_at: the moment of the record, ISO 8601 with zone. shape: of the record's schema. semafor: the version."""

    format: int
    engine: Engine
    shape: str
    semafor: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Part:
    """size: bytes. sha256: hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """missing: files that the record knew and that were removed while it was copied."""

    header: Header
    parts: tuple[Part, ...]
    missing: tuple[str, ...]


class ContainerWriter:
    """Writes to a file or a pipe, which it does not close. Raises OSError."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._parts: list[Part] = []
        self.written_bytes = 0
        self._add_text(HEADER, asdict(header))

    async def add(self, name: str, size: int, content: AsyncIterator[bytes]) -> None:
        """Raises OperationError where there are fewer or more bytes than were announced."""
        self._write(_entry(name, size))
        digest, left = hashlib.sha256(), size
        async for chunk in content:
            digest.update(chunk)
            left -= len(chunk)
            self._write(chunk)
        if left:
            raise OperationError(f"{name} changed while it was copied. Try again.")
        self._write(_padding(size))
        self._parts.append(Part(name, size, digest.hexdigest()))

    def finish(self, missing: tuple[str, ...]) -> Contents:
        header, parts = self._parts[0], tuple(self._parts[1:])
        told = [[part.name, part.size, part.sha256] for part in (header, *parts)]
        self._add_text(MANIFEST, {"parts": told, "missing": list(missing)})
        self._write(bytes(2 * _BLOCK))
        self._file.write(_TRAILER.format(self._hash.hexdigest()).encode())
        self._file.flush()
        return Contents(self._header, parts, missing)

    def _add_text(self, name: str, value: dict[str, Any]) -> None:
        raw = json.dumps(value, separators=(",", ":")).encode()
        self._write(_entry(name, len(raw)) + raw + _padding(len(raw)))
        if name == HEADER:
            self._header = Header(**value)
            self._parts.append(Part(name, len(raw), hashlib.sha256(raw).hexdigest()))

    def _write(self, raw: bytes) -> None:
        self._hash.update(raw)
        self._file.write(raw)
        self.written_bytes += len(raw)


def read(file: BinaryIO, size: int, told: Callable[[int, int], None]) -> Contents:
    """Look at every byte. size: of the file; told: so many of so many bytes. Raises BadBackup; changes nothing."""
    trailer = _trailer(file, size)
    file.seek(0)
    stream = _Hashing(file, size - TRAILER_BYTES, told)
    try:
        header, found, manifest = _walk(stream)
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError, OverflowError, RecursionError) as exc:
        stream.drain()
        raise _damaged(stream, trailer, f"it cannot be taken apart ({type(exc).__name__})") from exc
    stream.drain()
    if stream.hexdigest() != trailer:
        raise _damaged(stream, trailer, "")
    parts = tuple(Part(str(name), int(length), str(digest)) for name, length, digest in manifest["parts"])
    if parts != found:
        wrong = next((mine.name for mine, his in zip(found, parts, strict=False) if mine != his), "its number of parts")
        raise BadBackup(
            f"This backup is damaged: {wrong} does not fit its manifest. Nothing was changed; use another one."
        )
    return Contents(_header(header), parts[1:], tuple(map(str, manifest["missing"])))


def each_part(file: BinaryIO, contents: Contents) -> Iterator[tuple[Part, BinaryIO]]:
    """Every part, in order; each is read to its end before the next is asked for. Raises BadBackup where it changed."""
    file.seek(0)
    expected = iter(contents.parts)
    with tarfile.open(fileobj=file, mode="r|", bufsize=_CHUNK_BYTES) as tar:
        for member in tar:
            if member.name == MANIFEST:
                return
            source = tar.extractfile(member)
            if member.name == HEADER or source is None:
                continue
            part, checked = next(expected), _Checked(source)
            yield part, cast("BinaryIO", checked)
            if member.name != part.name or checked.hexdigest() != part.sha256:
                raise BadBackup(f"{part.name} of the backup changed while it was read. Nothing was changed.")


class _Hashing:
    """The tar part of the file, for tarfile, which reads it from beginning to end."""

    def __init__(self, file: BinaryIO, size: int, told: Callable[[int, int], None]) -> None:
        self._file, self._left, self._size, self._told = file, size, size, told
        self._hash = hashlib.sha256()

    def read(self, wanted: int) -> bytes:
        raw = self._file.read(min(wanted, self._left))
        self._left -= len(raw)
        self._hash.update(raw)
        self._told(self._size - self._left, self._size)
        return raw

    def drain(self) -> None:
        while self.read(_CHUNK_BYTES):
            pass

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class _Checked:
    """A part that is read once, and what it was."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, wanted: int = -1) -> bytes:
        raw: bytes = self._source.read(wanted)
        self._hash.update(raw)
        return raw

    def seek(self, to: int) -> int:
        """Only where it stands at its beginning already: writers go there before they read."""
        if to != self._source.tell():
            raise OSError("a part is read once")
        return to

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _walk(stream: _Hashing) -> tuple[dict[str, Any], tuple[Part, ...], dict[str, Any]]:
    """The header, every part as it is, the manifest."""
    parts: list[Part] = []
    header: dict[str, Any] | None = None
    with tarfile.open(fileobj=stream, mode="r|", bufsize=_CHUNK_BYTES) as tar:  # type: ignore[call-overload]
        for member in tar:
            # A sparse member is a few bytes that are read as any number of them.
            source = tar.extractfile(member) if member.isreg() and not member.issparse() else None
            if source is None:
                raise ValueError(member.name)
            if member.name == MANIFEST:
                manifest = json.loads(source.read(_JSON_MAX_BYTES))
                if header is None or tar.next() is not None:
                    raise ValueError(member.name)
                return header, tuple(parts), manifest
            if (header is None) != (member.name == HEADER) or (header and not PART_NAME.fullmatch(member.name)):
                raise ValueError(member.name)
            digest = hashlib.sha256()
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
                if header is None:
                    header = json.loads(chunk)
            parts.append(Part(member.name, member.size, digest.hexdigest()))
    raise ValueError(MANIFEST)


def _trailer(file: BinaryIO, size: int) -> str:
    """The checksum that the last line says. Raises BadBackup."""
    file.seek(max(0, size - TRAILER_BYTES))
    line = file.read(TRAILER_BYTES).decode("ascii", "replace")
    before, _, after = _TRAILER.partition("{}")
    if len(line) != TRAILER_BYTES or not line.startswith(before) or not line.endswith(after):
        file.seek(0)
        if HEADER.encode() == file.read(len(HEADER)):
            raise BadBackup("This backup is cut off or damaged at its end. Nothing was changed; use another one.")
        raise BadBackup("This is no backup of Semafor. Nothing was changed.")
    return line[len(before) : -len(after)]


def _damaged(stream: _Hashing, trailer: str, otherwise: str) -> BadBackup:
    why = "its checksum does not fit" if stream.hexdigest() != trailer else otherwise
    return BadBackup(f"This backup was changed or damaged: {why}. Nothing was changed; use another one.")


def _header(value: dict[str, Any]) -> Header:
    """Raises BadBackup for a form that this version does not know."""
    if value.get("format") != FORMAT or value.get("engine") not in ENGINES:
        raise BadBackup(f"This backup was made by Semafor {value.get('semafor')}: use that version or a newer one.")
    return Header(**{name: value[name] for name in Header.__slots__})


def _entry(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % _BLOCK)
