"""One fixed history: the manager's screen, the file, the JSON and the weekly mail show the same figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from server.adapters import open_store
from server.clock import Clock, to_ms
from server.services.known.directory import Directory
from server.services.reports.reports import Reports
from server.services.reports.weekly import DONE, WeeklyReports
from server.settings import Settings
from tests.browser.history import write_history
from tests.browser.managers import MANAGER, manager_at, told
from tests.harness.browser import Windows
from tests.harness.desk import Desk
from transcripts.mails.composer import Composer
from transcripts.mails.mails import DeskFacts
from transcripts.mails.weekly import DAY_COLUMNS

ZONE = ZoneInfo("UTC")
Figures = Mapping[str, Mapping[str, Any]]


class Said(NamedTuple):
    """A number as it is written, and how far the true one may be from it. None: unknown."""

    value: float | None
    within: float


class At(Clock):
    """Stands still."""

    def __init__(self, at: datetime) -> None:
        self._ms = to_ms(at)

    def now_ms(self) -> int:
        return self._ms


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[Desk]:
    """A desk with two weeks behind it, and a manager who asked for the weekly report."""
    desk = Desk(tmp_path / "desk", {"SEMAFOR_LIMITS": "off"})
    write_history(desk.data)
    desk.add_user(MANAGER)
    desk.start()
    try:
        yield desk
        desk.stop()
    finally:
        desk.kill()
    assert "Traceback" not in desk.stderr(), desk.stderr()


async def test_screen_file_json_and_mail_show_the_same_figures(worked: Desk, windows: Windows) -> None:
    monday = datetime.now(UTC).date() - timedelta(datetime.now(UTC).weekday())
    first, last = monday - timedelta(7), monday - timedelta(1)
    query = f"from={first}&to={monday}&bucket=day&recorded=only"
    page = await manager_at(windows, worked, f"?from={first}&to={last}", base_url=worked.url)

    data = await told(page, "overview", query)
    figures = {figure["key"]: figure for figure in data["figures"]}
    assert len(figures) == 12
    assert all(figure["value"] is not None and figure["n"] > 0 for figure in figures.values())

    await _screen_agrees(page, figures)
    await _file_agrees(page, query, data)
    await _homes_agree(page, query, figures)
    letter = await _mail(worked, monday)
    _mail_agrees(letter, figures)
    await _what_was_told_agrees(page, query, letter)


async def _screen_agrees(page: Page, figures: Figures) -> None:
    """The table behind the figures: the period, the one before, then each day."""
    box = page.locator("details.values").first
    await expect(box.locator("tbody tr")).to_have_count(2 + 7, timeout=30_000)
    rows = [
        [cell.strip() for cell in await row.locator("td").all_text_contents()]
        for row in await box.locator("tbody tr").all()
    ]
    for n, figure in enumerate(figures.values()):
        column = [row[n] for row in rows]
        _agree(figure, column[0], figure["value"])
        _agree(figure, column[1], figure["previous"])
        for text, point in zip(column[2:], figure["trend"], strict=True):
            _agree(figure, text, point["value"])


async def _file_agrees(page: Page, query: str, data: Mapping[str, Any]) -> None:
    answer = await page.request.get(f"/api/v1/reports/overview.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    for figure in data["figures"]:
        own = [row for row in rows if row["key"] == figure["key"]]
        by_scope = {scope: [row for row in own if row["scope"] == scope] for scope in ("total", "previous", "bucket")}
        expected = {
            "total": [(figure["value"], figure["n"])],
            "previous": [(figure["previous"], figure["previous_n"])],
            "bucket": [(point["value"], point["n"]) for point in figure["trend"]],
        }
        for scope, pairs in expected.items():
            found = [(float(row["value"]) if row["value"] else None, int(row["n"])) for row in by_scope[scope]]
            assert found == pairs, (figure["key"], scope)


async def _homes_agree(page: Page, query: str, figures: Figures) -> None:
    """Each figure is the one of the report that is its home."""
    waits = (await told(page, "waits", query))["total"]
    cover = (await told(page, "coverage", query))["total"]
    rated = (await told(page, "satisfaction", query))["total"]
    volume = (await told(page, "volume", query))["total"]
    home = {
        "coverage": round(cover["covered_s"] / cover["open_s"], 4),
        "single_agent": round(cover["single_s"] / cover["open_s"], 4),
        "queue_wait_p50": waits["queue_wait"]["p50_s"],
        "queue_wait_p90": waits["queue_wait"]["p90_s"],
        "first_reply_p50": waits["first_reply"]["p50_s"],
        "first_reply_p90": waits["first_reply"]["p90_s"],
        "within_target": waits["within_target"],
        "satisfaction": rated["csat"],
        "volume": volume["started"],
        "exchanges_p50": waits["exchanges"]["p50"],
        "solution_p50": waits["solution"]["p50_s"],
    }
    assert {key: figures[key]["value"] for key in home} == home


async def _what_was_told_agrees(page: Page, query: str, letter: str) -> None:
    """Of how many waits what is known: in JSON, in the file, on the page of waits and in the mail."""
    total = (await told(page, "estimates", query))["total"]
    counts = [total[kind] for kind in ("answered", "offered", "passed", "censored")]
    answer = await page.request.get(f"/api/v1/reports/estimates.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    answered, offered, passed, censored = counts

    assert total["n"] == sum(counts) - censored > 0
    assert min(counts) > 0
    assert [sum(int(row[kind]) for row in rows) for kind in ("answered", "offered", "passed", "censored")] == counts
    assert f"n = {total['n']:,}: {answered:,} answered, {offered:,} left with the time of their turn known" in letter
    assert f"{passed:,} left when it was over. {censored:,} more left before." in letter
    await page.goto(page.url.replace("/manager?", "/manager/waits?"))
    held = page.locator(".verdict .held")
    await expect(held).to_contain_text(f"n = {total['n']:,}")
    await expect(held).to_contain_text(f"{answered:,} had an agent · {offered:,} left, judged by when their turn came")
    await expect(held).to_contain_text(f"{passed:,} left when it was over · {censored:,} left before")


def _mail_agrees(letter: str, figures: Figures) -> None:
    rows = _Tables(letter).rows
    for row, figure in zip(rows[1:13], figures.values(), strict=True):
        _agree(figure, row[1], figure["value"])
        _agree(figure, row[2], figure["previous"])
    for n, row in enumerate(rows[14:21]):
        for text, key in zip(row[1:], DAY_COLUMNS, strict=True):
            _agree(figures[key], text, figures[key]["trend"][n]["value"])


async def _mail(desk: Desk, monday: date) -> str:
    """The HTML that the manager gets on this Monday, out of the same record."""
    settings = Settings(data=desk.data, tz="UTC")
    store = await open_store(settings)
    try:
        mia = next(agent for agent in await store.agents() if agent.email == MANAGER.email)
        directory, clock = Directory(store), At(datetime.combine(monday, time(8), UTC))
        await directory.refresh()
        reports = WeeklyReports(store, directory, Reports(store, directory, clock, settings), clock, settings)
        assert await store.value(DONE) is not None, "the server has begun to count weeks"
        await reports._write(mia, monday)
        mail = await store.mail(f"weekly-{monday}-{mia.id}")
        assert mail is not None
        facts = DeskFacts("Acme", desk.url, "desk@semafor.example", ZONE)
        letter = await Composer(store, facts, lambda _: None).compose(mail)
    finally:
        await store.aclose()
    message = message_from_bytes(letter.raw, policy=policy.default)
    html = message.get_body(("html",))
    assert html is not None
    return str(html.get_content())


class _Tables(HTMLParser):
    """The cells of every row of figures."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False
        self._is_figures = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._is_figures = ("class", "figures") in attrs
        if tag == "tr" and self._is_figures:
            self.rows.append([])
        if tag in {"td", "th"} and self._is_figures:
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data.strip()


def _agree(figure: Mapping[str, Any], text: str, value: float | None) -> None:
    said = _said(text)
    if value is None or said.value is None:
        assert said.value is value, (figure["key"], text, value)
        return
    true = value * 100 if figure["unit"] == "share" else value
    assert abs(said.value - true) <= said.within + 1e-9, (figure["key"], text, value)


def _said(text: str) -> Said:
    """ "98.1 %", "1:34", "1:02:03", "12:05 min", "20:05 h", "2 h 05 min", "47 min", "75.2 s", "1,204", "–"."""
    text = re.sub(r"\s", " ", text).replace(",", "").strip()
    if text == "–":
        return Said(None, 0)
    if parts := re.fullmatch(r"(?:(\d+) d )?(?:(\d+) h ?)?(?:(\d+) min)?", text):
        days, hours, minutes = (int(part or 0) for part in parts.groups())
        return Said((days * 24 + hours) * 3600.0 + minutes * 60, 1800 if days else 30)
    if parts := re.fullmatch(r"(\d+):(\d\d)( h| min)?", text):
        whole = int(parts[1]) * 60 + int(parts[2])
        return Said(whole * 60, 30) if parts[3] == " h" else Said(whole, 0.5)
    if parts := re.fullmatch(r"(\d+):(\d\d):(\d\d)", text):
        return Said(int(parts[1]) * 3600 + int(parts[2]) * 60 + int(parts[3]), 0.5)
    number = re.fullmatch(r"[<>]? ?(-?\d+(?:\.(\d+))?)(?: [%s])?", text)
    assert number is not None, text
    return Said(float(number[1]), 0.1 if text[0] in "<>" else 0.5 * 10 ** -len(number[2] or ""))
