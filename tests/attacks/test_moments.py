"""Moments that no calendar holds in every zone: kept once, each list and page that shows them would fail for good."""

from __future__ import annotations

import pytest

from tests.attacks.scene import Intruders, asked, kept_token
from tests.harness.desk import Desk
from tests.integration.protocol.firm import BOSS

BEYOND = [
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T00:00:00+14:00",
    "0001-01-01T00:00:00+14:00",
]
WANTED = {"email": "eve@example.com", "department": "support", "phone": "+420 777 123 456"}
LISTS = ["/api/v1/tickets", "/api/v1/incidents", "/incidents", "/api/v1/mails", "/widget/status.json"]


@pytest.mark.parametrize("moment", BEYOND)
async def test_a_moment_beyond_the_calendar_is_refused_and_breaks_no_list(
    target: Desk, intruders: Intruders, moment: str
) -> None:
    eve, boss = await intruders.visitor(target), await intruders.agent(target, BOSS)
    token = await kept_token(target, BOSS)
    planned = {"title": "x", "body": "x", "kind": "planned", "starts_at": moment}

    by_visitor = await eve.refused("chat:to_ticket", {**WANTED, "client_id": "m", "question": "x", "call_at": moment})
    by_agent = await boss.refused(
        "ticket:create", {**WANTED, "client_id": "m", "subject": "x", "checkpoint_at": moment}
    )
    by_manager = await asked(target, "POST", "/api/v1/incidents", token=token, json=planned)

    assert (by_visitor["code"], by_visitor["field"]) == ("invalid", "call_at")
    assert (by_agent["code"], by_agent["field"]) == ("invalid", "checkpoint_at")
    assert (by_manager[0], by_manager[1]["error"]["field"]) == (422, "starts_at")
    for path in LISTS:
        assert (await asked(target, "GET", path, token=token))[0] == 200, path
