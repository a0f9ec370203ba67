"""One-time codes. The rules are codes.py's, this is their place in the tables."""

from __future__ import annotations

import sqlite3

from transcripts import codes
from transcripts.codes import RECENT, CodeChange, Entered, NewCode, OneTimeCode, Try
from transcripts.facts import MailQueued
from transcripts.records import Chat
from transcripts.sqlite import audit, contacts, outbox
from transcripts.sqlite.base import Part
from transcripts.sqlite.conversations import carry_out
from transcripts.sqlite.conversations import find as find_chat
from transcripts.sqlite.rows import Rows, to_micros
from transcripts.sqlite.writer import Transaction
from transcripts.ticket_changes import mail_of

CODES = Rows(OneTimeCode, "codes", key="id")


class Codes(Part):
    async def send_code(self, new: NewCode) -> Chat:
        def work(tx: Transaction) -> Chat:
            chat, contact = find_chat(tx.db, new.chat_id), contacts.find(tx.db, new.contact_id)
            recent = CODES.all(tx.db, "WHERE address = ? AND sent_at > ?", (new.address, to_micros(new.at - RECENT)))
            change = codes.send(chat, contact, new, recent)
            tx.db.execute("UPDATE codes SET state = 'replaced' WHERE chat_id = ? AND state = 'sent'", (chat.id,))
            assert change.code is not None
            CODES.insert(tx.db, change.code)
            outbox.insert(tx.db, mail_of(new.mail, new.at))
            sent = _carry_out(tx, chat, change)
            tx.tell([MailQueued(new.mail.id)])
            return sent

        return await self._write(work)

    async def enter_code(self, entry: Try) -> Entered:
        def work(tx: Transaction) -> Entered:
            chat = find_chat(tx.db, entry.chat_id)
            before = _last(tx.db, chat.id)
            change = codes.enter(chat, before, entry)
            if before is not None and change.code is not None:
                CODES.update(tx.db, before, change.code)
            _carry_out(tx, chat, change)
            assert change.entered is not None
            return change.entered

        return await self._write(work)

    async def code_of(self, chat_id: str) -> OneTimeCode | None:
        return await self._read(lambda db: _last(db, chat_id))


def _last(db: sqlite3.Connection, chat_id: str) -> OneTimeCode | None:
    return CODES.one(db, "WHERE chat_id = ? ORDER BY n DESC LIMIT 1", (chat_id,))


def _carry_out(tx: Transaction, chat: Chat, change: CodeChange) -> Chat:
    audit.append(tx.db, change.audit)
    return chat if change.change is None else carry_out(tx, change.change)
