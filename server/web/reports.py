"""The reports as JSON and as files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from server import wire
from server.errors import Refusal
from server.reports.sheet import sheet
from server.services.reports.report_kinds import RECIPES
from server.services.reports.reports import Asked, Report
from server.web.bodies import ReportQuery
from server.web.endpoints import Call, Endpoint, Json
from transcripts.records import Role

_OF_EVERY_REPORT = ("tz", "from", "to", "department")


def _as_json(kind: str) -> Callable[[Call, ReportQuery], Awaitable[web.StreamResponse]]:
    async def report(call: Call, given: ReportQuery) -> web.StreamResponse:
        body = as_json((await _made(call, kind, given)).data)
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    return report


def as_json(data: Json) -> bytes:
    """A month has thousands of moments: they are written on the way, not looked for beforehand."""
    return orjson.dumps(data, _moment, orjson.OPT_PASSTHROUGH_DATETIME)


def _moment(value: object) -> str | None:
    """As the wire writes it. Raises TypeError for what is no moment."""
    if not isinstance(value, datetime):
        raise TypeError(type(value))
    return wire.moment(value)


def _as_sheet(kind: str) -> Callable[[Call, ReportQuery], Awaitable[web.StreamResponse]]:
    async def file(call: Call, given: ReportQuery) -> web.StreamResponse:
        made = await _made(call, kind, given)
        period = {"from": given.from_, "to": given.to, "department": given.department, "part": given.part}
        said = {name: value for name, value in period.items() if value is not None}
        await call.desk.audit.note(call.agent, "report.exported", f"report:{kind}", **said)
        first, last = (made.data[name].astimezone(made.zone).date() for name in ("from", "to"))
        name = "_".join(filter(None, ("semafor", kind, given.part, str(first), str(last)))) + ".csv"
        like = None if given.part or made.rows else RECIPES[kind].like(made.data)
        return web.Response(
            text=sheet(_rows(kind, made, given.part), made.zone, like),
            content_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return file


def _rows(kind: str, made: Report, part: str | None) -> list[Json]:
    """The rows of the file; part: a list of the report by its name, one within by its path, `staying.curve`.

    Raises Refusal invalid, field `part`.
    """
    if part is None:
        return made.rows
    found: Any = {name: made.data[name] for name in RECIPES[kind].answers}
    for name in part.split("."):
        if not isinstance(found, dict) or name not in found:
            raise _no_such_list()
        found = found[name]
    if found is None:  # a long period has no steps: then it is an empty file
        return []
    if not isinstance(found, list):
        raise _no_such_list()
    return found


def _no_such_list() -> Refusal:
    return Refusal("invalid", "This report has no such list.", field="part")


async def _made(call: Call, kind: str, given: ReportQuery) -> Report:
    compares = given.compare == "previous"
    is_recorded = given.recorded == "only"
    asked = Asked(given.from_, given.to, given.department, given.agent, given.tz, given.bucket, compares, is_recorded)
    return await call.desk.reports.make(call.agent, kind, asked)


def _endpoints(kind: str) -> tuple[Endpoint[ReportQuery], Endpoint[ReportQuery]]:
    path, summary = f"/reports/{kind}", f"The report {kind}; managers, of their departments."
    answers = (*_OF_EVERY_REPORT, *RECIPES[kind].answers)
    role: Role = "agent" if RECIPES[kind].is_personal else "manager"
    as_file = f"{summary} As a file."
    return (
        Endpoint("GET", path, summary, ReportQuery, _as_json(kind), answers, role),
        Endpoint("GET", f"{path}.csv", as_file, ReportQuery, _as_sheet(kind), role=role, media_type="text/csv"),
    )


ENDPOINTS = tuple(endpoint for kind in RECIPES for endpoint in _endpoints(kind))
