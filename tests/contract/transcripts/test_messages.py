"""What is said in a chat: order, once, and the clocks that every message moves."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.transcripts.examples import (
    AGENT,
    START,
    VISITOR,
    active,
    assign,
    at,
    close,
    current,
    messages,
    new_message,
    new_note,
    requeue,
    started,
)
from transcripts.errors import ChatClosed, Conflict, NotFound
from transcripts.facts import Fact, MessageAdded, NoteAdded, ReadMarked
from transcripts.files import StoredFile
from transcripts.operations import EventText, NewMessage
from transcripts.port import Store
from transcripts.records import SYSTEM, Author, File, Message, Note


async def test_messages_of_two_sides_take_gapless_seqs_in_the_order_of_the_calls(store: Store) -> None:
    await active(store)
    before = (await current(store)).last_seq
    authors = [VISITOR, AGENT] * 20

    sent = await asyncio.gather(*(store.send_message(new_message(f"m{n}", author)) for n, author in enumerate(authors)))

    assert [message.seq for message in sent] == list(range(before + 1, before + 41))
    assert (await messages(store))[before:] == tuple(sent)


async def test_messages_that_are_put_in_line_are_appended_in_order_and_answered_each_for_itself(store: Store) -> None:
    await active(store)
    await started(store, "c2", "v2")
    before = (await current(store)).last_seq
    put = [_begun(store, new_message(f"m{n}", [VISITOR, AGENT][n % 2])) for n in range(12)]
    twice = _begun(store, new_message("m3", AGENT))
    other = _begun(store, new_message("m3", AGENT, body="other words"))
    elsewhere = _begun(store, new_message("m1", chat_id="c2"))
    last = _begun(store, new_message("last"))

    sent = [*await asyncio.gather(*put), await last]

    assert [message.client_id for message in sent] == [*(f"m{n}" for n in range(12)), "last"]
    assert [message.seq for message in sent] == list(range(before + 1, before + 14))
    assert (await messages(store))[before:] == tuple(sent)
    assert await twice == sent[3]
    assert (await elsewhere).chat_id == "c2"
    with pytest.raises(Conflict):
        await other


def _begun(store: Store, new: NewMessage) -> asyncio.Future[Message]:
    return asyncio.ensure_future(store.put_message(new))


async def test_a_message_is_told_with_the_chat_as_it_left_it(store: Store, facts: list[Fact]) -> None:
    await started(store)
    facts.clear()

    message = await store.send_message(new_message("m1"))

    assert facts == [MessageAdded(await current(store), message)]


async def test_a_file_keeps_its_name_type_and_size(store: Store) -> None:
    await started(store)
    await store.add_file(StoredFile("f1", "Účtenka.pdf", "application/pdf", 1234, VISITOR, at(0), chat_id="c1"))
    file = File("f1", "Účtenka.pdf", "application/pdf", 1234)

    sent = await store.send_message(new_message("m1", kind="file", body="", file=file))

    assert sent.file == file
    assert (await messages(store))[-1] == sent


async def test_the_same_client_id_again_is_the_same_message_and_told_once(store: Store, facts: list[Fact]) -> None:
    await started(store)
    sent = await store.send_message(new_message("m1"))
    facts.clear()

    again = await store.send_message(new_message("m1", at=at(99)))

    assert again == sent
    assert facts == []
    assert len(await messages(store)) == 2


async def test_the_question_again_as_a_message_is_message_one(store: Store) -> None:
    await started(store)

    again = await store.send_message(new_message("start", body="Where is my parcel?"))

    assert again.seq == 1


async def test_a_resend_to_a_closed_chat_gives_the_same_answer_and_a_new_message_is_refused(store: Store) -> None:
    await started(store)
    sent = await store.send_message(new_message("m1"))
    await store.close_chat(close())

    assert await store.send_message(new_message("m1")) == sent
    with pytest.raises(Conflict):
        await store.send_message(new_message("m1", body="other words"))
    with pytest.raises(ChatClosed):
        await store.send_message(new_message("m2"))


async def test_other_words_or_another_file_under_a_known_client_id_are_a_conflict(store: Store) -> None:
    await started(store)
    await store.send_message(new_message("m1"))

    with pytest.raises(Conflict):
        await store.send_message(new_message("m1", body="other"))
    with pytest.raises(Conflict):
        await store.send_message(new_message("m1", file=File("f", "n", "t", 1)))

    assert (await current(store)).last_seq == 2


async def test_client_ids_belong_to_author_and_chat(store: Store) -> None:
    await active(store)
    await active(store, "c2", "v2")

    first = await store.send_message(new_message("m", VISITOR))
    second = await store.send_message(new_message("m", AGENT))
    third = await store.send_message(new_message("m", Author("agent", "a2", None)))
    other = await store.send_message(new_message("m", Author("visitor", "v2", None), "c2"))

    assert [second.seq - first.seq, third.seq - first.seq, other.chat_id] == [1, 2, "c2"]


async def test_an_unknown_chat_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.send_message(new_message("m1"))
    with pytest.raises(NotFound):
        await store.add_note(new_note("n1"))
    with pytest.raises(NotFound):
        await store.sync("c1", 0)
    with pytest.raises(NotFound):
        await store.mark_read("c1", "visitor", 1)
    with pytest.raises(NotFound):
        await store.add_event("c1", EventText("visitor_left", ""), at(1), if_route_version=1)
    assert await store.chat("c1") is None


async def test_the_clocks_of_both_sides_follow_the_messages(store: Store) -> None:
    await active(store)

    await store.send_message(new_message("m1", at=at(10)))
    asked = await current(store)
    await store.send_message(new_message("m2", AGENT, at=at(20)))
    answered = await current(store)
    await store.send_message(new_message("m3", AGENT, at=at(25)))
    await store.send_message(new_message("m4", at=at(30)))
    await store.send_message(new_message("m5", at=at(35)))
    later = await current(store)

    assert (asked.last_visitor_at, asked.unanswered_since, asked.first_reply_at) == (at(10), START, None)
    assert (asked.exchanges, asked.replied_since_assigned) == (0, False)
    assert (answered.last_agent_at, answered.unanswered_since, answered.first_reply_at) == (at(20), None, at(20))
    assert (answered.exchanges, answered.replied_since_assigned) == (1, True)
    assert (later.last_visitor_at, later.last_agent_at, later.unanswered_since) == (at(35), at(25), at(30))
    assert (later.first_reply_at, later.exchanges) == (at(20), 1)


async def test_a_turn_is_counted_when_the_agent_answers(store: Store) -> None:
    await active(store)
    script = [VISITOR, AGENT, AGENT, VISITOR, VISITOR, AGENT]

    for number, author in enumerate(script):
        await store.send_message(new_message(f"m{number}", author))

    assert (await current(store)).exchanges == 2


async def test_only_the_agent_who_holds_the_chat_has_replied_since_it_was_assigned(store: Store) -> None:
    chat = await active(store)
    await store.send_message(new_message("m1", Author("agent", "boss", "Boss")))
    by_another = await current(store)
    await store.send_message(new_message("m2", AGENT))
    by_holder = await current(store)

    moved = await store.assign(assign(await store.requeue(requeue(chat)), "a2"))

    assert (by_another.replied_since_assigned, by_another.first_reply_at) == (False, at(1))
    assert by_holder.replied_since_assigned
    assert not moved.replied_since_assigned


async def test_sync_gives_pages_in_order_with_the_chat_of_the_same_moment(store: Store) -> None:
    await started(store)
    for number in range(5):
        await store.send_message(new_message(f"m{number}"))

    first = await store.sync("c1", 0, limit=4)
    rest = await store.sync("c1", 4, limit=4)
    nothing = await store.sync("c1", 6)
    beyond = await store.sync("c1", 600)

    assert ([message.seq for message in first.messages], first.more) == ([1, 2, 3, 4], True)
    assert ([message.seq for message in rest.messages], rest.more) == ([5, 6], False)
    assert (nothing.messages, nothing.more, beyond.messages, beyond.more) == ((), False, (), False)
    assert first.chat == await current(store)


async def test_notes_count_for_themselves_and_say_where_they_belong(store: Store, facts: list[Fact]) -> None:
    await started(store)
    first = await store.add_note(new_note("n1"))
    await store.send_message(new_message("m1"))
    await store.close_chat(close())
    facts.clear()

    second = await store.add_note(new_note("n2", body="spoke to the depot"))

    assert first == Note("c1", 1, 1, "n1", AGENT, "a difficult one", at(1))
    assert (second.note_seq, second.after_seq) == (2, 3)
    assert await store.notes("c1") == (first, second)
    assert await store.notes("c1", 1) == (second,)
    assert facts == [NoteAdded(await current(store), second)]
    assert len(await messages(store)) == 3


async def test_the_same_note_again_is_one_note(store: Store, facts: list[Fact]) -> None:
    await started(store)
    note = await store.add_note(new_note("n1"))
    facts.clear()

    assert await store.add_note(new_note("n1", at=at(50))) == note
    with pytest.raises(Conflict):
        await store.add_note(new_note("n1", body="other"))
    assert facts == []
    assert await store.notes("c1") == (note,)


async def test_read_marks_never_go_back_nor_beyond_the_last_message(store: Store, facts: list[Fact]) -> None:
    await started(store)
    await store.send_message(new_message("m1"))
    facts.clear()

    await store.mark_read("c1", "agent", 1)
    await store.mark_read("c1", "agent", 99)
    await store.mark_read("c1", "agent", 1)
    await store.mark_read("c1", "visitor", 1)

    chat = await current(store)
    assert (chat.agent_read_seq, chat.visitor_read_seq) == (2, 1)
    assert [(fact.by, fact.seq) for fact in facts if isinstance(fact, ReadMarked)] == [
        ("agent", 1),
        ("agent", 2),
        ("visitor", 1),
    ]


async def test_an_event_takes_a_seq_and_carries_its_data(store: Store, facts: list[Fact]) -> None:
    chat = await active(store)
    facts.clear()

    event = EventText("escalated", "2nd level", {"tier": 2})
    message = await store.add_event("c1", event, at(9), if_route_version=chat.route_version)

    expected = Message("c1", 3, None, SYSTEM, "event", "2nd level", at(9), event={"code": "escalated", "tier": 2})
    assert message == expected
    assert facts == [MessageAdded(await current(store), expected)]


async def test_an_event_for_a_chat_that_moved_on_is_dropped(store: Store, facts: list[Fact]) -> None:
    chat = await active(store)
    await store.close_chat(close())
    facts.clear()

    for version in (chat.route_version, chat.route_version + 1):
        assert await store.add_event("c1", EventText("visitor_left", ""), at(9), if_route_version=version) is None
    assert facts == []


async def test_leaving_and_coming_back_are_said_once_each(store: Store) -> None:
    chat = await active(store)

    async def add(code: str) -> bool:
        event = EventText("visitor_left" if code == "left" else "visitor_back", code)
        return await store.add_event("c1", event, at(9), if_route_version=chat.route_version) is not None

    assert [await add("back"), await add("left"), await add("left")] == [False, True, False]
    assert (await current(store)).visitor_left_at == at(9)
    assert [await add("back"), await add("back"), await add("left")] == [True, False, True]


async def test_an_idle_warning_is_said_once_until_the_visitor_speaks(store: Store) -> None:
    version = (await active(store)).route_version
    warning = EventText("idle_warning", "Are you still there?")

    first = await store.add_event("c1", warning, at(9), if_route_version=version)
    warned = await current(store)
    second = await store.add_event("c1", warning, at(10), if_route_version=version)
    await store.send_message(new_message("m1"))
    spoken = await current(store)
    third = await store.add_event("c1", warning, at(11), if_route_version=version)

    assert (first is None, second is None, third is None) == (False, True, False)
    assert (warned.idle_warned_at, spoken.idle_warned_at) == (at(9), None)
