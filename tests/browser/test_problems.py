"""A problem as agents meet it: linked where they read a ticket, and solved with one text that they can look through."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.harness.browser import PHONE, Windows, accessibility_violations
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.harness.people import new_client_id

TITLE = "The belt stands still"


@pytest.mark.slow
async def test_two_tickets_become_one_problem_and_their_customer_reads_one_answer(
    new_desk: NewDesk, people: People, smtp_sink: SmtpSink, windows: Windows
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url})
    ada = await people.agent(desk, status=None)
    numbers = []
    for name in ("Eve", "Eva"):
        made = {"client_id": new_client_id(), "subject": "Stuck", "email": "eve@example.com", "name": name}
        status, answer = await ada.request("POST", "/api/v1/tickets", body={**made, "question": "Where is it?"})
        assert status == 201
        numbers.append(answer["ticket"]["number"])
    panel = await Panel.of(windows, desk.agent_url, ADA, online=False)
    control = panel.page.get_by_role("region", name="Problem", exact=True)

    await panel.page.goto(f"{desk.agent_url}/agent#/tickets/{numbers[0]}")
    await control.get_by_label("Choose an open problem").select_option(label="A new one…")
    await control.get_by_label("What do they have in common?").fill(TITLE)
    await control.get_by_role("button", name="Link").click()
    await expect(control.get_by_role("link", name=TITLE)).to_be_visible()
    await panel.page.goto(f"{desk.agent_url}/agent#/tickets/{numbers[1]}")
    await control.get_by_label("Choose an open problem").select_option(label=TITLE)
    await control.get_by_role("button", name="Link").click()
    await control.get_by_role("link", name=TITLE).click()
    await expect(panel.page.get_by_text("2 linked")).to_be_visible()
    assert await accessibility_violations(panel.page) == []

    await panel.press("Solve and answer everybody…").click()
    await panel.dialog.get_by_label("One answer for all").fill("Hello {visitor.name}, the belt runs: {ticket.number}.")
    await panel.dialog.locator("summary").filter(has_text="Eve").click()
    await expect(panel.dialog).to_contain_text(f"Hello Eve, the belt runs: {numbers[0]}, {numbers[1]}.")
    assert await accessibility_violations(panel.page) == []
    await panel.dialog.get_by_label("One answer for all").fill("Hello {nobody.name}")
    await expect(panel.dialog).to_contain_text("There is no variable {nobody.name}.")
    windows.complaints.clear()  # of the refusal
    await panel.dialog.get_by_label("One answer for all").fill("Hello {visitor.name}, the belt runs.")
    await panel.dialog.get_by_role("button", name="Answer 1 customer").click()
    await expect(panel.page.get_by_text("Everybody is answered")).to_be_visible()
    await smtp_sink.wait_for(lambda mail: "Hello Eve, the belt runs." in mail.text())

    phone = await Panel.of(windows, desk.agent_url, ADA, online=False, size=PHONE)
    await phone.page.goto(f"{desk.agent_url}/agent#/tickets/{numbers[1]}")
    await expect(phone.page.get_by_text("Hello Eva, the belt runs.")).to_be_visible()
    assert sum("the belt runs" in mail.text() for mail in smtp_sink.mails) == 1
