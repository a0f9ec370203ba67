"""`python -m tests.bench.messages [--rounds 5] [--seconds 8]`: messages a second, and how soon they are stored.

Desk and yardstick take turns on the same machine, so that what else it does meets both; medians, and their ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
from dataclasses import asdict
from typing import Any

from tests.bench import results
from tests.bench.desks import in_process, running_desk, yardstick
from tests.bench.messages.driver import Outcome, Plan
from tests.bench.results import Figure
from tests.harness.desk import User
from tests.harness.people import AgentClient

CHATS = 100
AGENTS = tuple(User(f"agent{n}@desk.example", f"Agent {n}", capacity=50) for n in range(2))
IN_FLIGHT = 4
PACE = 1000.0
WARM_UP_S = 2.0


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
    with running_desk(AGENTS) as desk:
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


def drive(plan: Plan) -> Outcome:
    return Outcome(**in_process("tests.bench.messages.driver", asdict(plan)))


async def _go_online(url: str) -> list[str]:
    tokens = []
    for user in AGENTS:
        client = await AgentClient.sign_in(url, user)
        tokens.append(client.token)
        await client.close()
    return tokens


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
    given = parser.parse_args()
    before = results.busy()
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
    results.write("messages", _rows(medians), before, {"medians": medians, "rounds": rounds})


def _rows(medians: dict[str, dict[str, float]]) -> list[Figure]:
    bare, desk, paced = medians["bare in_flight"], medians["desk in_flight"], medians["desk per_s"]
    per_s = f"{desk['per_s']:,.0f} against {bare['per_s']:,.0f} a second; {CHATS} chats, {CHATS * IN_FLIGHT} under way"
    cpu = f"the bare server: {bare['cpu_us']:.0f} us"
    pace = f"acknowledgement at {PACE:,.0f} messages/s"
    done = f"{paced['per_s']:,.0f} a second were acknowledged; p99 {paced['p99_ms']:.1f} ms"
    ratio = desk["per_s"] / bare["per_s"]
    return [
        Figure("durable messages/s, saturated", ratio, "x bare", 1.5, 3.0, is_least=True, note=per_s),
        Figure("server CPU per message", desk["cpu_us"], "us", 100, 50, note=cpu),
        Figure("the same, relative to the bare server", desk["cpu_us"] / bare["cpu_us"], "x bare"),
        Figure(f"{pace}: p50", paced["p50_ms"], "ms", 2, 1, note=done),
        Figure(f"{pace}: p90", paced["p90_ms"], "ms", 8, 3),
    ]


if __name__ == "__main__":
    main()
