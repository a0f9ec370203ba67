"""The privacy page of the settings: a person is erased, days are set, and a consent is asked for in the widget."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.host_pages import Site
from tests.browser.judging import WIDE, Judge
from tests.browser.managers import signed_in
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import User
from tests.harness.fixtures import ADA, NewDesk, People

IVY = User("ivy@desk.example", "Ivy Admin", role="admin", capacity=0)
JANA = "jana@customer.example"


@pytest.mark.slow
async def test_admin_erases_a_person_sets_days_and_a_consent_that_the_widget_asks_for(
    new_desk: NewDesk, people: People, windows: Windows, site: Site
) -> None:
    desk = new_desk(users=(ADA, IVY), settings={"SEMAFOR_SITES": site.url})
    visitor = await people.visitor(desk)
    await people.agent(desk)
    await visitor.start("Where is it?", email=JANA)
    page, judge = await signed_in(windows, desk, IVY.email, size=WIDE), Judge()
    await page.goto(f"{desk.url}/admin/privacy")

    await _erase(page)
    await page.get_by_label("Files", exact=True).first.fill("0")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Say whole days")).to_be_visible()
    windows.complaints.clear()  # what was refused on purpose is a line of the console
    await page.get_by_label("Files", exact=True).first.fill("90")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_role("button", name="What would go now").click()
    await expect(page.get_by_text("Nothing would go now.")).to_be_visible()
    await _set_consent(page, desk.url)
    windows.complaints.clear()
    await judge.look(page, "admin-privacy")
    await _consent(windows, site, desk.url)
    judge.say()


async def _erase(page: Page) -> None:
    await page.get_by_label("E-mail address or id").fill(JANA)
    await page.get_by_role("button", name="Look up").click()
    await expect(page.get_by_text("Conversations", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Erase for good").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Erase for good").click()
    await expect(page.get_by_text("Erased.")).to_be_visible()


async def _set_consent(page: Page, url: str) -> None:
    """For the desk; its one department says no to it first, and comes back."""
    box = page.get_by_role("region", name="Consent")
    await box.get_by_role("radio", name="To agree to a text", exact=True).check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(box.get_by_label("Version")).to_be_focused()
    await box.get_by_label("Version").fill("2026-11")
    await box.get_by_label("Text", exact=True).fill("We keep what you write for a year.")
    await _save(page)
    where = box.get_by_label("Where")
    await where.select_option(label="Support")
    await box.get_by_role("radio", name="To agree to a text of its own").check()
    await where.select_option(label="The whole desk")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(box.get_by_label("Version")).to_be_focused()
    await expect(where).to_have_value("departments.support")
    for choice, kept in (("Nothing", {"support": None}), ("As the whole desk", {})):
        await where.select_option(label="Support")
        await box.get_by_role("radio", name=choice, exact=True).check()
        await _save(page)
        told = await (await page.request.get(f"{url}/api/v1/admin/consent")).json()
        assert told["consent"]["departments"] == kept


async def _save(page: Page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()


async def _consent(windows: Windows, site: Site, url: str) -> None:
    site.embed(url)
    widget = await Widget.visit(windows, site.url)
    await widget.fill("May I?")
    await widget.press("Start the conversation").click()
    await expect(widget.app.get_by_text("Please agree to this first.")).to_be_visible()
    await widget.app.get_by_role("checkbox").check()
    await widget.press("Start the conversation").click()
    await expect(widget.composer).to_be_visible()
    other = await Widget.visit(windows, site.url)
    await other.press("Make a suggestion").click()
    await other.field("Your suggestion").fill("Open on Sundays")
    await other.field("E-mail").fill("eva@customer.example")
    await other.press("Send").click()
    await expect(other.app.get_by_text("Please agree to this first.")).to_be_visible()
    await other.app.get_by_role("checkbox").check()
    await other.press("Send").click()
    await expect(other.heading).to_have_text("Thank you for your suggestion")


async def test_the_widget_stores_nothing_and_asks_no_third_party_before_the_first_click(
    new_desk: NewDesk, windows: Windows, site: Site
) -> None:
    url = new_desk(settings={"SEMAFOR_SITES": site.url}).url
    site.embed(url)
    context = await windows.context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(site.url)
    await expect(Widget(page).button).to_be_visible()
    await page.wait_for_load_state("networkidle")

    kept = await page.evaluate(
        "async () => [document.cookie, {...localStorage}, {...sessionStorage}, await indexedDB.databases(),"
        " await caches.keys().catch(() => []), (await navigator.serviceWorker?.getRegistrations() ?? []).length]"
    )

    assert kept == ["", {}, {}, [], [], 0]
    assert await context.cookies() == []
    assert {origin for address in asked if (origin := "/".join(address.split("/")[:3]))} <= {site.url, url}
    await Widget(page).open()
    await page.wait_for_function("'semafor' in {...localStorage}")
    assert await context.cookies() == []
