"""A manager puts right what was said of planned work: on a phone, in the time of their own place, without a mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.harness.browser import PHONE, Windows, accessibility_violations
from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, MIA, People

ZONE = "Asia/Kolkata"  # half an hour beside UTC's hours


@pytest.mark.slow
async def test_planned_work_is_changed_where_the_manager_touched_it_and_nowhere_else(
    desk: Desk, people: People, windows: Windows
) -> None:
    mia = await people.agent(desk, MIA, status=None)
    starts = (datetime.now(UTC) + timedelta(days=2)).replace(second=0, microsecond=0)
    ends = starts + timedelta(hours=2)
    order = {"title": "Belt", "body": "New motor.", "kind": "planned", "service": "Parcels", "departments": ["support"]}
    times = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
    _, answer = await mia.request("POST", "/api/v1/incidents", body={**order, **times})
    before = answer["incident"]
    path = f"/api/v1/incidents/{before['id']}"
    panel = await Panel.of(windows, desk.agent_url, MIA, online=False, size=PHONE, timezone_id=ZONE)
    await panel.page.goto(f"{desk.agent_url}/agent#/incidents/{before['id']}")
    await panel.press("Change…").click()
    form = panel.dialog
    save = form.get_by_role("button", name="Save")

    # As it stands, in the manager's own time; with nothing changed there is nothing to save.
    local = starts.astimezone(ZoneInfo(ZONE))
    await expect(form.get_by_label("Starts")).to_have_value(f"{local:%Y-%m-%dT%H:%M}")
    await expect(form.get_by_label("Service")).to_have_value("Parcels")
    await expect(form.get_by_role("checkbox", name="Support")).to_be_checked()
    await expect(save).to_be_disabled()
    assert await accessibility_violations(panel.page) == []
    await picture(panel.page, "incident-change-360")

    # What cannot be is said at its field, and the form stays.
    await form.get_by_label("Ends").fill(f"{local - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    await save.click()
    await expect(form.locator(".error")).to_have_text("The end must be ahead, and after the start.")
    windows.complaints.clear()  # of the refusal

    # A colleague's words of meanwhile stay; what was taken back is gone.
    await mia.request("PATCH", path, body={"body": "Two new motors."})
    await form.get_by_label("Title").fill("The belt")
    await form.get_by_label("Starts").fill(f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    await form.get_by_label("Ends").fill("")
    await form.get_by_label("Service").fill("")
    await form.get_by_role("checkbox", name="Support").uncheck()
    await save.click()
    await expect(form).to_have_count(0)
    await expect(panel.page.get_by_role("heading", name="The belt")).to_be_visible()
    await expect(panel.page.locator(".page-detail")).to_contain_text("Two new motors.")
    after = (await mia.get(path))["incident"]
    said: dict[str, object] = {
        "title": "The belt",
        "body": "Two new motors.",
        "service": None,
        "departments": [],
        "ends_at": None,
    }
    assert {name: after[name] for name in said} == said
    assert datetime.fromisoformat(after["starts_at"]) == starts + timedelta(hours=1)

    agent = await Panel.of(windows, desk.agent_url, ADA, online=False)
    await agent.page.goto(f"{desk.agent_url}/agent#/incidents/{before['id']}")
    await expect(agent.page.get_by_role("heading", name="The belt")).to_be_visible()
    await expect(agent.press("Change…")).to_have_count(0)
