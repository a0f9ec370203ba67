"""A database that answers late, never, or is not there: nothing is answered `ok` that is not stored, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from tests.contract.transcripts.examples import close, current, messages, new_message, started
from tests.harness.mongo import MongoServer
from tests.harness.tcp_cut import Way, way_to
from transcripts.errors import ChatClosed, StoreUnavailable
from transcripts.facts import Fact, MessageAdded
from transcripts.mongo.client import Driver
from transcripts.mongo.store import MongoStore

pytestmark = pytest.mark.slow

PATIENCE_S = 1.5
COMMIT = b"commitTransaction"


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MongoServer]:
    """The stand-in also where there is a real MongoDB: it is frozen and killed here."""
    server = MongoServer(tmp_path_factory.mktemp("faulty"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def way(server: MongoServer) -> AsyncIterator[Way]:
    async with way_to(urlsplit(server.url).port or 0) as way:
        yield way


@pytest.fixture(params=["motor", "pymongo"])
async def store(request: pytest.FixtureRequest, way: Way) -> AsyncIterator[MongoStore]:
    """Through the way only: the driver is told not to ask the server where it is."""
    driver: Driver = request.param
    url = f"mongodb://127.0.0.1:{way.port}/{request.node.name[:30].partition('[')[0]}_{driver}?directConnection=true"
    store = await MongoStore.open(url, driver=driver, patience_s=PATIENCE_S)
    yield store
    way.reopen()
    await store.aclose()


async def test_a_commit_whose_answer_is_lost_is_asked_again_and_answered_once(store: MongoStore, way: Way) -> None:
    await started(store)
    told: list[Fact] = []
    store.listen(told.extend)

    way.cut_answers_to(COMMIT)
    sent = await store.send_message(new_message("m1"))

    assert way.cuts_left == 0
    assert (await messages(store))[1:] == (sent,)
    assert [fact.message for fact in told if isinstance(fact, MessageAdded)] == [sent]


async def test_nobody_hears_ok_while_no_commit_is_answered(store: MongoStore, way: Way) -> None:
    await started(store)
    told: list[Fact] = []
    store.listen(told.extend)

    way.cut_answers_to(COMMIT, times=1000)
    with pytest.raises(StoreUnavailable):
        await store.send_message(new_message("m1"))
    with pytest.raises(StoreUnavailable):
        await store.close_chat(close())
    way.cut_answers_to(COMMIT, times=0)

    # Whatever became of them: asked again, each is there once.
    again = await store.send_message(new_message("m1"))
    assert told in ([], [MessageAdded(await current(store), again)])
    assert [message.client_id for message in await messages(store)].count("m1") == 1


async def test_an_unreachable_record_is_unavailable_in_time_and_comes_back_by_itself(
    store: MongoStore, way: Way
) -> None:
    await started(store)
    loop = asyncio.get_running_loop()

    way.close()
    asked_at = loop.time()
    answers = await asyncio.gather(
        store.send_message(new_message("m1")),
        store.send_message(new_message("m2")),
        store.sync("c1", 0),
        store.check(),
        return_exceptions=True,
    )
    waited_s = loop.time() - asked_at
    way.reopen()

    assert [type(answer) for answer in answers] == [StoreUnavailable] * 4
    assert waited_s < PATIENCE_S + 2
    assert (await store.send_message(new_message("m1"))).seq == 2


async def test_a_frozen_record_is_unavailable_in_time(store: MongoStore, server: MongoServer) -> None:
    await started(store)
    loop = asyncio.get_running_loop()

    server.freeze()
    try:
        asked_at = loop.time()
        with pytest.raises(StoreUnavailable):
            await store.send_message(new_message("m1"))
        with pytest.raises(StoreUnavailable):
            await store.chat("c1")
        waited_s = loop.time() - asked_at
    finally:
        server.thaw()

    assert waited_s < 2 * PATIENCE_S + 2
    await store.send_message(new_message("m1"))
    assert [message.client_id for message in await messages(store)].count("m1") == 1


async def test_a_check_is_answered_in_time_whatever_else_waits(store: MongoStore, server: MongoServer) -> None:
    await started(store)
    await store.check()
    loop = asyncio.get_running_loop()

    server.freeze()
    try:
        sends = [asyncio.ensure_future(store.send_message(new_message(f"m{n}"))) for n in range(40)]
        reads = [asyncio.ensure_future(store.chat("c1")) for _ in range(40)]
        await asyncio.sleep(0)
        asked_at = loop.time()
        with pytest.raises(StoreUnavailable):
            await store.check()
        waited_s = loop.time() - asked_at
    finally:
        server.thaw()

    assert waited_s < PATIENCE_S + 0.5
    await asyncio.gather(*sends, *reads, return_exceptions=True)
    await store.check()


async def test_what_was_acknowledged_outlives_a_kill_of_the_database(store: MongoStore, server: MongoServer) -> None:
    await started(store)
    sent = [await store.send_message(new_message(f"m{n}")) for n in range(5)]
    await store.close_chat(close())

    server.kill()
    server.start()

    assert (await messages(store))[1:6] == tuple(sent)
    with pytest.raises(ChatClosed):
        await store.send_message(new_message("late"))


async def test_a_caller_that_gives_up_changes_nothing(store: MongoStore) -> None:
    await started(store)
    told = asyncio.Event()
    store.listen(lambda facts: told.set())

    impatient = asyncio.create_task(store.send_message(new_message("m1")))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait_for(told.wait(), PATIENCE_S)

    assert (await current(store)).last_seq == 2


async def test_operations_that_were_ordered_before_the_end_are_carried_out(way: Way) -> None:
    url = f"mongodb://127.0.0.1:{way.port}/ended?directConnection=true"
    store = await MongoStore.open(url)
    await started(store)

    sends = [asyncio.ensure_future(store.send_message(new_message(f"m{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await store.aclose()

    assert [message.seq for message in await asyncio.gather(*sends)] == [2, 3, 4, 5, 6]
    with pytest.raises(StoreUnavailable):
        await store.send_message(new_message("late"))
