"""A conversation in two browsers goes on while the servers behind it are killed one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.cluster import Cluster
from tests.harness.fixtures import ADA, MIA, SUPPORT

pytestmark = pytest.mark.slow

BACK_WITHIN_MS = 20_000
"""The browsers' clients wait up to 5 s between two attempts, and the proxy looks every second."""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    two = Cluster(tmp_path / "cluster", 2, departments=[SUPPORT], users=[ADA, MIA])
    two.start()
    yield two
    two.stop()


async def test_visitor_and_agent_talk_on_whichever_server_dies(cluster: Cluster, windows: Windows) -> None:
    ada = await Panel.of(windows, cluster.url, ADA)
    eva = await Widget.alone(windows, f"{cluster.url}/widget/app")
    await eva.ask("Where is my parcel?", name="Eva Malá")
    await expect(ada.pane("Eva Malá")).to_contain_text("Where is my parcel?")

    for n, server in enumerate(cluster.servers):
        await asyncio.to_thread(server.kill)
        await expect(ada.state_line).to_have_text("live", timeout=BACK_WITHIN_MS)
        await eva.say(f"Are you still there after {n}?")
        await expect(ada.pane("Eva Malá")).to_contain_text(f"still there after {n}?", timeout=BACK_WITHIN_MS)
        await ada.say("Eva Malá", f"Here I am, {n}")
        await expect(eva.log).to_contain_text(f"Here I am, {n}", timeout=BACK_WITHIN_MS)
        await asyncio.to_thread(server.start)

    await picture(ada.page, "two-servers-agent")
    await picture(eva.page, "two-servers-visitor")
    assert await eva.log.get_by_text("Are you still there after 0?").count() == 1
    windows.complaints.clear()  # A connection that broke is what this is about.
