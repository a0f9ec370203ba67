"""The judge is proved on servers: each bug of bugs.py lives through a load that brings it out, and is named.

The same courses without a bug are clean; so are the mails of test_outbound.py.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.faults import bugs
from tests.faults.histories import Fault, History
from tests.faults.hostile_smtp import HostileServer
from tests.faults.judge import complaints
from tests.faults.judge_mails import mail_complaints
from tests.faults.mails import ask_for_tickets, mails_of
from tests.faults.persons import Scene
from tests.faults.storm import ADA, BOB, CYD, DEPARTMENTS, MIA, SETTINGS, USERS
from tests.faults.trial import killed, lived_through
from tests.harness.cluster import Cluster
from tests.harness.desk import Desk
from tests.harness.fixtures import NewDesk
from tests.harness.rough_way import RoughWay

pytestmark = pytest.mark.slow

AGENTS = (ADA, BOB, CYD)
VISITORS = 10
MAILS = 60
TRIALS = 3
"""A bug that people must happen to meet is met in one of them."""


async def killed_in_the_middle(scene: Scene, desk: Desk, _way: RoughWay) -> None:
    await scene.progress(80)
    await killed(scene, desk)
    await scene.progress(60)


async def answers_lost_on_the_way(scene: Scene, _desk: Desk, way: RoughWay) -> None:
    """The server does what was asked, and nobody hears of it; then every connection is reset."""
    for _ in range(3):
        await scene.progress(30)
        fault = Fault("way", "answers stalled, and a reset", time.time())
        scene.history.faults.append(fault)
        way.stall("answers")
        await asyncio.to_thread(way.await_carried, "requests", 3)
        await asyncio.to_thread(way.await_carried, "answers", 3)
        way.reset()
        way.flow()
        fault.until = time.time()
    await scene.progress(30)


async def many_leave_the_line(scene: Scene, _desk: Desk, _way: RoughWay) -> None:
    await scene.progress(500)


async def long_waits(scene: Scene, _desk: Desk, _way: RoughWay) -> None:
    """Agents take so long that who waits is told several places."""
    calm, scene.pace = scene.pace, 8.0
    await scene.progress(500)
    scene.pace = calm


Course = Callable[[Scene, Desk, RoughWay], Awaitable[None]]
COURSES: dict[str, tuple[Course, float, tuple[str, ...]]] = {
    "acknowledge_before_commit": (killed_in_the_middle, 0.02, ("lost:",)),
    "no_idempotence": (answers_lost_on_the_way, 0.02, ("doubled:",)),
    "assignment_without_compare_and_set": (many_leave_the_line, 0.3, ("reopened:", "two chats:")),
    "another_comparator_for_positions": (long_waits, 0.02, ("pushed back:",)),
}


async def _trial(desk: Desk, *courses: Course, leaving_share: float) -> History:
    """One load through all the courses."""
    way = RoughWay(desk.port)
    way.start()

    async def one_by_one(scene: Scene) -> None:
        for course in courses:
            await course(scene, desk, way)

    try:
        scene = Scene(way.url, seed=61)
        return await lived_through(scene, desk, AGENTS, MIA, one_by_one, visitors=VISITORS, leaving_share=leaving_share)
    finally:
        way.stop()


@pytest.mark.parametrize("bug", COURSES)
async def test_judge_names_the_bug_of_a_server(bug: str, new_desk: NewDesk) -> None:
    course, leaving_share, wanted = COURSES[bug]
    named: set[str] = set()
    for _ in range(TRIALS):
        desk = bugs.with_bug(new_desk(departments=DEPARTMENTS, users=USERS, settings=SETTINGS, start=False), bug)
        desk.start()
        try:
            history = await _trial(desk, course, leaving_share=leaving_share)
        finally:
            desk.kill()
        named |= {f"{complaint.partition(':')[0]}:" for complaint in complaints(history)}
        if named & set(wanted):
            return
    raise AssertionError(f"the judge named {sorted(named)}, and none of {wanted}")


async def test_judge_has_nothing_against_the_same_courses_without_a_bug(new_desk: NewDesk) -> None:
    desk = new_desk(departments=DEPARTMENTS, users=USERS, settings=SETTINGS)

    history = await _trial(desk, *(course for course, _, _ in COURSES.values()), leaving_share=0.1)

    assert complaints(history) == []


async def test_judge_names_a_mail_that_counts_as_sent_before_it_was_taken(new_desk: NewDesk) -> None:
    server = HostileServer(seed=62)
    await server.start()
    settings = {**SETTINGS, "SEMAFOR_SMTP_URL": server.url}
    bug = "mail_marked_sent_before_250"
    desk = bugs.with_bug(new_desk(settings=settings, start=False), bug)
    desk.start()
    try:
        await ask_for_tickets(desk, MAILS)
        await server.until(MAILS, idle_s=2.0)
        found = mail_complaints(mails_of(desk), server.taken, [])
    finally:
        desk.kill()
        await server.stop()

    assert any(complaint.endswith("told as sent, and never taken") for complaint in found), found


async def test_judge_names_agents_with_more_chats_than_they_take(tmp_path: Path) -> None:
    """test_cluster_servers.py has the same load without the bug."""
    program = bugs.program("capacity_checked_outside_the_script")
    cluster = Cluster(tmp_path, 2, departments=DEPARTMENTS, users=USERS, settings=SETTINGS, program=program)
    try:
        cluster.start()
        scene = Scene(cluster.url, 63, places=cluster.places, pace=2.0)
        first, course = cluster.servers[0], partial(Scene.progress, operations=100)
        history = await lived_through(scene, first, AGENTS, MIA, course, visitors=VISITORS, leaving_share=0)
    finally:
        cluster.kill()

    named = {complaint.partition(" ")[0] for complaint in complaints(history)}
    assert "overloaded:" in named, named
