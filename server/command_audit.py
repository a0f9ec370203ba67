"""What the command line changes stands in the audit log, too: the desk before and after a command tells what it was.

A server that changes the same account in the same half second is taken for the command; nothing is left out by that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from server.clock import Clock
from server.services import departments, users
from server.services.auditing import Auditing, changed, plain
from transcripts.audit import COMMAND_LINE
from transcripts.port import Store
from transcripts.records import Agent, Department

Result = TypeVar("Result")
_PAGE = 500
_USUAL = {"weekly_report": False, "may_search": True, "may_export": True}


async def noted(store: Store, work: Callable[[], Awaitable[Result]]) -> Result:
    """Carry out `work` and write down what is different then. Raises StoreUnavailable."""
    agents_before, departments_before = await _desk(store)
    head = await store.audit_head()
    result = await work()
    agents_after, departments_after = await _desk(store)
    audit, told = Auditing(store, Clock()), await _told_by_itself(store, head.n)
    for department_id, department in departments_after.items():
        if f"department:{department_id}" not in told:
            await _note_department(audit, departments_before.get(department_id), department)
    for agent_id, agent in agents_after.items():
        if f"agent:{agent_id}" not in told:
            await _note_agent(audit, agents_before.get(agent_id), agent)
    return result


async def _told_by_itself(store: Store, after: int) -> set[str]:
    """What the command has written down on its own, like an import of a whole desk."""
    found: set[str] = set()
    while page := await store.audit_from(after, _PAGE):
        found |= {entry.subject for entry in page if entry is not None and entry.actor == COMMAND_LINE}
        after += len(page)
    return found


async def _desk(store: Store) -> tuple[dict[str, Agent], dict[str, Department]]:
    return {a.id: a for a in await store.agents()}, {d.id: d for d in await store.departments()}


async def _note_agent(audit: Auditing, before: Agent | None, after: Agent) -> None:
    """before None: it is new."""
    subject = f"agent:{after.id}"
    if before is None:
        await audit.note(COMMAND_LINE, "agent.added", subject, after=_told(after, "email", *users.FIELDS))
        return
    if differing := changed(before, after, *users.FIELDS):
        await audit.note(COMMAND_LINE, "agent.changed", subject, **differing)
    if before.password_hash != after.password_hash:
        await audit.note(COMMAND_LINE, "password.changed", subject)


async def _note_department(audit: Auditing, before: Department | None, after: Department) -> None:
    subject = f"department:{after.id}"
    if before is None:
        await audit.note(COMMAND_LINE, "department.added", subject, after=_told(after, *departments.FIELDS))
    elif differing := changed(before, after, *departments.FIELDS):
        await audit.note(COMMAND_LINE, "department.changed", subject, **differing)


def _told(new: Agent | Department, *fields: str) -> dict[str, Any]:
    """What is not as it is of everybody."""
    usual = (None, "", ())
    values = {name: getattr(new, name) for name in fields}
    told = {name: value for name, value in values.items() if value not in usual and value is not _USUAL.get(name)}
    return {name: plain(value) for name, value in told.items()}
