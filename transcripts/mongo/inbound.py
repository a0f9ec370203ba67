"""Mail that came in: one document per mail, and its bytes in pieces beside it, as a document may have 16 MB at most.

The pieces are written first, the mail's own document last and alone: what is there is there whole. What is kept beside
the record's fields: `n` (order of arrival) and `from_folded` (the envelope's sender without case).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from transcripts.errors import NotFound
from transcripts.inbound.changes import outdated, retried, settled_as
from transcripts.inbound.record import InboundMail, InboundState, MailOfOurs, Settled
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.client import Document
from transcripts.mongo.documents import Documents, from_micros, to_micros
from transcripts.mongo.pages import page_of
from transcripts.mongo.writer import Transaction, View

INBOUND = Documents(InboundMail, key="id")
PIECE_BYTES = 1_000_000
PATIENCE_S = 60.0
"""For a mail of many megabytes."""


class Inbound(Part):
    async def keep_inbound(self, mail: InboundMail, raw: bytes) -> InboundMail:
        same = {"digest": mail.digest, "message_id": mail.message_id}

        async def known(view: View) -> InboundMail | None:
            document = await view.db["inbound"].find_one(same, session=view.session)
            return None if document is None else INBOUND.of(document)

        async def pieces(tx: Transaction) -> None:
            for n, start in enumerate(range(0, len(raw), PIECE_BYTES)):
                key = {"inbound_id": mail.id, "n": n}
                piece = {**key, "data": raw[start : start + PIECE_BYTES]}
                await tx.db["inbound_raw"].replace_one(key, piece, upsert=True)

        async def work(tx: Transaction) -> InboundMail:
            kept = await known(tx)
            if kept is not None:
                return kept
            folded = (mail.envelope_from or "").lower()
            document = INBOUND.document(mail, n=await count_up(tx, "inbound"), from_folded=folded)
            await tx.db["inbound"].insert_one(document, session=tx.session)
            return mail

        earlier = await self._read(known)
        if earlier is not None:
            return earlier
        await self._write(pieces, f"inbound:{mail.id}", atomic=False, patience_s=PATIENCE_S)
        kept = await self._write(work, "counter:inbound")
        if kept.id != mail.id:
            await self._write(lambda tx: _forget(tx, mail.id), f"inbound:{mail.id}", atomic=False)
        return kept

    async def inbound(self, inbound_id: str) -> InboundMail | None:
        async def question(view: View) -> InboundMail | None:
            document = await view.db["inbound"].find_one({"_id": inbound_id})
            return None if document is None else INBOUND.of(document)

        return await self._read(question)

    async def inbound_raw(self, inbound_id: str) -> bytes | None:
        async def question(view: View) -> bytes | None:
            kept = {"_id": inbound_id, "raw_gone_at": None}
            if await view.db["inbound"].find_one(kept, {"_id": 1}) is None:
                return None
            pieces = await view.db["inbound_raw"].find({"inbound_id": inbound_id}).sort("n", 1).to_list(None)
            return b"".join(bytes(piece["data"]) for piece in pieces)

        return await self._read(question)

    async def inbounds(
        self, state: InboundState | None, cursor: str | None, limit: int = 50
    ) -> tuple[tuple[InboundMail, ...], str | None]:
        wanted: Document = {} if state is None else {"state": state}

        async def question(view: View) -> tuple[tuple[InboundMail, ...], str | None]:
            page, following = await page_of(view, "inbound", wanted, cursor, limit)
            return tuple(map(INBOUND.of, page)), following

        return await self._read(question)

    async def due_inbound(self, now: datetime, limit: int) -> tuple[InboundMail, ...]:
        due = {"state": "received", "due_at": {"$lte": to_micros(now)}}

        async def question(view: View) -> tuple[InboundMail, ...]:
            return tuple(map(INBOUND.of, await view.db["inbound"].find(due).sort("n", 1).limit(limit).to_list(limit)))

        return await self._read(question)

    async def begin_inbound(self, inbound_id: str, tries: int) -> InboundMail | None:
        async def work(tx: Transaction) -> InboundMail | None:
            as_read = {"_id": inbound_id, "state": "received", "tries": tries}
            document = await tx.db["inbound"].find_one(as_read, session=tx.session)
            if document is None:
                return None
            mail = INBOUND.of(document)
            return await _change(tx, mail, replace(mail, tries=tries + 1))

        return await self._write(work, f"inbound:{inbound_id}")

    async def settle_inbound(self, inbound_id: str, settled: Settled) -> InboundMail:
        async def work(tx: Transaction) -> InboundMail:
            mail = await _find(tx, inbound_id)
            return await _change(tx, mail, settled_as(mail, settled))

        return await self._write(work, f"inbound:{inbound_id}")

    async def retry_inbound(self, inbound_id: str, at: datetime) -> InboundMail:
        async def work(tx: Transaction) -> InboundMail:
            mail = await _find(tx, inbound_id)
            return await _change(tx, mail, retried(mail, at))

        return await self._write(work, f"inbound:{inbound_id}")

    async def forget_raw(self, at: datetime, before: datetime | None, keep_bytes: int | None, limit: int) -> int:
        async def gone(view: View) -> tuple[str, ...]:
            kept: Document = {"raw_gone_at": None}
            sizes = view.db["inbound"].find(kept, {"size_bytes": 1})
            kept_bytes = sum([document["size_bytes"] async for document in sizes]) if keep_bytes is not None else 0
            settled = view.db["inbound"].find(
                {**kept, "settled_at": {"$type": "number"}}, {"settled_at": 1, "size_bytes": 1}
            )
            oldest = await settled.sort([("settled_at", 1), ("n", 1)]).limit(limit).to_list(limit)
            found = ((mail["_id"], from_micros(mail["settled_at"]), mail["size_bytes"]) for mail in oldest)
            return tuple(outdated(found, kept_bytes, before, keep_bytes))

        async def work(tx: Transaction) -> None:
            await tx.db["inbound_raw"].delete_many({"inbound_id": {"$in": list(ids)}}, session=tx.session)
            marked = {"$set": {"raw_gone_at": to_micros(at)}}
            await tx.db["inbound"].update_many({"_id": {"$in": list(ids)}}, marked, session=tx.session)

        ids = await self._read(gone)
        if ids:
            await self._write(work, *(f"inbound:{inbound_id}" for inbound_id in ids), patience_s=PATIENCE_S)
        return len(ids)

    async def count_inbound(self, sender: str, since: datetime, states: tuple[InboundState, ...]) -> int:
        wanted = {"sender": sender, "settled_at": {"$gte": to_micros(since)}, "state": {"$in": list(states)}}

        async def question(view: View) -> int:
            return int(await view.db["inbound"].count_documents(wanted))

        return await self._read(question)

    async def mail_of_ours(self, message_ids: tuple[str, ...]) -> MailOfOurs | None:
        wanted = {"message_id": {"$in": list(message_ids)}, "ticket_number": {"$type": "string"}}

        async def question(view: View) -> MailOfOurs | None:
            found = await view.db["mails"].find_one(wanted, {"ticket_number": 1, "to": 1}, sort=[("n", -1)])
            return None if found is None else MailOfOurs(found["_id"], found["ticket_number"], found["to"])

        return await self._read(question)


async def _find(view: View, inbound_id: str) -> InboundMail:
    document = await view.db["inbound"].find_one({"_id": inbound_id}, session=view.session)
    if document is None:
        raise NotFound(f"no inbound mail {inbound_id}")
    return INBOUND.of(document)


async def _change(tx: Transaction, before: InboundMail, after: InboundMail) -> InboundMail:
    if sets := INBOUND.changes(before, after):
        await tx.db["inbound"].update_one({"_id": before.id}, {"$set": sets}, session=tx.session)
    return after


async def _forget(tx: Transaction, inbound_id: str) -> None:
    await tx.db["inbound_raw"].delete_many({"inbound_id": inbound_id})
