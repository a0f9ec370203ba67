"""`semafor department`: the departments of the desk, from the command line."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from server import department_rules as rules
from server.clock import Clock
from server.commands.invocation import Data, change_record
from server.department_rules import DepartmentChanges

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
Tiers = Annotated[int | None, typer.Option("--tiers", min=1, max=3, help="The highest it passes things on to.")]
_OWN = "in seconds, or `setting` for the setting of the whole desk."
ServiceTarget = Annotated[str | None, typer.Option("--service-target", help=f"First reply at the latest, {_OWN}")]
FirstNews = Annotated[str | None, typer.Option("--first-news", help=f"A new ticket's first news, {_OWN}")]
EscalateAfter = Annotated[str | None, typer.Option("--escalate-after", help=f"What a tier has, 0: all of it, {_OWN}")]


@commands.command("add")
def department_add(
    department_id: DepartmentId,
    name: Name = None,
    hours: Hours = None,
    tz: Zone = None,
    holiday: Holidays = None,
    topic: Topics = None,
    tiers: Tiers = None,
    service_target: ServiceTarget = None,
    first_news: FirstNews = None,
    escalate_after: EscalateAfter = None,
    data: Data = None,
) -> None:
    """Add a department. Without hours it is always open."""
    changes = DepartmentChanges(
        name=name,
        hours=hours,
        tz=tz,
        topics=topic,
        holidays=holiday,
        tiers=tiers,
        service_target_s=_own("--service-target", service_target),
        first_news_s=_own("--first-news", first_news),
        escalate_after_s=_own("--escalate-after", escalate_after),
    )
    change_record(
        data,
        lambda store, settings: rules.add_department(store, department_id, changes, tz=settings.tz, now=Clock().now()),
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
    tiers: Tiers = None,
    service_target: ServiceTarget = None,
    first_news: FirstNews = None,
    escalate_after: EscalateAfter = None,
    data: Data = None,
) -> None:
    """Change what is given, and nothing else. --hours "" makes it always open."""
    changes = DepartmentChanges(
        name=name,
        hours=hours,
        tz=tz,
        topics=topic or None,
        holidays=holiday or None,
        tiers=tiers,
        service_target_s=_own("--service-target", service_target),
        first_news_s=_own("--first-news", first_news),
        escalate_after_s=_own("--escalate-after", escalate_after),
    )
    change_record(data, lambda store, _: rules.edit_department(store, department_id, changes))
    typer.echo(f"Changed department {department_id}.")


@commands.command("close")
def department_close(department_id: DepartmentId, data: Data = None) -> None:
    """Close a department for good; its conversations stay."""
    change_record(data, lambda store, _: rules.close_department(store, department_id, Clock().now()))
    typer.echo(f"Closed department {department_id}.")


@commands.command("reopen")
def department_reopen(department_id: DepartmentId, data: Data = None) -> None:
    """Open a closed department again, as it was."""
    change_record(data, lambda store, _: rules.reopen_department(store, department_id, Clock().now()))
    typer.echo(f"Opened department {department_id} again.")


def _own(option: str, text: str | None) -> float | Literal["setting"] | None:
    if text is None:
        return None
    if text == "setting":
        return "setting"
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter("Use seconds, or the word setting.", param_hint=option) from None
