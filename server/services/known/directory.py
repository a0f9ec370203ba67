"""Who and what the desk consists of: departments and agents, kept in memory as the record has them.

The record is changed by this server and by the command line; `refresh` takes over either within seconds. An account
past its end date is a disabled one here, from that moment on, and so for everybody who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from queueing.holidays import parse_holidays
from queueing.hours import HoursError, OpeningHours, parse_hours
from server.clock import Clock
from server.errors import Refusal
from transcripts.accounts import AccountStore
from transcripts.records import Agent, Department

ALWAYS = OpeningHours((), ZoneInfo("UTC"))


class Directory:
    def __init__(self, store: AccountStore, now: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._now = now or Clock().now
        self._over: frozenset[str] = frozenset()
        self._departments: dict[str, Department] = {}
        self._agents: dict[str, Agent] = {}
        self._hours: dict[str, tuple[Department, OpeningHours]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._has_news = False
        """Of `put_agent`: more than an agent's own status, which nobody has been told yet."""

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    async def refresh(self) -> bool:
        """Read departments and agents anew. True where anything differed, an account that has come to its end too.

        What `put_agent` took over counts as different, for nobody has heard of it yet.
        """
        departments = {d.id: d for d in await self._store.departments()}
        agents = {a.id: a for a in await self._store.agents()}
        over = frozenset(a.id for a in agents.values() if self._is_over(a))
        if (departments, agents, over) == (self._departments, self._agents, self._over) and not self._has_news:
            return False
        self._has_news = False
        self._departments, self._agents, self._over = departments, agents, over
        for listener in self._listeners:
            listener()
        return True

    def put_agent(self, agent: Agent) -> None:
        """Take over one agent that this server has just changed in the record.

        With it comes whatever an admin, another server or the command line changed of them meanwhile.
        """
        before = self._agents.get(agent.id)
        self._has_news = self._has_news or before is None or _rights(before) != _rights(agent)
        self._agents[agent.id] = agent

    def agents(self) -> tuple[Agent, ...]:
        """Those who can sign in."""
        return tuple(a for a in self._agents.values() if a.disabled_at is None and not self._is_over(a))

    def agent(self, agent_id: str) -> Agent | None:
        """Also a disabled one: their name stands in old chats."""
        agent = self._agents.get(agent_id)
        return None if agent is None else self._as_of_now(agent)

    def agent_by_email(self, email: str) -> Agent | None:
        found = (a for a in self._agents.values() if a.email.casefold() == email.casefold())
        return next(map(self._as_of_now, found), None)

    def agent_name(self, agent_id: str) -> str:
        agent = self._agents.get(agent_id)
        return agent.name if agent else agent_id

    def departments(self) -> tuple[Department, ...]:
        """Those that take chats, by name."""
        return tuple(
            sorted((d for d in self._departments.values() if d.closed_at is None), key=lambda d: (d.name, d.id))
        )

    def every_department(self) -> tuple[Department, ...]:
        """Also closed ones: chats that were begun there go on."""
        return tuple(sorted(self._departments.values(), key=lambda d: (d.name, d.id)))

    def department(self, department_id: str) -> Department | None:
        """Also a closed one: its name stands in old chats."""
        return self._departments.get(department_id)

    def department_name(self, department_id: str) -> str:
        department = self._departments.get(department_id)
        return department.name if department else department_id

    def choose_department(self, department_id: str | None) -> Department:
        """The one that was named, or the only one. Raises Refusal invalid, field department."""
        departments = self.departments()
        if department_id is None:
            if len(departments) == 1:
                return departments[0]
            raise Refusal("invalid", "Choose a department.", field="department")
        for department in departments:
            if department.id == department_id:
                return department
        raise Refusal("invalid", "There is no such department. Choose one of the list.", field="department")

    def hours(self, department_id: str) -> OpeningHours | None:
        """None: always open. Hours that cannot be read any more count as always open."""
        department = self._departments.get(department_id)
        if department is None or not (department.hours or department.holidays):
            return None
        cached = self._hours.get(department_id)
        if cached is None or cached[0] != department:
            try:
                slots, holidays = parse_hours(department.hours or ""), parse_holidays(department.holidays)
            except HoursError:
                return None
            cached = department, OpeningHours(slots, ZoneInfo(department.tz), holidays)
            self._hours[department_id] = cached
        return cached[1]

    def is_open(self, department_id: str, at: datetime) -> bool:
        department = self._departments.get(department_id)
        if department is None or department.closed_at is not None:
            return False
        hours = self.hours(department_id)
        return hours is None or hours.is_open(at)

    def opens_at(self, department_id: str, at: datetime) -> datetime | None:
        """None where it is open, or never opens."""
        if self.is_open(department_id, at):
            return None
        hours = self.hours(department_id)
        return hours.next_open(at) if hours else None

    def open_times(self, department_id: str, from_at: datetime, to_at: datetime) -> list[tuple[datetime, datetime]]:
        """When it was open in the period, in order: by its hours and holidays, and only while it was there at all."""
        department = self._departments.get(department_id)
        if department is None:
            return []
        to_at = min(to_at, department.closed_at or to_at)
        hours = self.hours(department_id) or ALWAYS
        times = hours.intervals(from_at, to_at)
        for absence in department.absences:
            times = list(_without(times, *_absence(absence)))
        return times

    def _is_over(self, agent: Agent) -> bool:
        return agent.ends_at is not None and agent.ends_at <= self._now()

    def _as_of_now(self, agent: Agent) -> Agent:
        is_over = agent.disabled_at is None and self._is_over(agent)
        return replace(agent, disabled_at=agent.ends_at) if is_over else agent


def _rights(agent: Agent) -> tuple[object, ...]:
    """What others act on: who hears of what, who is given what. A status is told by whoever sets it."""
    return (
        agent.name,
        agent.email,
        agent.role,
        agent.department_ids,
        agent.tier,
        agent.capacity,
        agent.disabled_at,
        agent.ends_at,
        agent.may_search,
        agent.may_export,
    )


def _absence(text: str) -> tuple[datetime, datetime]:
    """From "FROM/TO"; FROM ".." is before everything."""
    from_text, _, to_text = text.partition("/")
    from_at = datetime.min.replace(tzinfo=UTC) if from_text == ".." else datetime.fromisoformat(from_text)
    return from_at, datetime.fromisoformat(to_text)


def _without(
    times: list[tuple[datetime, datetime]], from_at: datetime, to_at: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in times:
        if opens < min(closes, from_at):
            yield opens, min(closes, from_at)
        if max(opens, to_at) < closes:
            yield max(opens, to_at), closes
