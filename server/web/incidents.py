"""Incidents for those who are signed in: read by agents, told by managers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server import wire
from server.fields import Body, ClientId, Id, Line, Moment, OptionalLine, Request
from server.services.incidents.incidents import Opening, state_of
from server.web.bodies import Cursor
from server.web.cursors import opened, sealed
from server.web.endpoints import Call, Endpoint, Json, Nothing
from transcripts.incidents import Incident, IncidentChanges, IncidentKind
from transcripts.records import Role


class IncidentSearch(Request):
    cursor: Cursor | None = None


class IncidentOpen(Request):
    """departments empty: for the widgets of all. starts_at: now where it is missing; planned work names it."""

    title: Line
    body: Body
    kind: IncidentKind = "incident"
    service: OptionalLine = None
    departments: Annotated[list[Id], Field(max_length=100, default_factory=list)]
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    client_id: ClientId | None = None


class IncidentPatch(Request):
    """service null or ends_at null: none any more."""

    title: Line | None = None
    body: Body | None = None
    service: OptionalLine = None
    departments: Annotated[list[Id], Field(max_length=100)] | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None

    def changes(self) -> IncidentChanges:
        said = self.model_fields_set
        return IncidentChanges(
            title=self.title,
            body=self.body,
            service=(self.service or "") if "service" in said else None,
            department_ids=None if self.departments is None else tuple(dict.fromkeys(self.departments)),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            no_end="ends_at" in said and self.ends_at is None,
        )


class IncidentNews(Request):
    body: Body


async def search(call: Call, given: IncidentSearch) -> Json:
    page, following = await call.desk.store.incidents(opened("incidents", given.cursor))
    return {
        "incidents": [_incident(call, incident) for incident in page],
        "next": sealed("incidents", following),
    }


async def read(call: Call, _: Nothing) -> Json:
    return await _answer(call, await call.desk.incidents.incident(call.part("id")))


async def create(call: Call, given: IncidentOpen) -> Json:
    call.desk.limits.hit("ticket", call.agent.id)
    opening = Opening(
        given.title,
        given.body,
        given.kind,
        given.service,
        tuple(dict.fromkeys(given.departments)),
        given.starts_at,
        given.ends_at,
        given.client_id,
    )
    return await _answer(call, await call.desk.incidents.open(call.agent, opening))


async def change(call: Call, given: IncidentPatch) -> Json:
    return await _answer(call, await call.desk.incidents.change(call.part("id"), given.changes()))


async def update(call: Call, given: IncidentNews) -> Json:
    call.desk.limits.hit("ticket", call.agent.id)
    return await _answer(call, await call.desk.incidents.tell(call.agent, call.part("id"), given.body, over=False))


async def end(call: Call, given: IncidentNews) -> Json:
    return await _answer(call, await call.desk.incidents.tell(call.agent, call.part("id"), given.body, over=True))


async def _answer(call: Call, incident: Incident) -> Json:
    news = await call.desk.store.news_of(incident.id)
    return {
        "incident": {
            **_incident(call, incident),
            "updates": [
                {"number": n.number, "body": n.body, "at": wire.moment(n.at), "by": wire.author(n.by), "over": n.over}
                for n in news[1:]
            ],
            "subscribers": await call.desk.store.count_subscribers(incident.id),
        }
    }


def _incident(call: Call, incident: Incident) -> Json:
    now = call.desk.clock.now()
    return {
        "id": incident.id,
        "title": incident.title,
        "body": incident.body,
        "kind": incident.kind,
        "state": state_of(incident, now),
        "service": incident.service,
        "departments": [call.desk.wire.department(department_id) for department_id in incident.department_ids],
        "starts_at": wire.moment(incident.starts_at),
        "ends_at": wire.moment(incident.ends_at),
        "since": wire.moment(incident.starts_at) if incident.starts_at <= now else None,
        "ended_at": wire.moment(incident.ended_at),
        "created_at": wire.moment(incident.created_at),
        "created_by": wire.author(incident.created_by),
        "updates_n": incident.last_number,
        "url": call.desk.wire.incidents.page(incident.id),
    }


_ONE = ("incident",)
_MANAGER: Role = "manager"
ENDPOINTS = (
    Endpoint("GET", "/incidents", "Incidents: what goes on first.", IncidentSearch, search, ("incidents", "next")),
    Endpoint("POST", "/incidents", "Open an incident.", IncidentOpen, create, _ONE, role=_MANAGER, status=201),
    Endpoint("GET", "/incidents/{id}", "Read an incident.", Nothing, read, _ONE),
    Endpoint("PATCH", "/incidents/{id}", "Correct an incident.", IncidentPatch, change, _ONE, role=_MANAGER),
    Endpoint(
        "POST", "/incidents/{id}/updates", "Tell how it goes.", IncidentNews, update, _ONE, role=_MANAGER, status=201
    ),
    Endpoint("POST", "/incidents/{id}/end", "It is over.", IncidentNews, end, _ONE, role=_MANAGER),
)
