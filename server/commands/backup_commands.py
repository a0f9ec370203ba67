"""`semafor backup` and `semafor restore`: the whole desk into one file while it runs, and a desk from such a file."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from server import log, privacy
from server.adapters import MAILDIR
from server.administration import OperationError
from server.backups.container import Contents
from server.backups.making import Made, make, make_stream
from server.backups.progress import Progress, size_text
from server.backups.restoring import Restored, check, restore
from server.commands.invocation import Data, told
from server.settings import Settings, load_settings
from transcripts.copies import FILES, RECORD, CopyError
from transcripts.port import Store

STREAM = "-"


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - is standard output.")],
    force: Annotated[bool, typer.Option("--force", help="Take the place of a file of this name.")] = False,
    data: Data = None,
) -> None:
    """Write the whole desk into one file, while it runs. It holds conversations and secrets: keep it like them."""
    with _copying(data) as (settings, progress):
        if str(file) != STREAM:
            made = asyncio.run(make(settings, file, progress, force=force))
        elif sys.stdout.isatty():
            raise OperationError("Standard output is a terminal: name a file, or say where it should go.")
        else:
            made = asyncio.run(make_stream(settings, sys.stdout.buffer, progress))
    _say_made(made, str(file))


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    only_check: Annotated[bool, typer.Option("--check", help="Only look whether it is whole.")] = False,
    data: Data = None,
) -> None:
    """Make a desk from a backup, in an empty folder or database. The backup is checked before anything is written."""
    with _copying(data) as (settings, progress), _opened(file) as opened:
        contents = check(opened, progress)
        restored = None
        if not only_check:
            restored = asyncio.run(restore(settings, opened, contents, progress, partial(_replay, settings)))
    _say_restored(contents, restored)


# ---- inside


@contextmanager
def _copying(data: Path | None) -> Iterator[tuple[Settings, Progress]]:
    """The desk that a copy is made of or put into, and its progress on the terminal; what fails is told."""
    log.configure(logging.WARNING)
    progress = Progress()
    with told():
        settings = load_settings(None, data=data)
        try:
            yield settings, progress
        except CopyError as exc:
            raise OperationError(str(exc)) from exc
        finally:
            progress.end()


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """Raises OperationError."""
    try:
        opened = file.open("rb")
    except OSError as exc:
        raise OperationError(f"{file} cannot be read: {exc.strerror}.") from exc
    with opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OperationError(f"{file} is no file: a backup is checked first and read again then.")
        yield opened


def _say_made(made: Made, file: str) -> None:
    contents = made.contents
    where = "standard output" if file == STREAM else file
    typer.echo(f"Backup of {_moment(contents)} written to {where}: {_sizes(contents)}.", err=file == STREAM)
    if contents.missing:
        typer.echo(f"{len(contents.missing)} files were removed from the desk while it was copied.", err=True)
    if not made.is_noted:
        typer.echo("The record is of an older version: the backup is not noted in its audit log.", err=True)


def _say_restored(contents: Contents, restored: Restored | None) -> None:
    about = f"made {_moment(contents)} by Semafor {contents.header.semafor}, {_sizes(contents)}"
    if restored is None:
        typer.echo(f"The backup is whole: {about}.")
        return
    typer.echo(f"Restored the backup {about}.")
    typer.echo(
        f"Departments: {restored.departments}. Accounts: {restored.accounts}. Open chats: {restored.open_chats}. "
        f"People erased again: {restored.erased}."
    )
    if contents.missing:
        typer.echo(f"{len(contents.missing)} files had been removed while it was made, and are not there.", err=True)


def _moment(contents: Contents) -> str:
    return datetime.fromisoformat(contents.header.made_at).strftime("%Y-%m-%d %H:%M:%S UTC")


def _sizes(contents: Contents) -> str:
    files = [part for part in contents.parts if part.name.startswith(FILES)]
    record = sum(part.size for part in contents.parts if part.name.startswith(RECORD))
    mails = sum(part.name.startswith(f"{MAILDIR}/") for part in contents.parts)
    beside = f", {mails} mails of the maildir" if mails else ""
    return f"record {size_text(record)}, {len(files)} files {size_text(sum(part.size for part in files))}{beside}"


async def _replay(settings: Settings, store: Store, place: Path) -> int:
    """Tombstones that came after the backup lie in the folder that it is restored into."""
    return await privacy.replay(store, settings, place)
