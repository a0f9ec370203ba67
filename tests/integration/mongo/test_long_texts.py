"""A chat's and a ticket's document stays small enough to be written, however much is said."""

from __future__ import annotations

import pytest

from tests.contract.transcripts.examples import at, current, new_message, new_ticket, new_ticket_message, started
from transcripts.mongo.store import MongoStore
from transcripts.mongo.words import INDEXED_CHARS
from transcripts.questions import ChatQuery, TicketQuery

pytestmark = pytest.mark.slow

ENDLESS = "again " * (INDEXED_CHARS // 6) + "overlong"


async def test_words_of_an_endless_chat_are_stored_and_no_more_indexed(servers: tuple[MongoStore, MongoStore]) -> None:
    store, _ = servers
    await started(store)
    await store.send_message(new_message("m1", body=ENDLESS))

    late = await store.send_message(new_message("m2", body="afterwards"))

    assert (await current(store)).last_seq == late.seq == 3
    assert [len((await store.search_chats(ChatQuery(words=word)))[0]) for word in ("parcel", "again")] == [1, 1]
    assert (await store.search_chats(ChatQuery(words="afterwards")))[0] == ()


async def test_words_of_an_endless_ticket_are_stored_and_no_more_indexed(
    servers: tuple[MongoStore, MongoStore],
) -> None:
    store, _ = servers
    await store.create_ticket(new_ticket(first_message=new_ticket_message("tm1", body=ENDLESS)))

    late = await store.add_ticket_message("10001", new_ticket_message("tm2", body="afterwards"), at(9), ())

    assert (await store.ticket_messages("10001"))[-1] == late
    assert [len((await store.tickets(TicketQuery(words=word)))[0]) for word in ("parcel", "again")] == [1, 1]
    assert (await store.tickets(TicketQuery(words="afterwards")))[0] == ()
