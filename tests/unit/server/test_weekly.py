"""The weekly report: when it is due, who gets it, and that nobody gets it twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.services.known.directory import Directory
from server.services.reports.reports import Reports
from server.services.reports.weekly import WeeklyReports, due
from server.settings import Settings
from tests.unit.server.desk_parts import MovedClock, record
from transcripts.port import Store
from transcripts.records import Agent, Department, Mail

PRAGUE = ZoneInfo("Europe/Prague")
SUNDAY = datetime(2026, 11, 15, 12, tzinfo=UTC)
HOUR_S = 3600.0
SUPPORT = Department("support", "Support", None, "Europe/Prague")
MIA = Agent("mia", "mia@example.com", "Mia", "manager", ("support",), 1, 3, "", locale="cs", weekly_report=True)
MAX = Agent("max", "max@example.com", "Max", "admin", (), 1, 3, "")
ADA = Agent("ada", "ada@example.com", "Ada", "agent", ("support",), 1, 3, "", weekly_report=True)


@dataclass
class Site:
    store: Store
    directory: Directory
    clock: MovedClock
    settings: Settings

    def server(self) -> WeeklyReports:
        """One of several servers of the desk, or the same one after a restart."""
        reports = Reports(self.store, self.directory, self.clock, self.settings)
        return WeeklyReports(self.store, self.directory, reports, self.clock, self.settings)

    async def mails(self) -> list[Mail]:
        found, _ = await self.store.mails(None, None)
        return sorted(found, key=lambda mail: mail.id)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    settings = Settings(data=tmp_path, tz="Europe/Prague")
    async with record(tmp_path, SUPPORT, MIA, MAX, ADA) as (store, directory):
        yield Site(store, directory, MovedClock(SUNDAY), settings)


def test_a_report_is_due_on_monday_at_seven_of_the_sites_zone() -> None:
    assert due(datetime(2026, 11, 16, 5, 59, 59, tzinfo=UTC), PRAGUE) == date(2026, 11, 9)
    assert due(datetime(2026, 11, 16, 6, tzinfo=UTC), PRAGUE) == date(2026, 11, 16)
    assert due(datetime(2026, 11, 22, 22, tzinfo=UTC), PRAGUE) == date(2026, 11, 16)
    # The night before this Monday had 25 hours.
    assert due(datetime(2026, 10, 26, 5, 59, tzinfo=UTC), PRAGUE) == date(2026, 10, 19)
    assert due(datetime(2026, 10, 26, 6, tzinfo=UTC), PRAGUE) == date(2026, 10, 26)


async def test_managers_who_asked_for_it_get_last_week_in_their_language(site: Site) -> None:
    server = site.server()
    await server.tick()
    assert await site.mails() == []

    site.clock.move(24 * HOUR_S)
    await server.tick()

    (mail,) = await site.mails()
    assert (mail.to, mail.locale, mail.kind) == ("mia@example.com", "cs", "weekly_report")
    assert mail.context["from"] == "2026-11-08T23:00:00+00:00"
    assert mail.context["to"] == "2026-11-15T23:00:00+00:00"
    assert len(mail.context["figures"][0]["trend"]) == 7
    assert mail.context["figures"][0]["value"] == 0


async def test_nobody_gets_it_twice_over_restarts_and_servers(site: Site) -> None:
    first, second = site.server(), site.server()
    await first.tick()
    site.clock.move(24 * HOUR_S)

    for server in (first, second, first, site.server()):
        await server.tick()

    assert len(await site.mails()) == 1


async def test_server_that_died_while_it_wrote_is_finished_by_the_next(site: Site) -> None:
    await site.server().tick()
    site.clock.move(24 * HOUR_S)
    await site.server()._write(MIA, date(2026, 11, 16))
    site.directory.put_agent(replace(MAX, weekly_report=True))

    await site.server().tick()

    assert [mail.id for mail in await site.mails()] == ["weekly-2026-11-16-max", "weekly-2026-11-16-mia"]


async def test_who_asks_for_it_on_tuesday_gets_the_next_one(site: Site) -> None:
    server = site.server()
    await server.tick()
    site.clock.move(48 * HOUR_S)
    await server.tick()
    site.directory.put_agent(replace(MAX, weekly_report=True))

    await site.server().tick()
    assert {mail.to for mail in await site.mails()} == {"mia@example.com"}
    site.clock.move(7 * 24 * HOUR_S)
    await server.tick()

    assert [mail.to for mail in await site.mails()].count("max@example.com") == 1


async def test_after_weeks_without_a_server_the_last_one_is_sent(site: Site) -> None:
    await site.server().tick()
    site.clock.move(22 * 24 * HOUR_S)

    await site.server().tick()

    assert [mail.id for mail in await site.mails()] == ["weekly-2026-12-07-mia"]
