"""The managers' pages as somebody reads them: signed in, at a page, a chart read with the arrow keys."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.harness.browser import Windows
from tests.harness.desk import Desk, User

MANAGER = User("mia@desk.example", "Mia Manager", role="manager", departments=("support", "sales"), capacity=0)
PASSWORD = MANAGER.password


async def signed_in(windows: Windows, desk: Desk, email: str, **options: Any) -> Page:
    """A page of somebody who signed in before; options as for `Windows.context`."""
    context = await windows.context(**options)
    answer = await context.request.post(
        f"{desk.url}/api/v1/sessions", data={"email": email, "password": PASSWORD}, headers={"Origin": desk.url}
    )
    assert answer.ok, await answer.text()
    return await context.new_page()


async def manager_at(windows: Windows, desk: Desk, path: str, **options: Any) -> Page:
    """path: under /manager, with its filters."""
    page = await signed_in(windows, desk, MANAGER.email, **options)
    await page.goto(f"{desk.url}/manager/{path}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def frame(page: Page, title: str) -> Locator:
    """A report's box by its title."""
    return page.get_by_role("region", name=title, exact=True)


async def read(box: Locator, *keys: str) -> str:
    """What is said after these keys in the box's chart."""
    await box.get_by_role("application").focus()
    for key in keys:
        await box.page.keyboard.press(key)
    said = box.locator(".plotted [aria-live]")
    await expect(said).not_to_be_empty()
    return await said.inner_text()


async def told(page: Page, kind: str, query: str) -> Any:
    """The report itself, asked for as the page asks."""
    answer = await page.request.get(f"/api/v1/reports/{kind}?{query}", headers={"Accept": "application/json"})
    assert answer.ok, await answer.text()
    return await answer.json()
