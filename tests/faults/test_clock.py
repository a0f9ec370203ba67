"""The server's wall clock jumps under load, by seconds and by hours, and summer time comes and goes.

What is said, who is served and who counts as gone rests on counters and on monotonic time, so nobody notices. The rules
of the judge that compare the server's moments with ours say nothing here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.faults.histories import Fault, History
from tests.faults.judge import TIMELESS, complaints
from tests.faults.persons import Scene
from tests.faults.profile import LOAD
from tests.faults.results import note
from tests.faults.storm import ADA, BOB, CYD, DEPARTMENTS, MIA, SETTINGS, USERS
from tests.faults.trial import lived_through
from tests.harness.desk import Department, Desk
from tests.harness.shifted_clock import ShiftedClock

pytestmark = pytest.mark.slow

JUMPS_S = (1, -1, 61, -61, 3600, -3600, 7200, -7200)
BERLIN = Department("support", "Support", hours="mon-sun 00:00-24:00", tz="Europe/Berlin")
AROUND_S = (-3600.0, -1.0, 1.0)
"""Where the clock is put around the change: it goes on from there."""
DST = {"forward": datetime(2027, 3, 28, 1, tzinfo=UTC), "back": datetime(2026, 10, 25, 1, tzinfo=UTC)}
TAKEN_FOR_GONE = {"returned", "reassigned", "visitor_left", "idle_warning"}
"""What a desk that believed its wall clock would do to people who were there all the time."""


def _ahead(moment_s: float) -> float:
    return moment_s - time.time()


def _codes(history: History) -> set[str]:
    told = (message.get("event") for messages in history.transcripts.values() for message in messages)
    return {event["code"] for event in told if event}


async def _lived_on(desk: Desk, clock: ShiftedClock, moves: Sequence[Callable[[], float]]) -> History:
    """moves: how far the clock is ahead at the start, and then, by the moment at which they are asked."""
    clock.move(moves[0]())
    desk.start()

    async def course(scene: Scene) -> None:
        for move in moves[1:]:
            await scene.progress(LOAD)
            now, ahead_s = time.time(), move()
            scene.history.faults.append(Fault("clock", f"{ahead_s:+.0f} s", now, now))
            clock.move(ahead_s)
        await scene.progress(LOAD)

    scene = Scene(desk.url, seed=81)
    return await lived_through(scene, desk, (ADA, BOB, CYD), MIA, course, visitors=9, leaving_share=0.02)


async def test_jumps_of_the_wall_clock_lose_nothing_and_throw_nobody_out(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "ahead")
    desk = clock.desk(tmp_path / "desk", SETTINGS)
    desk.people(DEPARTMENTS, USERS)
    try:
        history = await _lived_on(desk, clock, [partial(float, ahead_s) for ahead_s in (0, *JUMPS_S)])
        desk.stop()
    finally:
        desk.kill()

    note(history, TIMELESS)
    assert complaints(history, TIMELESS) == []
    assert not _codes(history) & TAKEN_FOR_GONE
    assert "Traceback" not in desk.stderr()


@pytest.mark.parametrize("change", DST)
async def test_change_of_summer_time_under_load_is_noticed_by_nobody(change: str, tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "ahead")
    desk = clock.desk(tmp_path / "desk", {**SETTINGS, "SEMAFOR_TZ": "Europe/Berlin"})
    desk.people((BERLIN, DEPARTMENTS[1]), USERS)
    moves = [partial(_ahead, DST[change].timestamp() + seconds) for seconds in AROUND_S]
    try:
        history = await _lived_on(desk, clock, moves)
        desk.stop()
    finally:
        desk.kill()

    moments = [datetime.fromisoformat(m["at"]) for messages in history.transcripts.values() for m in messages]
    assert min(moments) < DST[change] < max(moments)
    note(history, TIMELESS)
    assert complaints(history, TIMELESS) == []
    assert not _codes(history) & TAKEN_FOR_GONE
    assert "Traceback" not in desk.stderr()
