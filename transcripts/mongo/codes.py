"""One-time codes. The rules are codes.py's, this is their place in the collections.

What is kept beside the record's fields: `n`, the order of sending.
"""

from __future__ import annotations

from transcripts import codes
from transcripts.codes import RECENT, CodeChange, Entered, NewCode, OneTimeCode, Try
from transcripts.facts import MailQueued
from transcripts.mongo import audit, contacts, outbox
from transcripts.mongo.base import Part, count_up
from transcripts.mongo.conversations import carry_out
from transcripts.mongo.conversations import find as find_chat
from transcripts.mongo.documents import Documents, to_micros
from transcripts.mongo.writer import Overtaken, Transaction, View
from transcripts.records import Chat
from transcripts.ticket_changes import mail_of

CODES = Documents(OneTimeCode, key="id")


class Codes(Part):
    async def send_code(self, new: NewCode) -> Chat:
        async def work(tx: Transaction) -> Chat:
            chat, contact = await find_chat(tx, new.chat_id), await contacts.find(tx, new.contact_id)
            lately = {"address": new.address, "sent_at": {"$gt": to_micros(new.at - RECENT)}}
            found = await tx.db["codes"].find(lately, session=tx.session).to_list(None)
            change = codes.send(chat, contact, new, list(map(CODES.of, found)))
            ended = {"$set": {"state": "replaced"}}
            await tx.db["codes"].update_many({"chat_id": chat.id, "state": "sent"}, ended, session=tx.session)
            assert change.code is not None
            document = CODES.document(change.code, n=await count_up(tx, "code"))
            await tx.db["codes"].insert_one(document, session=tx.session)
            await outbox.insert(tx, [mail_of(new.mail, new.at)])
            sent = await _carry_out(tx, chat, change)
            tx.tell([MailQueued(new.mail.id)])
            return sent

        keys = (f"chat:{new.chat_id}", "counter:code", audit.COUNTER, *outbox.keys_of([new.mail]))
        return await self._write(work, *keys)

    async def enter_code(self, entry: Try) -> Entered:
        async def work(tx: Transaction) -> Entered:
            chat = await find_chat(tx, entry.chat_id)
            before = await _last(tx, chat.id)
            change = codes.enter(chat, before, entry)
            if before is not None and change.code is not None:
                await _update(tx, before, change.code)
            await _carry_out(tx, chat, change)
            assert change.entered is not None
            return change.entered

        return await self._write(work, f"chat:{entry.chat_id}", audit.COUNTER)

    async def code_of(self, chat_id: str) -> OneTimeCode | None:
        return await self._read(lambda view: _last(view, chat_id))


async def _last(view: View, chat_id: str) -> OneTimeCode | None:
    document = await view.db["codes"].find_one({"chat_id": chat_id}, sort=[("n", -1)], session=view.session)
    return None if document is None else CODES.of(document)


async def _update(tx: Transaction, before: OneTimeCode, after: OneTimeCode) -> None:
    """If it still is what was read: no two tries count as one. Raises Overtaken."""
    as_read = {"_id": before.id, "wrong": before.wrong, "state": before.state}
    result = await tx.db["codes"].update_one(as_read, {"$set": CODES.changes(before, after)}, session=tx.session)
    if result.matched_count != 1:
        raise Overtaken(before.id)


async def _carry_out(tx: Transaction, chat: Chat, change: CodeChange) -> Chat:
    await audit.append(tx, change.audit)
    return chat if change.change is None else await carry_out(tx, change.change)
