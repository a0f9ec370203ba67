"""`semafor export-config`, `import-config`: the desk's settings as one readable file, from one desk into another."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from server.clock import Clock
from server.commands.invocation import Data, change_record
from server.config_file.contents import as_text, exported
from server.config_file.importing import Difference, Importing
from server.config_file.reading import FaultyFileError
from server.ids import new_id
from server.services.admin.desk_settings import DeskSettings
from server.services.audit.auditing import COMMAND_LINE, Auditing
from server.settings import Settings
from transcripts.port import Store

MAX_BYTES = 20_000_000
OutFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; - is standard output.")]
InFile = Annotated[Path, typer.Argument(metavar="FILE", help="What to read; - is standard input.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
_STREAM = Path("-")


def export_config(file: OutFile, data: Data = None) -> None:
    """Write departments, accounts without secrets, ready answers and what admins have set to one file."""

    async def work(store: Store, _: Settings) -> str:
        text = as_text(await exported(store))
        await Auditing(store, Clock()).note(COMMAND_LINE, "config.exported", "desk")
        return text

    text = change_record(data, work)
    if file == _STREAM:
        sys.stdout.write(text)
        return
    try:
        _write(file, text)
    except OSError as exc:
        typer.echo(f"Cannot write {file}: {exc.strerror}. Choose another place.", err=True)
        raise typer.Exit(1) from exc
    typer.echo(f"Wrote {file}.")


def import_config(file: InFile, dry_run: DryRun = False, data: Data = None) -> None:
    """Make the desk what a file says, and show each change. Nothing is changed where anything in it is wrong."""
    text = _read(file)
    try:
        differences = change_record(data, lambda store, settings: _import(store, settings, text, dry_run=dry_run))
    except FaultyFileError as exc:
        for fault in exc.faults:
            typer.echo(f"{file}:{fault.line}:{fault.column}: {fault.message}", err=True)
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1) from exc
    for difference in differences:
        for line in difference.lines():
            typer.echo(line)
    if not differences:
        typer.echo("There is nothing to change.")
    elif dry_run:
        typer.echo("Nothing was changed: this was a dry run.")
    else:
        typer.echo(f"Changed {len(differences)}.")
        _tell_of_passwords(differences)


async def _import(store: Store, settings: Settings, text: str, *, dry_run: bool) -> list[Difference]:
    clock = Clock()
    audit = Auditing(store, clock)
    desk_settings = DeskSettings(store, settings, audit)
    await desk_settings.refresh()
    importing = Importing(store, audit, desk_settings, new_id)
    contents, differences = await importing.plan(text)
    if not dry_run:
        await importing.carry_out(contents, differences, clock.now())
    return differences


def _tell_of_passwords(differences: list[Difference]) -> None:
    new = [difference.name for difference in differences if difference.kind == "user" and difference.before is None]
    if new:
        typer.echo("Nobody can sign in yet as: " + ", ".join(new))
        typer.echo("Set a password with `semafor user password EMAIL --password-stdin`, or mail a link from /admin.")


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if file == _STREAM else file.read_bytes()
        if len(raw) > MAX_BYTES:
            typer.echo(f"{file}: is larger than {MAX_BYTES:,} bytes; this is no file of ours.", err=True)
            raise typer.Exit(1)
        return raw.decode("utf-8-sig")
    except OSError as exc:
        typer.echo(f"Cannot read {file}: {exc.strerror}. Check the path.", err=True)
        raise typer.Exit(1) from exc
    except UnicodeDecodeError as exc:
        typer.echo(f"{file}: is no UTF-8 text. Save it as UTF-8.", err=True)
        raise typer.Exit(1) from exc


def _write(file: Path, text: str) -> None:
    """Whole or not at all; addresses of colleagues stand in it, so it is the owner's own."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
