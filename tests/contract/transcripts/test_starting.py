"""How a chat begins, and how the same request twice begins one."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.transcripts.examples import START, VISITOR, at, close, current, messages, new_chat, started
from transcripts.errors import Conflict, NotFound
from transcripts.facts import ChatChanged, Fact, MessageAdded
from transcripts.port import Store
from transcripts.records import Chat, Message


async def test_a_new_chat_waits_with_its_question_as_message_one(store: Store) -> None:
    new = new_chat(topic="delivery", priority="high", tier=2, fields={"order": "77"}, verified="signed")

    result = await store.start_chat(new)

    assert result.created
    assert result.chat == Chat(
        id="c1",
        state="queued",
        department_id="sales",
        tier=2,
        topic="delivery",
        priority="high",
        visitor_id="v1",
        visitor_name="Jana",
        visitor_email="jana@example.org",
        visitor_verified="signed",
        locale="cs",
        question="Where is my parcel?",
        line=1,
        returned=False,
        route_version=1,
        agent_id=None,
        created_at=START,
        queued_at=START,
        last_seq=1,
        last_visitor_at=START,
        unanswered_since=START,
        fields={"order": "77"},
        revision=1,
    )
    assert await messages(store) == (Message("c1", 1, "start", VISITOR, "text", "Where is my parcel?", START),)
    assert await store.chat("c1") == result.chat


async def test_a_new_chat_is_told_before_its_question(store: Store, facts: list[Fact]) -> None:
    chat = await started(store)

    assert facts == [ChatChanged(chat, None), MessageAdded(chat, (await messages(store))[0])]


async def test_outside_opening_hours_a_chat_is_found_but_not_made(store: Store) -> None:
    with pytest.raises(NotFound):
        await started(store, only_existing=True)
    chat = await started(store)

    again = await store.start_chat(new_chat("c2", client_id="another", only_existing=True))

    assert (again.chat, again.created) == (chat, False)


async def test_lines_count_up_and_stay_when_chats_end(store: Store) -> None:
    await started(store, "c1", "v1")
    await store.close_chat(close("c1"))

    second = await started(store, "c2", "v2")
    third = await started(store, "c3", "v1", client_id="again")

    assert (second.line, third.line) == (2, 3)


async def test_the_same_request_again_gives_the_same_chat_also_once_it_is_closed(
    store: Store, facts: list[Fact]
) -> None:
    await started(store)
    again = await store.start_chat(new_chat("c2"))
    await store.close_chat(close("c1"))
    facts.clear()

    late = await store.start_chat(new_chat("c3", at=at(900)))

    assert (again.chat.id, again.created) == ("c1", False)
    assert (late.chat, late.created) == (await current(store), False)
    assert facts == []
    assert await store.chat("c3") is None


async def test_the_same_client_id_with_another_question_is_a_conflict(store: Store) -> None:
    await started(store)
    await store.close_chat(close("c1"))

    with pytest.raises(Conflict):
        await store.start_chat(new_chat("c2", fingerprint="f2"))

    assert await store.chat("c2") is None


async def test_a_visitor_with_an_open_chat_gets_that_one_now_and_ever_after(store: Store) -> None:
    await started(store)

    other = await store.start_chat(new_chat("c2", client_id="other", fingerprint="f2", question="Hello?"))
    await store.close_chat(close("c1"))
    later = await store.start_chat(new_chat("c3", client_id="other", fingerprint="f2", question="Hello?"))

    assert (other.chat.id, other.created) == ("c1", False)
    assert (later.chat.id, later.created) == ("c1", False)
    assert [message.body for message in await messages(store)][:1] == ["Where is my parcel?"]
    with pytest.raises(Conflict):
        await store.start_chat(new_chat("c4", client_id="other", fingerprint="f3"))


async def test_client_ids_of_two_visitors_do_not_meet(store: Store) -> None:
    await started(store, "c1", "v1")

    other = await store.start_chat(new_chat("c2", "v2", fingerprint="f2"))

    assert (other.chat.id, other.created) == ("c2", True)


async def test_two_starts_at_once_make_one_chat(store: Store) -> None:
    results = await asyncio.gather(
        *(store.start_chat(new_chat(f"c{n}", client_id=f"start{n}", fingerprint=f"f{n}")) for n in range(8))
    )

    assert {result.chat.id for result in results} == {"c0"}
    assert [result.created for result in results] == [True] + [False] * 7
