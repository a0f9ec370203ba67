"""A session that is ended has no socket any more: by its owner, by a new password, from the command line."""

from __future__ import annotations

import asyncio

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, People

BETTER = "four brown owls at noon"
CUT_WITHIN_S = 5.0


async def test_sockets_of_ended_sessions_are_cut_within_five_seconds(desk: Desk, people: People) -> None:
    here, there, third = await people.agent(desk), await people.agent(desk), await people.agent(desk)
    bob = await people.agent(desk, BOB)
    listed = (await here.get("/api/v1/sessions"))["sessions"]
    assert len(listed) == 3
    (oldest,) = [session for session in (await there.get("/api/v1/sessions"))["sessions"] if session["current"]]

    await here.request("DELETE", f"/api/v1/sessions/{oldest['id']}")
    await asyncio.wait_for(there.closed(), CUT_WITHIN_S)
    assert (await third.ask("status:set", {"status": "online"}))["status"] == "online"

    change = {"password": ADA.password, "new_password": BETTER}
    await here.request("POST", "/api/v1/me/password", body=change)
    await asyncio.wait_for(third.closed(), CUT_WITHIN_S)
    assert (await here.ask("status:set", {"status": "online"}))["status"] == "online"

    desk.cli("user", "password", ADA.email, "--password-stdin", stdin=f"{BETTER} again\n")
    await asyncio.wait_for(here.closed(), CUT_WITHIN_S)
    assert (await bob.ask("status:set", {"status": "online"}))["status"] == "online"
