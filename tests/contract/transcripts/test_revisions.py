"""A chat's revision: every operation that changes anything about it is the next one, and says so in its facts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.contract.transcripts.examples import (
    AGENT,
    TICKET,
    active,
    assign,
    at,
    close,
    current,
    new_message,
    new_note,
    new_ticket,
    requeue,
    started,
)
from transcripts.errors import Conflict, NotHeld, RouteConflict
from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.operations import ChatChanges, EventText, TicketChanges
from transcripts.port import Store
from transcripts.records import Rating

RATING = Rating(5, None, None, None, at(9))
LEFT = EventText("visitor_left", "Gone.")
Order = Callable[[Store], Awaitable[object]]


async def _assign(store: Store) -> object:
    return await store.assign(assign(await current(store), "a2"))


async def _requeue(store: Store) -> object:
    return await store.requeue(requeue(await current(store)))


async def _leave(store: Store) -> object:
    chat = await current(store)
    return await store.add_event("c1", LEFT, at(5), if_route_version=chat.route_version)


CHANGES: dict[str, Order] = {
    "a message": lambda store: store.send_message(new_message("m1", AGENT)),
    "a note": lambda store: store.add_note(new_note("n1")),
    "an event": _leave,
    "an assignment": _assign,
    "a return": _requeue,
    "a change": lambda store: store.set_chat("c1", ChatChanges(topic="delivery", tags=("a",))),
    "a mark": lambda store: store.mark_read("c1", "agent", 1),
    "a rating": lambda store: store.rate_chat("c1", RATING),
    "a ticket": lambda store: store.create_ticket(new_ticket(chat_id="c1", chat_events=(TICKET, TICKET))),
    "the end": lambda store: store.close_chat(close()),
    "the end with a ticket": lambda store: store.close_chat(
        close(resolution="unresolved", ticket=new_ticket(), ticket_events=(TICKET,))
    ),
}


@pytest.mark.parametrize("order", CHANGES.values(), ids=CHANGES.keys())
async def test_every_change_of_a_chat_is_one_revision_whatever_it_adds(
    store: Store, facts: list[Fact], order: Order
) -> None:
    before = await active(store)
    facts.clear()

    await order(store)

    chat = await current(store)
    told = [fact.chat for fact in facts if isinstance(fact, ChatChanged | MessageAdded | NoteAdded | ReadMarked)]
    assert chat.revision == before.revision + 1
    assert told
    assert all(news == chat for news in told)


async def test_a_new_chat_is_revision_one_and_a_closed_chat_goes_on_counting(store: Store) -> None:
    new = await started(store)
    closed = await store.close_chat(close(resolution=None))
    await store.add_note(new_note("n1"))
    said = await store.close_chat(close())

    assert [new.revision, closed.chat.revision, said.chat.revision] == [1, 2, 4]


async def test_what_was_done_before_or_changes_nothing_is_no_revision(store: Store, facts: list[Fact]) -> None:
    await active(store)
    ticket = new_ticket(chat_id="c1", creator="visitor:v1", client_id="t", fingerprint="f")
    orders: list[Order] = [
        started,
        lambda store: started(store, client_id="again"),
        lambda store: store.send_message(new_message("m1")),
        lambda store: store.add_note(new_note("n1")),
        lambda store: store.set_chat("c1", ChatChanges(topic="delivery")),
        lambda store: store.set_chat("c1", ChatChanges()),
        lambda store: store.mark_read("c1", "visitor", 2),
        lambda store: store.mark_read("c1", "visitor", 1),
        lambda store: store.rate_chat("c1", RATING),
        lambda store: store.create_ticket(ticket),
        _leave,
    ]
    for order in orders:
        await order(store)
    before = await current(store)
    facts.clear()

    for order in orders:
        await order(store)

    assert await current(store) == before
    assert facts == []


async def test_what_is_refused_is_no_revision(store: Store) -> None:
    chat = await active(store)
    await store.send_message(new_message("m1"))
    before = await current(store)

    with pytest.raises(Conflict):
        await store.send_message(new_message("m1", body="other words"))
    with pytest.raises(NotHeld):
        await store.send_message(new_message("m2", AGENT, held_by="a2"))
    with pytest.raises(RouteConflict):
        await store.assign(assign(chat, route_version=chat.route_version - 1))
    assert await store.add_event("c1", LEFT, at(5), if_route_version=0) is None

    assert await current(store) == before


async def test_what_happens_to_a_linked_ticket_alone_leaves_the_chat(store: Store) -> None:
    await active(store)
    ticket = await store.create_ticket(new_ticket(chat_id="c1"))
    before = await current(store)

    await store.change_ticket(ticket.number, TicketChanges(status="waiting"), at(9))

    assert await current(store) == before


async def test_the_revisions_of_all_open_chats_are_told_at_once(store: Store) -> None:
    for number in range(4):
        await started(store, f"c{number}", f"v{number}")
    await store.mark_read("c2", "agent", 1)
    await store.close_chat(close("c3"))

    assert await store.open_revisions() == {"c0": 1, "c1": 1, "c2": 2}


async def test_nothing_is_open_in_a_new_record(store: Store) -> None:
    assert await store.open_revisions() == {}
