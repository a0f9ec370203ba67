"""The record in MongoDB: all parts of the port on one client."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pymongo
from pymongo.errors import PyMongoError
from pymongo.monitoring import CommandListener

from transcripts.errors import StoreUnavailable
from transcripts.facts import Listener
from transcripts.mongo.accounts import Accounts
from transcripts.mongo.audit import Audit
from transcripts.mongo.begun import Begun
from transcripts.mongo.chat_reads import ChatReads
from transcripts.mongo.chats import Chats
from transcripts.mongo.client import DEFAULT_DRIVER, Client, Driver
from transcripts.mongo.codes import Codes
from transcripts.mongo.contacts import Contacts
from transcripts.mongo.credentials import Credentials
from transcripts.mongo.files import Files
from transcripts.mongo.inbound import Inbound
from transcripts.mongo.incidents import Incidents
from transcripts.mongo.journal import Journal
from transcripts.mongo.offered import OfferedTurns
from transcripts.mongo.opening import accept, remedy
from transcripts.mongo.outbox import Outbox
from transcripts.mongo.people_reads import PeopleReads
from transcripts.mongo.presence import Presence
from transcripts.mongo.privacy import Privacy
from transcripts.mongo.problems import Problems
from transcripts.mongo.report_reads import ReportReads
from transcripts.mongo.schema import prepare
from transcripts.mongo.ticket_life import TicketLife
from transcripts.mongo.ticket_reads import TicketReads
from transcripts.mongo.tickets import Tickets
from transcripts.mongo.tokens import Tokens
from transcripts.mongo.visitors import Visitors
from transcripts.mongo.writer import PATIENCE_S, Transaction, Writer

_START_PATIENCE_S = 30.0
"""For the first answer: a database that is started together with the servers takes its time."""
_PREPARE_S = 900.0
"""Indexes of a large record that an older version did not have take their time, too."""
_CHECK_PATIENCE_S = 2.0


class MongoStore(
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
        start_patience_s: float = _START_PATIENCE_S,
        listeners: Sequence[CommandListener] = (),
        unfinished: bool = False,
    ) -> MongoStore:
        """url: its path names the database, else "semafor". unfinished: also in the middle of a restore.

        patience_s: of every operation; start_patience_s: until the database answers for the first time.
        Raises StoreUnavailable with one sentence that names the remedy, and never with the address.
        """
        client = Client(url, driver, listeners)
        try:
            await accept(client, start_patience_s, unfinished=unfinished)
            with pymongo.timeout(_PREPARE_S):
                await prepare(client.database)
        except BaseException as exc:
            why = remedy(exc, client.servers()) if isinstance(exc, PyMongoError) else ""
            await client.close()
            if why:
                raise StoreUnavailable(why) from exc
            raise
        begun = Begun(client)
        return cls(client, begun, Writer(client, begun), patience_s)

    def listen(self, listener: Listener) -> None:
        self._writer.listen(listener)

    async def check(self) -> None:
        """By writing one number that a majority must have, beside all that waits; the answer takes 2 s at most.

        A number of this server's own: no other server is in the way of it.
        """

        async def work(_: Transaction) -> None:
            await self._begun.check()

        patience_s = min(self._patience_s, _CHECK_PATIENCE_S)
        try:
            # The driver's own limit counts from when it has a thread for us, and all may be waiting for the database.
            async with asyncio.timeout(patience_s):
                await self._write(work, atomic=False, patience_s=patience_s)
        except TimeoutError as exc:
            raise StoreUnavailable("the record is too slow") from exc

    async def aclose(self) -> None:
        """What was ordered before is carried out and told."""
        await self._writer.aclose()
        with suppress(PyMongoError):
            await self._begun.forget()
        await self._client.close()
