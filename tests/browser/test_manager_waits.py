"""The page of waits on a desk with two weeks behind it: what it shows is what the report says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.judging import WIDE, Judge
from tests.browser.managers import frame, manager_at, read, told
from tests.harness.browser import Windows
from tests.harness.desk import Desk

pytestmark = pytest.mark.slow

TODAY = datetime.now(UTC).date()
FIRST, LAST = TODAY - timedelta(days=14), TODAY
PERIOD = f"from={FIRST}&to={LAST}"
ASKED = f"from={FIRST}&to={LAST + timedelta(days=1)}&bucket=day"


def clock(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


async def test_spread_of_waits_and_patience_stand_as_the_report_has_them(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"waits?{PERIOD}", base_url=seasoned.url)
    waits = await told(page, "waits", ASKED)

    spread = waits["distribution"]["queue_wait"]
    within = sum(one["chats"] for one in spread["bins"] if one["to_s"] is not None and one["to_s"] <= 90)
    box = frame(page, "How long, and how many")
    await expect(box.locator(".finding")).to_contain_text(f"{100 * within / spread['n']:.1f}")
    await expect(box.locator(".finding")).to_contain_text(f"of {spread['n']:,} within the target of 90 s")
    stays = frame(page, "How long people stay in line")
    await expect(stays.locator(".finding")).to_have_text(f"Half have left after {clock(waits['staying']['median_s'])}.")


async def test_every_chart_is_read_with_the_arrow_keys(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"waits?{PERIOD}", base_url=seasoned.url)
    waits = await told(page, "waits", ASKED)

    first = waits["buckets"][0]
    said = await read(frame(page, "How long people waited"), "ArrowRight")
    assert f"p50 {clock(first['queue_wait']['p50_s'])}, p90 {clock(first['queue_wait']['p90_s'])}" in said
    assert said.endswith(f"n = {first['n']}")
    first_bin = waits["distribution"]["queue_wait"]["bins"][0]
    said = await read(frame(page, "How long, and how many"), "Home")
    assert said.startswith(f"0:00–0:15: {first_bin['chats']} chats")
    curve = waits["staying"]["curve"]
    said = await read(frame(page, "How long people stay in line"), "End")
    assert said.startswith(f"After {clock(curve[-1]['at_s'])}: ")
    assert "95 %" in said
    said = await read(frame(page, "Did the estimates hold?"), "Home")
    assert said == "00:00–01:00: not enough data (n = 0)"


async def test_every_chart_has_its_values_as_a_file(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"waits?{PERIOD}", base_url=seasoned.url)
    waits = await told(page, "waits", ASKED)
    expected = {
        "How long people waited": len(waits["buckets"]),
        "How long, and how many": len(waits["distribution"]["queue_wait"]["bins"]),
        "How long people stay in line": len(waits["staying"]["curve"]),
        "Did the estimates hold?": len(waits["buckets"]),
    }

    for title, rows in expected.items():
        address = await frame(page, title).get_by_role("link", name="CSV").get_attribute("href")
        answer = await page.request.get(address or "")
        assert answer.headers["content-type"].startswith("text/csv"), title
        assert len((await answer.text()).splitlines()) == rows + 1, title


async def test_other_clock_changes_the_band_and_the_spread_together(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"waits?{PERIOD}", base_url=seasoned.url)
    waits = await told(page, "waits", ASKED)

    await frame(page, "How long people waited").get_by_role("button", name="First reply").click()

    n = waits["distribution"]["first_reply"]["n"]
    await expect(frame(page, "How long, and how many")).to_contain_text(f"n = {n:,}")
    await expect(frame(page, "How long people waited").get_by_role("application")).to_have_accessible_name(
        "First reply: median to 90th percentile, and the longest. Use the arrow keys to read the values."
    )


async def test_estimates_are_judged_beside_the_simple_rules_and_by_department(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"waits?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "estimates", ASKED)
    box = frame(page, "Did the estimates hold?")

    await expect(box.locator(".held")).to_contain_text(f"{100 * report['total']['within_upto']:.1f}")
    rivals = report["total"]["rivals"]
    await expect(box.locator(".last_to_enter")).to_contain_text(clock(rivals["last_to_enter"]["median_error_s"]))
    await expect(box.locator(".hourly_average")).to_contain_text(clock(rivals["hourly_average"]["median_error_s"]))
    await box.get_by_role("button", name="By department").click()
    names = {one["department"]["name"] for one in report["by_department"]}
    assert (await read(box, "Home")).split(":")[0] in names


async def test_page_of_waits_is_accessible_full_and_of_a_year(seasoned: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await manager_at(windows, seasoned, f"waits?{PERIOD}", base_url=seasoned.url, size=WIDE)
    await expect(frame(page, "Did the estimates hold?").locator(".held")).to_be_visible()
    await judge.look(page, "waits-full")
    await frame(page, "Did the estimates hold?").get_by_role("button", name="By department").click()
    for summary in await page.get_by_text("Values as a table").all():
        await summary.click()
    await judge.look(page, "waits-tables")
    await page.goto(f"{seasoned.url}/manager/waits?period=year")
    await expect(frame(page, "How long people waited").locator(".chart")).to_be_visible()
    await judge.look(page, "waits-year")
    judge.say()


async def test_period_without_chats_says_what_will_appear_and_shows_no_zero(seasoned: Desk, windows: Windows) -> None:
    before = FIRST - timedelta(days=30)
    page = await manager_at(windows, seasoned, f"waits?from={before}&to={before}", base_url=seasoned.url)

    for title, words in (
        ("How long people waited", "Nobody asked for a chat in this period."),
        ("How long, and how many", "No waits on this clock in this period."),
        ("How long people stay in line", "Nobody was in line in this period."),
        ("Did the estimates hold?", "No estimates to judge in this period"),
    ):
        await expect(frame(page, title).locator(".empty")).to_contain_text(words)
    await expect(page.get_by_role("application")).to_have_count(0)
