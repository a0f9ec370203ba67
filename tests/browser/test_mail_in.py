"""What came in by mail, as people at the desk see it: an answer with its quotes folded, and what led to nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.harness.browser import Windows, accessibility_violations
from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.integration.mail.letters import (
    CUSTOMER,
    answer_to,
    bring,
    free_port,
    letter,
    mail_settings,
    new_ticket,
    settled,
)


@pytest.mark.slow
async def test_manager_sees_what_became_of_each_mail_and_reads_an_answer_with_its_quotes_folded(
    new_desk: NewDesk, people: People, windows: Windows, smtp_sink: SmtpSink
) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port, smtp_sink))
    agent, manager = await people.agent(desk, ADA), await people.agent(desk, MIA)
    number = (await new_ticket(agent))["number"]
    told = await smtp_sink.wait_for(lambda mail: mail.recipients == (CUSTOMER,))
    await bring(port, answer_to(told, "Still <b>nothing</b> here"))
    await bring(port, answer_to(told, "I am no customer", sender="mallory@evil.example"))
    await bring(port, letter("I am away", subject="Out of office", Auto_Submitted="auto-replied"))
    await settled(manager, 3)

    mia = await Panel.of(windows, desk.url, MIA, online=False)
    await mia.page.get_by_role("link", name="Mails").click()
    await mia.page.get_by_role("link", name="received").click()
    await mia.page.get_by_label("What became of it").select_option("ignored")
    await mia.page.locator(".ticket-row").filter(has_text="Out of office").click()
    detail = mia.page.get_by_role("region", name="Mail", exact=True)
    await expect(detail).to_contain_text("An automatic reply")
    assert await accessibility_violations(mia.page) == []
    await picture(mia.page, "mail-in")
    await detail.get_by_role("button", name="Try again").click()
    await mia.page.get_by_label("What became of it").select_option("")
    await expect(mia.page.locator(".ticket-row").filter(has_text="Out of office")).to_contain_text("new ticket")

    await mia.page.goto(f"{desk.url}/agent#/tickets/{number}")
    answer = mia.page.locator(".letter").filter(has_text="Still <b>nothing</b> here")
    await expect(answer.locator(".quoted .body")).to_be_hidden()
    await answer.get_by_text("Quoted text").click()
    await expect(answer.locator(".quoted .body")).to_contain_text("On Sunday Support wrote:")
    stranger = mia.page.locator(".letter").filter(has_text="I am no customer")
    await expect(stranger).to_contain_text("unverified")
    await expect(stranger).to_contain_text("mallory@evil.example")
    assert await accessibility_violations(mia.page) == []
    await picture(mia.page, "mail-in-ticket")
