"""What one process' order of operations cannot give: the database keeps the rules between servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import datetime
from itertools import count, cycle

import pytest

from tests.contract.transcripts.examples import (
    AGENT,
    assign,
    at,
    close,
    current,
    messages,
    new_chat,
    new_mail,
    new_message,
    new_note,
    new_ticket,
    started,
)
from transcripts.errors import RouteConflict
from transcripts.facts import ChatChanged, Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.mongo.store import MongoStore
from transcripts.operations import ChatChanges
from transcripts.records import Chat, Message

pytestmark = pytest.mark.slow

Servers = tuple[MongoStore, MongoStore]


async def test_messages_of_two_servers_take_gapless_seqs_each_told_once(servers: Servers) -> None:
    told: list[Fact] = []
    for store in servers:
        store.listen(told.extend)
    await started(servers[0])

    sends = (store.send_message(new_message(f"m{n}")) for n, store in zip(range(12), cycle(servers), strict=False))
    sent = await asyncio.gather(*sends)

    assert sorted(message.seq for message in sent) == list(range(2, 14))
    assert [message.seq for message in await messages(servers[1])] == list(range(1, 14))
    assert sorted(fact.message.seq for fact in told if isinstance(fact, MessageAdded)) == list(range(1, 14))
    assert (await current(servers[1])).last_seq == 13


async def test_a_chats_revisions_of_two_servers_are_each_told_once(servers: Servers) -> None:
    told: list[Fact] = []
    for store in servers:
        store.listen(told.extend)
    await started(servers[0])
    told.clear()

    def orders(n: int, store: MongoStore) -> Iterator[Awaitable[object]]:
        yield store.send_message(new_message(f"m{n}"))
        yield store.add_note(new_note(f"n{n}"))
        yield store.set_chat("c1", ChatChanges(topic=f"topic {n}"))
        yield store.mark_read("c1", "agent", n)

    await asyncio.gather(*(order for n, store in enumerate(servers * 2) for order in orders(n, store)))

    kinds = ChatChanged | MessageAdded | NoteAdded | ReadMarked
    revisions = [fact.chat.revision for fact in told if isinstance(fact, kinds)]
    assert len(revisions) == len(told) >= 13
    assert sorted(revisions) == list(range(2, len(told) + 2))
    assert await servers[1].open_revisions() == {"c1": len(told) + 1}


async def test_the_same_message_sent_through_two_servers_is_one(servers: Servers) -> None:
    await started(servers[0])

    sent: list[Message] = await asyncio.gather(*(store.send_message(new_message("m1")) for store in servers))

    assert sent[0] == sent[1]
    assert len(await messages(servers[0])) == 2


async def test_a_visitor_who_starts_on_two_servers_has_one_chat(servers: Servers) -> None:
    starts = (
        store.start_chat(new_chat(f"c{n}", client_id=f"s{n}", fingerprint=f"f{n}"))
        for n, store in zip(range(6), cycle(servers), strict=False)
    )
    results = await asyncio.gather(*starts)

    assert len({result.chat.id for result in results}) == 1
    assert sum(result.created for result in results) == 1
    assert len(await servers[0].open_chats()) == 1


async def test_two_servers_fill_an_agent_to_capacity_only(servers: Servers) -> None:
    waiting = [await started(servers[0], f"c{n}", f"v{n}") for n in range(6)]

    orders = (store.assign(assign(chat, max_load=3)) for chat, store in zip(waiting, cycle(servers), strict=False))
    results = await asyncio.gather(*orders, return_exceptions=True)

    assert sum(isinstance(result, Chat) for result in results) == 3
    assert sum(isinstance(result, RouteConflict) for result in results) == 3
    assert sum(chat.state == "active" for chat in await servers[1].open_chats()) == 3


async def test_two_servers_fill_an_agent_at_moments_at_which_there_was_room(servers: Servers) -> None:
    ticks = count()

    def now() -> datetime:
        return at(next(ticks))

    async def serve(chat: Chat, store: MongoStore) -> None:
        while True:
            try:
                await store.assign(assign(chat, max_load=1, now=now))
                break
            except RouteConflict:
                continue
        await store.close_chat(close(chat.id, at=now()))

    waiting = [await started(servers[0], f"c{n}", f"v{n}") for n in range(6)]
    await asyncio.gather(*(serve(chat, store) for chat, store in zip(waiting, cycle(servers), strict=False)))

    served = [await current(servers[1], chat.id) for chat in waiting]
    moments = sorted((moment, chat.id) for chat in served for moment in (chat.assigned_at, chat.closed_at) if moment)
    assert [first for _, first in moments[::2]] == [second for _, second in moments[1::2]], "two chats at once"


async def test_two_servers_give_a_chat_to_one_agent(servers: Servers) -> None:
    waiting = await started(servers[0])

    orders = (store.assign(assign(waiting, agent)) for store, agent in zip(servers, ("a1", "a2"), strict=True))
    results = await asyncio.gather(*orders, return_exceptions=True)

    (winner,) = (result for result in results if isinstance(result, Chat))
    (loser,) = (result for result in results if isinstance(result, RouteConflict))
    assert loser.chat == winner == await current(servers[0])


async def test_lines_and_ticket_numbers_of_two_servers_never_meet(servers: Servers) -> None:
    pairs = list(zip(range(6), cycle(servers), strict=False))

    chats = await asyncio.gather(*(started(store, f"c{n}", f"v{n}") for n, store in pairs))
    tickets = await asyncio.gather(*(store.create_ticket(new_ticket(mails=(new_mail(f"m{n}"),))) for n, store in pairs))

    assert sorted(chat.line for chat in chats) == list(range(1, 7))
    assert sorted(ticket.number for ticket in tickets) == [str(number) for number in range(10001, 10007)]


async def test_a_mail_is_claimed_by_one_server(servers: Servers) -> None:
    for n in range(6):
        await servers[0].queue_mail(new_mail(f"m{n}"), at(n))

    claims = await asyncio.gather(*(store.claim_due(at(99), lease_s=30, limit=4) for store in servers))

    claimed = [mail.id for mails in claims for mail in mails]
    assert sorted(claimed) == [f"m{n}" for n in range(6)]


async def test_what_one_server_was_told_is_stored_the_other_reads(servers: Servers) -> None:
    chat = await servers[0].assign(assign(await started(servers[0])))

    sent = await servers[1].send_message(new_message("m1", AGENT, held_by="a1"))

    assert (await servers[0].sync("c1", chat.last_seq)).messages == (sent,)
