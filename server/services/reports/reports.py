"""Reports for managers: who may see which, of what period. How each is made: report_kinds.py.

An agent sees the figures of people that are about themself, and nothing else: no report about a person is hidden
from that person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server import access
from server.clock import Clock
from server.errors import not_found
from server.reports.periods import Bucketing, period_of
from server.services.known.directory import Directory
from server.services.reports.report_chats import ReportChats
from server.services.reports.report_frame import Frame
from server.services.reports.report_kinds import RECIPES
from server.services.reports.report_sources import Sources
from server.services.reports.report_wholes import ReportWholes
from server.settings import Settings
from transcripts.port import Store
from transcripts.records import Agent

Json = dict[str, Any]
KINDS: tuple[str, ...] = tuple(RECIPES)


@dataclass(frozen=True, slots=True)
class Asked:
    """from_text, to_text: local dates or instants; None: the last seven days. compares: with the period before.

    is_recorded: nothing is counted from before the desk first ran, as people should be told it.
    """

    from_text: str | None
    to_text: str | None
    department: str | None
    agent: str | None
    tz: str | None
    bucket: Bucketing
    compares: bool = True
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """data: the JSON, with datetimes for moments. rows: those of the file."""

    data: Json
    rows: list[Json]
    zone: ZoneInfo


class Reports:
    def __init__(self, store: Store, directory: Directory, clock: Clock, settings: Settings) -> None:
        self._sources = Sources(store, directory, clock, settings, ReportChats(store), ReportWholes(store))

    async def keep(self) -> int:
        """Have what reports are made of ready for whoever asks next; how many days were made anew."""
        return await self._sources.chats.keep(self._sources.clock.now())

    async def make(self, agent: Agent, kind: str, asked: Asked) -> Report:
        """kind: one of KINDS.

        Raises Refusal forbidden, not_found (a department out of scope), invalid with the field.
        """
        sources = self._sources
        now, site_zone = sources.clock.now(), sources.settings.zone
        first_at = await self._first_at() if asked.is_recorded else None
        period = period_of(
            asked.from_text, asked.to_text, asked.tz, asked.bucket, site_zone=site_zone, now=now, first_at=first_at
        )
        departments = self._departments(agent, asked.department)
        frame = Frame(period, departments, self._agent(agent, kind, asked.agent), asked.compares, first_at)
        data: Json = {
            "tz": str(period.zone),
            "from": period.from_at,
            "to": period.to_at,
            "department": asked.department,
            **await RECIPES[kind].make(sources, frame),
        }
        return Report(data, RECIPES[kind].rows(data), period.zone)

    async def _first_at(self) -> datetime | None:
        """When the desk first ran: it was not open, and nobody was missing, before there was one. None: not known."""
        return min((proof.started_at for proof in await self._sources.store.proofs()), default=None)

    def _departments(self, agent: Agent, department_id: str | None) -> tuple[str, ...] | None:
        if department_id is None:
            return access.scope(agent)
        is_known = self._sources.directory.department(department_id) is not None
        if not is_known or not access.in_scope(agent, department_id):
            raise not_found("department")
        return (department_id,)

    def _agent(self, agent: Agent, kind: str, agent_id: str | None) -> str | None:
        if access.is_at_least(agent, "manager"):
            return agent_id
        if not RECIPES[kind].is_personal:
            access.require_role(agent, "manager")
        return agent.id
