"""`python -m tests.bench.messages [--rounds 5] [--seconds 8] [FILE]`: the table, and the figures as JSON in FILE.

Desk and yardstick take turns on the same machine, so that what else it does meets both; medians, and their ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.messages.driver import Outcome, Plan
from tests.harness.desk import Department, Desk, User
from tests.harness.people import AgentClient

CHATS = 100
AGENTS = tuple(User(f"agent{n}@desk.example", f"Agent {n}", capacity=50) for n in range(2))
IN_FLIGHT = 4
PACE = 1000.0
WARM_UP_S = 2.0
SETTINGS = {"SEMAFOR_LIMITS": "off"}


@contextmanager
def yardstick() -> Iterator[tuple[str, int]]:
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.messages.bare_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.kill()


def of_yardstick(seconds: float, **load: Any) -> Outcome:
    rooms = [f"chat{n}" for n in range(CHATS)]
    half = CHATS // 2
    with yardstick() as (url, pid):
        plan = Plan(
            url,
            pid,
            speakers=[{"rooms": [room]} for room in rooms],
            listeners=[{"rooms": rooms[:half]}, {"rooms": rooms[half:]}],
            listeners_namespace="/visitor",
            chats=rooms,
            warm_up_s=WARM_UP_S,
            seconds=seconds,
            **load,
        )
        return drive(plan)


def of_desk(seconds: float, **load: Any) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-c", "from server.cli import main; main()"]
        desk = Desk(Path(folder) / "desk", SETTINGS, program=program)
        desk.people((Department("support", "Support"),), AGENTS)
        desk.start()
        try:
            tokens = asyncio.run(_go_online(desk.url))
            plan = Plan(
                desk.url,
                desk.pid,
                speakers=[{}] * CHATS,
                listeners=[{"token": token} for token in tokens],
                listeners_namespace="/agent",
                chats=None,
                warm_up_s=WARM_UP_S,
                seconds=seconds,
                **load,
            )
            return drive(plan)
        finally:
            desk.kill()


def drive(plan: Plan) -> Outcome:
    command = [sys.executable, "-m", "tests.bench.messages.driver"]
    done = subprocess.run(command, input=json.dumps(asdict(plan)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return Outcome(**json.loads(done.stdout))


async def _go_online(url: str) -> list[str]:
    tokens = []
    for user in AGENTS:
        client = await AgentClient.sign_in(url, user)
        tokens.append(client.token)
        await client.close()
    return tokens


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def figures(outcome: Outcome) -> dict[str, float]:
    """Per second, microseconds and milliseconds."""
    twentieths = statistics.quantiles(outcome.ack_s, n=100)
    return {
        "per_s": outcome.acks / outcome.seconds,
        "pushes_per_ack": outcome.pushes / max(1, outcome.acks),
        "cpu_us": 1e6 * outcome.cpu_s / max(1, outcome.acks),
        "p50_ms": 1e3 * twentieths[49],
        "p90_ms": 1e3 * twentieths[89],
        "p99_ms": 1e3 * twentieths[98],
        "refused": outcome.refused,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args()
    rounds: list[dict[str, dict[str, float]]] = []
    for _ in range(given.rounds):
        one = {}
        for load in ({"in_flight": IN_FLIGHT}, {"per_s": PACE}):
            name = next(iter(load))
            one[f"bare {name}"] = figures(of_yardstick(given.seconds, **load))
            one[f"desk {name}"] = figures(of_desk(given.seconds, **load))
        rounds.append(one)
        sys.stderr.write(json.dumps(one) + "\n")
    medians = {
        name: {key: statistics.median(one[name][key] for one in rounds) for key in rounds[0][name]}
        for name in rounds[0]
    }
    for name, row in medians.items():
        sys.stdout.write(f"{name} {json.dumps({key: round(value, 2) for key, value in row.items()})}\n")
    ratio = medians["desk in_flight"]["per_s"] / medians["bare in_flight"]["per_s"]
    sys.stdout.write(f"durable messages/s relative to the bare server: {ratio:.2f}\n")
    if given.file:
        about = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "cores": os.cpu_count(), "rounds": rounds}
        given.file.write_text(json.dumps({**about, "medians": medians}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
