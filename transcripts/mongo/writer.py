"""One transaction per operation: snapshot reads, majority writes, tried again when another server was faster.

An operation is a function of the open transaction; nothing it does is seen before the commit, and what it refuses is
undone. Its facts are told after the commit and before its turn ends, so facts of one chat come in order.

What a failure means is decided here:
- the database says the transaction did not happen (a conflict, a new primary): once more from the start;
- it is not known whether the commit happened: the commit is sent again, which is safe, until there is an answer;
- a unique index refuses: once more, as the other one may have been our own earlier request; the second time Conflict;
- time is up, or anything else: StoreUnavailable, never an answer that might be false. Whoever asks again with
  the same client_id or id then gets what was stored, if it was.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import pymongo
from bson.errors import BSONError
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError

from transcripts.errors import Conflict, StoreUnavailable, TranscriptError
from transcripts.facts import Fact, Listener
from transcripts.mongo.begun import Begun
from transcripts.mongo.client import Client, Database
from transcripts.mongo.turns import Turn, Turns

T = TypeVar("T")

CAPACITY = 4096
"""Operations that may be under way or wait; more are refused at once."""
PATIENCE_S = 8.0
"""How long an operation may take where nothing else is said."""
_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.05
"""Not longer: who pauses longer than the others need for an operation is overtaken again and again."""
_DUPLICATE = 11000


class View:
    """What a question works on. session: None where one step is all.

    indexed_chars: of the chats that were read, from how much text their words are indexed.
    """

    def __init__(self, db: Database, session: AsyncClientSession | None) -> None:
        self.db = db
        self.session = session
        self.indexed_chars: dict[str, int] = {}


class Transaction(View):
    """What an operation works on, and the facts it will have told.

    was_refused: it was begun before, and a unique index refused it.
    """

    def __init__(self, db: Database, session: AsyncClientSession | None, *, was_refused: bool = False) -> None:
        super().__init__(db, session)
        self.was_refused = was_refused
        self.facts: list[Fact] = []

    def tell(self, facts: Iterable[Fact]) -> None:
        self.facts.extend(facts)


class Overtaken(Exception):
    """Another server changed what this operation has read; it is tried again."""


class Writer:
    """Must be made on the event loop."""

    def __init__(self, client: Client, begun: Begun, capacity: int = CAPACITY) -> None:
        self._client = client
        self._begun = begun
        self._capacity = capacity
        self._listeners: list[Listener] = []
        self._turns = Turns()
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closing = False

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def submit(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        keys: tuple[str, ...],
        *,
        atomic: bool = True,
        patience_s: float = PATIENCE_S,
    ) -> Awaitable[T]:
        """Carry `work` out after all earlier ones with one of the same keys.

        patience_s: how long it may take, waiting for its turn and all attempts included.
        A caller that gives up (cancels) changes nothing: the operation is carried out and told all the same.
        atomic False: without a transaction, for work that may be done in part and again.
        Raises StoreUnavailable where too many are under way, or after aclose().
        """
        if self._closing:
            raise StoreUnavailable("the record is closed")
        if len(self._under_way) >= self._capacity:
            raise StoreUnavailable("too many operations wait for the record")
        ends_at = asyncio.get_running_loop().time() + patience_s
        task = asyncio.create_task(self._in_turn(work, self._turns.take(keys), ends_at, atomic=atomic))
        self._under_way.add(task)
        task.add_done_callback(self._is_over)
        return asyncio.shield(task)

    async def aclose(self) -> None:
        """Refuse new operations and finish those under way."""
        self._closing = True
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._begun.aclose()

    def _is_over(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            # Looked at, so that the failure of an operation nobody waits for any more is not reported as forgotten.
            task.exception()

    async def _in_turn(
        self, work: Callable[[Transaction], Awaitable[T]], turn: Turn, ends_at: float, *, atomic: bool
    ) -> T:
        try:
            await turn.come()
            left_s = ends_at - asyncio.get_running_loop().time()
            if left_s <= 0:
                raise StoreUnavailable("the record is too slow")
            with pymongo.timeout(left_s):
                answer, facts = await self._carry_out(work, ends_at, atomic=atomic)
            self._tell(facts)
            return answer
        finally:
            turn.end()

    async def _carry_out(
        self, work: Callable[[Transaction], Awaitable[T]], ends_at: float, *, atomic: bool
    ) -> tuple[T, list[Fact]]:
        attempt = 0
        refused = False
        while True:
            attempt += 1
            try:
                return await (self._attempt(work, ends_at, refused) if atomic else self._steps(work))
            except (PyMongoError, BSONError, Overtaken) as exc:
                if is_duplicate(exc):
                    if refused:
                        raise Conflict("an id is taken") from exc
                    refused = True
                elif not _did_not_happen(exc) or asyncio.get_running_loop().time() >= ends_at:
                    raise StoreUnavailable("the record cannot be written now") from exc
            await asyncio.sleep(_pause_s(attempt))

    async def _attempt(
        self, work: Callable[[Transaction], Awaitable[T]], ends_at: float, was_refused: bool
    ) -> tuple[T, list[Fact]]:
        session = await self._client.session()
        try:
            await self._begun.note(session)
            await self._client.begin(session)
            transaction = Transaction(self._client.database, session, was_refused=was_refused)
            answer = await work(transaction)
            await _commit(session, ends_at)
        except BaseException as exc:
            if _may_be_open(exc):
                self._begun.give_up(session)
            else:  # A refused operation leaves nothing behind.
                await self._begun.let_go(session)
            raise
        await self._begun.let_go(session)
        return answer, transaction.facts

    async def _steps(self, work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, list[Fact]]:
        transaction = Transaction(self._client.database, None)
        return await work(transaction), transaction.facts

    def _tell(self, facts: list[Fact]) -> None:
        if facts:
            for listener in self._listeners:
                listener(facts)


async def _commit(session: AsyncClientSession, ends_at: float) -> None:
    """Raises what the last attempt did when time is up; then nobody knows, and the caller is told so."""
    attempt = 0
    while True:
        attempt += 1
        try:
            await session.commit_transaction()
            return
        except PyMongoError as exc:
            is_over = asyncio.get_running_loop().time() >= ends_at
            if is_over or not exc.has_error_label("UnknownTransactionCommitResult"):
                raise
        await asyncio.sleep(_pause_s(attempt))


def is_duplicate(exc: BaseException) -> bool:
    if isinstance(exc, BulkWriteError):
        errors = (exc.details or {}).get("writeErrors", [])
        return any(error.get("code") == _DUPLICATE for error in errors)
    return isinstance(exc, DuplicateKeyError)


def _did_not_happen(exc: BaseException) -> bool:
    """Whether the database says so: an unknown outcome is none."""
    if isinstance(exc, Overtaken):
        return True
    return (
        isinstance(exc, PyMongoError)
        and exc.has_error_label("TransientTransactionError")
        and not exc.has_error_label("UnknownTransactionCommitResult")
    )


def _may_be_open(exc: BaseException) -> bool:
    """Whether the database may not know that this transaction is over: only its own word counts, not a broken line."""
    if isinstance(exc, TranscriptError | Overtaken) or is_duplicate(exc):
        return False
    return not (isinstance(exc, OperationFailure) and _did_not_happen(exc))


def _pause_s(attempt: int) -> float:
    """Longer each time, and never the same for two servers."""
    longest_s = min(_LONGEST_PAUSE_S, _PAUSE_S * 2.0**attempt)
    return longest_s * (0.5 + random.random())  # noqa: S311 (no secret)
