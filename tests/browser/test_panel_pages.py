"""What agents do beside the chats: finding a conversation again, and going on with a ticket by mail."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.mailserver import SmtpSink


async def test_search_finds_a_word_that_was_said_and_opens_the_transcript(
    desk: Desk, people: People, windows: Windows
) -> None:
    agent = await people.agent(desk, ADA)
    for name, said in (("Eva", "The parcel went to Łódź"), ("Jan", "An invoice is missing")):
        visitor = await people.visitor(desk)
        chat = await visitor.start("Hello", name=name)
        await agent.assigned(chat["id"])
        await visitor.say(chat["id"], said)
        await agent.ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})
    ada = await Panel.of(windows, desk.url, ADA, online=False)
    await ada.page.get_by_role("link", name="Search").click()
    await ada.page.get_by_label("Words").fill("lodz")
    await ada.page.keyboard.press("Enter")

    found = ada.page.locator(".found")
    await expect(found).to_have_count(1)
    await expect(found.locator("mark")).to_have_text("Łódź")
    await found.click()
    await expect(ada.page.get_by_role("main", name="Transcript")).to_contain_text("The parcel went to Łódź")
    await ada.press("Back").click()
    await ada.page.get_by_label("Words").fill("")
    await ada.page.get_by_label("Visitor: name or e-mail").fill("jan")
    await ada.page.keyboard.press("Enter")
    await expect(found).to_have_count(1)
    await expect(found).to_contain_text("Jan")


async def test_ticket_is_answered_by_mail_and_moved_on_with_a_sentence_and_a_promise(
    new_desk: NewDesk, people: People, windows: Windows, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_MAIL_FROM": "desk@semafor.example"})
    visitor = await people.visitor(desk)
    ticket = {"client_id": "t", "email": "eva@example.com", "question": "Where is my box?", "name": "Eva"}
    number = (await visitor.ask("chat:to_ticket", ticket))["ticket"]["number"]
    ada = await Panel.of(windows, desk.url, ADA, online=False)
    await ada.page.get_by_role("link", name="Tickets").click()
    await ada.page.locator(".ticket-row").filter(has_text=number).click()
    detail = ada.page.get_by_role("region", name=f"Ticket {number}")
    await detail.get_by_label("Answer by mail").fill("We have found it")
    await detail.get_by_role("button", name="Send by mail").click()

    await expect(detail.locator(".letter.out")).to_contain_text("We have found it")
    answer = await smtp_sink.wait_for(lambda mail: "We have found it" in mail.text())
    assert answer.recipients == ("eva@example.com",)
    await expect(detail.get_by_label("Answer by mail")).to_have_value("")

    # A status without its sentence and promise is refused in words; with them the customer is told both.
    await detail.get_by_label("Status").select_option(label="waiting")
    await detail.get_by_label("Next news by").fill("")
    await detail.get_by_role("button", name="Save").click()
    await expect(detail.locator(".next-step .error").first).to_be_visible()
    assert all("422" in complaint for complaint in windows.complaints)
    windows.complaints.clear()
    await detail.get_by_role("button", name="tomorrow 10:00").click()
    await detail.get_by_label("A sentence for the customer").fill("The carrier brings it")
    await detail.get_by_role("button", name="Save and mail").click()
    await expect(ada.notice).to_contain_text("the customer is being told")
    await picture(ada.page, "panel-ticket-moved-on")
    told = await smtp_sink.wait_for(lambda mail: "The carrier brings it" in mail.text())
    assert re.search(r"Next news by\s.*\d{2}:00", told.text()), told.text()
    assert number in told.subject
    assert told.message["In-Reply-To"] or told.message["References"], "all mails of one case are one conversation"
