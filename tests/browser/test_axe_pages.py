"""axe finds nothing on the pages that the server renders: the demo, the mailbox, customers' own pages, errors."""

from __future__ import annotations

import re

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.judging import WIDE, Judge
from tests.browser.test_journey import JANA
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import People

pytestmark = pytest.mark.slow


async def test_demo_site_and_the_widget_on_it(company: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await windows.open(company.url, size=WIDE)
    await page.get_by_text("Demo: sign-ins").click()
    await judge.look(page, "demo-home")
    widget = Widget(page)
    await widget.open()
    await expect(widget.heading).to_have_text("How can we help?")
    await judge.look(page, "demo-widget")
    await page.goto(f"{company.url}/parcels")
    for asked in await page.locator("details.asked summary").all():
        await asked.click()
    await judge.look(page, "demo-parcels")
    judge.say()


async def test_mailbox_and_customers_pages(company: Desk, people: People, windows: Windows) -> None:
    judge = Judge()
    jana = await people.agent(company, JANA)
    visitor = await people.visitor(company)
    chat = await visitor.start("Where is my red box?", department="support", name="Eva", email="eva@example.com")
    await jana.assigned(chat["id"])
    await jana.say(chat["id"], "I look")
    await visitor.ask("chat:transcript", {"chat_id": chat["id"]})
    ticket = {"subject": "Red box"}
    await jana.ask("chat:close", {"chat_id": chat["id"], "resolution": "unresolved", "ticket": ticket})
    await jana.ask("status:set", {"status": "offline"})

    page = await windows.open(f"{company.url}/mailbox", size=WIDE)
    await judge.look(page, "mailbox")
    links: dict[str, None] = {}
    mails = [await row.get_attribute("href") for row in await page.locator("a[href^='/mailbox/']").all()]
    for address in mails[:2]:
        await page.goto(f"{company.url}{address}")
        await judge.look(page, f"mail-{mails.index(address)}")
        html = await _text(f"{company.url}{address}/html")
        links |= dict.fromkeys(re.findall(rf"{company.url}/t/[^\s\"<>]+", html))
        # The mail itself, as a mail program shows it: in its frame no script may run, so axe neither.
        await page.goto("about:blank")
        await page.set_content(html)
        await judge.look(page, f"mail-{mails.index(address)}-itself")
    assert len(links) == 2, "one of the ticket, one of the conversation"
    for number, link in enumerate(links):
        await page.goto(link)
        await expect(page.get_by_role("main")).to_contain_text("Where is my red box?")
        await judge.look(page, f"customer-{number}")
    judge.say()


async def test_error_page_and_empty_mailbox(company: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await windows.open(company.url, size=WIDE)
    await page.goto(f"{company.url}/t/forged")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await judge.look(page, "error")
    windows.complaints.clear()
    judge.say()


async def _text(address: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return await answer.text()
