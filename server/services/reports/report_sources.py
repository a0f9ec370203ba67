"""What every report is made from: where its records come from, and what is known about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.targets import Targets
from server.services.reports.report_chats import ReportChats
from server.services.reports.report_frame import Frame
from server.services.reports.report_wholes import ReportWholes
from server.settings import Settings
from transcripts.port import Store
from transcripts.records import Department

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sources:
    store: Store
    directory: Directory
    clock: Clock
    settings: Settings
    chats: ReportChats
    wholes: ReportWholes

    def target_s(self, frame: Frame) -> float:
        """Within which a first reply should come: a single department's own, else the desk's."""
        if frame.departments is None or len(frame.departments) != 1:
            return self.settings.service_target_s
        return Targets(self.directory, self.settings).service_target_s(frame.departments[0])

    def departments(self, frame: Frame) -> list[Department]:
        """Those the report is about, in the desk's order; one that was closed for good was open before."""
        ids = [d.id for d in self.directory.every_department()] if frame.departments is None else frame.departments
        return [department for department in map(self.directory.department, ids) if department is not None]

    def opening(self, department: Department, from_at: datetime, to_at: datetime) -> list[tuple[datetime, datetime]]:
        """When it was open: by its hours and holidays, and only while it was there at all."""
        return self.directory.open_times(department.id, from_at, to_at)

    def person(self, agent_id: str | None) -> Json | None:
        return None if agent_id is None else {"id": agent_id, "name": self.directory.agent_name(agent_id)}

    def names(self) -> tuple[tuple[str, str], ...]:
        """Of all agents and departments: what a report that is kept was told with."""
        people = tuple((one.id, one.name) for one in self.directory.agents())
        return people + tuple((one.id, one.name) for one in self.directory.every_department())

    def place(self, department_id: str) -> Json:
        department = self.directory.department(department_id)
        return {"id": department_id, "name": department_id if department is None else department.name}


Maker = Callable[[Sources, Frame], Awaitable[Json]]


def _bucket(data: Json) -> Json:
    return {"from": data["from"], "to": data["to"], **data["total"]}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of report is made. answers: its fields besides those of every report, in order.

    rows: of the JSON, those of the file; like: a row of it, where there are none. is_personal: an agent may read it,
    about themself.
    """

    make: Maker
    answers: tuple[str, ...]
    rows: Callable[[Json], list[Json]] = lambda data: list(data["buckets"])
    like: Callable[[Json], Json] = _bucket
    is_personal: bool = False
