"""The audit log's page: what was done reads as sentences, is found by person, kind and day, and on a phone, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Route, expect

from tests.browser.judging import WIDE, Judge
from tests.browser.managers import signed_in
from tests.harness.browser import PHONE, Windows
from tests.harness.desk import User
from tests.harness.fixtures import ADA, NewDesk

pytestmark = pytest.mark.slow

MAX = User("max@desk.example", "Max Admin", role="admin", capacity=0)
EXPORTS = 60


async def test_what_was_done_is_read_found_and_paged(new_desk: NewDesk, windows: Windows) -> None:
    desk = new_desk(users=[ADA, MAX], settings={"SEMAFOR_LIMITS": "off"})
    desk.cli("user", "set", ADA.email, "--no-search", "--ends", "2031-12-31")
    page = await signed_in(windows, desk, MAX.email, size=WIDE)
    for _ in range(EXPORTS):
        assert (await page.request.get(f"{desk.url}/api/v1/reports/volume.csv?from=2026-11-01&to=2026-11-02")).ok
    await page.goto(f"{desk.url}/admin/audit")
    rows, judge = page.get_by_role("table", name="Entries").get_by_role("row"), Judge()

    await expect(rows).to_have_count(51)
    await page.get_by_role("button", name="Show older entries").click()
    await expect(page.get_by_text("There are no older entries.")).to_be_visible()
    assert await rows.count() > EXPORTS
    await page.get_by_label("What", exact=True).select_option(label="Accounts and roles")
    await expect(rows.nth(1)).to_contain_text("The command line changed the account of Ada")
    await rows.nth(1).get_by_text("Details").click()
    await expect(rows.nth(1)).to_contain_text("no (was yes)")
    await judge.look(page, "audit")
    await page.get_by_label("Who", exact=True).select_option(label="Max Admin")
    await expect(page.get_by_text("No entry is like this")).to_be_visible()
    await page.get_by_role("button", name="Show everything").click()
    await expect(rows.nth(1)).to_contain_text("Max Admin took figures out")
    await rows.nth(1).get_by_role("button", name="Show only what is about").click()
    await expect(page.get_by_label("About", exact=True)).to_have_value("report:volume")
    await page.get_by_label("Up to and including").fill(str(datetime.now(UTC).date() - timedelta(days=2)))
    await expect(page.get_by_text("No entry is like this")).to_be_visible()
    await judge.look(page, "audit-none")
    judge.say()


async def test_log_that_cannot_be_read_says_so_and_is_tried_again(new_desk: NewDesk, windows: Windows) -> None:
    desk = new_desk(users=[MAX])
    page = await signed_in(windows, desk, MAX.email, size=PHONE)

    async def fail(route: Route) -> None:
        await route.fulfill(status=503, json={"error": {"code": "unavailable", "message": "The record is away."}})

    await page.route("**/api/v1/audit*", fail)
    windows.complaints.clear()
    await page.goto(f"{desk.url}/admin/audit")
    await expect(page.get_by_text("The record is away.")).to_be_visible()
    await page.unroute("**/api/v1/audit*")
    await page.get_by_role("button", name="Try again").click()

    await expect(page.get_by_text("Max Admin signed in").first).to_be_visible()
    windows.complaints.clear()
