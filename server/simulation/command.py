"""`semafor simulate`: a desk in virtual time, told as a table or as JSON, and written into a demo desk where asked.

What needs the engine is loaded when a desk is played: the other commands answer at once.
"""

from __future__ import annotations

import json
import logging
import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from server import log
from server.administration import UsageError
from server.clock import Clock
from server.commands import demo
from server.commands.invocation import told, with_store
from server.ids import new_id
from server.settings import PREFIX, Settings, load_settings
from server.simulation.desk import PROFILES, DeskError, SimulatedDepartment, SimulatedDesk
from server.simulation.stopping import carry_out, whole_or_nothing

Advance = Callable[[float], None]
MIDNIGHT = datetime(2026, 1, 5)  # noqa: DTZ001 - a Monday, in the zone of the desk; the same whenever it is played
NEVER = "never"
IN_MONGO_AT_ONCE = 8
# The demo desk's departments, the first ones by default: (id, share of the arrivals, hours).
DEPARTMENTS = (
    SimulatedDepartment("support", 5),
    SimulatedDepartment("sales", 2, "mon-fri 08:00-20:00"),
    SimulatedDepartment("hosting", 3),
)
# What makes a filled desk worth looking at, where the command line says nothing else.
LIVELY: dict[str, object] = {
    "agents": 3,
    "capacity": 2,
    "arrivals_per_hour": 8.0,
    "patience_s": 180.0,
    "handle_s": 600.0,
    "slowdown": 0.15,
    "first_reply_s": 18.0,
    "away_share": 0.12,
    "drops_per_day": 0.5,
    "shifts": 3,
    "variety": 0.25,
    "day_profile": "office",
}


Agents = Annotated[int | None, typer.Option("--agents", help="On duty at the same time (6).")]
Capacity = Annotated[int | None, typer.Option("--capacity", help="Chats at once, of each agent (3).")]
ArrivalsPerHour = Annotated[float | None, typer.Option("--arrivals-per-hour", help="Mean over the opening time (80).")]
Patience = Annotated[
    str | None, typer.Option("--patience", help="Mean seconds until a waiting visitor leaves, or never (120).")
]
HandleTime = Annotated[
    float | None, typer.Option("--handle-time", help="Mean seconds of a chat alone with its agent (600).")
]
HandleSpread = Annotated[
    float | None, typer.Option("--handle-spread", help="Its coefficient of variation; 1 is exponential (1).")
]
Slowdown = Annotated[
    float | None, typer.Option("--slowdown", help="Each further chat makes an agent's chats so much longer (0).")
]
FirstReply = Annotated[
    float | None, typer.Option("--first-reply", help="Mean seconds to an agent's first message (15).")
]
Away = Annotated[float | None, typer.Option("--away", help="Share of their duty that agents are away (0).")]
DropsPerDay = Annotated[
    float | None, typer.Option("--drops-per-day", help="Lost connections per agent and day of duty (0).")
]
Shifts = Annotated[int | None, typer.Option("--shifts", help="Shifts a day, with people of their own (1).")]
Variety = Annotated[float | None, typer.Option("--variety", help="Above 0, topics and agents differ so much (0).")]
Days = Annotated[float | None, typer.Option("--days", help="How long (30).")]
DayProfile = Annotated[
    str | None, typer.Option("--day-profile", help=f"{', '.join(PROFILES)}, or 24 numbers by hour (flat).")
]
Departments = Annotated[
    int | None, typer.Option("--departments", help="How many, up to 3; support, sales, hosting (1).")
]
Hours = Annotated[
    str | None, typer.Option("--hours", help='Of all departments, like "mon-fri 09:00-17:00" (always open).')
]
Tz = Annotated[str | None, typer.Option("--tz", help="Zone of hours and days (UTC).")]
Target = Annotated[float | None, typer.Option("--target", help="Seconds to a first reply in time (90).")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed is the same month.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Fill = Annotated[
    str | None,
    typer.Option("--fill", metavar="<path>", help="Write it, ending now, into this empty or fresh demo data folder."),
]


def simulate(  # noqa: PLR0917 - by name only, on the command line
    agents: Agents = None,
    capacity: Capacity = None,
    arrivals_per_hour: ArrivalsPerHour = None,
    patience: Patience = None,
    handle_time: HandleTime = None,
    handle_spread: HandleSpread = None,
    slowdown: Slowdown = None,
    first_reply: FirstReply = None,
    away: Away = None,
    drops_per_day: DropsPerDay = None,
    shifts: Shifts = None,
    variety: Variety = None,
    days: Days = None,
    day_profile: DayProfile = None,
    departments: Departments = None,
    hours: Hours = None,
    tz: Tz = None,
    target: Target = None,
    seed: Seed = 1,
    as_json: AsJson = False,
    fill: Fill = None,
) -> None:
    """Play a desk in virtual time, with the queue and the estimates of the server, and print its figures.

    With --fill a livelier desk is the default: three departments and shifts, people who differ and have breaks.
    """
    log.configure(logging.WARNING)
    asked: dict[str, object] = {
        "agents": agents,
        "capacity": capacity,
        "arrivals_per_hour": arrivals_per_hour,
        "handle_s": handle_time,
        "handle_cv": handle_spread,
        "slowdown": slowdown,
        "first_reply_s": first_reply,
        "away_share": away,
        "drops_per_day": drops_per_day,
        "shifts": shifts,
        "variety": variety,
        "days": days,
        "day_profile": day_profile,
        "tz": tz,
        "target_s": target,
    }
    with told():
        try:
            settings = None if fill is None else _settings_of(fill)
            given = {name: value for name, value in asked.items() if value is not None}
            if patience is not None:
                given["patience_s"] = _patience(patience)
            given["departments"] = _departments(departments, hours, is_filled=fill is not None)
            desk = _desk(given, settings)
        except DeskError as exc:
            raise UsageError(exc.option, str(exc)) from exc
        _play(desk, seed, settings, as_json=as_json)


def _settings_of(folder: str) -> Settings:
    if not folder.strip():  # of a variable that is not set: not the folder one happens to be in
        raise UsageError("--fill", "Name a folder, for example ./full.")
    wanted: dict[str, object] = {"tz": demo.DEPARTMENTS[0].tz}
    named = {name: value for name, value in wanted.items() if not os.environ.get(PREFIX + name.upper())}
    return load_settings(None, data=Path(folder), **named)


def _desk(given: dict[str, object], settings: Settings | None) -> SimulatedDesk:
    """A plain one begins at a fixed midnight; one to be written ends now, as the record's clock has it."""
    if settings is None:
        desk = SimulatedDesk(**given)  # type: ignore[arg-type]
        return replace(desk, from_at=MIDNIGHT.replace(tzinfo=desk.zone).astimezone(UTC))
    defaults: dict[str, object] = {
        **LIVELY,
        "tz": settings.tz,
        "target_s": settings.service_target_s,
        "agent_grace_s": settings.agent_grace_s,
    }
    desk = SimulatedDesk(**{**defaults, **given}, close_at_end=True)  # type: ignore[arg-type]
    return replace(desk, from_at=Clock().now() - timedelta(days=desk.days))


def _play(desk: SimulatedDesk, seed: int, settings: Settings | None, *, as_json: bool) -> None:
    """Raises what the record raises, OperationError."""
    from server.simulation import fill  # noqa: PLC0415 - with the engine behind it
    from server.simulation.figures import figures  # noqa: PLC0415
    from server.simulation.play import simulate as play  # noqa: PLC0415
    from server.simulation.table import table  # noqa: PLC0415

    with whole_or_nothing(settings) as course:
        if settings is not None:  # what cannot be written need not be played
            carry_out(lambda: with_store(settings, fill.check))
        with _progress("Playing") as advance:
            played = play(desk, seed, advance)
        if settings is not None:
            # SQLite puts what comes together into one commit; MongoDB has a transaction for each operation.
            at_once = fill.AT_ONCE if settings.mongo_url is None else IN_MONGO_AT_ONCE
            course.is_writing = True
            with _progress("Writing") as advance:
                writing = partial(fill.fill, played=played, new_id=new_id, on_progress=advance, side_by_side=at_once)
                carry_out(lambda: with_store(settings, writing))
    told_figures = figures(played)
    typer.echo(json.dumps(told_figures, ensure_ascii=False) if as_json else table(told_figures))
    if settings is not None:
        typer.echo(_way_on(settings), err=True)


def _way_on(settings: Settings) -> str:
    manager = next(person.email for person in demo.PEOPLE if person.role == "manager")
    where = f" --data {shlex.quote(str(settings.data))}" if settings.mongo_url is None else ""
    return (
        f"Written. Start it with: semafor demo{where}\nThen sign in at /manager as {manager}, password {demo.PASSWORD}."
    )


@contextmanager
def _progress(what: str) -> Iterator[Advance | None]:
    """A bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=1.0)
        yield lambda done: progress.update(task, completed=done)


def _patience(text: str) -> float | None:
    if text == NEVER:
        return None
    try:
        return float(text)
    except ValueError as exc:
        raise UsageError("--patience", f"Give seconds, or {NEVER}.") from exc


def _departments(count: int | None, hours: str | None, *, is_filled: bool) -> tuple[SimulatedDepartment, ...]:
    """hours given: of all of them. A plain desk is always open, a filled one has the demo's hours."""
    if count is None:
        count = len(DEPARTMENTS) if is_filled else 1
    if not 1 <= count <= len(DEPARTMENTS):
        raise UsageError("--departments", f"{count} is out of range: from 1 to {len(DEPARTMENTS)}.")
    chosen = DEPARTMENTS[:count]
    if hours is not None or not is_filled:
        chosen = tuple(replace(department, hours=hours or None) for department in chosen)
    return chosen
