"""Departments for admins: what holds there, when they are open, closing and opening them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from queueing.hours import HoursError
from server.department_rules import DepartmentChanges
from server.errors import not_found
from server.fields import Request
from server.web.answers import json_response
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.week import HolidayForm, Week, holiday_texts, holidays_of, hours_text, week_of
from server.wire import moment
from transcripts.records import Department

Name = Annotated[str, Field(max_length=400, description="As visitors read it.")]
Topic = Annotated[str, Field(max_length=400)]
Seconds = Annotated[float | None, Field(description="null: as the setting of the whole desk.")]
OWN = ("service_target_s", "first_news_s", "escalate_after_s")


class DepartmentFields(Request):
    """What is left out stays, or is the default of a new one. hours null: always open."""

    hours: Week | None = None
    tz: Annotated[str | None, Field(max_length=64)] = None
    topics: Annotated[list[Topic] | None, Field(max_length=200)] = None
    holidays: Annotated[list[HolidayForm] | None, Field(max_length=2_000)] = None
    tiers: int | None = None
    service_target_s: Seconds = None
    first_news_s: Seconds = None
    escalate_after_s: Seconds = None


class NewDepartment(DepartmentFields):
    name: Name
    id: Annotated[str | None, Field(max_length=400, description="Made of the name where it is left out.")] = None


class DepartmentChange(DepartmentFields):
    name: Name | None = None
    if_version: int | None = None


def changes_of(given: NewDepartment | DepartmentChange) -> DepartmentChanges:
    """Raises Refusal invalid, naming the slot or the date."""
    there = given.model_fields_set
    found: dict[str, Any] = {name: getattr(given, name) for name in ("name", "tz", "topics", "tiers") if name in there}
    if "hours" in there:
        found["hours"] = hours_text(given.hours)
    if given.holidays is not None:
        found["all_holidays"] = holiday_texts(given.holidays)
    for name in OWN:
        if name in there:
            own = getattr(given, name)
            found[name] = "setting" if own is None else own
    return DepartmentChanges(**found)


async def list_departments(call: Call, _: Nothing) -> Json:
    every = sorted(await call.desk.store.departments(), key=lambda d: (d.closed_at is not None, d.name, d.id))
    return {"departments": [_shown(call, department) for department in every], "defaults": _defaults(call)}


async def read_department(call: Call, _: Nothing) -> Json:
    found = next((d for d in await call.desk.store.departments() if d.id == call.part("id")), None)
    if found is None:
        raise not_found("department")
    return {"department": _shown(call, found), "defaults": _defaults(call)}


async def add_department(call: Call, given: NewDepartment) -> web.Response:
    added = await call.desk.governing.departments.add(call.agent, given.id, changes_of(given))
    return json_response(await _taken_over(call, added), 201)


async def change_department(call: Call, given: DepartmentChange) -> Json:
    changes = changes_of(given)
    return await _taken_over(
        call, await call.desk.governing.departments.change(call.agent, call.part("id"), changes, given.if_version)
    )


async def close_department(call: Call, _: Nothing) -> Json:
    return await _taken_over(call, await call.desk.governing.departments.close(call.agent, call.part("id")))


async def reopen_department(call: Call, _: Nothing) -> Json:
    return await _taken_over(call, await call.desk.governing.departments.reopen(call.agent, call.part("id")))


async def _taken_over(call: Call, department: Department) -> Json:
    await call.desk.governing.refreshing.at_once(call.desk)
    return {"department": _shown(call, department)}


def _shown(call: Call, department: Department) -> Json:
    directory = call.desk.directory
    agents = [agent for agent in directory.agents() if department.id in agent.department_ids]
    return {
        "id": department.id,
        "name": department.name,
        "tz": department.tz,
        **_times(department),
        "topics": list(department.topics),
        "tiers": department.tiers,
        **{name: getattr(department, name) for name in OWN},
        "closed_at": moment(department.closed_at),
        "open": directory.is_open(department.id, call.desk.clock.now()),
        "agents": len(agents),
        "version": department.version,
    }


def _times(department: Department) -> Mapping[str, Any]:
    """What an older version has kept and nobody can read any more counts as always open, here as everywhere."""
    try:
        return {"hours": week_of(department.hours), "holidays": holidays_of(department.holidays)}
    except HoursError:
        return {"hours": None, "holidays": []}


def _defaults(call: Call) -> Json:
    settings = call.desk.settings
    return {"tz": settings.tz, **{name: getattr(settings, name) for name in OWN}}


_ALL, _ONE = "/admin/departments", "/admin/departments/{id}"
_ANSWER = ("department",)
ENDPOINTS = (
    Endpoint("GET", _ALL, "All departments.", Nothing, list_departments, ("departments", "defaults"), role="admin"),
    Endpoint("POST", _ALL, "Add a department.", NewDepartment, add_department, _ANSWER, role="admin", status=201),
    Endpoint("GET", _ONE, "A department.", Nothing, read_department, ("department", "defaults"), role="admin"),
    Endpoint("PATCH", _ONE, "Change what is given.", DepartmentChange, change_department, _ANSWER, role="admin"),
    Endpoint("POST", f"{_ONE}/close", "It takes no more chats.", Nothing, close_department, _ANSWER, role="admin"),
    Endpoint("POST", f"{_ONE}/reopen", "Open it again as it was.", Nothing, reopen_department, _ANSWER, role="admin"),
)
