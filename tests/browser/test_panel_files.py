"""Files at the desk: sent and received in a chat, with a ticket's answer, and on the customer's own page."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.browser.handing import hand, screenshot
from tests.browser.judging import Judge
from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.harness.browser import Windows
from tests.harness.fixtures import ADA, BOB, NewDesk, People
from tests.harness.people import VisitorClient

pytestmark = pytest.mark.slow
NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"as it happened"}
PAGE: FilePayload = {**NOTES, "name": "page.html"}
SHOT: FilePayload = {"name": "shot.png", "mimeType": "image/png", "buffer": screenshot()}
NO_TIMERS = "for (let id = 0; id < 100000; id++) clearInterval(id)"
"""A page that looks again by the clock does so no more: only what it is told can change it."""


async def _show(visitor: VisitorClient, url: str, chat_id: str) -> None:
    """The visitor sends a picture."""
    form = aiohttp.FormData()
    form.add_field("file", screenshot(), filename="Bildschirm foto.png", content_type="image/png")
    headers = {"Authorization": f"Bearer {visitor.token}"}
    async with (
        aiohttp.ClientSession(base_url=url, headers=headers) as session,
        session.post("/api/v1/files", params={"chat_id": chat_id}, data=form) as answer,
    ):
        file = (await answer.json())["file"]
    await visitor.ask("message:send", {"chat_id": chat_id, "client_id": "shot", "file_id": file["id"]})


async def test_files_go_both_ways_in_a_chat_and_with_a_tickets_answer_to_the_customers_page(
    new_desk: NewDesk, people: People, windows: Windows
) -> None:
    desk = new_desk()
    judge = Judge()
    ada = await Panel.of(windows, desk.url, ADA)
    visitor = await people.visitor(desk)
    chat = await visitor.start("Something looks odd", name="Eva", email="eva@example.com")
    pane = ada.pane("Eva")
    await _show(visitor, desk.url, chat["id"])
    received = pane.get_by_role("link", name="Bildschirm foto.png")
    await expect(received.locator("img")).to_have_js_property("naturalWidth", 480)

    await pane.locator("input[type=file]").set_input_files(NOTES)
    await expect(pane.get_by_role("link", name="notes.txt")).to_be_visible()
    heard = await visitor.wait("message", lambda m: m["kind"] == "file" and m["author"]["kind"] == "agent")
    await pane.locator("input[type=file]").set_input_files(PAGE)
    await expect(pane.get_by_text("page.html: Files of this kind cannot be sent.")).to_be_visible()
    await judge.look(ada.page, "panel-files")
    await pane.get_by_role("button", name="Cancel: page.html").click()
    async with ada.page.expect_download() as saving:
        await received.click()
    assert (await saving.value).suggested_filename == "Bildschirm foto.png"
    assert heard["file"]["name"] == "notes.txt"

    number = await ada.close_unresolved("Eva", "An odd screen")
    await ada.page.goto(f"{desk.url}/agent#/tickets/{number}")
    answer = ada.page.locator("form.answer")
    await answer.locator("input[type=file]").set_input_files(SHOT)
    await expect(answer.get_by_role("progressbar")).to_have_count(0)
    await answer.get_by_role("textbox").fill("This is how it should look.")
    await judge.look(ada.page, "panel-ticket-files")
    await answer.get_by_role("button", name="Send").click()
    await expect(ada.page.get_by_role("link", name="shot.png").locator("img")).to_have_js_property("naturalWidth", 480)
    await expect(answer.get_by_text("shot.png")).to_have_count(0)

    ticket = await visitor.wait("chat", lambda told: told["ticket"] is not None)
    page = await windows.open(ticket["ticket"]["url"])
    for name in ("Bildschirm foto.png", "notes.txt", "shot.png"):
        await expect(page.get_by_role("link", name=name)).to_be_visible()
    await expect(page.locator("img").first).to_have_js_property("naturalWidth", 480)
    await judge.look(page, "customer-files")
    await picture(page, "customer-files")
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="shot.png").click()
    assert (await saving.value).suggested_filename == "shot.png"
    judge.say()


async def test_files_are_dropped_and_screenshots_pasted_in_a_chat_and_into_a_tickets_answer(
    new_desk: NewDesk, people: People, windows: Windows
) -> None:
    desk = new_desk(settings={"SEMAFOR_FILE_MAX_BYTES": "100000"})
    ada = await Panel.of(windows, desk.url, ADA)
    visitor = await people.visitor(desk)
    await visitor.start("Something looks odd", name="Eva", email="eva@example.com")
    pane = ada.pane("Eva")

    await _handed(ada.page, pane, pane.get_by_label("Message", exact=True))
    await expect(pane.get_by_role("link", name="notes.txt")).to_be_visible()
    await expect(pane.get_by_role("link", name="image.png").locator("img")).to_have_js_property("naturalWidth", 480)
    heard = await visitor.wait("message", lambda m: m["kind"] == "file" and m["file"]["name"] == "image.png")
    assert heard["file"]["type"] == "image/png"

    number = await ada.close_unresolved("Eva", "An odd screen")
    await ada.page.goto(f"{desk.url}/agent#/tickets/{number}")
    answer = ada.page.locator("form.answer")
    box = answer.get_by_role("textbox")
    await _handed(ada.page, answer, box)
    await box.fill("This is how it should look.")
    await answer.get_by_role("button", name="Send").click()
    await expect(answer.get_by_text("notes.txt")).to_have_count(0)
    conversation = ada.page.get_by_role("list", name="Conversation")
    for name in ("notes.txt", "image.png"):
        await expect(conversation.get_by_role("link", name=name)).to_be_visible()

    await ada.page.evaluate(NO_TIMERS)
    bob = await people.agent(desk, BOB, status=None)
    note = {"client_id": "note", "body": "I have seen it", "internal": True}
    assert (await bob.request("POST", f"/api/v1/tickets/{number}/messages", body=note))[0] == 201
    await expect(ada.page.get_by_text("I have seen it")).to_be_visible()


async def _handed(page: Page, place: Locator, box: Locator) -> None:
    """Dropped and pasted, on its way and there, of a kind and of a size that are refused, beside the place."""
    await hand(box, "notes.txt", "text/plain", b"as it happened", "dragover")
    await expect(place.get_by_text("Drop the file here")).to_be_visible()
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/api/v1/files*", hold)
    assert await hand(box, "notes.txt", "text/plain", b"as it happened", "drop")
    await expect(place.get_by_role("progressbar", name="notes.txt is being sent")).to_be_visible()
    await expect(place.get_by_text("Drop the file here")).to_have_count(0)
    released.set()
    assert await hand(box, "image.png", "image/png", screenshot(), "paste")
    await expect(place.get_by_text("image.png")).to_be_visible()
    await expect(place.get_by_role("progressbar")).to_have_count(0)
    await page.unroute("**/api/v1/files*", hold)

    assert await hand(box, "page.html", "text/html", b"<script>", "drop")
    await expect(place.get_by_text("page.html: Files of this kind cannot be sent.")).to_be_visible()
    assert await hand(box, "large.txt", "text/plain", b"a" * 100_001, "paste")
    await expect(place.get_by_text("large.txt: This file is too large: at most 0.1 MB.")).to_be_visible()
    for name in ("page.html", "large.txt"):
        await place.get_by_role("button", name=f"Cancel: {name}").click()
    # A file that misses the place must not be opened instead of the desk.
    assert await hand(page.locator("body"), "page.html", "text/html", b"<script>", "drop")
    await expect(place.get_by_text("page.html")).to_have_count(0)
