"""`semafor doctor`: is everything there that a desk stands on, and what is to be done where it is not?"""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import orjson
import typer

from server import log
from server.clock import Clock
from server.commands.invocation import Data, told
from server.doctor.findings import Finding
from server.settings import SettingsError, load_settings

_NAME_WIDTH = 12


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    url: Annotated[
        str | None, typer.Option("--url", help="Where to ask the server, where it is not SEMAFOR_PUBLIC_URL.")
    ] = None,
    data: Data = None,
) -> None:
    """Look at disk, clock, record, queue, mail, proxy and WebSocket, and say what to do; exit 1 where one fails."""
    log.configure(logging.CRITICAL)
    with told():
        if url is not None:
            # Checked, and made an origin, like the setting.
            url = load_settings({}, public_url=url).public_url
        from server.doctor.examination import examine  # noqa: PLC0415 - what it takes, the other commands need not

        try:
            found = asyncio.run(examine(load_settings(None, data=data), Clock(), url))
        except SettingsError as exc:
            found = [Finding("settings", "fail", str(exc), "Correct it; `semafor check` shows what is in effect.")]
    fails = sum(finding.state == "fail" for finding in found)
    if as_json:
        shown = [{"name": f.name, "status": f.state, "said": f.said, "remedy": f.remedy} for f in found]
        typer.echo(orjson.dumps({"ok": fails == 0, "checks": shown}, option=orjson.OPT_INDENT_2))
    else:
        for finding in found:
            typer.echo(_line(finding))
        warns = sum(finding.state == "warn" for finding in found)
        typer.echo(f"{len(found) - fails - warns} ok, {warns} to look at, {fails} to mend.")
    raise typer.Exit(1 if fails else 0)


# ---- inside


def _line(finding: Finding) -> str:
    said = f"{finding.state:<5}{finding.name:<{_NAME_WIDTH}} {finding.said}"
    return f"{said}\n{'':<{5 + _NAME_WIDTH}} -> {finding.remedy}" if finding.remedy else said
