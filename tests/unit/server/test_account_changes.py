"""Accounts of the record and of the queue: what one server is about to take over, another one changes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from queueing.model import SetStatus
from queueing.states import AgentState
from server.adapters import open_store
from server.compose import compose
from server.settings import Settings
from tests.contract.transcripts.examples import new_agent
from transcripts.operations import AgentChanges
from transcripts.records import Department


async def test_status_that_is_set_elsewhere_meanwhile_is_not_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path)
    store = await open_store(settings)
    await store.add_department(Department("support", "Support", None, "UTC"))
    await store.add_agent(new_agent("ann", "ann@example.com", department_ids=("support",), status="online"))
    desk = await compose(settings, store, "http://desk.example")
    await desk.start()
    queue = desk.routing.dispatch.queue
    read = queue.agents

    async def read_after_a_change() -> tuple[AgentState, ...]:
        """As another server does it: first the record, then the queue."""
        await store.change_agent("ann", AgentChanges(status="away", status_since=desk.clock.now()))
        await queue.apply(SetStatus("ann", "away", None), desk.clock.now_ms())
        return await read()

    monkeypatch.setattr(queue, "agents", read_after_a_change)
    await desk.routing.presence.sync_accounts()

    assert [state.status for state in await read()] == ["away"]
    await desk.aclose()
