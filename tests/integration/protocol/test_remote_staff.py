"""Remote and temporary staff: an account that ends while its owner is connected, and one without search or export."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.harness.desk import User
from tests.harness.fixtures import ADA, BOB, NewDesk, People
from tests.harness.people import AgentClient, session_token

pytestmark = pytest.mark.slow

MAX = User("max@desk.example", "Max Admin", role="admin", capacity=0)
CUT_WITHIN_S = 5.0


async def status_of(agent: AgentClient, path: str) -> int:
    status, _ = await agent.request("GET", f"/api/v1{path}")
    return status


async def test_account_that_ends_is_signed_out_and_cut_and_its_chat_goes_on(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=[ADA, BOB, MAX])
    ada, boss = await people.agent(desk, ADA), await people.agent(desk, MAX, status=None)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Where is my parcel?")
    await ada.assigned(chat["id"])
    bob = await people.agent(desk, BOB)

    ends_at = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    changed, _ = await boss.request("PATCH", f"/api/v1/admin/users/{ada.id}", body={"ends_at": ends_at})
    assert changed == 200
    await ada.closed(1 + CUT_WITHIN_S)

    assert await status_of(ada, "/me") == 401
    with pytest.raises(AssertionError):
        await session_token(desk.url, ADA)
    await bob.assigned(chat["id"])
    log = (await boss.get("/api/v1/audit", actor="max@desk.example", action="agent.changed"))["entries"]
    assert log[0]["subject"] == f"agent:{ada.id}"
    assert log[0]["detail"]["before"] == {"ends_at": None}
    people_there = {agent["name"] for agent in (await boss.get("/api/v1/agents"))["agents"]}
    assert ADA.name not in people_there


async def test_account_without_search_and_export_works_on_what_it_is_given(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(users=[ADA, MAX], start=False)
    desk.cli("user", "set", ADA.email, "--no-search", "--no-export")
    desk.start()
    ada = await people.agent(desk, ADA)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Where is my parcel?")
    await ada.assigned(chat["id"])

    assert (ada.hello["agent"]["may_search"], ada.hello["agent"]["may_export"]) == (False, False)
    for path in (
        "/chats",
        "/contacts",
        "/tickets?q=parcel",
        f"/chats/{chat['id']}/transcript.json",
        "/reports/agents.csv",
    ):
        assert await status_of(ada, path) == 403, path
    for path in (f"/chats/{chat['id']}", "/tickets", f"/chats/{chat['id']}/visitor", "/reports/agents"):
        assert await status_of(ada, path) == 200, path
    await ada.say(chat["id"], "I am looking")
