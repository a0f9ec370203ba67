"""The same trouble so often that the rare case comes: cut off while talking, dying at work, all wanting the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.faults.histories import History
from tests.faults.judge import complaints
from tests.faults.load import LoadVisitor
from tests.faults.many_times import Contender, CutOffAgent, CutOffVisitor, MortalAgent, Waiting, together
from tests.faults.persons import Scene
from tests.faults.profile import CUTS, DEATHS, RACES, SEED
from tests.faults.results import counted, note
from tests.harness.desk import Desk, User
from tests.harness.fixtures import MIA, NewDesk

GRACE_S = 1.0
SETTINGS = {"SEMAFOR_LIMITS": "off", "SEMAFOR_AGENT_GRACE_S": str(GRACE_S)}
TALKERS = tuple(User(f"talks{n}@desk.example", f"Talks {n}", capacity=3) for n in range(4))
MORTALS = tuple(User(f"mortal{n}@desk.example", f"Mortal {n}", capacity=2) for n in range(8))
CONTENDERS = tuple(User(f"wants{n}@desk.example", f"Wants {n}", capacity=1) for n in range(4))
CUTS_AT_ONCE, DEATHS_AT_ONCE, RACES_AT_ONCE = 1_500, 400, 4_000
"""What one history holds; longer courses are several."""
PATIENCE_S = 600.0
Course = Callable[[Desk, Scene, int], Awaitable[History]]
"""How often it is to happen."""


async def judged(desk: Desk, course: Course, total: int, at_once: int) -> None:
    """Each course with people and a history of its own."""
    for number, done in enumerate(range(0, total, at_once)):
        scene = Scene(desk.url, seed=SEED + number)
        scene.up.set()
        scene.history.grace_s = GRACE_S
        wanted = min(at_once, total - done)
        history = await course(desk, scene, wanted)
        note(history)
        assert complaints(history) == []


async def talk(desk: Desk, scene: Scene, cuts: int) -> History:
    visitors = [CutOffVisitor(scene) for _ in range(12)]
    agents = [await CutOffAgent.sign_in(scene, user) for user in TALKERS]
    links = cuts + len(visitors) + len(agents)
    async with together(desk, scene, MIA, visitors, agents) as history:
        await scene.until(lambda: len(history.links) >= links, PATIENCE_S)
    return history


async def die_at_work(desk: Desk, scene: Scene, deaths: int) -> History:
    visitors = [LoadVisitor(scene) for _ in range(18)]
    agents = [await MortalAgent.sign_in(scene, user) for user in MORTALS]
    async with together(desk, scene, MIA, visitors, agents) as history:
        await scene.until(lambda: sum(agent.deaths for agent in agents) >= deaths, PATIENCE_S)
    return history


async def contend(desk: Desk, scene: Scene, races: int) -> History:
    visitors = [Waiting(scene) for _ in range(4)]
    agents = [await Contender.sign_in(scene, user, status="away") for user in CONTENDERS]
    async with together(desk, scene, MIA, visitors, agents) as history:
        await scene.until(lambda: all(visitor.chat_id for visitor in visitors))
        chats = [visitor.chat_id for visitor in visitors if visitor.chat_id]
        left = races
        while left > 0:
            await asyncio.gather(*(agent.contend(chats) for agent in agents))
            left -= 2 * sum(len(agent.won) for agent in agents)
            await asyncio.gather(*(agent.give_back() for agent in agents))
    assert counted("races", history, ()).races >= races
    return history


@pytest.mark.slow
async def test_who_is_cut_off_while_talking_has_said_everything_once(new_desk: NewDesk) -> None:
    await judged(new_desk(users=(*TALKERS, MIA), settings=SETTINGS), talk, CUTS, CUTS_AT_ONCE)


@pytest.mark.slow
async def test_chats_of_agents_who_die_at_work_go_on(new_desk: NewDesk) -> None:
    await judged(new_desk(users=(*MORTALS, MIA), settings=SETTINGS), die_at_work, DEATHS, DEATHS_AT_ONCE)


@pytest.mark.slow
async def test_chat_that_all_want_at_once_goes_to_one_of_them(new_desk: NewDesk) -> None:
    await judged(new_desk(users=(*CONTENDERS, MIA), settings=SETTINGS), contend, RACES, RACES_AT_ONCE)
