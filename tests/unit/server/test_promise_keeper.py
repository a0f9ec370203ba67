"""Promises that passed are told once each, whoever leads and wherever the clock stood; every one of them alarms."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from server.services.known.directory import Directory
from server.services.known.tiers import Tiers
from server.services.routing.escalation import Escalation
from server.services.telling.alarms import Alarms
from server.services.tickets.promise_keeper import AT_ONCE, PromiseKeeper
from server.services.tickets.tickets import Tickets
from server.settings import Settings
from tests.contract.transcripts.examples import START, at, new_agent, new_ticket
from tests.unit.server.desk_parts import MovedClock, record
from transcripts.memory import MemoryStore
from transcripts.port import Store
from transcripts.records import Agent, Department

SALES = Department("sales", "Sales", None, "UTC")
ANN = new_agent("ann", "ann@example.org")
BOB = new_agent("bob", "bob@example.org")
TOM = new_agent("tom", "tom@example.org", tier=2)
HOUR_S = 3600
_ids = count()


def keeper(store: Store, directory: Directory, clock: MovedClock, *, leads: bool = True) -> PromiseKeeper:
    def new_id() -> str:
        return f"id{next(_ids)}"

    settings = Settings(first_news_s=HOUR_S)
    tickets = Tickets(store, directory, clock, settings, new_id)
    roll_call = cast("Any", SimpleNamespace(is_leader=lambda: leads))
    return PromiseKeeper(store, tickets, roll_call, clock, settings, new_id)


async def told(store: Store) -> Counter[str | None]:
    """Mails about missed promises, by ticket."""
    mails, cursor = await store.mails(None, None, 1000)
    assert cursor is None
    return Counter(mail.ticket_number for mail in mails if mail.kind == "ticket_missed")


async def test_every_missed_promise_is_told_once_by_however_many_servers(tmp_path: Path) -> None:
    async with record(tmp_path, SALES) as (store, directory):
        numbers = [(await store.create_ticket(new_ticket())).number for _ in range(AT_ONCE + 5)]
        clock = MovedClock(at(HOUR_S + 1))
        both = [keeper(store, directory, clock) for _ in range(2)]

        await asyncio.gather(*(one.tick() for one in both))
        assert await told(store) == dict.fromkeys(numbers, 1)

        for seconds in (-1800, 1800, 60):  # back, and forth again
            clock.move(seconds)
            await asyncio.gather(*(one.tick() for one in both))
        assert await told(store) == dict.fromkeys(numbers, 1)
        clock.move(10 * HOUR_S)  # down for long: late, but once
        await both[0].tick()
        assert await told(store) == dict.fromkeys(numbers, 2)
        ticket = await store.ticket(numbers[0])
        assert ticket is not None
        forgotten_for = clock.now() - at(HOUR_S)
        assert (ticket.missed_at, ticket.checkpoint_at) == (at(HOUR_S), clock.now() + forgotten_for)


async def test_customer_of_a_forgotten_ticket_is_written_to_ever_more_seldom(tmp_path: Path) -> None:
    async with record(tmp_path, SALES) as (store, directory):
        number = (await store.create_ticket(new_ticket())).number
        clock, hours = MovedClock(at(0)), 30 * 24
        one = keeper(store, directory, clock)

        for _ in range(hours):
            clock.move(HOUR_S)
            await one.tick()

        assert 5 <= (await told(store))[number] <= 11


async def test_only_the_leader_tells(tmp_path: Path) -> None:
    async with record(tmp_path, SALES) as (store, directory):
        await store.create_ticket(new_ticket())

        await keeper(store, directory, MovedClock(at(2 * HOUR_S)), leads=False).tick()

        assert await told(store) == {}


class Pushes:
    def __init__(self) -> None:
        self.pushed: list[tuple[list[str], Any]] = []

    def push(self, rooms: list[str], event: str, data: Any) -> None:
        assert event == "alarm"
        self.pushed.append((rooms, data))


async def alarms(*tickets: Any, now_s: float) -> tuple[Alarms, Pushes]:
    store = MemoryStore()
    for agent in (ANN, BOB):
        await store.add_agent(agent)
    directory = Directory(store)
    await directory.refresh()
    for new in tickets:
        await store.create_ticket(new)
    rooms, clock = Pushes(), MovedClock(at(now_s))
    made = Alarms(
        cast("Store", store),
        cast("Any", SimpleNamespace(observe=lambda observer: None)),
        cast("Any", SimpleNamespace(all=lambda: (), get=lambda chat: None)),
        directory,
        cast("Any", SimpleNamespace(is_attended=lambda department: True)),
        cast("Any", None),
        cast("Any", rooms),
        cast("Any", SimpleNamespace(department=lambda department: {"id": department})),
        clock,
        Settings(),
    )
    await made.tick()
    return made, rooms


def kinds(made: Alarms, agent: Agent) -> list[str]:
    return [told["kind"] for told in made.current(agent)]


async def test_every_promise_of_thousands_is_shown_to_whoever_connects() -> None:
    many = [new_ticket(checkpoint_at=at(60 + n / 100)) for n in range(5_000)]

    made, _ = await alarms(*many, now_s=HOUR_S)

    shown = made.current(ANN)
    assert len({told["ticket"] for told in shown}) == 5_000
    assert {told["kind"] for told in shown} == {"checkpoint_due"}


async def test_what_is_soon_is_the_assignees_and_what_is_due_is_everybodys() -> None:
    anns = new_ticket(assignee="ann")
    nobodys = new_ticket(assignee="gone")

    soon, pushes = await alarms(anns, nobodys, now_s=HOUR_S - 600)
    due, later_pushes = await alarms(anns, now_s=HOUR_S + 1)
    early, _ = await alarms(anns, nobodys, now_s=HOUR_S - 902)

    assert (kinds(soon, ANN), kinds(soon, BOB)) == (["checkpoint_soon"] * 2, ["checkpoint_soon"])
    assert [rooms for rooms, _ in pushes.pushed] == [["agent:ann"], ["department:sales"]]
    assert (kinds(due, ANN), kinds(due, BOB)) == (["checkpoint_due"], ["checkpoint_due"])
    assert [rooms for rooms, _ in later_pushes.pushed] == [["agent:ann", "department:sales"]]
    assert (kinds(early, ANN), kinds(early, BOB)) == ([], [])


async def test_a_ticket_whose_promise_has_passed_is_not_escalated_before_the_next_one_is_made(tmp_path: Path) -> None:
    async with record(tmp_path, SALES, ANN, TOM) as (store, directory):
        number = (await store.create_ticket(new_ticket(assignee="tom", at=START))).number
        clock, settings = MovedClock(at(HOUR_S + 1)), Settings(escalate_after_s=60)
        leads, nothing = SimpleNamespace(is_leader=lambda: True), SimpleNamespace(all=lambda: ())
        desk = cast("Any", SimpleNamespace(dispatch=nothing, open_chats=nothing, roll_call=leads))
        tiers = Tiers(directory, settings)
        escalation = Escalation(store, directory, tiers, desk, clock, settings, lambda: f"id{next(_ids)}")

        await escalation.tick()
        before = await store.ticket(number)
        await keeper(store, directory, clock).tick()
        await escalation.tick()
        await escalation.tick()

        after = await store.ticket(number)
        assert before is not None
        assert after is not None
        assert (before.tier, after.tier, after.assignee) == (1, 2, "tom")
        kept, _ = await store.mails(None, None)
        assert sorted(mail.kind for mail in kept) == ["ticket_escalated", "ticket_missed"]
