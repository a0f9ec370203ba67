"""docs/performance.md, made of what was measured last: `python -m tests.bench.table`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.results import RESULTS, ROOT, Figure

PAGE = ROOT / "docs" / "performance.md"
MODULES = ("messages", "visitors", "waiting", "engine", "records", "reports", "panel")
"""In the order of the page."""
HEAD = """# How fast it is

Made by `python -m tests.bench.table` of the files in `tests/bench/results/`; do not edit. `make bench` measures all of
it anew (about a quarter of an hour, on a machine that does nothing else) and makes this page; a single part is
measured again by the command above it.

"Bare" is a python-socketio server as its guide shows it: uvloop, no compression, the same listeners per message, and it
stores nothing. It and the desk take turns in one run on the same machine, and medians are compared: a slower machine
changes both. A message of the desk is on disk before it is acknowledged. The drivers are processes of their own on the
same machine and take their part of its cores.
"""
ROW = "| {name} | {must} | {goal} | {value} | {verdict} | {note} |\n"


def page(results: Iterable[dict[str, Any]]) -> str:
    parts = [HEAD]
    for result in results:
        parts.append(
            f"\n## `{result['command']}`\n\n"
            f"Commit {result['commit']}, {result['at']}; {_of(result['machine'])}.\n\n"
            "| figure | must | goal | measured | | of what |\n| --- | --- | --- | --- | --- | --- |\n"
        )
        parts += [_row(Figure(**figure)) for figure in result["figures"]]
    return "".join(parts)


def _row(figure: Figure) -> str:
    return ROW.format(
        name=figure.name,
        must=_bound(figure.must, figure),
        goal=_bound(figure.goal, figure),
        value=_number(figure.value, figure.unit),
        verdict=_verdict(figure),
        note=figure.note,
    )


def _of(machine: dict[str, Any]) -> str:
    before, after = machine["load_before"], machine["load_after"]
    said = (
        f"{machine['processor']} with {machine['cores']} cores, {machine['system']}, Python {machine['python']}, "
        f"SQLite {machine['sqlite']}. Processes that wanted a core: {before} before, {after} after"
    )
    return f"{said}; **others worked on it meanwhile**" if before > machine["cores"] / 2 else said


def _verdict(figure: Figure) -> str:
    if figure.must is None:
        return ""
    if not figure.reaches(figure.must):
        return "**missed**"
    return "goal" if figure.goal is not None and figure.reaches(figure.goal) else "must"


def _bound(bound: float | None, figure: Figure) -> str:
    return "" if bound is None else f"{'at least ' if figure.is_least else ''}{_number(bound, figure.unit)}"


def _number(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 or value == int(value) else f"{value:.2g} {unit}"


def stored() -> list[dict[str, Any]]:
    files = [RESULTS / f"{module}.json" for module in MODULES]
    return [json.loads(file.read_text("utf-8")) for file in files if file.exists()]


def main() -> None:
    made = page(stored())
    Path(PAGE).write_text(made, "utf-8")


if __name__ == "__main__":
    main()
