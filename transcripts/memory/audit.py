"""The audit log in memory."""

from __future__ import annotations

from datetime import timedelta

from transcripts.audit import EVERYTHING, FIRST, AuditEntry, AuditHead, AuditQuery, NewAudit, chained
from transcripts.cursors import number_of
from transcripts.memory.reports import MemoryReports


class MemoryAudit(MemoryReports):
    def __init__(self) -> None:
        super().__init__()
        self._audit: list[AuditEntry] = []

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
