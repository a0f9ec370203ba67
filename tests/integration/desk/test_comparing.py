"""Where queue and record have come to differ, the record is right; what is only on its way is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from queueing.model import Leave
from tests.contract.transcripts.examples import assign, close, current, new_chat, requeue
from tests.integration.desk.servers import Desk, Server
from transcripts.records import Chat


@pytest.fixture
async def two(desk: Desk) -> tuple[Server, Server]:
    """`a` leads; ann and bob, who take one chat each, are there."""
    await desk.people("ann", "bob")
    a, b = await desk.start("a"), await desk.start("b")
    await desk.live(4)
    await a.agent_comes("ann")
    await b.agent_comes("bob")
    await desk.turn()
    return a, b


async def looks(server: Server, looked: asyncio.Event) -> None:
    """`looked` is set when the record was looked at next."""
    store = server.store
    ask = store.open_chats

    async def open_chats() -> Sequence[Chat]:
        store.open_chats = ask  # type: ignore[method-assign]
        found = await ask()
        looked.set()
        return found

    store.open_chats = open_chats  # type: ignore[method-assign, assignment]


async def holders(server: Server) -> dict[str, str | None]:
    return {chat.chat: chat.agent for chat in (await server.queue.snapshot()).chats}


async def lost_leave(desk: Desk, server: Server) -> None:
    await server.ask("over")
    await desk.until(lambda: (chat := desk.chat("over")) is not None and chat.state == "active")
    await server.close_unheard("over")


async def lost_join(server: Server) -> None:
    new = new_chat("unheard", "v-unheard", client_id="s-unheard")
    await server.store.start_chat(replace(new, at=server._clock.now()))


async def test_lost_leave_lost_join_and_wrong_agent_are_put_right(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await lost_leave(desk, a)
    await a.ask("wrong")
    await desk.until(lambda: (chat := desk.chat("wrong")) is not None and chat.state == "active")
    had = (await current(a.store, "wrong")).agent_id
    other = await b.store.requeue(requeue(await current(a.store, "wrong")))
    right = "ann" if had == "bob" else "bob"
    await b.store.assign(assign(other, right, None))
    await lost_join(a)
    assert await holders(a) == {"over": right, "wrong": had}

    await a.membership.compare_as_leader()
    await desk.until(lambda: (chat := desk.chat("unheard")) is not None and chat.state == "active", each_s=0.05)

    assert await holders(a) == {"wrong": right, "unheard": had}
    assert all(chat.state == "active" for chat in await a.store.open_chats())


async def test_what_differs_only_for_a_moment_is_left_alone(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await lost_leave(desk, a)
    await lost_join(a)
    looked = asyncio.Event()
    await looks(a, looked)

    comparing = asyncio.ensure_future(a.membership.compare_as_leader())
    await looked.wait()
    await b.queue.apply(Leave("over"), desk.clock.now_ms())
    chat = await current(a.store, "unheard")
    await b.store.close_chat(close(chat.id))
    version = (await a.queue.snapshot()).version
    await comparing
    await desk.turn(2)

    assert (await a.queue.snapshot()).version == version, "nothing was ordered"


async def test_what_differs_otherwise_than_at_the_first_look_is_looked_at_again_later(
    desk: Desk, two: tuple[Server, Server]
) -> None:
    a, b = two
    await lost_join(a)
    looked = asyncio.Event()
    await looks(a, looked)

    comparing = asyncio.ensure_future(a.membership.compare_as_leader())
    await looked.wait()
    chat = await current(b.store, "unheard")
    await b.store.assign(assign(chat, "ann"))
    await comparing
    await desk.turn()
    assert await holders(a) == {}

    await a.membership.compare_as_leader()
    await desk.until(lambda: not a.under_way())

    assert await holders(a) == {"unheard": "ann"}


async def test_only_the_leader_compares(desk: Desk, two: tuple[Server, Server]) -> None:
    a, b = two
    await lost_join(a)

    await b.membership.compare_as_leader()
    await desk.turn()

    assert await holders(a) == {}


async def test_who_joins_compares_whether_it_leads_or_not(desk: Desk, two: tuple[Server, Server]) -> None:
    a, _ = two
    await lost_join(a)

    c = await desk.start("c")
    assert c.membership._settling is not None
    await c.membership._settling
    await desk.until(lambda: not c.under_way())

    assert list(await holders(a)) == ["unheard"]
