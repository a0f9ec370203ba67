"""`python -m tests.faults.table`: makes docs/reliability.md of the result files. No figure in it is written by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.faults.results import percentile, read

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
WANTED = {
    "kills": ("kills (server, Redis, database)", 1_000),
    "acknowledged": ("acknowledged operations", 1_000_000),
    "resends": ("resends", 200_000),
    "reconnects": ("reconnects", 50_000),
    "races": ("races for a chat or a slot", 100_000),
    "agent_deaths": ("agents' connections that died", 10_000),
}
HEAD = """# Reliability, measured

Made by `python -m tests.faults.table` from the files in `tests/faults/results/`; do not edit. `make faults` runs every
kind of fault in under five minutes, `make faults-long` runs them with the sizes that the environment says
(tests/faults/profile.py), adds its runs to the files and makes this page anew. What people outside the desk did and
were shown is judged by `tests/faults/judge.py`, which knows nothing of the server.
"""
Json = dict[str, Any]


def page(runs: Sequence[Json]) -> str:
    courses = [course for run in runs for course in run["courses"]]
    return "\n".join(
        (
            *(HEAD, *_figures(courses), "", *_recoveries(courses), "", *_courses(courses), ""),
            *(*_told(runs), "", *_runs(runs), ""),
        )
    )


def _figures(courses: Sequence[Json]) -> Iterable[str]:
    yield "## Added up\n"
    yield "| figure | so far | aim |"
    yield "| --- | ---: | ---: |"
    for key, (name, aim) in WANTED.items():
        yield f"| {name} | {sum(course[key] for course in courses):,} | {aim:,} |"
    returned = sum(course["returned"] for course in courses)
    yield f"| chats back in line because their agent stayed away | {returned:,} | |"
    complaints = sum(course["complaints"] for course in courses)
    yield f"| lost, doubled, inverted, orphaned: complaints of the judge | {complaints:,} | 0 |"


def _recoveries(courses: Sequence[Json]) -> Iterable[str]:
    took_s = sorted(s for course in courses for s in course["recoveries_s"])
    yield "## Recovery\n"
    yield "From the end of a fault until everybody was answered; with several servers, until a newcomer had been served"
    yield "too. The aim is 10 s.\n"
    if not took_s:
        yield "No run that measures it has been added yet."
        return
    yield "| faults | p50 | p90 | longest |"
    yield "| ---: | ---: | ---: | ---: |"
    middle, most, longest = (percentile(took_s, share) for share in (0.5, 0.9, 1.0))
    yield f"| {len(took_s):,} | {middle:.1f} s | {most:.1f} s | {longest:.1f} s |"


def _courses(courses: Sequence[Json]) -> Iterable[str]:
    by_test: dict[str, list[Json]] = defaultdict(list)
    for course in courses:
        by_test[course["test"]].append(course)
    yield "## By course\n"
    yield "| course | times | kills | acknowledged | resends | reconnects | complaints |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for test, its in sorted(by_test.items()):
        keys = ("kills", "acknowledged", "resends", "reconnects", "complaints")
        sums = " | ".join(f"{sum(course[key] for course in its):,}" for key in keys)
        yield f"| {_in_words(test)} | {len(its)} | {sums} |"


def _told(runs: Sequence[Json]) -> Iterable[str]:
    """Of each course the newest."""
    newest = {told["test"]: (told["sentence"], run) for run in runs for told in run["told"]}
    yield "## What cannot be added up\n"
    if not newest:
        yield "No run that measures it has been added yet."
        return
    yield "| course | what came of it | when |"
    yield "| --- | --- | --- |"
    for test, (sentence, run) in sorted(newest.items()):
        yield f"| {_in_words(test)} | {sentence} | {run['date']}, {run['commit']} |"


def _in_words(test: str) -> str:
    return test.removeprefix("test_").replace("_", " ")


def _runs(runs: Sequence[Json]) -> Iterable[str]:
    yield "## Runs\n"
    yield "| date | commit | form | courses | minutes | machine |"
    yield "| --- | --- | --- | ---: | ---: | --- |"
    for run in runs:
        minutes = sum(course["seconds"] for course in run["courses"]) / 60
        told = (run["date"], run["commit"], run["form"], str(len(run["courses"])), f"{minutes:.1f}", run["machine"])
        yield f"| {' | '.join(told)} |"


if __name__ == "__main__":
    PAGE.write_text(page(read(RESULTS.glob("*.json"))))
