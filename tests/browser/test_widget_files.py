"""Files in the widget: chosen, dropped or pasted; on their way, refused, and in the conversation for both sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.handing import hand, screenshot
from tests.browser.host_pages import Site
from tests.browser.judging import Judge
from tests.browser.pictures import picture
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.fixtures import ADA, NewDesk, People

pytestmark = pytest.mark.slow
PANEL = {"width": 400, "height": 660}


async def test_files_chosen_dropped_and_pasted_arrive_and_can_be_kept(
    new_desk: NewDesk, people: People, windows: Windows, site: Site, tmp_path: Path
) -> None:
    desk = new_desk(settings={"SEMAFOR_SITES": site.url})
    site.embed(desk.url)
    ada = await people.agent(desk, ADA)
    widget = await Widget.visit(windows, site.url)
    await widget.ask("Something looks odd")
    chat = await ada.wait("assigned")

    await widget.app.locator("input[type=file]").set_input_files(
        {"name": "Účtenka.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a receipt"}
    )
    await expect(widget.log.get_by_role("link", name="Účtenka.pdf")).to_be_visible()
    await hand(widget.composer, "notes.txt", "text/plain", b"as it happened", "dragover")
    await expect(widget.app.get_by_text("Drop the file here")).to_be_visible()
    await hand(widget.composer, "notes.txt", "text/plain", b"as it happened", "drop")
    await expect(widget.app.get_by_text("Drop the file here")).to_have_count(0)
    await hand(widget.composer, "image.png", "image/png", screenshot(), "paste")
    await expect(widget.log.get_by_role("link")).to_have_count(3)
    await expect(widget.log.get_by_text("Sending…")).to_have_count(0)

    thumbnail = widget.log.locator("img")
    await expect(thumbnail).to_have_js_property("naturalWidth", 480)
    async with widget.page.expect_download() as saving:
        await widget.log.get_by_role("link", name="Účtenka.pdf").click()
    saved = await saving.value
    await saved.save_as(tmp_path / "saved")
    assert saved.suggested_filename == "Účtenka.pdf"
    assert (tmp_path / "saved").read_bytes() == b"%PDF-1.7 a receipt"
    told = await ada.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0})
    names = [message["file"]["name"] for message in told["messages"] if message["kind"] == "file"]
    assert names == ["Účtenka.pdf", "notes.txt", "image.png"]
    await picture(widget.page, "widget-files")


async def test_what_cannot_be_sent_is_told_at_once_and_a_lost_upload_can_be_tried_again(
    new_desk: NewDesk, windows: Windows
) -> None:
    desk = new_desk(settings={"SEMAFOR_FILE_MAX_BYTES": "100000"})
    widget = await Widget.alone(windows, f"{desk.url}/widget/app")
    await widget.ask("Something looks odd")
    chooser = widget.app.locator("input[type=file]")

    await chooser.set_input_files({"name": "page.html", "mimeType": "text/html", "buffer": b"<script>"})
    await expect(widget.app.get_by_text("page.html: Files of this kind cannot be sent.")).to_be_visible()
    assert await hand(widget.composer, "large.txt", "text/plain", b"a" * 100_001, "drop")
    await expect(widget.app.get_by_text("large.txt: This file is too large: at most 0.1 MB.")).to_be_visible()
    await widget.press("Cancel: page.html").click()
    await widget.press("Cancel: large.txt").click()
    await widget.page.route("**/api/v1/files*", _lose)
    await chooser.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"as it happened"})
    await expect(widget.app.get_by_text("notes.txt: We could not reach the server.")).to_be_visible()
    await widget.page.unroute("**/api/v1/files*")
    await widget.press("Try again").click()

    await expect(widget.log.get_by_role("link", name="notes.txt")).to_be_visible()
    await expect(widget.app.get_by_text("notes.txt:")).to_have_count(0)
    windows.complaints.clear()  # Chromium reports the upload that was lost


async def test_axe_finds_nothing_on_files_on_their_way_refused_and_sent(new_desk: NewDesk, windows: Windows) -> None:
    desk = new_desk()
    judge = Judge(PANEL)
    widget = await Widget.alone(windows, f"{desk.url}/widget/app")
    await widget.ask("Something looks odd")
    chooser = widget.app.locator("input[type=file]")
    await chooser.set_input_files({"name": "shot.png", "mimeType": "image/png", "buffer": screenshot()})
    await expect(widget.log.locator("img")).to_have_js_property("naturalWidth", 480)
    await chooser.set_input_files({"name": "page.html", "mimeType": "text/html", "buffer": b"<script>"})
    await widget.page.route("**/api/v1/files*", _hold)
    await chooser.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"as it happened"})
    await expect(widget.app.get_by_role("progressbar")).to_be_visible()

    await judge.look(widget.page, "widget-files-axe")

    await widget.press("Cancel: notes.txt").click()
    await expect(widget.app.get_by_role("progressbar")).to_have_count(0)
    judge.say()


async def _lose(route: Route) -> None:
    await route.abort("connectionreset")


async def _hold(_: Route) -> None:
    """Neither answered nor ended: on its way."""
