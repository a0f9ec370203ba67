"""The overview: every figure is the one of the report that is its home, with its n, its trend and the period before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from queueing.coverage import Cover, Coverage
from queueing.coverage import Span as LedgerSpan
from server.clock import to_ms
from server.reports.distribution import distribution
from server.reports.overview import MEASURES, Parts, overview, rows
from server.reports.parts import Run
from server.reports.periods import Period, Span, before, period_of
from server.reports.satisfaction import Names, satisfaction, satisfaction_alone
from server.reports.waits import waits_alone
from server.services.reports.reports import Asked, Reports
from server.settings import Settings
from tests.unit.server.desk_parts import MovedClock, record
from tests.unit.server.made import NOON, abandoned, answered, at, chat, chats_of, rating, ticket
from transcripts.records import Agent, Chat, Department, Proof

PERIOD = Period(ZoneInfo("UTC"), NOON, at(7200), (Span(NOON, at(3600)), Span(at(3600), at(7200))))
NAMES = Names(lambda who: None, lambda where: {"id": where, "name": where})
KEYS = [
    *("coverage", "single_agent", "queue_wait_p50", "queue_wait_p90", "first_reply_p50", "first_reply_p90"),
    *("within_target", "abandoned", "satisfaction", "volume", "exchanges_p50", "solution_p50"),
]


def parts(*chats: Chat, cover: Cover | None = None) -> Parts:
    cover = cover or Cover()
    spans = [LedgerSpan(to_ms(bucket.from_at), to_ms(bucket.to_at)) for bucket in PERIOD.buckets]
    ledger = Coverage(cover, ((spans[0], cover), (spans[1], Cover())), (), ())
    told = waits_alone(PERIOD, chats_of(*chats), target_s=90, now=at(7200))
    rated = [chat(rating=rating(n)) for n in (1, 4, 4, 5, 5)]
    return Parts(ledger, told, satisfaction_alone(PERIOD, chats_of(*(rated if chats else []))))


def figures(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {figure["key"]: figure for figure in data["figures"]}


def test_the_figures_come_in_their_order_with_value_n_and_trend() -> None:
    cover = Cover(open_ms=3_600_000, covered_ms=2_700_000, free_ms=0, single_ms=900_000, uncovered_ms=900_000)
    found = figures(overview(PERIOD, parts(*(answered(replied_s=n) for n in range(10, 60, 10)), cover=cover), None))

    assert list(found) == KEYS == [measure.key for measure in MEASURES]
    assert (found["coverage"]["value"], found["coverage"]["n"]) == (0.75, 3600)
    assert (found["single_agent"]["value"], found["single_agent"]["better"]) == (0.25, "lower")
    assert (found["first_reply_p90"]["value"], found["first_reply_p90"]["n"]) == (50, 5)
    assert (found["satisfaction"]["value"], found["satisfaction"]["n"]) == (0.8, 5)
    assert [(point["value"], point["n"]) for point in found["volume"]["trend"]] == [(5, 5), (0, 0)]
    assert [point["value"] for point in found["coverage"]["trend"]] == [0.75, None]


def test_of_nothing_nothing_is_known_but_how_much_there_was() -> None:
    found = figures(overview(PERIOD, parts(), None))

    assert {key: figure["value"] for key, figure in found.items() if figure["value"] is not None} == {"volume": 0}
    assert {figure["n"] for figure in found.values()} == {0}


def test_who_left_at_once_counts_neither_among_the_abandoned_nor_among_all() -> None:
    found = figures(overview(PERIOD, parts(answered(), answered(), abandoned(after_s=3), abandoned(after_s=60)), None))

    assert (found["abandoned"]["value"], found["abandoned"]["n"]) == (0.3333, 3)


def test_a_comparison_tells_what_each_figure_was_and_of_how_many() -> None:
    earlier = Period(PERIOD.zone, at(-7200), NOON, (Span(at(-7200), NOON),))

    compared = overview(PERIOD, parts(answered()), (earlier, parts(answered(), answered())))
    alone = figures(overview(PERIOD, parts(answered()), None))

    assert compared["previous"] == {"from": at(-7200), "to": NOON}
    volume = figures(compared)["volume"]
    assert (volume["value"], volume["previous"], volume["previous_n"]) == (1, 2, 2)
    assert (alone["volume"]["previous"], alone["volume"]["previous_n"]) == (None, None)


def test_a_period_that_the_desks_beginning_cut_compares_shares_and_no_sums() -> None:
    cut = Period(PERIOD.zone, at(-1800), NOON, (Span(at(-1800), NOON),))
    cover = Cover(open_ms=1_800_000, covered_ms=900_000)

    found = figures(overview(PERIOD, parts(answered()), (cut, parts(answered(), answered(), cover=cover))))

    assert (found["volume"]["value"], found["volume"]["previous"], found["volume"]["previous_n"]) == (1, None, 2)
    assert (found["coverage"]["previous"], found["coverage"]["previous_n"]) == (0.5, 1800)


def test_the_file_has_a_row_for_each_figure_its_past_and_each_bucket() -> None:
    earlier = Period(PERIOD.zone, at(-7200), NOON, (Span(at(-7200), NOON),))
    data = {"from": NOON, "to": at(7200), **overview(PERIOD, parts(answered()), (earlier, parts()))}

    found = [row for row in rows(data) if row["key"] == "volume"]

    assert [(row["scope"], row["from"], row["value"], row["n"]) for row in found] == [
        ("total", NOON, 1, 1),
        ("previous", at(-7200), 0, 0),
        ("bucket", NOON, 1, 1),
        ("bucket", at(3600), 0, 0),
    ]


def test_the_period_before_has_as_many_local_days_whatever_their_length() -> None:
    prague = ZoneInfo("Europe/Prague")
    now = datetime(2026, 11, 20, tzinfo=UTC)
    # The week of 19 October has none, the one of the 26th begins after the night of 25 hours.
    week = period_of("2026-10-26", "2026-11-02", None, "day", site_zone=prague, now=now)

    earlier = before(week)

    assert earlier.from_at == datetime(2026, 10, 18, 22, tzinfo=UTC)
    assert earlier.to_at == week.from_at
    assert earlier.to_at - earlier.from_at != week.to_at - week.from_at


def test_a_day_that_is_not_over_is_compared_with_the_day_before_up_to_the_same_time() -> None:
    prague = ZoneInfo("Europe/Prague")
    now = datetime(2026, 10, 26, 9, 30, tzinfo=UTC)  # half past ten, the day after the one of 25 hours
    today = period_of("2026-10-26", "2026-10-27", None, "hour", site_zone=prague, now=now)
    week = period_of("2026-10-26", "2026-11-02", None, "day", site_zone=prague, now=now)

    assert before(today).span == Span(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 9, 30, tzinfo=UTC))
    assert before(week).span == Span(datetime(2026, 10, 18, 22, tzinfo=UTC), datetime(2026, 10, 19, 8, 30, tzinfo=UTC))


def test_nothing_is_counted_from_before_the_desk_was_there() -> None:
    now, first = datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 11, 11, 8, 30, tzinfo=UTC)
    weeks = [("2026-11-02", "2026-11-09"), ("2026-11-09", "2026-11-16"), ("2026-11-16", "2026-11-23")]
    utc = ZoneInfo("UTC")

    spans = [period_of(*week, None, "day", site_zone=utc, now=now, first_at=first) for week in weeks]

    assert [len(each.buckets) for each in spans] == [0, 5, 5]
    assert spans[1].span == Span(first, datetime(2026, 11, 16, tzinfo=UTC))
    assert before(spans[1], first).buckets == ()
    assert before(spans[2], first).span == Span(first, datetime(2026, 11, 13, 12, tzinfo=UTC))


async def test_a_new_desk_was_not_uncovered_before_there_was_one(tmp_path: Path) -> None:
    manager = Agent("mia", "mia@example.com", "Mia", "manager", ("support",), 1, 3, "")
    async with record(tmp_path, Department("support", "Support", None, "UTC"), manager) as (store, directory):
        await store.prove_life(Proof("p", at(-600), NOON))
        reports = Reports(store, directory, MovedClock(NOON), Settings(data=tmp_path, tz="UTC"))
        asked = Asked("2026-11-14", "2026-11-21", None, None, None, "day")
        known = (await reports.make(manager, "overview", replace(asked, is_recorded=True))).data
        ledger = (await reports.make(manager, "coverage", asked)).data

    assert (known["from"], known["to"], known["previous"]) == (at(-600), NOON, None)
    assert (figures(known)["coverage"]["value"], figures(known)["coverage"]["n"]) == (0, 600)
    assert figures(known)["volume"]["previous"] is None
    assert ledger["total"]["open_s"] == 6.5 * 86400, "as it was always told to who asks for all"


def test_a_period_that_has_not_begun_has_none_before() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)

    assert before(period_of("2027-01-01", None, "UTC", "day", site_zone=ZoneInfo("UTC"), now=now)).buckets == ()


def test_waits_are_spread_with_the_target_as_an_edge_that_belongs_to_the_bin_before() -> None:
    found = distribution(Run(np.array([0, 5, 15, 70, 70.5, 4000])), target_s=70)

    assert sum(bin_["chats"] for bin_ in found["bins"]) == found["n"] == 6
    assert [(b["from_s"], b["to_s"], b["chats"]) for b in found["bins"] if b["chats"]] == [
        (0, 15, 3),
        (60, 70, 1),
        (70, 90, 1),
        (3600, None, 1),
    ]


def test_scores_are_told_by_topic_department_channel_and_agent_the_most_rated_first() -> None:
    given = [
        *(chat(agent_id="ada", topic="Delivery", rating=rating(5)) for _ in range(5)),
        chat(department_id="sales", ticket_number="1", rating=rating(1)),
    ]
    names = Names(lambda who: None if who is None else {"id": who, "name": who.title()}, NAMES.department)

    found = satisfaction(PERIOD, chats_of(*given, tickets={"1": ticket("1", channel="callback")}), names)

    assert [(row["key"], row["topic"], row["n"], row["csat"]) for row in found["by_topic"]] == [
        ("Delivery", "Delivery", 5, 1),
        (None, None, 1, None),
    ]
    assert [row["department"]["id"] for row in found["by_department"]] == ["support", "sales"]
    assert [row["channel"] for row in found["by_channel"]] == ["chat", "callback"]
    assert [row["agent"] for row in found["by_agent"]] == [{"id": "ada", "name": "Ada"}, None]
