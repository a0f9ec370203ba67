"""axe finds nothing on any state of the widget, in light and dark, on a desktop and on a phone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.judging import Judge
from tests.browser.test_journey import JANA
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import People

pytestmark = pytest.mark.slow

# As the loader's iframe makes it: on a desktop a panel, on a phone the screen.
PANEL = {"width": 400, "height": 660}


async def test_widget_before_the_chat(company: Desk, people: People, windows: Windows) -> None:
    judge = Judge(PANEL)
    await _departments_known(company, people)
    closed = await _alone(windows, company, "?department=shut")
    await expect(closed.heading).to_have_text("We are closed now")
    await judge.look(closed.page, "widget-closed")

    widget = await _alone(windows, company)
    await expect(widget.heading).to_have_text("How can we help?")
    await judge.look(widget.page, "widget-form")
    await widget.field("E-mail").fill("no address")
    await widget.press("Start the conversation").click()
    await expect(widget.app.get_by_text("Write here what it is about.").first).to_be_visible()
    await judge.look(widget.page, "widget-form-refused")
    await widget.press("Call me back").click()
    await widget.press("Send").click()
    await expect(widget.app.get_by_text("Which number shall we call?")).to_be_visible()
    await judge.look(widget.page, "widget-call-back-refused")
    await widget.press("Back").click()
    await widget.press("Make a suggestion").click()
    await judge.look(widget.page, "widget-suggestion")
    judge.say()


async def test_widget_waiting_and_writing(company: Desk, people: People, windows: Windows) -> None:
    judge = Judge(PANEL)
    ahead = await people.visitor(company)
    chat = await ahead.start("I came first", department="support")
    widget = await _alone(windows, company)
    await widget.ask(department="Support")
    await expect(widget.heading).to_have_text("1 person is ahead of you")
    await judge.look(widget.page, "widget-waiting")
    await widget.press("Leave the queue").click()
    await judge.look(widget.page, "widget-waiting-sure")
    await widget.press("Stay").click()
    await widget.press("Write to me instead").click()
    await judge.look(widget.page, "widget-write")
    await widget.field("E-mail").fill("eva@example.com")
    await widget.press("Send").click()
    await expect(widget.heading).to_have_text("We have your message")
    await judge.look(widget.page, "widget-confirmed")
    await ahead.ask("chat:leave", {"chat_id": chat["id"]})
    judge.say()


async def test_widget_in_the_chat_and_after_it(company: Desk, people: People, windows: Windows) -> None:
    judge = Judge(PANEL)
    jana = await people.agent(company, JANA)
    widget = await _alone(windows, company)
    await widget.ask(email="eva@example.com", department="Support")
    chat = await jana.wait("assigned")
    await jana.say(chat["id"], "Look at https://example.com/a-very-long-address/that-does-not-fit-on-a-line-of-a-phone")
    await jana.say(chat["id"], "word" * 60)
    await widget.say("Thank you")
    await expect(widget.log).to_contain_text("Sent")
    await jana.ask("typing", {"chat_id": chat["id"], "on": True})
    await judge.look(widget.page, "widget-chat")
    await widget.press("End the conversation").click()
    await judge.look(widget.page, "widget-chat-sure")
    ticket = {"subject": "Letter"}
    await jana.ask("chat:close", {"chat_id": chat["id"], "resolution": "unresolved", "ticket": ticket})
    await expect(widget.heading).to_have_text("Conversation ended")
    await judge.look(widget.page, "widget-ended")
    await widget.app.get_by_role("radio", name="4", exact=True).check()
    await judge.look(widget.page, "widget-rating")
    await widget.press("Send rating").click()
    await widget.press("Mail me the conversation").click()
    await expect(widget.app.get_by_text("The conversation is on its way")).to_be_visible()
    await judge.look(widget.page, "widget-rated")
    await jana.ask("status:set", {"status": "offline"})
    judge.say()


async def _alone(windows: Windows, desk: Desk, query: str = "") -> Widget:
    return await Widget.alone(windows, f"{desk.url}/widget/app{query}", size=PANEL)


async def _departments_known(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    if "shut" not in {department["id"] for department in visitor.hello["departments"]}:
        await visitor.wait("departments", lambda heard: "shut" in {department["id"] for department in heard})
