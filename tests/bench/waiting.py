"""What waiting costs: a line of 10,000 that moves, and a calm desk. `python -m tests.bench.waiting [VISITORS]`."""

from __future__ import annotations

import asyncio
import statistics
import sys

from tests.bench import results
from tests.bench.desks import in_process, running_desk
from tests.bench.results import Figure
from tests.harness.desk import User
from tests.harness.people import AgentClient

LINE = 10_000
SECONDS = 20.0
AGENTS = tuple(User(f"agent{n}@desk.example", f"Agent {n}", capacity=3) for n in range(10))
CALM = 200
HELD = 30


def main() -> None:
    before = results.busy()
    visitors = int(sys.argv[1]) if len(sys.argv) > 1 else LINE
    with running_desk(()) as desk:
        plan = {"url": desk.url, "pid": desk.pid, "visitors": visitors, "waiting": True}
        line = in_process("tests.bench.crowd", {**plan, "departures_per_s": 5.0, "seconds": SECONDS})
    with running_desk(AGENTS) as desk:
        tokens = asyncio.run(_go_online(desk.url))
        plan = {"url": desk.url, "pid": desk.pid, "visitors": CALM + HELD, "waiting": True, "agents": tokens}
        calm = in_process("tests.bench.crowd", {**plan, "speaking": HELD, "seconds": SECONDS})
    name = f"{visitors:,} waiting in one queue, 5 departures/s"
    left = f"{line['departures']} left from the front"
    results.write(
        "waiting",
        [
            Figure(name, 100 * line["cpu_share"], "% of a core", 50, 20, note=left),
            Figure("their first 100 positions right within", line["stale_first_s"], "s", 2),
            Figure("all their positions right within", line["stale_all_s"], "s", 10),
            Figure(
                "200 waiting visitors, 10 agents with 30 chats, calm",
                100 * calm["cpu_share"],
                "% of a core",
                5,
                2,
                note=f"one message a second, acknowledged after {statistics.median(calm['ack_ms']):.1f} ms (p50)",
            ),
        ],
        before,
        {"line": line, "calm": calm},
    )


async def _go_online(url: str) -> list[str]:
    tokens = []
    for user in AGENTS:
        client = await AgentClient.sign_in(url, user)
        tokens.append(client.token)
        await client.close()
    return tokens


if __name__ == "__main__":
    main()
