"""The record's news reach every server's listeners once and in order, whatever becomes of the wake-ups."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.services.known.open_chats import OpenChats
from server.services.routing import follow as follow_module
from server.services.routing.follow import COMPARE_EVERY, Follow
from tests.contract.transcripts.examples import (
    AGENT,
    assign,
    at,
    close,
    current,
    new_message,
    new_note,
    requeue,
    started,
)
from tests.integration.bus.servers import until
from tests.unit.server.several_servers import Air, FaultyBus, Window, chats_of
from transcripts.errors import StoreError, StoreUnavailable
from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked, TicketChanged
from transcripts.operations import ChatChanges
from transcripts.records import Chat, Rating

CHATS = ("c1", "c2", "c3")


class Side:
    """One server: its way to the record, its follow, and everything its listeners heard."""

    def __init__(self, window: Window, air: Air) -> None:
        self.record = window
        self.bus = FaultyBus(air)
        self.open_chats = OpenChats()
        self.follow = Follow(window, self.open_chats, self.bus)
        self.heard: list[Fact] = []
        self.groups: list[list[Fact]] = []
        self.follow.listen(self.heard.extend, lambda facts: self.groups.append(list(facts)))
        window.listen(self.follow.hear)

    def seqs(self, chat_id: str) -> list[int]:
        return [f.message.seq for f in self.heard if isinstance(f, MessageAdded) and f.chat.id == chat_id]

    def note_seqs(self, chat_id: str) -> list[int]:
        return [f.note.note_seq for f in self.heard if isinstance(f, NoteAdded) and f.chat.id == chat_id]

    def about(self, chat_id: str) -> list[Fact]:
        return [f for f in self.heard if not isinstance(f, TicketChanged) and chats_of([f])[0].id == chat_id]

    async def is_quiet(self) -> None:
        await self.record.told()
        await until(lambda: not self.follow._reading)


@dataclass
class Two:
    a: Side
    b: Side
    air: Air

    async def are_quiet(self) -> None:
        """Nothing is on its way any more."""
        for _ in range(3):
            await self.a.is_quiet()
            await self.b.is_quiet()
            await until(lambda: not self.air.under_way)


async def two_sides(chance: random.Random | None = None, loss: float = 0.0) -> Two:
    air = Air(chance, loss)
    turns = (lambda: chance.choice((0, 1, 2, 4, 25))) if chance else (lambda: 0)
    first = Window(turns=turns)
    two = Two(Side(first, air), Side(Window(first, turns), air), air)
    for side in (two.a, two.b):
        await side.follow.start()
    return two


# ---- anything in any order ------------------------------------------------------------------------------------------

KINDS = ("start", "say", "say", "answer", "note", "note", "read", "set", "assign", "assign", "requeue", "close", "rate")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(KINDS), st.booleans(), st.sampled_from(CHATS)),
        st.tuples(st.just("tick"), st.booleans(), st.just("")),
        st.tuples(st.just("wait"), st.booleans(), st.just("")),
    ),
    min_size=6,
    max_size=40,
)


async def operate(store: Window, kind: str, chat_id: str, number: int) -> None:
    """Whatever the record refuses was no news."""
    chat = await store.chat(chat_id)
    if chat is None or kind == "start":
        await started(store, chat_id, f"v{chat_id}", client_id=f"s{chat_id}")
        return
    agent = f"a{number % 2}"
    todo: dict[str, Awaitable[object]] = {
        "say": store.send_message(new_message(f"m{number}", chat_id=chat_id)),
        "answer": store.send_message(new_message(f"m{number}", AGENT, chat_id=chat_id)),
        "note": store.add_note(new_note(f"n{number}", chat_id=chat_id)),
        "read": store.mark_read(chat_id, "visitor" if number % 2 else "agent", number),
        "set": store.set_chat(chat_id, ChatChanges(topic=f"topic {number}")),
        "assign": store.assign(assign(chat, agent, None)),
        "requeue": store.requeue(requeue(chat)),
        "close": store.close_chat(close(chat_id)),
        "rate": store.rate_chat(chat_id, Rating(number % 5 + 1, None, None, None, at(number))),
    }
    wanted = todo.pop(kind)
    for other in todo.values():
        other.close()  # type: ignore[attr-defined]
    try:
        await wanted
    except StoreError:
        return


async def play(chance: random.Random, loss: float, steps: list[tuple[str, bool, str]]) -> Two:
    two = await two_sides(chance, loss)
    ticks: list[asyncio.Task[None]] = []
    for number, (kind, is_a, chat_id) in enumerate(steps, start=1):
        side = two.a if is_a else two.b
        if kind == "wait":
            for _ in range(chance.randrange(20)):
                await asyncio.sleep(0)
        elif kind == "tick":
            ticks.append(asyncio.ensure_future(side.follow.compare()))
        else:
            await operate(side.record, kind, chat_id, number)
    await asyncio.gather(*ticks)
    await two.are_quiet()
    return two


def assert_heard_right(side: Side, chats: list[Chat]) -> None:
    for chat in chats:
        about = side.about(chat.id)
        told = [group[0] for group in side.groups if chats_of(group)[:1] and chats_of(group)[0].id == chat.id]
        revisions = [fact.chat.revision for fact in told if not isinstance(fact, TicketChanged)]  # type: ignore[union-attr]
        assert revisions == sorted(set(revisions)), "each revision once, and none after a later one"
        was_open = any(known.state != "closed" for known in chats_of(about))
        seqs, notes = side.seqs(chat.id), side.note_seqs(chat.id)
        if was_open:
            assert seqs == list(range(1, chat.last_seq + 1))
            assert notes == list(range(1, chat.last_note_seq + 1))
        assert seqs == sorted(set(seqs))
        assert notes == sorted(set(notes))
        assert about, "everybody hears of every chat"
        assert chats_of(about)[-1] == chat
        assert_each_change_begins_at_the_last(about)


def assert_each_change_begins_at_the_last(about: list[Fact]) -> None:
    known: Chat | None = None
    for fact in about:
        assert isinstance(fact, ChatChanged | MessageAdded | NoteAdded | ReadMarked)
        if isinstance(fact, ChatChanged) and not (known is None and fact.chat.state == "closed"):
            assert fact.before == known
        known = fact.chat


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from((0.0, 0.3, 1.0)), STEPS)
def test_every_side_hears_everything_once_and_in_order_whatever_the_bus_does(
    seed: int, loss: float, steps: list[tuple[str, bool, str]]
) -> None:
    async def course() -> None:
        two = await play(random.Random(seed), loss, steps)
        for side in (two.a, two.b):
            await side.follow.compare()
        await two.are_quiet()
        chats = [chat for chat_id in CHATS if (chat := await two.a.record.chat(chat_id)) is not None]
        open_now = {chat.id: chat for chat in chats if chat.state != "closed"}
        for side in (two.a, two.b):
            assert {chat.id: chat for chat in side.open_chats.all()} == open_now
            for chat in chats:
                side.follow.catch_up(chat.id, chat.revision)
        await two.are_quiet()
        for side in (two.a, two.b):
            assert_heard_right(side, chats)

    asyncio.run(course())


# ---- by name --------------------------------------------------------------------------------------------------------


async def test_other_servers_operations_come_by_wake_up() -> None:
    two = await two_sides()

    chat = await started(two.a.record)
    await two.a.record.assign(assign(chat))
    await two.a.record.send_message(new_message("m1"))
    await two.are_quiet()

    assert two.b.seqs("c1") == two.a.seqs("c1") == [1, 2, 3]
    assert two.b.open_chats.all() == two.a.open_chats.all() == (await current(two.a.record),)


async def test_chat_changed_begins_at_what_was_told_before_and_not_at_what_the_record_had() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    chat = await started(two.a.record)
    await two.b.follow.compare()
    await two.are_quiet()
    (queued,) = two.b.open_chats.all()

    chat = await two.a.record.assign(assign(chat, "a1"))
    chat = await two.a.record.requeue(requeue(chat))
    await two.a.record.assign(assign(chat, "a2"))
    await two.are_quiet()
    two.b.heard.clear()
    await two.b.follow.compare()
    await two.are_quiet()

    change = two.b.heard[0]
    assert isinstance(change, ChatChanged)
    assert change.before == queued
    assert change.chat.agent_id == "a2"


async def test_chat_that_was_over_before_anybody_knew_it_is_told_once_without_its_messages() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)
    await two.a.record.close_chat(close())
    await two.a.is_quiet()
    closed = await current(two.a.record)

    for _ in range(2):
        two.b.follow.catch_up("c1", closed.revision)
        await two.are_quiet()

    assert two.b.heard == [ChatChanged(closed, None)]
    assert two.b.open_chats.all() == ()


async def test_a_note_that_is_added_while_the_chat_is_read_is_told_once() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)
    await two.b.follow.compare()
    await two.are_quiet()
    await two.a.record.add_note(new_note("n1"))
    answered = asyncio.Event()
    notes = two.b.record.notes

    async def notes_late(chat_id: str, after_note_seq: int = 0) -> object:
        answered.set()
        await two.a.record.add_note(new_note("n2"))
        return await notes(chat_id, after_note_seq)

    two.b.record.notes = notes_late  # type: ignore[method-assign, assignment]
    two.b.follow.catch_up("c1", 2)
    await answered.wait()
    await two.are_quiet()
    two.b.record.notes = notes  # type: ignore[method-assign]
    await two.b.follow.compare()
    await two.are_quiet()

    assert two.b.note_seqs("c1") == [1, 2]


async def test_what_is_in_no_chat_is_told_at_once_even_beside_a_chat_that_has_a_gap() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    chat = await started(two.a.record)
    await two.b.follow.compare()
    await two.are_quiet()
    changed = await two.a.record.assign(assign(chat))
    ticket = object.__new__(TicketChanged)
    two.b.heard.clear()

    two.b.follow.hear([ChatChanged(replace(changed, revision=changed.revision + 1), chat), ticket])

    assert two.b.heard == [ticket]
    await two.are_quiet()
    assert chats_of(two.b.heard)[-1] == changed


async def test_record_is_compared_every_few_seconds_and_with_each_tick_while_the_bus_is_silent() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)
    for _ in range(COMPARE_EVERY - 1):
        await two.b.follow.tick()
    await two.are_quiet()
    assert two.b.open_chats.all() == ()
    await two.b.follow.tick()
    await two.are_quiet()
    assert [chat.id for chat in two.b.open_chats.all()] == ["c1"]

    two.b.bus.is_alive = False
    await two.a.record.send_message(new_message("m1"))
    await two.b.follow.tick()
    await two.are_quiet()

    assert two.b.seqs("c1") == [1, 2]


async def test_chat_that_another_server_closed_unheard_is_found_by_comparing() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)
    await two.b.follow.compare()
    await two.are_quiet()
    await two.a.record.close_chat(close())

    await two.b.follow.compare()
    await two.are_quiet()

    assert two.b.open_chats.all() == ()
    assert two.b.seqs("c1") == [1, 2]


async def test_who_could_not_read_the_record_catches_up_when_it_is_back() -> None:
    two = await two_sides()
    sync = two.b.record.sync

    async def away(chat_id: str, after_seq: int, limit: int = 200) -> object:
        raise StoreUnavailable("away")

    two.b.record.sync = away  # type: ignore[method-assign, assignment]
    await started(two.a.record)
    await two.are_quiet()
    assert two.b.heard == []

    two.b.record.sync = sync  # type: ignore[method-assign]
    await two.b.follow.compare()
    await two.are_quiet()

    assert two.b.seqs("c1") == [1]


async def test_wake_up_for_what_nobody_knows_changes_nothing() -> None:
    two = await two_sides()

    two.a.bus.wake("chat", "nowhere", 7)
    await two.are_quiet()

    assert two.b.heard == []
    assert two.b.follow._reading == {}


async def test_wake_up_of_another_kind_is_not_about_a_chat() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)

    two.b.bus.listeners[0]("ticket", "c1", 7)
    await two.are_quiet()

    assert two.b.heard == []


async def test_wake_up_that_comes_while_the_record_has_nothing_new_yet_is_not_forgotten() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)
    await two.b.follow.compare()
    await two.are_quiet()
    sync = two.b.record.sync

    async def sync_late(chat_id: str, after_seq: int, limit: int = 200) -> object:
        two.b.record.sync = sync  # type: ignore[method-assign]
        page = await sync(chat_id, after_seq, limit)
        await two.a.record.send_message(new_message("m1"))
        two.b.follow.catch_up("c1", 2)
        return page

    two.b.record.sync = sync_late  # type: ignore[method-assign, assignment]
    two.b.follow.catch_up("c1", 2)
    await two.are_quiet()

    assert two.b.seqs("c1") == [1, 2]


async def test_a_message_alone_is_no_change_of_the_chat() -> None:
    two = await two_sides()
    await started(two.a.record)
    await two.are_quiet()
    two.b.heard.clear()

    await two.a.record.send_message(new_message("m1"))
    await two.a.record.mark_read("c1", "agent", 1)
    await two.are_quiet()

    assert [type(fact) for fact in two.b.heard] == [MessageAdded, ReadMarked]


async def test_own_operations_that_are_told_while_the_chat_is_read_are_not_undone() -> None:
    two = await two_sides()
    chat = await started(two.a.record)
    await two.are_quiet()
    sync = two.b.record.sync

    async def sync_late(chat_id: str, after_seq: int, limit: int = 200) -> object:
        page = await sync(chat_id, after_seq, limit)
        for change in ("first", "second"):
            await two.b.record.set_chat("c1", ChatChanges(topic=change))
        await two.b.record.told()
        return page

    two.b.record.sync = sync_late  # type: ignore[method-assign, assignment]
    two.b.follow.catch_up("c1", chat.revision + 1)
    await two.are_quiet()

    assert [fact.chat.topic for fact in two.b.heard if isinstance(fact, ChatChanged)] == [None, "first", "second"]


async def test_closed_chats_are_remembered_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_module, "CLOSED_KEPT", 2)
    two = await two_sides()

    for n in range(4):
        await started(two.a.record, f"c{n}", f"v{n}")
        await two.a.record.close_chat(close(f"c{n}"))
    await two.are_quiet()

    for side in (two.a, two.b):
        assert list(side.follow._closed) == ["c2", "c3"]


async def test_a_follow_that_has_ended_begins_nothing_any_more() -> None:
    two = await two_sides(random.Random(1), loss=1.0)
    await started(two.a.record)
    two.b.follow.catch_up("c1", 1)

    await two.b.follow.aclose()
    two.b.bus.listeners[0]("chat", "c1", 1)

    assert two.b.follow._reading == {}
