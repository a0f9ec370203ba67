"""The page of people: intervals instead of ranks for managers, and for each agent the row about themself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.history import PEOPLE
from tests.browser.judging import WIDE, Judge
from tests.browser.managers import frame, manager_at, read, signed_in, told
from tests.browser.test_manager_waits import ASKED, PERIOD
from tests.harness.browser import Windows
from tests.harness.desk import Desk

pytestmark = pytest.mark.slow

ADA, BOB = PEOPLE[0], PEOPLE[1]
NEWCOMER = "Zoe Young"


def clock(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


async def test_adjusted_time_is_read_with_its_interval_and_against_the_desk(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"people?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "agents", ASKED)
    ada = next(one for one in report["agents"] if one["agent"]["name"] == ADA.name)["adjusted"]

    said = await read(frame(page, "Time per chat, adjusted"), "Home")

    assert said == (
        f"{ADA.name}: {clock(ada['handle_s'])} per chat, 95 % between {clock(ada['low_s'])} and "
        f"{clock(ada['high_s'])}, n = {ada['n']}, quicker than the desk"
    )


async def test_overlapping_intervals_have_no_rank_and_three_chats_no_figure(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"people?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "agents", ASKED)
    bob = next(one for one in report["agents"] if one["agent"]["name"] == BOB.name)
    assert bob["rank"] is None, "Bob and Eva take about as long"

    table = frame(page, "Figures by agent").get_by_role("table")
    names = await table.get_by_role("rowheader").all_inner_texts()
    assert names == sorted(names)
    of_bob = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name=BOB.name))
    await expect(of_bob.get_by_role("cell").nth(3)).to_have_text("overlaps")
    of_newcomer = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name=NEWCOMER))
    await expect(of_newcomer.get_by_role("cell").nth(1)).to_have_text("not enough data (n = 3)")
    await expect(of_newcomer.get_by_role("cell").nth(3)).to_have_text("–")


async def test_method_stands_in_words_beside_the_figures(seasoned: Desk, windows: Windows) -> None:
    page = await manager_at(windows, seasoned, f"people?{PERIOD}", base_url=seasoned.url)
    report = await told(page, "agents", ASKED)
    box = frame(page, "Time per chat, adjusted")

    await expect(box).to_contain_text("Where two intervals overlap, the difference may be chance")
    await box.get_by_text("How these figures are made").click()
    await expect(box.locator(".method details")).to_contain_text(report["method"]["source"][:60])


async def test_agent_comes_from_the_panel_and_sees_themself_and_nobody_else(seasoned: Desk, windows: Windows) -> None:
    page = await signed_in(windows, seasoned, f"{ADA.id}@desk.example")
    await page.goto(f"{seasoned.url}/agent")

    await page.get_by_role("link", name="My figures").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("My figures")
    table = page.get_by_role("table")
    await expect(table.get_by_role("rowheader")).to_have_text([ADA.name])
    for other in (*PEOPLE[1:],):
        await expect(page.get_by_text(other.name)).to_have_count(0)
    await expect(page.get_by_label("Department")).to_have_count(0)
    await expect(page.get_by_role("navigation", name="Reports")).to_have_count(0)


async def test_agent_is_kept_from_other_pages_and_led_to_their_own(seasoned: Desk, windows: Windows) -> None:
    page = await signed_in(windows, seasoned, f"{ADA.id}@desk.example")
    await page.goto(f"{seasoned.url}/manager/waits")

    await expect(page.get_by_text("This page is for managers.")).to_be_visible()
    await page.get_by_role("link", name="See my own figures").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("My figures")


async def test_own_figures_and_those_of_all_are_accessible(seasoned: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await signed_in(windows, seasoned, f"{ADA.id}@desk.example", size=WIDE)
    await page.goto(f"{seasoned.url}/manager/people?{PERIOD}")
    await expect(page.locator(".chart")).to_be_visible()
    await judge.look(page, "people-own")
    page = await manager_at(windows, seasoned, f"people?{PERIOD}", size=WIDE)
    await expect(page.locator(".chart")).to_be_visible()
    await judge.look(page, "people-full")
    judge.say()


async def test_fifty_people_with_long_names_stay_readable(seasoned: Desk, windows: Windows) -> None:
    judge = Judge()
    page = await signed_in(windows, seasoned, "mia@desk.example", size=WIDE)
    await page.route("**/api/v1/reports/agents?*", _fifty)

    await page.goto(f"{seasoned.url}/manager/people?{PERIOD}")

    box = frame(page, "Time per chat, adjusted")
    await expect(box.locator("svg .row-name")).to_have_count(50)
    assert (await read(box, "End")).startswith("Person 9 with a name")
    await judge.look(page, "people-fifty")
    judge.say()


async def _fifty(route: Route) -> None:
    answer = await route.fetch()
    report: dict[str, Any] = await answer.json()
    model = next(one for one in report["agents"] if one["adjusted"] is not None)
    names = [f"Person {n} with a name that is longer than any margin, {'x' * 30}" for n in range(50)]
    report["agents"] = [{**model, "agent": {"id": f"p{n}", "name": name}} for n, name in enumerate(names)]
    await route.fulfill(status=200, content_type="application/json", body=json.dumps(report))
