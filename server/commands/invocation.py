"""What the commands of the command line have in common: what fails is told, and the record is closed at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from server import log
from server.adapters import open_store
from server.administration import OperationError, UsageError
from server.clock import Clock
from server.errors import StartError
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.services.audit.written_down import written_down
from server.settings import Settings, SettingsError, load_settings
from transcripts.errors import StoreDamaged, StoreError
from transcripts.port import Store

Result = TypeVar("Result")
Data = Annotated[Path | None, typer.Option("--data", help="Folder of the record; default $SEMAFOR_DATA, else ./var.")]


@contextmanager
def told() -> Iterator[None]:
    """What fails is one sentence and an exit code, never a traceback."""
    try:
        yield
    except UsageError as exc:
        typer.echo(f"{exc.option}: {exc}", err=True)
        raise typer.Exit(2) from exc
    except (OperationError, SettingsError, StartError) as exc:
        typer.echo(str(exc), err=True)
        raise typer.Exit(1) from exc
    except (StoreError, OSError) as exc:
        elsewhere = "Check the folder of --data and its permissions, or the database of SEMAFOR_MONGO_URL."
        remedy = exc.remedy if isinstance(exc, StoreDamaged) else elsewhere
        typer.echo(f"The record cannot be used: {exc}. {remedy}", err=True)
        raise typer.Exit(1) from exc


async def with_store(settings: Settings, work: Callable[[Store], Awaitable[Result]]) -> Result:
    store = await open_store(settings)
    try:
        return await work(store)
    finally:
        await store.aclose()


def change_record(data: Path | None, work: Callable[[Store, Settings], Awaitable[Result]]) -> Result:
    """Carry `work` out on the record that the settings name; what fails is told, what it changes is written down."""
    log.configure(logging.WARNING)
    with told():
        settings = load_settings(None, data=data)
        return asyncio.run(with_store(settings, lambda store: work(_told_to_the_log(store), settings)))
    raise AssertionError("unreachable: an error ended the command")


def _told_to_the_log(store: Store) -> Store:
    return written_down(store, Auditing(store, Clock()), COMMAND_LINE)
