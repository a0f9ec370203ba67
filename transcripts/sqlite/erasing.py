"""How a person goes out of the tables: what is deleted, what stays as a row without words, and the search index.

Deleting a row frees its place; secure_delete writes zeros there. What SQLite moved about before may still lie in a
page, so `purge` puts the words' index together anew, writes the whole file anew, and empties the write-ahead log.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from transcripts import audit_seals
from transcripts.privacy import CLOSED_FOR, Erasure, Person, erased_chat, erased_ticket
from transcripts.records import Ticket
from transcripts.sqlite.conversations import CHATS
from transcripts.sqlite.rows import marks
from transcripts.sqlite.tickets import TICKETS
from transcripts.sqlite.writer import Transaction
from transcripts.words import fold

INDEXES = ("message_words", "name_words", "ticket_words", "ticket_message_words")
DAY_MICROS = 86_400_000_000
_TRIES = 3
"""Each waits for who is reading as long as the connection does (connections.py)."""
_TRY_AGAIN_S = 0.02


def erase_chat(tx: Transaction, chat_id: str, order: Erasure) -> bool:
    """False: there is none, or it was erased before."""
    db = tx.db
    chat = CHATS.one(db, "WHERE id = ?", (chat_id,))
    if chat is None or chat.erased_at is not None:
        return False
    said = "SELECT id, body FROM messages WHERE chat_id = ? AND kind = 'text'"
    for row, body in db.execute(said, (chat_id,)).fetchall():
        _forget_words(db, "message_words", row, body=body)
    db.execute(
        "UPDATE messages SET client_id = NULL, body = '', file = NULL, kind = 'text',"
        f" author_id = CASE author_kind WHEN 'visitor' THEN '{CLOSED_FOR}' || chat_id ELSE author_id END,"
        " author_name = CASE author_kind WHEN 'visitor' THEN NULL ELSE author_name END"
        " WHERE chat_id = ? AND kind <> 'event'",
        (chat_id,),
    )
    db.execute("DELETE FROM notes WHERE chat_id = ?", (chat_id,))
    db.execute("DELETE FROM starts WHERE chat_id = ?", (chat_id,))
    db.execute(
        "DELETE FROM report_kept WHERE day = (SELECT created_at / ? FROM chats WHERE id = ?)", (DAY_MICROS, chat_id)
    )
    CHATS.update(db, chat, erased_chat(chat, order))
    return True


def erase_ticket(tx: Transaction, number: str, order: Erasure) -> bool:
    """False: there is none, or it was erased before."""
    db = tx.db
    ticket = TICKETS.one(db, "WHERE number = ?", (number,))
    if ticket is None or ticket.erased_at is not None:
        return False
    _index_anew(db, ticket, "")
    for n, body in db.execute("SELECT n, body FROM ticket_messages WHERE ticket_number = ?", (number,)).fetchall():
        _forget_words(db, "ticket_message_words", n, body=body)
    db.execute(
        "UPDATE ticket_messages SET client_id = NULL, body = '', mail_id = NULL, file_ids = '[]', quoted = NULL,"
        " sender = NULL, author_id = CASE author_kind WHEN 'agent' THEN author_id END,"
        " author_name = CASE author_kind WHEN 'agent' THEN author_name END WHERE ticket_number = ?",
        (number,),
    )
    db.execute("DELETE FROM ticket_requests WHERE ticket_number = ?", (number,))
    db.execute("DELETE FROM report_kept WHERE day = ?", (_day_of(db, number),))
    TICKETS.update(db, ticket, erased_ticket(ticket, order))
    return True


def unname_ticket(db: sqlite3.Connection, number: str) -> None:
    """Its words stay, who asked goes."""
    ticket = TICKETS.one(db, "WHERE number = ?", (number,))
    if ticket is None:
        return
    _index_anew(db, ticket, ticket.subject)
    db.execute(
        "UPDATE tickets SET requester_name = NULL, requester_email = '', requester_verified = NULL, phone = NULL,"
        " version = version + 1 WHERE number = ?",
        (number,),
    )
    db.execute(
        "UPDATE ticket_messages SET sender = NULL, mail_id = NULL,"
        " author_name = CASE author_kind WHEN 'agent' THEN author_name END WHERE ticket_number = ?",
        (number,),
    )


def delete_files(db: sqlite3.Connection, person: Person) -> tuple[int, list[str]]:
    """How many, and the names of their bytes."""
    where = (
        f"chat_id IN ({marks(person.chat_ids)}) OR ticket_number IN ({marks(person.ticket_numbers)})"
        f" OR author_kind = 'visitor' AND author_id IN ({marks(person.visitor_ids)})"
    )
    args = (*person.chat_ids, *person.ticket_numbers, *person.visitor_ids)
    return files_out(db, where, args)


def files_out(db: sqlite3.Connection, where: str, args: Sequence[object]) -> tuple[int, list[str]]:
    found = db.execute(f"SELECT id, thumb_id FROM files WHERE {where}", args).fetchall()
    db.execute(f"DELETE FROM files WHERE {where}", args)
    return len(found), [name for pair in found for name in pair if name is not None]


def delete_mails(db: sqlite3.Connection, person: Person) -> list[str]:
    """Their Message-IDs."""
    where, args = about(person)
    found = db.execute(f"SELECT message_id FROM mails {where}", args).fetchall()
    db.execute(f"DELETE FROM mails {where}", args)
    return [message_id for (message_id,) in found]


def about(person: Person) -> tuple[str, tuple[str, ...]]:
    """Which rows of mails."""
    where = (
        f"WHERE chat_id IN ({marks(person.chat_ids)}) OR ticket_number IN ({marks(person.ticket_numbers)})"
        f' OR lower("to") IN ({marks(person.addresses)})'
    )
    return where, (*person.chat_ids, *person.ticket_numbers, *person.addresses)


def delete_inbound(db: sqlite3.Connection, person: Person) -> int:
    where = (
        f"ticket_number IN ({marks(person.ticket_numbers)}) OR lower(sender) IN ({marks(person.addresses)})"
        f" OR lower(envelope_from) IN ({marks(person.addresses)})"
    )
    args = (*person.ticket_numbers, *person.addresses, *person.addresses)
    db.execute(f"DELETE FROM inbound_raw WHERE inbound_id IN (SELECT id FROM inbound WHERE {where})", args)
    return db.execute(f"DELETE FROM inbound WHERE {where}", args).rowcount


def delete_person(db: sqlite3.Connection, person: Person) -> dict[str, int]:
    """What hangs on visits, addresses and contacts."""
    visits, addresses, contacts = person.visitor_ids, person.addresses, person.contact_ids
    counts = {
        "pages": _delete(db, "pages", "visitor_id", visits),
        "visitors": _delete(db, "visitors", "id", visits),
        "subscriptions": _delete(db, "incident_subscribers", "email_folded", addresses),
        "contacts": delete_contacts(db, contacts),
    }
    _delete(db, "identities", "visitor_id", visits)
    _delete(db, "starts", "visitor_id", visits)
    codes = sum(
        _delete(db, "codes", column, values)
        for column, values in (("chat_id", person.chat_ids), ("contact_id", contacts), ("lower(address)", addresses))
    )
    return {**counts, "codes": codes}


def delete_contacts(db: sqlite3.Connection, ids: Sequence[str]) -> int:
    _delete(db, "contact_addresses", "contact_id", ids)
    return _delete(db, "contacts", "id", ids)


def seal_audit(db: sqlite3.Connection, addresses: Sequence[str]) -> None:
    for address in addresses:
        for n, text in db.execute("SELECT n, detail FROM audit WHERE instr(lower(detail), ?)", (address,)).fetchall():
            detail = json.loads(text)
            if audit_seals.SALT in detail and audit_seals.names_any(detail, addresses):
                kept = json.dumps(audit_seals.sealed(detail), ensure_ascii=False, separators=(",", ":"))
                db.execute("UPDATE audit SET detail = ? WHERE n = ?", (kept, n))


def purge(db: sqlite3.Connection) -> bool:
    """False: a reader, or another process, was in the way all the time."""
    try:
        for index in INDEXES:
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        db.execute("VACUUM")
        for _ in range(_TRIES):
            if not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return True
            time.sleep(_TRY_AGAIN_S)
    except sqlite3.OperationalError as exc:
        if (exc.sqlite_errorcode & 0xFF) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
    return False


def _index_anew(db: sqlite3.Connection, ticket: Ticket, subject: str) -> None:
    """With number and subject alone."""
    (row,) = db.execute("SELECT id FROM tickets WHERE number = ?", (ticket.number,)).fetchone()
    words = (ticket.subject, ticket.requester_name, ticket.requester_email)
    names = ("subject", "requester_name", "requester_email")
    _forget_words(db, "ticket_words", row, number=ticket.number, **dict(zip(names, words, strict=True)))
    kept = "INSERT INTO ticket_words (rowid, number, subject) VALUES (?, ?, ?)"
    db.execute(kept, (row, ticket.number, fold(subject)))


def _forget_words(db: sqlite3.Connection, index: str, row: int, **texts: str | None) -> None:
    """Exactly what was put in; a row that is not in the index must not be taken out of it."""
    if db.execute(f"SELECT 1 FROM {index}_docsize WHERE id = ?", (row,)).fetchone() is None:
        return
    values = [None if text is None else fold(text) if name != "number" else text for name, text in texts.items()]
    names = ", ".join(texts)
    db.execute(f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', ?, {marks(values)})", (row, *values))


def _delete(db: sqlite3.Connection, table: str, column: str, values: Sequence[str]) -> int:
    if not values:
        return 0
    return db.execute(f"DELETE FROM {table} WHERE {column} IN ({marks(values)})", tuple(values)).rowcount


def _day_of(db: sqlite3.Connection, number: str) -> int:
    (day,) = db.execute("SELECT created_at / ? FROM tickets WHERE number = ?", (DAY_MICROS, number)).fetchone()
    return int(day)
