"""What a change makes of an account, pure and the same for every adapter; and the port of what a desk has for ever:
accounts, departments, sessions, ready answers and small named values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from transcripts.errors import LastAdmin, VersionConflict
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Canned, CannedKey, Department, Session

GOVERNED = (
    "email",
    "name",
    "role",
    "department_ids",
    "tier",
    "capacity",
    "disabled_at",
    "ends_at",
    "may_search",
    "may_export",
)
"""What an admin decides about an account: its version counts changes of these, not of a status."""


def change_agent(agent: Agent, changes: AgentChanges) -> Agent:
    """A status brings its own reason, none included: who is back online is not "at lunch" any more."""
    changed = _changed(agent, changes)
    is_governed = any(getattr(agent, name) != getattr(changed, name) for name in GOVERNED)
    return replace(changed, version=agent.version + 1) if is_governed else changed


def is_lasting_admin(agent: Agent) -> bool:
    """Who can change the desk's settings, today and later."""
    return agent.role == "admin" and agent.disabled_at is None and agent.ends_at is None


def require_admin(before: Agent, after: Agent, everybody: Iterable[Agent]) -> None:
    """Raises LastAdmin where the change takes away the only lasting one."""
    others = (agent for agent in everybody if agent.id != before.id)
    if is_lasting_admin(before) and not is_lasting_admin(after) and not any(map(is_lasting_admin, others)):
        raise LastAdmin(f"agent {before.id} is the last admin")


def require_version(kept: Agent | Canned | Department, if_version: int | None) -> None:
    """Raises VersionConflict."""
    if if_version is not None and kept.version != if_version:
        raise VersionConflict(f"this is version {kept.version} by now")


def _changed(agent: Agent, changes: AgentChanges) -> Agent:
    has_status = changes.status is not None
    keeps_reason = not has_status and changes.status_reason is None
    return replace(
        agent,
        email=agent.email if changes.email is None else changes.email,
        name=agent.name if changes.name is None else changes.name,
        role=changes.role or agent.role,
        department_ids=agent.department_ids if changes.department_ids is None else changes.department_ids,
        tier=changes.tier or agent.tier,
        capacity=agent.capacity if changes.capacity is None else changes.capacity,
        password_hash=changes.password_hash or agent.password_hash,
        status=changes.status or agent.status,
        status_reason=agent.status_reason if keeps_reason else changes.status_reason,
        status_since=changes.status_since or agent.status_since,
        disabled_at=None if changes.enabled else changes.disabled_at or agent.disabled_at,
        weekly_report=agent.weekly_report if changes.weekly_report is None else changes.weekly_report,
        ends_at=None if changes.never_ends else changes.ends_at or agent.ends_at,
        may_search=agent.may_search if changes.may_search is None else changes.may_search,
        may_export=agent.may_export if changes.may_export is None else changes.may_export,
    )


class AccountStore(Protocol):
    async def add_agent(self, agent: Agent) -> None:
        """Raises Conflict (address taken)."""

    async def change_agent(
        self, agent_id: str, changes: AgentChanges, *, if_version: int | None = None, keep_admin: bool = False
    ) -> Agent:
        """keep_admin: not where no enabled admin would be left.

        Raises NotFound, VersionConflict, LastAdmin, Conflict (address taken).
        """

    async def agents(self) -> tuple[Agent, ...]:
        """In the order in which they were added, disabled ones too."""

    async def add_department(self, department: Department) -> None:
        """Raises Conflict (id taken)."""

    async def change_department(self, department: Department, *, if_version: int | None = None) -> Department:
        """As it is kept, with its next version. Raises NotFound, VersionConflict."""

    async def departments(self) -> tuple[Department, ...]:
        """In the order in which they were added, closed ones too."""

    async def add_session(self, session: Session, *, if_password: str | None = None) -> bool:
        """if_password: the hash that was checked. False: the account has another by now, and nothing is kept."""

    async def session(self, token_hash: str) -> Session | None: ...

    async def end_session(self, token_hash: str) -> None: ...

    async def end_sessions_of(self, agent_id: str, *, but: str | None = None) -> None:
        """All of the account's, except the one of token hash `but`."""

    async def save_canned(self, canned: Sequence[Canned]) -> None:
        """Replaces all."""

    async def canned(self) -> tuple[Canned, ...]: ...

    async def put_canned(
        self, canned: Canned, *, replaces: CannedKey | None = None, if_version: int | None = None
    ) -> Canned:
        """Add it behind the others, or put it in the place of another; as it is kept, with its version.

        Raises Conflict (shortcut taken there), NotFound (replaces), VersionConflict.
        """

    async def remove_canned(self, key: CannedKey, *, if_version: int | None = None) -> Canned:
        """What it was. Raises NotFound, VersionConflict."""

    async def value(self, name: str) -> str | None:
        """A small named value, such as a secret made at the first start."""

    async def set_value(self, name: str, value: str) -> str:
        """Set it once: the value that is kept, which is an earlier one where there was one."""

    async def swap_value(self, name: str, before: str | None, after: str | None) -> bool:
        """Where the value is `before` make it `after`, None being no value; False: it is another, and stays."""
