"""The harness and the real server together: each fixture once, so that a broken one is known by its own test."""

from __future__ import annotations

import pytest

from tests.harness.browser import PHONE, Windows
from tests.harness.desk import Department, Desk
from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.harness.wire import ConnectionRefusedByServer, WireClient


async def test_visitor_is_answered_by_an_agent(desk: Desk, people: People) -> None:
    agent = await people.agent(desk, ADA)
    visitor = await people.visitor(desk, locale="en")

    chat = await visitor.start("My letter has not come", name="Eva")
    await agent.assigned(chat["id"])
    await agent.say(chat["id"], "I am looking")

    heard = await visitor.wait("message", lambda message: message["author"]["kind"] == "agent")
    assert heard["body"] == "I am looking"
    bodies = [message["body"] for message in await visitor.conversation(chat["id"]) if message["kind"] == "text"]
    assert bodies == ["My letter has not come", "I am looking"]
    found = await agent.get(f"/api/v1/chats/{chat['id']}")
    assert found["chat"]["id"] == chat["id"]


async def test_killed_desk_is_back_with_its_chats(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    chat = await visitor.start("Is anybody there?")

    desk.kill()
    await visitor.closed()
    desk.restart()

    again = await people.visitor(desk, token=visitor.token)
    assert again.hello["chat"]["id"] == chat["id"]
    assert again.hello["chat"]["state"] == "queued"


async def test_mail_of_an_unresolved_chat_reaches_the_sink(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_MAIL_FROM": "desk@semafor.example"})
    agent = await people.agent(desk, ADA)
    visitor = await people.visitor(desk)
    chat = await visitor.start("My letter has not come", email="eva@example.com")
    await agent.assigned(chat["id"])

    closing = {"chat_id": chat["id"], "resolution": "unresolved", "ticket": {"subject": "Lost letter"}}
    closed = (await agent.ask("chat:close", closing))["chat"]

    mail = await smtp_sink.wait_for(lambda mail: mail.recipients == ("eva@example.com",))
    assert closed["ticket"]["number"] in mail.subject + mail.text()


async def test_department_added_by_command_line_reaches_a_running_desk(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    desk.add_department(Department("sales", "Sales"))
    await visitor.wait("departments", lambda heard: "sales" in {department["id"] for department in heard})


async def test_shared_desk_refuses_who_is_nobody(shared_desk: Desk, people: People) -> None:
    with pytest.raises(ConnectionRefusedByServer):
        await WireClient.connect(shared_desk.url, "/agent", {"token": "invented"})
    manager = await people.agent(shared_desk, MIA, status=None)
    assert manager.hello["agent"]["role"] == "manager"


async def test_panel_opens_on_a_phone_without_a_complaint(shared_desk: Desk, windows: Windows) -> None:
    page = await windows.open(f"{shared_desk.url}/agent", size=PHONE)
    await page.get_by_role("textbox").first.wait_for()
