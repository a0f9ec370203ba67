"""`semafor user`: the accounts of agents, managers and admins, from the command line."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server import administration
from server.clock import Clock
from server.commands.invocation import Data, change_record
from server.ids import new_id
from transcripts.operations import AgentChanges
from transcripts.records import Role

SHORT_PASSWORD = 8

commands = typer.Typer(help="Accounts of agents, managers and admins.", no_args_is_help=True, rich_markup_mode=None)

Email = Annotated[str, typer.Argument(metavar="EMAIL")]
Ends = Annotated[
    str | None,
    typer.Option("--ends", help="The account's last day, 2026-12-31, or the moment of its end; never: none."),
]
Search = Annotated[bool | None, typer.Option("--search/--no-search", help="Whether they may search; else they may.")]
Export = Annotated[bool | None, typer.Option("--export/--no-export", help="Whether they may take data out.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@commands.command("add")
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
    ends: Ends = None,
    search: Search = None,
    export: Export = None,
    password_stdin: PasswordStdin = False,
    data: Data = None,
) -> None:
    """Add an account."""
    chosen = _role(role)
    password = _read_password(password_stdin)
    address = change_record(
        data,
        lambda store, settings: administration.add_user(
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
            terms=_terms(ends, search, export, settings.zone),
        ),
    )
    typer.echo(f"Added {chosen} {address}.")


@commands.command("set")
def user_set(
    email: Email,
    address: Annotated[str | None, typer.Option("--email", help="What they sign in with from now on.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="As visitors read it.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="agent, manager or admin.")] = None,
    department: Annotated[list[str] | None, typer.Option("--department", help="All of them; may repeat.")] = None,
    capacity: Annotated[int | None, typer.Option("--capacity", min=0, max=50, help="Chats at once.")] = None,
    tier: Annotated[int | None, typer.Option("--tier", min=1, max=3, help="Highest tier they serve.")] = None,
    ends: Ends = None,
    search: Search = None,
    export: Export = None,
    data: Data = None,
) -> None:
    """Change an account; what is not named stays. It holds within seconds, for those who are signed in, too."""
    chosen = None if role is None else _role(role)
    departments = None if department is None else tuple(dict.fromkeys(filter(None, department)))

    def changes(zone: ZoneInfo) -> AgentChanges:
        terms = _terms(ends, search, export, zone)
        said = replace(terms, name=name, role=chosen, department_ids=departments, capacity=capacity, tier=tier)
        return replace(said, email=address)

    changed = change_record(data, lambda store, settings: administration.set_user(store, email, changes(settings.zone)))
    typer.echo(f"Changed {changed}.")


@commands.command("list")
def user_list(data: Data = None) -> None:
    """Show all accounts."""
    typer.echo(change_record(data, lambda store, _: administration.list_users(store, Clock().now())))


@commands.command("password")
def user_password(email: Email, password_stdin: PasswordStdin = False, data: Data = None) -> None:
    """Set a new password; sessions opened with the old one end."""
    password = _read_password(password_stdin)
    change_record(data, lambda store, _: administration.set_password(store, email, password))
    typer.echo(f"Changed the password of {email}.")


@commands.command("weekly-report")
def user_weekly_report(
    email: Email, switch: Annotated[str, typer.Argument(metavar="on|off")], data: Data = None
) -> None:
    """Mail last week's figures to this manager or admin on Mondays, or no longer."""
    if switch not in {"on", "off"}:
        raise typer.BadParameter("Say on or off.", param_hint="on|off")
    is_wanted = switch == "on"
    change_record(data, lambda store, _: administration.set_weekly_report(store, email, is_wanted=is_wanted))
    typer.echo(f"{email} gets {'the' if is_wanted else 'no'} weekly report.")


@commands.command("disable")
def user_disable(email: Email, data: Data = None) -> None:
    """Let nobody sign in with this account any more."""
    change_record(data, lambda store, _: administration.disable_user(store, email, Clock().now()))
    typer.echo(f"Disabled {email}.")


# ---- inside


def _terms(ends: str | None, search: bool | None, export: bool | None, zone: ZoneInfo) -> AgentChanges:
    """Raises UsageError."""
    is_for_good = ends is not None and ends.strip().casefold() in ("", "never")
    until = None if ends is None or is_for_good else administration.ends_at(ends.strip(), zone)
    return AgentChanges(ends_at=until, never_ends=is_for_good, may_search=search, may_export=export)


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
