"""What must not be overlooked is told aloud, once when it begins and once when it ends, to whom it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.people import AgentClient, new_client_id
from tests.harness.wire import Json, Received
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.firm import BOSS, FIRM, STAFF, TOM
from tests.integration.protocol.guests import Guests

NOBODY_WITHIN_S = 5.0
SUPPORTS = {"id": "support", "name": "Support"}


@pytest.fixture
def alert(standing_desk: StandingDesk) -> Desk:
    """Everything is late after a second or two."""
    return standing_desk(
        {"SEMAFOR_ALARM_AFTER_S": "1", "SEMAFOR_SERVICE_TARGET_S": "2", "SEMAFOR_AGENT_GRACE_S": "1"},
        departments=FIRM,
        users=STAFF,
    )


def alarm(kind: str, *, on: bool, **about: Any) -> Callable[[Json], bool]:
    def is_it(told: Json) -> bool:
        same = all(told.get(name) == value for name, value in about.items())
        return (told["kind"], told["on"]) == (kind, on) and same

    return is_it


def received(history: list[Received], told: Json) -> float:
    """When it came, on the loop's clock."""
    return next(seen.at_s for seen in history if seen.data is told)


async def first_there(guests: People, desk: Desk, watcher: AgentClient) -> AgentClient:
    """Ada comes to a department that nobody attends, as the watcher hears."""
    await watcher.wait("alarm", alarm("nobody_online", on=True, department=SUPPORTS))
    ada = await guests.agent(desk, ADA)
    await watcher.wait("alarm", alarm("nobody_online", on=False, department=SUPPORTS))
    return ada


# ---- nobody there


async def test_everybody_signed_off_alarms_at_once_and_ends_when_somebody_is_there(alert: Desk, guests: Guests) -> None:
    boss = await guests.agent(alert, BOSS, status=None)
    ada = await first_there(guests, alert, boss)
    mark, left_at_s = boss.mark(), asyncio.get_running_loop().time()

    await ada.ask("status:set", {"status": "away", "reason": "lunch"})

    told = await boss.wait("alarm", alarm("nobody_online", on=True, department=SUPPORTS), since=mark)
    assert received(boss.history, told) - left_at_s < NOBODY_WITHIN_S
    later = await guests.agent(alert, BOSS, status=None)
    assert told in [await later.wait("alarm", alarm("nobody_online", on=True, department=SUPPORTS))]
    await ada.ask("status:set", {"status": "online"})
    over = await boss.wait("alarm", alarm("nobody_online", on=False, department=SUPPORTS), since=mark)
    assert over == {**told, "on": False}


async def test_signing_out_alarms_like_signing_off(new_desk: NewDesk, people: People) -> None:
    desk = new_desk()
    mia = await people.agent(desk, MIA, status=None)
    ada = await first_there(people, desk, mia)
    mark, left_at_s = mia.mark(), asyncio.get_running_loop().time()

    status, _ = await ada.request("DELETE", "/api/v1/sessions")

    assert status == 204
    told = await mia.wait("alarm", alarm("nobody_online", on=True), since=mark)
    assert received(mia.history, told) - left_at_s < NOBODY_WITHIN_S


async def test_lost_connection_alarms_after_the_grace_and_not_before(alert: Desk, guests: Guests) -> None:
    boss = await guests.agent(alert, BOSS, status=None)
    ada = await first_there(guests, alert, boss)
    mark = boss.mark()

    ada.cut()

    told = await boss.wait("alarm", alarm("nobody_online", on=True, department=SUPPORTS), since=mark)
    offline = await boss.wait("team", lambda t: t["agent"]["id"] == ada.id and t["status"] == "offline", since=mark)
    lost = await boss.wait("team", lambda t: t["agent"]["id"] == ada.id and not t["connected"], since=mark)
    assert received(boss.history, told) - received(boss.history, lost) > 0.9
    assert received(boss.history, told) - received(boss.history, offline) < NOBODY_WITHIN_S


async def test_full_desk_is_attended(alert: Desk, guests: Guests) -> None:
    boss = await guests.agent(alert, BOSS, status=None)
    ada = await first_there(guests, alert, boss)
    await ada.ask("status:set", {"status": "online", "capacity": 1})
    mark = boss.mark()

    visitor = await guests.visitor(alert)
    await visitor.start("Fill it", department="support")
    late = await guests.visitor(alert)
    waiting = await late.start("And wait", department="support")
    await boss.wait("alarm", alarm("long_wait", on=True, chat_id=waiting["id"]), since=mark)

    assert "nobody_online" not in [told["kind"] for told in boss.events("alarm", since=mark)]


async def test_closed_department_needs_nobody(standing_desk: StandingDesk, guests: Guests) -> None:
    day = datetime.now(UTC) + timedelta(days=2)
    hours = ("department", "edit", "support", "--hours", f"{day:%a} 09:00-17:00".lower(), "--tz", "UTC")
    desk = standing_desk(departments=FIRM, users=STAFF, commands=[hours])

    boss = await guests.agent(desk, BOSS, status=None)

    await boss.wait("alarm", alarm("nobody_online", on=True, department={"id": "sales", "name": "Sales"}))
    assert {told["department"]["id"] for told in boss.events("alarm")} == {"sales"}


# ---- waiting too long


async def test_long_wait_alarms_until_somebody_has_the_chat(alert: Desk, guests: Guests) -> None:
    ada = await guests.agent(alert, ADA, status="away")
    tom = await guests.agent(alert, TOM, status="away")
    visitor = await guests.visitor(alert)
    chat = await visitor.start("Anybody?", department="support")

    told = await ada.wait("alarm", alarm("long_wait", on=True, chat_id=chat["id"]))
    later = await guests.agent(alert, BOSS, status=None)
    await later.wait("alarm", alarm("long_wait", on=True, chat_id=chat["id"]))
    await ada.ask("chat:take", {"chat_id": chat["id"]})

    assert (told["since"], told["department"]) == (chat["queued_at"], SUPPORTS)
    over = await ada.wait("alarm", alarm("long_wait", on=False, chat_id=chat["id"]))
    assert over == {**told, "on": False}
    assert [a["on"] for a in ada.events("alarm") if a.get("chat_id") == chat["id"]] == [True, False]
    assert "long_wait" not in [a["kind"] for a in tom.events("alarm")]


async def test_light_of_a_waiting_chat_turns_amber_at_half_the_target_and_red_at_it(
    alert: Desk, guests: Guests
) -> None:
    ada = await guests.agent(alert, ADA, status="away")
    visitor = await guests.visitor(alert)
    chat = await visitor.start("Anybody?", department="support")

    def light(color: str) -> Callable[[Json], bool]:
        return lambda board: [(w["chat_id"], w["light"]) for w in board["waiting"]] == [(chat["id"], color)]

    boards = [await ada.wait("queue", light(color)) for color in ("green", "amber", "red")]
    at_s = [received(ada.history, board) for board in boards]
    assert at_s == sorted(at_s)
    assert at_s[2] - at_s[0] > 0.9
    (waiting,) = boards[0]["waiting"]
    assert waiting.keys() >= {"chat_id", "visitor", "question", "queued_at", "priority", "position", "light"}
    assert (boards[0]["department"], boards[0]["total"]) == (SUPPORTS, 1)


# ---- a promise


async def test_promise_that_is_due_alarms_until_it_is_renewed_or_kept(alert: Desk, guests: Guests) -> None:
    boss = await guests.agent(alert, BOSS, status=None)
    ada = await guests.agent(alert, ADA, status="away")
    soon = datetime.now(UTC) + timedelta(seconds=2)
    request = {
        "client_id": new_client_id(), "subject": "Lost", "email": "eva@example.com", "checkpoint_at": soon.isoformat(),
    }  # fmt: skip
    number = (await ada.ask("ticket:create", request))["ticket"]["number"]

    told = await boss.wait("alarm", alarm("checkpoint_due", on=True, ticket=number), timeout_s=13)
    await ada.wait("alarm", alarm("checkpoint_due", on=True, ticket=number))
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    status, _ = await ada.request("PATCH", f"/api/v1/tickets/{number}", body={"checkpoint_at": later})

    assert status == 200
    over = await boss.wait("alarm", alarm("checkpoint_due", on=False, ticket=number), timeout_s=3)
    assert over == {**told, "on": False}
    assert told["department"] == SUPPORTS


# ---- a department that closes


async def test_who_waits_in_a_department_that_closed_is_still_seen_and_served(
    new_desk: NewDesk, people: People
) -> None:
    desk = new_desk(departments=FIRM, users=STAFF, settings={"SEMAFOR_ALARM_AFTER_S": "1"})
    visitor = await people.visitor(desk)
    chat = await visitor.start("A price", department="sales")

    await asyncio.to_thread(desk.cli, "department", "close", "sales")
    await visitor.wait("departments", lambda told: [d["id"] for d in told] == ["support"], timeout_s=7)
    boss = await people.agent(desk, BOSS, status=None)
    tom = await people.agent(desk, TOM)

    (board,) = [b for b in boss.hello["queue"] if b["department"]["id"] == "sales"]
    assert [w["chat_id"] for w in board["waiting"]] == [chat["id"]]
    await boss.wait("alarm", alarm("long_wait", on=True, chat_id=chat["id"]))
    await tom.assigned(chat["id"])
    await boss.wait("queue", lambda b: b["department"]["id"] == "sales" and b["total"] == 0)
    await tom.ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})
