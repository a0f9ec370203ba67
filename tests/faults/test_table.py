"""docs/reliability.md says what the result files say, added up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import results, table
from tests.faults.histories import Fault, History, Link, Operation, Recovery, instant
from tests.faults.results import FOLDER


def _lived() -> History:
    """Two kills, an agent whose connection died once, and a message that was sent twice."""
    history = History(ended_at=100.0)
    history.links = [Link(1, 1, "ann", "agent", 0.0, 40.0), Link(2, 1, "ann", "agent", 45.0)]
    history.faults = [Fault("server", "kill -9", 40.0, 42.0), Fault("redis", "kill -9 of Redis", 60.0, 61.0)]
    history.faults.append(Fault("redis", "SIGSTOP of Redis", 70.0, 75.0))
    history.recoveries = [Recovery("kill -9", 42.0, 43.0, 44.5)]
    once, again = (Operation("typing", "ann", None, name, outcome="ok", attempts=n) for name, n in (("a", 1), ("b", 2)))
    once.sent = once.answered = instant()
    history.operations = [once, again]
    return history


def test_runs_are_kept_with_commit_and_date_and_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    for commit in ("abc1234", "def5678"):
        monkeypatch.setenv("SEMAFOR_TEST_COMMIT", commit)
        results.note(_lived())
        results.note(_lived())
        results.tell(f"measured by {commit}")

    runs = results.read(tmp_path.glob("*.json"))
    page = table.page(runs)

    assert [len(run["courses"]) for run in runs] == [2, 2]
    assert "| kills (server, Redis, database) | 8 | 1,000 |" in page
    assert "| resends | 4 | 200,000 |" in page
    assert "| agents' connections that died | 4 | 10,000 |" in page
    assert "| 4 | 2.5 s | 2.5 s | 2.5 s |" in page
    assert "measured by def5678" in page
    assert "measured by abc1234" not in page
    assert "abc1234" in page
    assert "def5678" in page


def test_page_is_made_of_the_files_that_are_kept() -> None:
    assert table.PAGE.read_text() == table.page(results.read(table.RESULTS.glob("*.json")))
