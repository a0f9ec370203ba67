"""The audit log in memory."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self, cast

from transcripts.audit import EVERYTHING, FIRST, AuditEntry, AuditHead, AuditQuery, NewAudit, Noting, chained
from transcripts.cursors import number_of
from transcripts.memory.reports import MemoryReports


class MemoryAudit(MemoryReports):
    def __init__(self) -> None:
        super().__init__()
        self._audit: list[AuditEntry] = []

    def noting(self, noting: Noting) -> Self:
        return cast("Self", _Noted(self, self._append, noting))

    async def audit(
        self, cursor: str | None, limit: int = 50, query: AuditQuery = EVERYTHING
    ) -> tuple[tuple[AuditEntry, ...], str | None]:
        before = 2**62 if cursor is None else number_of(cursor)
        found = [entry for entry in reversed(self._audit) if entry.n < before and query.wants(entry)]
        page = tuple(found[:limit])
        return page, str(page[-1].n) if len(found) > len(page) and page else None

    async def add_audit(self, new: NewAudit, *, once_in: timedelta | None = None) -> AuditEntry | None:
        if once_in is not None and any(self._is_told(entry, new, once_in) for entry in self._audit):
            return None
        return self._append(new)

    async def audit_from(self, after: int | None, limit: int = 500) -> tuple[AuditEntry | None, ...]:
        return tuple([entry for entry in self._audit if after is None or entry.n > after][:limit])

    async def audit_head(self) -> AuditHead:
        return AuditHead(self._audit[-1].n, self._audit[-1].hash) if self._audit else AuditHead(0, None)

    def _append(self, new: NewAudit | None) -> AuditEntry | None:
        if new is None:
            return None
        previous = self._audit[-1].hash if self._audit else FIRST
        self._audit.append(chained(new, len(self._audit) + 1, previous, salt=str(len(self._audit) + 1)))
        return self._audit[-1]

    def _is_told(self, entry: AuditEntry, new: NewAudit, within: timedelta) -> bool:
        same = (entry.actor, entry.action, entry.subject) == (new.actor, new.action, new.subject)
        return same and new.at - within < entry.at <= new.at


class _Noted:
    """A record whose next change is written down; nothing comes between the two, as nothing is waited for."""

    def __init__(self, store: MemoryAudit, append: Callable[[NewAudit], AuditEntry | None], noting: Noting) -> None:
        self._store = store
        self._append = append
        self._noting = noting

    def __getattr__(self, name: str) -> Any:
        async def change(*args: Any, **named: Any) -> Any:
            kept = {part: copy.copy(value) for part, value in vars(self._store).items()}
            try:
                answer = await getattr(self._store, name)(*args, **named)
                written = [self._append(new) for new in self._noting.made(answer)]
            except BaseException:
                vars(self._store).update(kept)
                raise
            self._noting.entries = tuple(entry for entry in written if entry)
            return answer

        return change
