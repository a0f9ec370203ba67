"""What became of tickets: counted where they were made, and nothing said of too few."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from server.reports.periods import Period, Span
from server.reports.tickets import tickets
from tests.unit.server.made import NOON, at
from transcripts.ticket_life import TicketCourse

PERIOD = Period(ZoneInfo("UTC"), NOON, at(7200), (Span(NOON, at(3600)), Span(at(3600), at(7200))))
NOW = at(7200)


def course(made_s: float, answered_s: float | None = None, solved_s: float | None = None, **more: int) -> TicketCourse:
    values = {"reopened": 0, "kept": 0, "missed": 0, "score": None, **more}
    return TicketCourse(at(made_s), answered_s, solved_s, solved_s is not None, **values)  # type: ignore[arg-type]


def test_promises_answers_and_solutions_are_counted_where_the_ticket_was_made() -> None:
    told = tickets(
        PERIOD,
        [
            course(0, 60, 600, kept=2, score=5),
            course(10, 1200, 900, kept=1, missed=1, reopened=2),
            course(20, 1201),
            course(3600),
            course(3700, 60, 61, score=3),
            course(7000),  # younger than 20 minutes: not judged yet
        ],
        NOW,
    )

    first, second = told["buckets"]
    assert (first["made"], first["solved"], first["reopened"]) == (3, 2, 2)
    assert first["promises"] == {"due": 4, "kept": 3, "share": 0.75}
    assert first["first_answer"] == {"n": 3, "within_20min": 0.6667, "p50_s": None, "p90_s": None}
    assert second["first_answer"] == {"n": 1, "within_20min": 0.5, "p50_s": None, "p90_s": None}
    assert (second["promises"], second["rated_n"], second["csat"]) == ({"due": 0, "kept": 0, "share": None}, 1, None)
    assert (told["total"]["made"], told["total"]["solution"]["n"]) == (6, 3)


def test_five_are_enough_for_percentiles_and_satisfaction() -> None:
    total = tickets(PERIOD, [course(n, 10 * (n + 1), 100, score=n + 1) for n in range(5)], NOW)["total"]

    assert total["first_answer"] == {"n": 5, "within_20min": 1.0, "p50_s": 30, "p90_s": 50}
    assert (total["csat"], total["rated_n"], total["solution"]["p50_s"]) == (0.4, 5, 100)


def test_nothing_made_is_nothing_known() -> None:
    total = tickets(PERIOD, [], NOW)["total"]

    assert total == {
        "made": 0,
        "solved": 0,
        "reopened": 0,
        "promises": {"due": 0, "kept": 0, "share": None},
        "first_answer": {"n": 0, "within_20min": None, "p50_s": None, "p90_s": None},
        "solution": {"n": 0, "p50_s": None, "p90_s": None},
        "csat": None,
        "rated_n": 0,
    }
