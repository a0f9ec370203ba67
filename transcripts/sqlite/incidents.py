"""Incidents, what was told of them, and who hears of it by mail. The rules are transcripts/incidents.py's."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from transcripts import incidents as rules
from transcripts.errors import Conflict, NotFound
from transcripts.facts import MailQueued
from transcripts.incidents import Incident, IncidentChanges, NewNews, News, Subscriber
from transcripts.mails.incident_mails import news_mail
from transcripts.sqlite import outbox
from transcripts.sqlite.base import Part
from transcripts.sqlite.rows import Rows
from transcripts.sqlite.writer import Transaction
from transcripts.ticket_changes import mail_of

INCIDENTS = Rows(Incident, "incidents", key="id")
NEWS = Rows(News, "incident_news", key="number")
SUBSCRIBERS = Rows(Subscriber, "incident_subscribers", key="id")


class Incidents(Part):
    async def open_incident(self, incident: Incident) -> Incident:
        def work(tx: Transaction) -> Incident:
            known = INCIDENTS.one(tx.db, "WHERE id = ?", (incident.id,))
            if known is not None:
                if not rules.is_same_opening(known, incident):
                    raise Conflict(f"incident {incident.id} is another one")
                return known
            INCIDENTS.insert(tx.db, incident)
            _add_news(tx.db, rules.opening(incident))
            return incident

        return await self._write(work)

    async def incident(self, incident_id: str) -> Incident | None:
        return await self._read(lambda db: INCIDENTS.one(db, "WHERE id = ?", (incident_id,)))

    async def incidents(self, cursor: str | None, limit: int = 50) -> tuple[tuple[Incident, ...], str | None]:
        return await self._read(lambda db: _page(db, cursor, limit))

    async def going_incidents(self) -> tuple[Incident, ...]:
        return await self._read(lambda db: INCIDENTS.all(db, "WHERE ended_at IS NULL ORDER BY n"))

    async def change_incident(self, incident_id: str, changes: IncidentChanges) -> Incident:
        def work(tx: Transaction) -> Incident:
            before = _find(tx.db, incident_id)
            after = rules.changed(before, changes)
            INCIDENTS.update(tx.db, before, after)
            return after

        return await self._write(work)

    async def tell_incident(self, incident_id: str, news: NewNews) -> Incident:
        def work(tx: Transaction) -> Incident:
            before = _find(tx.db, incident_id)
            after, told = rules.told(before, news)
            INCIDENTS.update(tx.db, before, after)
            _add_news(tx.db, told)
            return after

        return await self._write(work)

    async def news_of(self, incident_id: str) -> tuple[News, ...]:
        return await self._read(lambda db: NEWS.all(db, "WHERE incident_id = ? ORDER BY number", (incident_id,)))

    async def subscribe(self, subscriber: Subscriber, incident_id: str | None) -> Subscriber:
        def work(tx: Transaction) -> Subscriber:
            folded = subscriber.email.casefold()
            known = SUBSCRIBERS.one(tx.db, "WHERE email_folded = ?", (folded,))
            after = rules.joined(known, subscriber, incident_id)
            if known is None:
                SUBSCRIBERS.insert(tx.db, after, email_folded=folded)
            else:
                SUBSCRIBERS.update(tx.db, known, after)
            return after

        return await self._write(work)

    async def unsubscribe(self, email: str) -> bool:
        def work(tx: Transaction) -> bool:
            sql = "DELETE FROM incident_subscribers WHERE email_folded = ?"
            return tx.db.execute(sql, (email.casefold(),)).rowcount > 0

        return await self._write(work)

    async def count_subscribers(self, incident_id: str) -> int:
        def question(db: sqlite3.Connection) -> int:
            (everything,) = db.execute("SELECT count(*) FROM incident_subscribers WHERE everything").fetchone()
            others = SUBSCRIBERS.all(db, "WHERE NOT everything")
            return int(everything) + sum(other.wants(incident_id) for other in others)

        return await self._read(question)

    async def pending_news(self) -> tuple[News, ...]:
        return await self._read(lambda db: NEWS.all(db, "WHERE mailed_n < upto_n ORDER BY n"))

    async def queue_news(self, news: News, host: str, at: datetime, limit: int) -> bool:
        return await self._write(lambda tx: _queue(tx, news, host, at, limit))


def _find(db: sqlite3.Connection, incident_id: str) -> Incident:
    """Raises NotFound."""
    incident = INCIDENTS.one(db, "WHERE id = ?", (incident_id,))
    if incident is None:
        raise NotFound(f"no incident {incident_id}")
    return incident


def _add_news(db: sqlite3.Connection, news: News) -> None:
    (newest,) = db.execute("SELECT coalesce(max(n), 0) FROM incident_subscribers").fetchone()
    NEWS.insert(db, news, upto_n=newest)


def _queue(tx: Transaction, news: News, host: str, at: datetime, limit: int) -> bool:
    key = (news.incident_id, news.number)
    row = tx.db.execute(
        "SELECT mailed_n, upto_n FROM incident_news WHERE incident_id = ? AND number = ?", key
    ).fetchone()
    if row is None or row[0] >= row[1]:
        return False
    mailed_n, upto_n = row
    incident = _find(tx.db, news.incident_id)
    columns = ", ".join(SUBSCRIBERS.columns)
    found = tx.db.execute(
        f"SELECT n, {columns} FROM incident_subscribers WHERE n > ? AND n <= ? ORDER BY n LIMIT ?",
        (mailed_n, upto_n, limit),
    ).fetchall()
    for reader in (SUBSCRIBERS.of(subscriber[1:]) for subscriber in found):
        if reader.wants(incident.id):
            mail = mail_of(news_mail(incident, news, reader, host), at)
            outbox.insert(tx.db, mail)
            tx.tell([MailQueued(mail.id)])
    reached = found[-1][0] if len(found) == limit else upto_n
    tx.db.execute("UPDATE incident_news SET mailed_n = ? WHERE incident_id = ? AND number = ?", (reached, *key))
    return bool(reached < upto_n)


def _page(db: sqlite3.Connection, cursor: str | None, limit: int) -> tuple[tuple[Incident, ...], str | None]:
    """The first page begins with those that go on; the cursor counts the others, which have an order for ever."""
    going = () if cursor is not None else INCIDENTS.all(db, "WHERE ended_at IS NULL ORDER BY n DESC")
    page, following = INCIDENTS.page(db, ["ended_at IS NOT NULL"], (), cursor, limit)
    return going + page, following
