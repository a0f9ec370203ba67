"""`semafor`: run a server, and change departments and accounts. Asks no question and needs no terminal.

Exit codes: 0 done, 1 the operation failed, 2 wrong usage. What goes wrong is said in one sentence on standard error.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from server import administration, demo, log
from server.adapters import check_addresses
from server.administration import OperationError
from server.clock import Clock
from server.ids import new_id
from server.invocation import told, with_store
from server.settings import PREFIX, Settings, SettingsError, load_settings
from server.simulation.command import simulate
from transcripts.port import Store
from transcripts.records import Role

Result = TypeVar("Result")
SHORT_PASSWORD = 8

cli = typer.Typer(
    name="semafor",
    help="Semafor: a chat-first live support server.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
departments = typer.Typer(help="Departments of the desk.", no_args_is_help=True, rich_markup_mode=None)
users = typer.Typer(help="Accounts of agents, managers and admins.", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(departments, name="department")
cli.add_typer(users, name="user")
cli.command("simulate")(simulate)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the record; default $SEMAFOR_DATA, else ./var.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 chooses a free one.")]
DepartmentId = Annotated[str, typer.Argument(metavar="ID")]
Name = Annotated[str | None, typer.Option("--name", help="As visitors read it.")]
Hours = Annotated[
    str | None,
    typer.Option("--hours", help='Like "mon-fri 09:00-12:00,13:00-17:00; sat 22:00-06:00"; "" is always open.'),
]
Zone = Annotated[str | None, typer.Option("--tz", help="Zone of the opening hours, like Europe/Prague.")]
Holidays = Annotated[
    list[str] | None,
    typer.Option(
        "--holiday",
        help='A date with its own hours: "2026-12-25 closed", "2026-12-24 09:00-12:00,13:00-15:00", or'
        ' "2026-12-24 usual" for the weekly hours again. May repeat; other dates stay; "" forgets all.',
    ),
]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="A topic visitors may choose. May repeat.")]
Email = Annotated[str, typer.Argument(metavar="EMAIL")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


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


@departments.command("add")
def department_add(
    department_id: DepartmentId,
    name: Name = None,
    hours: Hours = None,
    tz: Zone = None,
    holiday: Holidays = None,
    topic: Topics = None,
    data: Data = None,
) -> None:
    """Add a department. Without hours it is always open."""
    _change(
        data,
        lambda store, settings: administration.add_department(
            store,
            department_id,
            name=name,
            hours=hours,
            tz=tz or settings.tz,
            topics=topic or [],
            now=Clock().now(),
            holidays=holiday or [],
        ),
    )
    typer.echo(f"Added department {department_id}.")


@departments.command("edit")
def department_edit(
    department_id: DepartmentId,
    name: Name = None,
    hours: Hours = None,
    tz: Zone = None,
    holiday: Holidays = None,
    topic: Topics = None,
    data: Data = None,
) -> None:
    """Change what is given, and nothing else. --hours "" makes it always open."""
    _change(
        data,
        lambda store, _: administration.edit_department(
            store, department_id, name=name, hours=hours, tz=tz, topics=topic or [], holidays=holiday or []
        ),
    )
    typer.echo(f"Changed department {department_id}.")


@departments.command("close")
def department_close(department_id: DepartmentId, data: Data = None) -> None:
    """Close a department for good; its conversations stay."""
    _change(data, lambda store, _: administration.close_department(store, department_id, Clock().now()))
    typer.echo(f"Closed department {department_id}.")


@users.command("add")
def user_add(
    email: Email,
    name: Annotated[str, typer.Option("--name", help="As visitors read it.")],
    role: Annotated[str, typer.Option("--role", help="agent, manager or admin.")],
    department: Annotated[list[str] | None, typer.Option("--department", help="May repeat.")] = None,
    capacity: Annotated[int, typer.Option("--capacity", min=0, max=50, help="Chats at once.")] = 3,
    tier: Annotated[int, typer.Option("--tier", min=1, max=3, help="Highest tier they serve.")] = 1,
    weekly_report: Annotated[
        bool, typer.Option("--weekly-report", help="Last week's figures by mail, Mondays.")
    ] = False,
    password_stdin: PasswordStdin = False,
    data: Data = None,
) -> None:
    """Add an account."""
    chosen = _role(role)
    password = _read_password(password_stdin)
    address = _change(
        data,
        lambda store, _: administration.add_user(
            store,
            new_id,
            email=email,
            name=name,
            role=chosen,
            departments=department or [],
            capacity=capacity,
            tier=tier,
            password=password,
            weekly_report=weekly_report,
        ),
    )
    typer.echo(f"Added {chosen} {address}.")


@users.command("list")
def user_list(data: Data = None) -> None:
    """Show all accounts."""
    typer.echo(_change(data, lambda store, _: administration.list_users(store)))


@users.command("password")
def user_password(email: Email, password_stdin: PasswordStdin = False, data: Data = None) -> None:
    """Set a new password; sessions opened with the old one end."""
    password = _read_password(password_stdin)
    _change(data, lambda store, _: administration.set_password(store, email, password))
    typer.echo(f"Changed the password of {email}.")


@users.command("disable")
def user_disable(email: Email, data: Data = None) -> None:
    """Let nobody sign in with this account any more."""
    _change(data, lambda store, _: administration.disable_user(store, email, Clock().now()))
    typer.echo(f"Disabled {email}.")


def main() -> None:
    cli()


# ---- inside


def _settings(data: Path | None, **defaults: object) -> Settings:
    return load_settings(None, data=data, **defaults)


def _demo_defaults() -> dict[str, object]:
    """Settings of the demo company, where the environment names no others."""
    wanted: dict[str, object] = {"site_name": demo.SITE_NAME, "tz": demo.DEPARTMENTS[0].tz}
    return {name: value for name, value in wanted.items() if not os.environ.get(PREFIX + name.upper())}


def _change(data: Path | None, work: Callable[[Store, Settings], Awaitable[Result]]) -> Result:
    log.configure(logging.WARNING)
    with told():
        settings = _settings(data)
        return asyncio.run(with_store(settings, lambda store: work(store, settings)))
    raise AssertionError("unreachable: an error ended the command")


def _run(
    settings: Settings,
    host: str,
    port: int,
    info: demo.DemoInfo | None = None,
    traffic_pace: float | None = None,
) -> int:
    """The server is loaded only where one is started: the other commands answer at once."""
    from server import app  # noqa: PLC0415
    from server.traffic import company  # noqa: PLC0415

    beside = None if traffic_pace is None else partial(company.play, colleagues=demo.COLLEAGUES, times=traffic_pace)
    return app.run(settings, host, port, info, beside)


def _role(text: str) -> Role:
    roles: dict[str, Role] = {"agent": "agent", "manager": "manager", "admin": "admin"}
    if text not in roles:
        raise typer.BadParameter("Use agent, manager or admin.", param_hint="--role")
    return roles[text]


def _read_password(from_stdin: bool) -> str:
    """One line of standard input, without its line end."""
    if not from_stdin:
        raise typer.BadParameter(
            "Give the password on standard input and add this option.", param_hint="--password-stdin"
        )
    try:
        password = sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as exc:
        raise typer.BadParameter("This password is no UTF-8 text.", param_hint="--password-stdin") from exc
    if 0 < len(password) < SHORT_PASSWORD:
        typer.echo(f"Warning: a password of fewer than {SHORT_PASSWORD} characters is easily guessed.", err=True)
    return password


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
