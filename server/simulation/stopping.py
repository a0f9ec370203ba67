"""What is left of a simulation that does not come to its end: never a part of a month that looks like a whole one.

A record that was begun for the month is taken away again. One that was there before (a fresh demo's, or MongoDB's) may
be open elsewhere: it is left as it is, and that it holds a part is said.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from server.settings import Settings

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


class Course:
    """How far it has come. is_writing: the record may hold a part of the month."""

    is_writing = False


@contextmanager
def whole_or_nothing(settings: Settings | None) -> Iterator[Course]:
    """settings: of the record to be written; None: there is none. Ctrl-C is told in a sentence."""
    course = Course()
    folder = None if settings is None or settings.mongo_url is not None else settings.data
    was_there = folder is not None and folder.is_dir()
    is_ours = folder is not None and not (was_there and any(folder.iterdir()))
    is_over = False
    try:
        yield course
        is_over = True
    except KeyboardInterrupt as exc:
        typer.echo(f"\n{_sentence(settings, course, is_ours=is_ours)}", err=True)
        raise typer.Exit(INTERRUPTED) from exc
    finally:
        if not is_over and is_ours and folder is not None:
            _take_away(folder, is_kept=was_there)


def _sentence(settings: Settings | None, course: Course, *, is_ours: bool) -> str:
    if settings is None:
        return "Stopped."
    if is_ours or not course.is_writing:
        return "Stopped. Nothing was written."
    return "Stopped. The record holds a part of the month: choose an empty folder for the next one."


def _take_away(folder: Path, *, is_kept: bool) -> None:
    if is_kept:
        for path in folder.iterdir():
            path.unlink() if path.is_symlink() or not path.is_dir() else shutil.rmtree(path)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def carry_out(work: Callable[[], Coroutine[object, object, None]]) -> None:
    """As asyncio.run, but Ctrl-C ends it in order also while the loop is made or taken down.

    Raises KeyboardInterrupt, what the work raises.
    """
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop.ask)
    try:
        asyncio.run(stop.watch(work))
    except asyncio.CancelledError:
        if not stop.is_asked:
            raise
    finally:
        signal.signal(signal.SIGINT, before)
    if stop.is_asked:
        raise KeyboardInterrupt


class _Stop:
    def __init__(self) -> None:
        self.is_asked = False
        self._task: asyncio.Task[None] | None = None

    def ask(self, *_: object) -> None:
        self.is_asked = True
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    async def watch(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        self._task = asyncio.current_task()
        try:
            if not self.is_asked:
                await work()
        finally:
            self._task = None
