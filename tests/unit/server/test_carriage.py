"""Coverage told apart by hour of the week and by agent."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from queueing.carried import Carriage, Carried, Cast
from server.clock import to_ms
from server.reports.carriage import by_agent, by_weekday
from server.reports.periods import period_of

PRAGUE = ZoneInfo("Europe/Prague")


def week(from_text: str, to_text: str, *casts: tuple[str, str, int]) -> dict[tuple[int, int], dict[str, float]]:
    now = datetime(2027, 1, 1, tzinfo=UTC)
    period = period_of(from_text, to_text, None, "day", site_zone=PRAGUE, now=now)
    made = [Cast(_ms(begin), _ms(end), there) for begin, end, there in casts]
    return {(cell.pop("weekday"), cell.pop("hour")): cell for cell in by_weekday(period, made)}


def _ms(local: str) -> int:
    return to_ms(datetime.fromisoformat(local).replace(tzinfo=PRAGUE))


def test_a_stretch_is_cut_where_local_hours_end() -> None:
    cells = week("2026-11-16", "2026-11-23", ("2026-11-17T08:30", "2026-11-17T10:15", 1))

    alone = {"open_s": 1800, "covered_s": 1800, "single_s": 1800, "uncovered_s": 0}
    assert cells[1, 8] == alone
    assert cells[1, 9]["single_s"] == 3600
    assert cells[1, 10]["covered_s"] == 900
    assert sum(cell["open_s"] for cell in cells.values()) == 6300
    assert len(cells) == 168


def test_the_same_hour_of_two_weeks_is_one_row() -> None:
    cells = week(
        "2026-11-09",
        "2026-11-23",
        ("2026-11-10T08:00", "2026-11-10T09:00", 2),
        ("2026-11-17T08:00", "2026-11-17T09:00", 0),
    )

    assert cells[1, 8] == {"open_s": 7200, "covered_s": 3600, "single_s": 0, "uncovered_s": 3600}


def test_an_hour_that_clocks_repeat_counts_twice_and_a_skipped_one_not_at_all() -> None:
    back = week("2026-10-25", "2026-10-26", ("2026-10-25T00:00", "2026-10-26T00:00", 1))
    ahead = week("2026-03-29", "2026-03-30", ("2026-03-29T00:00", "2026-03-30T00:00", 1))

    assert [back[6, 2]["open_s"], ahead[6, 2]["open_s"]] == [7200, 0]
    assert sum(cell["open_s"] for cell in back.values()) == 25 * 3600
    assert sum(cell["open_s"] for cell in ahead.values()) == 23 * 3600


def test_who_is_asked_for_alone_is_told_alone() -> None:
    found = Carriage({"bob": Carried(2000, 500), "ada": Carried(1000, 0)}, [])

    def named(agent_id: str | None) -> dict[str, object]:
        return {"id": agent_id}

    assert by_agent(found, named, None) == [
        {"agent": {"id": "ada"}, "accepting_s": 1, "single_s": 0},
        {"agent": {"id": "bob"}, "accepting_s": 2, "single_s": 0.5},
    ]
    assert [row["agent"] for row in by_agent(found, named, "bob")] == [{"id": "bob"}]
