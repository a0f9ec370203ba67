"""What a visitor costs who only looks, beside the bare library: `python -m tests.bench.visitors [ROUNDS]`."""

from __future__ import annotations

import statistics
import sys
from typing import Any

from tests.bench import results
from tests.bench.desks import in_process, running_desk, yardstick
from tests.bench.results import Figure

VISITORS = 2_000
ROUNDS = 3


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    before = results.busy()
    bare: list[dict[str, Any]] = []
    desk: list[dict[str, Any]] = []
    for _ in range(rounds):
        with yardstick() as (url, pid):
            plan = {"url": url, "pid": pid, "visitors": VISITORS, "auth": {"rooms": ["a"]}, "greeting": None}
            bare.append(in_process("tests.bench.crowd", plan))
        with running_desk(()) as ours:
            desk.append(in_process("tests.bench.crowd", {"url": ours.url, "pid": ours.pid, "visitors": VISITORS}))

    def middle(some: list[dict[str, Any]], key: str) -> float:
        return float(statistics.median(one[key] for one in some))

    ratio = middle(desk, "connected_per_s") / middle(bare, "connected_per_s")
    per_s = f"{middle(desk, 'connected_per_s'):.0f} against {middle(bare, 'connected_per_s'):.0f} a second"
    kib = f"{VISITORS:,} visitors; the bare library: {middle(bare, 'visitor_kib'):.0f} KiB"
    results.write(
        "visitors",
        [
            Figure("memory per idle connected visitor", middle(desk, "visitor_kib"), "KiB", 45, 35, note=kib),
            Figure("connections accepted", ratio, "x bare", 0.8, 1.0, is_least=True, note=f"{per_s}, until greeted"),
        ],
        before,
        {"bare": bare, "desk": desk},
    )


if __name__ == "__main__":
    main()
