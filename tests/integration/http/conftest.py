"""A whole desk on the run's engines, served by the real application in this process.

There are people in it, and clients signed in as them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from server.adapters import open_store
from server.compose import compose
from server.desk import Desk
from server.settings import Settings, load_settings
from tests.harness.engines import Engines
from tests.integration.http.people import Site, account
from transcripts.records import Department

HOME = "https://desk.example"
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
    made = Site(await _desk(settings), HOME)
    yield made
    await made.close()


@pytest.fixture
async def guarded(tmp_path: Path, environment: Environment) -> AsyncIterator[Site]:
    """The same with its limits on."""
    made = Site(await _desk(load_settings(environment, data=tmp_path)), HOME)
    yield made
    await made.close()


@pytest.fixture
def environment(engines: Engines) -> Environment:
    """Names a record and a queue of this test alone."""
    return engines.environment()


async def _desk(settings: Settings) -> Desk:
    store = await open_store(settings)
    await store.add_department(Department("support", "Support", None, "Europe/Prague", ("Parcel",)))
    await store.add_department(Department("sales", "Sales", "mon-fri 08:00-20:00", "Europe/Prague"))
    gone = account("gone", "agent", "support")
    for person in (
        account("ada", "agent", "support"),
        account("bob", "agent", "sales"),
        account("mia", "manager", "support"),
        account("max", "admin"),
        replace(gone, disabled_at=gone.status_since),
    ):
        await store.add_agent(person)
    desk = await compose(settings, store, HOME)
    await desk.start()
    return desk
