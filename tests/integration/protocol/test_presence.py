"""Agents who come, go and vanish: what becomes of them, of their chats, and of a chat whose agent does not answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, NewDesk, People
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.guests import Guests, codes, knows_accepting

KNOWN_WITHIN_S = 20.0
"""Pings every 10 s and 10 s to answer; what the contract promises."""
MACHINE_S = 2.0
"""For a loaded machine, on top of what is promised."""


@pytest.fixture
def hasty(standing_desk: StandingDesk) -> Desk:
    """Who lost the connection has a second to come back."""
    return standing_desk({"SEMAFOR_AGENT_GRACE_S": "1"})


@pytest.fixture
def impatient(standing_desk: StandingDesk) -> Desk:
    """A first answer is due within a second."""
    return standing_desk({"SEMAFOR_FIRST_REPLY_S": "1"})


async def started(guests: People, desk: Desk, *questions: str) -> list[tuple[VisitorClient, Json]]:
    made = []
    for question in questions:
        visitor = await guests.visitor(desk)
        made.append((visitor, await visitor.start(question)))
    return made


def about(agent: AgentClient, **facts: Any) -> Any:
    """Predicate for `team`: of this agent, with these facts."""
    return lambda told: told["agent"]["id"] == agent.id and all(told[name] == fact for name, fact in facts.items())


async def events_of(visitor: VisitorClient, chat: Json) -> list[Json]:
    return [m["event"] for m in await visitor.conversation(chat["id"]) if m["kind"] == "event"]


# ---- lost connections


async def test_agent_whose_connection_broke_gets_nothing_new_and_goes_on_when_back(
    shared_desk: Desk, guests: Guests
) -> None:
    mia = await guests.agent(shared_desk, MIA, status=None)
    ada = await guests.agent(shared_desk, ADA)
    ((visitor, mine),) = await started(guests, shared_desk, "Mine")
    await ada.assigned(mine["id"])

    ada.cut()
    await mia.wait("team", about(ada, connected=False))
    ((_, new),) = await started(guests, shared_desk, "New")
    back = await guests.agent(shared_desk, ADA, status=None)

    assert new["state"] == "queued"
    assert (back.hello["status"], back.hello["chats"][0]["id"]) == ("online", mine["id"])
    await back.assigned(new["id"])
    assert [chat["id"] for chat in back.events("assigned")] == [new["id"]]
    await back.say(mine["id"], "I am here again")
    assert codes(await visitor.conversation(mine["id"])) == ["assigned"]


async def test_agent_who_closed_the_panel_counts_as_gone_like_one_whose_cable_was_cut(
    shared_desk: Desk, guests: Guests
) -> None:
    visitor = await guests.visitor(shared_desk)
    ada = await guests.agent(shared_desk, ADA)
    await visitor.wait("departments", lambda told: told[0]["accepting"] == 1)
    mark = visitor.mark()

    await ada.close()

    await visitor.wait("departments", lambda told: told[0]["accepting"] == 0, since=mark)


@pytest.mark.slow
async def test_clients_that_fell_silent_are_known_to_be_gone_within_twenty_seconds(
    standing_desk: StandingDesk, guests: Guests
) -> None:
    desk = standing_desk({"SEMAFOR_VISITOR_GRACE_S": "0.001"})
    mia = await guests.agent(desk, MIA, status=None)
    ((visitor, chat),) = await started(guests, desk, "Still there?")
    await mia.ask("chat:watch", {"chat_id": chat["id"]})
    ada = await guests.agent(desk, ADA, status="away")
    told = [
        mia.wait("team", about(ada, connected=False), timeout_s=KNOWN_WITHIN_S + MACHINE_S),
        mia.wait("chat", lambda chat: chat["state"] == "closed", timeout_s=KNOWN_WITHIN_S + MACHINE_S),
    ]

    visitor.vanish()
    ada.vanish()

    await asyncio.gather(*told, visitor.closed(KNOWN_WITHIN_S + MACHINE_S), ada.closed(KNOWN_WITHIN_S + MACHINE_S))


async def test_chats_of_an_agent_who_stays_away_return_to_the_front_in_their_old_order(
    hasty: Desk, guests: Guests
) -> None:
    mia = await guests.agent(hasty, MIA, status=None)
    ada = await guests.agent(hasty, ADA, status="away")
    waiting, first, second = await started(guests, hasty, "waits longest", "one", "two")
    for _, chat in (second, first):  # not in the order of the line
        await ada.ask("chat:take", {"chat_id": chat["id"]})
    visitor, chat = first
    mark, mias = visitor.mark(), mia.mark()

    ada.cut()

    await mia.wait("team", about(ada, status="offline", load=0, reason="connection lost", connected=False), since=mias)
    shown = await visitor.wait("chat", lambda chat: chat["state"] == "queued", since=mark)
    assert (shown["agent"], shown["id"]) == (None, chat["id"])
    told = [await v.wait("queue", lambda q: q["reason"] == "returned") for v, _ in (first, second)]
    assert [queue["position"] for queue in told] == [1, 2]
    assert (await waiting[0].wait("queue", lambda q: q["position"] == 3))["reason"] == "overtaken"
    (_, returned) = await events_of(visitor, chat)
    assert returned["code"] == "returned"
    assert (returned["cause"], returned["agent"]) == ("connection_lost", {"id": ada.id, "name": ADA.name})
    bob = await guests.agent(hasty, BOB)
    for _, chat in (first, second, waiting):
        await bob.assigned(chat["id"])
    assert [chat["question"] for chat in bob.events("assigned")] == ["one", "two", "waits longest"]
    again = await guests.agent(hasty, ADA, status=None)
    assert (again.hello["status"], again.hello["reason"], again.hello["chats"]) == ("offline", "connection lost", [])


async def test_returned_chats_do_not_overtake_a_higher_priority(hasty: Desk, guests: Guests) -> None:
    ada = await guests.agent(hasty, ADA, capacity=1)
    bob = await guests.agent(hasty, BOB, status="away")
    (_, mine), (_, urgent), (_, other) = await started(guests, hasty, "mine", "urgent", "other")
    await bob.ask("chat:set", {"chat_id": urgent["id"], "priority": "urgent"})

    ada.cut()

    line = (await bob.wait("queue", lambda board: board["total"] == 3))["waiting"]
    assert [waiting["chat_id"] for waiting in line] == [urgent["id"], mine["id"], other["id"]]
    assert [waiting["position"] for waiting in line] == [1, 2, 3]


async def test_agent_who_signed_off_keeps_the_chats_until_they_are_gone(hasty: Desk, guests: Guests) -> None:
    ada = await guests.agent(hasty, ADA)
    ((visitor, chat),) = await started(guests, hasty, "Hello")
    await ada.assigned(chat["id"])

    await ada.ask("status:set", {"status": "offline", "reason": "lunch"})
    await ada.say(chat["id"], "One last thing")
    await ada.close()

    await visitor.wait("message", lambda m: m["kind"] == "event" and m["event"]["code"] == "returned")
    again = await guests.agent(hasty, ADA, status=None)
    assert (again.hello["status"], again.hello["reason"]) == ("offline", "lunch")


async def test_several_tabs_of_an_agent_are_one_agent(shared_desk: Desk, guests: Guests) -> None:
    mia = await guests.agent(shared_desk, MIA, status=None)
    tabs = [await guests.agent(shared_desk, ADA), await guests.agent(shared_desk, ADA, status=None)]
    late = await guests.visitor(shared_desk)
    ((visitor, chat),) = await started(guests, shared_desk, "Hello")

    for tab in tabs:
        await tab.assigned(chat["id"])
    await tabs[0].say(chat["id"], "Hello from the first")
    heard = await tabs[1].wait("message", lambda m: m["author"]["kind"] == "agent")
    mark = mia.mark()
    await tabs[0].close()
    await tabs[1].say(chat["id"], "and from the second")
    await visitor.wait("message", lambda m: m["body"] == "and from the second")

    assert heard["body"] == "Hello from the first"
    await knows_accepting(late, 1)
    assert not [told for told in mia.events("team", since=mark) if not told["connected"]]
    tabs[1].cut()
    await mia.wait("team", about(tabs[1], connected=False), since=mark)


async def test_status_and_its_reason_are_told_to_colleagues(shared_desk: Desk, guests: Guests) -> None:
    mia = await guests.agent(shared_desk, MIA, status=None)
    ada = await guests.agent(shared_desk, ADA)

    await ada.ask("status:set", {"status": "away", "reason": "lunch", "capacity": 2})

    told = await mia.wait("team", about(ada, status="away"))
    assert (told["reason"], told["capacity"], told["connected"]) == ("lunch", 2, True)
    await ada.ask("status:set", {"status": "away", "reason": "meeting"})
    await mia.wait("team", about(ada, reason="meeting"))


# ---- restarts


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_restart_keeps_the_chats_of_an_agent_who_is_back_in_time(
    new_desk: NewDesk, people: People, end: str
) -> None:
    desk = new_desk()
    ada = await people.agent(desk, ADA)
    ((visitor, chat),) = await started(people, desk, "Hello")
    await ada.assigned(chat["id"])

    getattr(desk, end)()
    desk.start()
    back = await people.agent(desk, ADA, status=None)
    again = await people.visitor(desk, token=visitor.token)

    assert (back.hello["status"], [chat["id"] for chat in back.hello["chats"]]) == ("online", [chat["id"]])
    assert again.hello["chat"]["state"] == "active"
    await back.say(chat["id"], "Still here")
    assert codes(await again.conversation(chat["id"])) == ["assigned"]
    assert back.events("assigned") == []


@pytest.mark.slow
async def test_restart_returns_the_chats_of_an_agent_who_stays_away(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_AGENT_GRACE_S": "2"})
    ada = await people.agent(desk, ADA)
    _first, second = await started(people, desk, "one", "two")
    await ada.assigned(second[1]["id"])

    desk.kill()
    desk.start()
    visitor = await people.visitor(desk, token=second[0].token)
    during = visitor.hello["chat"]["state"]
    returned = await visitor.wait("queue")
    bob = await people.agent(desk, BOB)

    assert (during, returned["position"], returned["reason"]) == ("active", 2, "returned")
    await bob.assigned(second[1]["id"])
    assert [chat["question"] for chat in bob.events("assigned")] == ["one", "two"]
    again = await people.agent(desk, ADA, status=None)
    assert (again.hello["status"], again.hello["reason"]) == ("offline", "connection lost")


# ---- no answer


async def test_chat_without_a_first_answer_goes_to_another_agent_who_is_free(impatient: Desk, guests: Guests) -> None:
    ada = await guests.agent(impatient, ADA)
    ((visitor, chat),) = await started(guests, impatient, "Hello?")
    await ada.assigned(chat["id"])
    bob = await guests.agent(impatient, BOB)

    assert (await bob.assigned(chat["id"]))["agent"]["id"] == bob.id
    await bob.say(chat["id"], "Here I am")

    assert await ada.wait("unassigned") == {"chat_id": chat["id"], "reason": "returned"}
    events = await events_of(visitor, chat)
    assert [event["code"] for event in events] == ["assigned", "reassigned"]
    assert events[1]["agent"] == {"id": bob.id, "name": BOB.name}


async def test_unanswered_chat_alarms_where_nobody_is_free_and_moves_when_somebody_is(
    impatient: Desk, guests: Guests
) -> None:
    mia = await guests.agent(impatient, MIA, status=None)
    ada = await guests.agent(impatient, ADA)
    ((_, chat),) = await started(guests, impatient, "Hello?")
    await ada.assigned(chat["id"])

    alarm = await ada.wait("alarm", no_reply(chat, on=True))
    await ada.ask("status:set", {"status": "away"})
    bob = await guests.agent(impatient, BOB)
    await bob.assigned(chat["id"])
    off = await mia.wait("alarm", no_reply(chat, on=False))
    mark = mia.mark()
    bobs = await mia.wait("alarm", no_reply(chat, on=True), since=mark)
    await bob.say(chat["id"], "Here")
    await mia.wait("alarm", no_reply(chat, on=False), since=mark)

    assert off["since"] == alarm["since"] < bobs["since"]
    got_at_s = next(seen.at_s for seen in bob.history if seen.event == "assigned")
    late_at_s = next(seen.at_s for seen in mia.history[mark:] if seen.event == "alarm")
    assert late_at_s - got_at_s > 0.9, "an agent who has just got the chat is not late"


def no_reply(chat: Json, *, on: bool) -> Any:
    return lambda a: (a["kind"], a["on"], a.get("chat_id")) == ("no_reply", on, chat["id"])


async def test_answer_in_time_keeps_the_chat(impatient: Desk, guests: Guests) -> None:
    ada = await guests.agent(impatient, ADA)
    pairs = await started(guests, impatient, "answered", "not answered")
    await ada.say(pairs[0][1]["id"], "Hello")
    bob = await guests.agent(impatient, BOB)

    await bob.assigned(pairs[1][1]["id"])

    assert [chat["id"] for chat in bob.events("assigned")] == [pairs[1][1]["id"]]
    assert codes(await pairs[0][0].conversation(pairs[0][1]["id"])) == ["assigned"]


async def test_deadline_of_the_first_answer_outlives_a_restart(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_FIRST_REPLY_S": "3"})
    ada = await people.agent(desk, ADA)
    ((_, chat),) = await started(people, desk, "Hello?")
    await ada.assigned(chat["id"])

    desk.kill()
    desk.start()
    await people.agent(desk, ADA, status=None)
    bob = await people.agent(desk, BOB)

    await bob.assigned(chat["id"])


async def test_disabled_agents_chats_are_queued_again(new_desk: NewDesk, people: People) -> None:
    desk = new_desk()
    ada = await people.agent(desk, ADA)
    ((visitor, chat),) = await started(people, desk, "Hello")
    await ada.assigned(chat["id"])
    await visitor.wait("chat", lambda chat: chat["state"] == "active")
    mark = visitor.mark()

    await asyncio.to_thread(desk.cli, "user", "disable", ADA.email)

    shown = await visitor.wait("chat", lambda chat: chat["state"] == "queued", since=mark)
    assert shown["agent"] is None
