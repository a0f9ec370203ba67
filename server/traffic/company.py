"""The whole company at work: a few colleagues, and visitors who come now and then, until it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from server.commands.demo import DemoPerson
from server.simulation.desk import chance
from server.traffic.agents import Shift
from server.traffic.pace import Pace
from server.traffic.visitors import Visit

COMES_EVERY_S = 35.0
MOST_AT_ONCE = 12
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server may listen on is no address to go to


async def play(url: str, colleagues: Sequence[DemoPerson], times: float = 1.0, seed: int = 1) -> None:
    """url: of the server. times: 2 plays everything twice as fast."""
    url = _reachable(url)
    async with asyncio.TaskGroup() as people:
        for person in colleagues:
            _ = people.create_task(Shift(url, person, Pace(chance(seed, person.email), times)).play())
        pace, at_once = Pace(chance(seed, "visitors"), times), asyncio.Semaphore(MOST_AT_ONCE)
        while True:
            await at_once.acquire()
            visit = people.create_task(Visit(url, Pace(chance(pace.luck.getrandbits(32), "visit"), times)).play())
            visit.add_done_callback(lambda _: at_once.release())
            await asyncio.sleep(pace.seconds(COMES_EVERY_S))


def _reachable(url: str) -> str:
    parts = urlsplit(url)
    host = ANYWHERE.get(parts.hostname or "", parts.hostname or "")
    return f"http://{f'[{host}]' if ':' in host else host}:{parts.port}"
