"""What the server answers instead of doing what was asked.

Refusal       one of the wire's codes with a sentence; the sockets' base and the web middleware turn it into `error`
StartError    the process cannot start
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from transcripts.errors import (
    ChatClosed,
    Conflict,
    NotFound,
    NotHeld,
    RouteConflict,
    StoreUnavailable,
    TranscriptError,
)

Code = Literal[
    "invalid",
    "unauthorized",
    "second_factor",
    "forbidden",
    "not_found",
    "conflict",
    "closed",
    "not_open",
    "too_large",
    "rate_limited",
    "unavailable",
]

HTTP_STATUS: dict[Code, int] = {
    "invalid": 422,
    "unauthorized": 401,
    "second_factor": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "closed": 409,
    "not_open": 409,
    "too_large": 413,
    "rate_limited": 429,
    "unavailable": 503,
}


class Refusal(Exception):
    """`message` is for a person and names the remedy. field: the input it is about, dotted."""

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        field: str | None = None,
        retry_after_s: float | None = None,
        opens_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.retry_after_s = retry_after_s
        self.opens_at = opens_at


class StartError(Exception):
    """The server cannot start; the text says why and what to do."""


def changed_meanwhile(field: str | None = None) -> Refusal:
    """The one answer to a change of what is another by now. field: the input that names the version it started from."""
    return Refusal("conflict", "Somebody else has changed this meanwhile. Reload and try again.", field=field)


def not_found(what: str) -> Refusal:
    """The one answer for an unknown id and for somebody else's."""
    return Refusal("not_found", f"There is no such {what}.")


def refusal_of(error: TranscriptError) -> Refusal:  # noqa: PLR0911 - one line an error
    """What a person is told when the record does not do what was asked."""
    match error:
        case NotFound():
            return Refusal("not_found", "There is no such thing here, or not any more.")
        case ChatClosed():
            return Refusal("closed", "This conversation is over. Start a new one.")
        case NotHeld():
            return Refusal("forbidden", "Somebody else has this chat. Take it first.")
        case Conflict():
            return Refusal(
                "conflict", "This was sent before with other content, or has changed meanwhile. Reload and try again."
            )
        case RouteConflict():
            return Refusal("conflict", "The chat has moved on meanwhile. Reload and try again.")
        case StoreUnavailable():
            return Refusal(
                "unavailable", "The record cannot be written right now. Try again in a moment.", retry_after_s=1
            )
        case _:
            return Refusal("invalid", str(error))
