"""Ready answers and scripts for admins."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from aiohttp import web
from pydantic import Field

from server.fields import Body, Id, Line, Request
from server.services.admin.replies import id_of
from server.web.answers import json_response
from server.web.endpoints import Call, Endpoint, Json, Nothing
from transcripts.records import Canned

Shortcut = Annotated[str, Field(max_length=200, description="What an agent types after a slash.")]
Steps = Annotated[list[Body], Field(max_length=30, description="Of a script: what comes after `body`, one by one.")]


class NewReply(Request):
    shortcut: Shortcut
    title: Line
    body: Body
    steps: Steps = Field(default_factory=list)
    department: Annotated[Id | None, Field(description="null: for all.")] = None


class ReplyChange(Request):
    """What is left out stays."""

    shortcut: Shortcut | None = None
    title: Line | None = None
    body: Body | None = None
    steps: Steps | None = None
    department: Id | None = None
    if_version: int | None = None


async def list_replies(call: Call, _: Nothing) -> Json:
    return {"replies": [_shown(reply) for reply in await call.desk.governing.replies.all()]}


async def read_reply(call: Call, _: Nothing) -> Json:
    return {"reply": _shown(await call.desk.governing.replies.one(call.part("id")))}


async def add_reply(call: Call, given: NewReply) -> web.Response:
    new = Canned(given.shortcut.strip().lstrip("/"), given.title, given.body, given.department, tuple(given.steps))
    return json_response(await _taken_over(call, await call.desk.governing.replies.add(call.agent, new)), 201)


async def change_reply(call: Call, given: ReplyChange) -> Json:
    before = await call.desk.governing.replies.one(call.part("id"))
    after = replace(
        before,
        shortcut=before.shortcut if given.shortcut is None else given.shortcut.strip().lstrip("/"),
        title=given.title or before.title,
        body=given.body or before.body,
        steps=before.steps if given.steps is None else tuple(given.steps),
        department_id=given.department if "department" in given.model_fields_set else before.department_id,
    )
    return await _taken_over(
        call, await call.desk.governing.replies.change(call.agent, before, after, given.if_version)
    )


async def remove_reply(call: Call, _: Nothing) -> web.Response:
    await call.desk.governing.replies.remove(call.agent, call.part("id"))
    await call.desk.governing.refreshing.at_once(call.desk)
    return web.Response(status=204)


async def _taken_over(call: Call, reply: Canned) -> Json:
    await call.desk.governing.refreshing.at_once(call.desk)
    return {"reply": _shown(reply)}


def _shown(reply: Canned) -> Json:
    return {
        "id": id_of(reply),
        "shortcut": reply.shortcut,
        "title": reply.title,
        "body": reply.body,
        "steps": list(reply.steps),
        "department": reply.department_id,
        "version": reply.version,
    }


_ALL, _ONE = "/admin/replies", "/admin/replies/{id}"
ENDPOINTS = (
    Endpoint("GET", _ALL, "All ready answers.", Nothing, list_replies, ("replies",), role="admin"),
    Endpoint("POST", _ALL, "Add one.", NewReply, add_reply, ("reply",), role="admin", status=201),
    Endpoint("GET", _ONE, "A ready answer.", Nothing, read_reply, ("reply",), role="admin"),
    Endpoint("PATCH", _ONE, "Change what is given.", ReplyChange, change_reply, ("reply",), role="admin"),
    Endpoint("DELETE", _ONE, "Remove it.", Nothing, remove_reply, role="admin", status=204),
)
