"""API tokens for admins: made with the secret shown once, listed with their last use, ended at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server import wire
from server.desk import Desk
from server.fields import Id, Moment, Request, text
from server.web.endpoints import Call, Endpoint, Json, Nothing
from transcripts.records import Role
from transcripts.tokens import ApiToken, TokenScope


class TokenNew(Request):
    name: Annotated[str, text(80)]
    role: Role = "agent"
    departments: Annotated[list[Id], Field(max_length=200, default_factory=list)]
    scope: Annotated[TokenScope, Field(description="read: it changes nothing.")] = "read"
    expires_at: Annotated[Moment | None, Field(description="Good until then; null: until it is ended.")] = None


async def every(call: Call, _: Nothing) -> Json:
    return {"tokens": [_token(call.desk, token) for token in await call.desk.api_tokens.all()]}


async def make(call: Call, given: TokenNew) -> Json:
    token, secret = await call.desk.api_tokens.make(
        call.agent, given.name, given.role, given.departments, given.scope, given.expires_at
    )
    return {"token": _token(call.desk, token), "secret": secret}


async def end(call: Call, _: Nothing) -> Json:
    return {"token": _token(call.desk, await call.desk.api_tokens.end(call.agent, call.part("id")))}


def _token(desk: Desk, token: ApiToken) -> Json:
    state: Literal["active", "expired", "ended"] = "active"
    if not token.is_good(desk.clock.now()):
        state = "ended" if token.ended_at else "expired"
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "role": token.role,
        "departments": [desk.wire.department(department_id) for department_id in token.department_ids],
        "scope": token.scope,
        "state": state,
        "created_at": wire.moment(token.created_at),
        "created_by": {"id": token.created_by, "name": desk.directory.agent_name(token.created_by)},
        "expires_at": wire.moment(token.expires_at),
        "last_used_at": wire.moment(token.last_used_at),
        "ended_at": wire.moment(token.ended_at),
    }


_PATH = "/admin/tokens"
ENDPOINTS = (
    Endpoint("GET", _PATH, "API tokens, newest first.", Nothing, every, ("tokens",), role="admin"),
    Endpoint(
        "POST",
        _PATH,
        "Make a token; its secret is shown now only.",
        TokenNew,
        make,
        ("token", "secret"),
        role="admin",
        status=201,
    ),
    Endpoint("DELETE", f"{_PATH}/{{id}}", "End a token at once.", Nothing, end, ("token",), role="admin"),
)
