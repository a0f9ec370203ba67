"""What both namespaces share: every event is validated, handled and answered; nothing that comes in ends in silence.

One of the two places that make the wire's `{code, message}` (the other is web/middleware.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from server import wire
from server.errors import Refusal, refusal_of
from server.fields import Model, Request, parse
from server.limits import Limits
from server.log import logger
from server.permissions import Row, register, row_of
from server.sockets.packets import Malformed
from server.sockets.rooms import Connection
from transcripts.errors import TranscriptError
from transcripts.records import Message

Handler = Callable[[Connection, Any], Awaitable[wire.Json]]
Beginner = Callable[[Connection, Any], asyncio.Future[Message] | None]
ONE_OBJECT = "Send one JSON object."
OUR_FAULT = Refusal("unavailable", "Something went wrong on our side. Try again in a moment.")


class BaseNamespace:
    """Subclasses give `name` and `events`: event -> (its request model, its handler).

    begins: of events that are done when the record has a message, what puts it in line; several of one connection may
    wait there together. None: this one goes the ordinary way, and nothing was counted.
    """

    name: str

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.events: dict[str, tuple[type[Request], Handler]] = {}
        self.begins: dict[str, Beginner] = {}

    def require_rows(self) -> None:
        """Nothing is heard that the table of permissions does not know. Raises NoPermissionRowError."""
        register(f"{self.name} {event}" for event in ("connect", *self.events))

    def permit(self, connection: Connection, row: Row) -> None:
        """Whether who is connected may still do it. Raises Refusal unauthorized, forbidden."""

    async def handle(self, connection: Connection, event: object, args: tuple[Any, ...]) -> wire.Json:
        """The acknowledgement of one event. Never raises."""
        try:
            model, handler = self._known(event)
            request = self._allowed(connection, event, model, args)
            self._limits.hit("event", connection.person_id)
            return {"ok": True, **await handler(connection, request)}
        except Exception as exc:  # noqa: BLE001 - one of the two places that answer for every fault
            return self._refused(exc)

    def begin(self, connection: Connection, event: object, args: tuple[Any, ...]) -> asyncio.Future[Message] | None:
        """Put what this event says in the record's line; `answer` is for when it is there. None: to be handled."""
        beginner = self.begins.get(event) if isinstance(event, str) else None
        if beginner is None:
            return None
        try:
            model, _ = self._known(event)
            request = self._allowed(connection, event, model, args)
        except Refusal:
            return None
        try:
            return beginner(connection, request)
        except Exception as exc:  # noqa: BLE001 - as in `handle`: answered when its turn has come
            failed: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            failed.set_exception(exc)
            return failed

    def answer(self, begun: asyncio.Future[Message]) -> wire.Json:
        """The acknowledgement of what was begun and is done. Never raises."""
        try:
            sent = begun.result()
            return {"ok": True, "seq": sent.seq, "at": wire.moment(sent.at)}
        except Exception as exc:  # noqa: BLE001 - as in `handle`
            return self._refused(exc)

    def _allowed(self, connection: Connection, event: object, model: type[Model], args: tuple[Any, ...]) -> Model:
        """Raises Refusal."""
        self.permit(connection, row_of(f"{self.name} {event}"))
        if len(args) != 1 or isinstance(args[0], Malformed):
            raise Refusal("invalid", ONE_OBJECT)
        return parse(model, args[0])

    def _refused(self, exc: Exception) -> wire.Json:
        if isinstance(exc, Refusal):
            return {"ok": False, "error": wire.error(exc)}
        if isinstance(exc, TranscriptError):
            return {"ok": False, "error": wire.error(refusal_of(exc))}
        logger.error("event_failed", namespace=self.name, exc_info=exc)
        return {"ok": False, "error": wire.error(OUR_FAULT)}

    def _known(self, event: object) -> tuple[type[Request], Handler]:
        if isinstance(event, Malformed):
            raise Refusal("invalid", ONE_OBJECT)
        known = self.events.get(event) if isinstance(event, str) else None
        if known is None:
            raise Refusal("invalid", "There is no such event; see docs/protocol.md.")
        return known
