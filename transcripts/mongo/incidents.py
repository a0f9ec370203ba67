"""Incidents, what was told of them, and who hears of it by mail. The rules are transcripts/incidents.py's.

What is kept beside the records' fields: `n` (order), of news `upto_n` and `mailed_n` (the newest subscriber when it was
told; up to which one its mails are queued) and `pending`, of subscribers `email_folded`.
"""

from __future__ import annotations

from datetime import datetime

from transcripts import incidents as rules
from transcripts.errors import Conflict, NotFound
from transcripts.facts import MailQueued
from transcripts.incidents import Incident, IncidentChanges, NewNews, News, Subscriber
from transcripts.mails.incident_mails import news_mail
from transcripts.mongo import outbox
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents
from transcripts.mongo.pages import page_of
from transcripts.mongo.writer import Overtaken, Transaction, View
from transcripts.ticket_changes import mail_of

INCIDENTS = Documents(Incident, key="id")
NEWS = Documents(News)
SUBSCRIBERS = Documents(Subscriber, key="id")
_COUNTERS = ("counter:incident", "counter:subscriber")


class Incidents(Part):
    async def open_incident(self, incident: Incident) -> Incident:
        async def work(tx: Transaction) -> Incident:
            known = await tx.db["incidents"].find_one({"_id": incident.id}, session=tx.session)
            if known is not None:
                if not rules.is_same_opening(INCIDENTS.of(known), incident):
                    raise Conflict(f"incident {incident.id} is another one")
                return INCIDENTS.of(known)
            n = await count_up(tx, "incident")
            await tx.db["incidents"].insert_one(INCIDENTS.document(incident, n=n), session=tx.session)
            await _add_news(tx, rules.opening(incident))
            return incident

        return await self._write(work, f"incident:{incident.id}", *_COUNTERS)

    async def incident(self, incident_id: str) -> Incident | None:
        async def question(view: View) -> Incident | None:
            document = await view.db["incidents"].find_one({"_id": incident_id})
            return None if document is None else INCIDENTS.of(document)

        return await self._read(question)

    async def incidents(self, cursor: str | None, limit: int = 50) -> tuple[tuple[Incident, ...], str | None]:
        return await self._read(lambda view: _page(view, cursor, limit), steps=True)

    async def going_incidents(self) -> tuple[Incident, ...]:
        async def question(view: View) -> tuple[Incident, ...]:
            found = view.db["incidents"].find({"ended_at": None}).sort("n", 1)
            return tuple(map(INCIDENTS.of, await found.to_list(None)))

        return await self._read(question)

    async def change_incident(self, incident_id: str, changes: IncidentChanges) -> Incident:
        async def work(tx: Transaction) -> Incident:
            before = await _find(tx, incident_id)
            after = rules.changed(before, changes)
            await _update(tx, before, after)
            return after

        return await self._write(work, f"incident:{incident_id}")

    async def tell_incident(self, incident_id: str, news: NewNews) -> Incident:
        async def work(tx: Transaction) -> Incident:
            before = await _find(tx, incident_id)
            after, told = rules.told(before, news)
            await _update(tx, before, after)
            await _add_news(tx, told)
            return after

        return await self._write(work, f"incident:{incident_id}", *_COUNTERS)

    async def news_of(self, incident_id: str) -> tuple[News, ...]:
        async def question(view: View) -> tuple[News, ...]:
            found = view.db["incident_news"].find({"incident_id": incident_id}).sort("number", 1)
            return tuple(map(NEWS.of, await found.to_list(None)))

        return await self._read(question)

    async def subscribe(self, subscriber: Subscriber, incident_id: str | None) -> Subscriber:
        folded = subscriber.email.casefold()

        async def work(tx: Transaction) -> Subscriber:
            document = await tx.db["incident_subscribers"].find_one({"email_folded": folded}, session=tx.session)
            known = None if document is None else SUBSCRIBERS.of(document)
            after = rules.joined(known, subscriber, incident_id)
            if known is None:
                n = await count_up(tx, "subscriber")
                kept = SUBSCRIBERS.document(after, n=n, email_folded=folded)
                await tx.db["incident_subscribers"].insert_one(kept, session=tx.session)
            elif sets := SUBSCRIBERS.changes(known, after):
                await tx.db["incident_subscribers"].update_one({"_id": known.id}, {"$set": sets}, session=tx.session)
            return after

        return await self._write(work, f"subscriber:{folded}", "counter:subscriber")

    async def unsubscribe(self, email: str) -> bool:
        folded = email.casefold()

        async def work(tx: Transaction) -> bool:
            gone = await tx.db["incident_subscribers"].delete_one({"email_folded": folded}, session=tx.session)
            return gone.deleted_count > 0

        return await self._write(work, f"subscriber:{folded}")

    async def count_subscribers(self, incident_id: str) -> int:
        async def question(view: View) -> int:
            wanted = {"$or": [{"everything": True}, {"incident_ids": incident_id}]}
            return int(await view.db["incident_subscribers"].count_documents(wanted))

        return await self._read(question)

    async def pending_news(self) -> tuple[News, ...]:
        async def question(view: View) -> tuple[News, ...]:
            found = view.db["incident_news"].find({"pending": True}).sort("n", 1)
            return tuple(map(NEWS.of, await found.to_list(None)))

        return await self._read(question)

    async def queue_news(self, news: News, host: str, at: datetime, limit: int) -> bool:
        key = f"incident:{news.incident_id}"
        return await self._write(lambda tx: _queue(tx, news, host, at, limit), key, "counter:mail")


async def _find(view: View, incident_id: str) -> Incident:
    """Raises NotFound."""
    document = await view.db["incidents"].find_one({"_id": incident_id}, session=view.session)
    if document is None:
        raise NotFound(f"no incident {incident_id}")
    return INCIDENTS.of(document)


async def _update(tx: Transaction, before: Incident, after: Incident) -> None:
    """Raises Overtaken."""
    as_read = {"_id": before.id, "version": before.version}
    result = await tx.db["incidents"].update_one(
        as_read, {"$set": INCIDENTS.changes(before, after)}, session=tx.session
    )
    if result.matched_count != 1:
        raise Overtaken(before.id)


async def _add_news(tx: Transaction, news: News) -> None:
    newest = await tx.db["incident_subscribers"].find_one({}, {"n": 1}, sort=[("n", -1)], session=tx.session)
    upto_n = 0 if newest is None else newest["n"]
    document = NEWS.document(news, n=await count_up(tx, "incident"), upto_n=upto_n, mailed_n=0, pending=upto_n > 0)
    await tx.db["incident_news"].insert_one(document, session=tx.session)


async def _queue(tx: Transaction, news: News, host: str, at: datetime, limit: int) -> bool:
    key = {"incident_id": news.incident_id, "number": news.number}
    told = await tx.db["incident_news"].find_one(key, session=tx.session)
    if told is None or told["mailed_n"] >= told["upto_n"]:
        return False
    incident = await _find(tx, news.incident_id)
    wanted: Document = {"n": {"$gt": told["mailed_n"], "$lte": told["upto_n"]}}
    found = await tx.db["incident_subscribers"].find(wanted, session=tx.session).sort("n", 1).limit(limit).to_list(None)
    readers = [reader for reader in map(SUBSCRIBERS.of, found) if reader.wants(incident.id)]
    mails = [mail_of(news_mail(incident, news, reader, host), at) for reader in readers]
    reached = found[-1]["n"] if len(found) == limit else told["upto_n"]
    sets = {"mailed_n": reached, "pending": reached < told["upto_n"]}
    # The news first: another server that does the same collides here, and not at every mail.
    await tx.db["incident_news"].update_one({**key, "mailed_n": told["mailed_n"]}, {"$set": sets}, session=tx.session)
    await outbox.insert(tx, mails)
    tx.tell(MailQueued(mail.id) for mail in mails)
    return bool(reached < told["upto_n"])


async def _page(view: View, cursor: str | None, limit: int) -> tuple[tuple[Incident, ...], str | None]:
    """The first page begins with those that go on; the cursor counts the others, which have an order for ever."""
    going: list[Document] = []
    if cursor is None:
        going = await view.db["incidents"].find({"ended_at": None}, session=view.session).sort("n", -1).to_list(None)
    page, following = await page_of(view, "incidents", {"ended_at": {"$ne": None}}, cursor, limit)
    return tuple(map(INCIDENTS.of, (*going, *page))), following
