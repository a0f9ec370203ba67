"""Volume, satisfaction, people, estimates and the files made of them."""

from __future__ import annotations

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

from server.reports.foresight import foresight
from server.reports.people import people
from server.reports.periods import Period, Span
from server.reports.satisfaction import satisfaction
from server.reports.sheet import sheet
from server.reports.volume import volume
from tests.unit.server.made import NOON, abandoned, answered, at, chat, rating, resolved, ticket
from transcripts.records import EstimateShown

UTC_ZONE = ZoneInfo("UTC")
PERIOD = Period(UTC_ZONE, NOON, at(7200), (Span(NOON, at(3600)), Span(at(3600), at(7200))))


def named(agent_id: str | None) -> dict[str, Any] | None:
    return None if agent_id is None else {"id": agent_id, "name": agent_id.capitalize()}


def test_volume_counts_a_chat_where_it_began_and_a_ticket_where_it_was_made() -> None:
    first, second = answered(), abandoned(3700)
    made = [ticket("10001", created_at=at(4000)), ticket("10002", created_at=at(-1))]

    report = volume(PERIOD, [first, second, chat(-50)], made, {first.id: 4, second.id: 1})

    assert report["total"] == {"started": 2, "answered": 1, "abandoned": 1, "tickets": 1, "messages": 5}
    assert [bucket["tickets"] for bucket in report["buckets"]] == [0, 1]


def test_messages_that_were_not_counted_are_unknown_and_not_none() -> None:
    assert volume(PERIOD, [chat()], [], None)["total"]["messages"] is None


def test_satisfaction_hides_shares_of_fewer_than_five() -> None:
    few = satisfaction(PERIOD, [resolved(rating=rating(5, recommend=10))] * 4, named)["total"]
    enough = satisfaction(PERIOD, [resolved(rating=rating(n, recommend=2 * n)) for n in (1, 3, 4, 5, 5)], named)

    assert (few["n"], few["csat"], few["mean"], few["nps"]) == (4, None, 5, None)
    assert enough["total"]["csat"] == 0.6
    assert enough["total"]["nps"] == 0  # two promoters (10, 10), two detractors (2, 6)


def test_negative_ratings_are_listed_newest_first_with_who_had_the_chat() -> None:
    older = resolved(rating=rating(2, at=at(10)))
    newer = resolved(rating=rating(1, at=at(20), comment="No answer"))

    listed = satisfaction(PERIOD, [older, newer, resolved(rating=rating(3))], named)["negative"]

    assert [row["chat_id"] for row in listed] == [newer.id, older.id]
    assert listed[0]["agent"] == {"id": "ada", "name": "Ada"}
    assert listed[0]["comment"] == "No answer"


def test_people_are_listed_by_name_with_their_own_figures() -> None:
    chats = [resolved(agent_id="bob"), *(resolved(replied_s=n, rating=rating(5)) for n in range(10, 60, 10)), chat()]

    rows = people(PERIOD, chats, {}, named)["agents"]

    assert [(row["agent"]["id"], row["n"]) for row in rows] == [("ada", 5), ("bob", 1)]
    assert (rows[0]["first_reply"]["p50_s"], rows[0]["csat"]) == (30, 1)
    assert (rows[1]["first_reply"]["p50_s"], rows[1]["csat"]) == (None, None)


def test_estimates_are_judged_by_the_first_one_each_chat_was_shown() -> None:
    served = [answered(assigned_s=100) for _ in range(5)]
    left = abandoned()
    shown = [EstimateShown(c.id, at(40), 1, 50.0, 55.0) for c in [*served, left]]
    shown += [EstimateShown(c.id, at(90), 1, 10.0, 10.0) for c in served]
    unknown = EstimateShown(served[0].id, at(1), 1, None, None)

    total = foresight(PERIOD, [unknown, *shown], [*served, left])["total"]

    assert total == {"n": 5, "within_upto": 0, "median_error_s": 10}


def test_a_file_has_times_in_utc_and_local_with_the_zone_and_nothing_where_nothing_is_known() -> None:
    rows = [{"from": NOON, "to": at(3600), "n": 0, "queue_wait": {"p50_s": None}}]

    (row,) = csv.DictReader(io.StringIO(sheet(rows, ZoneInfo("Europe/Prague"))))

    assert row["from_utc"] == "2026-11-20T12:00:00Z"
    assert row["from_local"] == "2026-11-20T13:00:00+01:00"
    assert row["tz"] == "Europe/Prague"
    assert (row["n"], row["queue_wait_p50_s"]) == ("0", "")


def test_no_cell_of_a_file_is_a_formula() -> None:
    evil = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1"]

    text = sheet([{"agent": {"name": name}, "n": -1} for name in evil], UTC_ZONE)

    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["agent_name"] for row in read] == [f"'{name}" for name in evil]
    assert read[0]["n"] == "-1"
