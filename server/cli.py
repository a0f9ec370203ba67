"""`semafor`: run a server; departments, accounts and simulations have commands of their own. Asks no question.

Exit codes: 0 done, 1 the operation failed, 2 wrong usage. What goes wrong is said in one sentence on standard error.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from server import log
from server.adapters import check_addresses
from server.administration import OperationError
from server.commands import (
    account_commands,
    audit_commands,
    backup_commands,
    config_commands,
    demo,
    department_commands,
    doctor_command,
    privacy_commands,
    user_commands,
)
from server.commands.invocation import Data, told, with_store
from server.ids import new_id
from server.settings import PREFIX, Settings, SettingsError, load_settings
from server.simulation.command import simulate

GARBAGE_AFTER = (20_000, 20, 20)
"""Objects, and rounds. What a few hundred messages under way are made of is no garbage: it need not be looked at."""

cli = typer.Typer(
    name="semafor",
    help="Semafor: a chat-first live support server.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cli.add_typer(department_commands.commands, name="department")
user_commands.commands.command("reset-password")(account_commands.reset_password_of)
user_commands.commands.command("reset-second-factor")(account_commands.reset_second_factor_of)
cli.add_typer(user_commands.commands, name="user")
cli.add_typer(audit_commands.commands, name="audit")
cli.command("simulate")(simulate)
cli.command("export-config")(config_commands.export_config)
cli.command("import-config")(config_commands.import_config)
cli.command("erase")(privacy_commands.erase)
cli.command("export-person")(privacy_commands.export_person)
cli.command("retention")(privacy_commands.retention)
cli.command("backup")(backup_commands.backup)
cli.command("restore")(backup_commands.restore_command)
cli.command("doctor")(doctor_command.doctor)

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 chooses a free one.")]


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("semafor"))
        raise typer.Exit


@cli.callback()
def semafor(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version and end.")
    ] = False,
) -> None:
    """Semafor: a chat-first live support server."""


@cli.command()
def serve(host: Host = "127.0.0.1", port: Port = 8080, data: Data = None) -> None:
    """Run the server until SIGTERM."""
    with told():
        settings = _settings(data)
        check_addresses(settings)  # what is wrong with it is said before anything is opened
        code = _run(settings, host, port)
    raise typer.Exit(code)


@cli.command("demo")
def run_demo(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    data: Data = None,
    traffic: Annotated[bool, typer.Option("--traffic", help="With visitors, and colleagues who answer them.")] = False,
    pace: Annotated[float, typer.Option("--pace", min=0.1, max=20, help="Of the traffic; 2 is twice as fast.")] = 1.0,
) -> None:
    """Run a company to play with. Its passwords are known to everybody: not for real customers."""
    log.configure(logging.WARNING)
    with told():
        settings = _settings(data, **_demo_defaults())
        info = asyncio.run(with_store(settings, lambda store: demo.fill(store, new_id, colleagues=traffic)))
        if traffic and not info.people:
            raise OperationError("--traffic plays the demo company, and this record has accounts of its own.")
        if info.people:
            Console().print(demo.table(info))
        code = _run(settings, host, port, info, traffic_pace=pace if traffic else None)
    raise typer.Exit(code)


@cli.command()
def check(data: Data = None) -> None:
    """Show the effective settings, secrets masked; exit 1 on an error."""
    with told():
        settings = _settings(data)
        for name in Settings.model_fields:
            typer.echo(f"{PREFIX}{name.upper()}={_shown(getattr(settings, name))}")
        check_addresses(settings)
        _check_folder(settings.data)
    typer.echo("The settings are fine.")


def main() -> None:
    cli()


# ---- inside


def _settings(data: Path | None, **defaults: object) -> Settings:
    return load_settings(None, data=data, **defaults)


def _demo_defaults() -> dict[str, object]:
    """Settings of the demo company, where the environment names no others."""
    wanted: dict[str, object] = {"site_name": demo.SITE_NAME, "tz": demo.DEPARTMENTS[0].tz}
    return {name: value for name, value in wanted.items() if not os.environ.get(PREFIX + name.upper())}


def _run(
    settings: Settings,
    host: str,
    port: int,
    info: demo.DemoInfo | None = None,
    traffic_pace: float | None = None,
) -> int:
    """The server is loaded only where one is started: the other commands answer at once.

    What is loaded stays: to look for garbage in it takes a sixth of a start, and later as much of every round.
    """
    gc.disable()
    from server import app  # noqa: PLC0415

    beside = None
    if traffic_pace is not None:
        from server.traffic import company  # noqa: PLC0415

        beside = partial(company.play, colleagues=demo.COLLEAGUES, times=traffic_pace)
    gc.freeze()
    gc.set_threshold(*GARBAGE_AFTER)
    gc.enable()
    return app.run(settings, host, port, info, beside)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    # SecretStr shows stars itself.
    return str(value)


def _check_folder(folder: Path) -> None:
    """Raises SettingsError where the record could not be kept."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise SettingsError(
            f"{PREFIX}DATA: {folder} cannot be written; choose another folder or change its permissions"
        )
