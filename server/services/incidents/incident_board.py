"""Which incident runs now, and who is told of it: every open widget, and every agent.

The record is asked once a second, by each server: so planned work begins and ends by the clock, and what another server
has opened is shown within two seconds without a word between them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from server.clock import Clock
from server.incident_links import IncidentLinks
from server.services.known.directory import Directory
from server.sockets.rooms import Connection, Rooms
from server.wire import Json, moment
from transcripts import incidents as rules
from transcripts.incidents import Incident, News
from transcripts.port import Store

EVENT = "incident"
AGENTS = "incidents of agents"
EVERYWHERE = ""
"""The audience of widgets that name no department: they show what any department shows."""
NOWHERE = "-"
"""Of widgets that name a department that does not exist: they show what is for all."""


class IncidentBoard:
    def __init__(self, store: Store, directory: Directory, rooms: Rooms, links: IncidentLinks, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._rooms = rooms
        self._links = links
        self._clock = clock
        self._going: tuple[Incident, ...] = ()
        self._newest: dict[tuple[str, int], News] = {}
        self._told: dict[str, Json | None] = {}
        self._reading = asyncio.Lock()

    @property
    def going(self) -> Sequence[Incident]:
        """Not ended as far as is known here, announced ones too."""
        return self._going

    def join(self, connection: Connection, department_id: str | None) -> Json | None:
        """From now on the widget is told; what it shows now."""
        audience = self._audience(department_id)
        self._rooms.join(connection, _room(audience))
        return self._current(audience)

    def join_agent(self, connection: Connection) -> Json | None:
        self._rooms.join(connection, _room(AGENTS))
        return self._current(AGENTS)

    def shown(self, department_id: str | None) -> Json | None:
        """What a widget of the department shows now."""
        return self._current(self._audience(department_id))

    async def refresh(self) -> None:
        """Read what goes on, and tell whoever was told otherwise. Raises StoreUnavailable."""
        async with self._reading:  # one look after the other, so that an older one never comes last
            going = await self._store.going_incidents()
            known = {(incident.id, incident.last_number): incident for incident in going}
            for key in known.keys() - self._newest.keys():
                self._newest[key] = (await self._store.news_of(key[0]))[-1]
            self._newest = {key: news for key, news in self._newest.items() if key in known}
            self._going = going
        self._tell()

    async def tick(self) -> None:
        """Raises StoreUnavailable; what begins or ends by the clock does so all the same."""
        self._tell()
        await self.refresh()

    def _tell(self) -> None:
        for audience in tuple(self._told):
            self._current(audience)

    def _current(self, audience: str) -> Json | None:
        """As of now; whoever was told something else is told this first, so that no change is missed."""
        now = self._clock.now()
        department_id = None if audience in (EVERYWHERE, AGENTS) else audience
        found = rules.shown(self._going, department_id, now)
        incident = None if found is None else self._json(found)
        if self._told.setdefault(audience, incident) != incident:
            self._told[audience] = incident
            self._rooms.push(_room(audience), EVENT, incident)
        return incident

    def _json(self, incident: Incident) -> Json:
        newest = self._newest.get((incident.id, incident.last_number))
        news = None if newest is None or newest.number == 0 else {"body": newest.body, "at": moment(newest.at)}
        return {
            "id": incident.id,
            "title": incident.title,
            "body": incident.body,
            "since": moment(incident.starts_at),
            "url": self._links.page(incident.id),
            "kind": incident.kind,
            "service": incident.service,
            "ends_at": moment(incident.ends_at),
            "news": news,
        }

    def _audience(self, department_id: str | None) -> str:
        if not department_id:
            return EVERYWHERE
        return department_id if any(d.id == department_id for d in self._directory.departments()) else NOWHERE


def _room(audience: str) -> str:
    return f"incidents:{audience}"
