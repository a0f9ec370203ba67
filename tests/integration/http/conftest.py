"""A whole desk over a real record, served by the real application; people in it, and clients signed in as them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.adapters import open_store
from server.compose import compose
from server.desk import Desk
from server.settings import load_settings
from tests.integration.http.people import Site, account
from transcripts.records import Department

HOME = "https://desk.example"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Departments support (always open) and sales; agents ada (support) and bob (sales), manager mia, admin max."""
    settings = load_settings(
        {}, data=tmp_path, tz="Europe/Prague", site_name="Acme", sites="https://shop.example", limits="off"
    )
    desk = await _desk(tmp_path, settings.model_dump())
    made = Site(desk, HOME)
    yield made
    await made.close()


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Site]:
    """The same with its limits on."""
    made = Site(await _desk(tmp_path, {"data": tmp_path}), HOME)
    yield made
    await made.close()


async def _desk(folder: Path, values: dict[str, object]) -> Desk:
    settings = load_settings({}, **values)
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
