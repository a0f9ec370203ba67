"""The frame of the managers' pages: addresses, filters, the overview, coverage, and the board for a television."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.judging import WIDE, Judge
from tests.browser.managers import frame, manager_at, read, told
from tests.harness.browser import PHONE, Windows
from tests.harness.desk import Desk

pytestmark = pytest.mark.slow

TODAY = datetime.now(UTC).date()
# A whole week that is over: nothing moves while a test looks.
FIRST, LAST = TODAY - timedelta(days=7), TODAY - timedelta(days=1)
WEEK = f"from={FIRST}&to={LAST}"
ASKED = f"from={FIRST}&to={TODAY}"


async def test_each_page_has_an_address_and_a_title_and_back_leads_to_the_one_before(
    seasoned: Desk, windows: Windows
) -> None:
    page = await manager_at(windows, seasoned, f"overview?{WEEK}")
    heading = page.get_by_role("heading", level=1)

    for name in ("Coverage", "Waits", "Satisfaction", "People", "Staffing", "Overview"):
        await page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        await expect(heading).to_have_text(name)
        await expect(heading).to_be_focused()
        await expect(page).to_have_title(f"{name} – Semafor")
        place = "" if name == "Overview" else f"/{name.lower()}"
        assert page.url == f"{seasoned.url}/manager{place}?{WEEK}"
    await page.go_back()
    await expect(heading).to_have_text("Staffing")
    await page.go_back()
    await expect(heading).to_have_text("People")
    await expect(page.get_by_role("link", name="People")).to_have_attribute("aria-current", "page")


async def test_an_address_after_the_hash_leads_to_the_page(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, "#/coverage?period=yesterday")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Coverage")
    assert page.url == f"{seasoned.url}/manager/coverage?period=yesterday"
    await page.evaluate("location.hash = '#/wall'")
    await expect(page.locator(".wall")).to_be_visible()


async def test_filters_stand_in_the_address_and_a_reload_keeps_them(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, "coverage", size=WIDE)

    await page.get_by_role("button", name="Last month").click()
    await page.get_by_label("Department").select_option(label="Sales")
    await page.get_by_role("combobox", name="Agent", exact=True).select_option(label="Ada Lovelace")
    assert page.url == f"{seasoned.url}/manager/coverage?period=last_month&department=sales&agent=ada"
    await page.reload()
    await expect(page.get_by_label("Department")).to_have_value("sales")
    await expect(page.get_by_role("combobox", name="Agent", exact=True)).to_have_value("ada")
    await expect(page.get_by_role("button", name="Last month")).to_have_attribute("aria-pressed", "true")
    await page.go_back()
    await expect(page.get_by_role("combobox", name="Agent", exact=True)).to_have_value("")


async def test_overview_shows_what_the_report_says_and_compares_only_when_asked(
    seasoned: Desk, windows: Windows
) -> None:
    page = await manager_at(windows, seasoned, f"overview?{WEEK}", base_url=seasoned.url)
    figures = {one["key"]: one for one in (await told(page, "overview", ASKED))["figures"]}
    cards = page.get_by_role("region", name="Key figures").locator(".k")

    await expect(cards).to_have_count(12)
    covered = cards.filter(has=page.get_by_role("heading", name="Covered"))
    await expect(covered.locator(".k-value")).to_have_text(_percent(figures["coverage"]["value"]))
    p90 = cards.filter(has=page.get_by_role("heading", name="Queue wait, 90th percentile"))
    seconds = round(figures["queue_wait_p90"]["value"])
    await expect(p90.locator(".k-value")).to_have_text(f"{seconds // 60}:{seconds % 60:02}")
    await expect(p90).to_contain_text(f"n = {figures['queue_wait_p90']['n']}")
    await expect(page.locator(".change").first).to_contain_text(re.compile("better|worse|unchanged"))
    await page.get_by_label("Compare with the period before").uncheck()
    await expect(page.locator(".change")).to_have_count(0)
    assert page.url.endswith("&compare=none")


def _percent(share: float) -> re.Pattern[str]:
    return re.compile(rf"^{100 * share:.1f}\s%$")


async def test_coverage_is_read_with_arrow_keys_in_each_of_its_charts(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"coverage?{WEEK}", base_url=seasoned.url)
    report = await told(page, "coverage", f"{ASKED}&bucket=hour")

    days = frame(page, "Agents accepting, minute by minute")
    assert (await read(days, "Home")).endswith("00:00–08:00: closed")
    assert "08:00–12:00: 2 agents accepting" in await read(days, "ArrowRight")
    assert (FIRST + timedelta(days=1)).strftime("%A") in await read(days, "ArrowDown")
    week = frame(page, "Hours of the week")
    assert await read(week, "Home") == "Monday 00:00–01:00: never open"
    last_hour = [*["ArrowRight"] * 19]
    assert re.match(r"Monday 19:00–20:00: Uncovered 100\.0\s%, 1 h of 1 h open", await read(week, *last_hour))
    carried = frame(page, "Who carried it")
    ada = next(one for one in report["carried"] if one["agent"]["id"] == "ada")
    assert (await read(carried, "Home")).startswith(f"Ada Lovelace: {ada['accepting_s'] / 3600:.0f} h accepting")


async def test_gaps_are_sentences_with_their_cause_and_end(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"coverage?{WEEK}")
    gaps = frame(page, "Uncovered, and why")

    await expect(gaps.locator("li")).to_have_count(7)
    await expect(gaps.locator("li").first).to_contain_text(re.compile(r"signed out.*until closing at 20:00"))
    await expect(gaps.locator("li").first).to_contain_text("1 h")


async def test_every_chart_of_coverage_gives_its_rows_as_a_file(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"coverage?{WEEK}", base_url=seasoned.url)
    rows = {}
    await expect(page.locator(".skeleton")).to_have_count(0)
    for link in await page.get_by_role("link", name="CSV file").all():
        got = await page.request.get(await link.get_attribute("href") or "")
        rows[await link.get_attribute("aria-label")] = len((await got.text()).splitlines()) - 1

    assert rows == {
        "CSV file: Agents accepting, minute by minute": 7 * 24,
        "CSV file: Uncovered, and why": 7,
        "CSV file: Hours of the week": 168,
        "CSV file: Who carried it": 4,
    }


async def test_a_year_is_drawn_in_weeks_and_still_told_by_hour_of_the_week(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, "coverage?period=year")
    box = frame(page, "Coverage")

    assert "never open" not in await read(box, "End")
    await expect(box.locator("svg.chart .axis text")).not_to_have_count(0)
    await expect(frame(page, "Hours of the week").locator(".cell")).to_have_count(168)


async def test_on_a_phone_the_week_stands_upright_and_filters_are_folded(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"coverage?{WEEK}", size=PHONE)

    await expect(page.get_by_label("Department")).to_be_hidden()
    await page.get_by_role("button", name="Chosen days · All departments").click()
    await expect(page.get_by_label("Department")).to_be_visible()
    box = frame(page, "Hours of the week")
    await read(box, "Home")
    assert (await read(box, "ArrowRight")).startswith("Tuesday 00:00")


async def test_a_report_that_the_server_does_not_make_says_so_and_leaves_the_others_readable(
    seasoned: Desk, windows: Windows
) -> None:
    async def refuse(route: Route) -> None:
        error: dict[str, Any] = {"code": "not_found", "message": "There is no such report."}
        await route.fulfill(status=404, json={"error": error})

    page = await manager_at(windows, seasoned, f"waits?{WEEK}")
    await page.route("**/api/v1/reports/overview?**", refuse)
    await page.get_by_role("link", name="Overview").click()

    figures = page.get_by_role("region", name="Key figures")
    await expect(figures).to_contain_text("This server does not make this report yet")
    await expect(figures).to_contain_text("There is no such report.")
    await expect(frame(page, "Chats").locator("svg.chart")).to_be_visible()
    assert all("404" in complaint for complaint in windows.complaints)
    windows.complaints.clear()


async def test_wallboard_says_when_it_is_cut_off_and_recovers_by_itself(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, "wall?department=support", size=WIDE)
    wall = page.locator(".wall")
    await expect(wall.locator(".wall-tile")).to_have_count(4)
    await expect(wall.locator(".wall-age")).to_contain_text(re.compile(r"Data \d+ s old"))

    await page.route("**/api/v1/live", lambda route: route.abort())
    await expect(wall.get_by_role("alert")).to_contain_text("Cut off since")
    await expect(wall).to_have_class("wall old")
    await page.unroute("**/api/v1/live")
    await expect(wall.get_by_role("alert")).to_have_count(0)
    assert all("ERR_FAILED" in complaint for complaint in windows.complaints)
    windows.complaints.clear()


async def test_axe_finds_nothing_on_the_overview_on_coverage_and_on_the_wall(seasoned: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await manager_at(windows, seasoned, f"overview?{WEEK}", size=WIDE)
    for name in ("overview", "coverage", "coverage?period=year", "wall"):
        place = name if "?" in name else f"{name}?{WEEK}"
        await page.goto(f"{seasoned.url}/manager/{place}")
        await expect(page.locator(".skeleton")).to_have_count(0)
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        for table in await page.locator("details.values summary").all():
            await table.click()
        await judge.look(page, f"manager-{re.sub(r'[^a-z]', '-', name)}")
    judge.say()
