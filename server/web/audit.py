"""The audit log for admins: who did what, newest first."""

from __future__ import annotations

from server.desk import Desk
from server.web.bodies import Page
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json
from server.wire import moment
from transcripts.audit import AuditEntry


async def read(call: Call, given: Page) -> Json:
    entries, following = await call.desk.store.audit(opened("audit", given.cursor))
    return {"entries": [_entry(call.desk, entry) for entry in entries], "next": sealed("audit", following)}


def _entry(desk: Desk, entry: AuditEntry) -> Json:
    kind, _, actor_id = entry.actor.partition(":")
    name = desk.directory.agent_name(actor_id) if kind == "agent" else None
    return {
        "n": entry.n,
        "at": moment(entry.at),
        "actor": {"kind": kind, "id": actor_id or None, "name": name},
        "action": entry.action,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "previous": entry.previous,
        "hash": entry.hash,
    }


ENDPOINTS = (Endpoint("GET", "/audit", "Who did what, newest first.", Page, read, ("entries", "next"), role="admin"),)
