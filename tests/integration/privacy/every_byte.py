"""Every byte that a desk keeps anywhere, to look for words that must not be there."""

from __future__ import annotations

import base64
import quopri
import socket
import sqlite3
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bson import encode
from pymongo import MongoClient

from tests.harness.desk import Desk

Where = tuple[str, bytes]
PREFIX = "canary"
BEGINNING_BYTES = 4
"""Of what all canaries begin with, in any writing: most places hold none of it, and are passed over quickly."""


def places(desk: Desk, mongo_url: str | None, redis_port: int | None, redis_folder: Path | None) -> Iterator[Where]:
    """Names of places and what is in them: files as they are on the disk, words of the index, documents, keys, logs."""
    yield "log", desk.stderr().encode()
    for path in (path for path in desk.data.rglob("*") if path.is_file()):
        yield str(path.relative_to(desk.data)), path.name.encode() + path.read_bytes()
    record = desk.data / "semafor.db"
    if record.exists():
        yield from _words(record)
    if mongo_url is not None:
        yield from _documents(mongo_url)
    if redis_port is not None:
        yield from _keys(redis_port)
    for path in redis_folder.rglob("*") if redis_folder else ():
        if path.is_file():
            yield f"redis {path.name}", path.read_bytes()


def found(canaries: list[str], where: Iterator[Where]) -> list[tuple[str, str]]:
    """(place, canary) of each that is anywhere, in any writing that something of ours could give it."""
    written = {canary: list(_writings(canary)) for canary in canaries}
    hits = []
    odd = [canary for canary in canaries if not canary.startswith(PREFIX)]
    beginnings = [form[:BEGINNING_BYTES] for form in _writings(PREFIX)] + [f for one in odd for f in written[one]]
    for name, content in where:
        lower = content.lower()
        if not any(beginning in lower for beginning in beginnings):
            continue
        hits += [(name, canary) for canary, forms in written.items() if any(form in lower for form in forms)]
    return hits


def _writings(canary: str) -> Iterator[bytes]:
    raw = canary.encode()
    yield raw.lower()
    yield quopri.encodestring(raw).lower()
    yield urllib.parse.quote(canary).encode().lower()
    yield canary.encode("utf-16-le").lower()
    for shift in range(3):  # what base64 makes of it depends on where it begins
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        yield encoded[4 if shift else 0 : -1].lower()


def _words(record: Path) -> Iterator[Where]:
    """FTS5 keeps a word's beginning once for several: so its words are asked for, too. And what is packed, unpacked."""
    db = sqlite3.connect(f"file:{record}?mode=ro", uri=True)
    try:
        for index in ("message_words", "name_words", "ticket_words", "ticket_message_words"):
            db.execute(f"CREATE VIRTUAL TABLE temp.{index}_terms USING fts5vocab(main, {index}, row)")
            terms = "\n".join(term for (term,) in db.execute(f"SELECT term FROM temp.{index}_terms"))
            yield f"index {index}", terms.encode()
        for day, kept in db.execute("SELECT day, kept FROM report_kept"):
            yield f"kept day {day}", _unpacked(kept)
    finally:
        db.close()


def _unpacked(kept: bytes) -> bytes:
    try:
        return zlib.decompress(kept)
    except zlib.error:
        return kept


def _documents(url: str) -> Iterator[Where]:
    client: MongoClient[dict[str, Any]] = MongoClient(url)
    database = client.get_default_database()
    for name in database.list_collection_names():
        for document in database[name].find():
            yield f"mongo {name}", encode(document)
    client.close()


def _keys(port: int) -> Iterator[Where]:
    """Each key's name and its DUMP, and what streams, lists, sets and hashes hold: a dump may be packed."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        file = connection.makefile("rb")

        def ask(*words: bytes) -> Any:
            parts = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
            connection.sendall(b"*%d\r\n" % len(words) + parts)
            return _answer(file)

        for key in ask(b"KEYS", b"*"):
            kind = ask(b"TYPE", key)
            reads = {
                b"string": (b"GET", key),
                b"list": (b"LRANGE", key, b"0", b"-1"),
                b"set": (b"SMEMBERS", key),
                b"zset": (b"ZRANGE", key, b"0", b"-1"),
                b"hash": (b"HGETALL", key),
                b"stream": (b"XRANGE", key, b"-", b"+"),
            }
            yield f"redis key {key!r}", key + repr(ask(*reads[kind])).encode() + (ask(b"DUMP", key) or b"")


def _answer(file: Any) -> Any:
    line = file.readline().rstrip(b"\r\n")
    kind, rest = line[:1], line[1:]
    if kind == b"$":
        return None if rest == b"-1" else file.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return [_answer(file) for _ in range(int(rest))]
    assert kind != b"-", line
    return rest


def columns(record: Path, canaries: list[str]) -> set[str]:
    """ "table.column" of all that may hold words and holds nothing of a canary."""
    db = sqlite3.connect(f"file:{record}?mode=ro", uri=True)
    db.text_factory = bytes
    empty = set[str]()
    written = [form for canary in canaries for form in _writings(canary)]
    try:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"):
            for _, column, kind, *_ in db.execute(f'PRAGMA table_info("{table.decode()}")').fetchall():
                if kind.upper() not in (b"INTEGER", b"REAL"):
                    said = db.execute(f'SELECT "{column.decode()}" FROM "{table.decode()}"').fetchall()
                    content = b"\n".join(_unpacked(one) for (one,) in said if isinstance(one, bytes)).lower()
                    if not any(form in content for form in written):
                        empty.add(f"{table.decode()}.{column.decode()}")
    finally:
        db.close()
    return empty
