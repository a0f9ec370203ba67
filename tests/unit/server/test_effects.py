"""The queue's decisions in the record: in order, waiting for what is on its way, and the truth where it is another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import pytest

from queueing.model import AgentChanged, Assigned, AssignRule, Event, Queued, Requeued
from server.clock import Clock
from server.services.known.directory import Directory
from server.services.known.open_chats import OpenChats
from server.services.routing.effects import LOOK_AGAIN_S, Effects
from tests.contract.transcripts.examples import active, assign, close, current, new_agent, requeue, started
from transcripts.errors import StoreUnavailable
from transcripts.memory import MemoryStore
from transcripts.operations import Assign
from transcripts.records import Chat, Department

PATIENCE_S = 0.4


class Parts:
    """patience_s 0: this server is alone."""

    def __init__(self, store: MemoryStore, directory: Directory, patience_s: float = PATIENCE_S) -> None:
        self.store = store
        self.open_chats = OpenChats()
        self.effects = Effects(store, self.open_chats, directory, Clock(), patience_s=patience_s)
        self.agents: Mapping[str, AgentChanged] = {
            name: AgentChanged(name, ("sales",), "online", True, 0, 1) for name in ("ann", "bob")
        }

    async def carry_out(self, *events: Event) -> list[Chat | None]:
        return await asyncio.gather(*self.effects.begin(events, self.agents))

    async def codes(self, chat_id: str = "c1") -> list[str]:
        page = await self.store.sync(chat_id, 0)
        return [str(message.event["code"]) for message in page.messages if message.event]


async def tried_once() -> None:
    """A record in memory answers within a turn of the event loop."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def directory() -> Directory:
    store = MemoryStore()
    for department in ("sales", "help"):
        await store.add_department(Department(department, department.title(), None, "UTC"))
    for agent in ("ann", "bob"):
        await store.add_agent(new_agent(agent, f"{agent}@desk.example"))
    directory = Directory(store)
    await directory.refresh()
    return directory


@pytest.fixture
def parts(directory: Directory) -> Parts:
    return Parts(MemoryStore(), directory)


# ---- what is decided is done ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "code"),
    [("routed", "assigned"), ("taken", "assigned"), ("transferred", "transferred"), ("reassigned", "reassigned")],
)
async def test_assigned_chat_is_the_agents_and_says_how(parts: Parts, rule: AssignRule, code: str) -> None:
    await started(parts.store)

    assert await parts.carry_out(Assigned("c1", "ann", rule)) == [None]

    chat = await current(parts.store)
    assert (chat.state, chat.agent_id) == ("active", "ann")
    assert await parts.codes() == [code]


async def test_returned_chat_waits_before_the_others(parts: Parts) -> None:
    await active(parts.store, agent_id="ann")

    assert await parts.carry_out(Requeued("c1", "ann", "connection_lost")) == [None]

    chat = await current(parts.store)
    assert (chat.state, chat.returned) == ("queued", True)
    assert await parts.codes() == ["assigned", "returned"]


async def test_transferred_chat_waits_in_the_other_department(parts: Parts) -> None:
    await active(parts.store, agent_id="ann")

    assert await parts.carry_out(Queued("c1", "help", 2, "ann")) == [None]

    chat = await current(parts.store)
    assert (chat.state, chat.department_id, chat.tier, chat.returned) == ("queued", "help", 2, False)
    assert await parts.codes() == ["assigned", "transferred"]


@pytest.mark.parametrize(("after_s", "code"), [(1.0, "escalated"), (10**10, "transferred"), (0.0, "transferred")])
async def test_next_tier_of_the_same_department_is_an_escalation_once_the_time_is_over(
    parts: Parts, after_s: float, code: str
) -> None:
    await active(parts.store, agent_id="ann")
    parts.effects._escalate_after_s = after_s

    assert await parts.carry_out(Queued("c1", "sales", 2, "ann")) == [None]

    assert await parts.codes() == ["assigned", code]


async def test_transfer_is_carried_out_though_the_projection_has_the_chat_there_still(parts: Parts) -> None:
    waiting = await started(parts.store)
    parts.open_chats.load([waiting])
    other = await parts.store.requeue(requeue(waiting, department_id="help", returned=False))

    assert await parts.carry_out(Queued("c1", "sales", 1)) == [None]

    chat = await current(parts.store)
    assert chat.department_id == "sales"
    assert chat.route_version == other.route_version + 1


async def test_events_of_a_chat_are_carried_out_in_order(parts: Parts) -> None:
    await active(parts.store, agent_id="ann")

    done = await parts.carry_out(Requeued("c1", "ann", "no_first_reply"), Assigned("c1", "bob", "routed"))

    assert done == [None]
    assert (await current(parts.store)).agent_id == "bob"
    assert await parts.codes() == ["assigned", "returned", "assigned"]


async def test_chat_that_is_in_no_record_is_left_alone(parts: Parts) -> None:
    assert await parts.carry_out(Assigned("c1", "ann", "routed")) == [None]


async def test_record_that_cannot_be_reached_is_said_so(parts: Parts) -> None:
    await started(parts.store)

    async def away(order: Assign) -> Chat:
        raise StoreUnavailable("away")

    parts.store.assign = away  # type: ignore[method-assign]

    with pytest.raises(StoreUnavailable):
        await parts.carry_out(Assigned("c1", "ann", "routed"))


# ---- what is on its way ---------------------------------------------------------------------------------------------


async def test_effect_before_this_one_that_is_on_its_way_is_waited_for(parts: Parts) -> None:
    had = await active(parts.store, agent_id="ann")
    done = asyncio.ensure_future(parts.carry_out(Assigned("c1", "bob", "routed")))
    await tried_once()

    await parts.store.requeue(requeue(had))

    assert await done == [None]
    assert (await current(parts.store)).agent_id == "bob"


async def test_return_of_a_chat_waits_until_the_record_knows_that_it_was_assigned(parts: Parts) -> None:
    waiting = await started(parts.store)
    done = asyncio.ensure_future(parts.carry_out(Requeued("c1", "ann", "connection_lost")))
    await tried_once()

    await parts.store.assign(assign(waiting, "ann"))

    assert await done == [None]
    assert (await current(parts.store)).returned


async def test_full_agent_whose_other_chat_is_about_to_end_is_waited_for(parts: Parts) -> None:
    await active(parts.store, "c0", "v0", "ann")
    await started(parts.store)
    done = asyncio.ensure_future(parts.carry_out(Assigned("c1", "ann", "routed")))
    await tried_once()

    await parts.store.close_chat(close("c0"))

    assert await done == [None]
    assert (await current(parts.store)).agent_id == "ann"


async def test_projection_that_is_behind_costs_a_look_and_no_more(parts: Parts) -> None:
    waiting = await started(parts.store)
    parts.open_chats.load([waiting])
    held = await parts.store.assign(assign(waiting, "ann"))

    assert await parts.carry_out(Requeued("c1", "ann", "connection_lost")) == [None]

    assert (await current(parts.store)).route_version == held.route_version + 1


# ---- the truth ------------------------------------------------------------------------------------------------------


async def test_closed_chat_is_the_truth_at_once(parts: Parts) -> None:
    parts.open_chats.load([await started(parts.store)])
    closed = (await parts.store.close_chat(close())).chat
    began_s = time.monotonic()

    assert await parts.carry_out(Assigned("c1", "ann", "routed")) == [closed]

    assert time.monotonic() - began_s < PATIENCE_S


async def test_agent_who_stays_full_is_refused_when_patience_is_over(parts: Parts) -> None:
    await active(parts.store, "c0", "v0", "ann")
    waiting = await started(parts.store)
    began_s = time.monotonic()

    assert await parts.carry_out(Assigned("c1", "ann", "routed")) == [waiting]

    assert time.monotonic() - began_s >= PATIENCE_S
    assert await parts.codes() == []


async def test_chat_that_stays_with_another_agent_is_the_truth_when_patience_is_over(parts: Parts) -> None:
    held = await active(parts.store, agent_id="bob")

    assert await parts.carry_out(Requeued("c1", "ann", "connection_lost")) == [held]

    assert await current(parts.store) == held


async def test_manager_gives_a_full_agent_one_more(parts: Parts) -> None:
    await active(parts.store, "c0", "v0", "ann")
    await started(parts.store)

    assert await parts.carry_out(Assigned("c1", "ann", "transferred", forced=True)) == [None]

    assert (await current(parts.store)).agent_id == "ann"


async def test_of_several_chats_one_that_is_refused_holds_up_no_other(parts: Parts) -> None:
    closed = (await parts.store.close_chat(close((await started(parts.store, "c0", "v0")).id))).chat
    await started(parts.store)

    truths = await parts.carry_out(Assigned("c0", "bob", "routed"), Assigned("c1", "ann", "routed"))

    assert truths == [closed, None]


async def test_server_that_is_alone_waits_for_nobody(directory: Directory) -> None:
    alone = Parts(MemoryStore(), directory, patience_s=0.0)
    await active(alone.store, "c0", "v0", "ann")
    waiting = await started(alone.store)
    began_s = time.monotonic()

    assert await alone.carry_out(Assigned("c1", "ann", "routed")) == [waiting]

    assert time.monotonic() - began_s < LOOK_AGAIN_S
