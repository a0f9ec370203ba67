"""How good the wait estimates are: `python -m tests.bench.waits WAITLAB --help` tells the options.

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

from tests.bench.wait_desks import hostile, ordinary, sharing
from tests.bench.waitlab_adapter import Semafor

CALLS = "PS,NW,PE,TT,NE"  # the bank's groups that share their agents


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def judged(lab: tuple[Any, Any, Any], desk: type[Any], scenario: Any, seeds: range) -> tuple[float, float, float]:
    _, bench, rivals = lab
    joins: list[Any] = []
    for seed in seeds:
        joins += desk(scenario, seed, [rivals.Qlm(), rivals.QlmC(), Semafor()], tick=1e9).run().joins
    plain, conformal, mine = (bench.score([(waited, said[i]) for _, waited, said in joins]) for i in range(3))
    return mine["rmse"] / plain["rmse"], mine["c90"], mine["pin90"] / conformal["pin90"]


def print_table(
    title: str, lab: tuple[Any, Any, Any], desk: type[Any], scenarios: Iterator[Any], seeds: range, only: str
) -> None:
    rows = []
    say(f"\n{title}\n| desk | RMSE / QLm | within q90 | pinball / QLm+conf |\n| --- | --- | --- | --- |")
    for scenario in scenarios:
        if only in scenario.name:
            rows.append(judged(lab, desk, scenario, seeds))
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
    parser.add_argument("--desks", default="", choices=("", "waitlab", "ordinary", "hostile"))
    parser.add_argument("--calls")
    asked = parser.parse_args()
    sys.path.insert(0, asked.waitlab)
    sim, bench, rivals = import_module("sim"), import_module("bench"), import_module("estimators")
    lab = (sim, bench, rivals)
    given, ours = range(asked.seeds), range(100, 100 + asked.seeds)
    shared = (sim.steady(1.05, name=f"two departments, {n} agents", agents=n, conc=3, hours=80) for n in (3, 10))
    if asked.desks in ("", "waitlab"):
        print_table("Waitlab's desks", lab, sim.Sim, iter(sim.scenarios()), given, asked.only)
    if asked.desks in ("", "ordinary"):
        print_table("Other desks", lab, sim.Sim, ordinary(sim), ours, asked.only)
    if asked.desks in ("", "hostile"):
        print_table("Hostile desks", lab, sim.Sim, hostile(sim), ours, asked.only)
        print_table("Agents of two departments", lab, sharing(sim), shared, ours, asked.only)
    if asked.calls:
        sys.argv = ["replay", asked.calls, "--types", CALLS, "--extra", "tests.bench.waitlab_adapter:Semafor"]
        import_module("replay").main()


if __name__ == "__main__":
    main()
