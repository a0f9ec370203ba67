"""Tokens for the API: kept by their hash, ended once and for good, and never last used in the past."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contract.transcripts.examples import at
from transcripts.errors import Conflict, NotFound
from transcripts.port import Store
from transcripts.tokens import ApiToken

BI = ApiToken("t1", "Reports", "hash-1", "x9Qz", "manager", ("support", "sales"), "read", at(0), "a1", at(60))
BOT = ApiToken("t2", "Bot", "hash-2", "kk1a", "admin", (), "write", at(5), "a1")


async def test_tokens_are_found_by_their_hash_and_listed_newest_first(store: Store) -> None:
    await store.add_token(BI)
    await store.add_token(BOT)

    assert await store.tokens() == (BOT, BI)
    assert await store.token_by_hash("hash-1") == BI
    assert await store.token_by_hash("hash-3") is None
    for taken in (replace(BOT, token_hash="hash-9"), replace(BOT, id="t9")):
        with pytest.raises(Conflict):
            await store.add_token(taken)


async def test_a_token_ends_once_and_stays_to_be_read(store: Store) -> None:
    await store.add_token(BI)

    ended = await store.end_token("t1", at(20))
    again = await store.end_token("t1", at(30))

    assert ended == again == replace(BI, ended_at=at(20))
    assert await store.tokens() == (ended,)
    assert [BI.is_good(at(10)), BI.is_good(at(60)), ended.is_good(at(10))] == [True, False, False]
    with pytest.raises(NotFound):
        await store.end_token("t9", at(20))


async def test_when_a_token_was_used_never_goes_back(store: Store) -> None:
    await store.add_token(BI)
    await store.add_token(BOT)

    await store.touch_tokens({"t1": at(30), "unknown": at(30)})
    await store.touch_tokens({"t1": at(10), "t2": at(40)})
    await store.touch_tokens({})

    assert [token.last_used_at for token in await store.tokens()] == [at(40), at(30)]
