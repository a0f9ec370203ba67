"""When a department owes its visitors somebody: by its hours and holidays, while it was there at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.unit.server.desk_parts import record
from tests.unit.server.made import NOON, at
from transcripts.records import Department

HOUR_S = 3600.0


async def open_times(folder: Path, department: Department, from_s: float, to_s: float) -> list[tuple[float, float]]:
    """In seconds after noon, as the questions are."""

    def seconds(moment: datetime) -> float:
        return (moment - NOON).total_seconds()

    async with record(folder, department) as (_, directory):
        times = directory.open_times(department.id, at(from_s), at(to_s))
        return [(seconds(opens), seconds(closes)) for opens, closes in times]


async def test_department_without_hours_is_open_until_it_was_closed(tmp_path: Path) -> None:
    always = Department("help", "Help", None, "UTC", closed_at=at(100))

    assert await open_times(tmp_path / "a", always, 0, 200) == [(0, 100)]
    assert await open_times(tmp_path / "b", always, 150, 200) == []


async def test_department_was_not_open_before_it_was_added_nor_while_it_was_closed(tmp_path: Path) -> None:
    absences = ("../2026-11-20T11:00:00.000Z", "2026-11-20T12:00:00.000Z/2026-11-20T12:01:00.000Z")
    back = Department("help", "Help", None, "UTC", absences=absences)

    assert await open_times(tmp_path / "a", back, -2 * HOUR_S, 120) == [(-HOUR_S, 0), (60, 120)]
    assert await open_times(tmp_path / "b", back, 10, 50) == []


async def test_hours_and_absences_are_both_kept_to(tmp_path: Path) -> None:
    department = Department(
        "help",
        "Help",
        "mon-sun 11:00-12:30,13:00-14:00",
        "UTC",
        absences=("2026-11-20T12:20:00.000Z/2026-11-20T13:10:00.000Z",),
        holidays=("2026-11-21 closed",),
    )

    assert await open_times(tmp_path, department, -4 * HOUR_S, 47 * HOUR_S) == [(-HOUR_S, 1200), (4200, 2 * HOUR_S)]


async def test_holiday_of_a_department_without_hours_closes_it_and_says_when_it_opens(tmp_path: Path) -> None:
    department = Department("help", "Help", None, "UTC", holidays=("2026-11-20 closed", "2026-11-21 08:00-09:00"))

    async with record(tmp_path, department) as (_, directory):
        assert not directory.is_open("help", NOON)
        assert directory.opens_at("help", NOON) == at(20 * HOUR_S)
        assert directory.opens_at("help", at(21 * HOUR_S)) == at(36 * HOUR_S)
        assert directory.is_open("help", at(36 * HOUR_S))
        assert directory.open_times("nowhere", NOON, at(60)) == []
