"""`semafor department`: the departments of the desk, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from server import administration
from server.clock import Clock
from server.invocation import Data, change_record

commands = typer.Typer(help="Departments of the desk.", no_args_is_help=True, rich_markup_mode=None)

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


@commands.command("add")
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
    change_record(
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


@commands.command("edit")
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
    change_record(
        data,
        lambda store, _: administration.edit_department(
            store, department_id, name=name, hours=hours, tz=tz, topics=topic or [], holidays=holiday or []
        ),
    )
    typer.echo(f"Changed department {department_id}.")


@commands.command("close")
def department_close(department_id: DepartmentId, data: Data = None) -> None:
    """Close a department for good; its conversations stay."""
    change_record(data, lambda store, _: administration.close_department(store, department_id, Clock().now()))
    typer.echo(f"Closed department {department_id}.")
