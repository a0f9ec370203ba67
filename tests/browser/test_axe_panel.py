"""axe finds nothing on any screen of the agent panel and of the manager's page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.judging import WIDE, Judge
from tests.browser.panel import Panel
from tests.browser.test_journey import JANA, MARTA
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, MIA, People

pytestmark = pytest.mark.slow

LONG_NAME = "A name so long that no list, no head of a pane and no card has room for all of it"


async def test_panel_at_the_door_and_empty(shared_desk: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await windows.open(f"{shared_desk.url}/agent", size=WIDE)
    await page.get_by_label("E-mail").fill(ADA.email)
    await judge.look(page, "panel-sign-in")
    await page.get_by_label("Password").fill("not the password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("do not belong together")).to_be_visible()
    await judge.look(page, "panel-refused")
    panel = Panel(page)
    await panel.enter(ADA.email, ADA.password)
    await judge.look(page, "panel-empty")
    for name, hash_ in (("tickets", "#/tickets"), ("search", "#/search")):
        await page.goto(f"{shared_desk.url}/agent{hash_}")
        await expect(page.locator(".empty").first).to_be_visible()
        await judge.look(page, f"panel-empty-{name}")
    judge.say()


async def test_panel_with_chats_and_its_dialogs(company: Desk, people: People, windows: Windows) -> None:
    judge = Judge()
    jana = await Panel.of(windows, company.url, JANA, size=WIDE)
    chats = []
    for name in ("Eva", LONG_NAME, "Jan", "Pavel"):
        visitor = await people.visitor(company, page={"url": "https://shop.example/parcels?x=1", "title": "Parcels"})
        chats.append((visitor, await visitor.start(f"{name} asks", department="support", name=name)))
    await expect(jana.group("Mine").locator("li")).to_have_count(3)
    await expect(jana.group("Waiting in Support").locator("li")).to_have_count(1)
    await jana.say("Eva", "Hello")
    await jana.note("Eva", "She called yesterday")
    await judge.look(jana.page, "panel-desk")
    await jana.group("Mine").get_by_role("button", name="Eva").click()
    await judge.look(jana.page, "panel-chat")
    await jana.page.locator("button.status").click()
    await judge.look(jana.page, "panel-status")
    await jana.page.keyboard.press("Escape")
    await jana.press("Sounds and settings").click()
    await judge.look(jana.page, "panel-settings")
    await jana.page.keyboard.press("Escape")
    pane = jana.pane("Eva")
    for name, button in (("transfer", "Transfer"), ("why", "Why is this chat here?")):
        await pane.get_by_role("button", name=button).click()
        await expect(jana.dialog).to_be_visible()
        await judge.look(jana.page, f"panel-{name}")
        await jana.page.keyboard.press("Escape")
    await pane.get_by_label("Message", exact=True).fill("/")
    await expect(pane.get_by_role("listbox")).to_be_visible()
    await judge.look(jana.page, "panel-canned")
    await pane.get_by_label("Message", exact=True).fill("")
    await jana.press("New ticket").click()
    await judge.look(jana.page, "panel-new-ticket")
    await jana.page.keyboard.press("Escape")
    await jana.page.locator("body").press("?")
    await judge.look(jana.page, "panel-keys")
    await jana.page.keyboard.press("Escape")
    await pane.get_by_role("button", name="Close", exact=True).click()
    await jana.dialog.get_by_label("Not solved yet").check()
    await judge.look(jana.page, "panel-close")
    await jana.dialog.get_by_role("button", name="Open the ticket").click()
    await expect(jana.dialog.get_by_text("No address is known yet")).to_be_visible()
    await judge.look(jana.page, "panel-close-refused")
    await jana.dialog.get_by_label("E-mail").fill("eva@example.com")
    await jana.dialog.get_by_role("button", name="Open the ticket").click()
    await expect(jana.dialog.locator(".ticket-number")).to_be_visible()
    await judge.look(jana.page, "panel-ticket-opened")
    await jana.dialog.get_by_role("button", name="Done").click()
    await jana.set_status("Offline")
    for visitor, chat in chats[1:]:
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})
    await expect(jana.group("Needs a resolution")).to_be_visible()
    await judge.look(jana.page, "panel-to-file")
    judge.say()


async def test_panels_other_pages(company: Desk, people: People, windows: Windows) -> None:
    judge = Judge()
    number, chat_id = await _a_ticket(company, people)
    marta = await Panel.of(windows, company.url, MARTA, online=False, size=WIDE)
    page = marta.page
    for name, place, sign in (
        ("search", "#/search?q=blue", ".found"),
        ("transcript", f"#/transcript/{chat_id}", ".transcript-log .m"),
        ("tickets", "#/tickets", ".ticket-row"),
        ("ticket", f"#/tickets/{number}", ".letters, .ticket-aside"),
        ("mails", "#/mails", ".ticket-row"),
    ):
        await page.goto(f"{company.url}/agent{place}")
        await expect(page.locator(sign).first).to_be_visible()
        await judge.look(page, f"panel-{name}")
    await page.locator(".ticket-row").first.click()
    await expect(page.locator(".mail-body iframe, .mail-body pre").first).to_be_visible()
    await judge.look(page, "panel-mail")
    await page.goto(f"{company.url}/manager")
    await _loaded(page)
    await judge.look(page, "manager-data")
    for details in await page.locator("details.values summary").all():
        await details.click()
    await judge.look(page, "manager-tables")
    judge.say()


async def test_tickets_whose_promise_was_missed_and_that_are_being_solved(
    company: Desk, people: People, windows: Windows
) -> None:
    judge = Judge()
    agent = await people.agent(company, JANA, status=None)
    numbers = []
    for name, left_s, more in (
        ("Missed", 2, {"channel": "callback", "phone": "+420 777 123 456", "called_before": True}),
        ("Near", 600, {"channel": "suggestion"}),
        (LONG_NAME, 90_000, {"channel": "mail"}),
    ):
        at = (datetime.now(UTC) + timedelta(seconds=left_s)).isoformat()
        asked = {"client_id": name, "subject": f"{name} asks", "email": "eva@example.com", "checkpoint_at": at}
        made = await agent.ask("ticket:create", {**asked, "name": name, "priority": "urgent", **more})
        numbers.append(made["ticket"]["number"])
    await agent.wait("alarm", lambda alarm: alarm["kind"] == "checkpoint_due", timeout_s=30)
    jana = await Panel.of(windows, company.url, JANA, online=False, size=WIDE)
    page = jana.page
    await page.goto(f"{company.url}/agent#/tickets")
    await expect(page.locator(".promise-mark.missed").first).to_be_visible()
    await expect(page.locator(".alarm")).to_contain_text("the promised news is due")
    await judge.look(page, "tickets-missed")
    await page.get_by_role("radio", name="Missed").check()
    await expect(page.locator(".ticket-row")).to_have_count(1)
    await page.get_by_role("link", name="Open the ticket").click()
    form = page.locator(".next-step")
    await form.get_by_role("radio", name="in progress").check()
    await form.get_by_role("button", name="Save and mail").click()
    await judge.look(page, "ticket-missed-refused")
    await form.get_by_role("radio", name="solved").check()
    await form.get_by_label("Cause").fill("A swapped label")
    await form.get_by_role("group", name="Fully solved?").get_by_role("radio", name="Yes").check()
    await judge.look(page, "ticket-solving")
    await form.get_by_role("button", name="Save and mail").click()
    await expect(page.locator(".solution")).to_contain_text("A swapped label")
    await judge.look(page, "ticket-solved")
    await page.get_by_role("button", name="New ticket").click()
    await jana.dialog.get_by_role("radio", name="call-back").check()
    await jana.dialog.get_by_role("button", name="Open the ticket").click()
    await judge.look(page, "ticket-new-refused")
    await page.keyboard.press("Escape")
    address = (await agent.get(f"/api/v1/tickets/{numbers[0]}"))["ticket"]["url"]
    await page.goto(address)
    await expect(page.get_by_role("button", name="Send rating")).to_be_visible()
    await judge.look(page, "customer-solved")
    for number in numbers[1:]:
        done = {"status": "closed"}
        await agent.request("PATCH", f"/api/v1/tickets/{number}", body=done)
    judge.say()


async def test_managers_page_without_data_and_without_a_manager(shared_desk: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await windows.open(f"{shared_desk.url}/manager", size=WIDE)
    await expect(page.get_by_text("You are signed out")).to_be_visible()
    await judge.look(page, "manager-signed-out")
    mia = await Panel.of(windows, shared_desk.url, MIA, online=False, size=WIDE)
    await mia.page.goto(f"{shared_desk.url}/manager")
    await mia.page.get_by_role("button", name="Yesterday").click()
    await _loaded(mia.page)
    await judge.look(mia.page, "manager-empty")
    ada = await Panel.of(windows, shared_desk.url, ADA, online=False, size=WIDE)
    await ada.page.goto(f"{shared_desk.url}/manager")
    await expect(ada.page.get_by_text("This page is for managers")).to_be_visible()
    await judge.look(ada.page, "manager-refused")
    judge.say()


async def _a_ticket(desk: Desk, people: People) -> tuple[str, str]:
    """A chat with everything in it, closed as unresolved; the ticket's number and the chat's id."""
    jana = await people.agent(desk, JANA)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Where is my blue box?", department="support", name="Eva", email="eva@example.com")
    await jana.assigned(chat["id"])
    await jana.say(chat["id"], "I look")
    await jana.ask("note:add", {"chat_id": chat["id"], "client_id": "note", "body": "Second time"})
    ticket = {"subject": "Blue box", "priority": "high"}
    closed = await jana.ask("chat:close", {"chat_id": chat["id"], "resolution": "unresolved", "ticket": ticket})
    await visitor.ask("chat:rate", {"chat_id": chat["id"], "score": 2, "comment": "Slow"})
    await jana.ask("status:set", {"status": "offline"})
    return closed["chat"]["ticket"]["number"], chat["id"]


async def _loaded(page: Page) -> None:
    await expect(page.locator(".box.live .now")).to_be_visible()
    await expect(page.locator(".skeleton")).to_have_count(0)
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
