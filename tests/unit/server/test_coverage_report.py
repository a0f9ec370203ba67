"""Coverage: the record's rows and proofs, brought to the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.reports.coverage import as_report, coverage
from server.reports.periods import Period, Span, period_of
from tests.unit.server.made import NOON, at
from transcripts.figures import Stay
from transcripts.records import AgentStatus, PresenceRow, Proof

PERIOD = Period(ZoneInfo("UTC"), NOON, at(3600), (Span(NOON, at(3600)),))
ALWAYS = {"support": [(at(-86400), at(3600))]}


def row(
    at_s: float, status: AgentStatus = "online", *, reason: str | None = None, written: int = 0, process: str = "p1"
) -> PresenceRow:
    accepting = status == "online"
    return PresenceRow("ada", at(at_s), ("support",), status, accepting, accepting, reason, process, written)


def stay(chat_id: str, from_s: float, to_s: float | None, *, left: bool = False) -> Stay:
    return Stay(chat_id, at(from_s), None if to_s is None else at(to_s), left)


def report(
    *rows: PresenceRow,
    proofs: tuple[Proof, ...] = (Proof("p1", NOON, at(3600)),),
    stays: tuple[Stay, ...] = (),
    now: datetime = PERIOD.to_at,
) -> dict[str, Any]:
    found = coverage(PERIOD, rows, proofs, ALWAYS, now)
    return as_report(PERIOD, found, ALWAYS, stays, lambda agent: {"id": agent} if agent else None)


def test_minutes_are_covered_while_an_agent_accepts() -> None:
    found = report(row(600), row(1800, "away", reason="lunch", written=1))

    assert found["total"] == {
        "open_s": 3600,
        "covered_s": 1200,
        "free_s": 1200,
        "single_s": 1200,
        "uncovered_s": 2400,
    }
    assert [step["accepting"] for step in found["steps"]] == [0, 1, 0]


def test_a_gap_names_who_left_why_and_what_it_cost() -> None:
    stays = (
        stay("taken", 1000, 1900),
        stay("left", 1900, 1960, left=True),
        stay("left before", 100, 110, left=True),
        stay("taken as it began", 1100, 1200),
        stay("left after", 2300, 2500, left=True),
    )

    found = report(row(0), row(1200, "away", reason="lunch", written=1), row(2400, written=2), stays=stays)

    (gap,) = found["gaps"]
    assert (gap["from"], gap["to"], gap["duration_s"]) == (at(1200), at(2400), 1200)
    assert gap["cause"] == {"kind": "away", "agent": {"id": "ada"}, "reason": "lunch"}
    assert gap["began_at"] == at(1200)
    assert gap["ended_by"] == {"kind": "back", "agent": {"id": "ada"}, "at": at(2400)}
    assert (gap["waiting"], gap["left"]) == (3, 1)


def test_a_gap_that_goes_on_has_no_end_and_one_from_before_the_period_says_since_when() -> None:
    (gap,) = report(row(-600), row(-300, "offline", reason="connection lost", written=1))["gaps"]

    assert (gap["from"], gap["to"], gap["ended_by"]) == (NOON, PERIOD.to_at, None)
    assert gap["began_at"] == at(-300)


def test_a_gap_that_began_before_anybody_looked_began_at_an_unknown_moment() -> None:
    opening = {"support": [(at(-7 * 86400), at(3600))]}

    found = as_report(PERIOD, coverage(PERIOD, (), (), opening, PERIOD.to_at), opening, (), lambda _: None)

    (gap,) = found["gaps"]
    assert gap["cause"] == {"kind": "nobody_online", "agent": None, "reason": None}
    assert gap["began_at"] is None


def test_a_chat_that_lost_its_agent_waits_in_the_gap_that_followed() -> None:
    stays = (stay("c", 0, 10), stay("c", 1200, 2400))

    (gap,) = report(row(0), row(1200, "away", written=1), row(2400, written=2), stays=stays)["gaps"]

    assert (gap["waiting"], gap["left"]) == (1, 0)


def test_a_chat_counts_once_in_a_gap_and_in_each_gap_that_it_waited_in() -> None:
    rows = (row(0), row(600, "away", written=1), row(1200, written=2), row(1800, "away", written=3))
    stays = (stay("long", 500, None), stay("twice", 700, 800), stay("twice", 900, 1000))

    gaps = report(*rows, stays=stays)["gaps"]

    assert [gap["waiting"] for gap in gaps] == [2, 1]


def test_opening_hours_come_as_they_are_with_a_break_shorter_than_an_hour() -> None:
    hours = {
        "support": [(at(-600), at(600)), (at(1200), at(1800)), (at(3000), at(9000))],
        "sales": [(at(1500), at(2000)), (at(2000), at(2100))],
    }

    found = as_report(PERIOD, coverage(PERIOD, (), (), hours, at(3600)), hours, (), lambda _: None)

    assert [(span["from"], span["to"]) for span in found["open"]] == [
        (NOON, at(600)),
        (at(1200), at(2100)),
        (at(3000), at(3600)),
    ]


def test_a_lost_connection_and_signing_out_are_told_apart() -> None:
    lost = report(row(0), row(60, "offline", reason="connection lost", written=1))
    signed_out = report(row(0), row(60, "offline", written=1))

    assert lost["gaps"][0]["cause"]["kind"] == "connection_lost"
    assert signed_out["gaps"][0]["cause"]["kind"] == "signed_out"


def test_an_open_interval_counts_up_to_now() -> None:
    assert report(row(0), now=at(600))["total"]["covered_s"] == 600


def test_coverage_ends_at_the_last_proof_of_life_of_a_server_that_was_killed() -> None:
    found = report(row(0), proofs=(Proof("p1", NOON, at(900)),))

    assert found["total"]["covered_s"] == 900
    assert found["gaps"][0]["cause"]["kind"] == "server_down"


def test_a_server_that_was_killed_a_moment_before_the_next_one_started_is_over() -> None:
    proofs = (Proof("p1", NOON, at(3590)), Proof("p2", at(3595), at(3600)))

    assert report(row(0), proofs=proofs)["total"]["covered_s"] == 3590


def test_a_server_that_shares_the_record_goes_on_beside_one_that_started_later() -> None:
    proofs = (Proof("p1", NOON, at(3590), shared=True), Proof("p2", at(1800), at(3595), shared=True))

    assert report(row(0), proofs=proofs)["total"]["covered_s"] == 3600


def test_a_server_that_shares_the_record_is_over_when_it_said_so_or_its_proofs_stopped() -> None:
    other = Proof("p2", NOON, at(3595), shared=True)

    said = report(row(0), proofs=(Proof("p1", NOON, at(3590), ended=True, shared=True), other))
    silent = report(row(0), proofs=(Proof("p1", NOON, at(3569), shared=True), other))
    late = report(row(0), proofs=(Proof("p1", NOON, at(3571), shared=True), other))

    assert [found["total"]["covered_s"] for found in (said, silent, late)] == [3590, 3569, 3600]


def test_a_desk_that_has_several_servers_now_replaced_the_one_that_it_had_alone() -> None:
    proofs = (Proof("p1", NOON, at(3590)), Proof("p2", at(3591), at(3600), shared=True))

    assert report(row(0), proofs=proofs)["total"]["covered_s"] == 3590


def test_of_two_rows_for_one_moment_the_one_written_last_holds() -> None:
    back = row(500, written=3)
    lost = row(500, "offline", reason="connection lost", written=2)

    assert report(back, lost, row(0, written=1))["total"]["covered_s"] == 3600


def test_steps_and_opening_hours_are_left_out_of_long_periods() -> None:
    months = Period(ZoneInfo("UTC"), at(-90 * 86400), NOON, (Span(at(-90 * 86400), NOON),))

    found = as_report(months, coverage(months, (), (), {}, NOON), {}, (), lambda _: None)

    assert (found["steps"], found["open"]) == (None, None)


def test_a_month_of_31_days_has_its_steps_also_where_clocks_are_put_back() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    def steps(from_text: str, to_text: str) -> object:
        period = period_of(from_text, to_text, "Europe/Prague", "day", site_zone=ZoneInfo("UTC"), now=now)
        return as_report(period, coverage(period, [], (), {}, now), {}, (), lambda _: None)["steps"]

    assert steps("2026-10-01", "2026-11-01") is not None
    assert steps("2026-10-01", "2026-11-02") is None
