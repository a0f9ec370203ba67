"""What a running desk writes down about itself: pages read, presence, proofs of life, the queue's journal, estimates.

All moments are aware UTC datetimes. The values are part of the record's language (records.py names them all), what is
asked of the record about them is part of its port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

AgentStatus = Literal["online", "away", "offline"]


@dataclass(frozen=True, slots=True)
class PageView:
    """One page a visitor read, from `at` to the next one's `at`."""

    visitor_id: str
    url: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """An agent's state from `at` on until their next row. written: order of writing, given by the store.

    A row may be written late with an earlier `at`: who did not come back was there until the last proof of life.
    """

    agent_id: str
    at: datetime
    department_ids: tuple[str, ...]
    status: AgentStatus
    accepting: bool
    free: bool
    reason: str | None
    process_id: str
    written: int = 0


LATE_ROWS = timedelta(days=2)
"""So far back a presence row is looked for that was written after a newer one."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Last proof of life of a server process. ended: it stopped in an orderly way.

    shared: the desk may have several at once; else one that starts later has taken the record over.
    """

    process_id: str
    started_at: datetime
    last_at: datetime
    ended: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One queue command (kind "command") or the state before it (kind "snapshot"), as plain JSON.

    epoch: one life of the queue's engine; version: counts its commands from 1. decided: the chats it assigned.
    A snapshot's version is that of the last command in it: replay goes on with the command after it.
    """

    epoch: str
    version: int
    kind: Literal["snapshot", "command"]
    at: datetime
    body: Mapping[str, Any]
    decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EstimateShown:
    """What a waiting visitor was told. likely_s and upto_s None: "unknown".

    basis: of the range that is judged by the wait that comes true, what it was made from (queueing/estimate.py).
    """

    chat_id: str
    at: datetime
    position: int
    likely_s: float | None
    upto_s: float | None
    basis: tuple[float, ...] | None = None


class PresenceStore(Protocol):
    async def record_presence(self, rows: Sequence[PresenceRow]) -> None: ...

    async def presence(self, from_at: datetime, to_at: datetime) -> tuple[PresenceRow, ...]:
        """Rows in [from_at, to_at) and, per agent, the newest one before; by (at, written).

        Also the last one written of those of LATE_ROWS before: a row may be dated back behind others.
        """

    async def prove_life(self, proof: Proof) -> None: ...

    async def release(self, process_id: str) -> None:
        """What a dead process had begun and not ended holds nobody up any more. Of one that lives: it tries again."""

    async def proofs(self) -> tuple[Proof, ...]:
        """Of every process, by started_at."""


class JournalStore(Protocol):
    async def append_journal(self, entries: Sequence[JournalEntry]) -> None: ...

    async def decisions_of(self, chat_id: str) -> tuple[JournalEntry, ...]:
        """Commands that assigned the chat, oldest first."""

    async def journal(self, epoch: str, version: int) -> tuple[JournalEntry, ...]:
        """What explains the command `version`: the newest snapshot before it, and every command from there up to it.

        A snapshot of `version` itself is the state after that command, so it is none of these.
        """

    async def epochs(self) -> tuple[tuple[str, int], ...]:
        """Every (epoch, last version), oldest first."""

    async def prune_journal(self, before: datetime) -> None:
        """Forget what is older and not needed to replay what is newer; the newest epoch stays replayable."""

    async def record_estimates(self, shown: Sequence[EstimateShown]) -> None: ...
