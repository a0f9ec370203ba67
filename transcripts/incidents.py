"""Incidents and planned work: what is told of them, who is told, and which one a widget shows. Values and pure rules.

An incident is told in numbered pieces of news: 0 is its opening, every update has the next number, the last one says
that it is over. Each piece is mailed once to everybody who was subscribed when it was told (incident_mails.py); the
adapters queue these mails in batches, so that a thousand of them do not hold the record up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from transcripts.errors import Conflict
from transcripts.records import Author

IncidentKind = Literal["incident", "planned"]
Phase = Literal["announced", "running", "over"]


@dataclass(frozen=True, slots=True)
class Incident:
    """service: the one named service it is about, None: all. department_ids: whose widgets show it, (): everybody's.

    ends_at: of planned work, when it is over by itself. last_number: of its newest piece of news. version grows with
    every change.
    """

    id: str
    title: str
    body: str
    kind: IncidentKind
    service: str | None
    department_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    created_at: datetime
    created_by: Author
    ended_at: datetime | None = None
    last_number: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class News:
    """One thing told about an incident. over: the last one. body: "" only where planned work ended as announced."""

    incident_id: str
    number: int
    body: str
    at: datetime
    by: Author
    over: bool = False


@dataclass(frozen=True, slots=True)
class NewNews:
    """A piece of news to be told; it gets its number from the store. over with `at`: the incident ends then.

    if_version: only of that version of the incident.
    """

    body: str
    at: datetime
    by: Author
    over: bool = False
    if_version: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentChanges:
    """None: leave as it is; service "" and no_end take what was said before back."""

    title: str | None = None
    body: str | None = None
    service: str | None = None
    department_ids: tuple[str, ...] | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    no_end: bool = False


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One address, however often it subscribed. everything: all that is to come, else only `incident_ids`."""

    id: str
    email: str
    locale: str
    everything: bool
    incident_ids: tuple[str, ...]
    confirmed_at: datetime

    def wants(self, incident_id: str) -> bool:
        return self.everything or incident_id in self.incident_ids


class IncidentStore(Protocol):
    async def open_incident(self, incident: Incident) -> Incident:
        """With its opening as news 0. The same id again: the one that is there. Raises Conflict (another content)."""

    async def incident(self, incident_id: str) -> Incident | None: ...

    async def incidents(self, cursor: str | None, limit: int = 50) -> tuple[tuple[Incident, ...], str | None]:
        """A page and the cursor of the next: those not ended first, then the newest."""

    async def going_incidents(self) -> tuple[Incident, ...]:
        """Not ended, announced ones too; the oldest first. Few, and asked for every second."""

    async def change_incident(self, incident_id: str, changes: IncidentChanges) -> Incident:
        """Raises NotFound, Conflict (it is over)."""

    async def tell_incident(self, incident_id: str, news: NewNews) -> Incident:
        """Add a piece of news; mails for it are pending from now on.

        Raises NotFound, Conflict (it is over, if_version).
        """

    async def news_of(self, incident_id: str) -> tuple[News, ...]:
        """The opening first."""

    async def subscribe(self, subscriber: Subscriber, incident_id: str | None) -> Subscriber:
        """One row per address, without regard to case: a known address wants this too from now on. None: everything."""

    async def unsubscribe(self, email: str) -> bool:
        """No more mails to the address. False: it had none coming."""

    async def count_subscribers(self, incident_id: str) -> int:
        """Who would get its next piece of news."""

    async def pending_news(self) -> tuple[News, ...]:
        """Told, but not everybody's mail is queued yet; in order."""

    async def queue_news(self, news: News, host: str, at: datetime, limit: int) -> bool:
        """Queue the mails of at most `limit` further addresses, in one transaction; True: there may be more.

        Nobody gets the same piece twice, whoever calls how often; only those who were subscribed when it was told.
        """


# ---- rules ----------------------------------------------------------------------------------------------------------


def phase(incident: Incident, now: datetime) -> Phase:
    if incident.ended_at is not None or is_past_its_end(incident, now):
        return "over"
    return "announced" if now < incident.starts_at else "running"


def is_past_its_end(incident: Incident, now: datetime) -> bool:
    return incident.ends_at is not None and incident.ends_at <= now


def shown(incidents: Iterable[Incident], department_id: str | None, now: datetime) -> Incident | None:
    """The one that a widget of the department shows: the newest that is not planned, else the newest planned work.

    department_id None: a widget of all departments.
    """
    running = [
        incident
        for incident in incidents
        if phase(incident, now) == "running"
        and (department_id is None or not incident.department_ids or department_id in incident.department_ids)
    ]
    return max(running, key=lambda i: (i.kind == "incident", i.starts_at, i.created_at, i.id), default=None)


def opening(incident: Incident) -> News:
    return News(incident.id, 0, incident.body, incident.created_at, incident.created_by)


def is_same_opening(known: Incident, wanted: Incident) -> bool:
    """Whether a request under the same id asks for what was opened, whatever has become of it since."""
    return (known.kind, known.created_by.id) == (wanted.kind, wanted.created_by.id)


def changed(incident: Incident, changes: IncidentChanges) -> Incident:
    """Raises Conflict."""
    _require_going(incident)
    return replace(
        incident,
        title=changes.title or incident.title,
        body=changes.body or incident.body,
        service=incident.service if changes.service is None else changes.service or None,
        department_ids=incident.department_ids if changes.department_ids is None else changes.department_ids,
        starts_at=changes.starts_at or incident.starts_at,
        ends_at=None if changes.no_end else changes.ends_at or incident.ends_at,
        version=incident.version + 1,
    )


def told(incident: Incident, new: NewNews) -> tuple[Incident, News]:
    """The incident with one more piece of news. Raises Conflict."""
    _require_going(incident)
    if new.if_version is not None and new.if_version != incident.version:
        raise Conflict(f"incident {incident.id} is version {incident.version}")
    number = incident.last_number + 1
    after = replace(
        incident,
        last_number=number,
        ended_at=new.at if new.over else None,
        version=incident.version + 1,
    )
    return after, News(incident.id, number, new.body, new.at, new.by, new.over)


def joined(known: Subscriber | None, new: Subscriber, incident_id: str | None) -> Subscriber:
    """What an address wants after it subscribed to one incident, or (None) to everything."""
    if known is None:
        return replace(new, everything=incident_id is None, incident_ids=(incident_id,) if incident_id else ())
    ids: Sequence[str] = known.incident_ids
    if incident_id is not None and incident_id not in ids:
        ids = (*ids, incident_id)
    return replace(
        known, locale=new.locale, everything=known.everything or incident_id is None, incident_ids=tuple(ids)
    )


def _require_going(incident: Incident) -> None:
    if incident.ended_at is not None:
        raise Conflict(f"incident {incident.id} is over")
