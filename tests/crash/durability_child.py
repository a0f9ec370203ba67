"""The program that test_durability.py records: visitors who write at once, each acknowledgement noted as it is given.

Called with a directory for the record, a file for the acknowledgements, and the durability to plant: FULL leaves
the product as it is. A checkpoint comes every 20 pages here, so that the recording has many.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from transcripts.operations import NewChat, NewMessage
from transcripts.records import Author
from transcripts.sqlite.connections import connect, connect_reader
from transcripts.sqlite.readers import Readers
from transcripts.sqlite.store import SqliteStore
from transcripts.sqlite.writer import Writer

CHATS = 4
SENDERS = 3
MESSAGES = 8
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def _connect(path: Path, planted: str) -> sqlite3.Connection:
    connection = connect(path)
    connection.execute("PRAGMA wal_autocheckpoint = 20")
    if planted != "FULL":
        connection.execute(f"PRAGMA synchronous = {planted}")
    return connection


async def _talk(store: SqliteStore, acks: int, chat: int, sender: int) -> None:
    author = Author("visitor", f"v{sender}", None)
    for number in range(MESSAGES):
        client_id = f"s{sender}m{number}"
        sent = await store.send_message(NewMessage(f"c{chat}", client_id, author, client_id * 50, _AT))
        os.write(acks, f"c{chat} {sent.seq} {client_id}\n".encode())


async def _main(directory: Path, ack_file: Path, planted: str) -> None:
    path = directory / "record.db"
    await (await SqliteStore.open(path)).aclose()
    writer, readers = Writer(partial(_connect, path, planted)), Readers(partial(connect_reader, path))
    store = SqliteStore(writer, readers, directory / "files")
    acks = os.open(ack_file, os.O_CREAT | os.O_WRONLY)
    for chat in range(CHATS):
        new = NewChat(f"c{chat}", f"v{chat}", "q", "f", "d", f"q{chat}", _AT, None, None, None, "en")
        await store.start_chat(new)
        os.write(acks, f"c{chat} 1 q\n".encode())
    await asyncio.gather(*(_talk(store, acks, chat, sender) for chat in range(CHATS) for sender in range(SENDERS)))
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
