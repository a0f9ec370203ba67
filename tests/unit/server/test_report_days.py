"""Figures that are kept by the day are those that are made anew, whatever happened since, and however late."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from server.services.known.directory import Directory
from server.services.reports.reports import KINDS, Asked, Reports
from server.settings import Settings
from server.web.reports import as_json
from tests.unit.server.desk_parts import MovedClock, record
from tests.unit.server.made import NOON, at
from transcripts.offered import Offered
from transcripts.operations import Assign, Close, EventText, NewChat, NewMessage, NewTicket, Requeue, TicketChanges
from transcripts.port import Store
from transcripts.records import Agent, AgentStatus, Author, Chat, Department, EstimateShown, PresenceRow, Proof, Rating

SUPPORT = Department("support", "Support", None, "Europe/Prague")
SALES = Department("sales", "Sales", None, "Europe/Prague")
MAX = Agent("max", "max@example.com", "Max", "admin", (), 1, 3, "")
ADA = Agent("ada", "ada@example.com", "Ada", "agent", ("support",), 1, 3, "")
DAY_S = 86_400.0
DAYS = 4


class Uncounted:
    """A record that counts no versions: nothing that was made of it can be kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def day_versions(self, from_at: datetime, to_at: datetime) -> None:
        return None


class Desk:
    """A desk that has its figures kept, one that was just started, and one beside them that never keeps any."""

    def __init__(self, store: Store, directory: Directory, folder: Path) -> None:
        self.store = store
        self._directory = directory
        self._settings = Settings(data=folder, tz="Europe/Prague")
        self._clock = MovedClock(NOON + timedelta(days=30))
        self._kept = self._fresh()

    def _fresh(self, store: Store | None = None) -> Reports:
        return Reports(store or self.store, self._directory, self._clock, self._settings)

    async def agrees(self) -> None:
        """Every report, in several ways to ask."""
        started, uncounted = self._fresh(), self._fresh(Uncounted(self.store))
        await started.keep()
        for kind in KINDS:
            for asked in _QUESTIONS:
                found = [
                    json.loads(as_json((await reports.make(MAX, kind, asked)).data))
                    for reports in (self._kept, started, uncounted)
                ]
                assert found[0] == found[1] == found[2], (kind, asked)

    async def goes_on(self, seconds: float) -> None:
        """Time passes, and nothing else happens."""
        self._clock.move(seconds)
        await self.agrees()


def _asked(tz: str, bucket: Any, **more: Any) -> Asked:
    given = {"from_text": "2026-11-20", "to_text": "2026-11-24", "department": None, "agent": None, **more}
    return Asked(tz=tz, bucket=bucket, **given)


_QUESTIONS = (
    _asked("Europe/Prague", "day"),
    _asked("Asia/Kathmandu", "hour", department="support"),
    _asked("UTC", "week", from_text="2026-11-20T11:10:00Z", to_text="2026-11-22T13:07:00Z"),
    _asked("America/St_Johns", "month", agent="ada"),
    _asked("Europe/Prague", "day", to_text="2027-12-31"),  # ends now
    _asked("Asia/Kathmandu", "hour", to_text="2027-12-31"),
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with record(tmp_path, SUPPORT, SALES, MAX, ADA) as (store, directory):
        yield Desk(store, directory, tmp_path)


async def _started(store: Store, name: str, asked_at: datetime, department: str = "support") -> Chat:
    visitor = f"visitor of {name}"
    new = NewChat(name, visitor, "start", "", department, "Where is it?", asked_at, None, None, None, "en")
    return (await store.start_chat(new)).chat


async def _taken(store: Store, chat: Chat, taken_at: datetime) -> Chat:
    text = EventText("assigned", "Ada is with you.", {"agent": {"id": "ada"}})
    return await store.assign(Assign(chat.id, "ada", chat.route_version, None, lambda: taken_at, (text,)))


async def _said(store: Store, chat: Chat, said_at: datetime, client_id: str = "a") -> None:
    await store.send_message(NewMessage(chat.id, client_id, Author("agent", "ada", "Ada"), "Here.", said_at))


def _ticket(made_at: datetime) -> NewTicket:
    checkpoint_at = made_at + timedelta(hours=4)
    return NewTicket("Lost", "callback", "support", "eva@example.com", None, None, "en", checkpoint_at, made_at)


@pytest.mark.slow
async def test_what_happens_days_after_a_chat_was_started_is_in_the_figures_of_its_day(desk: Desk) -> None:
    store, late = desk.store, at(3 * DAY_S)
    chat = await _started(store, "slow", at(0))
    for n in range(6):
        other = await _taken(store, await _started(store, f"quick{n}", at(60 * n)), at(60 * n + 10 * n))
        await _said(store, other, at(60 * n + 70))
    await desk.agrees()

    chat = await _taken(store, chat, at(50))
    await desk.agrees()
    await store.record_estimates([EstimateShown("slow", at(3), 1, 20.0, 60.0)])
    await desk.agrees()
    await _said(store, chat, late)
    await desk.agrees()
    chat = await store.requeue(Requeue("slow", chat.route_version, late, (), department_id="sales", returned=False))
    await desk.agrees()
    closed = await store.close_chat(Close("slow", "agent", "unresolved", late, (), ticket=_ticket(late)))
    await desk.agrees()
    await store.rate_chat("slow", Rating(1, 7, 0, "Slow", late))
    await desk.agrees()
    assert closed.ticket is not None
    await store.change_ticket(closed.ticket.number, TicketChanges(status="solved"), late + timedelta(days=9))
    await desk.agrees()


@pytest.mark.slow
async def test_presence_that_is_written_late_is_in_the_figures_of_its_day(desk: Desk) -> None:
    await desk.store.prove_life(Proof("p", at(0), at(2 * DAY_S)))
    await _started(desk.store, "waits", at(DAY_S))
    await desk.agrees()

    for hours, is_there in ((1, True), (30, False)):
        status: AgentStatus = "online" if is_there else "offline"
        row = PresenceRow("ada", at(hours * 3600), ("support",), status, is_there, is_there, None, "p")
        await desk.store.record_presence([row])
        await desk.agrees()
    await desk.store.prove_life(Proof("p", at(0), at(DAY_S), ended=True))
    await desk.agrees()


@pytest.mark.slow
async def test_figures_up_to_now_are_kept_while_nothing_but_time_passes(desk: Desk) -> None:
    chat = await _taken(desk.store, await _started(desk.store, "one", at(0)), at(20))
    await desk.store.record_estimates([EstimateShown("one", at(3), 1, 20.0, 60.0)])
    await desk.agrees()
    for seconds in (7, 3_600, DAY_S):
        await desk.goes_on(seconds)
    await _said(desk.store, chat, at(40 * DAY_S))
    await desk.agrees()


@pytest.mark.slow
async def test_any_course_of_many_chats_leaves_kept_figures_as_made_anew(desk: Desk) -> None:
    chance = Random(4)
    chats: dict[str, Chat] = {}
    for step in range(60):
        now = at(step * DAYS * DAY_S / 60)
        name = chance.choice(list(chats)) if chats and chance.random() < 0.6 else f"chat{step}"
        await _next_step(desk.store, chats, name, now, chance)
        if step % 12 == 11:
            await desk.agrees()


async def _next_step(store: Store, chats: dict[str, Chat], name: str, now: datetime, chance: Random) -> None:
    chat = chats.get(name)
    if chat is None:
        chats[name] = await _started(store, name, now, chance.choice(["support", "sales"]))
        return
    rating = Rating(chance.randint(1, 5), 3, 9, None, now)
    steps: list[Callable[[], Awaitable[Any]]] = [lambda: store.rate_chat(name, rating)]
    if chat.state == "queued":
        steps.append(lambda: _taken(store, chat, now))
        steps.append(lambda: store.record_estimates([EstimateShown(name, now, 1, 9.0, 30.0)]))
    if chat.state == "active":
        steps.append(lambda: _said(store, chat, now, str(now)))
        steps.append(lambda: store.requeue(Requeue(name, chat.route_version, now, ())))
    if chat.state != "closed":
        steps.append(lambda: store.close_chat(Close(name, "visitor", "abandoned", now, ())))
    else:
        steps.append(lambda: store.record_offered([Offered(name, now)]))
    await chance.choice(steps)()
    found = await store.chat(name)
    assert found is not None
    chats[name] = found
