"""The folder `files/` beside the record: one file per name, whole or not there at all.

`files/ab/abcd...`: named by its first two digits' folder, so that no folder holds a hundred thousand. A file is
written without any name (O_TMPFILE) and gets its name when all of it is on the disk: a process that is killed in
between leaves nothing. Where the file system cannot do that, it is written under a `.part` name.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from transcripts.errors import Conflict, NotFound
from transcripts.files import CHUNK_BYTES
from transcripts.sqlite.trouble import Trouble

_NAME = re.compile(r"[0-9a-f]{24,64}")
_PART = ".part"


class Folder:
    """All methods block: call them in a thread. They raise StoreUnavailable where the disk does."""

    def __init__(self, path: Path) -> None:
        """Made with the first file."""
        self._path = path
        self._trouble = Trouble()

    def keep(self, name: str, source: BinaryIO) -> None:
        """Raises Conflict (taken)."""
        target = self._place(name)
        try:
            made = _make(target.parent)
            if target.exists():
                raise Conflict(f"a file {name} exists")
            _write(target, source)
            for folder in made:
                _sync_folder(folder)
        except FileExistsError as exc:
            raise Conflict(f"a file {name} exists") from exc
        except OSError as exc:
            raise self._trouble.told("a file cannot be written now", exc) from exc

    def check(self, name: str) -> None:
        """Raises NotFound where there is none of that name."""
        if not self._place(name).is_file():
            raise NotFound(f"no file {name}")

    def open(self, name: str) -> BinaryIO:
        """Raises NotFound."""
        try:
            return self._place(name).open("rb")
        except FileNotFoundError as exc:
            raise NotFound(f"no file {name}") from exc
        except OSError as exc:
            raise self._trouble.told("a file cannot be read now", exc) from exc

    def remove(self, name: str) -> None:
        """Where it is not there, all is well."""
        try:
            self._place(name).unlink(missing_ok=True)
        except OSError as exc:
            raise self._trouble.told("a file cannot be removed now", exc) from exc

    def older_than(self, before: datetime) -> Iterator[tuple[str, Path]]:
        """Names written before that moment, unfinished ones too, with their paths."""
        for path in self._path.glob("??/*"):
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    yield path.name, path

    def _place(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise NotFound("no such file")
        return self._path / name[:2] / name


def _make(folder: Path) -> list[Path]:
    """Make the folder; those in which something was made, which must reach the disk too."""
    missing = [one for one in (folder, folder.parent) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [one.parent for one in missing]


def _write(target: Path, source: BinaryIO) -> None:
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not _write_nameless(target.name, folder, source):
            _write_named(target, source)
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_nameless(name: str, folder: int, source: BinaryIO) -> bool:
    """False: there is no such thing on this system, or on this file system."""
    try:
        fd = os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o600, dir_fd=folder)
    except (OSError, AttributeError):
        return False
    with os.fdopen(fd, "wb") as file:
        _fill(file, source)
        try:
            # What /proc names is the file itself. With a folder Python calls linkat, which can follow; link cannot.
            os.link(f"/proc/self/fd/{fd}", name, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError:
            raise
        except OSError:
            return False
    return True


def _write_named(target: Path, source: BinaryIO) -> None:
    part = target.with_name(target.name + _PART)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            _fill(file, source)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _fill(file: BinaryIO, source: BinaryIO) -> None:
    source.seek(0)
    shutil.copyfileobj(source, file, CHUNK_BYTES)
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
