"""Writing instead of waiting: tickets from the widget, from a call, and outside the opening hours."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, NewDesk, People
from tests.harness.people import AgentClient, VisitorClient, new_client_id
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.firm import FIRM, STAFF
from tests.integration.protocol.guests import Guests, codes, mails_about

OPEN_DAY = datetime.now(UTC) + timedelta(days=2)
HOURS = ("department", "edit", "support", "--hours", f"{OPEN_DAY:%a} 09:00-17:00".lower(), "--tz", "UTC")


@pytest.fixture
def closed_desk(standing_desk: StandingDesk) -> Desk:
    """Support opens the day after tomorrow at nine; sales is open."""
    return standing_desk(departments=FIRM, users=STAFF, commands=[HOURS])


async def served(guests: People, desk: Desk, **fields: Any) -> tuple[VisitorClient, AgentClient, str]:
    """A visitor, the agent who has their chat, and the chat's id."""
    ada = await guests.agent(desk, ADA)
    visitor = await guests.visitor(desk)
    chat = await visitor.start("Where is my letter?", **fields)
    await ada.assigned(chat["id"])
    return visitor, ada, chat["id"]


# ---- write to me instead


async def test_waiting_visitor_who_writes_instead_leaves_the_line_with_a_ticket(
    shared_desk: Desk, guests: Guests
) -> None:
    visitor = await guests.visitor(shared_desk)
    chat = await visitor.start("Where is my letter?")
    request = {"client_id": "instead", "email": "eva@example.com", "chat_id": chat["id"], "question": "Order 7"}

    ticket = (await visitor.ask("chat:to_ticket", request))["ticket"]
    again = (await visitor.ask("chat:to_ticket", request))["ticket"]
    other = await visitor.refused("chat:to_ticket", {**request, "email": "petr@example.com"})

    assert ticket.keys() >= {"number", "url", "checkpoint_at"}
    assert (again, other["code"]) == (ticket, "conflict")
    closed = await visitor.wait("chat", lambda c: c["state"] == "closed")
    assert (closed["resolution"], closed["ticket"]) == ("unresolved", {k: ticket[k] for k in ("number", "url")})
    assert codes(await visitor.conversation(chat["id"])) == ["closed", "ticket"]
    (mail,) = await mails_about(shared_desk, guests, ticket=ticket["number"])
    assert "Where is my letter?" in mail["text"]


async def test_ticket_beside_an_active_chat_lets_it_go_on(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    request = {"client_id": new_client_id(), "email": "eva@example.com", "chat_id": chat_id}

    ticket = (await visitor.ask("chat:to_ticket", request))["ticket"]

    told = await ada.wait("chat", lambda c: c["ticket"] is not None)
    assert (told["state"], told["ticket"]["number"]) == ("active", ticket["number"])
    await visitor.say(chat_id, "and still here")
    assert codes(await visitor.conversation(chat_id)) == ["assigned", "ticket"]


async def test_call_back_is_a_ticket_with_a_number_and_a_time(shared_desk: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(shared_desk)
    call_at = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    request = {
        "client_id": "call", "email": "eva@example.com", "phone": " +420\u00a0(123)  456-789 ", "call_at": call_at,
        "called_before": True,
    }  # fmt: skip

    number = (await visitor.ask("chat:to_ticket", request))["ticket"]["number"]

    mia = await guests.agent(shared_desk, MIA, status=None)
    ticket = (await mia.get(f"/api/v1/tickets/{number}"))["ticket"]
    assert (ticket["channel"], ticket["phone"], ticket["call_at"]) == ("callback", "+420 (123) 456-789", call_at)
    assert (ticket["chat_id"], ticket["called_before"]) == (None, True)


async def test_suggestion_is_a_ticket_with_the_same_promise(shared_desk: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(shared_desk)
    request = {"client_id": "idea", "email": "eva@example.com", "question": "Open on Sundays!", "kind": "suggestion"}

    mia = await guests.agent(shared_desk, MIA, status=None)
    given = (await visitor.ask("chat:to_ticket", request))["ticket"]

    news = await mia.wait("ticket", lambda told: told["number"] == given["number"])
    assert (news["status"], news["department"]["id"], news["assignee"]) == ("open", "support", None)
    ticket = (await mia.get(f"/api/v1/tickets/{given['number']}"))["ticket"]
    assert (ticket["channel"], ticket["checkpoint_at"]) == ("suggestion", given["checkpoint_at"])
    (mail,) = await mails_about(shared_desk, guests, ticket=given["number"])
    assert (mail["kind"], given["number"] in mail["subject"]) == ("ticket_created", True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "eva"}, "email"),
        ({"question": " "}, "question"),
        ({"call_at": "2020-01-01T00:00:00Z", "phone": "+420 12345"}, "call_at"),
        ({"call_at": "tomorrow", "phone": "+420 12345"}, "call_at"),
        ({"phone": "1234"}, "phone"),
        ({"phone": "+420 123 456 789 123 456 789 1"}, "phone"),
        ({"phone": "call me maybe 12345"}, "phone"),
        ({"phone": "\uff11\uff12\uff13\uff14\uff15"}, "phone"),
        ({"phone": 420123456789}, "phone"),
        ({"call_at": "2099-01-01T00:00:00Z"}, "phone"),
        ({"called_before": "yes"}, "called_before"),
        ({"kind": "complaint"}, "kind"),
        ({"kind": "suggestion", "question": None, "phone": "+420 12345"}, "question"),
        ({"department": "nowhere"}, "department"),
    ],
)
async def test_ticket_that_promises_nothing_is_invalid(
    shared_desk: Desk, guests: Guests, wrong: Json, field: str
) -> None:
    visitor = await guests.visitor(shared_desk)

    error = await visitor.refused(
        "chat:to_ticket", {"client_id": "c", "email": "eva@example.com", "question": "Where is it?", **wrong}
    )

    assert (error["code"], error["field"]) == ("invalid", field)


async def test_agents_ticket_from_a_phone_call_is_made_once_per_client_id(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status=None)
    request = {
        "client_id": new_client_id(), "subject": "Lost letter", "email": "eva@example.com", "name": "Eva",
        "question": "She asks where it is.", "priority": "high",
    }  # fmt: skip

    ticket = (await ada.ask("ticket:create", request))["ticket"]
    again = (await ada.ask("ticket:create", request))["ticket"]
    other = await ada.refused("ticket:create", {**request, "subject": "Another"})

    assert again == ticket
    assert other["code"] == "conflict"
    assert (ticket["channel"], ticket["priority"], ticket["chat_id"]) == ("phone", "high", None)
    assert ticket.keys() >= {
        "number", "status", "priority", "department", "tier", "topic", "subject", "channel", "requester", "assignee",
        "checkpoint_at", "created_at", "updated_at", "chat_id", "tags", "url",
    }  # fmt: skip


async def test_tickets_and_their_requests_outlive_a_crash(new_desk: NewDesk, people: People) -> None:
    desk = new_desk()
    visitor = await people.visitor(desk)
    chat = await visitor.start("Where is my letter?")
    request = {"client_id": "once", "email": "eva@example.com", "chat_id": chat["id"]}
    ticket = (await visitor.ask("chat:to_ticket", request))["ticket"]

    desk.kill()
    desk.start()
    back = await people.visitor(desk, token=visitor.token)

    assert (await back.ask("chat:to_ticket", request))["ticket"] == ticket
    mia = await people.agent(desk, MIA, status=None)
    assert len((await mia.get("/api/v1/tickets"))["tickets"]) == 1
    assert len((await mia.get("/api/v1/mails"))["mails"]) == 1


# ---- outside opening hours


async def test_closed_department_says_when_it_opens_and_takes_a_ticket(closed_desk: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(closed_desk)
    opens_at = OPEN_DAY.strftime("%Y-%m-%dT09:00:00.000Z")

    error = await visitor.refused("chat:start", {"client_id": "c", "question": "Hello?", "department": "support"})
    request = {"client_id": "t", "email": "eva@example.com", "question": "Hello?", "department": "support"}
    ticket = (await visitor.ask("chat:to_ticket", request))["ticket"]

    assert (error["code"], error["opens_at"]) == ("not_open", opens_at)
    support = next(d for d in visitor.hello["departments"] if d["id"] == "support")
    assert (support["open"], support["opens_at"]) == (False, opens_at)
    # The promise is in opening hours: four of them after nine.
    assert ticket["checkpoint_at"] == OPEN_DAY.strftime("%Y-%m-%dT13:00:00.000Z")
    assert (await visitor.start("Hello?", department="sales"))["state"] == "queued"


async def test_department_must_be_named_where_there_are_several(closed_desk: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(closed_desk)

    for named in ({}, {"department": "nowhere"}):
        error = await visitor.refused("chat:start", {"client_id": "c", "question": "Hello?", **named})
        assert (error["code"], error["field"]) == ("invalid", "department")


async def test_chat_that_was_started_is_the_answer_also_after_closing_time(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(departments=FIRM, users=STAFF)
    visitor = await people.visitor(desk)
    start = {"client_id": "before", "question": "Hello?", "department": "support"}
    chat = (await visitor.ask("chat:start", start))["chat"]

    await asyncio.to_thread(desk.cli, *HOURS)
    told = await visitor.wait("departments", lambda heard: not heard[1]["open"], timeout_s=7)

    assert {d["id"]: d["open"] for d in told} == {"sales": True, "support": False}
    assert (await visitor.ask("chat:start", start))["chat"]["id"] == chat["id"]
    assert (await visitor.ask("chat:start", {**start, "client_id": "after"}))["chat"]["id"] == chat["id"]
    bob = await people.agent(desk, BOB)
    await bob.assigned(chat["id"])  # who came in time is served
    stranger = await people.visitor(desk)
    assert (await stranger.refused("chat:start", start))["code"] == "not_open"
