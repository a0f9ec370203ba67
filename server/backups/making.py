"""Writes a backup: the record of one moment, the files that it knows and the mails of the maildir, into one file.

What is written goes into FILE.part, whose name becomes FILE when all of it is on the disk. Who is killed in between
leaves a .part that is no whole backup and that the next run overwrites. The record is copied as it is: a server of an
older version may be running on it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import stat
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from server.adapters import MAILDIR, open_source, open_store
from server.administration import OperationError
from server.backups.container import FORMAT, PART_NAME, ContainerWriter, Contents, Header
from server.backups.progress import Progress
from server.clock import Clock
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.settings import Settings
from transcripts.copies import FILES, Source

PART_SUFFIX = ".part"
MAIL_FOLDERS = ("new", "cur")
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """size: bytes of the whole backup. is_noted: it stands in the audit log."""

    made_at: datetime
    contents: Contents
    size: int
    is_noted: bool


async def make(settings: Settings, file: Path, progress: Progress, *, force: bool) -> Made:
    """Write `file`, with mode 0600. force: where it exists, the new one takes its place.

    Raises OperationError, CopyError, StoreUnavailable, SettingsError; then `file` is as it was.
    """
    _check_place(file, force=force)
    part = file.with_name(file.name + PART_SUFFIX)
    with _open_part(part) as target:
        try:
            made = await _write(settings, target, part.parent, progress)
            os.fsync(target.fileno())
            # Before it is there: no copy leaves the desk untold.
            made = await _noted(settings, made, file.name)
            _publish(part, file, force=force)
        except BaseException as exc:
            part.unlink(missing_ok=True)
            if isinstance(exc, OSError):
                raise _no_room(file, exc) from exc
            raise
    return made


async def make_stream(settings: Settings, out: BinaryIO, progress: Progress) -> Made:
    """Write to a pipe, such as one to a program that encrypts. Raises as `make`; what was written then is no backup."""
    try:
        made = await _write(settings, out, settings.data, progress)
    except OSError as exc:
        raise OperationError(f"Standard output does not take the backup: {exc.strerror or exc}.") from exc
    return await _noted(settings, made, "-")


def _check_place(file: Path, *, force: bool) -> None:
    if file.is_dir():
        raise OperationError(f"{file} is a folder: name a file.")
    if os.path.lexists(file) and not force:
        raise OperationError(f"{file} exists already and stays as it is. Name another, or say --force.")
    if not file.absolute().parent.is_dir():
        raise OperationError(f"There is no folder {file.absolute().parent}: make it first.")


def _open_part(part: Path) -> BinaryIO:
    try:
        handle = os.open(part, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise OperationError(f"{part} cannot be written: {exc.strerror}. Choose another place.") from exc
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OperationError(f"{part} is no file: take it away, or choose another place.")
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(handle, 0o600)
        os.ftruncate(handle, 0)
    except BlockingIOError:
        os.close(handle)
        raise OperationError(f"Another backup is being written to {part}. Wait for it.") from None
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "wb")


async def _write(settings: Settings, target: BinaryIO, scratch: Path, progress: Progress) -> Made:
    """scratch: a folder with room for the record."""
    source = await open_source(settings, scratch)
    try:
        shape, made_at = await source.shape(), Clock().now()
        header = Header(FORMAT, source.engine, shape.found, metadata.version("semafor"), made_at.isoformat())
        writer = ContainerWriter(target, header)
        async for piece in source.pieces(progress.part_of("Copying the record")):
            await writer.add(piece.name, piece.size, piece.content)
            progress.step("Writing", writer.written_bytes)
        missing = await _add_mails(settings.data / MAILDIR, writer)
        contents = writer.finish((*(FILES + name for name in source.missing()), *missing))
        return Made(made_at, contents, writer.written_bytes, is_noted=False)
    finally:
        await source.aclose()


async def _add_mails(folder: Path, writer: ContainerWriter) -> list[str]:
    """Those of the maildir; the names of those that were moved away meanwhile."""
    missing = []
    for path in sorted(path for name in MAIL_FOLDERS for path in (folder / name).glob("*")):
        name = f"mail/{path.parent.name}/{path.name}"
        if not PART_NAME.fullmatch(name) or not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                await writer.add(name, os.fstat(file.fileno()).st_size, _chunks(file))
        except FileNotFoundError:
            missing.append(name)
    return missing


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
        yield chunk


def _publish(part: Path, file: Path, *, force: bool) -> None:
    """The name, and the name durably."""
    if force:
        part.replace(file)
    else:
        _link(part, file)
    folder = os.open(file.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(folder)
    finally:
        os.close(folder)


def _link(part: Path, file: Path) -> None:
    """Unlike a rename it takes nobody's place."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise OperationError(f"{file} came to be meanwhile and stays as it is. Name another, or say --force.") from None
    except OSError:  # a file system without links
        part.rename(file)
        return
    part.unlink()


async def _noted(settings: Settings, made: Made, name: str) -> Made:
    """In the audit log, unless a server of an older version uses the record: to write would bring its schema up."""
    source: Source = await open_source(settings, settings.data)
    try:
        shape = await source.shape()
    finally:
        await source.aclose()
    if shape.found != shape.known:
        return made
    store = await open_store(settings)
    try:
        detail = {"file": name, "bytes": made.size, "parts": len(made.contents.parts)}
        await Auditing(store, Clock()).note(COMMAND_LINE, "backup.made", f"backup:{made.made_at.isoformat()}", **detail)
    finally:
        await store.aclose()
    return Made(made.made_at, made.contents, made.size, is_noted=True)


def _no_room(file: Path, exc: OSError) -> OperationError:
    return OperationError(
        f"{file} cannot be written: {exc.strerror or exc}. A backup needs room for the record twice, and for the files."
    )
