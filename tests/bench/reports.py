"""How long the managers' month takes: `python -m tests.bench.reports [CHATS]`, over HTTP, in milliseconds.

never: after a start, of days that are not kept yet. first: after a start, of days that are. Both before the server has
held the newest days, which it begins with, and the median of three starts. then: the median of five more. changed: the
median of three, before each of which a chat of the period changed, as on a desk at work. In brackets: of the
processor, which says more where others keep the machine busy. Garbage is looked for as `semafor serve` has it done.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp.test_utils import TestClient, TestServer

from server.adapters import RECORD_FILE, open_store
from server.cli import GARBAGE_AFTER
from server.clock import Clock
from server.compose import compose
from server.services.reports.report_chats import ReportChats
from server.services.reports.report_kinds import RECIPES
from server.settings import Settings
from server.web.application import make_web_app
from tests.bench import results
from tests.bench.month import MANAGER, write_month
from tests.bench.results import Figure
from transcripts.port import Store
from transcripts.records import Rating, Session
from transcripts.sqlite.accounts import AGENTS
from transcripts.sqlite.connections import connect

CHATS = 100_000
TOKEN = "a manager's session"
MONTH = {"from": "2026-10-01", "to": "2026-11-01", "tz": "Europe/Prague"}


async def time_reports(folder: Path) -> dict[str, Times]:
    """Per report and bucket."""
    settings = Settings(data=folder, limits="off")
    store = await open_store(settings)
    now = Clock().now()
    token_hash = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_session(Session(token_hash, MANAGER.id, now, now + timedelta(hours=1)))
    sys.stdout.write(f"{'':14}{'bucket':8}{'never':>13}{'first':>13}{'then':>13}{'changed':>13}\n")
    questions = [(kind, bucket) for kind in RECIPES for bucket in ("day", "hour")]
    never = {}
    for question in questions:
        never[question] = await _after_starts(settings, store, question)
    times = {}
    for question in questions:
        await ReportChats(store).keep(now)
        first = await _after_starts(settings, store, question)
        async with _started(settings, store) as ask:
            times[" by ".join(question)] = await _time(ask, store, never[question], first, *question)
    await store.aclose()
    return times


Ask = Callable[[str, str], Awaitable[None]]


@asynccontextmanager
async def _started(settings: Settings, store: Store) -> AsyncIterator[Ask]:
    """A server that holds nothing yet; its loops do not run."""
    desk = await compose(settings, store, "http://127.0.0.1")
    client: TestClient[Any, Any] = TestClient(TestServer(make_web_app(desk, None)))
    await client.start_server()

    async def ask(kind: str, bucket: str) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await client.get(f"/api/v1/reports/{kind}", params={**MONTH, "bucket": bucket}, headers=headers)
        assert answer.status == 200, await answer.text()
        await answer.read()

    yield ask
    await client.close()


async def _after_starts(settings: Settings, store: Store, question: tuple[str, str]) -> Taken:
    times = []
    for _ in range(3):
        async with _started(settings, store) as ask:
            times.append(await _taken(ask, *question))
    return _middle(times)


async def _time(ask: Ask, store: Store, never: Taken, first: Taken, kind: str, bucket: str) -> Times:
    await ask(kind, bucket)
    then = [await _taken(ask, kind, bucket) for _ in range(5)]
    changed = []
    for n in range(3):
        await store.rate_chat("chat7", Rating(1 + n, n + 1, n, None, Clock().now()))
        changed.append(await _taken(ask, kind, bucket))
    sys.stdout.write(f"{kind:14}{bucket:8}{never!s:>13}{first!s:>13}{_middle(then)!s:>13}{_middle(changed)!s:>13}\n")
    return Times(never, first, _middle(then), _middle(changed))


class Taken(NamedTuple):
    """Milliseconds: on the clock of the wall, and of the processor, all threads of client and server together."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.0f} ({self.cpu:.0f})"


class Times(NamedTuple):
    """As the module's docstring says."""

    never: Taken
    first: Taken
    then: Taken
    changed: Taken


def _middle(some: list[Taken]) -> Taken:
    return sorted(some)[len(some) // 2]


async def _taken(ask: Ask, kind: str, bucket: str) -> Taken:
    start, cpu = time.perf_counter(), time.process_time()
    await ask(kind, bucket)
    return Taken((time.perf_counter() - start) * 1000, (time.process_time() - cpu) * 1000)


def _write(file: Path, chats: int) -> None:
    write_month(file, chats)
    db = connect(file)
    AGENTS.insert(db, MANAGER, email_folded=MANAGER.email)
    db.close()


def main() -> None:
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else CHATS
    before = results.busy()
    with tempfile.TemporaryDirectory() as name:
        _write(Path(name) / RECORD_FILE, chats)
        gc.freeze()
        gc.set_threshold(*GARBAGE_AFTER)
        times = asyncio.run(time_reports(Path(name)))
    results.write("reports", list(_figures(chats, times)), before, times)


def _figures(chats: int, times: dict[str, Times]) -> Iterator[Figure]:
    """Of the slowest report."""
    for field, words in (
        ("then", "the manager's month, {} chats, each report"),
        ("changed", "the same after a chat of it changed"),
        ("first", "the same, the first answer after a start"),
        ("never", "the same, of days that nobody has asked for before"),
    ):
        taken = {name: getattr(all_of, field) for name, all_of in times.items()}
        slowest = max(taken, key=lambda name: taken[name])
        note = f"{slowest}, the slowest of {len(taken)}; {taken[slowest].cpu:.0f} ms of CPU"
        yield Figure(words.format(f"{chats:,}"), taken[slowest].wall, "ms", 300, 100, note=note)


if __name__ == "__main__":
    main()
