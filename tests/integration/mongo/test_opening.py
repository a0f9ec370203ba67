"""A record that cannot be opened says in one sentence what to do, in time, and never tells the password."""

from __future__ import annotations

import asyncio
import gc
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.mongo.answering import Answers, answering
from transcripts.errors import StoreUnavailable
from transcripts.mongo.client import Driver
from transcripts.mongo.store import MongoStore

# PyMongo's own client is closed while one of its monitors connects: `_async_create_connection` closes its socket after
# an OSError and a time-out, and not where it is cancelled.
LEFT_BY_THE_DRIVER = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
DRIVERS = pytest.mark.parametrize("driver", ["motor", pytest.param("pymongo", marks=LEFT_BY_THE_DRIVER)])
WIRES = {"minWireVersion": 0, "maxWireVersion": 21}
SINGLE = {**WIRES, "isWritablePrimary": True, "ismaster": True}
PRIMARY = {**SINGLE, "setName": "rs0", "logicalSessionTimeoutMinutes": 30}
REFUSED = {"ok": 0.0, "errmsg": "refused"}
NOBODY = "mongodb://semafor:s3cret@127.0.0.1:9"
PATIENCE_S = 0.7


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What the driver left unclosed is found by the test that left it, and not by another one."""
    yield
    gc.collect()


async def said(answers: Answers, driver: Driver, *, user: str = "", options: str = "") -> str:
    """What the record says about a database that answers so."""
    async with answering(answers) as port:
        url = f"mongodb://{user}127.0.0.1:{port}/semafor{options}"
        with pytest.raises(StoreUnavailable) as refused:
            await MongoStore.open(url, driver=driver, start_patience_s=PATIENCE_S)
    told = "".join(traceback.format_exception(refused.value))
    assert "s3cret" not in told
    return str(refused.value)


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "one that is no replica set": ({"hello": SINGLE}, "", "--replSet and run rs.initiate()"),
    "one that is not of the set in the URL": ({"hello": SINGLE}, "?replicaSet=rs0", "check replicaSet"),
    "a set that was never begun": (
        {"hello": {**WIRES, "isreplicaset": True, "ismaster": False}},
        "",
        "run rs.initiate() once",
    ),
    "an old one": ({"hello": PRIMARY | {"maxWireVersion": 13}}, "?directConnection=true", "6.0 or newer"),
    "a very old one": ({"hello": PRIMARY | {"maxWireVersion": 5}}, "?directConnection=true", "6.0 or newer"),
    "one that lets nobody write": (
        {"hello": PRIMARY, "find": {**REFUSED, "code": 13}},
        "?directConnection=true",
        "readWrite",
    ),
    "one that cannot make an index": (
        {"hello": PRIMARY, "find": {**REFUSED, "code": 67}},
        "?directConnection=true",
        "see its log",
    ),
}


@DRIVERS
@pytest.mark.parametrize(("answers", "options", "remedy"), CASES.values(), ids=CASES.keys())
async def test_a_database_that_cannot_keep_the_record_is_refused_with_the_remedy(
    driver: Driver, answers: Answers, options: str, remedy: str
) -> None:
    assert remedy in await said(answers, driver, options=options)


@DRIVERS
async def test_a_wrong_password_is_said_to_be_wrong_and_not_told(driver: Driver) -> None:
    answers = {"hello": PRIMARY, "saslStart": {**REFUSED, "code": 18}}

    sentence = await said(answers, driver, user="semafor:s3cret@", options="?directConnection=true")

    assert "user name or the password" in sentence


@DRIVERS
async def test_a_set_without_a_primary_is_waited_for_and_named(driver: Driver) -> None:
    loop = asyncio.get_running_loop()
    asked_at = loop.time()

    # It names no hosts, so that the driver goes on asking the one that it knows.
    sentence = await said({"hello": {**WIRES, "setName": "rs0", "secondary": True}}, driver)

    assert "no primary" in sentence
    assert PATIENCE_S <= loop.time() - asked_at < PATIENCE_S + 2


@DRIVERS
async def test_nobody_there_is_one_error_with_its_cause(driver: Driver) -> None:
    with pytest.raises(StoreUnavailable) as refused:
        await MongoStore.open(NOBODY, driver=driver, start_patience_s=PATIENCE_S)

    told = "".join(traceback.format_exception(refused.value))
    assert str(refused.value).startswith("no MongoDB answers (127.0.0.1:9: [Errno 111] Connect")
    assert "configured" not in str(refused.value)
    assert "s3cret" not in told


@DRIVERS
async def test_a_name_that_nobody_has_is_named(driver: Driver) -> None:
    with pytest.raises(StoreUnavailable, match=r"no MongoDB answers \(mongo.invalid:27017: .*check the host"):
        await MongoStore.open("mongodb://mongo.invalid/semafor", driver=driver, start_patience_s=PATIENCE_S)


async def test_a_database_that_starts_later_than_the_server_is_waited_for() -> None:
    async with answering({"hello": {**WIRES, "isreplicaset": True, "ismaster": False}}) as port:
        pass
    opening = asyncio.create_task(MongoStore.open(f"mongodb://127.0.0.1:{port}", start_patience_s=20))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(opening), 0.2)

    async with answering({"hello": SINGLE}, port) as _:
        with pytest.raises(StoreUnavailable, match="--replSet"):
            await opening


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://localhost",
        "mongodb://",
        "mongodb://a:b:c",
        "mongodb://h:x",
        "mongodb://u:s3c/ret@h",
        "mongodb://%@h",
    ],
)
async def test_what_is_no_address_is_told_how_one_looks(url: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"mongodb://user:password@host") as refused:
        await MongoStore.open(url)

    assert "s3c" not in "".join(traceback.format_exception(refused.value))
