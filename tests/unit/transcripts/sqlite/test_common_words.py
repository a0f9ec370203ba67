"""A common word is found by reading the newest chats: the same pages as the index gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.transcripts.examples import new_chat, new_message
from transcripts.memory import MemoryStore
from transcripts.port import Store
from transcripts.questions import ChatQuery
from transcripts.sqlite import search
from transcripts.sqlite.store import SqliteStore

CHATS = 140


async def _fill(store: Store) -> None:
    for n in range(CHATS):
        question = f"Kde je balík číslo {n}?" if n % 3 else f"Parcel {n}: hello"
        new = new_chat(f"c{n}", f"v{n}", question=question, name="Balík Jan" if n % 50 == 0 else None)
        await store.start_chat(replace(new, department_id="sales" if n % 2 else "support"))
        if n % 7 == 0:
            await store.send_message(new_message("k1", chat_id=f"c{n}", body="A parcel-related kolibřík, αμέσως"))


@pytest.mark.parametrize("reads_newest", [True, False])
async def test_every_page_of_common_and_rare_words_is_as_in_memory(
    reads_newest: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_MANY", 30)
    if not reads_newest:
        monkeypatch.setattr(search, "_MOST_LOOKED", 0)
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "record.db")
    await _fill(memory)
    await _fill(sqlite)

    for words in ("balik", "bal", "parc", "kolibrik", "parcel amesos", "kde balik 13", "αμεσ", "parcel 3", "number"):
        for asked in (ChatQuery(words=words, limit=20), ChatQuery(words=words, departments=("sales",), limit=7)):
            query, pages = asked, 0
            while query.cursor is not None or pages == 0:
                expected, found = await memory.search_chats(query), await sqlite.search_chats(query)
                assert found == expected, (words, pages)
                query, pages = replace(asked, cursor=found[1]), pages + 1
    await sqlite.aclose()


async def test_a_common_word_in_a_small_department_is_read_there_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_MANY", 30)
    monkeypatch.setattr(search, "_COSTLY", 40)
    monkeypatch.setattr(search, "_CHAT_HAS_WORD", "no_such_column")  # whoever asks the index fails
    memory, sqlite = MemoryStore(), await SqliteStore.open(tmp_path / "record.db")
    for store in (memory, sqlite):
        await _fill(store)
        for n in range(60):
            question = "Balík od soudu" if n in (2, 40) else f"Smlouva {n}"
            await store.start_chat(replace(new_chat(f"l{n}", f"w{n}", question=question), department_id="legal"))

    for words in ("balik", "kde balik", "par"):
        asked = ChatQuery(words=words, departments=("legal",), limit=7)
        assert await sqlite.search_chats(asked) == await memory.search_chats(asked), words
    await sqlite.aclose()
