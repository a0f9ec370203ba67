"""Everything that a record holds, read past Semafor: each table's or collection's rows, and the bytes of each file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, Protocol

from bson import encode
from pymongo import MongoClient

from tests.harness.desk import Desk

Rows = list[tuple[Any, ...]]
Everything = dict[str, Rows]
NOTED = ("audit", "audit_head", "schema")
"""What a backup and a restore themselves write down; and in MongoDB which indexes were made."""


class Record(Protocol):
    def everything(self) -> Everything:
        """Rows by table, in one order; `files/NAME` has one row with the bytes."""

    def messages(self) -> dict[str, list[tuple[int, str]]]:
        """(seq, body) of each chat, ascending."""

    def last_seqs(self) -> dict[str, int]: ...


class SqliteRecord:
    def __init__(self, desk: Desk) -> None:
        self._data = desk.data

    def everything(self) -> Everything:
        with closing(self._open()) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            plain = [name for name in tables if "USING fts5" not in self._made(db, name)]
            rows = {name: sorted(db.execute(f'SELECT * FROM "{name}"'), key=repr) for name in plain}
        files = {f"files/{path.name}": [(path.read_bytes(),)] for path in (self._data / "files").glob("??/*")}
        return {**rows, **files}

    def messages(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        with closing(self._open()) as db:
            for chat_id, seq, body in db.execute("SELECT chat_id, seq, body FROM messages ORDER BY chat_id, seq"):
                found.setdefault(chat_id, []).append((seq, body))
        return found

    def last_seqs(self) -> dict[str, int]:
        with closing(self._open()) as db:
            return dict(db.execute("SELECT id, last_seq FROM chats"))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self._data / 'semafor.db'}?mode=ro", uri=True)

    @staticmethod
    def _made(db: sqlite3.Connection, name: str) -> str:
        (sql,) = db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
        return str(sql)


class MongoRecord:
    def __init__(self, desk: Desk) -> None:
        self._url = desk.settings["SEMAFOR_MONGO_URL"]

    def everything(self) -> Everything:
        with MongoClient[dict[str, Any]](self._url) as client:
            db = client.get_default_database()
            names = [name for name in db.list_collection_names() if not name.startswith("bytes.")]
            rows = {name: sorted(((encode(one),) for one in db[name].find()), key=repr) for name in names}
            rows["counters"] = [(encode(one),) for one in db["counters"].find({"_id": {"$nin": NOTED}}).sort("_id", 1)]
            for file in db["bytes.files"].find():
                chunks = db["bytes.chunks"].find({"files_id": file["_id"]}).sort("n", 1)
                rows[f"files/{file['_id']}"] = [(b"".join(chunk["data"] for chunk in chunks),)]
        return rows

    def messages(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = {}
        with MongoClient[dict[str, Any]](self._url) as client:
            for one in client.get_default_database()["messages"].find().sort([("chat_id", 1), ("seq", 1)]):
                found.setdefault(one["chat_id"], []).append((one["seq"], one["body"]))
        return found

    def last_seqs(self) -> dict[str, int]:
        with MongoClient[dict[str, Any]](self._url) as client:
            return {one["_id"]: one["last_seq"] for one in client.get_default_database()["chats"].find()}


def without_notes(everything: Everything) -> Everything:
    """Of what nobody wrote down about the copying itself; a table without rows is as good as none."""
    return {name: rows for name, rows in everything.items() if rows and name not in NOTED}
