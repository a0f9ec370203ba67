"""One entry per API route: who may call it, what it takes, what it answers. The routes and /openapi.json come from it.

A handler gets its query (GET) or JSON body (others) as a checked model, and an agent who is signed in.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_origin

from aiohttp import web

from server.errors import Refusal
from server.fields import Request, parse
from server.permissions import row_of
from server.services.accounts.accounts import SESSION_COOKIE
from server.services.admin.api_tokens import is_api_token
from server.web.answers import json_body, json_response
from server.web.keys import DESK
from server.web.origin import SAFE_METHODS, require_own
from transcripts.records import Agent, Role

if TYPE_CHECKING:
    from server.desk import Desk

API = "/api/v1"
Json = dict[str, Any]
Given = TypeVar("Given", bound=Request)
Method = Literal["GET", "POST", "PATCH", "DELETE"]
_WITH_PATTERN, _BARE = re.compile(r"\{(\w+):[^{}]*\}"), r"{\1}"


class Nothing(Request):
    """The route takes neither query nor body."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. caller: None only where the route is open to all."""

    request: web.Request
    desk: Desk
    caller: Agent | None

    @property
    def agent(self) -> Agent:
        if self.caller is None:
            raise Refusal("unauthorized", "Sign in first.")
        return self.caller

    @property
    def address(self) -> str:
        """The client's network address, for limits."""
        return self.desk.address_of(self.request)

    def part(self, name: str) -> str:
        """A named part of the path."""
        return self.request.match_info[name]


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Given]):
    """path: below API, as aiohttp writes it. answers: the names in the JSON answer. role: None for everybody.

    Who may call it stands in the table of permissions; the role here must be the one that stands there.

    A handler that answers something else than JSON returns a response of its own. while_enrolling: also for those
    whose role asks for a second factor that they have not set up yet.
    """

    method: Method
    path: str
    summary: str
    given: type[Given]
    handler: Callable[[Call, Given], Awaitable[Json | web.StreamResponse]]
    answers: tuple[str, ...] = ()
    role: Role | None = "agent"
    status: int = 200
    media_type: str = "application/json"
    while_enrolling: bool = False

    @property
    def what(self) -> str:
        """As it stands in the table of permissions."""
        return f"{self.method} {API}{_WITH_PATTERN.sub(_BARE, self.path)}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        desk, row = request.app[DESK], row_of(self.what)
        caller = None
        if not (row.is_open or (row.by_link and request.query.get("signed"))):
            caller = await authenticate(request, desk, while_enrolling=self.while_enrolling)
            row.admits(caller, request.query, is_program=_is_program(request))
        given = parse(self.given, await self._data(request))
        answer = await self.handler(Call(request, desk, caller), given)
        return answer if isinstance(answer, web.StreamResponse) else json_response(answer, self.status)

    async def _data(self, request: web.Request) -> object:
        if not self.given.model_fields:
            return {}
        return query_of(request, self.given) if self.method in SAFE_METHODS else await json_body(request)


def query_of(request: web.Request, model: type[Request]) -> Json:
    """The query's fields; one that may repeat is a tuple. Empty values are as good as none: `?q=&agent=`."""
    found: Json = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        values = [value for value in request.query.getall(key, []) if value]
        if values:
            found[key] = tuple(values) if get_origin(field.annotation) is tuple else values[-1]
    return found


async def authenticate(request: web.Request, desk: Desk, *, while_enrolling: bool = False) -> Agent:
    """Who is signed in, by bearer token or by the panel's cookie.

    Raises Refusal unauthorized, forbidden, or second_factor where one has to be set up first.
    """
    token, by_cookie = session_token(request)
    if token is None:
        raise Refusal("unauthorized", "Sign in first.")
    if by_cookie:
        require_own(request, desk.wire.public_url, browser=True)
    elif is_api_token(token):
        return await desk.api_tokens.caller(token, desk.address_of(request), request.method)
    found = await desk.accounts.signed_in(token)
    if found is None:
        raise Refusal("unauthorized", "Your session has ended. Sign in again.")
    if found.must_enrol and not while_enrolling:
        raise Refusal("second_factor", "Your role needs a second factor. Set it up on the page /account.")
    return found.agent


def _is_program(request: web.Request) -> bool:
    token, by_cookie = session_token(request)
    return token is not None and not by_cookie and is_api_token(token)


def session_token(request: web.Request) -> tuple[str | None, bool]:
    """(token, whether it came as a cookie). A header that is there counts, whatever the cookie says."""
    header = request.headers.get("Authorization")
    if header is None:
        return request.cookies.get(SESSION_COOKIE), True
    scheme, _, token = header.partition(" ")
    return (token.strip() if scheme.lower() == "bearer" else None), False
