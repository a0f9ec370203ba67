"""The page of staffing: demand against cover, where somebody is missing, and one agent more or fewer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.judging import WIDE, Judge
from tests.browser.managers import frame, manager_at, read, told
from tests.browser.test_manager_waits import ASKED, FIRST, PERIOD
from tests.harness.browser import Windows
from tests.harness.desk import Desk

pytestmark = pytest.mark.slow

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def missing(row: dict[str, Any]) -> float:
    if row["cover"] is None or row["needed"] is None:
        return 0.0
    lacking = float(row["needed"] - row["cover"])
    return lacking if lacking >= 0.1 else 0.0


async def test_missing_hours_add_up_to_those_of_the_report(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"staffing?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "staffing", ASKED)

    hours = sum(missing(row) for row in report["by_weekday"]) / 2

    assert hours > 0, "two agents cannot serve this noon"
    box = frame(page, "Where somebody is missing")
    written = f"{hours:,.1f}".removesuffix(".0")
    await expect(box.locator(".finding")).to_contain_text(f"{written} h of agents’ time is missing in a usual week")
    await expect(box.locator(".lacks li").first).to_contain_text("needed")


async def test_half_hours_are_read_with_demand_cover_and_need(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"staffing?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "staffing", ASKED)
    box = frame(page, "Demand against cover")

    assert await read(box, "Home") == "Mon 00:00–00:30, closed"
    await box.get_by_role("button", name="Wed").click()
    noon = next(row for row in report["by_weekday"] if row["weekday"] == 2 and row["time"] == "12:00")
    said = await read(box, "Home", *["ArrowRight"] * 24)
    assert said.startswith(f"Wed 12:00–12:30, {noon['arrivals_per_h']:.1f}".removesuffix(".0"))
    assert f"{noon['needed']} needed" in said


async def test_one_agent_more_and_one_fewer_stand_beside_what_is(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"staffing?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "staffing", ASKED)
    table = frame(page, "One agent more, one fewer").get_by_role("table")

    await expect(table.get_by_role("rowheader")).to_have_text(["One agent fewer", "As it is", "One agent more"])
    now = next(row for row in report["what_if"] if row["agents_change"] == 0)
    shown = await table.get_by_role("row").nth(2).get_by_role("cell").all_inner_texts()
    assert shown[0] == f"{round(now['p90_wait_s']) // 60}:{round(now['p90_wait_s']) % 60:02}"
    assert shown[1].startswith(f"{100 * now['within_target']:.1f}")


async def test_page_of_staffing_is_accessible_for_weeks_a_day_a_year_and_nothing(
    seasoned: Desk, windows: Windows
) -> None:
    judge = Judge()
    page = await manager_at(windows, seasoned, f"staffing?{PERIOD}", size=WIDE)
    for name, filters in (
        ("weeks", PERIOD),
        ("day", f"from={FIRST}&to={FIRST}"),
        ("year", "period=year"),
    ):
        await page.goto(f"{seasoned.url}/manager/staffing?{filters}")
        await expect(frame(page, "Demand against cover").locator(".chart")).to_be_visible()
        await judge.look(page, f"staffing-{name}")
    judge.say()
