"""What the rooms import is what pyproject.toml declares: a fresh machine lacks everything else."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.architecture.tree import ROOMS, ROOT, python_sources

# uvloop is used when it is there, never needed; pydantic pins its own core to the digit.
UNNAMED = {"uvloop", "pydantic_core"}


def imported(source: str) -> Iterator[str]:
    """The top-level names of all imports, also of those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            yield node.module.partition(".")[0]


def undeclared(names: set[str], requirements: list[str]) -> set[str]:
    declared = {_canonical(re.split(r"[<>=~!\[; ]", requirement)[0]) for requirement in requirements}
    distributions = packages_distributions()
    foreign = names - set(ROOMS) - set(sys.stdlib_module_names) - UNNAMED
    return {name for name in foreign if declared.isdisjoint(_canonical(one) for one in distributions.get(name, []))}


def test_every_import_is_a_declared_dependency() -> None:
    names = {name for path in python_sources(*ROOMS) for name in imported(path.read_text())}
    assert undeclared(names, _requirements()) == set()


def test_a_planted_import_is_seen() -> None:
    names = set(imported("def f():\n    import hypothesis.strategies\nfrom aiohttp import web\n"))
    assert undeclared(names, _requirements()) == {"hypothesis"}


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]
    requirements: list[str] = project["dependencies"] + extra["scale"]
    return requirements


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
