"""What a measurement leaves behind: a file with its figures, its commit, its date, and how busy the machine was.

`python -m tests.bench.table` makes docs/performance.md of them.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Figure:
    """One row. must and goal: in the same unit; is_least: they are lower bounds. note: how it was measured."""

    name: str
    value: float
    unit: str
    must: float | None = None
    goal: float | None = None
    is_least: bool = False
    note: str = ""

    def reaches(self, bound: float | None) -> bool:
        return bound is None or (self.value >= bound if self.is_least else self.value <= bound)


def busy() -> float:
    """How many processes wanted a core in the last minute, as the system counts them."""
    return round(os.getloadavg()[0], 1)


def write(module: str, figures: Sequence[Figure], busy_before: float, details: Any = None) -> Path:
    """module: `python -m tests.bench.MODULE` measures it again. details: what the figures were made of."""
    dirty = _git("status", "--porcelain", "--untracked-files=no")
    result = {
        "command": f"python -m tests.bench.{module}",
        "commit": _git("rev-parse", "--short=12", "HEAD") + (" and changes" if dirty else ""),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.release().partition('-')[0]}",
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "load_before": busy_before,
            "load_after": busy(),
        },
        "figures": [asdict(figure) for figure in figures],
        "details": details,
    }
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{module}.json"
    file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for figure in figures:
        sys.stdout.write(f"{figure.name}: {figure.value:.4g} {figure.unit}\n")
    return file


def cpu_s(pid: int) -> float:
    """User and system time of a process so far, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid: int) -> int:
    """The memory of a process that is really there."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def _processor() -> str:
    named = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    return named[0].partition(":")[2].strip() if named else platform.machine()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
