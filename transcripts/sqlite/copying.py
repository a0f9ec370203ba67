"""A copy of the record's file while servers write to it, and a record made from such a copy.

One read transaction is one moment of a file with a write-ahead log, and holds no writer up. Inside it SQLite's backup
copies the pages in steps; without it every commit of another process would begin the copy anew. Meanwhile the log
cannot be cut back and grows with what is written.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from transcripts.copies import FILES, RECORD, CopyError, Engine, Piece, Shape, Told
from transcripts.errors import NotFound, StoreUnavailable
from transcripts.files import CHUNK_BYTES
from transcripts.opening import opened
from transcripts.port import Store
from transcripts.sqlite.connections import connect_reader
from transcripts.sqlite.folder import Folder
from transcripts.sqlite.schema import newest, version
from transcripts.sqlite.store import FILES_FOLDER, SqliteStore

STEP_PAGES = 256
"""1 MB: between two steps other threads run."""
_NAMES = "SELECT id FROM files UNION ALL SELECT thumb_id FROM files WHERE thumb_id IS NOT NULL ORDER BY 1"


class SqliteSource:
    engine: Engine = "sqlite"

    def __init__(self, file: Path, scratch: Path) -> None:
        """scratch: a folder with room for the record's file. Raises CopyError where there is no record."""
        if not file.is_file():
            raise CopyError(f"There is no record at {file}. Name its folder with --data.")
        self._file = file
        self._scratch = scratch
        self._folder = Folder(file.parent / FILES_FOLDER)
        self._missing: list[str] = []

    async def shape(self) -> Shape:
        def ask() -> int:
            connection = connect_reader(self._file)
            try:
                return version(connection)
            finally:
                connection.close()

        return Shape(str(await asyncio.to_thread(ask)), str(newest()))

    async def clock(self) -> datetime | None:
        return None

    async def pieces(self, told: Told) -> AsyncIterator[Piece]:
        copy, names = await asyncio.to_thread(self._copied, told)
        with copy:
            yield Piece(f"{RECORD}{self._file.name}", copy.seek(0, os.SEEK_END), _chunks(copy))
        for name in names:
            try:
                file = await opened(partial(self._folder.open, name))
            except NotFound:
                self._missing.append(name)
                continue
            with file:
                yield Piece(FILES + name, file.seek(0, os.SEEK_END), _chunks(file))

    def missing(self) -> Sequence[str]:
        return tuple(self._missing)

    async def aclose(self) -> None: ...

    def _copied(self, told: Told) -> tuple[BinaryIO, list[str]]:
        """The record of one moment, in a file without a name, and the names of its files."""
        source = connect_reader(self._file)
        try:
            source.execute("BEGIN")
            (found,) = source.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise CopyError(f"The record is damaged ({found}): it is not copied over a good backup.")
            names = [name for (name,) in source.execute(_NAMES)] if _has_files(source) else []
            return _copy(source, self._scratch / f".{self._file.name}.part", told), names
        except sqlite3.Error as exc:
            raise CopyError(f"The record cannot be copied: {exc}. Look for room in {self._scratch}.") from exc
        finally:
            source.close()


class SqliteTarget:
    engine: Engine = "sqlite"

    def __init__(self, file: Path) -> None:
        """file: of the record to be, in a folder that nobody looks into yet."""
        self._file = file
        self._folder = Folder(file.parent / FILES_FOLDER)

    async def begin(self, shape: str) -> None:
        if not shape.isdecimal() or int(shape) > newest():
            raise CopyError(
                f"The backup's record is of schema {shape}, this version knows {newest()}: use a newer one."
            )
        if self._file.exists():
            raise CopyError(f"There is a record already: {self._file}.")

    async def take(self, name: str, content: BinaryIO) -> None:
        if name.startswith(FILES):
            await asyncio.to_thread(self._folder.keep, name.removeprefix(FILES), content)
        else:
            await asyncio.to_thread(_write, self._file, content)

    async def open(self) -> Store:
        await asyncio.to_thread(self._check)
        return await SqliteStore.open(self._file)

    async def finish(self) -> None:
        """The folder is moved by who made it."""

    async def undo(self) -> None:
        """The folder is removed by who made it."""

    async def aclose(self) -> None: ...

    def _check(self) -> None:
        if not self._file.is_file():
            raise CopyError("The backup holds no record.")
        try:
            connection = connect_reader(self._file)
            try:
                (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            finally:
                connection.close()
        except (sqlite3.Error, StoreUnavailable) as exc:
            raise CopyError(f"The backup's record cannot be read: {exc}.") from exc
        if found != "ok":
            raise CopyError(f"The backup's record is damaged: {found}.")


def _copy(source: sqlite3.Connection, place: Path, told: Told) -> BinaryIO:
    """Its name is taken away at once: who is killed while copying leaves no conversations lying about."""
    place.unlink(missing_ok=True)
    file = os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600), "rb")
    try:
        copy = sqlite3.connect(place, isolation_level=None)
        try:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            place.unlink()
            (page_bytes,) = source.execute("PRAGMA page_size").fetchone()
            source.backup(
                copy,
                pages=STEP_PAGES,
                progress=lambda _, left, whole: told((whole - left) * page_bytes, whole * page_bytes),
            )
        finally:
            copy.close()
    except BaseException:
        file.close()
        with suppress(OSError):
            place.unlink(missing_ok=True)
        raise
    return file


def _has_files(db: sqlite3.Connection) -> bool:
    """A record that an older version wrote may have none."""
    return db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'files'").fetchone() is not None


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
        yield chunk


def _write(target: Path, content: BinaryIO) -> None:
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, CHUNK_BYTES)
        file.flush()
        os.fsync(file.fileno())
