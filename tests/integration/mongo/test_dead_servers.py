"""A server that dies in the middle of a transaction leaves its locks behind; another one ends them."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from tests.contract.transcripts.examples import START, at, current, new_message, started
from transcripts.errors import StoreUnavailable
from transcripts.mongo.store import MongoStore
from transcripts.mongo.writer import Transaction
from transcripts.records import Proof

pytestmark = pytest.mark.slow

STUCK_S = 1.5


async def begin_and_die(store: MongoStore, chat_id: str) -> asyncio.Task[object]:
    """As far as the database can tell: the chat is written, and nothing more is ever heard of it."""
    written, never = asyncio.Event(), asyncio.Event()

    async def work(tx: Transaction) -> None:
        await tx.db["chats"].update_one({"_id": chat_id}, {"$set": {"topic": "half"}}, session=tx.session)
        written.set()
        await never.wait()

    dying = asyncio.ensure_future(store._write(work, "a turn of its own"))
    await written.wait()
    return dying


async def test_what_a_dead_server_had_begun_holds_nobody_up_once_it_is_released(
    servers: tuple[MongoStore, MongoStore],
) -> None:
    dead, living = servers
    chat = await started(dead)
    await dead.prove_life(Proof("dead", START, at(1), shared=True))
    dying = await begin_and_die(dead, chat.id)
    living._patience_s = STUCK_S
    with pytest.raises(StoreUnavailable):
        await living.send_message(new_message("held up"))

    await living.release("dead")

    assert (await living.send_message(new_message("on it goes"))).seq == 2
    assert (await current(living)).topic is None
    await end(dead, dying)


async def test_a_server_that_was_taken_for_dead_goes_on_and_is_known_again(
    servers: tuple[MongoStore, MongoStore],
) -> None:
    frozen, living = servers
    await started(frozen)
    await frozen.prove_life(Proof("frozen", START, at(1), shared=True))
    await living.release("frozen")

    assert (await frozen.send_message(new_message("back"))).seq == 2
    await frozen.prove_life(Proof("frozen", START, at(2), shared=True))
    begun = await frozen._client.database["begun"].find_one({"process_id": "frozen"})
    assert begun is not None
    assert begun["sessions"] != []


async def end(store: MongoStore, dying: asyncio.Task[object]) -> None:
    """The test's own tidying up: its process lives, after all."""
    for task in tuple(store._writer._under_way):
        task.cancel()
    with suppress(asyncio.CancelledError, StoreUnavailable):
        await dying


async def test_an_operation_whose_time_is_over_holds_nobody_up(servers: tuple[MongoStore, MongoStore]) -> None:
    slow, other = servers
    chat = await started(slow)
    slow._patience_s = 0.5

    async def work(tx: Transaction) -> None:
        await tx.db["chats"].update_one({"_id": chat.id}, {"$set": {"topic": "late"}}, session=tx.session)
        await asyncio.sleep(1.0)
        await tx.db["chats"].update_one({"_id": chat.id}, {"$set": {"topic": "later"}}, session=tx.session)

    with pytest.raises(StoreUnavailable):
        await slow._write(work, "a turn of its own")

    sent = await other.send_message(new_message("soon"))
    assert sent.seq == 2
    assert (await current(other)).topic is None
