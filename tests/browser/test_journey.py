"""The whole way: asked on the demo page, waited, answered, closed as unresolved, mailed, and counted."""

from __future__ import annotations

import re
import time
from datetime import datetime

from playwright.async_api import Page, expect

from server.commands.demo import PASSWORD
from tests.browser.conftest import NewDemo
from tests.browser.panel import Panel
from tests.browser.pictures import picture
from tests.browser.widget import Widget
from tests.harness.browser import Windows
from tests.harness.desk import User
from tests.harness.fixtures import People
from tests.harness.mailserver import SmtpSink

JANA = User("jana@demo.example", "Jana Nováková", password=PASSWORD)
MARTA = User("manager@demo.example", "Marta Dvořáková", role="manager", password=PASSWORD)
QUESTION = "My parcel 4711 stands still since Monday"
ANSWER = "The carrier lost it; we are searching"


async def test_visitor_waits_is_answered_and_goes_home_with_a_ticket(
    new_demo: NewDemo, people: People, smtp_sink: SmtpSink, windows: Windows
) -> None:
    demo = new_demo({"SEMAFOR_SMTP_URL": smtp_sink.url, "SEMAFOR_MAIL_FROM": "desk@semafor.example"})
    jana = await Panel.of(windows, demo.url, JANA)
    online_s = time.monotonic()
    await _take_one_chat_at_a_time(jana)
    busy_with = await people.visitor(demo)
    await busy_with.start("I came first", department="support", name="First")
    await expect(jana.pane("First")).to_be_visible()
    ahead = await people.visitor(demo)
    leaving = await ahead.start("I came second", department="support")

    # The visitor asks and sees the honest place and wait.
    eva = Widget(await windows.open(f"{demo.url}/"))
    await eva.page.get_by_role("link", name="Forward a parcel").click()
    await eva.open()
    asked_s = time.monotonic()
    await eva.ask(QUESTION, name="Eva Malá", email="eva@example.com", department="Support")
    await expect(eva.heading).to_have_text("1 person is ahead of you")
    await expect(eva.app.locator(".waiting .lead")).to_have_text(re.compile(r"^(about \d+ min|less than a minute)"))
    await picture(eva.page, "journey-waiting")
    await ahead.ask("chat:leave", {"chat_id": leaving["id"]})
    await expect(eva.heading).to_have_text("You are next")
    seen_next_s = time.monotonic()

    # The agent is free again, gets the chat by itself, and answers.
    await jana.close_resolved("First")
    await expect(jana.pane("Eva Malá")).to_contain_text(QUESTION)
    assigned_s = time.monotonic()
    await jana.say("Eva Malá", ANSWER)
    await expect(eva.log).to_contain_text(ANSWER)
    await eva.say("Please do")
    await expect(jana.pane("Eva Malá")).to_contain_text("Please do")
    await picture(eva.page, "journey-chat")
    await picture(jana.page, "journey-panel")

    # Not solved: a ticket, whose number both see.
    number = await jana.close_unresolved("Eva Malá", "Lost parcel 4711")
    await expect(eva.app.locator(".ticket .number")).to_have_text(f"Ticket {number}")
    await expect(eva.app.locator(".ticket")).to_contain_text("Next news by")
    await picture(eva.page, "journey-ended")

    # The mail has it all, and its link works for somebody without any cookie.
    mail = await smtp_sink.wait_for(lambda mail: mail.recipients == ("eva@example.com",))
    assert number in mail.subject
    for part in (mail.text(), mail.html()):
        assert all(words in part for words in (QUESTION, ANSWER, "Please do", "Jana Nováková"))
    links = set(re.findall(rf"{re.escape(demo.url)}/t/[^\s\"<>]+", mail.text() + mail.html()))
    assert len(links) == 1
    ticket = await windows.open(links.pop())
    await expect(ticket.get_by_role("heading", level=1)).to_have_text(f"Ticket {number}")
    await expect(ticket.get_by_role("main")).to_contain_text(ANSWER)
    await picture(ticket, "journey-ticket-page")

    # The manager sees the wait and the minutes that were covered.
    marta = await Panel.of(windows, demo.url, MARTA, online=False)
    covered_at_least_s = time.monotonic() - online_s
    report = await _figures(marta.page, demo.url)
    covered_at_most_s = time.monotonic() - online_s + 2
    await picture(marta.page, "journey-manager")
    found = await marta.page.evaluate("fetch('/api/v1/chats?q=4711').then((answer) => answer.json())")
    (chat,) = found["chats"]
    wait_s = _seconds_between(chat["queued_at"], chat["assigned_at"])
    assert seen_next_s - asked_s - 1 <= wait_s <= assigned_s - asked_s
    assert report["waits"]["Longest"] == f"{round(wait_s) // 60}:{round(wait_s) % 60:02}"
    assert (report["waits"]["Answered"], report["waits"]["Abandoned"]) == ("1", "1"), "First was closed unanswered"
    least_s, most_s = _spelled_s(report["coverage"]["Covered"])
    assert least_s <= covered_at_most_s
    assert covered_at_least_s <= most_s
    assert report["coverage"]["Uncovered"] != "0 s", "before Jana came, nobody was there"


async def _take_one_chat_at_a_time(panel: Panel) -> None:
    await panel.page.locator("button.status").click()
    for _ in range(2):
        await panel.press("One chat less at a time").click()
    await expect(panel.page.locator(".stepper output")).to_have_text("1")
    await panel.page.keyboard.press("Escape")


async def _figures(page: Page, url: str) -> dict[str, dict[str, str]]:
    """Today's row in the tables under the charts, for the department of the journey."""
    await page.goto(f"{url}/manager")
    await page.get_by_role("button", name="This week").click()
    await page.get_by_label("Department").select_option(label="Support")
    pages = page.get_by_role("navigation", name="Pages")
    await pages.get_by_role("link", name="Coverage").click()
    coverage = await _rows(page, "Agents accepting, minute by minute")
    await pages.get_by_role("link", name="Waits").click()
    waiting = page.get_by_role("region", name="How long people waited")
    await waiting.get_by_role("button", name="By day").click()
    waits = await _rows(page, "How long people waited")
    (counted,) = [row for row in waits if row["n"] not in ("0", "–")]
    (covered,) = [row for row in coverage if row["Covered"] != "0 s"]
    return {"coverage": covered, "waits": counted}


async def _rows(page: Page, title: str) -> list[dict[str, str]]:
    box = page.get_by_role("region", name=title)
    await box.get_by_text("Values as a table").click()
    head = await box.locator("table thead th").all_inner_texts()
    rows = [await row.locator("th, td").all_inner_texts() for row in await box.locator("table tbody tr").all()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def _seconds_between(first: str, then: str) -> float:
    return (datetime.fromisoformat(then) - datetime.fromisoformat(first)).total_seconds()


def _spelled_s(length: str) -> tuple[float, float]:
    """What "35 s" or "3 h 11 min" may stand for, at least and at most: a length is rounded to its last unit."""
    units = {"s": 1, "min": 60, "h": 3600}
    parts = re.findall(r"(\d+) (h|min|s)", length)
    assert parts, length
    total_s = sum(int(number) * units[unit] for number, unit in parts)
    half_s = units[parts[-1][1]] / 2
    return total_s - half_s, total_s + half_s
