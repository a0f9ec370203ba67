"""What a tier has not solved in its time goes to the next, and whoever waits is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.desk import Department, Desk, User
from tests.harness.fixtures import SUPPORT
from tests.harness.people import AgentClient, new_client_id
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.guests import Guests, codes

SALES = Department("sales", "Sales")
SHUT = Department("shut", "Shut", hours="mon 03:00-03:01")
FIRST = User("first@desk.example", "First Tier", departments=("support", "sales", "shut"))
SECOND = User("second@desk.example", "Second Tier", departments=("support", "shut"), tier=2, capacity=2)
BOSS = User("boss@desk.example", "Bo Boss", role="manager", departments=(), capacity=0)
AFTER_S = 2.0
PATIENCE_S = 10.0


@pytest.fixture
def tiered(standing_desk: StandingDesk) -> Desk:
    """Two tiers in support, one in sales; a tier has two seconds."""
    return standing_desk(
        {"SEMAFOR_ESCALATE_AFTER_S": str(AFTER_S), "SEMAFOR_FIRST_REPLY_S": "600"},
        departments=(SUPPORT, SALES, SHUT),
        users=(FIRST, SECOND, BOSS),
    )


async def ticket(agent: AgentClient, department: str = "support") -> Json:
    request = {
        "client_id": new_client_id(), "subject": "Lost", "email": "eva@example.com", "department": department,
    }  # fmt: skip
    made: Json = (await agent.ask("ticket:create", request))["ticket"]
    return made


async def passed_on(boss: AgentClient, number: str) -> Json:
    """The mail that says so, when it is there."""
    told: list[Json] = []
    while not told:
        mails = (await boss.get("/api/v1/mails"))["mails"]
        told = [mail for mail in mails if (mail["kind"], mail["ticket"]) == ("ticket_escalated", number)]
        await boss.ask("status:set", {"status": "away"})  # gives the loop a turn
    assert len(told) == 1
    mail: Json = (await boss.get(f"/api/v1/mails/{told[0]['id']}"))["mail"]
    return mail


@pytest.mark.slow
async def test_chats_go_to_the_next_tier_in_their_old_place_once_somebody_there_accepts(
    tiered: Desk, guests: Guests
) -> None:
    first = await guests.agent(tiered, FIRST, capacity=1)
    held, waits = await guests.visitor(tiered), await guests.visitor(tiered)
    one = await held.start("The first of us", department="support", name="Ann")
    await first.assigned(one["id"])
    two = await waits.start("The second of us", department="support")
    await first.ask("status:set", {"status": "away"})
    boss = await guests.agent(tiered, BOSS, status=None)
    number = (await ticket(first))["number"]
    await passed_on(boss, number)
    assert codes(await held.conversation(one["id"])) == ["assigned"]

    second = await guests.agent(tiered, SECOND, capacity=0)
    for visitor in (held, waits):
        moved = await visitor.wait("chat", is_at_tier(2), timeout_s=PATIENCE_S)
        assert moved["state"] == "queued"
    assert await first.wait("unassigned") == {"chat_id": one["id"], "reason": "transferred"}
    await second.ask("status:set", {"status": "online", "capacity": 1})

    got = await second.assigned(one["id"])
    assert (got["tier"], got["state"]) == (2, "active")
    assert codes(await held.conversation(one["id"])) == ["assigned", "escalated", "assigned"]
    assert codes(await waits.conversation(two["id"])) == ["escalated"]
    (said,) = [m for m in await held.conversation(one["id"]) if m.get("event", {}).get("code") == "escalated"]
    assert (said["event"]["tier"], said["body"]) == (2, "Your question now goes to our specialists")


def is_at_tier(tier: int) -> Callable[[Json], bool]:
    return lambda chat: chat["tier"] == tier


async def test_router_gives_no_chat_to_a_tier_below_it(tiered: Desk, guests: Guests) -> None:
    first, second = await guests.agent(tiered, FIRST), await guests.agent(tiered, SECOND, status="away")
    visitor = await guests.visitor(tiered)
    chat = await visitor.start("A hard one", department="support")
    await first.assigned(chat["id"])

    moved = (await first.ask("chat:transfer", {"chat_id": chat["id"], "tier": 2}))["chat"]

    assert (moved["state"], moved["tier"], moved["agent"]) == ("queued", 2, None)
    await second.ask("status:set", {"status": "online", "capacity": 2})
    assert (await second.assigned(chat["id"]))["agent"]["name"] == "Second Tier"
    assert codes(await visitor.conversation(chat["id"]))[::2] == ["assigned", "assigned"]


async def test_tickets_pass_on_with_a_mail_and_a_note_and_come_back_with_one_click(
    tiered: Desk, guests: Guests
) -> None:
    first = await guests.agent(tiered, FIRST, status="away")
    boss = await guests.agent(tiered, BOSS, status=None)
    made, unserved, closed = await ticket(first), await ticket(first, "sales"), await ticket(first, "shut")
    path = f"/api/v1/tickets/{made['number']}"
    assert made["escalates_at"] is not None
    assert (unserved["escalates_at"], closed["escalates_at"] > made["escalates_at"]) == (None, True)

    mail = await passed_on(boss, made["number"])
    assert "goes to our specialists" in mail["text"]
    assert "Next news by" in mail["text"]
    read = await boss.get(path)
    assert (read["ticket"]["tier"], read["ticket"]["assignee"], read["ticket"]["checkpoint_at"]) == (
        2,
        None,
        made["checkpoint_at"],
    )
    assert [m["internal"] for m in read["messages"]] == [True]

    solution = {"cause": "A cable", "can_recur": True}
    status, _ = await boss.request("PATCH", path, body={"status": "solved", "solution": solution})
    assert status == 200
    mails = len((await boss.get("/api/v1/mails"))["mails"])
    status, back = await boss.request("POST", f"{path}/return", body={})
    assert (status, back["ticket"]["tier"], back["ticket"]["status"]) == (200, 1, "solved")
    note = (await boss.get(path))["messages"][-1]
    assert (note["internal"], note["body"]) == (True, "Cause: A cable\nCan happen again: yes")
    assert len((await boss.get("/api/v1/mails"))["mails"]) == mails
    for other in (unserved, closed):
        assert (await boss.get(f"/api/v1/tickets/{other['number']}"))["ticket"]["tier"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("final", [True, False])
async def test_what_waits_for_its_customer_or_is_over_stays(tiered: Desk, guests: Guests, *, final: bool) -> None:
    first = await guests.agent(tiered, FIRST, status="away")
    boss = await guests.agent(tiered, BOSS, status=None)
    stays = await ticket(first)
    given = {"status": "solved"} if final else {
        "status": "waiting", "message": "Which box?", "checkpoint_at": stays["checkpoint_at"],
    }  # fmt: skip
    path = f"/api/v1/tickets/{stays['number']}"
    status, changed = await first.request("PATCH", path, body=given)
    assert (status, changed["ticket"]["escalates_at"]) == (200, None)

    await passed_on(boss, (await ticket(first))["number"])

    assert (await boss.get(path))["ticket"]["tier"] == 1
