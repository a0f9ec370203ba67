"""Group commit: one thread owns the writing connection and commits all waiting operations together.

An operation is a function of the open transaction. Each runs in a savepoint of its own, so what one refuses undoes
only itself; then one COMMIT (one fsync) makes all of them durable. After it one callback on the event loop tells the
facts, in commit order, and answers the callers in the same order. If the commit fails, nothing was stored, nothing
is told, and every caller gets StoreUnavailable; the next group starts afresh, so a full disk recovers by itself.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from transcripts.errors import Conflict, StoreUnavailable
from transcripts.facts import Fact, Listener
from transcripts.sqlite.trouble import Trouble

T = TypeVar("T")

CAPACITY = 4096
"""Operations that may wait; at 10,000 a second that is less than half a second. More are refused at once."""
PUT_OFF_S = 1.0
"""How long after something was written the work of no hurry is begun."""
_OWN_FAULT = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE})
"""Error codes that say something about one statement; all others are about the disk or the file."""


class Transaction:
    """What an operation works on: the connection inside the transaction, and the facts it will have told."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.facts: list[Fact] = []

    def tell(self, facts: Iterable[Fact]) -> None:
        self.facts.extend(facts)


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation that was carried out with others answers and tells."""

    value: Any
    facts: Sequence[Fact]


class Together(Protocol):
    """Operations of one kind that cost less together."""

    def carry_out(self, db: sqlite3.Connection, items: Sequence[Any]) -> Sequence[Done | None]:
        """All in order, in one savepoint. None: that one is to be done on its own. Raises: then all of them are."""

    def forget(self) -> None:
        """Something else was written, or what was carried out was not stored."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    answer: asyncio.Future[Any] | None
    alone: Callable[[sqlite3.Connection], Any] | None = None
    together: Together | None = None
    item: Any = None
    value: Any = None
    error: BaseException | None = None
    facts: Sequence[Fact] = ()


class Writer:
    """connect: opens the writing connection, also anew after the disk failed. Must be made on the event loop.

    put_off: work of no hurry, done in a transaction PUT_OFF_S after a start or a write; True: there is more of it.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        capacity: int = CAPACITY,
        *,
        trouble: Trouble | None = None,
        put_off: Callable[[sqlite3.Connection], bool] | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now_s = monotonic_s
        self._connect = connect
        self._trouble = trouble or Trouble()
        self._capacity = capacity
        self._loop = asyncio.get_running_loop()
        self._put_off = put_off
        self._put_off_until_s = self._now_s() + PUT_OFF_S if put_off else math.inf
        self._togethers: set[Together] = set()
        self._listeners: list[Listener] = []
        self._waiting: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._is_calling = False
        self._closing = False
        self._ended = self._loop.create_future()
        self._db: sqlite3.Connection | None = None
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)
        self._thread.start()

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def submit(
        self, work: Callable[[Transaction], T], together: Together | None = None, item: object = None
    ) -> asyncio.Future[T]:
        """Put `work` in line; operations take effect in the order of these calls.

        together: how it is carried out with its neighbours of the same kind, as `item`; `work` is the same on its own.
        A caller that gives up (cancels) changes nothing: the operation is carried out and told all the same.
        Raises StoreUnavailable where too many wait already, or after aclose().
        """
        return self._in_line(_Job(work, self._loop.create_future(), together=together, item=item))

    def submit_alone(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Put `work` in line that no transaction may be open for, such as VACUUM. Raises as `submit`."""
        return self._in_line(_Job(lambda _: None, self._loop.create_future(), work))

    def _in_line(self, job: _Job) -> asyncio.Future[Any]:
        if self._closing:
            raise StoreUnavailable("the record is closed")
        if len(self._waiting) >= self._capacity:
            raise StoreUnavailable("too many operations wait for the record")
        self._waiting.append(job)
        if not self._is_calling:
            self._is_calling = True
            self._loop.call_soon(self._call)
        assert job.answer is not None
        return job.answer

    def _call(self) -> None:
        """Once for all that was put in line in one turn of the event loop: they share a commit."""
        self._is_calling = False
        with self._wake:
            self._wake.notify()

    async def aclose(self) -> None:
        """Refuse new operations, finish those that wait, and end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        await asyncio.shield(self._ended)
        self._thread.join()

    # ---- in the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while group := self._next_group():
            self._carry_out(group)
            if not self._call_loop(self._answer, group):
                break
        self._drop_connection()
        self._call_loop(self._ended.set_result, None)

    def _next_group(self) -> list[_Job]:
        """Everything that waits, up to what must be alone, and what was put off; empty: it is over."""
        with self._wake:
            rest_s = self._put_off_until_s - self._now_s()
            limit_s = None if rest_s == math.inf else max(rest_s, 0.0)
            is_due = not self._wake.wait_for(lambda: self._waiting or self._closing, limit_s) or rest_s <= 0
            group: list[_Job] = []
            while self._waiting and not (group and (group[0].alone or self._waiting[0].alone)):
                group.append(self._waiting.popleft())
            if is_due and not (group[0].alone if group else self._closing):
                group.append(_Job(self._catch_up, None))
            return group

    def _catch_up(self, tx: Transaction) -> None:
        assert self._put_off is not None
        self._put_off_until_s = self._now_s() + PUT_OFF_S  # should it fail
        self._put_off_until_s = self._now_s() if self._put_off(tx.db) else math.inf

    def _carry_out(self, group: list[_Job]) -> None:
        try:
            db = self._db = self._db or self._connect()
            if group[0].alone is not None:
                self._forget()
                group[0].value = group[0].alone(db)
                return
            db.execute("BEGIN IMMEDIATE")
            for together, jobs in groupby(group, key=attrgetter("together")):
                self._perform_all(db, together, list(jobs))
            db.execute("COMMIT")
        except (sqlite3.Error, StoreUnavailable) as exc:
            self._undo(group, exc)
        finally:
            if self._put_off is not None and group[0].answer is not None:
                self._put_off_until_s = min(self._put_off_until_s, self._now_s() + PUT_OFF_S)

    def _perform_all(self, db: sqlite3.Connection, together: Together | None, jobs: Sequence[_Job]) -> None:
        alone = jobs
        if together is not None:
            self._togethers.add(together)
            alone = _perform_together(db, together, jobs)
        if any(job.answer for job in alone):
            self._forget()
        for job in alone:
            _perform(db, job)

    def _forget(self) -> None:
        for together in self._togethers:
            together.forget()

    def _undo(self, group: list[_Job], cause: Exception) -> None:
        for job in group:
            job.facts = ()
            job.error = self._trouble.told("the record cannot be written now", cause)
            job.error.__cause__ = cause
        self._forget()
        # A new connection next time: after a failed write this one's view of the file is not to be trusted.
        self._drop_connection()

    def _drop_connection(self) -> None:
        db, self._db = self._db, None
        if db is None:
            return
        # Closing rolls back what is open; what fails here was lost anyway.
        with suppress(sqlite3.Error):
            db.close()

    def _call_loop(self, callback: Callable[[Any], None], argument: object) -> bool:
        """False: the event loop is gone, and with it everybody who could be told."""
        try:
            self._loop.call_soon_threadsafe(callback, argument)
        except RuntimeError:
            return False
        return True

    # ---- on the event loop ----------------------------------------------------------------------------------------

    def _answer(self, group: list[_Job]) -> None:
        facts = [fact for job in group for fact in job.facts]
        try:
            if facts:
                for listener in self._listeners:
                    listener(facts)
        finally:
            for job in group:
                _resolve(job)


def _perform_together(db: sqlite3.Connection, together: Together, jobs: Sequence[_Job]) -> Sequence[_Job]:
    """Those that are still to be done on their own. Raises sqlite3.Error as `_perform`."""
    outcomes: Sequence[Done | None] = [None] * len(jobs)
    db.execute("SAVEPOINT operation")
    try:
        outcomes = together.carry_out(db, [job.item for job in jobs])
    except Exception as exc:  # noqa: BLE001 - each is asked again on its own, and that tells its caller
        _undo_operation(db, exc)
        together.forget()
    db.execute("RELEASE operation")
    for job, done in zip(jobs, outcomes, strict=True):
        if done is not None:
            job.value, job.facts = done.value, done.facts
    return [job for job, done in zip(jobs, outcomes, strict=True) if done is None]


def _perform(db: sqlite3.Connection, job: _Job) -> None:
    """Raises sqlite3.Error where the whole transaction is in question."""
    transaction = Transaction(db)
    db.execute("SAVEPOINT operation")
    try:
        job.value = job.work(transaction)
        job.facts = transaction.facts
    except Exception as exc:  # noqa: BLE001 - an operation's own failure is its caller's, never the thread's end
        _undo_operation(db, exc)
        job.error = _translated(exc)
    db.execute("RELEASE operation")


def _undo_operation(db: sqlite3.Connection, exc: Exception) -> None:
    """Raises sqlite3.Error where the whole transaction is in question."""
    if _is_disk_trouble(exc) or not db.in_transaction:
        raise exc if isinstance(exc, sqlite3.Error) else sqlite3.OperationalError(str(exc)) from exc
    db.execute("ROLLBACK TO operation")


def _is_disk_trouble(exc: Exception) -> bool:
    if not isinstance(exc, sqlite3.DatabaseError) or isinstance(exc, sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return False
    code = getattr(exc, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) not in _OWN_FAULT


def _translated(exc: Exception) -> Exception:
    if isinstance(exc, sqlite3.IntegrityError):
        conflict = Conflict(f"taken: {exc}")
        conflict.__cause__ = exc
        return conflict
    return exc


def _resolve(job: _Job) -> None:
    if job.answer is None or job.answer.done():
        return
    if job.error is None:
        job.answer.set_result(job.value)
        return
    job.answer.set_exception(job.error)
