"""How long the manager's month takes: `python -m tests.bench.reports [CHATS]`. Each report's best of three, in ms."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from server.adapters import RECORD_FILE, open_store
from server.clock import Clock
from server.services.directory import Directory
from server.services.reports import KINDS, Asked, Reports
from server.settings import Settings
from tests.bench.month import MANAGER, write_month

CHATS = 100_000
# What the manager's page asks for a month: days, and hours where it draws them.
ASKED = [(kind, "day") for kind in KINDS] + [("coverage", "hour"), ("waits", "hour")]


async def time_reports(folder: Path) -> None:
    settings = Settings(data=folder)
    store = await open_store(settings)
    directory = Directory(store)
    await directory.refresh()
    reports = Reports(store, directory, Clock(), settings)
    for kind, bucket in ASKED:
        asked = Asked("2026-10-01", "2026-11-01", None, None, "Europe/Prague", bucket)  # type: ignore[arg-type]
        times = []
        for _ in range(3):
            start = time.perf_counter()
            await reports.make(MANAGER, kind, asked)
            times.append(time.perf_counter() - start)
        sys.stdout.write(f"{kind:14}{bucket:6}{min(times) * 1000:7.0f} ms\n")
    await store.aclose()


def main() -> None:
    chats = int(sys.argv[1]) if len(sys.argv) > 1 else CHATS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_month(folder / RECORD_FILE, chats)
        asyncio.run(time_reports(folder))


if __name__ == "__main__":
    main()
