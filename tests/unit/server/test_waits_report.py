"""Who waited how long: both clocks, who was too late, and what is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.reports.measures import percentile
from server.reports.periods import Period, Span, period_of
from server.reports.waits import waits
from tests.unit.server.made import NOON, abandoned, answered, at, chat, chats_of, resolved, ticket
from transcripts.records import Chat, Ticket

HOUR = Span(NOON, at(3600))
PERIOD = Period(ZoneInfo("UTC"), HOUR.from_at, HOUR.to_at, (HOUR,))


def total(*chats: Chat, tickets: dict[str, Ticket] | None = None, now_s: float = 3600) -> dict[str, Any]:
    report = waits(PERIOD, chats_of(*chats, tickets=tickets), target_s=90, now=at(now_s))
    figures: dict[str, Any] = report["total"]
    assert report["buckets"] == [{"from": HOUR.from_at, "to": HOUR.to_at, **figures}]
    return figures


def test_percentiles_are_nearest_rank_and_hidden_under_five() -> None:
    assert percentile([1, 2, 3, 4], 0.5) is None
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile([5, 1, 4, 2, 3], 0.9) == 5
    assert percentile(list(range(1, 101)), 0.9) == 90


def test_the_two_clocks_are_not_mixed() -> None:
    found = total(*(answered(assigned_s=n, replied_s=10 * n) for n in range(1, 7)))

    assert found["queue_wait"] == {"p50_s": 3, "p90_s": 6, "max_s": 6, "n": 6}
    assert found["first_reply"] == {"p50_s": 30, "p90_s": 60, "max_s": 60, "n": 6}


def test_the_longest_wait_is_told_from_the_first_one_on() -> None:
    assert total(answered(assigned_s=7))["queue_wait"] == {"p50_s": None, "p90_s": None, "max_s": 7, "n": 1}
    assert total()["queue_wait"]["max_s"] is None


def test_who_left_counts_as_not_within_the_target_unless_at_once() -> None:
    found = total(answered(replied_s=90), abandoned(after_s=60), abandoned(after_s=3))

    assert (found["n"], found["answered"], found["abandoned"], found["abandoned_early"]) == (3, 1, 2, 1)
    assert found["within_target"] == 0.5


def test_a_late_reply_is_not_within_the_target() -> None:
    assert total(answered(replied_s=90.001))["within_target"] == 0


def test_who_still_waits_is_counted_apart_and_judged_only_when_it_is_too_late() -> None:
    waiting = chat(asked_s=100)

    in_time, too_late = total(waiting, now_s=180), total(waiting, now_s=191)

    assert (in_time["waiting_now"], in_time["within_target"]) == (1, None)
    assert (too_late["waiting_now"], too_late["within_target"]) == (1, 0)
    assert (in_time["judged"], too_late["judged"]) == (0, 1)


def test_a_chat_that_ended_by_silence_after_an_answer_is_answered_not_abandoned() -> None:
    found = total(resolved(resolution="abandoned"))

    assert (found["answered"], found["abandoned"]) == (1, 0)


def test_who_wrote_to_us_instead_has_not_abandoned() -> None:
    assert total(abandoned(resolution="unresolved", ticket_number="10001"))["abandoned"] == 0


def test_time_to_solution_goes_through_the_ticket() -> None:
    unsolved = resolved(resolution="unresolved", ticket_number="10001")
    solved = resolved(resolution="unresolved", ticket_number="10002")
    tickets = {"10001": ticket("10001"), "10002": ticket("10002", solved_at=at(7200))}

    found = total(resolved(lasted_s=300), unsolved, solved, tickets=tickets)

    assert (found["solution"]["n"], found["solution"]["max_s"]) == (2, 7200)


def test_hours_are_local() -> None:
    prague = Period(ZoneInfo("Europe/Prague"), NOON, at(3600), (Span(NOON, at(3600)),))

    by_hour = waits(prague, chats_of(answered()), target_s=90, now=at(3600))["by_hour"]

    assert [row["hour"] for row in by_hour if row["n"]] == [13]
    assert len(by_hour) == 24
    assert NOON.tzinfo is UTC


def test_each_chat_is_in_its_day_its_hour_and_the_whole_when_clocks_go_back() -> None:
    period = period_of("2026-10-24", "2026-10-27", None, "day", site_zone=ZoneInfo("Europe/Prague"), now=at(0))
    # 2:30 comes twice on Sunday, first in summer time; the last chat is on Monday, at 0:00.
    moments = ["2026-10-24T21:59:59", "2026-10-25T00:30:00", "2026-10-25T01:30:00", "2026-10-25T23:00:00"]
    chats = [answered(created_at=datetime.fromisoformat(f"{moment}+00:00")) for moment in moments]

    report = waits(period, chats_of(*chats), target_s=90, now=at(0))

    assert [bucket["n"] for bucket in report["buckets"]] == [1, 2, 1]
    assert {row["hour"]: row["n"] for row in report["by_hour"] if row["n"]} == {23: 1, 2: 2, 0: 1}
    assert report["total"]["n"] == 4
