"""Who is connected where, as each of three servers knows it, and which of them leads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from queueing.errors import QueueUnavailable
from queueing.homes import HOME_FORGOTTEN_S, HOME_LIVES_S
from queueing.local import LocalHomes
from server.services.known.open_chats import OpenChats
from server.services.known.roll_call import RollCall
from tests.unit.server.desk_parts import MovedClock
from tests.unit.server.made import NOON, chat
from tests.unit.server.several_servers import SharedHomes


@dataclass
class Three:
    a: RollCall
    b: RollCall
    c: RollCall
    homes: SharedHomes
    clock: MovedClock

    async def beat(self, *living: RollCall) -> None:
        """Each twice, so that each has heard the others' news."""
        for _ in range(2):
            for roll_call in living or (self.a, self.b, self.c):
                await roll_call.refresh()

    async def live(self, seconds: float, *living: RollCall) -> None:
        """With a beat a second."""
        for _ in range(round(seconds)):
            self.clock.move(1)
            await self.beat(*living)


@pytest.fixture
async def three() -> Three:
    """Settled for a long time."""
    clock = MovedClock(NOON)
    homes = SharedHomes(clock)
    a, b, c = (RollCall(homes, OpenChats(), clock, name, alone=False) for name in ("a", "b", "c"))
    three = Three(a, b, c, homes, clock)
    await three.beat()
    await three.live(HOME_LIVES_S)
    return three


async def test_person_is_there_while_any_living_server_has_them(three: Three) -> None:
    assert three.b.agent_came("ann")
    assert not three.b.agent_came("ann")
    await three.beat()

    assert (three.b.has_agent("ann"), three.b.has_agent_here("ann"), three.b.has_agent_elsewhere("ann")) == (1, 1, 0)
    assert (three.c.has_agent("ann"), three.c.has_agent_here("ann"), three.c.has_agent_elsewhere("ann")) == (1, 0, 1)

    assert not three.b.agent_left("ann")
    assert three.b.agent_left("ann")
    await three.beat()

    assert not any(roll_call.has_agent("ann") for roll_call in (three.a, three.b, three.c))


async def test_agent_of_a_dead_server_is_nowhere_after_three_seconds(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()

    await three.live(2, three.b, three.c)
    assert three.b.has_agent("ann")
    await three.live(1, three.b, three.c)

    assert not three.b.has_agent("ann")
    assert three.b.lost_s("ann") == three.c.lost_s("ann") == HOME_LIVES_S
    assert [home.process for home in three.b.gone()] == ["a"]


async def test_agent_of_a_server_that_left_in_good_order_is_nowhere_at_once(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()

    await three.a.aclose()
    await three.beat(three.b, three.c)

    assert not three.b.has_agent("ann")
    assert three.b.lost_s("ann") == 0
    await three.live(4, three.b, three.c)
    assert three.b.lost_s("ann") == 4
    assert [home.process for home in three.b.gone()] == ["a"]


async def test_servers_that_are_gone_are_forgotten_in_time(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    await three.a.aclose()

    await three.live(1, three.b)
    assert [home.process for home in three.b.gone()] == ["a"]

    for _ in range(round(HOME_FORGOTTEN_S / 2) + 1):
        three.clock.move(2)
        await three.b.refresh()

    assert three.b.gone() == ()
    assert three.b.lost_s("ann") is None


async def test_a_server_that_was_taken_for_gone_is_back_with_its_next_beat(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    await three.homes.leave("a")
    await three.b.refresh()
    assert not three.b.has_agent("ann")

    await three.beat()

    assert three.b.has_agent("ann")
    assert three.b.gone() == ()


async def test_everybody_is_still_where_they_were_when_the_roll_was_lost_between_two_beats(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    three.homes.empty()
    await three.b.refresh()

    assert three.b.has_agent("ann")
    assert not three.b.is_settled()

    await three.beat()
    await three.live(HOME_LIVES_S)
    assert three.b.has_agent("ann")
    assert three.b.is_settled()


async def test_who_has_not_spoken_long_after_the_roll_was_lost_is_gone(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    three.homes.empty()
    await three.live(HOME_LIVES_S + 1, three.b, three.c)

    assert not three.b.has_agent("ann")


async def test_grace_is_counted_from_the_server_that_had_the_agent_last_and_not_from_an_older_one(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    await three.live(100, three.b, three.c)
    three.b.agent_came("ann")
    await three.live(10, three.b, three.c)

    three.b.agent_left("ann")
    await three.live(1, three.b, three.c)

    assert three.c.lost_s("ann") is None, "the living server that had her counts her grace"
    assert three.b.lost_s("ann") is None

    await three.live(7, three.c)
    assert three.c.lost_s("ann") == 8, "that one is dead, too, and had her last eight seconds ago"


async def test_lost_time_is_no_longer_than_this_server_has_been_listening(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    three.clock.move(100)
    late = RollCall(three.homes, OpenChats(), three.clock, "late", alone=False)

    await late.refresh()
    assert late.lost_s("ann") == 0
    await three.live(5, late)

    assert late.lost_s("ann") == 5


async def test_lost_time_is_counted_anew_after_a_silence_of_the_roll_itself(three: Three) -> None:
    three.a.agent_came("ann")
    await three.beat()
    three.homes.is_away = True
    await three.live(60)
    three.homes.is_away = False

    await three.beat(three.b, three.c)
    assert three.b.has_agent("ann"), "she has not had the time to be heard"
    await three.live(HOME_LIVES_S, three.b, three.c)

    assert not three.b.has_agent("ann")
    assert three.b.lost_s("ann") == HOME_LIVES_S


async def test_it_is_known_how_long_ago_an_agent_was_on_another_server_that_lives(three: Three) -> None:
    assert three.b.heard_elsewhere_s("ann") is None
    three.a.agent_came("ann")
    await three.beat()
    three.a.agent_left("ann")

    await three.live(5)

    assert three.b.heard_elsewhere_s("ann") == 5
    assert three.a.heard_elsewhere_s("ann") is None, "that was here"


async def test_one_server_leads_and_when_it_is_dead_another(three: Three) -> None:
    assert [roll_call.is_leader() for roll_call in (three.a, three.b, three.c)] == [True, False, False]

    await three.live(2, three.b, three.c)
    assert [roll_call.is_leader() for roll_call in (three.b, three.c)] == [False, False]
    await three.live(1, three.b, three.c)

    assert [roll_call.is_leader() for roll_call in (three.b, three.c)] == [True, False]


async def test_leader_that_leaves_in_good_order_is_followed_at_once(three: Three) -> None:
    await three.a.aclose()

    await three.c.refresh()

    assert three.c.is_leader()


async def test_who_has_not_heard_the_roll_for_a_while_neither_leads_nor_says_who_is_where(three: Three) -> None:
    three.homes.is_away = True

    await three.live(2)
    assert three.a.is_leader()
    await three.live(1)

    assert not three.a.is_leader()
    assert not three.a.is_settled()


async def test_roll_is_trusted_when_everybody_alive_had_the_time_to_be_on_it(three: Three) -> None:
    three.homes.is_away = True
    await three.live(10)
    three.homes.is_away = False

    await three.beat()
    assert not three.a.is_settled()
    await three.live(2)
    assert not three.a.is_settled()
    await three.live(1)

    assert three.a.is_settled()
    assert three.a.is_leader()


async def test_one_server_writes_about_an_agent_who_is_on_several(three: Three) -> None:
    assert three.c.spokesman_of("ann") is None
    three.c.agent_came("ann")
    three.b.agent_came("ann")
    await three.beat()
    assert {roll_call.spokesman_of("ann") for roll_call in (three.a, three.b, three.c)} == {"b"}

    await three.live(3, three.a, three.c)

    assert {roll_call.spokesman_of("ann") for roll_call in (three.a, three.c)} == {"c"}


async def test_only_visitors_with_an_open_chat_are_on_the_roll() -> None:
    clock = MovedClock(NOON)
    homes = SharedHomes(clock)
    open_chats = OpenChats()
    here, there = (
        RollCall(homes, open_chats, clock, "a", alone=False),
        RollCall(homes, OpenChats(), clock, "b", alone=False),
    )
    asks, looks, gone = chat(visitor_id="asks"), "looks", chat(visitor_id="gone")
    open_chats.load([asks, gone])
    assert here.visitor_came("asks")
    assert here.visitor_came(looks)

    await here.call()
    await there.call()

    assert there.visitors_elsewhere() == {"asks"}
    assert there.has_visitor("asks")
    assert not there.has_visitor(looks)
    assert here.has_visitor(looks)
    assert here.visitor_left("asks")
    assert not here.has_visitor("asks")


async def test_who_listens_hears_every_roll_and_none_that_failed(three: Three) -> None:
    heard: list[bool] = []
    three.b.listen(lambda: heard.append(three.b.has_agent("ann")))
    three.a.agent_came("ann")
    await three.a.call()

    await three.b.call()
    three.homes.is_away = True
    await three.b.refresh()
    with pytest.raises(QueueUnavailable):
        await three.b.call()

    assert heard == [True]


async def test_who_came_is_told_soon(three: Three) -> None:
    three.b.agent_came("bob")
    three.b.soon()
    assert three.b._soon is not None
    await three.b._soon

    await three.c.refresh()

    assert three.c.has_agent("bob")


async def test_what_was_to_be_told_soon_ends_with_the_server(three: Three) -> None:
    three.a.agent_came("ann")
    three.a.soon()
    await asyncio.sleep(0)

    await three.a.aclose()
    await three.c.refresh()

    assert three.a._soon is not None
    assert three.a._soon.done()
    assert not three.c.has_agent("ann")


async def test_server_that_is_alone_is_everybody_always() -> None:
    clock = MovedClock(NOON)
    alone = RollCall(LocalHomes(), OpenChats(), clock, "a", alone=True)
    alone.agent_came("ann")

    assert alone.is_leader()
    assert alone.is_settled()
    await alone.call()
    clock.move(1000)
    alone.soon()

    assert alone.is_leader()
    assert alone.spokesman_of("ann") == "a"
    assert alone.gone() == ()
    assert alone.lost_s("ann") is None
    assert alone.has_agent_here("ann")
