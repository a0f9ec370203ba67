"""Reports for managers: who may see which, and the records they are made of. The arithmetic is server/reports.

An agent sees the figures of people that are about themself, and nothing else: no report about a person is hidden
from that person.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, assert_never, get_args
from zoneinfo import ZoneInfo

from server import access
from server.clock import Clock, from_ms
from server.errors import not_found
from server.reports.coverage import LOOK_BACK, as_report, coverage
from server.reports.foresight import foresight
from server.reports.people import people
from server.reports.periods import Bucketing, Period, period_of
from server.reports.satisfaction import satisfaction
from server.reports.volume import volume
from server.reports.waits import waits
from server.services.directory import Directory
from server.settings import Settings
from transcripts.port import Store
from transcripts.records import Agent, Department

Json = dict[str, Any]
Kind = Literal["coverage", "waits", "volume", "satisfaction", "agents", "estimates"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Asked:
    """from_text, to_text: local dates or instants; None: the last seven days."""

    from_text: str | None
    to_text: str | None
    department: str | None
    agent: str | None
    tz: str | None
    bucket: Bucketing


@dataclass(frozen=True, slots=True)
class Report:
    """data: the JSON, with datetimes for moments. rows: those of the file."""

    data: Json
    rows: list[Json]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Frame:
    """What was asked for, checked. departments None: all."""

    period: Period
    departments: tuple[str, ...] | None
    agent_id: str | None

    @property
    def asked(self) -> tuple[datetime, datetime, tuple[str, ...] | None, str | None]:
        """As the record is asked."""
        return self.period.from_at, self.period.to_at, self.departments, self.agent_id


class Reports:
    def __init__(self, store: Store, directory: Directory, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._zone = settings.zone
        self._target_s = settings.service_target_s

    async def make(self, agent: Agent, kind: Kind, asked: Asked) -> Report:
        """Raises Refusal forbidden, not_found (a department out of scope), invalid with the field."""
        now = self._clock.now()
        period = period_of(asked.from_text, asked.to_text, asked.tz, asked.bucket, site_zone=self._zone, now=now)
        frame = Frame(period, self._departments(agent, asked.department), self._agent(agent, kind, asked.agent))
        data: Json = {
            "tz": str(period.zone),
            "from": period.from_at,
            "to": period.to_at,
            "department": asked.department,
            **await self._figures(kind, frame),
        }
        return Report(data, data["agents"] if kind == "agents" else data["buckets"], period.zone)

    def _departments(self, agent: Agent, department_id: str | None) -> tuple[str, ...] | None:
        if department_id is None:
            return access.scope(agent)
        if self._directory.department(department_id) is None or not access.in_scope(agent, department_id):
            raise not_found("department")
        return (department_id,)

    def _agent(self, agent: Agent, kind: Kind, agent_id: str | None) -> str | None:
        if access.is_at_least(agent, "manager"):
            return agent_id
        if kind != "agents":
            access.require_role(agent, "manager")
        return agent.id

    async def _figures(self, kind: Kind, frame: Frame) -> Json:
        """Read, then reckon: in a thread, because a busy month takes longer than a conversation can stand still."""
        period, asked = frame.period, frame.asked
        match kind:
            case "coverage":
                return await self._coverage(frame)
            case "waits":
                courses = await self._store.courses(*asked)
                now = self._clock.now()
                return await asyncio.to_thread(waits, period, courses, target_s=self._target_s, now=now)
            case "volume":
                chats, tickets = await self._store.count_chats(*asked), await self._store.count_tickets(*asked)
                return await asyncio.to_thread(volume, period, chats, tickets)
            case "satisfaction":
                return await asyncio.to_thread(satisfaction, period, await self._store.rated(*asked), self._person)
            case "agents":
                courses, rated = await self._store.courses(*asked), await self._store.rated(*asked)
                return await asyncio.to_thread(people, courses, rated, self._person)
            case "estimates":
                return await asyncio.to_thread(foresight, period, await self._store.foretold(*asked))
        assert_never(kind)

    async def _coverage(self, frame: Frame) -> Json:
        period = frame.period
        earliest = period.from_at - LOOK_BACK
        rows = await self._store.presence(earliest, period.to_at)
        if frame.agent_id is not None:
            rows = tuple(row for row in rows if row.agent_id == frame.agent_id)
        opening = {d.id: self._opening(d, earliest, period.to_at) for d in self._named(frame)}
        proofs = await self._store.proofs()
        found = await asyncio.to_thread(coverage, period, rows, proofs, opening, self._clock.now())
        gaps = [(from_ms(gap.from_ms), from_ms(gap.to_ms)) for gap in found.gaps]
        stays = await self._store.stays(gaps, frame.departments)
        return await asyncio.to_thread(as_report, period, found, opening, stays, self._person)

    def _named(self, frame: Frame) -> list[Department]:
        ids = [d.id for d in self._directory.departments()] if frame.departments is None else frame.departments
        return [department for department in map(self._directory.department, ids) if department is not None]

    def _opening(self, department: Department, from_at: datetime, to_at: datetime) -> list[tuple[datetime, datetime]]:
        """Until the department was closed for good."""
        to_at = min(to_at, department.closed_at or to_at)
        hours = self._directory.hours(department.id)
        if hours is not None:
            return hours.intervals(from_at, to_at)
        return [(from_at, to_at)] if from_at < to_at else []

    def _person(self, agent_id: str | None) -> Json | None:
        return None if agent_id is None else {"id": agent_id, "name": self._directory.agent_name(agent_id)}
