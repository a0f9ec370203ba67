"""How long the managers' month takes: `python -m tests.bench.reports [CHATS]`, over HTTP, in milliseconds of wall time.

first: after the start of the server, nothing kept. then: the median of five more. changed: the median of three, before
each of which a chat of the period changed, as on a desk at work.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from server.adapters import RECORD_FILE, open_store
from server.compose import compose
from server.desk import Desk
from server.services.report_kinds import RECIPES
from server.settings import Settings
from server.web.application import make_web_app
from tests.bench.month import MANAGER, write_month
from transcripts.records import Rating, Session
from transcripts.sqlite.accounts import AGENTS
from transcripts.sqlite.connections import connect

CHATS = 100_000
TOKEN = "a manager's session"
MONTH = {"from": "2026-10-01", "to": "2026-11-01", "tz": "Europe/Prague"}


async def time_reports(folder: Path) -> None:
    settings = Settings(data=folder, limits="off")
    desk = await compose(settings, await open_store(settings), "http://127.0.0.1")
    now = desk.clock.now()
    token_hash = hashlib.sha256(TOKEN.encode()).hexdigest()
    await desk.store.add_session(Session(token_hash, MANAGER.id, now, now + timedelta(hours=1)))
    client: TestClient[Any, Any] = TestClient(TestServer(make_web_app(desk, None)))
    await client.start_server()
    sys.stdout.write(f"{'':14}{'bucket':8}{'first':>8}{'then':>8}{'changed':>9}\n")
    for kind in RECIPES:
        for bucket in ("day", "hour"):
            await _time(client, desk, kind, bucket)
    await client.close()
    await desk.aclose()


async def _time(client: TestClient[Any, Any], desk: Desk, kind: str, bucket: str) -> None:
    async def ask() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await client.get(f"/api/v1/reports/{kind}", params={**MONTH, "bucket": bucket}, headers=headers)
        assert answer.status == 200, await answer.text()
        await answer.read()

    first = await _ms(ask)
    then = median([await _ms(ask) for _ in range(5)])
    changed = []
    for n in range(3):
        rating = Rating(1 + n, n + 1, n, None, desk.clock.now())
        await desk.store.rate_chat("chat7", rating)
        changed.append(await _ms(ask))
    sys.stdout.write(f"{kind:14}{bucket:8}{first:8.0f}{then:8.0f}{median(changed):9.0f}\n")


async def _ms(work: Callable[[], Awaitable[None]]) -> float:
    start = time.perf_counter()
    await work()
    return (time.perf_counter() - start) * 1000


def _write(file: Path, chats: int) -> None:
    write_month(file, chats)
    db = connect(file)
    AGENTS.insert(db, MANAGER, email_folded=MANAGER.email)
    db.close()


def main() -> None:
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else CHATS
    with tempfile.TemporaryDirectory() as name:
        _write(Path(name) / RECORD_FILE, chats)
        asyncio.run(time_reports(Path(name)))


if __name__ == "__main__":
    main()
