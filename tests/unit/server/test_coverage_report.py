"""Coverage: the record's rows and proofs, brought to the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.reports.coverage import coverage
from server.reports.periods import Period, Span
from tests.unit.server.made import NOON, abandoned, answered, at
from transcripts.records import AgentStatus, Chat, PresenceRow, Proof

PERIOD = Period(ZoneInfo("UTC"), NOON, at(3600), (Span(NOON, at(3600)),))
ALWAYS = {"support": [(at(-86400), at(3600))]}


def row(
    at_s: float, status: AgentStatus = "online", *, reason: str | None = None, written: int = 0, process: str = "p1"
) -> PresenceRow:
    accepting = status == "online"
    return PresenceRow("ada", at(at_s), ("support",), status, accepting, accepting, reason, process, written)


def report(
    *rows: PresenceRow,
    proofs: tuple[Proof, ...] = (Proof("p1", NOON, at(3600)),),
    chats: tuple[Chat, ...] = (),
    now: datetime = PERIOD.to_at,
) -> dict[str, Any]:
    return coverage(PERIOD, rows, proofs, ALWAYS, chats, lambda agent: {"id": agent} if agent else None, now)


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
    chats = (
        answered(1000, assigned_s=900),
        abandoned(1900, after_s=60),
        abandoned(100, after_s=10),
    )

    found = report(row(0), row(1200, "away", reason="lunch", written=1), row(2400, written=2), chats=chats)

    (gap,) = found["gaps"]
    assert (gap["from"], gap["to"], gap["duration_s"]) == (at(1200), at(2400), 1200)
    assert gap["cause"] == {"kind": "away", "agent": {"id": "ada"}, "reason": "lunch"}
    assert (gap["waiting"], gap["left"]) == (2, 1)


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


def test_of_two_rows_for_one_moment_the_one_written_last_holds() -> None:
    back = row(500, written=3)
    lost = row(500, "offline", reason="connection lost", written=2)

    assert report(back, lost, row(0, written=1))["total"]["covered_s"] == 3600


def test_steps_are_left_out_of_long_periods() -> None:
    months = Period(ZoneInfo("UTC"), at(-90 * 86400), NOON, (Span(at(-90 * 86400), NOON),))

    assert coverage(months, (), (), {}, (), lambda _: None, NOON)["steps"] is None
