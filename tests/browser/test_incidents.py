"""An incident as people meet it: on the widget, on the public page, and by mail to whoever asked for it there."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.host_pages import Site
from tests.browser.panel import Panel
from tests.browser.widget import Widget
from tests.harness.browser import COLOUR_RULES, PHONE, Windows, accessibility_violations
from tests.harness.fixtures import MIA, NewDesk
from tests.harness.mailserver import SmtpSink

TITLE = "Tracking is down"


@pytest.mark.slow
async def test_an_incident_is_read_on_the_widget_subscribed_to_without_script_and_put_away(
    new_desk: NewDesk, smtp_sink: SmtpSink, windows: Windows, site: Site
) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_SITES": site.url})
    site.embed(desk.url)
    widget = await Widget.visit(windows, site.url)
    panel = await Panel.of(windows, desk.agent_url, MIA, online=False)
    await panel.page.get_by_role("link", name="Incidents").click()
    await panel.press("Open an incident…").click()
    await panel.dialog.get_by_label("Title").fill(TITLE)
    await panel.dialog.get_by_label("What is the matter").fill("We look into it.\n<b>Soon</b> more.")
    await panel.dialog.get_by_role("button", name="Tell everybody").click()
    notice = widget.app.get_by_role("region", name=TITLE)
    await expect(notice).to_contain_text("<b>Soon</b> more.")
    await expect(panel.page.locator(".incident-strip")).to_contain_text(TITLE)
    assert await accessibility_violations(widget.page) == []
    assert await accessibility_violations(panel.page) == []

    address = await notice.get_by_role("link").get_attribute("href")
    assert address is not None
    page = await windows.open(address, java_script_enabled=False, size=PHONE)
    await page.get_by_label("E-mail address").fill("eve@example.com")
    await page.get_by_role("button", name="Subscribe").click()
    await expect(page.get_by_role("status")).to_contain_text("We have sent you a mail.")
    asked = await smtp_sink.wait_for(lambda mail: mail.recipients == ("eve@example.com",))
    link = re.search(r"http://\S+/incidents/confirm/\S+", asked.text())
    assert link is not None
    await page.goto(link[0])
    await expect(page.get_by_role("heading", level=1)).to_have_text("You will get the news by e-mail.")

    await widget.press("Hide this notice").click()
    await expect(notice).to_have_count(0)
    await widget.page.reload()
    await widget.open()
    await expect(widget.heading).to_have_text("How can we help?")
    await expect(notice).to_have_count(0)
    await panel.press("It is over…").click()
    await expect(panel.dialog).to_contain_text("1 address gets one last mail")
    await panel.dialog.get_by_label("The last word").fill("It works.")
    await panel.dialog.get_by_role("button", name="Yes, it is over").click()
    await expect(panel.page.locator(".incident-strip")).to_have_count(0)
    await smtp_sink.wait_for(lambda mail: mail.subject == f"It works again: {TITLE}")

    for scheme in ("light", "dark"):
        public = await windows.open(address, color_scheme=scheme)
        await expect(public.get_by_text("It works.")).to_be_visible()
        assert await accessibility_violations(public) == []
        await public.goto(address.rpartition("/")[0])
        assert await accessibility_violations(public, COLOUR_RULES) == []
