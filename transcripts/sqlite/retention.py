"""What has been kept for longer than it should: found, and taken away. The rules are transcripts/retention.py's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from transcripts.privacy import Person
from transcripts.retention import Aged, Outdated, RetentionClass
from transcripts.sqlite import erasing
from transcripts.sqlite.rows import marks, to_micros
from transcripts.sqlite.writer import Transaction

_OVER = "department_id = ? AND state = 'closed' AND closed_at < ? AND erased_at IS NULL"
_FINAL = "department_id = ? AND status IN ('closed', 'solved') AND updated_at < ? AND erased_at IS NULL"
_NAMED = " AND (visitor_name IS NOT NULL OR visitor_email IS NOT NULL)"
_REACHABLE = " AND (requester_email <> '' OR requester_name IS NOT NULL OR phone IS NOT NULL)"


def find(db: sqlite3.Connection, asked: Outdated) -> Aged:
    finders: dict[RetentionClass, Callable[[sqlite3.Connection, Outdated], Aged]] = {
        "conversations": lambda db, asked: _conversations(db, asked, "", ""),
        "addresses": lambda db, asked: _conversations(db, asked, _NAMED, _REACHABLE),
        "files": _files,
        "pages": _pages,
    }
    return finders[asked.kind](db, asked)


def drop(tx: Transaction, asked: Outdated, found: Aged) -> list[str]:
    """The names of files whose bytes are to go."""
    db = tx.db
    if asked.kind == "files":
        return erasing.files_out(db, f"id IN ({marks(found.file_ids)})", found.file_ids)[1]
    if asked.kind == "pages":
        where = f"at < ? AND visitor_id IN ({marks(found.page_visitors)})"
        db.execute(f"DELETE FROM pages WHERE {where}", (to_micros(asked.before), *found.page_visitors))
    if asked.kind == "addresses":
        _unname(tx, found)
    return []


def _conversations(db: sqlite3.Connection, asked: Outdated, which_chats: str, which_tickets: str) -> Aged:
    args = (asked.department_id, to_micros(asked.before), asked.limit)
    chats = db.execute(f"SELECT id FROM chats WHERE {_OVER}{which_chats} ORDER BY closed_at LIMIT ?", args)
    tickets = db.execute(f"SELECT number FROM tickets WHERE {_FINAL}{which_tickets} ORDER BY updated_at LIMIT ?", args)
    return Aged(tuple(key for (key,) in chats), tuple(key for (key,) in tickets))


def _files(db: sqlite3.Connection, asked: Outdated) -> Aged:
    """Of what is over: somebody may still be talking about the others."""
    rows = db.execute(
        "SELECT f.id, f.size_bytes FROM files f LEFT JOIN chats c ON c.id = f.chat_id"
        " LEFT JOIN tickets t ON t.number = f.ticket_number"
        " WHERE f.created_at < ? AND coalesce(c.department_id, t.department_id) = ?"
        " AND (f.chat_id IS NULL OR c.state = 'closed')"
        " AND (f.ticket_number IS NULL OR t.status IN ('closed', 'solved')) ORDER BY f.n LIMIT ?",
        (to_micros(asked.before), asked.department_id, asked.limit),
    ).fetchall()
    return Aged(file_ids=tuple(key for key, _ in rows), file_bytes=sum(size for _, size in rows))


def _pages(db: sqlite3.Connection, asked: Outdated) -> Aged:
    """A visitor's pages go by the department of their last chat; "" is the desk's word for who has none."""
    rows = db.execute(
        "SELECT visitor_id, count(*) FROM pages WHERE at < ? AND coalesce((SELECT department_id FROM chats"
        " WHERE chats.visitor_id = pages.visitor_id ORDER BY line DESC LIMIT 1), '') = ?"
        " GROUP BY visitor_id ORDER BY min(at) LIMIT ?",
        (to_micros(asked.before), asked.department_id, asked.limit),
    ).fetchall()
    return Aged(page_visitors=tuple(key for key, _ in rows), page_views=sum(n for _, n in rows))


def _unname(tx: Transaction, found: Aged) -> None:
    db = tx.db
    gone = Person(chat_ids=found.chat_ids, ticket_numbers=found.ticket_numbers)
    erasing.delete_mails(db, gone)
    erasing.delete_inbound(db, gone)
    named = _named(db, found)
    db.execute(
        "UPDATE chats SET visitor_name = NULL, visitor_email = NULL, visitor_verified = NULL, revision = revision + 1"
        f" WHERE id IN ({marks(found.chat_ids)})",
        found.chat_ids,
    )
    db.execute(
        "UPDATE messages SET author_name = NULL WHERE author_kind = 'visitor'"
        f" AND chat_id IN ({marks(found.chat_ids)})",
        found.chat_ids,
    )
    for number in found.ticket_numbers:
        erasing.unname_ticket(db, number)
    for address in named:
        _forget_address(db, address)


def _named(db: sqlite3.Connection, found: Aged) -> list[str]:
    rows = db.execute(
        f"SELECT lower(visitor_email) FROM chats WHERE visitor_email IS NOT NULL AND id IN ({marks(found.chat_ids)})"
        " UNION SELECT lower(requester_email) FROM tickets WHERE requester_email <> ''"
        f" AND number IN ({marks(found.ticket_numbers)})",
        (*found.chat_ids, *found.ticket_numbers),
    )
    return [address for (address,) in rows]


def _forget_address(db: sqlite3.Connection, address: str) -> None:
    """Where nothing newer stands under it, nobody is known by it any more; a subscription was asked for by itself."""
    used = db.execute(
        "SELECT EXISTS (SELECT 1 FROM chats WHERE visitor_email = ? COLLATE NOCASE)"
        " OR EXISTS (SELECT 1 FROM tickets WHERE requester_email = ? COLLATE NOCASE)",
        (address, address),
    ).fetchone()[0]
    if used:
        return
    owner = db.execute("SELECT contact_id FROM contact_addresses WHERE folded = ?", (address,)).fetchone()
    visitors = db.execute("SELECT id FROM visitors WHERE lower(email) = ?", (address,)).fetchall()
    alone = (
        owner is not None
        and not db.execute(
            "SELECT 1 FROM contact_addresses WHERE contact_id = ? AND folded <> ?", (owner[0], address)
        ).fetchone()
    )
    gone = Person(addresses=(address,), contact_ids=(owner[0],) if owner and alone else ())
    erasing.delete_mails(db, gone)
    erasing.delete_inbound(db, gone)
    db.execute(
        f"UPDATE visitors SET name = NULL, email = NULL WHERE id IN ({marks(visitors)})", [key for (key,) in visitors]
    )
    erasing.delete_contacts(db, gone.contact_ids)
    erasing.seal_audit(db, gone.addresses)
