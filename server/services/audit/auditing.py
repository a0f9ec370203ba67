"""Writes down who did what (transcripts/audit.py): a change together with itself, anything else when it happens.

What may not happen unseen is refused where it cannot be written down: note() and along() raise StoreUnavailable.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, TypeVar

import structlog

from server.clock import Clock
from transcripts.audit import COMMAND_LINE, AuditAction, AuditEntry, NewAudit, Noting
from transcripts.port import Store
from transcripts.records import Agent, Chat

log = structlog.get_logger(__name__)

READ_AGAIN = timedelta(hours=1)
"""Somebody who reads a conversation that they do not hold is written down once in this time."""
_KNOWN_MAX = 10_000
T = TypeVar("T")


class Auditing:
    def __init__(self, store: Store, clock: Clock) -> None:
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

    async def along(
        self,
        actor: Agent | str,
        action: AuditAction,
        subject: str,
        change: Callable[[Store], Awaitable[T]],
        told: Callable[[T], Mapping[str, Any] | None],
    ) -> T:
        """Make one change of the record, and write it down in the same transaction: neither is there without the other.

        change: asks one thing of the record that it is given. told: the detail, made of the answer; None where
        nothing was changed. Raises what `change` does.
        """

        def made(answer: T) -> tuple[NewAudit, ...]:
            detail = told(answer)
            return () if detail is None else (NewAudit(self._clock.now(), actor_of(actor), action, subject, detail),)

        return await self.with_entries(change, made)

    async def with_entries(self, change: Callable[[Store], Awaitable[T]], made: Callable[[T], Sequence[NewAudit]]) -> T:
        """As `along`, with any number of entries."""
        noting = Noting(made)
        answer = await change(self._store.noting(noting))
        for entry in noting.entries:
            _log(entry)
        return answer

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
