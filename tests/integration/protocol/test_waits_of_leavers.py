"""Who left the line is judged by when their turn would have come: on a running desk, from the sockets to the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.integration.mail.letters import until

pytestmark = pytest.mark.slow

ALONE = replace(ADA, capacity=1)
TODAY = datetime.now(UTC).date()
PERIOD = {"from": str(TODAY - timedelta(1)), "to": str(TODAY + timedelta(2)), "tz": "UTC"}


async def test_the_turn_of_who_left_is_in_the_report_once_it_would_have_come(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=[ALONE, MIA])
    agent, manager = await people.agent(desk, ALONE), await people.agent(desk, MIA, status=None)
    served, leaves, stays = [await people.visitor(desk) for _ in range(3)]
    first = await served.start("First")
    await agent.assigned(first["id"])
    second, third = await leaves.start("Second"), await stays.start("Third")

    async def kinds() -> list[int]:
        total: dict[str, Any] = (await manager.get("/api/v1/reports/estimates", **PERIOD))["total"]
        return [total[kind] for kind in ("answered", "offered", "passed", "censored")]

    async def becomes(wanted: list[int]) -> bool:
        return await kinds() == wanted

    await leaves.ask("chat:leave", {"chat_id": second["id"]})
    await until(lambda: becomes([0, 0, 0, 1]), "who left is judged, but nothing is known of their turn")
    await agent.ask("chat:close", {"chat_id": first["id"], "resolution": "resolved"})
    await agent.assigned(third["id"])
    await until(lambda: becomes([1, 1, 0, 0]), "the turn of who left came with that of who was behind them")
