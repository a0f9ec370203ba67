"""Who did what: entries that are only ever added, each with the hash of the one before it.

Whoever changes or takes out an entry in the record's file must make every later one anew; `first_broken` finds the
place. No entry has the text of a message or a secret: `detail` names what was changed, by ids and addresses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

AuditAction = Literal[
    "code.sent", "code.confirmed", "code.failed", "contact.added", "contact.changed", "contact.merged"
]
FIRST = "0" * 64
"""What the first entry has in the place of an earlier one's hash."""


@dataclass(frozen=True, slots=True)
class NewAudit:
    """actor: "agent:ID", "visitor:ID" or "system". subject: what it was done to, like "contact:ID" or "chat:ID"."""

    at: datetime
    actor: str
    action: AuditAction
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """n: 1, 2, 3 ... without gaps. previous: the hash of entry n - 1. hash: of all the rest, sha256 in hex."""

    n: int
    at: datetime
    actor: str
    action: AuditAction
    subject: str
    detail: Mapping[str, Any]
    previous: str
    hash: str


class AuditStore(Protocol):
    async def audit(self, cursor: str | None, limit: int = 50) -> tuple[tuple[AuditEntry, ...], str | None]:
        """A page, newest first, and the cursor of the next. Entries are written with what they tell of."""


def chained(new: NewAudit, n: int, previous: str) -> AuditEntry:
    """The entry that follows the one whose hash is `previous`."""
    entry = AuditEntry(n, new.at, new.actor, new.action, new.subject, dict(new.detail), previous, "")
    return AuditEntry(n, new.at, new.actor, new.action, new.subject, entry.detail, previous, hash_of(entry))


def hash_of(entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [entry.n, at, entry.actor, entry.action, entry.subject, dict(entry.detail), entry.previous]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_broken(entries: Sequence[AuditEntry]) -> int | None:
    """The number of the first entry, in ascending order from 1, that is not what was written; None: all are."""
    previous = FIRST
    for n, entry in enumerate(entries, 1):
        if entry.n != n or entry.previous != previous or entry.hash != hash_of(entry):
            return n
        previous = entry.hash
    return None
