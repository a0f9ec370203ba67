"""The record in one SQLite file: all parts of the port on one writer and a few readers."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

from transcripts.facts import Listener
from transcripts.sqlite import word_index
from transcripts.sqlite.accounts import Accounts
from transcripts.sqlite.audit import Audit
from transcripts.sqlite.base import count_up
from transcripts.sqlite.chat_reads import ChatReads
from transcripts.sqlite.chats import Chats
from transcripts.sqlite.codes import Codes
from transcripts.sqlite.connections import connect, connect_reader
from transcripts.sqlite.contacts import Contacts
from transcripts.sqlite.credentials import Credentials
from transcripts.sqlite.files import Files
from transcripts.sqlite.inbound import Inbound
from transcripts.sqlite.incidents import Incidents
from transcripts.sqlite.journal import Journal
from transcripts.sqlite.offered import OfferedTurns
from transcripts.sqlite.outbox import Outbox
from transcripts.sqlite.people_reads import PeopleReads
from transcripts.sqlite.presence import Presence
from transcripts.sqlite.privacy import Privacy
from transcripts.sqlite.problems import Problems
from transcripts.sqlite.readers import Readers
from transcripts.sqlite.report_reads import ReportReads
from transcripts.sqlite.schema import migrate
from transcripts.sqlite.ticket_life import TicketLife
from transcripts.sqlite.ticket_reads import TicketReads
from transcripts.sqlite.tickets import Tickets
from transcripts.sqlite.tokens import Tokens
from transcripts.sqlite.trouble import Trouble
from transcripts.sqlite.visitors import Visitors
from transcripts.sqlite.writer import Transaction, Writer

FILES_FOLDER = "files"


class SqliteStore(
    Chats,
    ChatReads,
    Visitors,
    Contacts,
    PeopleReads,
    Codes,
    Audit,
    Tickets,
    TicketReads,
    Privacy,
    Files,
    TicketLife,
    Outbox,
    Accounts,
    Credentials,
    Tokens,
    Presence,
    Journal,
    OfferedTurns,
    ReportReads,
    Inbound,
    Incidents,
    Problems,
):
    """`await SqliteStore.open(path)`, and `aclose()` at the end. Implements `transcripts.port.Store`.

    Several processes may open the same file: each has its own writer, SQLite's lock puts their commits in a row.
    """

    @classmethod
    async def open(cls, path: Path | str) -> SqliteStore:
        """The directory must exist, the file need not. Raises StoreUnavailable."""
        file = Path(path)
        await asyncio.to_thread(_prepare, file)
        trouble = Trouble()
        return cls(
            Writer(partial(connect, file), put_off=_index_words, trouble=trouble),
            Readers(partial(connect_reader, file), trouble),
            file.parent / FILES_FOLDER,
        )

    def listen(self, listener: Listener) -> None:
        self._writer.listen(listener)

    async def check(self) -> None:
        """By writing: a small commit that must reach the disk."""

        def work(tx: Transaction) -> None:
            count_up(tx.db, "checks")

        await self._write(work)

    async def aclose(self) -> None:
        """What was ordered before is carried out and told."""
        await self._writer.aclose()
        await self._readers.aclose()


def _index_words(db: sqlite3.Connection) -> bool:
    upto, newest = word_index.index_some(db)
    return upto < newest


def _prepare(file: Path) -> None:
    connection: sqlite3.Connection = connect(file)
    try:
        migrate(connection)
    finally:
        connection.close()
