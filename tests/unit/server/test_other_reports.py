"""Volume, satisfaction, people, estimates and the files made of them."""

from __future__ import annotations

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

from server.reports.parts import micros
from server.reports.people import people
from server.reports.periods import Period, Span
from server.reports.satisfaction import Names, satisfaction
from server.reports.sheet import sheet
from server.reports.volume import volume
from tests.unit.server.made import NOON, at, chat, chats_of, rating, resolved, rows_of
from transcripts.figures import TicketCount
from transcripts.records import Chat, Rating

UTC_ZONE = ZoneInfo("UTC")
PERIOD = Period(UTC_ZONE, NOON, at(7200), (Span(NOON, at(3600)), Span(at(3600), at(7200))))


def named(agent_id: str | None) -> dict[str, Any] | None:
    return None if agent_id is None else {"id": agent_id, "name": agent_id.capitalize()}


NAMES = Names(named, lambda department_id: {"id": department_id, "name": department_id.capitalize()})


def rated(given: Rating, chat_id: str = "c") -> Chat:
    return chat(id=chat_id, agent_id="ada", topic="Delivery", rating=given)


def told(*ratings: Chat) -> dict[str, Any]:
    return satisfaction(PERIOD, chats_of(*ratings), NAMES)


def test_volume_adds_up_what_the_record_counted_where_it_began() -> None:
    asked_s = [0, 1, 899, 900, 901, 3600]
    chats = rows_of(
        asked=[micros(at(s)) for s in asked_s],
        replied=[9, 9, 9, None, None, None],
        resolution=["resolved"] * 3 + [None, None, "unresolved"],
        messages=[8, 6, 6, 1, 1, 1],
    )

    report = volume(PERIOD, chats, [TicketCount(at(4500), 1)])

    assert report["total"] == {"started": 6, "answered": 3, "abandoned": 2, "tickets": 1, "messages": 23}
    assert [(bucket["started"], bucket["tickets"]) for bucket in report["buckets"]] == [(5, 0), (1, 1)]
    assert [row["started"] for row in report["by_hour"][12:14]] == [5, 1]


def test_satisfaction_hides_shares_of_fewer_than_five() -> None:
    few = told(*[rated(rating(5, recommend=10))] * 4)["total"]
    enough = told(*(rated(rating(n, recommend=2 * n)) for n in (1, 3, 4, 5, 5)))

    assert (few["n"], few["csat"], few["mean"], few["nps"]) == (4, None, 5, None)
    assert enough["total"]["csat"] == 0.6
    assert enough["total"]["nps"] == 0  # two promoters (10, 10), two detractors (2, 6)


def test_negative_ratings_are_listed_newest_first_with_who_had_the_chat() -> None:
    older = rated(rating(2, at=at(10)), "c1")
    newer = rated(rating(1, at=at(20), comment="No answer"), "c2")

    listed = told(older, newer, rated(rating(3), "c3"))["negative"]

    assert [row["chat_id"] for row in listed] == ["c2", "c1"]
    assert listed[0]["agent"] == {"id": "ada", "name": "Ada"}
    assert listed[0]["comment"] == "No answer"


def test_people_are_listed_by_name_with_their_own_figures() -> None:
    chats = [resolved(agent_id="bob"), *(resolved(replied_s=n, rating=rating(5)) for n in range(10, 60, 10)), chat()]

    rows = people(chats_of(*chats), named, {})["agents"]

    assert [(row["agent"]["id"], row["n"]) for row in rows] == [("ada", 5), ("bob", 1)]
    assert (rows[0]["first_reply"]["p50_s"], rows[0]["csat"]) == (30, 1)
    assert (rows[1]["first_reply"]["p50_s"], rows[1]["csat"]) == (None, None)


def test_a_file_has_times_in_utc_and_local_with_the_zone_and_nothing_where_nothing_is_known() -> None:
    rows = [{"from": NOON, "to": at(3600), "n": 0, "queue_wait": {"p50_s": None}}]

    (row,) = csv.DictReader(io.StringIO(sheet(rows, ZoneInfo("Europe/Prague"))))

    assert row["from_utc"] == "2026-11-20T12:00:00Z"
    assert row["from_local"] == "2026-11-20T13:00:00+01:00"
    assert row["tz"] == "Europe/Prague"
    assert (row["n"], row["queue_wait_p50_s"]) == ("0", "")


def test_who_is_nobody_in_some_rows_has_the_columns_of_a_person_only() -> None:
    rows: list[dict[str, Any]] = [{"agent": None, "n": 1}, {"agent": {"id": "ada", "name": "Ada"}, "n": None}]

    assert list(csv.reader(io.StringIO(sheet(rows, UTC_ZONE)))) == [["n", "agent_id", "agent_name"],
                                                                    ["1", "", ""], ["", "ada", "Ada"]]  # fmt: skip


def test_no_cell_of_a_file_is_a_formula() -> None:
    evil = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1"]

    text = sheet([{"agent": {"name": name}, "n": -1} for name in evil], UTC_ZONE)

    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["agent_name"] for row in read] == [f"'{name}" for name in evil]
    assert read[0]["n"] == "-1"
