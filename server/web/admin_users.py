"""Accounts for admins: who works here, as what, where, and how many chats they take."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from server.fields import Email, Id, Moment, NewPassword, Request
from server.services.admin.users import NewUser, Users
from server.web.answers import json_response
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.wire import moment
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Role

Name = Annotated[str, Field(max_length=400, description="As visitors read it.")]
Capacity = Annotated[int, Field(ge=0, le=50, description="Chats at once.")]
Tier = Annotated[int, Field(ge=1, le=3, description="The highest they serve.")]
Departments = Annotated[list[Id], Field(max_length=500)]


class UserFields(Request):
    """What is left out stays, or is the default of a new one."""

    weekly_report: bool | None = None
    ends_at: Annotated[Moment | None, Field(description="Nobody signs in with it from then on; null: no end.")] = None
    may_search: bool | None = None
    may_export: bool | None = None


class UserForm(UserFields):
    email: Email
    name: Name
    role: Role
    departments: Departments = Field(default_factory=list)
    capacity: Capacity = 3
    tier: Tier = 1
    password: Annotated[NewPassword | None, Field(description="Left out: a link to set one is mailed.")] = None


class UserChange(UserFields):
    email: Annotated[
        Email | None, Field(description="What they sign in with from now on; sessions stay, links mailed before end.")
    ] = None
    name: Name | None = None
    role: Role | None = None
    departments: Departments | None = None
    capacity: Capacity | None = None
    tier: Tier | None = None
    if_version: int | None = None


class FirstPassword(Request):
    password: NewPassword


async def list_users(call: Call, _: Nothing) -> Json:
    return {"users": [_shown(call, agent) for agent in await call.desk.governing.users.all()]}


async def read_user(call: Call, _: Nothing) -> Json:
    agent = await call.desk.governing.users.one(call.part("id"))
    kept = await call.desk.store.credentials(agent.id)
    return {"user": {**_shown(call, agent), "second_factor": kept.has_factor}}


async def add_user(call: Call, given: UserForm) -> web.Response:
    new = NewUser(
        email=given.email,
        name=given.name,
        role=given.role,
        department_ids=given.departments,
        capacity=given.capacity,
        tier=given.tier,
        password=given.password,
        changes=AgentChanges(**_rights(given)),
    )
    return json_response(await _taken_over(call, await _users(call).add(call.agent, new)), 201)


async def change_user(call: Call, given: UserChange) -> Json:
    there = given.model_fields_set
    changes = AgentChanges(
        email=given.email,
        name=given.name,
        role=given.role,
        department_ids=None if given.departments is None else tuple(dict.fromkeys(given.departments)),
        capacity=given.capacity,
        tier=given.tier,
        never_ends="ends_at" in there and given.ends_at is None,
        **_rights(given),
    )
    return await _taken_over(call, await _users(call).change(call.agent, call.part("id"), changes, given.if_version))


async def disable_user(call: Call, _: Nothing) -> Json:
    return await _taken_over(call, await _users(call).disable(call.agent, call.part("id")))


async def enable_user(call: Call, _: Nothing) -> Json:
    return await _taken_over(call, await _users(call).enable(call.agent, call.part("id")))


async def set_password(call: Call, given: FirstPassword) -> Json:
    return await _taken_over(call, await _users(call).set_password(call.agent, call.part("id"), given.password))


async def invite_user(call: Call, _: Nothing) -> web.Response:
    await _users(call).invite(call.agent, call.part("id"))
    return web.Response(status=204)


def _users(call: Call) -> Users:
    return call.desk.governing.users


def _rights(given: UserFields) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("weekly_report", "ends_at", "may_search", "may_export")}


async def _taken_over(call: Call, agent: Agent) -> Json:
    """Whoever may not be signed in any more is cut here before the answer."""
    await call.desk.governing.refreshing.at_once(call.desk)
    return {"user": _shown(call, agent)}


def _shown(call: Call, agent: Agent) -> Json:
    state = call.desk.routing.dispatch.agent(agent.id)
    return {
        "id": agent.id,
        "email": agent.email,
        "name": agent.name,
        "role": agent.role,
        "departments": list(agent.department_ids),
        "capacity": agent.capacity,
        "tier": agent.tier,
        "weekly_report": agent.weekly_report,
        "ends_at": moment(agent.ends_at),
        "may_search": agent.may_search,
        "may_export": agent.may_export,
        "disabled_at": moment(agent.disabled_at),
        "connected": bool(state and state.connected),
        "version": agent.version,
    }


_ALL, _ONE = "/admin/users", "/admin/users/{id}"
_ANSWER = ("user",)
ENDPOINTS = (
    Endpoint("GET", _ALL, "All accounts.", Nothing, list_users, ("users",), role="admin"),
    Endpoint("POST", _ALL, "Add an account.", UserForm, add_user, _ANSWER, role="admin", status=201),
    Endpoint("GET", _ONE, "An account.", Nothing, read_user, _ANSWER, role="admin"),
    Endpoint("PATCH", _ONE, "Change what is given.", UserChange, change_user, _ANSWER, role="admin"),
    Endpoint("POST", f"{_ONE}/disable", "Nobody signs in with it any more.", Nothing, disable_user, _ANSWER, "admin"),
    Endpoint("POST", f"{_ONE}/enable", "They may sign in again.", Nothing, enable_user, _ANSWER, role="admin"),
    Endpoint(
        "POST", f"{_ONE}/password", "Set it; all sessions end.", FirstPassword, set_password, _ANSWER, role="admin"
    ),
    Endpoint(
        "POST", f"{_ONE}/invite", "Mail a link to set a password.", Nothing, invite_user, role="admin", status=204
    ),
)
