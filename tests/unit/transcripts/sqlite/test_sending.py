"""Messages that are stored together are stored, answered and told as if each had come on its own."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.transcripts.examples import CLOSED, at, new_chat, new_message
from transcripts.altering import altered
from transcripts.facts import Fact
from transcripts.memory import MemoryStore
from transcripts.operations import Close
from transcripts.port import Store
from transcripts.questions import ChatQuery
from transcripts.records import Author
from transcripts.sqlite import word_index
from transcripts.sqlite.connections import connect
from transcripts.sqlite.sending import Sending
from transcripts.sqlite.store import SqliteStore

CHATS = [f"c{n}" for n in range(4)]
Order = Callable[[Store], Awaitable[Any]]


def _orders(chance: random.Random, count: int, first: int) -> list[Order]:
    """Mostly messages: of both sides, twice, changed, to chats that are over or unknown, by agents who hold none."""

    def send(n: int) -> Order:
        author = chance.choice([Author("visitor", "v1", "Jana"), Author("agent", "a1", "Petr")])
        held_by = "a2" if chance.random() < 0.05 else None
        body = chance.choice(["parcel", "Balík", 'it\'s "here"', "посылка"])
        client_id = f"k{chance.randrange(n)}" if n and chance.random() < 0.1 else f"k{n}"
        new = new_message(client_id, author, chance.choice([*CHATS, "unknown"]), body=body, at=at(n), held_by=held_by)
        return lambda store: store.send_message(new)

    def other(n: int) -> Order:
        chat = chance.choice(CHATS)
        if chance.random() < 0.1:
            return lambda store: store.close_chat(Close(chat, "agent", "resolved", at(n), (CLOSED,)))
        return lambda store: store.mark_read(chat, "agent", n)

    return [other(n) if chance.random() < 0.1 else send(n) for n in range(first, first + count)]


async def _carried_out(store: Store, orders: list[Order]) -> list[Any]:
    outcomes = await asyncio.gather(*(order(store) for order in orders), return_exceptions=True)
    return [(type(each), str(each)) if isinstance(each, Exception) else each for each in outcomes]


@pytest.mark.parametrize("seed", range(6))
async def test_bursts_of_messages_end_as_one_after_the_other(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    stores: list[Store] = [MemoryStore(), await SqliteStore.open(tmp_path / "record.db")]
    told: list[list[Fact]] = [[] for _ in stores]
    for store, facts in zip(stores, told, strict=True):
        store.listen(facts.extend)
        for n, chat in enumerate(CHATS):
            await store.start_chat(new_chat(chat, f"v{n}"))

    for burst in range(12):
        orders = _orders(chance, chance.choice([1, 3, 40]), burst * 40)
        expected, found = [await _carried_out(store, orders) for store in stores]
        assert found == expected

    assert told[1] == told[0]
    for chat in CHATS:
        assert await stores[1].sync(chat, 0, 1_000) == await stores[0].sync(chat, 0, 1_000)
    for word in ("parcel", "balik", "here", "посылка"):
        hits = [await store.search_chats(ChatQuery(words=word)) for store in stores]
        assert hits[1] == hits[0]
    for store in stores:
        await store.aclose()
    assert _counted(tmp_path / "record.db") == _said(tmp_path / "record.db")


def _counted(file: Path) -> list[tuple[str, int]]:
    return _asked(file, "SELECT id, messages_n FROM chats ORDER BY id")


def _said(file: Path) -> list[tuple[str, int]]:
    return _asked(
        file, "SELECT chat_id, count(*) FROM messages WHERE kind <> 'event' GROUP BY chat_id ORDER BY chat_id"
    )


def _asked(file: Path, question: str) -> list[Any]:
    db = connect(file)
    rows = db.execute(question).fetchall()
    db.close()
    return rows


async def test_what_another_process_wrote_is_what_the_next_message_continues(tmp_path: Path) -> None:
    one = await SqliteStore.open(tmp_path / "record.db")
    other = await SqliteStore.open(tmp_path / "record.db")
    await one.start_chat(new_chat())
    await one.send_message(new_message("k1"))
    await other.send_message(new_message("k2"))

    third = await one.send_message(new_message("k3"))
    await one.send_message(new_message("k4"))
    await other.mark_read("c1", "agent", 3)
    await one.send_message(new_message("k5"))
    chat = await other.chat("c1")
    await other.close_chat(Close("c1", "agent", "resolved", at(9), (CLOSED,)))
    refused = await _carried_out(one, [lambda store: store.send_message(new_message("k6"))])

    assert third.seq == 4
    assert chat is not None
    assert (chat.revision, chat.agent_read_seq, chat.last_seq) == (7, 3, 6)
    assert refused == [(refused[0][0], "c1")]
    assert [m.seq for m in (await other.sync("c1", 0)).messages] == [1, 2, 3, 4, 5, 6, 7]
    await one.aclose()
    await other.aclose()


async def test_search_finds_what_was_stored_a_moment_ago_and_what_a_dead_server_left_behind(tmp_path: Path) -> None:
    file = tmp_path / "record.db"
    store = await SqliteStore.open(file)
    await store.start_chat(new_chat(question="Where?"))
    await store.send_message(new_message("k1", body="Kolibřík"))
    (hits, _) = await store.search_chats(ChatQuery(words="kolibrik"))
    assert [hit.snippet for hit in hits] == ["Kolibřík"]
    await asyncio.gather(*(store.send_message(new_message(f"m{n}", body=f"word{n}")) for n in range(1_500)))
    await store.aclose()
    db = connect(file)
    behind = word_index.reach(db)
    db.close()
    assert behind.upto < behind.newest

    again = await SqliteStore.open(file)

    for n in (0, 999, 1_499):
        (hits, _) = await again.search_chats(ChatQuery(words=f"word{n}"))
        assert [hit.snippet for hit in hits] == [f"word{n}"]
    await again.aclose()
    db = connect(file)
    assert db.execute("SELECT count(*) FROM message_words WHERE message_words MATCH 'word7'").fetchone() == (1,)
    assert word_index.reach(db).upto == word_index.reach(db).newest
    db.close()


async def test_a_fault_of_doing_it_together_leaves_each_message_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await SqliteStore.open(tmp_path / "record.db")
    await store.start_chat(new_chat())
    together = Sending.carry_out

    def faulty(self: Sending, db: sqlite3.Connection, items: Any) -> Any:
        together(self, db, items)
        raise ZeroDivisionError

    monkeypatch.setattr(Sending, "carry_out", faulty)
    sent = await asyncio.gather(*(store.send_message(new_message(f"m{n}")) for n in range(5)))

    assert [message.seq for message in sent] == [2, 3, 4, 5, 6]
    assert len((await store.sync("c1", 0)).messages) == 6
    await store.aclose()


async def test_an_altered_record_is_a_replaced_one(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "record.db")
    chat = (await store.start_chat(new_chat())).chat
    await store.aclose()

    assert altered(chat, last_seq=7, summary="s") == replace(chat, last_seq=7, summary="s")
    assert chat.last_seq == 1
    with pytest.raises(KeyError):
        altered(chat, nothing=1)
