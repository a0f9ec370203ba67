"""What agents do beside the chats: finding a conversation again, and going on with a ticket by mail."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.browser.test_keyboard import tab_to
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


@pytest.mark.slow
async def test_ticket_is_answered_moved_on_solved_and_rated_by_the_link_in_its_mail(
    new_desk: NewDesk, people: People, windows: Windows, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_MAIL_FROM": "desk@semafor.example"})
    visitor = await people.visitor(desk)
    ticket = {"client_id": "t", "email": "eva@example.com", "question": "Where is my box?", "name": "Eva"}
    number = (await visitor.ask("chat:to_ticket", ticket))["ticket"]["number"]
    ada = await Panel.of(windows, desk.url, ADA, online=False)
    await ada.page.get_by_role("link", name="Tickets").click()
    await ada.page.get_by_role("radio", name="Unassigned").check()
    await ada.page.locator(".ticket-row").filter(has_text=number).click()
    detail = ada.page.get_by_role("region", name=f"Ticket {number}")
    await detail.get_by_label("Answer by mail").fill("We have found it")
    await detail.get_by_role("button", name="Send by mail").click()

    await expect(detail.locator(".letter.out")).to_contain_text("We have found it")
    answer = await smtp_sink.wait_for(lambda mail: "We have found it" in mail.text())
    assert answer.recipients == ("eva@example.com",)
    await expect(detail.get_by_label("Answer by mail")).to_have_value("")

    # A status without its sentence is not even sent; with it, what the customer will read is shown before.
    form = detail.locator(".next-step")
    await form.get_by_role("radio", name="waiting").check()
    await form.get_by_role("button", name="Save and mail").click()
    await expect(form.locator(".error")).to_have_text("Tell the customer in a sentence what happens now.")
    await form.get_by_role("button", name="tomorrow 10:00").click()
    await form.get_by_label("A sentence for the customer").fill("The carrier brings it")
    await expect(form.locator(".mail-sheet")).to_contain_text("tomorrow 10:00")
    await form.get_by_role("button", name="Save and mail").click()
    await expect(ada.notice).to_contain_text("the customer is being told")
    await picture(ada.page, "panel-ticket-moved-on")
    told = await smtp_sink.wait_for(lambda mail: "The carrier brings it" in mail.text())
    assert re.search(r"Next news by\s.*\d{2}:00", told.text()), told.text()
    assert number in told.subject
    assert told.message["In-Reply-To"] or told.message["References"], "all mails of one case are one conversation"

    # Solved in four parts, of which one is left out; the customer rates by the link, without a sign-in.
    await form.get_by_role("radio", name="solved").check()
    await form.get_by_label("Cause").fill("A swapped label")
    await form.get_by_role("group", name="Fully solved?").get_by_role("radio", name="Yes").check()
    await form.get_by_role("group", name="Can it happen again?").get_by_role("radio", name="No", exact=True).check()
    await form.get_by_role("button", name="Save and mail").click()
    await expect(detail.locator(".ticket-head .chip")).to_have_text("solved")
    solved = await smtp_sink.wait_for(lambda mail: "A swapped label" in mail.text())
    assert "What we did" not in solved.text(), "what is empty is left out"
    (link,) = set(re.findall(rf"{re.escape(desk.url)}/t/[^\s\"<>#]+", solved.text()))
    customer = await windows.open(link, java_script_enabled=False)
    await expect(customer.locator(".solution")).to_contain_text("A swapped label")
    await customer.get_by_role("radio", name="5").check()
    await customer.get_by_label("Comment").fill("Quick & kind")
    await customer.get_by_role("button", name="Send rating").click()
    await expect(customer.get_by_text("Thank you. You rated 5 of 5.")).to_be_visible()
    await picture(customer, "customer-rated")

    # What the customer writes on the page opens the ticket again, and stands in the same conversation.
    await customer.get_by_label("Write to us").fill("One more question")
    await customer.get_by_role("button", name="Send", exact=True).click()
    await expect(customer.locator(".talk")).to_contain_text("One more question")
    await ada.page.reload()
    await expect(detail.locator(".letters")).to_contain_text("One more question")
    await expect(detail.locator(".ticket-states")).to_contain_text("opened again 1 time")
    await expect(detail.locator(".history")).to_contain_text("rated 5 of 5")


@pytest.mark.slow
async def test_phone_call_becomes_a_ticket_that_goes_up_a_tier_and_comes_back_with_a_note(
    new_desk: NewDesk, windows: Windows
) -> None:
    desk = new_desk(users=[replace(ADA, tier=2)])
    ada = await Panel.of(windows, desk.url, ADA, online=False)
    await ada.page.get_by_role("link", name="Tickets").click()
    await expect(ada.page.locator(".empty-title").first).to_have_text("No ticket here")
    await ada.press("New ticket").click()
    dialog = ada.dialog
    await dialog.get_by_role("radio", name="call-back").check()
    await dialog.get_by_role("button", name="Open the ticket").click()
    await expect(dialog.locator(".error")).to_have_count(3)
    await expect(dialog.get_by_label("Telephone")).to_be_focused()
    await dialog.get_by_label("Subject").fill("Invoice")
    await dialog.get_by_label("E-mail").fill("eva@example.com")
    await dialog.get_by_label("Telephone").fill("+420 (777) 123-456")
    await dialog.get_by_role("group", name="Called about this before?").get_by_role("radio", name="Yes").check()
    await dialog.get_by_role("button", name="Open the ticket").click()

    head = ada.page.locator(".ticket-head")
    await expect(head).to_contain_text("call-back")
    await expect(head).to_contain_text("called about this before")
    await expect(head.get_by_role("link", name="+420")).to_have_attribute("href", "tel:+420777123456")
    await ada.press("Pass on to tier 2").click()
    await ada.press("Give back to tier 1").click()
    await ada.page.get_by_label("What tier 1 should know").fill("Look at the printer first")
    await ada.press("Give back to tier 1").click()
    note = ada.page.locator(".letter.internal").filter(has_text="Look at the printer first")
    await expect(note).to_contain_text("never mailed")
    await expect(ada.page.locator(".tier-now")).to_have_text("tier 1")


@pytest.mark.slow
async def test_change_of_status_needs_no_mouse(new_desk: NewDesk, people: People, windows: Windows) -> None:
    desk = new_desk()
    visitor = await people.visitor(desk)
    ticket = {"client_id": "t", "email": "eva@example.com", "question": "Where is my box?"}
    number = (await visitor.ask("chat:to_ticket", ticket))["ticket"]["number"]
    ada = await Panel.of(windows, desk.url, ADA, online=False)
    await ada.page.goto(f"{desk.url}/agent#/tickets")
    page = ada.page
    await tab_to(page, page.locator(".ticket-row"))
    await page.keyboard.press("Enter")
    form = page.locator(".next-step")
    await expect(form).to_be_visible()
    await tab_to(page, form.get_by_role("radio", name="open"))
    await page.keyboard.press("ArrowRight")
    await tab_to(page, form.get_by_label("A sentence for the customer"))
    await page.keyboard.type("We look into it")
    await tab_to(page, form.get_by_role("button", name="tomorrow 10:00"))
    await page.keyboard.press("Enter")
    await tab_to(page, form.get_by_role("button", name="Save and mail"))
    await page.keyboard.press("Enter")

    await expect(ada.notice).to_contain_text("the customer is being told")
    row = page.locator(".ticket-row").filter(has_text=number)
    await expect(row).to_contain_text("in progress")
    await expect(row).to_contain_text("news")
