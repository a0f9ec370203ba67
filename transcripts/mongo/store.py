"""The record in MongoDB: all parts of the port on one client."""

from __future__ import annotations

from collections.abc import Sequence

import pymongo
from pymongo.errors import PyMongoError
from pymongo.monitoring import CommandListener

from transcripts.errors import StoreUnavailable
from transcripts.facts import Listener
from transcripts.mongo.accounts import Accounts
from transcripts.mongo.base import count_up
from transcripts.mongo.chat_reads import ChatReads
from transcripts.mongo.chats import Chats
from transcripts.mongo.client import DEFAULT_DRIVER, Client, Driver
from transcripts.mongo.journal import Journal
from transcripts.mongo.outbox import Outbox
from transcripts.mongo.presence import Presence
from transcripts.mongo.report_reads import ReportReads
from transcripts.mongo.schema import prepare
from transcripts.mongo.ticket_reads import TicketReads
from transcripts.mongo.tickets import Tickets
from transcripts.mongo.visitors import Visitors
from transcripts.mongo.writer import PATIENCE_S, Transaction, Writer

_PREPARE_S = 900.0
"""Indexes of a large record that an older version did not have take their time."""


class MongoStore(Chats, ChatReads, Visitors, Tickets, TicketReads, Outbox, Accounts, Presence, Journal, ReportReads):
    """`await MongoStore.open(url)`, and `aclose()` at the end. Implements `transcripts.port.Store`.

    Several processes share one database; each tells its listener the facts of its own operations only.
    """

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        driver: Driver = DEFAULT_DRIVER,
        patience_s: float = PATIENCE_S,
        listeners: Sequence[CommandListener] = (),
    ) -> MongoStore:
        """url: its path names the database, else "semafor". Raises StoreUnavailable."""
        client = Client(url, driver, listeners)
        try:
            with pymongo.timeout(_PREPARE_S):
                await prepare(client, patience_s)
        except PyMongoError as exc:
            await client.close()
            raise StoreUnavailable("the record cannot be reached or prepared") from exc
        except StoreUnavailable:
            await client.close()
            raise
        return cls(client, Writer(client, patience_s), patience_s)

    def listen(self, listener: Listener) -> None:
        self._writer.listen(listener)

    async def check(self) -> None:
        """By writing: a small commit that a majority must have."""

        async def work(tx: Transaction) -> None:
            await count_up(tx, "checks")

        await self._write(work, "counter:checks")

    async def aclose(self) -> None:
        """What was ordered before is carried out and told."""
        await self._writer.aclose()
        await self._client.close()
