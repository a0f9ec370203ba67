"""Mails to be sent: documents written with what causes them, claimed under a lease by whoever sends.

What is kept beside the record's fields: `n` (order of queueing), `claimable_at` (when it is due and not leased), and
`to_folded` (the address without case).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from transcripts.errors import NotFound
from transcripts.facts import MailQueued
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, from_micros, to_micros
from transcripts.mongo.pages import page_of
from transcripts.mongo.writer import Transaction, View
from transcripts.operations import NewMail
from transcripts.records import Mail, MailState
from transcripts.ticket_changes import mail_of

MAILS = Documents(Mail, key="id")
_COUNTER = "counter:mail"


class Outbox(Part):
    async def queue_mail(self, mail: NewMail, at: datetime) -> None:
        async def work(tx: Transaction) -> None:
            await insert(tx, [mail_of(mail, at)])
            tx.tell([MailQueued(mail.id)])

        await self._write(work, _COUNTER)

    async def claim_due(self, now: datetime, *, lease_s: float, limit: int) -> tuple[Mail, ...]:
        until = to_micros(now + timedelta(seconds=lease_s))
        return await self._write(lambda tx: _claim(tx, to_micros(now), until, limit), "mails:due")

    async def mark_sent(self, mail_id: str, at: datetime, subject: str, raw: bytes) -> None:
        sets = {"state": "sent", "sent_at": to_micros(at), "subject": subject, "raw": raw, "error": None}
        await self._write(lambda tx: _mark(tx, mail_id, sets), f"mail:{mail_id}")

    async def mark_failed(self, mail_id: str, error: str, retry_at: datetime | None) -> None:
        """The lease ends here, too."""
        sets: Document = {"state": "failed", "error": error}
        if retry_at is not None:
            sets |= {"state": "due", **_due(retry_at)}
        await self._write(lambda tx: _mark(tx, mail_id, sets), f"mail:{mail_id}")

    async def retry_mail(self, mail_id: str, at: datetime) -> Mail:
        async def work(tx: Transaction) -> Mail:
            mail = await _find(tx, mail_id)
            if mail.state != "failed":
                return mail
            await _mark(tx, mail_id, {"state": "due", **_due(at)})
            tx.tell([MailQueued(mail_id)])
            return await _find(tx, mail_id)

        return await self._write(work, f"mail:{mail_id}")

    async def mail(self, mail_id: str) -> Mail | None:
        async def question(view: View) -> Mail | None:
            document = await view.db["mails"].find_one({"_id": mail_id})
            return None if document is None else MAILS.of(document)

        return await self._read(question)

    async def mails(
        self, state: MailState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[Mail, ...], str | None]:
        return await self._read(lambda view: _page(view, state, cursor, limit))

    async def next_due(self) -> datetime | None:
        async def question(view: View) -> datetime | None:
            first = await view.db["mails"].find_one({"state": "due"}, {"claimable_at": 1}, sort=[("claimable_at", 1)])
            return None if first is None else from_micros(first["claimable_at"])

        return await self._read(question)


def keys_of(mails: Sequence[NewMail]) -> tuple[str, ...]:
    return (_COUNTER,) if mails else ()


async def insert(tx: Transaction, mails: Sequence[Mail]) -> None:
    if not mails:
        return
    last = await count_up(tx, "mail", len(mails))
    first = last - len(mails) + 1
    documents = [
        MAILS.document(mail, n=n, claimable_at=to_micros(mail.due_at), to_folded=mail.to.lower())
        for n, mail in enumerate(mails, first)
    ]
    await tx.db["mails"].insert_many(documents, session=tx.session)


async def _claim(tx: Transaction, now: int, until: int, limit: int) -> tuple[Mail, ...]:
    due = {"state": "due", "claimable_at": {"$lte": now}}
    found = tx.db["mails"].find(due, session=tx.session).sort([("due_at", 1), ("n", 1)]).limit(limit)
    documents = await found.to_list(limit)
    if not documents:
        return ()
    order = {"$set": {"claimable_at": until}, "$inc": {"attempts": 1}}
    await tx.db["mails"].update_many({"_id": {"$in": [mail["_id"] for mail in documents]}}, order, session=tx.session)
    return tuple(MAILS.of({**mail, "attempts": mail["attempts"] + 1}) for mail in documents)


def _due(at: datetime) -> Document:
    return {"due_at": to_micros(at), "claimable_at": to_micros(at)}


async def _mark(tx: Transaction, mail_id: str, sets: Document) -> None:
    """Raises NotFound."""
    result = await tx.db["mails"].update_one({"_id": mail_id}, {"$set": sets}, session=tx.session)
    if result.matched_count != 1:
        raise NotFound(f"no mail {mail_id}")


async def _find(view: View, mail_id: str) -> Mail:
    document = await view.db["mails"].find_one({"_id": mail_id}, session=view.session)
    if document is None:
        raise NotFound(f"no mail {mail_id}")
    return MAILS.of(document)


async def _page(
    view: View, state: MailState | None, cursor: str | None, limit: int
) -> tuple[tuple[Mail, ...], str | None]:
    wanted: Document = {} if state is None else {"state": state}
    page, following = await page_of(view, "mails", wanted, cursor, limit, left_out="raw")
    return tuple(MAILS.of({**mail, "raw": None}) for mail in page), following
