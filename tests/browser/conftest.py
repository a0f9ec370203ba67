"""A demo company's server, beside the harness's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.harness.desk import Desk

NewDemo = Callable[[Mapping[str, str]], Desk]


@pytest.fixture
def new_demo(tmp_path: Path) -> Iterator[NewDemo]:
    """Makes a running `semafor demo` with these settings; it must end well and never have logged a traceback."""
    made: list[Desk] = []

    def make(settings: Mapping[str, str]) -> Desk:
        desk = Desk(tmp_path / f"demo-{len(made) + 1}", settings, command="demo")
        made.append(desk)
        desk.start()
        return desk

    yield make
    try:
        for desk in made:
            desk.stop()
    finally:
        for desk in made:
            desk.kill()
    for desk in made:
        assert "Traceback" not in desk.stderr(), desk.stderr()
