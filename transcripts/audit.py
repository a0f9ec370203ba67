"""Who did what: entries that are only ever added, each with the hash of the one before it.

Whoever changes or takes out an entry in the record's file must make every later one anew; `audit_chain.py` finds the
place. No entry has the text of a message or a secret: `detail` names what was changed, by ids and addresses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol, Self

from transcripts.audit_seals import salted, sealed

AuditAction = Literal[
    "session.began",
    "session.failed",
    "session.ended",
    "chat.read",
    "chats.exported",
    "report.exported",
    "code.sent",
    "code.confirmed",
    "code.failed",
    "contact.added",
    "contact.changed",
    "contact.merged",
    "agent.added",
    "agent.changed",
    "department.added",
    "department.changed",
    "canned.changed",
    "settings.changed",
    "config.exported",
    "config.imported",
    "token.made",
    "token.ended",
    "mail.tested",
    "password.changed",
    "password.asked",
    "password.reset",
    "totp.began",
    "totp.ended",
    "recovery.renewed",
    "person.exported",
    "person.erasing",
    "person.erased",
    "retention.ran",
    "backup.made",
    "backup.restored",
]
"""What is written down, as `area.verb` in the past."""
FIRST = "0" * 64
"""What the first entry has in the place of an earlier one's hash."""
COMMAND_LINE = "command"
"""The actor of what is done by `semafor ...` on the machine itself."""


@dataclass(frozen=True, slots=True)
class NewAudit:
    """actor: "agent:ID", "visitor:ID", "token:ID", "command" or "system". subject: what it was done to, like "chat:ID".

    detail: anything that JSON can say.
    """

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


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries: all where nothing is said. from_at included, to_at not.

    actor and subject: one ("agent:ID"), or all of a kind ("agent"); action: one, or all of an area ("session").
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None

    def wants(self, entry: AuditEntry) -> bool:
        return (
            _fits(self.actor, entry.actor, ":")
            and _fits(self.action, entry.action, ".")
            and _fits(self.subject, entry.subject, ":")
            and (self.from_at is None or entry.at >= self.from_at)
            and (self.to_at is None or entry.at < self.to_at)
        )


EVERYTHING = AuditQuery()


@dataclass(frozen=True, slots=True)
class AuditHead:
    """What is kept apart from the entries: how many there are, and the last one's hash. hash None: not known."""

    n: int
    hash: str | None


class Noting:
    """What a change writes down of itself. made: of the change's answer; nothing where nothing was changed by it.

    made may be asked more than once, where a database tries again. entries: what was written, once the change is done.
    """

    def __init__(self, made: Callable[[Any], Sequence[NewAudit]]) -> None:
        self.made = made
        self.entries: tuple[AuditEntry, ...] = ()


class AuditStore(Protocol):
    def noting(self, noting: Noting) -> Self:
        """The same record: the change that is made through it is written down in the same transaction.

        So neither is there without the other, whenever the process dies. For one change.
        """

    async def audit(
        self, cursor: str | None, limit: int = 50, query: AuditQuery = EVERYTHING
    ) -> tuple[tuple[AuditEntry, ...], str | None]:
        """A page, newest first, and the cursor of the next. Any text is a safe query."""

    async def add_audit(self, new: NewAudit, *, once_in: timedelta | None = None) -> AuditEntry | None:
        """Write an entry; two servers that do it at once get one chain.

        once_in: not where the same actor has done the same to the same subject that lately, by `new.at`; then None.
        """

    async def audit_from(self, after: int | None, limit: int = 500) -> tuple[AuditEntry | None, ...]:
        """Entries behind number `after` in ascending order, from the lowest one where it is None; for the proof.

        None in the place of one that cannot be read, or is not kept in the very form in which it was written.
        """

    async def audit_head(self) -> AuditHead:
        """n 0 where nothing was written."""


def chained(new: NewAudit, n: int, previous: str, salt: str = "") -> AuditEntry:
    """The entry that follows the one whose hash is `previous`. salt: see audit_seals.py."""
    detail = salted(json.loads(json.dumps(dict(new.detail))), salt)
    entry = AuditEntry(n, new.at, new.actor, new.action, new.subject, detail, previous, "")
    return AuditEntry(n, new.at, new.actor, new.action, new.subject, detail, previous, hash_of(entry))


def follows(head: AuditHead | None, last: tuple[int, str] | None) -> tuple[int, str]:
    """(number, previous) of the entry to be written. last: the highest entry's number and hash.

    After somebody cut entries off, the head is ahead, and the gap stays to be found; one that was set back is not used.
    """
    n, known = last or (0, FIRST)
    if head is None or head.hash is None or head.n < n:
        return n + 1, known
    return head.n + 1, head.hash


def hash_of(entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [entry.n, at, entry.actor, entry.action, entry.subject, sealed(entry.detail), entry.previous]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _fits(wanted: str | None, value: str, sign: str) -> bool:
    return wanted is None or value == wanted or value.startswith(wanted + sign)
