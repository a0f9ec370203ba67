"""Two servers keep one ledger: who is connected to either is there, once, and without a gap that was none."""

from __future__ import annotations

import pytest

from queueing.coverage import Gap
from queueing.model import Connect, Disconnect, SetAgent, Vanish
from queueing.presence import Cause
from server.clock import to_ms
from tests.integration.desk.servers import GRACE_S, Desk, Server
from tests.unit.server.made import NOON

LOST_WITHIN_S = 2
"""After the grace, a dead server's agents are returned."""


def told(gap: Gap) -> tuple[int, int, Cause]:
    return gap.from_ms, gap.to_ms, gap.cause


def after(seconds: float) -> int:
    return to_ms(NOON) + round(seconds * 1000)


@pytest.fixture
async def two(desk: Desk) -> tuple[Server, Server]:
    """`a` leads."""
    await desk.people("ann")
    a, b = await desk.start("a"), await desk.start("b")
    await desk.live(4)
    return a, b


async def queued(desk: Desk) -> list[str]:
    return [chat.id for chat in desk.living[0].routing.open_chats.all() if chat.state == "queued"]


# ---- one agent, two connections -------------------------------------------------------------------------------------


async def test_agent_with_connections_to_two_servers_counts_once(desk: Desk, two: tuple[Server, Server]) -> None:
    for server in two:
        await server.agent_comes()
    await desk.live(16)

    found = await desk.coverage(20)

    assert (found.total.covered_ms, found.total.single_ms) == (16_000, 16_000)
    assert found.steps[-1] == (after(4), 1)
    assert [state.agent for state in await two[0].queue.agents() if state.connected] == ["ann"]


async def test_agent_who_leaves_one_of_two_servers_is_still_there(desk: Desk, two: tuple[Server, Server]) -> None:
    for server in two:
        await server.agent_comes()
    await desk.live(2)
    for server in two:
        await server.agent_goes()
        await desk.live(GRACE_S + 5)
        await server.agent_comes()
        await desk.live(2)

    found = await desk.coverage(58)

    assert [gap.to_ms for gap in found.gaps] == [after(4)]
    assert not any(isinstance(decided.command, Vanish) for decided in two[0].decided)


async def test_what_was_said_while_another_server_wrote_is_not_said_again_for_earlier(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    for server in two:
        await server.agent_comes()
    await desk.live(16)  # until 12:00:20
    await b.presence.set_status("ann", "away", "lunch", None)
    await desk.live(20)  # until 12:00:40
    await a.agent_goes()
    await desk.live(10)

    found = await desk.coverage(50)

    assert [(gap.from_ms, gap.to_ms) for gap in found.gaps] == [(after(0), after(4)), (after(20), after(50))]


async def test_what_was_said_before_the_server_that_wrote_died_is_not_said_again_for_earlier(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    for server in two:
        await server.agent_comes()
    await desk.live(16)
    await b.presence.set_status("ann", "away", "lunch", None)
    await desk.live(20)
    await a.kill()
    await desk.live(10)

    found = await desk.coverage(50)

    assert [(gap.from_ms, gap.to_ms) for gap in found.gaps] == [(after(0), after(4)), (after(20), after(50))]


# ---- servers that die -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dies", [0, 1])
async def test_agents_of_a_dead_server_are_returned_by_the_other_in_time(
    desk: Desk, two: tuple[Server, Server], dies: int
) -> None:
    dead, other = two[dies], two[1 - dies]
    await dead.agent_comes()
    await other.ask("c1")
    await desk.until(lambda: [c.state for c in other.routing.open_chats.all()] == ["active"])
    await desk.live(6)  # until 12:00:10

    await dead.kill()
    await desk.live(GRACE_S - 1)
    assert await queued(desk) == []
    await desk.live(1 + LOST_WITHIN_S)
    await desk.turn(2)

    assert await queued(desk) == ["c1"]
    agent = next(agent for agent in await other.store.agents())
    assert (agent.status, agent.status_reason) == ("offline", "connection lost")
    gaps = (await desk.coverage(30)).gaps
    assert [(gap.from_ms, gap.to_ms) for gap in gaps] == [(after(0), after(4)), (after(10), after(30))]


async def test_who_moves_from_a_dead_server_within_the_grace_leaves_no_gap(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(13)  # until 12:00:17; the last proof in the record is of 12:00:10

    await a.kill()
    await desk.live(GRACE_S - 5)
    await b.agent_comes()
    await desk.live(30)

    found = await desk.coverage(60)
    assert [(gap.from_ms, gap.to_ms) for gap in found.gaps] == [(after(0), after(4))]
    assert found.total.single_ms == found.total.covered_ms


async def test_who_moves_from_a_dead_server_at_once_leaves_no_gap(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(13)

    await a.kill()
    desk.clock.move(0.5)
    await b.agent_comes()
    await desk.turn()
    await desk.live(20)

    assert [gap.to_ms for gap in (await desk.coverage(37)).gaps] == [after(4)]


async def test_who_moves_from_a_dead_server_later_leaves_exactly_that_gap(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(13)

    await a.kill()
    await desk.live(GRACE_S + 13)  # until 12:00:50
    await b.agent_comes()
    await b.presence.set_status("ann", "online", None, None)
    await desk.live(10)

    gaps = (await desk.coverage(60)).gaps
    assert told(gaps[1]) == (after(17), after(50), Cause("connection_lost", "ann", "connection lost"))
    assert [gap.to_ms for gap in gaps] == [after(4), after(50)]


async def test_connection_that_drops_long_after_a_server_died_has_the_whole_grace(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(2)
    await a.kill()
    await b.agent_comes()
    c = await desk.start("c")
    await desk.live(50)  # until 12:00:56

    await b.agent_goes()
    await desk.live(GRACE_S - 1)
    for server in (b, c):
        state = server.dispatch.agent("ann")
        assert state is not None
        assert state.status == "online"
    await b.agent_comes()
    await desk.live(5)

    assert [gap.to_ms for gap in (await desk.coverage(80)).gaps] == [after(4)]


# ---- servers that stop ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("says_goodbye", [True, False])
async def test_who_moves_from_a_stopped_server_within_the_grace_leaves_no_gap(
    desk: Desk, two: tuple[Server, Server], says_goodbye: bool
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(13)
    if says_goodbye:
        await a.agent_goes()

    await a.stop()
    await desk.live(3)
    await b.agent_comes()
    await desk.live(20)

    assert [gap.to_ms for gap in (await desk.coverage(40)).gaps] == [after(4)]


async def test_who_does_not_come_back_from_a_stopped_server_is_returned_after_the_grace(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await b.ask("c1")
    await desk.until(lambda: [c.state for c in b.routing.open_chats.all()] == ["active"])
    await desk.live(13)

    await a.stop()
    await desk.live(GRACE_S - 2)
    assert await queued(desk) == []
    await desk.live(2 + LOST_WITHIN_S)
    await desk.turn(2)

    assert await queued(desk) == ["c1"]
    assert [(gap.from_ms, gap.to_ms) for gap in (await desk.coverage(39)).gaps] == [
        (after(0), after(4)),
        (after(17), after(39)),
    ]


async def test_after_a_restart_of_all_servers_everybody_has_the_grace_anew(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await b.ask("c1")
    await desk.until(lambda: [c.state for c in b.routing.open_chats.all()] == ["active"])
    await a.kill()
    await b.kill()
    desk.clock.move(100)

    for name in ("c", "d"):
        await desk.start(name)
    await desk.live(GRACE_S - 1)
    assert await queued(desk) == []
    await desk.live(1 + LOST_WITHIN_S)
    await desk.turn(2)

    assert await queued(desk) == ["c1"]


# ---- one server -----------------------------------------------------------------------------------------------------


async def test_who_is_back_within_the_grace_has_left_no_gap(desk: Desk, two: tuple[Server, Server]) -> None:
    a, _ = two
    await a.agent_comes()
    await desk.live(6)
    await a.agent_goes()
    await desk.live(GRACE_S - 1)
    await a.agent_comes()
    await desk.live(5)

    assert [gap.to_ms for gap in (await desk.coverage(34)).gaps] == [after(4)]


async def test_who_moves_to_another_server_within_the_grace_has_left_no_gap(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(6)
    await a.agent_goes()
    await desk.live(GRACE_S - 1)
    await b.agent_comes()
    await desk.live(25)

    assert [gap.to_ms for gap in (await desk.coverage(54)).gaps] == [after(4)]
    assert not a.presence.is_in_grace("ann")


async def test_who_is_back_later_was_gone_from_the_last_sign_of_life_on(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(6)
    await a.agent_goes()
    await desk.live(GRACE_S + 10)  # until 12:00:40
    await b.agent_comes()
    await b.presence.set_status("ann", "online", None, None)
    await desk.live(10)

    assert [(gap.from_ms, gap.to_ms) for gap in (await desk.coverage(50)).gaps] == [
        (after(0), after(4)),
        (after(10), after(40)),
    ]


async def test_who_signs_out_is_gone_at_once(desk: Desk, two: tuple[Server, Server]) -> None:
    a, _ = two
    await a.agent_comes()
    await desk.live(6)
    await a.agent_goes()
    await a.presence.set_status("ann", "offline", "signed out", None)
    await desk.live(30)

    gaps = (await desk.coverage(40)).gaps
    assert told(gaps[1]) == (after(10), after(40), Cause("signed_out", "ann", "signed out"))


async def test_the_end_of_the_grace_returns_an_agent_once(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(2)
    await a.kill()
    await desk.live(GRACE_S + 10)

    assert b.timers.fired == 1
    assert [type(decided.command) for decided in b.decided].count(Vanish) == 1


async def test_queue_that_has_lost_a_connection_is_told_of_it_again(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await a.agent_comes()
    await b.queue.apply(Disconnect("ann"), desk.clock.now_ms())

    await desk.live(2)

    state = a.dispatch.agent("ann")
    assert state is not None
    assert state.connected
    assert [gap.to_ms for gap in (await desk.coverage(6)).gaps] == [after(4)]


async def test_connect_that_comes_too_late_does_not_keep_who_is_gone(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(2)
    await a.agent_goes()
    await desk.turn(2)
    await b.queue.apply(Connect("ann"), desk.clock.now_ms())

    await desk.live(3)

    assert [state.connected for state in await a.queue.agents()] == [False]


async def test_nobody_vanishes_while_nobody_can_say_who_is_where(desk: Desk, two: tuple[Server, Server]) -> None:
    a, _ = two
    await a.agent_comes()
    await desk.live(2)
    await a.agent_goes()
    desk.homes.is_away = True
    await desk.live(GRACE_S + 10)
    desk.homes.is_away = False

    await desk.live(2)
    assert [state.status for state in await a.queue.agents()] == ["online"]
    await desk.live(GRACE_S + LOST_WITHIN_S)

    assert [state.status for state in await a.queue.agents()] == ["offline"]


async def test_who_comes_to_another_server_at_the_last_moment_is_there(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(2)
    await a.agent_goes()
    await desk.live(GRACE_S - 1)
    desk.clock.move(1)
    await b.agent_comes()
    await b.roll_call.refresh()

    a.timers.run_due()
    await desk.live(1)

    assert [(state.status, state.connected) for state in await a.queue.agents()] == [("online", True)]
    assert (await a.store.agents())[0].status == "online"


async def test_the_leader_returns_whom_a_dead_server_had_and_the_others_only_look(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    c = await desk.start("c")
    await c.agent_comes()
    await desk.live(4)
    await c.kill()
    await desk.live(GRACE_S + 5)

    assert [decided.is_own for decided in a.decided if isinstance(decided.command, Vanish)] == [True]
    assert [decided.is_own for decided in b.decided if isinstance(decided.command, Vanish)] == [False]


async def test_who_is_returned_by_another_server_was_there_until_the_last_sign_of_life(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(6)
    await a.agent_goes()
    await desk.live(5)
    await b.queue.apply(Vanish("ann"), desk.clock.now_ms())
    await desk.live(15)

    gaps = (await desk.coverage(30)).gaps
    assert told(gaps[1]) == (after(10), after(30), Cause("connection_lost", "ann", "connection lost"))


async def test_who_moved_to_a_server_that_dies_was_there_until_its_last_beat(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await a.agent_comes()
    await desk.live(2)
    await a.agent_goes()
    await b.agent_comes()
    await desk.live(14)  # until 12:00:20
    await b.kill()
    await desk.live(GRACE_S + 5)

    assert [(gap.from_ms, gap.to_ms) for gap in (await desk.coverage(45)).gaps] == [
        (after(0), after(4)),
        (after(20), after(45)),
    ]


async def test_what_an_agent_says_to_another_server_is_written_with_their_reason(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    for server in two:
        await server.agent_comes()
    await desk.live(6)
    await two[1].presence.set_status("ann", "away", "lunch", None)
    await desk.live(10)

    assert told((await desk.coverage(20)).gaps[1]) == (after(10), after(20), Cause("away", "ann", "lunch"))


async def test_who_serves_other_departments_is_gone_from_this_one(desk: Desk, two: tuple[Server, Server]) -> None:
    a, _ = two
    await a.agent_comes()
    await desk.live(6)
    await a.dispatch.order(SetAgent("ann", ("help",), 1, 1, "online"))
    await desk.live(10)

    gaps = (await desk.coverage(20)).gaps
    assert told(gaps[1]) == (after(10), after(20), Cause("moved", "ann"))
