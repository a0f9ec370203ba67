"""What a change makes of an account; pure, the same for every adapter."""

from __future__ import annotations

from dataclasses import replace

from transcripts.operations import AgentChanges
from transcripts.records import Agent


def change_agent(agent: Agent, changes: AgentChanges) -> Agent:
    """A status brings its own reason, none included: who is back online is not "at lunch" any more."""
    has_status = changes.status is not None
    keeps_reason = not has_status and changes.status_reason is None
    return replace(
        agent,
        name=agent.name if changes.name is None else changes.name,
        role=changes.role or agent.role,
        department_ids=agent.department_ids if changes.department_ids is None else changes.department_ids,
        tier=changes.tier or agent.tier,
        capacity=agent.capacity if changes.capacity is None else changes.capacity,
        password_hash=changes.password_hash or agent.password_hash,
        status=changes.status or agent.status,
        status_reason=agent.status_reason if keeps_reason else changes.status_reason,
        status_since=changes.status_since or agent.status_since,
        disabled_at=changes.disabled_at or agent.disabled_at,
        weekly_report=agent.weekly_report if changes.weekly_report is None else changes.weekly_report,
    )
