"""Assigning and queueing again: compare-and-set on route_version, and the agent's load."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from tests.contract.transcripts.examples import (
    ASSIGNED,
    START,
    active,
    assign,
    at,
    close,
    current,
    messages,
    requeue,
    started,
)
from transcripts.errors import NotFound, RouteConflict
from transcripts.facts import ChatChanged, Fact, MessageAdded
from transcripts.port import Store
from transcripts.records import Chat


async def test_an_assigned_chat_is_active_at_once(store: Store, facts: list[Fact]) -> None:
    waiting = await started(store)
    facts.clear()

    chat = await store.assign(assign(waiting))

    assert (chat.state, chat.agent_id, chat.route_version) == ("active", "a1", 2)
    assert (chat.assigned_at, chat.first_assigned_at, chat.queued_at) == (at(2), at(2), START)
    event = (await messages(store))[-1]
    assert (event.seq, event.event) == (2, {"code": "assigned", "agent": {"id": "a1", "name": "Petr"}})
    assert facts == [ChatChanged(chat, waiting), MessageAdded(chat, event)]
    assert await current(store) == chat


async def test_a_proposal_for_another_version_is_refused_with_the_truth(store: Store, facts: list[Fact]) -> None:
    waiting = await started(store)
    truth = await store.assign(assign(waiting))
    facts.clear()

    with pytest.raises(RouteConflict) as late:
        await store.assign(assign(waiting, "a2"))
    with pytest.raises(RouteConflict):
        await store.requeue(requeue(waiting))

    assert late.value.chat == truth
    assert facts == []
    assert await current(store) == truth


async def test_a_closed_chat_is_routed_no_more(store: Store) -> None:
    await started(store)
    closed = (await store.close_chat(close())).chat

    with pytest.raises(RouteConflict):
        await store.assign(assign(closed))
    with pytest.raises(RouteConflict):
        await store.requeue(requeue(closed))


async def test_a_chat_that_is_unknown_cannot_be_routed(store: Store) -> None:
    nobody = await started(store)
    unknown = replace(nobody, id="c9")

    with pytest.raises(NotFound):
        await store.assign(assign(unknown))
    with pytest.raises(NotFound):
        await store.requeue(requeue(unknown))


async def test_a_full_agent_gets_no_further_chat_unless_it_is_forced(store: Store) -> None:
    for number in range(3):
        await active(store, f"c{number}", f"v{number}")
    another = await started(store, "c9", "v9")

    with pytest.raises(RouteConflict) as refused:
        await store.assign(assign(another, max_load=3))
    forced = await store.assign(assign(another, max_load=None))

    assert refused.value.chat == another
    assert forced.agent_id == "a1"


async def test_an_assignment_bears_the_moment_at_which_its_agent_had_room(store: Store) -> None:
    asked: list[float] = []

    def now() -> datetime:
        asked.append(9)
        return at(9)

    await active(store, "c1", "v1")
    waiting = await started(store, "c2", "v2")
    with pytest.raises(RouteConflict):
        await store.assign(assign(waiting, max_load=1, now=now))
    assert not asked, "there was no room yet"

    given = await store.assign(assign(waiting, max_load=2, now=now))

    assert (given.assigned_at, given.first_assigned_at) == (at(9), at(9))
    assert (await messages(store, "c2"))[-1].at == at(9)


async def test_only_active_chats_of_the_same_agent_count_as_load(store: Store) -> None:
    await active(store, "c1", "v1", "a1")
    await active(store, "c2", "v2", "a2")
    await store.requeue(requeue(await active(store, "c3", "v3", "a1")))
    await active(store, "c4", "v4", "a1")
    await store.close_chat(close("c4"))

    chat = await store.assign(assign(await started(store, "c5", "v5"), max_load=2))

    assert chat.agent_id == "a1"


async def test_a_chat_given_again_to_its_own_agent_does_not_count_twice(store: Store) -> None:
    chat = await active(store)

    again = await store.assign(assign(chat, max_load=1))

    assert (again.agent_id, again.route_version) == ("a1", chat.route_version + 1)


async def test_of_two_agents_at_once_one_gets_the_chat(store: Store) -> None:
    waiting = await started(store)

    results = await asyncio.gather(
        *(store.assign(assign(waiting, agent)) for agent in ("a1", "a2")), return_exceptions=True
    )

    assert isinstance(results[0], Chat)
    assert isinstance(results[1], RouteConflict)
    assert (await current(store)).agent_id == "a1"


async def test_eight_chats_at_once_fill_an_agent_to_capacity_only(store: Store) -> None:
    waiting = [await started(store, f"c{number}", f"v{number}") for number in range(8)]

    results = await asyncio.gather(*(store.assign(assign(chat)) for chat in waiting), return_exceptions=True)

    assert sum(isinstance(result, Chat) for result in results) == 3
    assert sum(chat.state == "active" for chat in await store.open_chats()) == 3


async def test_a_chat_given_on_directly_keeps_its_first_assignment(store: Store) -> None:
    chat = await active(store)

    moved = await store.assign(assign(chat, "a2", at_s=50))

    assert (moved.agent_id, moved.assigned_at, moved.first_assigned_at) == ("a2", at(50), at(2))
    assert moved.route_version == chat.route_version + 1


async def test_a_returned_chat_keeps_its_place_and_its_wait(store: Store, facts: list[Fact]) -> None:
    before = await active(store)
    facts.clear()

    chat = await store.requeue(requeue(before))

    assert (chat.state, chat.agent_id, chat.assigned_at, chat.returned) == ("queued", None, None, True)
    assert (chat.queued_at, chat.line, chat.first_assigned_at) == (START, before.line, at(2))
    assert chat.route_version == before.route_version + 1
    assert facts[0] == ChatChanged(chat, before)
    assert not (await store.assign(assign(chat))).returned


async def test_a_moved_chat_waits_anew_in_its_old_line(store: Store) -> None:
    before = await active(store)

    chat = await store.requeue(requeue(before, returned=False, department_id="accounts", tier=2))

    assert (chat.department_id, chat.tier, chat.queued_at) == ("accounts", 2, at(3))
    assert (chat.returned, chat.line) == (False, before.line)


async def test_a_waiting_chat_can_be_moved_too(store: Store) -> None:
    chat = await store.requeue(requeue(await started(store), returned=False, tier=3, events=()))

    assert (chat.state, chat.department_id, chat.tier, chat.last_seq) == ("queued", "sales", 3, 1)


async def test_several_events_follow_each_other(store: Store) -> None:
    chat = await store.assign(assign(await started(store), events=(ASSIGNED, ASSIGNED)))

    assert chat.last_seq == 3
    assert [message.seq for message in await messages(store)] == [1, 2, 3]


async def test_open_chats_are_those_not_closed_by_line(store: Store) -> None:
    first = await active(store, "z", "v1")
    await started(store, "y", "v2")
    third = await started(store, "x", "v3")
    await store.close_chat(close("y"))

    assert await store.open_chats() == (first, third)
    assert await store.open_chat_of("v3") == third
    assert await store.open_chat_of("v2") is None
