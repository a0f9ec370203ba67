"""The settings of widget, sites, mail, tokens and the system: what an admin does there holds, and axe finds nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.host_pages import Site
from tests.browser.judging import Judge
from tests.browser.managers import signed_in
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import Desk, User
from tests.harness.fixtures import ADA, NewDesk
from tests.harness.mailserver import SmtpSink

pytestmark = pytest.mark.slow

MAX = User("max@desk.example", "Max Admin", role="admin", departments=(), capacity=0)


@pytest.fixture
def desk(new_desk: NewDesk, smtp_sink: SmtpSink) -> Desk:
    return new_desk(users=[ADA, MAX], settings={"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_LIMITS": "off"})


async def admin_at(windows: Windows, desk: Desk, page: str, **options: Any) -> Page:
    shown = await signed_in(windows, desk, MAX.email, **options)
    await shown.goto(f"{desk.url}/admin/{page}")
    await expect(shown.get_by_role("heading", level=1)).to_be_visible()
    return shown


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()


async def test_what_is_set_of_the_widget_is_what_a_visitor_of_an_allowed_site_meets(
    desk: Desk, windows: Windows, site: Site
) -> None:
    site.embed(desk.url)
    site.language = "cs"
    page = await admin_at(windows, desk, "sites")
    await page.get_by_role("textbox", name="Origins").fill(f"{site.url.upper()}/\nhttps://*.example.com")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("has a wildcard")).to_be_visible()
    windows.complaints.clear()  # the browser's own line about the 422
    await page.get_by_role("textbox", name="Origins").fill(f"{site.url}/")
    await save(page)

    await page.goto(f"{desk.url}/admin/widget")
    await page.get_by_label("Name of the company").fill("Acme s.r.o.")
    await page.get_by_role("textbox", name="Accent colour", exact=True).fill("#ffeb3b")
    await expect(page.get_by_text(re.compile(r"On light pages it is shown as #736a1b: 1\.\d:1"))).to_be_visible()
    await page.get_by_role("radio", name="Left").check()
    await page.get_by_role("radio", name="Čeština").check()
    await page.get_by_role("textbox", name="Button on your page").fill("Pomoc")
    await page.get_by_role("textbox", name="Greeting", exact=True).fill("Dobrý den, tady Acme")
    await expect(page.locator(".preview.in-dark .preview-title")).to_have_text("Dobrý den, tady Acme")
    await page.get_by_role("checkbox", name="Ask to be called back").uncheck()
    await page.get_by_role("group", name="Name", exact=True).get_by_role("radio", name="Required").check()
    await save(page)

    visitor = await windows.open(site.url, locale="cs-CZ")
    widget = Widget(visitor)
    await expect(widget.button).to_contain_text("Pomoc")
    box = await widget.button.bounding_box()
    assert box is not None
    assert box["x"] < 100
    assert await widget.button.evaluate("(button) => getComputedStyle(button).backgroundColor") == "rgb(255, 235, 59)"
    await widget.open()
    await expect(widget.heading).to_have_text("Dobrý den, tady Acme")
    await expect(widget.app.get_by_text("Acme s.r.o.")).to_be_visible()
    await expect(widget.press("Zavolejte mi")).to_have_count(0)
    await widget.field("Váš dotaz").fill("Kde je můj dopis?")
    await widget.press("Začít konverzaci").click()
    await expect(widget.app.get_by_text("Napište, kdo jste.")).to_be_visible()


async def test_a_test_mail_goes_out_and_its_refusal_is_told_with_what_helps(
    desk: Desk, windows: Windows, smtp_sink: SmtpSink
) -> None:
    page = await admin_at(windows, desk, "mail")
    await page.get_by_label("Address", exact=True).fill("desk@acme.example")
    await page.get_by_role("textbox", name="Signature", exact=True).fill("Acme\nWe answer within a day")
    await save(page)

    await page.get_by_label("To", exact=True).fill("boss@acme.example")
    await page.get_by_role("button", name="Send it").click()
    await expect(page.get_by_text("Sent to boss@acme.example. The other side said: 250")).to_be_visible()
    smtp_sink.refuse("550 5.7.1 not allowed")
    await page.get_by_role("button", name="Send it").click()

    await expect(page.get_by_text("550 5.7.1 not allowed")).to_be_visible()
    (mail,) = smtp_sink.mails
    assert (mail.sender, mail.text().splitlines()[-1]) == ("desk@acme.example", "We answer within a day")


async def test_a_token_is_shown_once_works_and_ends(desk: Desk, windows: Windows) -> None:
    page = await admin_at(windows, desk, "tokens")
    await page.get_by_role("button", name="New token").click()
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.get_by_text("must not be empty")).to_be_visible()
    windows.complaints.clear()
    await page.get_by_label("Name", exact=True).fill("Reports")
    await page.get_by_role("button", name="Make the token").click()
    secret = await page.locator("code.snippet").inner_text()
    headers = {"Authorization": f"Bearer {secret}"}

    assert (await page.request.get(f"{desk.url}/api/v1/reports/waits", headers=headers)).status == 200
    await page.get_by_role("button", name="I have it").click()
    await expect(page.get_by_role("row", name=re.compile("Reports"))).to_contain_text(secret[-4:])
    assert secret not in await page.content()
    await page.get_by_role("button", name="End the token “Reports”?").click()
    await page.get_by_role("button", name="End", exact=True).click()
    await expect(page.get_by_text("The token has ended.")).to_be_visible()

    assert (await page.request.get(f"{desk.url}/api/v1/reports/waits", headers=headers)).status == 401


async def test_axe_finds_nothing_on_these_pages(desk: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await admin_at(windows, desk, "widget")
    await page.get_by_role("textbox", name="Accent colour", exact=True).fill("#ffeb3b")
    await judge.look(page, "admin-widget")
    for name in ("departments", "replies/new", "sites", "mail", "tokens", "tokens/new", "system"):
        await page.goto(f"{desk.url}/admin/{name}")
        await expect(page.get_by_role("heading", level=2).first).to_be_visible()
        await judge.look(page, f"admin-{name.replace('/', '-')}")
    await page.goto(f"{desk.url}/admin/tokens/new")
    await page.get_by_label("Name", exact=True).fill("Bot " * 20)
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.locator("code.snippet")).to_be_visible()
    await judge.look(page, "admin-token-made")
    await page.get_by_role("button", name="I have it").click()
    await expect(page.get_by_role("table")).to_be_visible()
    await judge.look(page, "admin-tokens-some")
    judge.say()
