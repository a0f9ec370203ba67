"""A whole desk on the run's engines, served by the real application in this process.

There are people in it, and clients signed in as them.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from limits import strategies
from limits.storage import memory

from server.settings import load_settings
from tests.harness.engines import Engines
from tests.integration.http.people import HOME, Site, desk_of

Environment = Mapping[str, str]


@pytest.fixture
async def site(tmp_path: Path, environment: Environment) -> AsyncIterator[Site]:
    """Departments support (always open) and sales; agents ada (support) and bob (sales), manager mia, admin max."""
    settings = load_settings(
        environment,
        data=tmp_path,
        tz="Europe/Prague",
        site_name="Acme",
        sites="https://shop.example",
        limits="off",
    )
    made = Site(await desk_of(settings), HOME)
    yield made
    await made.close()


@pytest.fixture
async def guarded(tmp_path: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """The same with its limits on.

    Their windows stand still: on a slow machine ten passwords take long, and the first of them would count less.
    """
    at_s = time.time()
    stopped = SimpleNamespace(time=lambda: at_s)
    monkeypatch.setattr(memory, "time", stopped)
    monkeypatch.setattr(strategies, "time", stopped)
    made = Site(await desk_of(load_settings(environment, data=tmp_path)), HOME)
    yield made
    await made.close()


@pytest.fixture
def environment(engines: Engines) -> Environment:
    """Names a record and a queue of this test alone."""
    return engines.environment()
