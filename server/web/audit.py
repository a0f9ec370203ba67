"""The audit log for admins: who did what, newest first."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server.desk import Desk
from server.errors import Refusal
from server.fields import Line
from server.reports.periods import moment_of
from server.web.bodies import Day, Page
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json
from server.wire import moment
from transcripts.audit import AuditEntry, AuditQuery
from transcripts.audit_seals import SALT

_KINDS = ("agent", "visitor", "customer", "token", "command", "system")


class AuditSearch(Page):
    actor: Annotated[
        Line | None,
        Field(
            description="agent:ID, an agent's id or mail address, or a kind: agent, visitor, token, command, system."
        ),
    ] = None
    action: Annotated[Line | None, Field(description="session.failed, or all of an area: session.")] = None
    subject: Annotated[Line | None, Field(description="chat:ID, or all of a kind: chat.")] = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


async def read(call: Call, given: AuditSearch) -> Json:
    zone = call.desk.settings.zone
    query = AuditQuery(
        actor=None if given.actor is None else _actor(call.desk, given.actor),
        action=given.action,
        subject=given.subject,
        from_at=moment_of(given.from_, zone, "from") if given.from_ else None,
        to_at=moment_of(given.to, zone, "to") if given.to else None,
    )
    if query.from_at and query.to_at and query.from_at >= query.to_at:
        raise Refusal("invalid", "The end must be later than the beginning.", field="to")
    entries, following = await call.desk.store.audit(opened("audit", given.cursor), query=query)
    return {"entries": [_entry(call.desk, entry) for entry in entries], "next": sealed("audit", following)}


def _actor(desk: Desk, asked: str) -> str:
    """As entries have it; somebody unknown has done nothing."""
    if ":" in asked or asked in _KINDS:
        return asked
    agent = desk.directory.agent_by_email(asked) if "@" in asked else None
    return f"agent:{agent.id if agent else asked}"


def _entry(desk: Desk, entry: AuditEntry) -> Json:
    kind, _, actor_id = entry.actor.partition(":")
    return {
        "n": entry.n,
        "at": moment(entry.at),
        "actor": {"kind": kind, "id": actor_id or None, "name": _name(desk, entry.actor)},
        "action": entry.action,
        "subject": entry.subject,
        "subject_name": _name(desk, entry.subject),
        "detail": {name: value for name, value in entry.detail.items() if name != SALT},
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _name(desk: Desk, what: str) -> str | None:
    """Of an agent, a department or a token, as they are called now; None: it has none, or is not here any more."""
    kind, _, found_id = what.partition(":")
    if kind == "agent":
        agent = desk.directory.agent(found_id)
        return agent.name if agent else None
    if kind == "department":
        department = desk.directory.department(found_id)
        return department.name if department else None
    return desk.api_tokens.name_of(found_id) if kind == "token" else None


ENDPOINTS = (
    Endpoint("GET", "/audit", "Who did what, newest first.", AuditSearch, read, ("entries", "next"), role="admin"),
)
