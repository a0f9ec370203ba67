"""`semafor demo --traffic`: a company at work, seen by somebody who signs in beside the played ones."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.desk import Desk, User
from tests.harness.engines import Engines
from tests.harness.fixtures import SUPPORT
from tests.harness.people import AgentClient

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "semafor")
ADMIN = User("admin@demo.example", "Adam Kučera", "admin", password="semafor-demo")
PLAYED = {"Tomáš Beneš", "Lucie Marková", "Nikos Ioannou"}


@pytest.fixture
def busy(tmp_path: Path, engines: Engines) -> Iterator[Desk]:
    """Twenty times as fast as it is meant."""
    program = [PROGRAM, "demo", "--pace", "20"]
    desk = Desk(tmp_path / "data", engines.environment(), program, command="--traffic")
    desk.start()
    yield desk
    desk.stop()


@pytest.mark.slow
async def test_visitors_come_and_played_agents_answer_until_the_demo_ends(busy: Desk) -> None:
    async with await AgentClient.sign_in(busy.url, ADMIN, status=None) as admin:
        solved: list[dict] = []
        seen = 0
        while not solved:
            await admin.wait("team", since=seen)  # whenever a chat is given or over
            seen = admin.mark()
            found = (await admin.get("/api/v1/chats"))["chats"]
            solved = [chat for chat in found if chat["resolution"] == "resolved"]
        whole = await admin.get(f"/api/v1/chats/{solved[0]['id']}")
        live = await admin.get("/api/v1/live")

    busy.stop()

    by = [message["author"]["kind"] for message in whole["messages"]]
    assert (by[0], by.count("agent") >= 1) == ("visitor", True)
    assert solved[0]["agent"]["name"] in PLAYED
    assert {one["agent"]["name"] for one in live["agents"] if one["connected"]} - {"Adam Kučera"} <= PLAYED
    assert "Traceback" not in busy.stderr()
    assert "never retrieved" not in busy.stderr()


@pytest.mark.slow
def test_a_desk_that_is_no_demo_is_not_played_in(tmp_path: Path, engines: Engines) -> None:
    real = engines.desk(tmp_path / "data", {})
    real.add_department(SUPPORT)

    done = real.run("demo", "--traffic", "--port", "0")

    assert done.returncode == 1
    assert "--traffic" in done.stderr
    assert len(done.stderr.splitlines()) == 1
