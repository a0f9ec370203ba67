"""Reports for managers: who may see which, and the records they are made of. The arithmetic is server/reports.

An agent sees the figures of people that are about themself, and nothing else: no report about a person is hidden
from that person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never, get_args
from zoneinfo import ZoneInfo

from server import access
from server.clock import Clock
from server.errors import not_found
from server.reports.coverage import LOOK_BACK, coverage
from server.reports.foresight import foresight
from server.reports.people import people
from server.reports.periods import Bucketing, Period, period_of
from server.reports.satisfaction import satisfaction
from server.reports.volume import volume
from server.reports.waits import waits
from server.services.directory import Directory
from server.settings import Settings
from transcripts.operations import TicketQuery
from transcripts.port import Store
from transcripts.records import FINAL_STATUSES, Agent, Chat, Department, Ticket

Json = dict[str, Any]
Kind = Literal["coverage", "waits", "volume", "satisfaction", "agents", "estimates"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Counting messages reads each conversation: a month of a busy desk, but not years of it.
COUNTED_CHATS_MAX = 2_000
# Chats that were started before the period and told a wait within it.
LONGEST_WAIT = timedelta(days=2)
PAGE = 200


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
        match kind:
            case "coverage":
                return await self._coverage(frame)
            case "waits":
                chats = await self._chats(frame)
                tickets = await self._tickets_of(chats)
                return waits(frame.period, chats, tickets, target_s=self._target_s, now=self._clock.now())
            case "volume":
                return await self._volume(frame)
            case "satisfaction":
                return satisfaction(frame.period, await self._chats(frame), self._person)
            case "agents":
                chats = await self._chats(frame)
                return people(frame.period, chats, await self._tickets_of(chats), self._person)
            case "estimates":
                return await self._estimates(frame)
        assert_never(kind)

    async def _coverage(self, frame: Frame) -> Json:
        period = frame.period
        earliest = period.from_at - LOOK_BACK
        rows = await self._store.presence(earliest, period.to_at)
        if frame.agent_id is not None:
            rows = tuple(row for row in rows if row.agent_id == frame.agent_id)
        chats = await self._store.chats_between(earliest, period.to_at, frame.departments, None)
        return coverage(
            period,
            rows,
            await self._store.proofs(),
            {department.id: self._opening(department, earliest, period.to_at) for department in self._named(frame)},
            chats,
            self._person,
            self._clock.now(),
        )

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

    async def _volume(self, frame: Frame) -> Json:
        chats = await self._chats(frame)
        messages = await self._messages(chats) if len(chats) <= COUNTED_CHATS_MAX else None
        return volume(frame.period, chats, await self._tickets_made(frame), messages)

    async def _estimates(self, frame: Frame) -> Json:
        period = frame.period
        shown = await self._store.estimates_between(period.from_at, period.to_at)
        chats = await self._store.chats_between(
            period.from_at - LONGEST_WAIT, period.to_at, frame.departments, frame.agent_id
        )
        return foresight(period, shown, chats)

    # ---- records ----------------------------------------------------------------------------------------------------

    async def _chats(self, frame: Frame) -> tuple[Chat, ...]:
        period = frame.period
        return await self._store.chats_between(period.from_at, period.to_at, frame.departments, frame.agent_id)

    async def _tickets_of(self, chats: Sequence[Chat]) -> dict[str, Ticket]:
        found = [await self._store.ticket(chat.ticket_number) for chat in chats if chat.ticket_number is not None]
        return {ticket.number: ticket for ticket in found if ticket is not None}

    async def _tickets_made(self, frame: Frame) -> list[Ticket]:
        """Tickets made in the period. The record lists open ones first, then the others, newest change first."""
        made: list[Ticket] = []
        cursor: str | None = None
        while True:
            tickets, cursor = await self._store.tickets(
                TicketQuery(departments=frame.departments, assignee=frame.agent_id, cursor=cursor, limit=PAGE)
            )
            made += [ticket for ticket in tickets if frame.period.span.holds(ticket.created_at)]
            if cursor is None or (tickets and self._is_older(tickets[-1], frame)):
                return made

    @staticmethod
    def _is_older(ticket: Ticket, frame: Frame) -> bool:
        """Everything behind it was changed, and so made, before the period."""
        return ticket.status in FINAL_STATUSES and ticket.updated_at < frame.period.from_at

    async def _messages(self, chats: Sequence[Chat]) -> dict[str, int]:
        """What people wrote; events are no messages."""
        counts: dict[str, int] = {}
        for chat in chats:
            page = await self._store.sync(chat.id, 0)
            messages = list(page.messages)
            while page.more:
                page = await self._store.sync(chat.id, messages[-1].seq)
                messages.extend(page.messages)
            counts[chat.id] = sum(1 for message in messages if message.kind != "event")
        return counts

    def _person(self, agent_id: str | None) -> Json | None:
        return None if agent_id is None else {"id": agent_id, "name": self._directory.agent_name(agent_id)}
