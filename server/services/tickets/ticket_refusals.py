"""What tickets' rules refuse, in the wire's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.errors import Refusal
from transcripts.tickets import TicketRuleError


@contextmanager
def refusals(prefix: str = "") -> Iterator[None]:
    """A broken rule is the wire's `invalid`, with the field under `prefix`."""
    try:
        yield
    except TicketRuleError as exc:
        raise Refusal("invalid", exc.message, field=prefix + exc.field) from exc


def no_department() -> Refusal:
    return Refusal("invalid", "There is no such department. Choose one of the list.", field="department")
