"""Whatever somebody writes stays text, in the widget, the panel, the mailbox and on the customer's own pages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.browser.test_journey import JANA, MARTA
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from tests.harness.fixtures import People

# `owned` is what any of them would leave behind if it came to life; the id marks elements that were texts.
SCRIPT = "<script>window.owned = 1</script>"
IMAGE = '"><img id=owned src=x onerror="window.owned = 1">'
LINK = "javascript:window.owned=1 https://example.com/javascript:x [a](javascript:window.owned=1)"
TEMPLATE = "{{ 7 * 7 }} {% raw %} ${7 * 7} </textarea></title></style><svg id=owned onload='window.owned=1'>"
OVERRIDE = "\u202etxt.exe\u202c \u2066isolated"
HOSTILE = f"{SCRIPT} {IMAGE} {LINK} {TEMPLATE} {OVERRIDE}"


async def _is_inert(page: Page) -> None:
    for frame in page.frames:
        assert await frame.evaluate("window.owned") is None
        assert await frame.locator("#owned, a[href^='javascript:' i], script:not([src])").count() == 0, frame.url
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), "it scrolls sideways"


async def test_hostile_name_question_and_title_stay_text_everywhere(
    company: Desk, people: People, windows: Windows
) -> None:
    jana = await Panel.of(windows, company.url, JANA)
    page = await windows.open(company.url)
    # Longer than the server takes of a title, and with half a character in it.
    await page.evaluate("(title) => { document.title = title + '\\ud800' + 'x'.repeat(4096); }", HOSTILE)
    await page.evaluate("history.replaceState({}, '', '/?' + 'x'.repeat(4096))")
    widget = Widget(page)
    await widget.open()
    await widget.ask(HOSTILE, name=f"Eve {IMAGE}", email="eve@example.com", department="Support")
    front = jana.page.locator(".pane.front")
    await expect(front).to_contain_text("window.owned = 1")
    box = front.get_by_label("Message", exact=True)
    await box.fill(HOSTILE)
    await box.press("Enter")
    await expect(widget.log.locator(".theirs")).to_contain_text(IMAGE)
    await jana.page.reload()
    await expect(jana.page.locator(".card .trail")).to_be_visible()
    await picture(jana.page, "hostile-panel")
    await picture(page, "hostile-widget")
    for shown in (page, jana.page):
        await _is_inert(shown)

    await front.get_by_role("button", name="Close", exact=True).click()
    await jana.dialog.get_by_label("Not solved yet").check()
    await jana.dialog.get_by_label("Subject").fill(f"Subject {IMAGE}")
    await jana.dialog.get_by_label("Summary").fill(HOSTILE)
    await jana.dialog.get_by_role("button", name="Open the ticket").click()
    number = await jana.dialog.locator(".ticket-number").inner_text()
    await _is_inert(jana.page)
    await jana.dialog.get_by_role("button", name="Done").click()
    await jana.set_status("Offline")
    own = await widget.app.get_by_role("link", name="Open the ticket").get_attribute("href")
    assert own is not None
    marta = await Panel.of(windows, company.url, MARTA, online=False)
    places = [
        own,
        f"{company.url}/mailbox",
        f"{company.url}/agent#/tickets/{number}",
        f"{company.url}/agent#/search?q=svg",
    ]
    for place in places:
        await marta.page.goto(place)
        await expect(marta.page.get_by_text("<img id=owned", exact=False).first).to_be_visible()
        await _is_inert(marta.page)
        await picture(marta.page, f"hostile-{places.index(place)}")
    await marta.page.goto(f"{company.url}/mailbox")
    await marta.page.get_by_role("link", name=re.compile(number)).first.click()
    await expect(marta.page.locator("iframe.mail-html")).to_be_visible()
    await expect(marta.page.frame_locator("iframe.mail-html").get_by_text("<img id=owned").first).to_be_attached()
    await _is_inert(marta.page)


@pytest.mark.parametrize(
    "text", ["W" * 200, "long words " * 700, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧‍👦 مرحبا עברית", " \u202e\u202e\u202eevil"]
)
async def test_long_and_strange_names_do_not_break_the_desk(
    company: Desk, people: People, windows: Windows, text: str
) -> None:
    jana = await Panel.of(windows, company.url, JANA)
    visitor = await people.visitor(company, page={"url": "https://shop.example/" + "x" * 1500, "title": text[:300]})
    chat = await visitor.start(text, department="support", name=text[:200].strip())
    await expect(jana.page.locator(".pane.front .log")).to_contain_text(text.strip()[:40])
    for size in ({"width": 1280, "height": 800}, {"width": 360, "height": 740}):
        await jana.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await _is_inert(jana.page)
        # What the agent needs is still inside the window.
        close = jana.page.locator(".pane.front").get_by_role("button", name="Close", exact=True)
        if await close.is_visible():
            place = await close.bounding_box()
            assert place is not None
            assert place["x"] + place["width"] <= size["width"]
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})
    await jana.page.set_viewport_size({"width": 1280, "height": 800})
    await jana.set_status("Offline")
