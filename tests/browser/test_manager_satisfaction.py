"""The page of satisfaction: scores by group, and each negative rating with its conversation."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.judging import WIDE, Judge
from tests.browser.managers import frame, manager_at, read, told
from tests.browser.test_manager_waits import ASKED, PERIOD
from tests.harness.browser import Windows
from tests.harness.desk import Desk

pytestmark = pytest.mark.slow


async def test_scores_of_every_group_are_those_of_the_report(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"satisfaction?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "satisfaction", ASKED)

    for group in ("Topic", "Department", "Channel"):
        box = page.locator("section.box").filter(has=page.get_by_role("group", name="Scores by"))
        await box.get_by_role("button", name=group, exact=True).click()
        most_rated = report[f"by_{group.lower()}"][0]
        said = await read(frame(page, f"Scores by {group.lower()}"), "Home")
        assert f"{round(100 * most_rated['csat'])}" in said
        assert f"n = {most_rated['n']}" in said


async def test_agents_stand_by_name_and_whoever_has_few_ratings_has_no_score(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"satisfaction?{PERIOD}", base_url=seasoned.url)

    await page.get_by_role("button", name="Agent", exact=True).click()

    box = frame(page, "Scores by agent")
    await expect(box.locator("svg .row-name").last).to_have_text("Zoe Young")
    names = await box.locator("svg .row-name").all_text_contents()
    assert names == sorted(names)
    await box.get_by_text("Values as a table").click()
    few = box.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Zoe Young"))
    await expect(few.get_by_role("cell")).to_have_text(["3", "–", "5.0", "7.0", "–"])


async def test_negative_rating_unfolds_its_conversation(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"satisfaction?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "satisfaction", ASKED)
    newest = report["negative"][0]
    row = frame(page, "Negative ratings").get_by_role("listitem").first

    await row.get_by_role("button", name="Read the chat").click()

    await expect(row.locator(".conversation")).to_contain_text("Where is my parcel?")
    await expect(row.locator(".conversation")).to_contain_text("I am looking into it.")
    await expect(row.locator(".said-agent")).to_contain_text(newest["agent"]["name"])
    link = row.get_by_role("link", name="Open the transcript on its own page")
    assert newest["chat_id"] in (await link.get_attribute("href") or "")
    await row.get_by_role("button", name="Hide the chat").click()
    await expect(row.locator(".conversation")).to_have_count(0)


async def test_conversation_that_cannot_be_loaded_says_so(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"satisfaction?{PERIOD}", base_url=seasoned.url)
    await page.route("**/transcript.json", lambda route: route.fulfill(status=503, body="{}"))
    row = frame(page, "Negative ratings").get_by_role("listitem").first

    await row.get_by_role("button", name="Read the chat").click()

    await expect(row.get_by_role("alert")).to_have_text("The chat could not be loaded.")
    windows.complaints.clear()


async def test_page_of_satisfaction_is_accessible_full_and_empty(seasoned: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await manager_at(windows, seasoned, f"satisfaction?{PERIOD}", base_url=seasoned.url, size=WIDE)
    row = frame(page, "Negative ratings").get_by_role("listitem").first
    await row.get_by_role("button", name="Read the chat").click()
    await expect(row.locator(".said-agent")).to_be_visible()
    await judge.look(page, "satisfaction-full")
    await page.goto(f"{seasoned.url}/manager/satisfaction?from=2026-01-05&to=2026-01-05")
    await expect(frame(page, "Satisfaction").locator(".empty")).to_contain_text("No ratings in this period.")
    await judge.look(page, "satisfaction-empty")
    judge.say()
