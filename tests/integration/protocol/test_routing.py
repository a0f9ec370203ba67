"""Which agent gets which chat, by router, hand and order; and that nothing ever gives a chat to two of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from tests.harness.desk import Desk
from tests.harness.engines import Engines
from tests.harness.fixtures import ADA, BOB, MIA
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.firm import CAT, FIRM, STAFF, TOM
from tests.integration.protocol.guests import Guests, codes


@pytest.fixture
def firm(standing_desk: StandingDesk) -> Desk:
    """Departments support and sales; CAT works in both, TOM on sales' second level."""
    return standing_desk(departments=FIRM, users=STAFF)


async def start(guests: Guests, desk: Desk, question: str, department: str = "support") -> tuple[VisitorClient, Json]:
    visitor = await guests.visitor(desk)
    return visitor, await visitor.start(question, department=department)


async def owner(visitor: VisitorClient, chat: Json) -> str | None:
    """The name of the agent who has the chat now."""
    shown = (await visitor.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0}))["chat"]
    return None if shown["agent"] is None else str(shown["agent"]["name"])


# ---- the router


async def test_chat_goes_to_the_lowest_load_in_proportion_to_capacity(shared_desk: Desk, guests: Guests) -> None:
    await guests.agent(shared_desk, ADA, capacity=4)
    await guests.agent(shared_desk, BOB, capacity=2)

    started = [await start(guests, shared_desk, f"number {n}") for n in range(6)]

    names = [await owner(visitor, chat) for visitor, chat in started]
    assert names == [ADA.name, BOB.name, ADA.name, ADA.name, BOB.name, ADA.name]


async def test_of_equal_loads_the_agent_idle_longest_gets_the_chat(shared_desk: Desk, guests: Guests) -> None:
    agents = {ADA.name: await guests.agent(shared_desk, ADA), BOB.name: await guests.agent(shared_desk, BOB)}
    served = []
    for n in range(4):
        visitor, chat = await start(guests, shared_desk, f"number {n}")
        name = await owner(visitor, chat)
        assert name is not None
        served.append(name)
        await agents[name].ask("chat:close", {"chat_id": chat["id"], "resolution": "resolved"})

    assert served == [ADA.name, BOB.name, ADA.name, BOB.name]


async def test_one_capacity_is_shared_by_all_departments_of_an_agent(firm: Desk, guests: Guests) -> None:
    cat = await guests.agent(firm, CAT)

    support, _ = await start(guests, firm, "a letter", "support"), await start(guests, firm, "a price", "sales")
    visitor, third = await start(guests, firm, "another price", "sales")
    await cat.ask("chat:close", {"chat_id": support[1]["id"], "resolution": "resolved"})

    assert (third["state"], third["queue"]["position"]) == ("queued", 1)
    await cat.assigned(third["id"])
    assert await owner(visitor, third) == CAT.name


async def test_the_free_slot_goes_by_priority_and_then_by_the_line(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status="away")
    chats = [(await start(guests, shared_desk, f"number {n}"))[1] for n in range(4)]
    await ada.ask("chat:set", {"chat_id": chats[2]["id"], "priority": "urgent"})
    await ada.ask("chat:set", {"chat_id": chats[0]["id"], "priority": "low"})

    await ada.ask("status:set", {"status": "online", "capacity": 4})

    for chat in chats:
        await ada.assigned(chat["id"])
    order = [chat["id"] for chat in ada.events("assigned")]
    assert order == [chats[n]["id"] for n in (2, 1, 3, 0)]


async def test_nothing_is_routed_to_who_is_away_and_all_is_when_they_are_back(
    shared_desk: Desk, guests: Guests
) -> None:
    ada = await guests.agent(shared_desk, ADA, status="away")
    _, chat = await start(guests, shared_desk, "Anybody?")
    assert chat["state"] == "queued"

    answer = await ada.ask("status:set", {"status": "online"})

    assert (answer["status"], answer["capacity"]) == ("online", ADA.capacity)
    assert (await ada.assigned(chat["id"]))["state"] == "active"


async def test_many_hasty_visitors_never_overfill_an_agent(shared_desk: Desk, guests: Guests, engines: Engines) -> None:
    mia = await guests.agent(shared_desk, MIA, status=None)
    await guests.agent(shared_desk, ADA, capacity=5)
    await guests.agent(shared_desk, BOB, capacity=7)
    visitors = [await guests.visitor(shared_desk) for _ in range(engines.crowd)]

    chats = await asyncio.gather(*(visitor.start("Me first") for visitor in visitors))

    shown = await asyncio.gather(*(owner(*pair) for pair in zip(visitors, chats, strict=True)))
    assert Counter(shown) == {ADA.name: 5, BOB.name: 7, None: engines.crowd - 12}
    assert all(told["load"] <= told["capacity"] for told in mia.events("team"))


async def test_lower_capacity_keeps_the_chats_and_takes_no_new_ones(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA)
    first, kept = await start(guests, shared_desk, "one"), await start(guests, shared_desk, "two")

    answer = await ada.ask("status:set", {"status": "online", "capacity": 1})
    _, third = await start(guests, shared_desk, "three")
    await ada.ask("chat:close", {"chat_id": first[1]["id"], "resolution": "resolved"})

    assert answer["capacity"] == 1
    assert await owner(*kept) == ADA.name
    assert third["state"] == "queued"
    assert (await ada.refused("chat:take", {"chat_id": third["id"]}))["code"] == "conflict"
    await ada.ask("chat:close", {"chat_id": kept[1]["id"], "resolution": "resolved"})
    await ada.assigned(third["id"])


@pytest.mark.parametrize("capacity", [-1, 51, 1.5, "3"])
async def test_capacity_that_cannot_be_is_invalid(shared_desk: Desk, guests: Guests, capacity: object) -> None:
    ada = await guests.agent(shared_desk, ADA, status=None)

    error = await ada.refused("status:set", {"status": "online", "capacity": capacity})

    assert (error["code"], error["field"]) == ("invalid", "capacity")


# ---- by hand


async def test_waiting_chat_is_pulled_from_anywhere_in_the_line(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status="away")
    first, second = await start(guests, shared_desk, "one"), await start(guests, shared_desk, "two")
    visitor, chat = second

    taken = (await ada.ask("chat:take", {"chat_id": chat["id"]}))["chat"]
    again = (await ada.ask("chat:take", {"chat_id": chat["id"]}))["chat"]

    assert (taken["state"], taken["agent"]["id"]) == ("active", ada.id)
    assert again["id"] == taken["id"]
    event = await visitor.wait("message", lambda m: m["kind"] == "event")
    assert event["event"]["code"] == "assigned"
    assert event["event"]["agent"] == {"id": ada.id, "name": ADA.name}
    assert len(ada.events("assigned")) == 1
    assert (await first[0].ask("chat:sync", {"chat_id": first[1]["id"], "after_seq": 0}))["chat"]["state"] == "queued"


async def test_chat_of_another_is_not_taken_by_an_agent_but_by_a_manager(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA)
    bob = await guests.agent(shared_desk, BOB, status="away")
    mia = await guests.agent(shared_desk, MIA, status=None)
    visitor, chat = await start(guests, shared_desk, "Mine?")
    await ada.assigned(chat["id"])

    refused = await bob.refused("chat:take", {"chat_id": chat["id"]})
    full = await mia.refused("chat:take", {"chat_id": chat["id"]})
    taken = (await mia.ask("chat:take", {"chat_id": chat["id"], "force": True}))["chat"]

    assert (refused["code"], full["code"]) == ("conflict", "conflict")
    assert taken["agent"]["id"] == mia.id
    assert await ada.wait("unassigned") == {"chat_id": chat["id"], "reason": "taken"}
    assert (await ada.refused("message:send", {"chat_id": chat["id"], "client_id": "late", "body": "x"}))["code"] == (
        "forbidden"
    )
    assert codes(await visitor.conversation(chat["id"])) == ["assigned", "assigned"]


async def test_full_agent_gets_nothing_by_hand_unless_a_manager_forces_it(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, capacity=1)
    bob = await guests.agent(shared_desk, BOB, capacity=1)
    mia = await guests.agent(shared_desk, MIA, status=None)
    _, adas = await start(guests, shared_desk, "one")
    await ada.assigned(adas["id"])
    _, bobs = await start(guests, shared_desk, "two")
    await bob.assigned(bobs["id"])
    _, waiting = await start(guests, shared_desk, "three")
    transfer = {"chat_id": adas["id"], "agent": bob.id}

    for client, event, data, code in (
        (bob, "chat:take", {"chat_id": waiting["id"]}, "conflict"),
        (bob, "chat:take", {"chat_id": waiting["id"], "force": True}, "forbidden"),
        (ada, "chat:transfer", transfer, "conflict"),
        (ada, "chat:transfer", {**transfer, "force": True}, "forbidden"),
        (mia, "chat:transfer", transfer, "conflict"),
    ):
        assert (await client.refused(event, data))["code"] == code, (event, data)
    await mia.ask("chat:transfer", {**transfer, "force": True})

    await bob.assigned(adas["id"])
    assert await ada.wait("unassigned") == {"chat_id": adas["id"], "reason": "transferred"}
    await ada.assigned(waiting["id"])  # the slot that became free
    team = await mia.wait("team", lambda told: told["agent"]["id"] == bob.id and told["load"] == 2)
    assert team["capacity"] == 1


async def test_transfer_brings_the_chat_and_its_note_to_the_other_agent(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA)
    visitor, chat = await start(guests, shared_desk, "Who knows this?")
    await ada.assigned(chat["id"])
    bob = await guests.agent(shared_desk, BOB)

    moved = (await ada.ask("chat:transfer", {"chat_id": chat["id"], "agent": bob.id, "note": "she is a lawyer"}))[
        "chat"
    ]

    assert moved["agent"] == {"id": bob.id, "name": BOB.name}
    assert (await bob.assigned(chat["id"]))["agent"]["id"] == bob.id
    note = await bob.wait("note")
    assert (note["body"], note["author"]["id"], note["note_seq"]) == ("she is a lawyer", ada.id, 1)
    assert await ada.wait("unassigned") == {"chat_id": chat["id"], "reason": "transferred"}
    event = await visitor.wait("message", lambda m: m["kind"] == "event" and m["event"]["code"] == "transferred")
    assert event["event"]["agent"] == {"id": bob.id, "name": BOB.name}
    assert visitor.events("note") == []


async def test_refused_transfer_changes_nothing_and_leaves_no_note(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA)
    bob = await guests.agent(shared_desk, BOB, status="away")
    visitor, chat = await start(guests, shared_desk, "Stay")
    await ada.assigned(chat["id"])
    order = {"chat_id": chat["id"], "note": "for nobody"}

    for more, code in (
        ({"agent": bob.id}, "conflict"),
        ({"agent": ada.id}, "conflict"),
        ({"agent": "nobody"}, "not_found"),
        ({"department": "nowhere"}, "invalid"),
        ({"agent": bob.id, "department": "support"}, "invalid"),
        ({"tier": 4}, "invalid"),
        ({}, "invalid"),
    ):
        assert (await ada.refused("chat:transfer", {**order, **more}))["code"] == code, more
    assert (await bob.refused("chat:transfer", {**order, "agent": bob.id}))["code"] == "forbidden"

    seen = await ada.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0, "after_note_seq": 0})
    assert (seen["notes"], seen["chat"]["agent"]["id"], codes(seen["messages"])) == ([], ada.id, ["assigned"])
    assert await owner(visitor, chat) == ADA.name


async def test_transfer_to_a_department_waits_there_for_the_level_that_was_asked(firm: Desk, guests: Guests) -> None:
    ada = await guests.agent(firm, ADA)
    visitor, chat = await start(guests, firm, "A strange invoice")
    await ada.assigned(chat["id"])
    cat = await guests.agent(firm, CAT)

    moved = (await ada.ask("chat:transfer", {"chat_id": chat["id"], "department": "sales", "tier": 2}))["chat"]
    mark = visitor.mark()
    tom = await guests.agent(firm, TOM)

    assert (moved["state"], moved["agent"], moved["department"]["id"], moved["tier"]) == ("queued", None, "sales", 2)
    assert await ada.wait("unassigned") == {"chat_id": chat["id"], "reason": "transferred"}
    assert (await ada.refused("chat:sync", {"chat_id": chat["id"]}))["code"] == "not_found"
    await tom.assigned(chat["id"])
    assert cat.events("assigned") == []
    shown = await visitor.wait("chat", lambda chat: chat["state"] == "active", since=mark)
    assert (shown["department"], shown["tier"]) == ({"id": "sales", "name": "Sales"}, 2)
    events = [m["event"] for m in await visitor.conversation(chat["id"]) if m["kind"] == "event"]
    assert [event["code"] for event in events] == ["assigned", "transferred", "assigned"]
    assert events[1]["department"] == {"id": "sales", "name": "Sales"}


async def test_agents_see_and_touch_the_chats_of_their_departments_only(firm: Desk, guests: Guests) -> None:
    ada = await guests.agent(firm, ADA, status="away")
    _, chat = await start(guests, firm, "A price", "sales")
    foreign = {"chat_id": chat["id"], "client_id": "c", "body": "x", "on": True, "seq": 1, "agent": ada.id}

    for event in (
        "message:send", "chat:sync", "typing", "read", "note:add", "chat:watch", "chat:unwatch", "chat:take",
        "chat:transfer", "chat:set",
    ):  # fmt: skip
        error = await ada.refused(event, foreign)
        assert error == await ada.refused(event, {**foreign, "chat_id": "0" * 24}), event
        assert error["code"] == "not_found"
    closing = {"chat_id": chat["id"], "resolution": "resolved"}
    assert (await ada.refused("chat:close", closing))["code"] == "not_found"
    assert {board["department"]["id"] for board in ada.hello["queue"]} == {"support"}


# ---- two at once


async def test_of_twenty_takes_at_once_one_agent_has_the_chat(shared_desk: Desk, guests: Guests) -> None:
    agents = [await guests.agent(shared_desk, user, status="away") for user in (ADA, BOB) for _ in range(10)]
    visitor, chat = await start(guests, shared_desk, "Only one, please")

    answers = await asyncio.gather(*(agent.call("chat:take", {"chat_id": chat["id"]}) for agent in agents))

    winners = {agent.id for agent, answer in zip(agents, answers, strict=True) if answer["ok"]}
    errors = {answer["error"]["code"] for answer in answers if not answer["ok"]}
    assert (len(winners), errors) == (1, {"conflict"})
    assert codes(await visitor.conversation(chat["id"])) == ["assigned"]
    assert sum(len(agent.events("assigned")) for agent in agents) == 10  # every connection of the winner, once


async def test_chats_that_many_pull_at_once_have_one_owner_each_and_no_agent_too_many(
    shared_desk: Desk, guests: Guests
) -> None:
    agents = [await guests.agent(shared_desk, user, status="away", capacity=6) for user in (ADA, BOB)]
    started = [await start(guests, shared_desk, f"number {n}") for n in range(20)]

    answers = await asyncio.gather(
        *(agent.call("chat:take", {"chat_id": chat["id"]}) for _, chat in started for agent in agents)
    )

    assert sum(answer["ok"] for answer in answers) == 12
    owners = Counter([await owner(*pair) for pair in started])
    assert owners == {ADA.name: 6, BOB.name: 6, None: 8}
    for visitor, chat in started:
        assert len(codes(await visitor.conversation(chat["id"]))) <= 1


async def test_hand_overs_in_a_circle_leave_one_owner_and_no_gap(shared_desk: Desk, guests: Guests) -> None:
    ada, bob = await guests.agent(shared_desk, ADA), await guests.agent(shared_desk, BOB)
    visitor, chat = await start(guests, shared_desk, "Hot potato")
    await ada.assigned(chat["id"])

    async def hand_on(giver: AgentClient, taker: AgentClient) -> list[Json]:
        return [await giver.call("chat:transfer", {"chat_id": chat["id"], "agent": taker.id}) for _ in range(15)]

    await asyncio.gather(hand_on(ada, bob), hand_on(bob, ada))

    messages = await visitor.conversation(chat["id"])
    assert all(later["seq"] == earlier["seq"] + 1 for earlier, later in pairwise(messages))
    owners = [m["event"]["agent"]["name"] for m in messages if m["kind"] == "event"]
    assert all(one != other for one, other in pairwise(owners))
    assert await owner(visitor, chat) == owners[-1]
