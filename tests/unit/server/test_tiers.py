"""A tier's time runs in opening hours, and passes on only to somebody who serves the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.services.known.directory import Directory
from server.services.known.tiers import Tiers
from server.settings import Settings
from tests.contract.transcripts.examples import new_agent, new_ticket
from transcripts.memory import MemoryStore
from transcripts.records import Department, Ticket
from transcripts.ticket_changes import open_ticket

FRIDAY_16_50 = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
MONDAY_9 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def tiers(hours: str | None, *, second: bool = True, after_s: float = 1800) -> Tiers:
    store = MemoryStore()
    await store.add_department(Department("sales", "Sales", hours, "UTC"))
    await store.add_agent(new_agent("a1", "a1@example.org"))
    if second:
        await store.add_agent(new_agent("a2", "a2@example.org", tier=2))
    directory = Directory(store)
    await directory.refresh()
    return Tiers(directory, Settings(escalate_after_s=after_s))


def ticket(**fields: object) -> Ticket:
    return open_ticket(new_ticket(at=FRIDAY_16_50, **fields), "10001", None).ticket


async def test_time_runs_in_opening_hours_only() -> None:
    always, office = await tiers(None), await tiers("mon-fri 09:00-17:00")

    assert always.escalates_at(ticket()) == FRIDAY_16_50 + timedelta(minutes=30)
    assert office.escalates_at(ticket()) == MONDAY_9 + timedelta(minutes=20)
    assert office.over_since("sales", MONDAY_9 + timedelta(minutes=20)) == FRIDAY_16_50
    assert always.over_since("sales", MONDAY_9) == MONDAY_9 - timedelta(minutes=30)


@pytest.mark.parametrize("hours", ["mon-fri 09:00-12:00,13:00-17:00; sat 22:00-06:00", "sun 03:00-03:10", None])
async def test_who_is_over_their_time_and_when_it_will_be_over_say_the_same(hours: str | None) -> None:
    found = await tiers(hours)

    for minutes in range(0, 7 * 24 * 60, 97):
        now = MONDAY_9 + timedelta(minutes=minutes)
        since = found.over_since("sales", now)
        assert since is not None
        just_over, not_yet = open_at(since), open_at(since + timedelta(seconds=1))
        due, later = found.escalates_at(just_over), found.escalates_at(not_yet)
        assert due is not None
        assert due <= now
        assert later is None or later > now or later == due


def open_at(at: datetime) -> Ticket:
    return open_ticket(new_ticket(at=at), "10001", None).ticket


async def test_nothing_passes_on_where_nobody_would_ever_answer() -> None:
    alone, off, both = await tiers(None, second=False), await tiers(None, after_s=0), await tiers(None)

    assert (alone.next_of("sales", 1), off.next_of("sales", 1)) == (None, None)
    assert alone.escalates_at(ticket()) is None
    assert [both.next_of("sales", tier) for tier in (1, 2, 3)] == [2, None, None]
    assert both.next_of("help", 1) is None
    assert (both.serves("a2", "sales", 2), both.serves("a1", "sales", 2), both.serves("no", "sales", 1)) == (
        True,
        False,
        False,
    )


async def test_a_department_that_never_opens_passes_nothing_on() -> None:
    shut = await tiers("mon 09:00-17:00", after_s=366 * 86400)

    assert shut.over_since("sales", MONDAY_9) is None
