"""Search over conversations: any text is a safe query, every word counts, accents and case do not."""

from __future__ import annotations

import pytest

from tests.contract.transcripts.examples import (
    AGENT,
    active,
    assign,
    at,
    close,
    new_chat,
    new_message,
    new_note,
    started,
)
from transcripts.operations import ChatChanges, EventText
from transcripts.port import Store
from transcripts.questions import ChatQuery

QUESTIONS = {
    "c0": ("Where is my parcel from London?", "Jana Nováková"),
    "c1": ("Kde je můj balík? ΠΑΚΈΤΟ", "Πέτρος"),
    "c2": ("The invoice is wrong, isn't it", None),
    "c3": ("Посылка не пришла", "Ольга"),
}


@pytest.fixture
async def desk(store: Store) -> Store:
    for number, (chat_id, (question, name)) in enumerate(QUESTIONS.items()):
        await store.start_chat(
            new_chat(chat_id, f"v{number}", question=question, name=name, email=None, at=at(number * 10))
        )
    return store


async def _found(store: Store, **query: object) -> list[str]:
    hits, following = await store.search_chats(ChatQuery(**query))  # type: ignore[arg-type]
    assert following is None
    return [hit.chat.id for hit in hits]


async def test_without_conditions_all_chats_come_newest_first(desk: Store) -> None:
    assert await _found(desk) == ["c3", "c2", "c1", "c0"]
    assert await _found(desk, words="  ") == ["c3", "c2", "c1", "c0"]


@pytest.mark.parametrize(
    ("words", "chats"),
    [
        ("PARCEL", ["c0"]),
        ("london parcel", ["c0"]),
        ("balik", ["c1"]),
        ("πακετο", ["c1"]),
        ("посылка", ["c3"]),
        ("ПРИШЛ", ["c3"]),
        ("parc", ["c0"]),
        ("parc london", []),
        ("novakova", ["c0"]),
        ("london novák", ["c0"]),
        ("isn't", ["c2"]),
        ("is", ["c2", "c0"]),
        ("nothing", []),
    ],
)
async def test_words_are_found_without_case_and_accents(desk: Store, words: str, chats: list[str]) -> None:
    assert await _found(desk, words=words) == chats


@pytest.mark.parametrize(
    "words", ['"', "'", "*", "parcel*^", "NEAR(", "a AND", "body:", "-- ; DROP", "((", "\x00", "%_", "🙂", "- OR -"]
)
async def test_no_text_is_a_query_that_fails(desk: Store, words: str) -> None:
    hits, _ = await desk.search_chats(ChatQuery(words=words))

    assert {hit.chat.id for hit in hits} <= set(QUESTIONS)


async def test_punctuation_alone_finds_nothing(desk: Store) -> None:
    assert await _found(desk, words="?!") == []


async def test_words_may_be_in_different_messages_of_one_chat(desk: Store) -> None:
    await desk.assign(assign((await desk.search_chats(ChatQuery(words="parcel")))[0][0].chat))
    await desk.send_message(new_message("m1", AGENT, "c0", body="It is at the depot."))

    assert await _found(desk, words="parcel depot") == ["c0"]
    assert await _found(desk, words="invoice depot") == []


async def test_events_and_notes_are_not_searched(desk: Store) -> None:
    await desk.add_note(new_note("n1", chat_id="c0", body="secretword"))
    await desk.add_event("c0", EventText("escalated", "eventword"), at(5), if_route_version=1)

    assert await _found(desk, words="secretword") == []
    assert await _found(desk, words="eventword") == []


async def test_a_changed_name_is_found_and_the_old_one_is_not(desk: Store) -> None:
    await desk.set_chat("c0", ChatChanges(name="Eva", email="eva@example.org"))

    assert await _found(desk, words="eva") == ["c0"]
    assert await _found(desk, words="novakova") == []
    assert await _found(desk, visitor="EXAMPLE.o") == ["c0"]


async def test_a_visitor_is_found_by_part_of_name_or_address_in_any_case(desk: Store) -> None:
    assert await _found(desk, visitor="NOVÁK") == ["c0"]
    assert await _found(desk, visitor="πέτ") == ["c1"]
    assert await _found(desk, visitor="ОЛЬГА ") == ["c3"]
    assert await _found(desk, visitor="%") == []
    assert await _found(desk, visitor_id="v2") == ["c2"]


async def test_agent_department_and_period_narrow_a_search(store: Store) -> None:
    await active(store, "c1", "v1", "a1")
    await started(store, "c2", "v2", department_id="accounts", at=at(10))
    await started(store, "c3", "v3", at=at(20))
    await store.close_chat(close("c1"))

    assert await _found(store, agent_id="a1") == ["c1"]
    assert await _found(store, departments=("sales",)) == ["c3", "c1"]
    assert await _found(store, departments=()) == []
    assert await _found(store, from_at=at(10), to_at=at(20)) == ["c2"]
    assert await _found(store, words="parcel", departments=("accounts",), from_at=at(10)) == ["c2"]


async def test_pages_follow_each_other_while_new_chats_begin(store: Store) -> None:
    for number in range(5):
        await started(store, f"c{number}", f"v{number}")

    first, cursor = await store.search_chats(ChatQuery(words="parcel", limit=2))
    await started(store, "c9", "v9")
    second, following = await store.search_chats(ChatQuery(words="parcel", limit=2, cursor=cursor))
    third, last = await store.search_chats(ChatQuery(words="parcel", limit=2, cursor=following))

    assert [[hit.chat.id for hit in hits] for hits in (first, second, third)] == [["c4", "c3"], ["c2", "c1"], ["c0"]]
    assert last is None


@pytest.mark.parametrize("cursor", ["nonsense", "", "-1", "1" * 400, "²"])
async def test_a_cursor_that_is_none_of_ours_gives_an_empty_page(desk: Store, cursor: str) -> None:
    assert await desk.search_chats(ChatQuery(cursor=cursor)) == ((), None)


async def test_a_hit_shows_the_passage_that_matched_in_plain_text(desk: Store) -> None:
    await desk.send_message(
        new_message("m1", chat_id="c0", body="word " * 40 + "<b>DEPOT</b>\n\tof\x07 Prague " + "x " * 99)
    )

    by_message = (await desk.search_chats(ChatQuery(words="depo")))[0][0].snippet
    by_name = (await desk.search_chats(ChatQuery(words="novakova")))[0][0].snippet
    no_words = (await desk.search_chats(ChatQuery(visitor_id="v0")))[0][0].snippet

    assert by_message is not None
    assert "<b>DEPOT</b> of" in by_message
    assert by_message.startswith("…")
    assert by_message.endswith("…")
    assert len(by_message) <= 122
    assert by_name == "Where is my parcel from London?"
    assert no_words is None
