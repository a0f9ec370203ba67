"""The panel on a phone and on a tablet: every page keeps within the window, and every page can be reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.panel import Panel
from tests.browser.pictures import FOLDER, picture
from tests.browser.test_keyboard import tab_to
from tests.harness.browser import PHONE, Windows, accessibility_violations
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, MIA, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.harness.people import new_client_id
from tests.integration.mail.letters import CUSTOMER, answer_to, bring, free_port, letter, mail_settings, settled

TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1440, "height": 900}
LONG_NAME = "Anna Maria Wolfeschlegelsteinhausenbergerdorff von und zu Hohenlohe-Waldenburg"
LONG_WORD = "https://shop.example/parcels/" + "0123456789abcdef" * 8
CHATS = {"chats", "chat"}
OVERFLOW = """() => {
  const root = document.scrollingElement;
  return root.scrollWidth <= innerWidth ? null : `${location.hash}: ${root.scrollWidth} px in ${innerWidth} px`;
}"""


@pytest.mark.slow
async def test_no_page_of_the_panel_is_wider_than_a_phone_or_a_tablet(
    new_desk: NewDesk, people: People, windows: Windows, smtp_sink: SmtpSink
) -> None:
    port = free_port()
    desk = new_desk(settings=mail_settings(port, smtp_sink))
    pages = await _pages_with_long_texts(desk, people, smtp_sink, port)
    wide = []
    for user, names in ((MIA, pages.keys() - CHATS), (ADA, CHATS)):
        page = (await Panel.of(windows, desk.agent_url, user, online=False, size=PHONE)).page
        for size in (PHONE, TABLET, *([DESKTOP] if FOLDER else [])):
            await page.set_viewport_size({"width": size["width"], "height": size["height"]})
            for name in names:
                hash_, sign = pages[name]
                await page.goto(f"{desk.agent_url}/agent{hash_}")
                await expect(page.locator(sign).first).to_be_visible()
                wide.append(await page.evaluate(OVERFLOW))
                for scheme in ("light", "dark") if FOLDER else ():
                    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    await picture(page, f"{name}-{size['width']}-{scheme}")
    assert [line for line in wide if line] == []


@pytest.mark.slow
async def test_pages_that_have_no_room_in_the_bar_are_reached_by_keyboard_under_more(
    shared_desk: Desk, windows: Windows
) -> None:
    mia = await Panel.of(windows, shared_desk.agent_url, MIA, online=False, size=PHONE)
    pages = mia.page.get_by_role("navigation", name="Pages")
    more = pages.get_by_role("button", name="More")
    await expect(pages.get_by_role("link")).to_have_text(["Chats", "Tickets", "Search"])

    await tab_to(mia.page, more)
    await mia.page.keyboard.press("Enter")
    await expect(more).to_have_attribute("aria-expanded", "true")
    assert await accessibility_violations(mia.page) == []
    await picture(mia.page, "more-360")
    await mia.page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await mia.page.keyboard.press("Enter")
    await tab_to(mia.page, pages.get_by_role("link", name="Incidents"))
    await mia.page.keyboard.press("Enter")

    # Where one is stays in sight, and the focus does not get lost with the menu.
    await expect(mia.page.get_by_role("main", name="Incidents")).to_be_visible()
    await expect(more).to_have_attribute("aria-expanded", "false")
    await expect(more).to_be_focused()
    await expect(pages.get_by_role("link")).to_have_text(["Chats", "Tickets", "Incidents"])
    await expect(pages.locator("[aria-current=page]")).to_have_text("Incidents")
    for width in (360, 600, 768, 860, 960, 1100, 1180, 1260):
        await mia.page.set_viewport_size({"width": width, "height": 800})
        await expect(more).to_have_count(0 if width == 1260 else 1)
        await expect(pages.locator("[aria-current=page]")).to_be_in_viewport()
        await _all_in_sight(mia.page)
    await expect(pages.get_by_role("link", name="Reports")).to_be_visible()


async def _all_in_sight(page: Page) -> None:
    """Nothing in the bar is cut off by the window or lies on another thing."""
    boxes = [
        box
        for part in await page.locator(".bar > .logo, .pages > a, .pages button, .bar-right > *").all()
        if (box := await part.bounding_box()) is not None
    ]
    width = await page.evaluate("innerWidth")
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes), boxes
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            beside = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            below = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            assert beside or below, (one, other)


async def _pages_with_long_texts(desk: Desk, people: People, sink: SmtpSink, port: int) -> dict[str, tuple[str, str]]:
    """Every page by name: its address, and what is seen on it as soon as it is there."""
    ada, mia = await people.agent(desk, ADA), await people.agent(desk, MIA, status=None)
    visitor = await people.visitor(desk, page={"url": LONG_WORD, "title": LONG_WORD})
    chat = await visitor.start(f"Where is {LONG_WORD}?", name=LONG_NAME, email="eve@example.com")
    await ada.assigned(chat["id"])
    await ada.say(chat["id"], LONG_WORD)
    made = {"client_id": new_client_id(), "subject": f"Parcel {LONG_WORD}", "email": CUSTOMER, "name": LONG_NAME}
    soon = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    _, answer = await ada.request(
        "POST", "/api/v1/tickets", body={**made, "question": LONG_WORD, "priority": "urgent", "checkpoint_at": soon}
    )
    number = answer["ticket"]["number"]
    _, answer = await ada.request("POST", "/api/v1/problems", body={"title": LONG_NAME, "cause": LONG_WORD})
    problem = answer["problem"]["id"]
    links = {"tickets": [number], "chats": [chat["id"]]}
    await ada.request("POST", f"/api/v1/problems/{problem}/links", body=links)
    await ada.request("POST", "/api/v1/problems", body={"title": LONG_WORD[:200]})
    told = {"title": LONG_WORD[:200], "body": LONG_WORD, "service": LONG_NAME}
    _, answer = await mia.request("POST", "/api/v1/incidents", body=told)
    incident = answer["incident"]["id"]
    _, answer = await ada.request(
        "POST",
        "/api/v1/contacts",
        body={"name": LONG_NAME, "addresses": ["eve@example.com", f"{'e' * 60}@example.com"]},
    )
    contact = answer["contact"]["id"]
    sent = await sink.wait_for(lambda mail: mail.recipients == (CUSTOMER,))
    await bring(port, answer_to(sent, f"Still nothing: {LONG_WORD}"))
    await bring(port, letter("I am away", subject=f"Out of office {LONG_WORD}", Auto_Submitted="auto-replied"))
    await settled(mia, 2)
    mail = (await mia.get("/api/v1/mails"))["mails"][0]["id"]
    received = (await mia.get("/api/v1/inbound"))["inbound"][0]["id"]
    return {
        "chats": ("#/chats", ".desk"),
        "tickets": ("#/tickets", ".ticket-row"),
        "ticket": (f"#/tickets/{number}", ".letters"),
        "search": ("#/search?q=parcels", ".found"),
        "search-empty": ("#/search?q=nothing-like-it", ".empty"),
        "transcript": (f"#/transcript/{chat['id']}", ".transcript-log .m"),
        "contacts": ("#/contacts", ".ticket-row, .contact-row"),
        "contact": (f"#/contacts/{contact}", ".page-detail h2"),
        "problems": ("#/problems", ".ticket-row"),
        "problem": (f"#/problems/{problem}", ".case-head"),
        "incidents": ("#/incidents", ".ticket-row"),
        "incident": (f"#/incidents/{incident}", ".case-head"),
        "mails": ("#/mails", ".ticket-row"),
        "mail": (f"#/mails/{mail}", ".mail-body iframe, .mail-body pre"),
        "inbound": ("#/inbound", ".ticket-row"),
        "received": (f"#/inbound/{received}", ".page-detail h2, .page-detail dl"),
        "chat": (f"#/chats/{chat['id']}", ".pane"),
    }
