"""Makes a desk from a backup: all of it is checked first, then built apart, and only then put where a server finds it.

Until that last step there is a folder `.restoring` in the data folder, or a mark in the MongoDB database: no server
starts over either. Who was erased stays erased: the tombstones are replayed before anybody can read the record.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from server.adapters import FOLDERS, MAILDIR, RECORD_FILE, RESTORING, open_target
from server.administration import OperationError
from server.backups.container import Contents, Part, each_part, read
from server.backups.progress import Progress
from server.clock import Clock
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.services.privacy.erasing import TOMBSTONES_FILE
from server.settings import PREFIX, Settings
from transcripts.copies import CopyError, Engine, Target
from transcripts.port import Store

QUEUE_NAME = "desk"
"""Under this name the record keeps what the desk is called in Redis."""
_CHUNK_BYTES = 256 * 1024
LOST_AND_FOUND = "lost+found"
"""Of a disk of its own."""
Replay = Callable[[Store, Path], Awaitable[int]]
"""Erases again who was erased, in the record and in the maildir of the folder; so many people."""


@dataclass(frozen=True, slots=True)
class Restored:
    """erased: people whose tombstones were replayed."""

    contents: Contents
    departments: int
    accounts: int
    open_chats: int
    erased: int


def check(file: BinaryIO, progress: Progress) -> Contents:
    """Look at every byte of it. Raises BadBackup."""
    contents = read(file, os.fstat(file.fileno()).st_size, progress.part_of("Checking the backup"))
    progress.end()
    return contents


async def restore(
    settings: Settings, file: BinaryIO, contents: Contents, progress: Progress, replay: Replay
) -> Restored:
    """Make the desk that `contents`, of `file`, is a backup of.

    Raises BadBackup, OperationError, CopyError, StoreUnavailable, SettingsError; then nothing was changed.
    """
    _check_engine(settings, contents.header.engine)
    try:
        with _place_in(settings.data, contents.header.engine) as place:
            async with _target(settings, place, contents) as target:
                await _take_all(target, file, contents, place, progress)
                store = await target.open()
                try:
                    restored = await _finished(settings, store, contents, partial(replay, store, place))
                finally:
                    await store.aclose()
                _publish(place, settings.data)
                await target.finish()
        return restored
    except OSError as exc:
        raise OperationError(
            f"{settings.data} cannot be written: {exc.strerror or exc}. Nothing was restored."
        ) from exc


def _check_engine(settings: Settings, engine: Engine) -> None:
    if engine == "mongodb" and settings.mongo_url is None:
        raise OperationError(f"This backup is of a record in MongoDB: set {PREFIX}MONGO_URL to an empty database.")
    if engine == "sqlite" and settings.mongo_url is not None:
        raise OperationError(f"This backup is of a record in the data folder: unset {PREFIX}MONGO_URL.")


@contextmanager
def _place_in(data: Path, engine: Engine) -> Iterator[Path]:
    """A folder of this run alone, gone at the end. Raises OperationError where something of a desk is there already."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = data / RESTORING
    was_begun = place.is_dir()
    # What a restore that was killed has left: the folder was empty before it began. With a record in MongoDB nothing
    # tells whether the mails there are not a desk's that came to be since.
    leftovers = FOLDERS if was_begun and engine == "sqlite" else ()
    _check_empty(data, engine, leftovers)
    place.mkdir(exist_ok=True, mode=0o700)
    lock = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperationError(f"Another restore into {data} is under way. Wait for it.") from None
        for name in leftovers:
            shutil.rmtree(data / name, ignore_errors=True)
        _clear(place)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(lock)


def _check_empty(data: Path, engine: Engine, leftovers: tuple[str, ...]) -> None:
    """With a record in MongoDB only the maildir counts."""
    ignored = {RESTORING, LOST_AND_FOUND, TOMBSTONES_FILE, *leftovers}
    found = sorted({path.name for path in data.iterdir()} - ignored)
    if engine == "mongodb":
        found = [name for name in found if name == MAILDIR]
    if found:
        raise OperationError(
            f"{data} is not empty (there is {found[0]}): a backup is restored only into an empty folder. "
            "Name another with --data, or move what is there away."
        )


@asynccontextmanager
async def _target(settings: Settings, place: Path, contents: Contents) -> AsyncIterator[Target]:
    """Undone where anything fails."""
    target = await open_target(settings, place)
    try:
        await target.begin(contents.header.shape)
        try:
            yield target
        except BaseException:
            with suppress(CopyError):
                await target.undo()
            raise
    finally:
        await target.aclose()


async def _take_all(target: Target, file: BinaryIO, contents: Contents, place: Path, progress: Progress) -> None:
    whole = sum(part.size for part in contents.parts)
    taken = 0
    for part, content in each_part(file, contents):
        if part.name.startswith(f"{MAILDIR}/"):
            _keep_mail(place, part, content)
        else:
            await target.take(part.name, content)
        taken += part.size
        progress.step("Restoring", taken, whole)
    progress.end()


def _keep_mail(place: Path, part: Part, content: BinaryIO) -> None:
    path = place / part.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        shutil.copyfileobj(content, file, _CHUNK_BYTES)
        file.flush()
        os.fsync(file.fileno())


async def _finished(
    settings: Settings, store: Store, contents: Contents, replay: Callable[[], Awaitable[int]]
) -> Restored:
    """What must be done before anybody finds the record."""
    erased = await replay()
    if settings.redis_url is not None:
        # Under its old name Redis may still hold the line as it was when the old record was lost.
        await store.swap_value(QUEUE_NAME, await store.value(QUEUE_NAME), None)
    made_at = contents.header.made_at
    await Auditing(store, Clock()).note(COMMAND_LINE, "backup.restored", f"backup:{made_at}", erased=erased)
    return Restored(
        contents,
        departments=len(await store.departments()),
        accounts=len(await store.agents()),
        open_chats=len(await store.open_chats()),
        erased=erased,
    )


def _publish(place: Path, data: Path) -> None:
    """Move all of it into the data folder, the record last: without it nothing there is a desk."""
    os.sync()
    for name in FOLDERS:
        if (place / name).is_dir():
            (place / name).rename(data / name)
    record = place / RECORD_FILE
    if record.exists():
        try:
            os.link(record, data / RECORD_FILE)
        except FileExistsError:
            raise OperationError(
                f"A record came to be in {data} meanwhile: is a server running there? Stop it."
            ) from None
    handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
