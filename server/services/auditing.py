"""Writes down who did what (transcripts/audit.py). Called by whoever did it, right after it happened.

What may not happen unseen is refused where it cannot be written down: note() raises StoreUnavailable.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import structlog

from server.clock import Clock
from transcripts.audit import COMMAND_LINE, AuditAction, AuditEntry, AuditStore, NewAudit
from transcripts.records import Agent, Chat

log = structlog.get_logger(__name__)

READ_AGAIN = timedelta(hours=1)
"""Somebody who reads a conversation that they do not hold is written down once in this time."""
_KNOWN_MAX = 10_000


class Auditing:
    def __init__(self, store: AuditStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read: dict[tuple[str, str], float] = {}

    async def note(self, actor: Agent | str, action: AuditAction, subject: str, **detail: Any) -> AuditEntry:
        """Write down that `actor` did it to `subject` ("chat:ID", "agent:ID", "settings:widget", ...).

        actor: an agent, "system" for what nobody ordered, COMMAND_LINE, "visitor:ID" or "token:ID".
        detail: what JSON can say; a change says before={...} and after={...}, the changed fields alone. Never secrets,
        never what people wrote. Raises StoreUnavailable.
        """
        entry = await self._store.add_audit(NewAudit(self._clock.now(), actor_of(actor), action, subject, detail))
        assert entry is not None
        _log(entry)
        return entry

    async def note_reading(self, reader: Agent, chat: Chat, by: Literal["page", "sync", "watch"]) -> None:
        """Write down that somebody reads a conversation that they do not hold, once in READ_AGAIN.

        Whoever had it last still holds it when it is over. Raises StoreUnavailable.
        """
        now_s = self._clock.monotonic_s()
        if chat.agent_id == reader.id or now_s < self._read.get((reader.id, chat.id), 0.0):
            return
        told = {"by": by, "department": chat.department_id}
        new = NewAudit(self._clock.now(), actor_of(reader), "chat.read", f"chat:{chat.id}", told)
        entry = await self._store.add_audit(new, once_in=READ_AGAIN)
        if len(self._read) >= _KNOWN_MAX:
            self._read.clear()
        if entry is not None:
            # Not where another server wrote it down: nobody knows here when that hour is over.
            self._read[reader.id, chat.id] = now_s + READ_AGAIN.total_seconds()
            _log(entry)


def actor_of(actor: Agent | str) -> str:
    """A token's stand-in has its own kind in its id (api_tokens.py)."""
    if isinstance(actor, str):
        return actor
    return actor.id if ":" in actor.id else f"agent:{actor.id}"


def changed(before: object, after: object, *fields: str) -> dict[str, dict[str, Any]]:
    """{"before": {...}, "after": {...}} of those attributes that differ; empty where none does."""
    differing = [name for name in fields if getattr(before, name) != getattr(after, name)]
    if not differing:
        return {}
    return {
        "before": {name: plain(getattr(before, name)) for name in differing},
        "after": {name: plain(getattr(after, name)) for name in differing},
    }


def plain(value: Any) -> Any:
    """As JSON says it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, tuple | set | frozenset) else value


def _log(entry: AuditEntry) -> None:
    """A witness apart from the record: who keeps the log elsewhere can hold the record's chain against it."""
    log.info("audited", n=entry.n, action=entry.action, actor=entry.actor, subject=entry.subject, hash=entry.hash)


__all__ = ["COMMAND_LINE", "Auditing", "actor_of", "changed", "plain"]
