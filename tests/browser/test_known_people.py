"""Who is speaking: what the agent sees, the code that the visitor types, and the page of known people."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.judging import WIDE, Judge
from tests.browser.panel import Panel
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.mailserver import SmtpSink

pytestmark = pytest.mark.slow

JANA = "jana@example.org"


async def test_claimed_visitor_proves_by_a_code_who_they_are_and_the_agent_sees_each_step(
    new_desk: NewDesk, people: People, windows: Windows, smtp_sink: SmtpSink
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url})
    wanted = {"client_id": "t", "email": JANA, "question": "Where is my box?", "name": "Jana Nová"}
    await (await people.visitor(desk)).ask("chat:to_ticket", wanted)
    judge = Judge()
    ada = await Panel.of(windows, desk.url, ADA, size=WIDE)
    jana = await Widget.alone(windows, f"{desk.url}/widget/app")
    await jana.ask("Please change my address", name="Jana", email=JANA)
    identity = ada.page.get_by_role("region", name="Who is speaking")

    await expect(identity).to_contain_text("Unverified: do not change accounts")
    await expect(identity).to_contain_text("nothing proves it yet")
    await expect(identity.get_by_role("link")).to_have_text("Jana Nová")
    await expect(ada.page.locator(".earlier")).to_contain_text("Where is my box?")
    await judge.look(ada.page, "known-claimed")
    await identity.get_by_role("button", name=f"Send a code to {JANA}").click()
    await expect(identity).to_contain_text(f"A code is on its way to {JANA}")
    mail = await smtp_sink.wait_for(lambda mail: "Type it in the chat" in mail.text(), timeout_s=30.0)
    found = re.search(r"(\d{3}) (\d{3})", mail.text())
    assert found is not None
    await expect(jana.app.get_by_text("Please confirm that it is you")).to_be_visible()
    await jana.field("Code").fill("000000" if found[0] != "000 000" else "111111")
    await jana.press("Confirm").click()
    await expect(jana.app.get_by_text("This is not the code that we sent")).to_be_visible()
    await judge.look(jana.page, "known-code")
    await jana.field("Code").fill(found[0])
    await jana.press("Confirm").click()

    await expect(jana.app.get_by_text("now we know that it is you")).to_be_visible()
    await expect(jana.field("Code")).to_have_count(0)
    await expect(identity).to_contain_text("Confirmed by code")
    await expect(identity.get_by_role("button")).to_have_count(0)
    await judge.look(ada.page, "known-confirmed")
    judge.say()


async def test_contacts_are_found_named_given_addresses_and_merged(
    new_desk: NewDesk, people: People, windows: Windows
) -> None:
    desk = new_desk()
    visitor = await people.visitor(desk)
    for email, name in ((JANA, "Jana Nová"), ("jana@work.example.org", "J. N."), ("eva@example.org", "Eva" * 60)):
        wanted = {"client_id": email, "email": email, "question": f"From {email}", "name": name}
        await visitor.ask("chat:to_ticket", wanted)
    judge = Judge()
    ada = await Panel.of(windows, desk.url, ADA, online=False, size=WIDE)
    await ada.page.get_by_role("link", name="Contacts").click()
    rows = ada.page.locator(".ticket-row")
    await expect(rows).to_have_count(3)
    await judge.look(ada.page, "known-list")
    search = ada.page.get_by_role("region", name="Contacts").get_by_label("Name or e-mail")
    await search.fill("nova")
    await expect(rows).to_have_count(1)
    await rows.click()
    detail = ada.page.get_by_role("region", name="Contact", exact=True)
    await expect(detail).to_contain_text("From jana@example.org")

    await detail.get_by_label("Add an address").fill("jana@work.example.org")
    await detail.get_by_role("button", name="Save").click()
    await expect(detail.get_by_text("belongs to another contact")).to_be_visible()
    await judge.look(ada.page, "known-taken")
    windows.complaints.clear()  # the refusal
    await detail.get_by_text("Merge with another contact").click()
    await detail.get_by_label("Name or e-mail").fill("work")
    await detail.get_by_role("button", name="Find").click()
    await detail.get_by_role("button", name="Merge into this one").click()
    await expect(detail).to_contain_text("From jana@work.example.org")
    await detail.get_by_role("button", name="Make jana@work.example.org primary").click()
    await expect(detail.locator(".addresses li").first).to_contain_text("jana@work.example.org")
    await judge.look(ada.page, "known-contact")
    await search.fill("")
    await expect(rows).to_have_count(2)
    judge.say()
