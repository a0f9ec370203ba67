"""JSON answers, and what is read of a request: JSON, or the fields of a form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web

from server import wire
from server.errors import HTTP_STATUS, Refusal
from server.fields import Model, parse

# Every text fits: 8,000 characters, each written as two \uXXXX, and some room.
BODY_MAX_BYTES = 1_000_000
# A body that trickles in must not hold its connection for ever.
BODY_WITHIN_S = 30.0


def json_response(data: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        body=orjson.dumps(data), status=status, content_type="application/json", charset="utf-8", headers=headers
    )


def error_response(refusal: Refusal, status: int | None = None) -> web.Response:
    headers = {}
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(refusal.retry_after_s)))
    return json_response({"error": wire.error(refusal)}, status or HTTP_STATUS[refusal.code], headers)


async def json_body(request: web.Request) -> object:
    """The request's JSON; an empty object where there is no body at all.

    Raises Refusal invalid; what is too long is refused by aiohttp itself (client_max_size).
    """
    if not request.body_exists:
        return {}
    if request.content_type != "application/json":
        raise Refusal("invalid", "Send JSON, with the header Content-Type: application/json.")
    async with _in_time("The body did not arrive in time."):
        raw = await request.read()
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as exc:
        raise Refusal("invalid", "This is no JSON.") from exc


async def form_body(request: web.Request) -> dict[str, str]:
    """The fields of a page's form that something stands in.

    Raises Refusal invalid; what is too long is refused by aiohttp itself (client_max_size).
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("invalid", "Send the page's form.")
    try:
        async with _in_time("The form did not arrive in time."):
            fields = await request.post()
    except (UnicodeDecodeError, LookupError, ValueError) as exc:
        raise Refusal("invalid", "The form cannot be read.") from exc
    return {name: value for name, value in fields.items() if isinstance(value, str) and value.strip()}


def is_program(request: web.Request) -> bool:
    """Whether it was sent by a program, or by the form of a page that works without JavaScript."""
    return request.content_type == "application/json"


async def filled_in(request: web.Request, model: type[Model]) -> Model | None:
    """`model` of a program's JSON or of a page's form; None: the form is to be shown again, with what is wrong.

    Raises Refusal: any to a program, to a person what no other entry mends.
    """
    try:
        return parse(model, await json_body(request) if is_program(request) else await form_body(request))
    except Refusal as exc:
        if is_program(request) or exc.code != "invalid":
            raise
        return None


@asynccontextmanager
async def _in_time(late: str) -> AsyncIterator[None]:
    """Raises Refusal invalid with the sentence `late`."""
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            yield
    except TimeoutError as exc:
        raise Refusal("invalid", late) from exc
