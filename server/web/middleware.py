"""Around every request: what is not understood is refused, and whatever goes wrong becomes `{error: {...}}`.

Besides the sockets' base the only place that makes the wire's errors. No input gets a traceback, here or in the log.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from server.errors import HTTP_STATUS, Code, Refusal
from server.log import logger
from server.web.answers import error_response
from server.web.templates import page, readers_language
from transcripts.errors import ChatClosed, Conflict, NotFound, RouteConflict, StoreError

# What is asked for here is asked for by programs.
PROGRAMS = ("/api/", "/socket.io/", "/assets/")
_CODES: dict[int, Code] = {401: "unauthorized", 403: "forbidden", 404: "not_found", 413: "too_large"}
_SENTENCES: dict[Code, str] = {
    "not_found": "There is nothing at this address.",
    "too_large": "This is too large.",
    "invalid": "The server does not understand this request.",
    "unavailable": "Something went wrong on our side. Try again in a moment.",
}


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _refuse_packed(request)
        return await handler(request)
    except Refusal as exc:
        return _answer(request, exc)
    except StoreError as exc:
        return _answer(request, _of_store(exc))
    except web.HTTPException as exc:
        return _of_http(request, exc)
    except ConnectionError:
        # Nobody is there any more to read an answer; aiohttp closes what is left.
        raise
    except Exception:  # noqa: BLE001 - one of the two places that answer for every fault
        route = request.match_info.route.resource
        logger.exception("request_failed", method=request.method, route=route.canonical if route else None)
        return _answer(request, Refusal("unavailable", _SENTENCES["unavailable"]), 500)


def _answer(request: web.Request, refusal: Refusal, status: int | None = None) -> web.Response:
    """The error object; a page for a person who opened a page."""
    if request.path.startswith(PROGRAMS) or "text/html" not in request.headers.get("Accept", ""):
        return error_response(refusal, status)
    lang = readers_language(request.headers)
    return page("error.html", "customer", lang=lang, status=status or HTTP_STATUS[refusal.code])


def _refuse_packed(request: web.Request) -> None:
    """A packed body of 200 kB may unpack to 200 MB; nobody who speaks our contract sends one. Raises Refusal."""
    if any(coding.strip().lower() != "identity" for coding in request.headers.getall("Content-Encoding", [])):
        raise Refusal("invalid", "Send the body without Content-Encoding.")


def _of_http(request: web.Request, exc: web.HTTPException) -> web.StreamResponse:
    if exc.status < 400:
        raise exc
    code = _CODES.get(exc.status, "invalid" if exc.status < 500 else "unavailable")
    answer = _answer(request, Refusal(code, _SENTENCES.get(code, _SENTENCES["invalid"])), exc.status)
    if "Allow" in exc.headers:
        answer.headers["Allow"] = exc.headers["Allow"]
    return answer


def _of_store(exc: StoreError) -> Refusal:
    match exc:
        case NotFound():
            return Refusal("not_found", "There is no such thing.")
        case ChatClosed():
            return Refusal("closed", "This conversation is over.")
        case RouteConflict():
            return Refusal("conflict", "Somebody else has changed this chat meanwhile.")
        case Conflict():
            return Refusal("conflict", "This name or client_id is taken by something else.")
        case _:
            return Refusal("unavailable", "The record cannot be reached right now. Try again in a moment.")
