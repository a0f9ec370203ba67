"""`semafor simulate`, as an operator runs it: figures, refusals, and a month written into a demo desk."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.engines import Engines
from tests.harness.fixtures import SUPPORT

SHORT = ["--days", "1", "--agents", "3", "--arrivals-per-hour", "8", "--away", "0.3", "--drops-per-day", "6"]


@pytest.fixture
def cold(tmp_path: Path, engines: Engines) -> Desk:
    """Not started, and nothing in its record."""
    return engines.desk(tmp_path / "data", {})


@pytest.mark.slow
def test_the_same_seed_prints_the_same_figures_in_json_and_in_words(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", {})
    options = ["simulate", "--agents", "2", "--capacity", "2", "--arrivals-per-hour", "30", "--patience", "60"]

    once, again = (desk.cli(*options, "--days", "2", "--seed", "7", "--json") for _ in range(2))
    words = desk.cli(*options, "--days", "2", "--seed", "7")

    told = json.loads(once)
    assert once == again
    assert told["arrived"] == told["served"] + told["left"] + told["still_there"]
    assert 0.2 < told["abandoned_share"] < 0.8  # five erlangs for four slots
    assert f"{told['arrived']:,} arrived" in words
    assert f"of {told['estimates']['n']:,}" in words
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--agents", "0"], "--agents"),
        (["--agents", "many"], "--agents"),
        (["--patience", "soon"], "--patience"),
        (["--patience", "nan"], "--patience"),
        (["--hours", "whenever"], "--hours"),
        (["--day-profile", "1,2"], "--day-profile"),
        (["--tz", "Nowhere/Land"], "--tz"),
        (["--departments", "9"], "--departments"),
        (["--days", "-1"], "--days"),
        (["--fill", ""], "--fill"),
    ],
    ids=" ".join,
)
def test_an_option_that_cannot_be_is_named_in_one_sentence(tmp_path: Path, arguments: list[str], option: str) -> None:
    done = Desk(tmp_path / "data", {}).run("simulate", *arguments)

    assert done.returncode == 2
    assert option in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_a_bar_shows_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", {})
    ours, theirs = pty.openpty()

    done = subprocess.run(
        [*desk._program, "simulate", "--days", "0.5"], env={**desk._environment(), "TERM": "xterm"},
        stdout=subprocess.PIPE, stderr=theirs, check=True,
    )  # fmt: skip
    os.close(theirs)
    bar = os.read(ours, 65_536)
    os.close(ours)

    assert b"Playing" in bar
    assert b"Playing" not in done.stdout
    assert desk.run("simulate", "--days", "0.5").stderr == ""


@pytest.mark.slow
def test_a_month_that_is_interrupted_while_it_is_written_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", {})
    ours, theirs = pty.openpty()
    command = [*desk._program, "simulate", "--fill", str(desk.data), "--days", "4"]
    process = subprocess.Popen(command, env={**desk._environment(), "TERM": "xterm"}, stderr=theirs)
    os.close(theirs)

    shown = b""
    while b"Writing" not in shown:
        shown += os.read(ours, 65_536)
    process.send_signal(signal.SIGINT)
    with suppress(OSError):  # the terminal is gone with its last user
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)

    assert process.wait(10) == 130
    assert b"Stopped. Nothing was written." in shown
    assert b"Traceback" not in shown
    assert not desk.data.exists()


@pytest.mark.slow
def test_the_reports_over_a_filled_desk_say_what_was_printed(cold: Desk) -> None:
    command = [*cold._program, "simulate", "--fill", str(cold.data), *SHORT, "--json"]
    # A stand-in for MongoDB may take a third of a second for each chat.
    done = subprocess.run(command, env=cold._environment(), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    again = cold.run("simulate", "--fill", str(cold.data), *SHORT)
    cold.start()

    try:
        session = _ask(cold, "sessions", {"email": "manager@demo.example", "password": "semafor-demo"})["token"]
        waits, coverage, estimates = (
            _ask(cold, f"reports/{kind}?from={told['from']}&to={told['to']}", session=session)["total"]
            for kind in ("waits", "coverage", "estimates")
        )
        satisfaction = _ask(cold, f"reports/satisfaction?from={told['from']}&to={told['to']}", session=session)
        chats = _ask(cold, "chats", session=session)["chats"]
        tickets = _ask(cold, "tickets", session=session)["tickets"]
        spoken = [_ask(cold, f"chats/{chat['id']}", session=session) for chat in chats[:20]]
    finally:
        cold.stop()

    assert (again.returncode, "Choose an empty folder" in again.stderr) == (1, True)
    assert told["still_there"] == 0
    for name in ("queue_wait", "first_reply"):
        assert {**waits[name], "n": told[name]["n"]} == told[name]
    assert [waits[name] for name in ("n", "answered", "abandoned", "within_target", "judged")] == [
        told["arrived"], told["first_reply"]["n"], told["abandoned"], told["within_target"], told["judged"],
    ]  # fmt: skip
    assert coverage == {name: told["coverage"][name] for name in coverage}
    assert 0 < coverage["uncovered_s"] < coverage["open_s"]
    assert {name: estimates[name] for name in told["estimates"]} == told["estimates"]
    assert satisfaction["total"]["n"] > 5
    assert tickets
    assert len({chat["question"] for chat in chats}) > len(chats) / 4
    assert any(len(one["messages"]) > 4 for one in spoken)


@pytest.mark.slow
def test_a_desk_that_is_no_demo_is_left_alone(cold: Desk) -> None:
    cold.add_department(SUPPORT)

    done = cold.run("simulate", "--fill", str(cold.data), "--days", "1")

    assert done.returncode == 1
    assert "not a demo desk" in done.stderr
    assert "agent1@" not in cold.cli("user", "list")


def _ask(desk: Desk, path: str, body: dict[str, str] | None = None, session: str = "") -> Any:
    request = urllib.request.Request(
        f"{desk.url}/api/v1/{path}",
        None if body is None else json.dumps(body).encode(),
        {"Content-Type": "application/json", **({"Authorization": f"Bearer {session}"} if session else {})},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
