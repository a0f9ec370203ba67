"""A desk's mails for the tests of this folder: asked for by visitors, read from the record, and let come due."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing

from tests.faults.judge_mails import Kept
from tests.harness.desk import Desk
from tests.harness.people import VisitorClient, new_client_id

WRITERS = 12
RECORD_FILE = "semafor.db"


async def ask_for_tickets(desk: Desk, n: int) -> None:
    """So many tickets, each confirmed by a mail."""

    async def ask(numbers: Iterable[int]) -> None:
        async with await VisitorClient.arrive(desk.url) as visitor:
            for number in numbers:
                email = f"c{number}@example.org"
                wanted = {"client_id": new_client_id(), "email": email, "question": f"Question {number}"}
                await visitor.ask("chat:to_ticket", wanted)

    await asyncio.gather(*(ask(range(first, n, WRITERS)) for first in range(WRITERS)))


def mails_of(desk: Desk) -> list[Kept]:
    """All that the record of an embedded desk has."""
    with sqlite3.connect(desk.data / RECORD_FILE) as db:
        rows = db.execute('SELECT message_id, "to", state, error FROM mails').fetchall()
    return [Kept(*row) for row in rows]


def all_rest(desk: Desk) -> bool:
    """Nothing is due now or under way: what is not decided yet waits for the end of a pause."""
    now = time.time_ns() // 1000
    with closing(sqlite3.connect(desk.data / RECORD_FILE)) as db:
        going = "state = 'due' AND (due_at <= :now OR leased_until > :now)"
        (busy,) = db.execute(f"SELECT EXISTS (SELECT 1 FROM mails WHERE {going})", {"now": now}).fetchone()
    return not busy


def let_time_pass(desk: Desk) -> None:
    """As if the pauses were over: the desk is dead, and the next one finds everything due."""
    with sqlite3.connect(desk.data / RECORD_FILE) as db:
        db.execute("UPDATE mails SET due_at = created_at, leased_until = 0 WHERE state = 'due'")
