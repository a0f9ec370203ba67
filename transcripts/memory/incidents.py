"""Incidents in memory."""

from __future__ import annotations

from datetime import datetime

from transcripts import incidents as rules
from transcripts.cursors import number_of
from transcripts.errors import Conflict, NotFound
from transcripts.facts import MailQueued
from transcripts.incidents import Incident, IncidentChanges, NewNews, News, Subscriber
from transcripts.mails.incident_mails import news_mail
from transcripts.memory.base import MemoryBase
from transcripts.ticket_changes import mail_of


class MemoryIncidents(MemoryBase):
    def __init__(self) -> None:
        super().__init__()
        self._incidents: dict[str, Incident] = {}
        self._news: dict[tuple[str, int], News] = {}
        self._mailed: dict[tuple[str, int], tuple[int, int]] = {}  # up to which subscriber, of how many
        self._subscribers: dict[str, tuple[int, Subscriber]] = {}
        self._subscribed_n = 0

    async def open_incident(self, incident: Incident) -> Incident:
        known = self._incidents.get(incident.id)
        if known is not None:
            if not rules.is_same_opening(known, incident):
                raise Conflict(f"incident {incident.id} is another one")
            return known
        self._incidents[incident.id] = incident
        self._add_news(rules.opening(incident))
        return incident

    async def incident(self, incident_id: str) -> Incident | None:
        return self._incidents.get(incident_id)

    async def incidents(self, cursor: str | None, limit: int = 50) -> tuple[tuple[Incident, ...], str | None]:
        numbered = list(enumerate(self._incidents.values(), 1))[::-1]
        going = [] if cursor is not None else [incident for _, incident in numbered if incident.ended_at is None]
        first_n = len(numbered) + 1 if cursor is None else number_of(cursor)
        ended = [(n, incident) for n, incident in numbered if incident.ended_at is not None and n < first_n]
        page = ended[:limit]
        following = str(page[-1][0]) if len(ended) > len(page) and page else None
        return (*going, *(incident for _, incident in page)), following

    async def going_incidents(self) -> tuple[Incident, ...]:
        return tuple(incident for incident in self._incidents.values() if incident.ended_at is None)

    async def change_incident(self, incident_id: str, changes: IncidentChanges) -> Incident:
        self._incidents[incident_id] = rules.changed(self._find_incident(incident_id), changes)
        return self._incidents[incident_id]

    async def tell_incident(self, incident_id: str, news: NewNews) -> Incident:
        after, told = rules.told(self._find_incident(incident_id), news)
        self._incidents[incident_id] = after
        self._add_news(told)
        return after

    async def news_of(self, incident_id: str) -> tuple[News, ...]:
        return tuple(news for (of, _), news in sorted(self._news.items()) if of == incident_id)

    async def subscribe(self, subscriber: Subscriber, incident_id: str | None) -> Subscriber:
        folded = subscriber.email.casefold()
        n, known = self._subscribers.get(folded, (self._subscribed_n + 1, None))
        self._subscribed_n = max(self._subscribed_n, n)
        after = rules.joined(known, subscriber, incident_id)
        self._subscribers[folded] = (n, after)
        return after

    async def unsubscribe(self, email: str) -> bool:
        return self._subscribers.pop(email.casefold(), None) is not None

    async def count_subscribers(self, incident_id: str) -> int:
        return sum(subscriber.wants(incident_id) for _, subscriber in self._subscribers.values())

    async def pending_news(self) -> tuple[News, ...]:
        return tuple(self._news[key] for key, (mailed_n, upto_n) in self._mailed.items() if mailed_n < upto_n)

    async def queue_news(self, news: News, host: str, at: datetime, limit: int) -> bool:
        key = (news.incident_id, news.number)
        mailed_n, upto_n = self._mailed.get(key, (0, 0))
        found = sorted(item for item in self._subscribers.values() if mailed_n < item[0] <= upto_n)[:limit]
        incident = self._find_incident(news.incident_id)
        for _, reader in found:
            if reader.wants(incident.id):
                mail = mail_of(news_mail(incident, news, reader, host), at)
                self._mails[mail.id] = mail
                self._tell([MailQueued(mail.id)])
        reached = found[-1][0] if len(found) == limit else upto_n
        if key in self._mailed:
            self._mailed[key] = (reached, upto_n)
        return reached < upto_n

    def _find_incident(self, incident_id: str) -> Incident:
        if incident_id not in self._incidents:
            raise NotFound(f"no incident {incident_id}")
        return self._incidents[incident_id]

    def _add_news(self, news: News) -> None:
        key = (news.incident_id, news.number)
        newest = max((n for n, _ in self._subscribers.values()), default=0)
        self._news[key] = news
        self._mailed[key] = (0, newest)
