"""What a change makes of an account; pure, the same for every adapter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from transcripts.errors import LastAdmin, VersionConflict
from transcripts.operations import AgentChanges
from transcripts.records import Agent, Canned, Department

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
