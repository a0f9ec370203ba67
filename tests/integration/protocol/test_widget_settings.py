"""What an admin sets of the widget: visitors are told at once, and held to it by the server."""

from __future__ import annotations

import re

import pytest
from aiohttp import ClientSession

from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, SUPPORT
from tests.harness.people import AgentClient, new_client_id
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.guests import Guests

MAX = User("max@desk.example", "Max Admin", role="admin", departments=(), capacity=0)
TOPICS = ("department", "edit", "support", "--topic", "Parcel", "--topic", "Invoice")
WIDGET = "/api/v1/admin/settings/widget"
AS_IT_WAS = {
    "accent": None,
    "position": "right",
    "texts": {"cs": {"start_title": None, "button": None}},
    "offers": dict.fromkeys(("chat", "callback", "suggestion", "message"), True),
    "ask": dict.fromkeys(("name", "email", "topic"), "optional"),
}


@pytest.fixture
def own_desk(standing_desk: StandingDesk) -> Desk:
    return standing_desk(departments=[SUPPORT], users=[ADA, MAX], commands=[TOPICS])


@pytest.fixture
async def max_(own_desk: Desk, guests: Guests) -> AgentClient:
    admin = await guests.agent(own_desk, MAX, status=None)
    await admin.request("PATCH", WIDGET, body=AS_IT_WAS)
    return admin


async def test_visitors_hear_what_is_set_in_their_language_now_and_later(
    own_desk: Desk, guests: Guests, max_: AgentClient
) -> None:
    czech, greek = await guests.visitor(own_desk, locale="cs"), await guests.visitor(own_desk, locale="el")
    change = {"texts": {"cs": {"start_title": "Dobrý den", "button": "Pomoc"}}, "offers": {"callback": False}}

    await max_.request("PATCH", WIDGET, body={**change, "accent": "#ffeb3b", "position": "left"})

    told = await czech.wait("settings")
    assert (told["texts"], told["offers"]["callback"]) == ({"start_title": "Dobrý den"}, False)
    assert (await greek.wait("settings"))["texts"] == {}
    late = await guests.visitor(own_desk, locale="cs-CZ")
    greeted = (await late.wait("hello"))["settings"]
    assert {**greeted, **told} == greeted, "a hello says the same, and what does not change besides"
    async with ClientSession(own_desk.url) as http:
        loader = await (await http.get("/widget.js")).text()
        page = await (await http.get("/widget/app?accent=%23ffeb3b")).text()
    assert '"position":"left"' in loader
    assert '"cs":"Pomoc"' in loader
    assert '"accent":"#ffeb3b"' in loader
    found = re.search(r'data-accent="(#\w{6}) (#\w{6}) (#\w{6}) (#\w{6})"', page)
    assert found is not None
    assert found.groups() == ("#736a1b", "#ffffff", "#ffeb3b", "#000000")


async def test_what_must_be_said_before_a_chat_is_asked_by_the_server_too(
    own_desk: Desk, guests: Guests, max_: AgentClient
) -> None:
    visitor = await guests.visitor(own_desk)
    await max_.request("PATCH", WIDGET, body={"ask": dict.fromkeys(("name", "email", "topic"), "required")})
    said: dict[str, str] = {"client_id": new_client_id(), "question": "Where is my letter?"}

    for field, value in (("name", "Eva"), ("email", "eva@example.com"), ("topic", "Parcel")):
        error = await visitor.refused("chat:start", said)
        assert (error["code"], error["field"]) == ("invalid", field)
        said[field] = value
    chat = (await visitor.ask("chat:start", said))["chat"]
    again = await visitor.ask("chat:start", {"client_id": new_client_id(), "question": "Hello?", "topic": "Parcel"})

    assert again["chat"]["id"] == chat["id"], "who they are is known by now"
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})


async def test_what_is_not_offered_is_not_taken(own_desk: Desk, guests: Guests, max_: AgentClient) -> None:
    visitor = await guests.visitor(own_desk)
    chat = await visitor.start("Where is my letter?")
    await max_.request("PATCH", WIDGET, body={"offers": {"chat": False, "callback": False, "message": False}})
    start = {"client_id": new_client_id(), "question": "And now?"}
    ticket = {"client_id": new_client_id(), "email": "eva@example.com", "question": "Write to me"}

    kept = await visitor.ask("chat:start", start)
    message = await visitor.refused("chat:to_ticket", ticket)
    call = await visitor.refused("chat:to_ticket", {**ticket, "phone": "+420 777 123"})
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})
    refused = await visitor.refused("chat:start", {**start, "client_id": new_client_id()})
    suggestion = await visitor.ask("chat:to_ticket", {**ticket, "kind": "suggestion"})

    assert kept["chat"]["id"] == chat["id"], "a chat that goes on goes on"
    assert (message["code"], call["code"], refused["code"]) == ("forbidden", "forbidden", "not_open")
    assert suggestion["ticket"]["number"]
