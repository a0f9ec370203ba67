"""A record whose accounts and departments cannot be changed without the audit log hearing of it, in one transaction.

For what is changed by rules that know nothing of the log (department_rules.py, administration.py), whoever asks.
"""

from __future__ import annotations

from typing import Any, cast

from server.services.audit.auditing import Auditing, changed, plain
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Agent, Department

AGENT_FIELDS = (
    "email",
    "name",
    "role",
    "department_ids",
    "capacity",
    "tier",
    "weekly_report",
    "disabled_at",
    "ends_at",
    "may_search",
    "may_export",
)
DEPARTMENT_FIELDS = (
    "name",
    "hours",
    "tz",
    "topics",
    "holidays",
    "tiers",
    "service_target_s",
    "first_news_s",
    "escalate_after_s",
    "closed_at",
)
_USUAL = {"weekly_report": False, "may_search": True, "may_export": True}


def written_down(store: Store, audit: Auditing, actor: Agent | str) -> Store:
    """The same record; what is changed of accounts and departments through it is told as done by `actor`."""
    return cast("Store", _WrittenDown(store, audit, actor))


class _WrittenDown:
    def __init__(self, store: Store, audit: Auditing, actor: Agent | str) -> None:
        self._store = store
        self._audit = audit
        self._actor = actor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def add_agent(self, agent: Agent) -> None:
        told = {"after": unusual(agent, AGENT_FIELDS)}
        await self._audit.along(
            self._actor, "agent.added", f"agent:{agent.id}", lambda store: store.add_agent(agent), lambda _: told
        )

    async def change_agent(
        self, agent_id: str, changes: AgentChanges, *, if_version: int | None = None, keep_admin: bool = False
    ) -> Agent:
        before = next((agent for agent in await self._store.agents() if agent.id == agent_id), None)
        return await self._audit.along(
            self._actor,
            "agent.changed",
            f"agent:{agent_id}",
            lambda store: store.change_agent(agent_id, changes, if_version=if_version, keep_admin=keep_admin),
            lambda after: changed(before or after, after, *AGENT_FIELDS) or None,
        )

    async def set_password(self, agent_id: str, password_hash: str, *, keep: str | None = None) -> Agent:
        return await self._audit.along(
            self._actor,
            "password.changed",
            f"agent:{agent_id}",
            lambda store: store.set_password(agent_id, password_hash, keep=keep),
            lambda _: {},
        )

    async def add_department(self, department: Department) -> None:
        told = {"after": unusual(department, DEPARTMENT_FIELDS)}
        await self._audit.along(
            self._actor,
            "department.added",
            f"department:{department.id}",
            lambda store: store.add_department(department),
            lambda _: told,
        )

    async def change_department(self, department: Department, *, if_version: int | None = None) -> Department:
        before = next((one for one in await self._store.departments() if one.id == department.id), None)
        return await self._audit.along(
            self._actor,
            "department.changed",
            f"department:{department.id}",
            lambda store: store.change_department(department, if_version=if_version),
            lambda after: changed(before or after, after, *DEPARTMENT_FIELDS) or None,
        )


def unusual(new: Agent | Department, fields: tuple[str, ...]) -> dict[str, Any]:
    """What is not as it is of everybody."""
    usual = (None, "", ())
    values = {name: getattr(new, name) for name in fields}
    told = {name: value for name, value in values.items() if value not in usual and value is not _USUAL.get(name)}
    return {name: plain(value) for name, value in told.items()}
