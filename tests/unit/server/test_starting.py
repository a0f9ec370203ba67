"""How long a start waits for the record, and what ends the waiting."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from server import starting
from server.errors import StartError
from server.starting import Patience, Stopped, unless_stopped
from transcripts.errors import NotFound, StoreUnavailable


class SlowRecord:
    """Fails so many times, with this error."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.asked = 0
        self._failures = failures
        self._error = error

    async def departments(self) -> str:
        self.asked += 1
        if self.asked <= self._failures:
            raise self._error
        return "support"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "PAUSE_S", 0.01)


async def test_a_record_that_answers_late_is_asked_again_and_waited_for_in_the_log_once() -> None:
    record = SlowRecord(3, StoreUnavailable("the record cannot be read now"))

    with capture_logs() as said:
        answer = await Patience(asyncio.Event())("departments", record.departments)

    assert answer == "support"
    assert [(line["event"], line["what"]) for line in said] == [
        ("start_waits_for_record", "departments"),
        ("start_goes_on", "departments"),
    ]
    assert said[0]["error"] == "the record cannot be read now"


async def test_a_start_gives_up_when_its_patience_over_all_steps_is_over() -> None:
    reach = Patience(asyncio.Event(), patience_s=0.1)
    await reach("settings", SlowRecord(2, StoreUnavailable("slow")).departments)
    never = SlowRecord(10**6, StoreUnavailable("the record cannot be read now"))

    with pytest.raises(StartError, match=r"last for departments \(the record cannot be read now\)\. Check"):
        await reach("departments", never.departments)

    assert 1 < never.asked < 10


async def test_only_a_record_that_is_away_is_asked_again() -> None:
    record = SlowRecord(1, NotFound("no such department"))

    with pytest.raises(NotFound):
        await Patience(asyncio.Event())("departments", record.departments)

    assert record.asked == 1


async def test_whoever_stops_a_start_need_not_wait_for_the_record() -> None:
    stop, asked, given_up = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def never() -> None:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    start = asyncio.ensure_future(Patience(stop)("departments", never))
    await asked.wait()
    stop.set()

    with pytest.raises(Stopped):
        await start
    assert given_up.is_set()
    with pytest.raises(Stopped):
        await unless_stopped(stop, never())
