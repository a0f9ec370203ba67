"""Who works at the desk, in which departments, with which ready answers. Read from records.py, like the rest.

Values only; all moments are aware UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from transcripts.running import AgentStatus

Role = Literal["agent", "manager", "admin"]


@dataclass(frozen=True, slots=True)
class Agent:
    """An account. status and capacity are the agent's own, kept over restarts.

    weekly_report: a manager who asked for last week's figures by mail. Remote or temporary staff: from ends_at on
    nobody signs in with it, without may_search they find only what they are given, without may_export they take
    nothing out.
    """

    id: str
    email: str
    name: str
    role: Role
    department_ids: tuple[str, ...]
    tier: int
    capacity: int
    password_hash: str
    status: AgentStatus = "offline"
    status_reason: str | None = None
    status_since: datetime | None = None
    disabled_at: datetime | None = None
    locale: str = "en"
    version: int = field(default=1, compare=False)
    weekly_report: bool = False
    ends_at: datetime | None = None
    may_search: bool = True
    may_export: bool = True


@dataclass(frozen=True, slots=True)
class Department:
    """hours: text as in `semafor department add --hours`; None: always open. closed_at: shut for good by an admin.

    holidays: dates with their own hours, one text each, like "2026-12-25 closed" (queueing/holidays.py). absences:
    times that are over in which there was no such department, in order: "FROM/TO" in ISO 8601, FROM ".." where there
    was none before; so a department that was closed and opened again, or added to a desk in use, owes nothing for then.
    tiers: the highest that its chats and tickets pass on to. service_target_s, first_news_s, escalate_after_s: its own
    in the place of the setting of that name; None: the setting. version: counts changes.
    """

    id: str
    name: str
    hours: str | None
    tz: str
    topics: tuple[str, ...] = ()
    closed_at: datetime | None = None
    holidays: tuple[str, ...] = ()
    absences: tuple[str, ...] = ()
    tiers: int = 3
    service_target_s: float | None = None
    first_news_s: float | None = None
    escalate_after_s: float | None = None
    version: int = field(default=1, compare=False)


CannedKey = tuple[str, str | None]
"""What a ready answer is known by: its shortcut and its department, None for all."""


@dataclass(frozen=True, slots=True)
class Canned:
    """A ready answer; no two have the same shortcut in the same place. department_id None: for all.

    steps: what a script goes on with after `body`, one message after the other. version: counts changes.
    """

    shortcut: str
    title: str
    body: str
    department_id: str | None = None
    steps: tuple[str, ...] = ()
    version: int = field(default=1, compare=False)

    @property
    def key(self) -> CannedKey:
        return self.shortcut, self.department_id
