"""What a waiting visitor is told: place, wait and why it got worse; and what becomes of who leaves or vanishes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA, NewDesk, People
from tests.harness.people import VisitorClient
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.firm import FIRM, STAFF
from tests.integration.protocol.guests import Guests, codes


@pytest.fixture
def hasty(standing_desk: StandingDesk) -> Desk:
    """Who waits and loses the connection has a second to come back; an agent too."""
    return standing_desk({"SEMAFOR_VISITOR_GRACE_S": "1", "SEMAFOR_AGENT_GRACE_S": "1"})


async def line(guests: People, desk: Desk, length: int, **fields: Any) -> list[tuple[VisitorClient, Json]]:
    """So many visitors in line, first come first."""
    visitors = [await guests.visitor(desk) for _ in range(length)]
    return [(visitor, await visitor.start(f"number {n}", **fields)) for n, visitor in enumerate(visitors, 1)]


async def place(visitor: VisitorClient, chat: Json) -> Json:
    """The chat's `queue` as of now."""
    queue: Json = (await visitor.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0}))["chat"]["queue"]
    return queue


def at(position: int) -> Callable[[Json], bool]:
    return lambda queue: bool(queue["position"] == position)


# ---- position


async def test_position_counts_who_is_served_before_by_priority_and_then_by_the_line(
    shared_desk: Desk, guests: Guests
) -> None:
    ada = await guests.agent(shared_desk, ADA, status="away")
    waiting = await line(guests, shared_desk, 4)
    started_at = [chat["queue"]["position"] for _, chat in waiting]

    for number, priority in ((2, "urgent"), (3, "high"), (0, "low")):
        await ada.ask("chat:set", {"chat_id": waiting[number][1]["id"], "priority": priority})

    places = [await place(*pair) for pair in waiting]
    assert started_at == [1, 2, 3, 4]
    assert [queue["position"] for queue in places] == [4, 3, 1, 2]
    assert [queue["ahead"] for queue in places] == [3, 2, 0, 1]
    order = [waiting[n][1]["id"] for n in (2, 3, 1, 0)]
    board = await ada.wait("queue", lambda b: [w["chat_id"] for w in b["waiting"]] == order)
    assert ([w["position"] for w in board["waiting"]], board["total"]) == ([1, 2, 3, 4], 4)


async def test_position_does_not_depend_on_other_departments(standing_desk: StandingDesk, guests: Guests) -> None:
    desk = standing_desk(departments=FIRM, users=STAFF)
    await line(guests, desk, 2, department="support")

    ((_, chat),) = await line(guests, desk, 1, department="sales")

    assert chat["queue"]["position"] == 1


async def test_queue_is_told_once_on_entering_and_after_every_hello(shared_desk: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(shared_desk)
    chat = await visitor.start("Hello")
    told = await visitor.wait("queue")
    again = await guests.visitor(shared_desk, token=visitor.token)
    first = await again.wait("queue")
    behind = await line(guests, shared_desk, 3)
    last, theirs = behind[-1]
    await last.wait("queue", at(4))

    for number in (1, 0):  # two changes, told at least a second apart; none of them is this visitor's
        await behind[number][0].ask("chat:leave", {"chat_id": behind[number][1]["id"]})
        await last.wait("queue", at(2 + number))

    assert told == {"chat_id": chat["id"], **chat["queue"]} == first
    assert told == {"chat_id": chat["id"], "position": 1, "ahead": 0, "wait": None, "reason": None}
    assert again.history[0].event == "hello"
    assert again.hello["chat"]["queue"] == chat["queue"]
    # To every connection of the visitor: once on entering, once for the second hello, and never without a change.
    assert [len(tab.events("queue")) for tab in (visitor, again)] == [2, 1]
    assert [(q["chat_id"], q["position"]) for q in last.events("queue")] == [(theirs["id"], n) for n in (4, 3, 2)]


async def test_a_hundred_in_line_are_told_of_a_change_within_two_seconds(shared_desk: Desk, guests: Guests) -> None:
    waiting = await line(guests, shared_desk, 100)
    loop = asyncio.get_running_loop()
    for number, (visitor, _) in enumerate(waiting, 1):
        await visitor.wait("queue", at(number))

    left_at_s = loop.time()
    await waiting[0][0].ask("chat:leave", {"chat_id": waiting[0][1]["id"]})
    for number, (visitor, _) in enumerate(waiting[1:], 1):
        await visitor.wait("queue", at(number))

    told_at_s = max(visitor.history[-1].at_s for visitor, _ in waiting[1:])
    assert told_at_s - left_at_s < 2.0


async def test_changes_are_told_at_most_once_a_second(shared_desk: Desk, guests: Guests) -> None:
    waiting = await line(guests, shared_desk, 30)
    last, _ = waiting[-1]
    await last.wait("queue")

    for visitor, chat in waiting[:-1]:
        await visitor.ask("chat:leave", {"chat_id": chat["id"]})
        await place(last, waiting[-1][1])
    await last.wait("queue", lambda q: q["position"] == 1)

    told_at_s = [seen.at_s for seen in last.history if seen.event == "queue"]
    assert all(later - earlier > 0.95 for earlier, later in pairwise(told_at_s))


async def test_message_of_a_waiting_visitor_is_kept_for_whoever_takes_the_chat(
    shared_desk: Desk, guests: Guests
) -> None:
    ((visitor, chat),) = await line(guests, shared_desk, 1)
    sent = await visitor.say(chat["id"], "It is about order 7")

    ada = await guests.agent(shared_desk, ADA)
    await ada.assigned(chat["id"])

    seen = await ada.ask("chat:sync", {"chat_id": chat["id"], "after_seq": 0})
    assert sent["seq"] == 2
    assert [m["body"] for m in seen["messages"]][:2] == ["number 1", "It is about order 7"]


# ---- wait


async def test_wait_is_unknown_while_nobody_accepts_and_estimated_when_somebody_does(
    shared_desk: Desk, guests: Guests
) -> None:
    ((visitor, chat),) = await line(guests, shared_desk, 1)
    await guests.agent(shared_desk, BOB, status="away")
    unknown = await place(visitor, chat)

    ada = await guests.agent(shared_desk, ADA, capacity=0)
    still = await place(visitor, chat)
    await ada.ask("status:set", {"status": "online", "capacity": 1})
    await ada.assigned(chat["id"])
    await visitor.wait("departments", lambda told: told[0]["accepting"] == 1)
    ((other, waiting),) = await line(guests, shared_desk, 1)

    assert (unknown["wait"], still["wait"]) == (None, None)
    estimate = waiting["queue"]["wait"]
    assert 0 <= estimate["likely_s"] <= estimate["upto_s"]
    assert (await other.wait("queue"))["wait"].keys() == {"likely_s", "upto_s"}


# ---- why it got worse


async def test_who_is_overtaken_learns_why(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status="away")
    first, second = await line(guests, shared_desk, 2)
    await first[0].wait("queue")

    await ada.ask("chat:set", {"chat_id": second[1]["id"], "priority": "high"})

    told = await first[0].wait("queue", lambda q: q["position"] == 2)
    assert told["reason"] == "overtaken"
    await second[0].ask("chat:leave", {"chat_id": second[1]["id"]})
    told = await first[0].wait("queue", lambda q: q["position"] == 1 and q["reason"] is None, since=first[0].mark() - 1)
    assert told["ahead"] == 0


async def test_when_an_agent_leaves_the_waiting_learn_why_it_takes_longer(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, capacity=1)
    bob = await guests.agent(shared_desk, BOB, capacity=1)
    (_, _, (visitor, chat)) = await line(guests, shared_desk, 3)
    await visitor.wait("queue", lambda q: q["wait"] is not None)

    await bob.ask("status:set", {"status": "away"})
    told = await visitor.wait("queue", lambda q: q["reason"] == "agent_left")
    await ada.ask("status:set", {"status": "away"})
    nobody = await visitor.wait("queue", lambda q: q["wait"] is None)
    mark = visitor.mark()
    await bob.ask("status:set", {"status": "online"})
    better = await visitor.wait("queue", since=mark)

    assert (told["position"], nobody["reason"]) == (1, "agent_left")
    assert (better["reason"], better["chat_id"]) == (None, chat["id"])


async def test_wait_that_grows_by_itself_blames_nobody(shared_desk: Desk, guests: Guests) -> None:
    await guests.agent(shared_desk, ADA, capacity=1)
    (_, (visitor, _)) = await line(guests, shared_desk, 2)
    await visitor.wait("queue", lambda q: q["wait"] is not None)
    behind = await line(guests, shared_desk, 2)

    await behind[-1][0].wait("queue", lambda q: q["position"] == 3)

    assert {q["reason"] for q in visitor.events("queue")} == {None}


# ---- leaving


async def test_who_leaves_the_line_is_abandoned_and_those_behind_move_up(shared_desk: Desk, guests: Guests) -> None:
    first, second = await line(guests, shared_desk, 2)

    left = (await first[0].ask("chat:leave", {"chat_id": first[1]["id"]}))["chat"]
    again = (await first[0].ask("chat:leave", {"chat_id": first[1]["id"]}))["chat"]

    assert (left["state"], left["resolution"], left["queue"], left["ticket"]) == ("closed", "abandoned", None, None)
    assert again == left
    await second[0].wait("queue", lambda q: q["position"] == 1)
    assert codes(await first[0].conversation(first[1]["id"])) == ["closed"]
    assert (await first[0].start("Another question"))["id"] != first[1]["id"]


async def test_visitor_back_within_the_grace_keeps_the_place(shared_desk: Desk, guests: Guests) -> None:
    first, second = await line(guests, shared_desk, 2)

    first[0].cut()
    await first[0].closed()
    back = await guests.visitor(shared_desk, token=first[0].token)

    assert back.hello["chat"]["queue"]["position"] == 1
    assert (await place(*second))["position"] == 2


async def test_visitor_who_stays_away_is_abandoned_after_the_grace(hasty: Desk, guests: Guests) -> None:
    first, second = await line(guests, hasty, 2)

    first[0].cut()

    await second[0].wait("queue", lambda q: q["position"] == 1)
    back = await guests.visitor(hasty, token=first[0].token)
    assert (back.hello["chat"], back.hello["last_chat"]["resolution"]) == (None, "abandoned")
    assert back.hello["last_chat"]["id"] == first[1]["id"]


async def test_one_of_several_tabs_is_enough_to_wait(hasty: Desk, guests: Guests) -> None:
    ((tab, chat),) = await line(guests, hasty, 1)
    other = await guests.visitor(hasty, token=tab.token)
    ((bystander, theirs),) = await line(guests, hasty, 1)

    tab.cut()
    await tab.closed()
    bystander.cut()  # whose grace begins later, and ends before this visitor is looked at again
    mia = await guests.agent(hasty, MIA, status=None)
    await mia.wait("queue", lambda b: theirs["id"] not in {w["chat_id"] for w in b["waiting"]} and b["total"] == 1)

    assert (await place(other, chat))["position"] == 1


async def test_grace_of_the_waiting_is_for_the_waiting_only(hasty: Desk, guests: Guests) -> None:
    ada = await guests.agent(hasty, ADA, capacity=1)
    (served, chat), (waiting, _) = await line(guests, hasty, 2)
    served.cut()
    waiting.cut()
    await ada.wait("queue", lambda b: b["total"] == 0, since=ada.mark())

    mine = (await ada.ask("chat:sync", {"chat_id": chat["id"]}))["chat"]

    assert (mine["state"], mine["agent"]["id"]) == ("active", ada.id)


@pytest.mark.slow
async def test_grace_is_counted_anew_after_a_restart(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(settings={"SEMAFOR_VISITOR_GRACE_S": "4"})
    first, second = await line(people, desk, 2)

    desk.kill()
    desk.start()
    again = await people.visitor(desk, token=second[0].token)
    place_kept = again.hello["chat"]["queue"]["position"]
    await again.wait("queue", at(1))
    back = await people.visitor(desk, token=first[0].token)

    assert place_kept == 2
    assert (back.hello["chat"], back.hello["last_chat"]["resolution"]) == (None, "abandoned")


async def test_abandoned_with_an_address_becomes_a_ticket_and_a_mail(hasty: Desk, guests: Guests) -> None:
    mia = await guests.agent(hasty, MIA, status=None)
    ((visitor, chat),) = await line(guests, hasty, 1, email="eva@example.com", name="Eva")
    await mia.ask("chat:watch", {"chat_id": chat["id"]})

    visitor.cut()

    closed = await mia.wait("chat", lambda c: c["state"] == "closed")
    number = closed["ticket"]["number"]
    ticket = (await mia.get(f"/api/v1/tickets/{number}"))["ticket"]
    assert (ticket["chat_id"], ticket["status"], ticket["requester"]["email"]) == (
        chat["id"], "open", "eva@example.com",
    )  # fmt: skip
    mails = (await mia.get("/api/v1/mails"))["mails"]
    assert [mail["to"] for mail in mails if mail["ticket"] == number] == ["eva@example.com"]
    back = await guests.visitor(hasty, token=visitor.token)
    assert codes(await back.conversation(chat["id"])) == ["closed", "ticket"]
    assert back.hello["last_chat"]["ticket"]["number"] == number


# ---- the departments


async def test_every_visitor_hears_when_agents_come_and_go(shared_desk: Desk, guests: Guests) -> None:
    visitor = await guests.visitor(shared_desk)

    ada = await guests.agent(shared_desk, ADA)
    one = await visitor.wait("departments", lambda d: d[0]["accepting"] == 1)
    await guests.agent(shared_desk, BOB)
    two = await visitor.wait("departments", lambda d: d[0]["accepting"] == 2)
    await ada.ask("status:set", {"status": "away"})
    mark = visitor.mark()
    await visitor.wait("departments", lambda d: d[0]["accepting"] == 1, since=mark)

    assert one[0].keys() == two[0].keys() == visitor.hello["departments"][0].keys()


async def test_visitors_hear_of_a_department_that_closes_for_good(new_desk: NewDesk, people: People) -> None:
    desk = new_desk(departments=FIRM, users=STAFF)
    visitor = await people.visitor(desk)
    waiting = await people.visitor(desk)
    chat = await waiting.start("A price", department="sales")

    await asyncio.to_thread(desk.cli, "department", "close", "sales")

    told = await visitor.wait("departments", timeout_s=7)
    assert [department["id"] for department in told] == ["support"]
    refused = await visitor.refused("chat:start", {"client_id": "c", "question": "Open?", "department": "sales"})
    assert (refused["code"], refused["field"]) == ("invalid", "department")
    assert (await place(waiting, chat))["position"] == 1
