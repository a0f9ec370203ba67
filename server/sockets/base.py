"""What both namespaces share: every event is validated, handled and answered; nothing that comes in ends in silence.

One of the two places that make the wire's `{code, message}` (the other is web/middleware.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from server import wire
from server.errors import Refusal, refusal_of
from server.fields import Request, parse
from server.limits import Limits
from server.log import logger
from server.permissions import Row, register, row_of
from server.requests import Words, plain_words
from server.sockets.packets import Malformed
from server.sockets.rooms import Connection
from transcripts.errors import TranscriptError
from transcripts.records import Message

Handler = Callable[[Connection, Any], Awaitable[wire.Json]]
SEND = "message:send"
ONE_OBJECT = "Send one JSON object."
OUR_FAULT = Refusal("unavailable", "Something went wrong on our side. Try again in a moment.")


class BaseNamespace:
    """Subclasses give `name` and `events`: event -> (its request model, its handler)."""

    name: str

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.events: dict[str, tuple[type[Request], Handler]] = {}
        self._send_row = row_of(f"{self.name} {SEND}")

    def require_rows(self) -> None:
        """Nothing is heard that the table of permissions does not know. Raises NoPermissionRowError."""
        register(f"{self.name} {event}" for event in ("connect", *self.events))

    def count_connect(self, address: str) -> None:
        """Raises Refusal rate_limited."""
        self._limits.hit("connect", address)

    def permit(self, connection: Connection, row: Row) -> None:
        """Whether who is connected may still do it. Raises Refusal unauthorized, forbidden."""

    def put(self, connection: Connection, words: Words) -> Awaitable[Message] | None:
        """Count a message and put it in the record's line, where several of one connection may stand.

        None: it goes the ordinary way, and nothing was counted. Raises Refusal, StoreUnavailable.
        """

    async def handle(self, connection: Connection, event: object, args: tuple[Any, ...]) -> wire.Json:
        """The acknowledgement of one event. Never raises."""
        try:
            # Counted before it is looked at: nonsense costs as much to refuse.
            self._limits.hit("event", connection.person_id)
            model, handler = self._known(event)
            self.permit(connection, row_of(f"{self.name} {event}"))
            if len(args) != 1 or isinstance(args[0], Malformed):
                raise Refusal("invalid", ONE_OBJECT)
            request = parse(model, args[0])
            return {"ok": True, **await handler(connection, request)}
        except Exception as exc:  # noqa: BLE001 - one of the two places that answer for every fault
            return self._refused(exc)

    def begin(self, connection: Connection, event: object, args: tuple[Any, ...]) -> asyncio.Future[Message] | None:
        """Put what this event says in the record's line; `answer` is for when it is there. None: to be handled."""
        if event != SEND or len(args) != 1:
            return None
        words = plain_words(args[0])
        if words is None:
            return None
        try:
            self.permit(connection, self._send_row)
            begun = self.put(connection, words)
            return None if begun is None else asyncio.ensure_future(begun)
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
