"""What the widget does when things are not as they should be: no connection, nobody there, closed, several tabs."""

from __future__ import annotations

import re
from collections.abc import Awaitable

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import IN_THREE_DAYS
from tests.browser.host_pages import Site
from tests.browser.pictures import picture
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Department, Desk
from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.people import AgentClient

SHUT = Department("support", "Support", hours=f"{IN_THREE_DAYS} 09:00-10:00", tz="UTC")


def _welcoming(new_desk: NewDesk, site: Site, **settings: str) -> Desk:
    desk = new_desk(settings={"SEMAFOR_SITES": site.url, **settings})
    site.embed(desk.url)
    return desk


@pytest.mark.slow
async def test_message_written_without_a_connection_arrives_exactly_once(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    ada = await people.agent(desk, ADA)
    widget = await Widget.visit(windows, site.url)
    await widget.ask("One")
    chat = await ada.wait("assigned")

    # On its way when the server dies, and written while there is none; then the page is even loaded anew.
    desk.freeze()
    await widget.say("Two")
    await expect(widget.log).to_contain_text("Sending…")
    desk.kill()
    await expect(widget.app.get_by_text("No connection. Your message will be sent.")).to_be_visible()
    await widget.composer.fill("Three, half wr")
    await widget.composer.press_sequentially("itten")
    await widget.composer.press("Enter")
    await widget.composer.fill("and a draft")
    await picture(widget.page, "states-offline")
    desk.restart()

    await expect(widget.app.get_by_text("No connection")).to_have_count(0)
    await expect(widget.log).not_to_contain_text("Sending…")
    await expect(widget.composer).to_have_value("and a draft")
    again = await people.agent(desk, ADA)
    told = await again.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0})
    bodies = [message["body"] for message in told["messages"] if message["kind"] == "text"]
    assert bodies == ["One", "Two", "Three, half written"]
    shown = await widget.log.locator(".message .bubble").all_inner_texts()
    assert shown == bodies
    windows.complaints.clear()  # Chromium reports each try to connect to nobody


@pytest.mark.slow
async def test_message_lost_on_its_way_waits_through_a_reload_of_the_page(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    ada = await people.agent(desk, ADA)
    widget = await Widget.visit(windows, site.url)
    await widget.ask("One")
    chat = await ada.wait("assigned")
    desk.freeze()
    await _say_and_leave(widget)
    desk.kill()
    desk.restart()

    await _is_there_once(widget, site, await people.agent(desk, ADA), chat["id"])
    windows.complaints.clear()


async def test_message_stored_but_not_acknowledged_is_not_doubled_by_a_reload(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    ada = await people.agent(desk, ADA)
    relay = _Relay(deaf_after='"Two"')
    context = await windows.context()
    await context.route_web_socket("**/socket.io/**", relay.join)
    page = await context.new_page()
    await page.goto(site.url)
    widget = Widget(page)
    await widget.open()
    await widget.ask("One")
    chat = await ada.wait("assigned")
    await _say_and_leave(widget, until=ada.wait("message", lambda message: message["body"] == "Two"))
    relay.deaf_after = None

    await _is_there_once(widget, site, ada, chat["id"])


class _Relay:
    """Between browser and server. Once the browser has said `deaf_after`, nothing of the server's reaches it."""

    def __init__(self, deaf_after: str) -> None:
        self.deaf_after: str | None = deaf_after

    def join(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        is_deaf = False

        def forward(said: str | bytes) -> None:
            nonlocal is_deaf
            is_deaf = is_deaf or (self.deaf_after is not None and self.deaf_after in str(said))
            server.send(said)

        socket.on_message(forward)
        server.on_message(lambda said: None if is_deaf else socket.send(said))


async def _say_and_leave(widget: Widget, until: Awaitable[object] | None = None) -> None:
    await widget.say("Two")
    await expect(widget.log).to_contain_text("Sending…")
    if until is not None:
        await until
    assert len(await widget.page.evaluate("JSON.parse(localStorage.semafor).outbox")) == 1
    await widget.page.goto("about:blank")


async def _is_there_once(widget: Widget, site: Site, agent: AgentClient, chat_id: str) -> None:
    await widget.page.goto(f"{site.url}/next")
    await widget.open()
    await expect(widget.log.locator(".message .bubble")).to_have_text(["One", "Two"])
    told = await agent.ask("chat:sync", {"chat_id": chat_id, "after_seq": 0})
    assert [message["body"] for message in told["messages"] if message["kind"] == "text"] == ["One", "Two"]


@pytest.mark.slow
async def test_tabs_of_one_visitor_are_in_step(new_desk: NewDesk, people: People, windows: Windows, site: Site) -> None:
    desk = _welcoming(new_desk, site)
    ada = await people.agent(desk, ADA)
    context = await windows.context()
    first = Widget(await context.new_page())
    await first.page.goto(site.url)
    await first.open()
    await first.ask("One question")
    chat = await ada.wait("assigned")

    # A second tab is in the same chat at once; what is said in one, or to one, is in both, once and in order.
    second = Widget(await context.new_page())
    await second.page.goto(f"{site.url}/other")
    await second.open()
    await expect(second.log).to_contain_text("One question")
    await second.say("From the second")
    await ada.say(chat["id"], "To both")
    await first.page.bring_to_front()
    await first.say("From the first")
    said = ["One question", "From the second", "To both", "From the first"]
    for widget in (first, second):
        await expect(widget.log.locator(".message .bubble")).to_have_text(said)

    await second.page.bring_to_front()
    await second.press("End the conversation").click()
    await second.press("End the conversation").click()
    for widget in (first, second):
        await expect(widget.heading).to_have_text("Conversation ended")
    assert len(await _chats(people, desk)) == 1


async def test_nobody_accepting_offers_to_write_instead_and_keeps_what_was_typed(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    widget = await Widget.visit(windows, site.url)
    await expect(widget.app.get_by_text("Nobody is available just now.").first).to_be_visible()
    await widget.fill("My box is locked", name="Eva")
    await widget.press("Leave a message").click()
    await expect(widget.heading).to_have_text("We will write to you")
    await expect(widget.app.locator(".wrong")).to_have_count(0)
    await widget.press("Send").click()
    await expect(widget.app.locator(".wrong")).to_have_text(["We need your address to answer you."])
    await expect(widget.field("E-mail")).to_be_focused()
    await expect(widget.field("Your question")).to_have_value("My box is locked")

    # Starting anyhow: waiting, with no invented wait, and the offer at once.
    await widget.press("Back").click()
    await expect(widget.app.locator(".wrong")).to_have_count(0)
    await widget.press("Start the conversation").click()
    await expect(widget.heading).to_have_text("You are next")
    await expect(widget.app.locator(".waiting .lead")).to_contain_text("we cannot say how long it will take")
    await widget.press("Write to me instead").click()
    await expect(widget.app.locator("form")).to_contain_text("My box is locked")
    await widget.field("E-mail").fill("eva@example.com")
    await widget.press("Send").click()
    await expect(widget.heading).to_have_text("We have your message")

    (ticket,) = await _tickets(people, desk)
    await expect(widget.app.locator(".ticket .number")).to_have_text(f"Ticket {ticket['number']}")
    assert (ticket["requester"]["name"], ticket["requester"]["email"]) == ("Eva", "eva@example.com")
    (chat,) = await _chats(people, desk)
    assert (chat["question"], chat["state"], chat["ticket"]["number"]) == (
        "My box is locked",
        "closed",
        ticket["number"],
    )


@pytest.mark.slow
async def test_call_back_and_suggestion_become_tickets_that_say_what_they_are(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    widget = await Widget.visit(windows, site.url)
    await widget.press("Call me back").click()
    await widget.press("Send").click()
    await expect(widget.app.locator(".wrong")).to_have_text(
        ["Which number shall we call?", "We need your address to answer you."]
    )
    await expect(widget.field("Telephone")).to_be_focused()
    await widget.field("Telephone").fill("+420 777 123 456")
    await widget.field("I have called about this before").check()
    await widget.field("E-mail").fill("eva@example.com")
    await widget.press("Send").click()
    await expect(widget.heading).to_have_text("We call you back")
    await expect(widget.app.locator(".ticket")).to_contain_text("+420 777 123 456")

    await widget.press("Start a new conversation").click()
    await widget.press("Make a suggestion").click()
    await widget.field("Your suggestion").fill("Open on Sundays")
    await widget.press("Send").click()
    await expect(widget.heading).to_have_text("Thank you for your suggestion")

    by_channel = {ticket["channel"]: ticket for ticket in await _tickets(people, desk)}
    assert set(by_channel) == {"callback", "suggestion"}
    called = by_channel["callback"]
    assert (called["phone"], called["called_before"], called["call_at"]) == ("+420 777 123 456", True, None)


@pytest.mark.slow
async def test_long_wait_offers_to_write_instead_from_the_service_target_on(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site, SEMAFOR_SERVICE_TARGET_S="4")
    ada = await people.agent(desk, ADA, status=None)
    await ada.ask("status:set", {"status": "online", "capacity": 1})
    await (await people.visitor(desk)).start("I came first")
    widget = await Widget.visit(windows, site.url)
    await widget.ask()
    await expect(widget.app.locator(".waiting .lead")).to_have_text(re.compile("^about"))

    await expect(widget.app.get_by_text("This takes longer than we would like.")).to_be_visible()


@pytest.mark.slow
async def test_closed_desk_says_when_it_opens_and_takes_a_message(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = new_desk(departments=[SHUT], settings={"SEMAFOR_SITES": site.url})
    site.embed(desk.url)
    widget = await Widget.visit(windows, site.url, timezone_id="UTC")
    await expect(widget.heading).to_have_text("We are closed now")
    await expect(widget.app.locator(".lead")).to_have_text(re.compile(r"^We open: \w+day, 09:00\. Leave a message"))
    await widget.fill("Are you there on Sunday?", email="eva@example.com")
    await widget.press("Leave a message").click()

    await expect(widget.heading).to_have_text("We have your message")
    (ticket,) = await _tickets(people, desk)
    assert "Sunday" in ticket["subject"]
    assert ticket["checkpoint_at"] is not None


async def test_rating_can_be_given_and_changed_and_the_conversation_mailed(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = _welcoming(new_desk, site)
    ada = await people.agent(desk, ADA)
    widget = await Widget.visit(windows, site.url)
    await widget.ask("Thank you", name="Eva")
    chat = await ada.wait("assigned")
    await ada.say(chat["id"], "You are welcome")
    await ada.ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})

    await widget.app.get_by_role("radio", name="2", exact=True).check()
    await widget.field("What could have been better?").fill("Slow")
    await widget.press("Send rating").click()
    await expect(widget.app.get_by_text("Thank you for your rating.")).to_be_visible()
    await widget.press("Change the rating").click()
    await widget.app.get_by_role("group", name="How was it?").get_by_role("radio", name="5").check()
    await widget.press("Send rating").click()
    await expect(widget.app.get_by_text("Thank you for your rating.")).to_be_visible()
    await widget.press("Mail me the conversation").click()
    await widget.field("E-mail").fill("eva@example.com")
    await widget.press("Mail me the conversation").click()
    await expect(widget.app.get_by_text("on its way to eva@example.com")).to_be_visible()

    mia = await people.agent(desk, MIA, status=None)
    report = await mia.get("/api/v1/reports/satisfaction")
    assert (report["total"]["n"], report["total"]["mean"]) == (1, 5)
    (mail,) = (await mia.get("/api/v1/mails"))["mails"]
    assert (mail["kind"], mail["to"]) == ("transcript", "eva@example.com")


async def _tickets(people: People, desk: Desk) -> list[dict]:
    mia = await people.agent(desk, MIA, status=None)
    found: list[dict] = (await mia.get("/api/v1/tickets"))["tickets"]
    return found


async def _chats(people: People, desk: Desk) -> list[dict]:
    mia = await people.agent(desk, MIA, status=None)
    found: list[dict] = (await mia.get("/api/v1/chats"))["chats"]
    return found
