"""Group commit: what is grouped, what is undone, who is told, and how a failing disk is survived."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from transcripts.errors import Conflict, NotFound, StoreUnavailable
from transcripts.facts import MailQueued
from transcripts.sqlite import writer
from transcripts.sqlite.connections import connect
from transcripts.sqlite.writer import Transaction, Writer


class Desk:
    """A writer on a small table, a gate that holds its thread, and a record of what it did."""

    def __init__(self, path: Path, capacity: int = 100) -> None:
        self.statements: list[str] = []
        self.told: list[list[str]] = []
        self.limit_pages: int | None = None
        self._path = path
        self._gate = threading.Event()
        with connect(path) as db:
            db.execute("CREATE TABLE parents (name TEXT PRIMARY KEY)")
            db.execute(
                "CREATE TABLE words (word TEXT UNIQUE, filler BLOB,"
                " parent TEXT REFERENCES parents (name) DEFERRABLE INITIALLY DEFERRED)"
            )
        db.close()
        self.writer = Writer(self._connect, capacity)
        self.writer.listen(self._hear)

    def _connect(self) -> sqlite3.Connection:
        db = connect(self._path)
        db.set_trace_callback(self.statements.append)
        if self.limit_pages is not None:
            db.execute(f"PRAGMA max_page_count = {self.limit_pages}")
        return db

    def _hear(self, facts: Any) -> None:
        self.told.append([cast("MailQueued", fact).mail_id for fact in facts])

    def add(self, word: str, *, parent: str | None = None, size: int = 0) -> asyncio.Future[str]:
        def work(tx: Transaction) -> str:
            tx.db.execute("INSERT INTO words VALUES (?, zeroblob(?), ?)", (word, size, parent))
            tx.tell([MailQueued(word)])
            return word

        return self.writer.submit(work)

    def fail(self, word: str, error: Exception) -> asyncio.Future[str]:
        def work(tx: Transaction) -> str:
            tx.db.execute("INSERT INTO words (word) VALUES (?)", (word,))
            tx.tell([MailQueued(word)])
            raise error

        return self.writer.submit(work)

    async def hold(self) -> None:
        """Stop the writer's thread inside an operation, until `release`: all that comes meanwhile is one group."""
        self._gate.clear()
        entered = threading.Event()

        def work(_: Transaction) -> None:
            entered.set()
            self._gate.wait(10)

        self.held = self.writer.submit(work)
        await asyncio.to_thread(entered.wait, 10)

    def release(self) -> None:
        self._gate.set()

    def words(self) -> list[str]:
        db = connect(self._path)
        words = [word for (word,) in db.execute("SELECT word FROM words ORDER BY rowid")]
        db.close()
        return words

    def count(self, statement: str) -> int:
        return sum(text.startswith(statement) for text in self.statements)


MakeDesk = Callable[..., Desk]


@pytest.fixture
async def make_desk(tmp_path: Path) -> AsyncIterator[MakeDesk]:
    made: list[Desk] = []

    def make(**options: Any) -> Desk:
        made.append(Desk(tmp_path / f"{len(made)}.db", **options))
        return made[-1]

    yield make
    for desk in made:
        desk.release()
        await desk.writer.aclose()


async def _outcomes(*answers: asyncio.Future[Any]) -> list[Any]:
    return await asyncio.gather(*answers, return_exceptions=True)


async def test_all_waiting_operations_share_one_commit(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await desk.hold()
    waiting = [desk.add(f"w{number}") for number in range(20)]

    desk.release()
    await asyncio.gather(*waiting)

    assert desk.count("COMMIT") == 2
    assert desk.count("SAVEPOINT") == 21
    assert desk.words() == [f"w{number}" for number in range(20)]


async def test_an_operation_that_is_refused_undoes_only_itself(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await desk.hold()
    answers = [desk.add("a"), desk.fail("b", NotFound("b")), desk.add("c"), desk.add("a"), desk.add("d")]

    desk.release()
    results = await _outcomes(*answers)

    assert [results[0], results[2], results[4]] == ["a", "c", "d"]
    assert isinstance(results[1], NotFound)
    assert isinstance(results[3], Conflict)
    assert desk.words() == ["a", "c", "d"]
    assert desk.told == [["a", "c", "d"]]


async def test_a_defect_in_one_operation_is_its_callers_alone(make_desk: MakeDesk) -> None:
    desk = make_desk()

    def nonsense(tx: Transaction) -> None:
        tx.db.execute("SELECT nothing FROM nowhere")

    def surrogate(tx: Transaction) -> None:
        tx.db.execute("INSERT INTO words (word) VALUES (?)", ("\ud800",))

    await desk.hold()
    answers: list[asyncio.Future[Any]] = [desk.fail("a", TypeError("a"))]
    answers += [desk.writer.submit(nonsense), desk.writer.submit(surrogate)]
    last = desk.add("z")
    desk.release()
    results = await _outcomes(*answers)

    assert [type(result) for result in results] == [TypeError, sqlite3.OperationalError, UnicodeEncodeError]
    assert await last == "z"
    assert desk.words() == ["z"]


async def test_facts_are_told_in_commit_order_before_any_answer(make_desk: MakeDesk) -> None:
    desk = make_desk()
    order: list[str] = []
    await desk.hold()
    desk.writer.listen(lambda facts: order.extend(f"told {cast('MailQueued', fact).mail_id}" for fact in facts))
    answers = [desk.add(word) for word in "abc"]
    for answer in answers:
        answer.add_done_callback(lambda done: order.append(f"answered {done.result()}"))

    desk.release()
    await asyncio.gather(*answers)

    assert order == ["told a", "told b", "told c", "answered a", "answered b", "answered c"]


async def test_a_full_line_is_refused_at_once_and_free_again_later(make_desk: MakeDesk) -> None:
    desk = make_desk(capacity=3)
    await desk.hold()
    waiting = [desk.add(word) for word in "abc"]

    with pytest.raises(StoreUnavailable):
        await desk.add("d")
    desk.release()
    await asyncio.gather(*waiting)

    assert await desk.add("e") == "e"
    assert desk.words() == ["a", "b", "c", "e"]


async def test_a_failing_commit_fails_all_and_tells_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await desk.hold()
    answers = [desk.add("a"), desk.add("b", parent="nobody"), desk.fail("c", NotFound("c"))]

    desk.release()
    results = await _outcomes(*answers)

    assert [type(result) for result in results] == [StoreUnavailable] * 3
    assert desk.held.exception() is None
    assert (desk.told, desk.words()) == ([], [])
    assert await desk.add("d") == "d"
    assert desk.told == [["d"]]


async def test_a_full_disk_answers_unavailable_and_recovers_by_itself(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.limit_pages = 40
    await desk.add("before")
    await desk.hold()
    answers = [desk.add("small"), desk.add("large", size=1_000_000)]
    desk.release()
    results = await _outcomes(*answers)
    again = await _outcomes(desk.add("larger", size=1_000_000))

    desk.limit_pages = 100_000
    after = await desk.add("after", size=1_000_000)

    assert [type(result) for result in (*results, *again)] == [StoreUnavailable] * 3
    assert after == "after"
    assert "small" not in desk.words()
    assert ["small"] not in desk.told


async def test_a_record_that_cannot_be_opened_is_unavailable_until_it_can(make_desk: MakeDesk) -> None:
    desk = make_desk()
    opened, broken = desk.writer._connect, StoreUnavailable("no such disk")

    def refuse() -> sqlite3.Connection:
        raise broken

    desk.writer._connect = refuse
    results = await _outcomes(desk.add("a"))
    desk.writer._connect = opened

    assert isinstance(results[0], StoreUnavailable)
    assert await desk.add("b") == "b"


async def test_a_caller_who_gives_up_does_no_harm(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await desk.hold()
    impatient = asyncio.create_task(_awaited(desk.add("a")))
    patient = desk.add("b")
    await asyncio.sleep(0)

    impatient.cancel()
    desk.release()

    assert await patient == "b"
    assert desk.told == [["a", "b"]]
    assert desk.words() == ["a", "b"]


async def _awaited(answer: asyncio.Future[str]) -> str:
    return await answer


async def test_closing_finishes_what_waits_and_refuses_what_comes(make_desk: MakeDesk) -> None:
    desk = make_desk()
    await desk.hold()
    waiting = desk.add("a")
    closing = asyncio.create_task(desk.writer.aclose())
    await asyncio.sleep(0)

    with pytest.raises(StoreUnavailable):
        await desk.add("b")
    desk.release()
    await closing

    assert waiting.result() == "a"
    assert desk.words() == ["a"]


async def test_a_listener_that_fails_keeps_nobody_from_an_answer(make_desk: MakeDesk) -> None:
    desk = make_desk()
    complaints: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(type(context["exception"]).__name__))

    def broken(_: object) -> None:
        raise ZeroDivisionError

    desk.writer.listen(broken)
    try:
        assert await desk.add("a") == "a"
    finally:
        loop.set_exception_handler(None)

    assert complaints == ["ZeroDivisionError"]


async def test_work_of_no_hurry_is_done_after_a_start_and_after_writes_and_again_while_there_is_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PUT_OFF_S", 0.01)
    loop, asked, rounds = asyncio.get_running_loop(), asyncio.Semaphore(0), iter([False, True, True, False])

    def put_off(db: sqlite3.Connection) -> bool:
        assert db.in_transaction
        loop.call_soon_threadsafe(asked.release)
        return next(rounds)

    made = writer.Writer(lambda: connect(tmp_path / "record.db"), put_off=put_off)
    await asyncio.wait_for(asked.acquire(), 5)
    await made.submit(lambda _: None)
    for _ in range(3):
        await asyncio.wait_for(asked.acquire(), 5)
    await made.aclose()

    assert next(rounds, None) is None


async def test_work_of_no_hurry_that_fails_is_tried_again_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PUT_OFF_S", 0.01)
    loop, asked = asyncio.get_running_loop(), asyncio.Semaphore(0)

    def put_off(db: sqlite3.Connection) -> bool:
        loop.call_soon_threadsafe(asked.release)
        db.execute("SELECT nothing FROM nowhere")
        return False

    made = writer.Writer(lambda: connect(tmp_path / "record.db"), put_off=put_off)
    for _ in range(3):
        await asyncio.wait_for(asked.acquire(), 5)
        assert await made.submit(lambda _: "done") == "done"
    await made.aclose()
