"""Requests that cannot be read are refused in our words: aiohttp's name itself, Python, and what it was sent.

They never reach the application, so neither its middleware nor its headers see them.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from server.errors import Refusal
from server.web.answers import error_response
from server.web.headers import secure


class DiscreetHandler(RequestHandler):
    __slots__ = ()

    def handle_error(
        self, request: BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Logged and closed as aiohttp does it."""
        theirs = super().handle_error(request, status, exc, message)
        ours = error_response(Refusal("invalid", "The server does not understand this request."), theirs.status)
        secure(ours)
        ours.force_close()
        return ours


class DiscreetServer(web.Server):
    def __call__(self) -> RequestHandler:
        return DiscreetHandler(self, loop=self._loop, **self._kwargs)
