"""What ruff and import-linter cannot say: pure rules, one clock, sizes, names, nothing unfinished."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOMS, ROOT, front_end_sources, name_of, python_sources

# The queue's adapters and its port await; everything else in queueing/ is a plain function of its arguments.
QUEUE_EDGES = {"local.py", "port.py", "redis_adapter.py", "client.py"}
# The one clock of the process. Disks and databases write down by themselves when a file came; memory has to ask.
CLOCKS = {"server/clock.py", "transcripts/memory/files.py"}
FILE_LINES = 320
# What reads better whole: all the wiring, all settings, all reports as types, how charts, forms and pages look.
LONG_FILES = {
    "agent_panel/src/admin/styles/forms.css": 340,
    "agent_panel/src/admin/styles/shell.css": 370,
    "agent_panel/src/charts/charts.css": 380,
    "agent_panel/src/manager/state/wire.ts": 350,
    "server/compose.py": 350,
    "server/settings.py": 350,
}
FUNCTION_LINES = 60
UNFINISHED = re.compile("|".join(rf"\b{mark}\b" for mark in ("TO" + "DO", "FIX" + "ME", "XX" + "X")))
MEANINGLESS = {"utils", "util", "helpers", "helper", "common", "misc"}


def awaiting(tree: ast.AST) -> list[str]:
    kinds = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    return [f"line {node.lineno}" for node in ast.walk(tree) if isinstance(node, kinds)]


def clock_readings(tree: ast.AST) -> list[str]:
    """Calls of datetime.now and its kind; `time` itself is import-linter's to forbid."""
    return [
        f"line {node.lineno}: {node.func.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and ast.unparse(node.func.value).rpartition(".")[2] in {"datetime", "date"}
    ]


def long_functions(tree: ast.AST) -> list[str]:
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]


def badly_named(path: Path) -> bool:
    """A name that says nothing, or one that the standard library has."""
    return path.stem in MEANINGLESS or (path.stem in sys.stdlib_module_names and not path.stem.startswith("__"))


def test_rules_of_the_queue_never_await_nor_read_a_clock() -> None:
    found = {
        name_of(path): awaiting(tree) + clock_readings(tree)
        for path, tree in _parsed("queueing")
        if path.name not in QUEUE_EDGES
    }
    assert {name: places for name, places in found.items() if places} == {}


def test_a_planted_await_and_a_planted_clock_are_seen() -> None:
    planted = ast.parse("import datetime\nasync def join():\n    return datetime.datetime.now()\n")
    assert awaiting(planted) == ["line 2"]
    assert clock_readings(planted) == ["line 3: now"]


def test_the_process_reads_the_time_in_one_place() -> None:
    found = {name_of(path): clock_readings(tree) for path, tree in _parsed(*ROOMS) if name_of(path) not in CLOCKS}
    assert {name: places for name, places in found.items() if places} == {}


def test_files_are_short_enough_to_be_read_at_once() -> None:
    every = [*python_sources(*ROOMS), *front_end_sources(), ROOT / "hatch_build.py"]
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in every}
    assert {name: lines for name, lines in lengths.items() if lines > LONG_FILES.get(name, FILE_LINES)} == {}
    assert [name for name in LONG_FILES if lengths.get(name, 0) <= FILE_LINES] == []


def test_functions_are_short_enough_to_be_understood_at_once() -> None:
    found = {name_of(path): long_functions(tree) for path, tree in _parsed(*ROOMS)}
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_a_planted_long_function_is_seen() -> None:
    planted = ast.parse("def endless():\n" + "    pass\n" * FUNCTION_LINES)
    assert long_functions(planted) == [f"endless: {FUNCTION_LINES + 1} lines"]


def test_module_names_mean_something_and_hide_nothing() -> None:
    assert [name_of(path) for path in python_sources(*ROOMS) if badly_named(path)] == []
    assert badly_named(Path("server/helpers.py"))
    assert badly_named(Path("transcripts/email.py"))


def test_the_page_on_architecture_names_files_and_rooms_that_are_there() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    paths = [name_of(path) for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*")]
    named = [name.rstrip("/") for name in re.findall(r"`([a-z_0-9/]+(?:\.py|/))`", page)]
    assert [name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in (*paths, *ROOMS))] == []
    assert len(named) > 150


def test_nothing_is_left_unfinished() -> None:
    every = [*python_sources(*ROOMS, "tests"), *front_end_sources(), ROOT / "hatch_build.py", ROOT / "Makefile"]
    assert [name_of(path) for path in every if UNFINISHED.search(path.read_text())] == []
    assert UNFINISHED.search("# TO" + "DO: later")


def _parsed(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in python_sources(*folders):
        yield path, ast.parse(path.read_text(), filename=str(path))
