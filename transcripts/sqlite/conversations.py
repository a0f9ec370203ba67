"""How a chat and what is said in it are kept: the tables, and the one way a change gets into them."""

from __future__ import annotations

import sqlite3

from transcripts.changes import Change
from transcripts.errors import NotFound
from transcripts.records import Chat, Message, Note
from transcripts.sqlite.rows import Rows
from transcripts.sqlite.writer import Transaction

CHATS = Rows(Chat, "chats", key="id")
MESSAGES = Rows(Message, "messages", key="seq")
NOTES = Rows(Note, "notes", key="note_seq")


def find(db: sqlite3.Connection, chat_id: str) -> Chat:
    """Raises NotFound."""
    chat = CHATS.one(db, "WHERE id = ?", (chat_id,))
    if chat is None:
        raise NotFound(f"no chat {chat_id}")
    return chat


def carry_out(tx: Transaction, change: Change) -> Chat:
    """Store the change and have its facts told."""
    said = sum(message.kind != "event" for message in change.messages)
    if change.before is None:
        CHATS.insert(tx.db, change.chat, messages_n=said)
    else:
        CHATS.update(tx.db, change.before, change.chat, **({"messages_n": f"messages_n + {said}"} if said else {}))
    for message in change.messages:
        MESSAGES.insert(tx.db, message)
    if change.note is not None:
        NOTES.insert(tx.db, change.note)
    tx.tell(change.facts())
    return change.chat
