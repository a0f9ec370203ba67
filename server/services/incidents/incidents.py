"""Incidents as those who manage the desk tell them: opened, kept up to date, ended; and who hears of it by mail.

Telling is one write; the mails follow in batches of their own transactions (`tick`), so that a thousand subscribers
hold nobody's message up. Which batch is next stands in the record: a killed server's rest is written by the next one.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.clock import Clock
from server.errors import Refusal, not_found
from server.ids import new_id
from server.incident_links import Wish
from server.limits import Limits
from server.services.incidents.incident_board import IncidentBoard
from server.services.known.directory import Directory
from server.services.known.roll_call import RollCall
from server.settings import Settings
from transcripts import incidents as rules
from transcripts.envelopes import Envelope
from transcripts.errors import Conflict
from transcripts.incidents import Incident, IncidentChanges, IncidentKind, NewNews, Subscriber
from transcripts.mails.incident_mails import confirm_mail
from transcripts.port import Store
from transcripts.records import SYSTEM, Agent, Author

BATCH = 100
"""Mails queued in one transaction: some milliseconds, which a message can wait."""
CONFIRM_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a manager opens. starts_at None: now."""

    title: str
    body: str
    kind: IncidentKind
    service: str | None
    department_ids: tuple[str, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    client_id: str | None


class Incidents:
    def __init__(
        self,
        store: Store,
        board: IncidentBoard,
        directory: Directory,
        roll_call: RollCall,
        limits: Limits,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._store = store
        self._board = board
        self._directory = directory
        self._roll_call = roll_call
        self._limits = limits
        self._clock = clock
        self._settings = settings

    async def tick(self) -> None:
        """End planned work whose time is over, and queue the mails that are owed. Raises StoreUnavailable."""
        if not self._roll_call.is_leader():
            return
        now = self._clock.now()
        for incident in self._board.going:
            if incident.ends_at is not None and incident.ends_at <= now:
                await self._end_as_announced(incident, incident.ends_at)
        for news in await self._store.pending_news():
            while await self._store.queue_news(news, self._settings.mail_host, self._clock.now(), BATCH):
                pass

    # ---- told by managers -------------------------------------------------------------------------------------------

    async def incident(self, incident_id: str) -> Incident:
        """Raises Refusal not_found."""
        incident = await self._store.incident(incident_id)
        if incident is None:
            raise not_found("incident")
        return incident

    async def open(self, agent: Agent, opening: Opening) -> Incident:
        """Once per agent and client_id. Raises Refusal invalid, conflict (client_id with other content)."""
        now = self._clock.now()
        starts_at = opening.starts_at or now
        if opening.kind == "planned" and opening.starts_at is None:
            raise Refusal("invalid", "Say when the planned work starts.", field="starts_at")
        _check_times(opening.kind, starts_at, opening.ends_at, now)
        self._check_departments(opening.department_ids)
        incident = Incident(
            id=_id_of(agent, opening.client_id),
            title=opening.title,
            body=opening.body,
            kind=opening.kind,
            service=opening.service,
            department_ids=opening.department_ids,
            starts_at=starts_at,
            ends_at=opening.ends_at,
            created_at=now,
            created_by=_author(agent),
        )
        opened = await self._store.open_incident(incident)
        if opened.created_at != now and (await self._store.news_of(opened.id))[0].body != opening.body:
            raise Refusal("conflict", "This client_id opened another incident.")
        await self._board.refresh()
        return opened

    async def change(self, incident_id: str, changes: IncidentChanges) -> Incident:
        """Raises Refusal not_found, invalid, conflict (it is over)."""
        incident = await self._going(incident_id)
        now = self._clock.now()
        ends_at = None if changes.no_end else changes.ends_at or incident.ends_at
        if changes.starts_at is not None or changes.ends_at is not None:
            _check_times(incident.kind, changes.starts_at or incident.starts_at, ends_at, now)
        if changes.department_ids is not None:
            self._check_departments(changes.department_ids)
        try:
            changed = await self._store.change_incident(incident_id, changes)
        except Conflict as exc:
            raise _over() from exc
        await self._board.refresh()
        return changed

    async def tell(self, agent: Agent, incident_id: str, body: str, *, over: bool) -> Incident:
        """The same as the last word by the same person: it is not told again. Raises Refusal not_found, conflict."""
        while True:
            incident = await self.incident(incident_id)
            last = (await self._store.news_of(incident_id))[-1]
            if (last.body, last.by.id, last.over) == (body, agent.id, over) and last.number > 0:
                return incident
            incident = await self._going(incident_id)
            # Of this version only: a second click, whatever server it comes to, finds the first one's word.
            news = NewNews(body, self._clock.now(), _author(agent), over, if_version=incident.version)
            with suppress(Conflict):
                told = await self._store.tell_incident(incident_id, news)
                await self._board.refresh()
                return told

    # ---- heard by subscribers ---------------------------------------------------------------------------------------

    async def ask_to_subscribe(self, address: str, email: str, locale: str, incident_id: str | None) -> None:
        """Mail the link that subscribes. Whether the address subscribes already makes no difference to be seen.

        address: of the network. Raises Refusal not_found (incident_id), rate_limited.
        """
        self._limits.hit("subscribe", address)
        incident = None if incident_id is None else await self.incident(incident_id)
        try:
            self._limits.hit("subscribe_to", email.casefold())
        except Refusal:
            return  # the owner has had mails enough; who asks must not learn why
        now = self._clock.now()
        envelope = Envelope(new_id(), self._settings.mail_host)
        await self._store.queue_mail(confirm_mail(envelope, email, locale, incident, now + CONFIRM_WITHIN), now)

    async def confirm(self, wish: Wish) -> bool:
        """False: the link is too old."""
        now = self._clock.now()
        if now > wish.until:
            return False
        subscriber = Subscriber(new_id(), wish.email, wish.locale, False, (), now)
        await self._store.subscribe(subscriber, wish.incident_id)
        return True

    async def unsubscribe(self, email: str) -> None:
        await self._store.unsubscribe(email)

    # ---- inside -----------------------------------------------------------------------------------------------------

    async def _going(self, incident_id: str) -> Incident:
        incident = await self.incident(incident_id)
        if incident.ended_at is not None:
            raise _over()
        return incident

    async def _end_as_announced(self, incident: Incident, at: datetime) -> None:
        try:
            await self._store.tell_incident(incident.id, NewNews("", at, SYSTEM, True, if_version=incident.version))
        except Conflict:  # somebody ended or prolonged it this second
            return
        await self._board.refresh()

    def _check_departments(self, ids: tuple[str, ...]) -> None:
        known = {department.id for department in self._directory.departments()}
        if not known.issuperset(ids):
            raise Refusal("invalid", "There is no such department. Choose one of the list.", field="departments")


def state_of(incident: Incident, now: datetime) -> rules.Phase:
    return rules.phase(incident, now)


def _check_times(kind: IncidentKind, starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    """Raises Refusal invalid."""
    if kind == "incident" and starts_at > now:
        raise Refusal("invalid", "An incident has begun. What is ahead is planned work.", field="starts_at")
    if kind == "incident" and ends_at is not None:
        raise Refusal("invalid", "Only planned work has an end that is known before.", field="ends_at")
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise Refusal("invalid", "The end must be ahead, and after the start.", field="ends_at")


def _over() -> Refusal:
    return Refusal("conflict", "This is over. Open a new one if it begins again.")


def _author(agent: Agent) -> Author:
    return Author("agent", agent.id, agent.name)


def _id_of(agent: Agent, client_id: str | None) -> str:
    """The same request twice asks for the same id."""
    if client_id is None:
        return new_id()
    return hashlib.sha256(f"incident {agent.id} {client_id}".encode()).hexdigest()[:24]
