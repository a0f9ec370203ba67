"""How good the wait estimates are: `python -m tests.bench.waits WAITLAB [--seeds N] [--only NAME] [--calls CSV]`.

Judged by waitlab, an outside simulator with the estimators of the literature (its folder is an argument): on its desks,
on others of our own, and on a log of real calls where one is given (with waitlab's whole report).
Each line: error of the mean relative to QLm, share of waits within the 90th percentile, pinball loss of that percentile
relative to QLm with a conformal band.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tests.bench.waitlab_adapter import Semafor

CALLS = "PS,NW,PE,TT,NE"  # the bank's groups that share their agents


def unseen(sim: Any) -> Iterator[Any]:
    """Other sizes, laws of service and patience, pauses, shifts, bursts and priorities than waitlab's own."""
    steady, wave, burst = sim.steady, sim.wave, sim.burst
    yield steady(1.1, name="two agents", agents=2, conc=2)
    yield steady(0.98, name="telephone", agents=6, conc=1, beta=0, patience=sim.Exp(300), hours=80)
    yield steady(0.85, name="pauses that nobody tells", agents=8, conc=3, afk=(1800, 300), hours=60)
    yield steady(1.0, name="unequal agents", agents=8, conc=3, speeds=0.4, hours=60)
    yield steady(1.05, name="silent leavers", agents=6, conc=3, silent=0.3, hours=60)
    yield steady(1.1, name="lognormal patience", agents=10, conc=3, patience=sim.LogN(150, 1.0), hours=40)
    yield steady(1.0, name="cv 2, packed", agents=6, conc=4, work=sim.LogN(300, 2.0), route="packed", hours=60)
    yield steady(1.05, name="cv 0.5", agents=6, conc=3, work=sim.LogN(300, 0.5), hours=60)
    yield burst(0.6, 5.0, 3 * 3600, 1200, name="bursts x5", agents=6, conc=3, hours=80)
    yield steady(2.0, name="overload", agents=5, conc=3, patience=sim.Exp(120), hours=40)
    yield steady(0.7, name="light", agents=3, conc=2, patience=sim.Exp(200), hours=150)
    yield steady(1.0, name="40 % overtake", agents=8, conc=3, vip=0.4, patience=sim.Exp(150), hours=60)
    yield wave(0.95, 0.6, 3 * 3600, name="processor sharing", agents=6, conc=4, beta=1.0, hours=60)
    yield steady(1.03, name="240 slots", agents=60, conc=4, hours=8)
    yield steady(1.0, name="patient", agents=6, conc=3, patience=sim.Exp(600), hours=60)
    shifts = steady(0.9, name="shifts of ten and three", agents=10, conc=3, hours=60)
    shifts.shifts = sim.leaving(10, 3, 2 * 3600, 3600)
    yield shifts


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def judged(lab: tuple[Any, Any, Any], scenario: Any, seeds: range) -> tuple[float, float, float]:
    sim, bench, rivals = lab
    joins: list[Any] = []
    for seed in seeds:
        joins += sim.Sim(scenario, seed, [rivals.Qlm(), rivals.QlmC(), Semafor()], tick=1e9).run().joins
    plain, conformal, mine = (bench.score([(waited, said[i]) for _, waited, said in joins]) for i in range(3))
    return mine["rmse"] / plain["rmse"], mine["c90"], mine["pin90"] / conformal["pin90"]


def print_table(title: str, lab: tuple[Any, Any, Any], scenarios: Iterator[Any], seeds: range, only: str) -> None:
    rows = []
    say(f"\n{title}\n| desk | RMSE / QLm | within q90 | pinball / QLm+conf |\n| --- | --- | --- | --- |")
    for scenario in scenarios:
        if only in scenario.name:
            rows.append(judged(lab, scenario, seeds))
            say(f"| {scenario.name} | {rows[-1][0]:.3f} | {rows[-1][1]:.3f} | {rows[-1][2]:.3f} |")
    if rows:
        error = math.exp(sum(math.log(row[0]) for row in rows) / len(rows))
        within = f"{min(row[1] for row in rows):.3f} to {max(row[1] for row in rows):.3f}"
        say(
            f"| **all** (geometric, range, mean) | {error:.3f} | {within} | {sum(r[2] for r in rows) / len(rows):.3f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("waitlab")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--calls")
    asked = parser.parse_args()
    sys.path.insert(0, asked.waitlab)
    sim, bench, rivals = import_module("sim"), import_module("bench"), import_module("estimators")
    lab = (sim, bench, rivals)
    print_table("Waitlab's desks", lab, iter(sim.scenarios()), range(asked.seeds), asked.only)
    print_table("Other desks", lab, unseen(sim), range(100, 100 + asked.seeds), asked.only)
    if asked.calls:
        sys.argv = ["replay", asked.calls, "--types", CALLS, "--extra", "tests.bench.waitlab_adapter:Semafor"]
        import_module("replay").main()


if __name__ == "__main__":
    main()
