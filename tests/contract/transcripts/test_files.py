"""Files: bytes first, then the row, then the message that uses it; what no message uses is swept."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.transcripts.examples import (
    AGENT,
    START,
    VISITOR,
    at,
    current,
    messages,
    new_chat,
    new_message,
    new_ticket,
    new_ticket_message,
    started,
)
from transcripts.errors import ChatClosed, Conflict, NotFound
from transcripts.files import CHUNK_BYTES, StoredFile
from transcripts.operations import Close
from transcripts.port import Store

A, B, THUMB = "a" * 32, "b" * 32, "c" * 32


def stored(file_id: str = A, **fields: Any) -> StoredFile:
    return replace(StoredFile(file_id, "Účtenka.pdf", "application/pdf", 3, VISITOR, at(0), chat_id="c1"), **fields)


async def kept(store: Store, file: StoredFile, content: bytes = b"abc") -> StoredFile:
    for name in file.kept_names:
        await store.keep_bytes(name, io.BytesIO(content))
    await store.add_file(file)
    return file


async def content_of(store: Store, name: str) -> bytes:
    return b"".join([piece async for piece in await store.open_bytes(name)])


def sending(client_id: str, file: StoredFile, **fields: Any) -> Any:
    return new_message(client_id, kind="file", body=file.name, file=file.file, **fields)


async def test_bytes_come_back_as_they_were_kept_from_the_beginning_in_pieces(store: Store) -> None:
    content = bytes(range(256)) * (2 * CHUNK_BYTES // 256) + b"end"
    source = io.BytesIO(content)
    source.seek(100)

    await store.keep_bytes(A, source)

    pieces = [piece async for piece in await store.open_bytes(A)]
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= CHUNK_BYTES


async def test_a_name_is_taken_once_and_an_unknown_one_is_not_found(store: Store) -> None:
    await store.keep_bytes(A, io.BytesIO(b"first"))

    with pytest.raises(Conflict):
        await store.keep_bytes(A, io.BytesIO(b"second"))

    assert await content_of(store, A) == b"first"
    for unknown in (B, "../record.db", "", "a" * 23):
        with pytest.raises(NotFound):
            await store.open_bytes(unknown)


async def test_a_file_is_found_by_its_id_and_its_thumbnails(store: Store) -> None:
    await started(store)
    file = await kept(store, stored(thumb_id=THUMB, thumb_width=320, thumb_height=200))

    assert await store.file(A) == file
    assert await store.file(THUMB) == file
    assert await store.file(B) is None
    assert await store.files_of_chat("c1") == (file,)
    with pytest.raises(Conflict):
        await store.add_file(file)


async def test_a_file_that_is_sent_says_when_and_the_message_carries_it(store: Store) -> None:
    await started(store)
    file = await kept(store, stored(thumb_id=THUMB, thumb_width=320, thumb_height=200))

    sent = await store.send_message(sending("m1", file))
    again = await store.send_message(sending("m1", file, at=at(9)))

    assert sent.file == file.file
    assert again == sent
    assert (await messages(store))[-1] == sent
    assert await store.file(A) == replace(file, sent_at=at(1))


async def test_a_file_is_used_by_who_uploaded_it_and_in_its_own_chat_only(store: Store) -> None:
    await started(store)
    await store.start_chat(new_chat("c2", "v2", "start2"))
    file = await kept(store, stored())
    unknown = stored(B)

    for wrong in (
        sending("m1", file, author=AGENT),
        sending("m1", file, chat_id="c2"),
        sending("m1", unknown),
    ):
        with pytest.raises(NotFound):
            await store.send_message(wrong)

    assert await store.file(A) == file
    assert len(await messages(store)) == 1


async def test_no_file_is_sent_into_a_chat_that_is_over(store: Store) -> None:
    await started(store)
    file = await kept(store, stored())
    chat = await current(store)
    await store.close_chat(Close(chat.id, "visitor", "abandoned", at(5), ()))

    with pytest.raises(ChatClosed):
        await store.send_message(sending("m1", file))

    assert await store.file(A) == file


async def test_a_tickets_message_uses_its_files_once_and_hides_those_of_a_note(store: Store) -> None:
    ticket = await store.create_ticket(new_ticket())
    shown = await kept(store, stored(A, author=AGENT, chat_id=None, ticket_number=ticket.number))
    hidden = await kept(store, stored(B, author=AGENT, chat_id=None, ticket_number=ticket.number))

    said = await store.add_ticket_message(ticket.number, new_ticket_message("t1", file_ids=(A,)), at(6), ())
    await store.add_ticket_message(ticket.number, new_ticket_message("t2", internal=True, file_ids=(B,)), at(7), ())

    assert said.file_ids == (A,)
    assert await store.files_of_ticket(ticket.number) == (
        replace(shown, sent_at=at(6)),
        replace(hidden, sent_at=at(7), internal=True),
    )
    with pytest.raises(NotFound):
        await store.add_ticket_message(ticket.number, new_ticket_message("t3", file_ids=(A,)), at(8), ())
    assert len(await store.ticket_messages(ticket.number)) == 2


async def test_the_same_message_with_other_files_is_a_conflict(store: Store) -> None:
    ticket = await store.create_ticket(new_ticket())
    await kept(store, stored(author=AGENT, chat_id=None, ticket_number=ticket.number))
    new = new_ticket_message("t1", client_id="m1", file_ids=(A,))
    said = await store.add_ticket_message(ticket.number, new, at(6), ())

    assert await store.add_ticket_message(ticket.number, replace(new, id="t2"), at(7), ()) == said
    with pytest.raises(Conflict):
        await store.add_ticket_message(ticket.number, replace(new, id="t3", file_ids=()), at(8), ())


async def test_an_attachment_belongs_to_the_ticket_that_its_mail_makes(store: Store) -> None:
    file = await kept(store, stored(author=VISITOR, chat_id=None))
    first = new_ticket_message("t1", author=VISITOR, channel="mail", file_ids=(A,))

    ticket = await store.create_ticket(new_ticket(first_message=first))

    assert await store.files_of_ticket(ticket.number) == (
        replace(file, ticket_number=ticket.number, sent_at=ticket.created_at),
    )


async def test_a_ticket_with_a_file_of_somebody_else_is_not_made(store: Store) -> None:
    await started(store)
    await kept(store, stored())
    first = new_ticket_message("t1", author=VISITOR, channel="mail", file_ids=(A,))
    before = await current(store)

    with pytest.raises(NotFound):
        await store.create_ticket(new_ticket(chat_id="c1", first_message=first))

    assert await current(store) == before


async def test_removed_files_are_gone_with_their_bytes(store: Store) -> None:
    await started(store)
    await kept(store, stored(A, thumb_id=THUMB))
    other = await kept(store, stored(B))

    await store.remove_files([A, "d" * 32])
    await store.remove_files([])

    assert await store.files_of_chat("c1") == (other,)
    for name in (A, THUMB):
        with pytest.raises(NotFound):
            await store.open_bytes(name)
    assert await content_of(store, B) == b"abc"


async def test_the_sweep_takes_what_was_never_sent_and_leaves_what_is_young_or_sent(store: Store) -> None:
    await started(store)
    sent = await kept(store, stored(A, created_at=START))
    unsent = await kept(store, stored(B, created_at=START))
    young = await kept(store, stored("d" * 32, created_at=at(100)))
    await store.send_message(sending("m1", sent))

    swept = await store.sweep_files(at(50))

    assert swept == 1
    assert [file.id for file in await store.files_of_chat("c1")] == [sent.id, young.id]
    with pytest.raises(NotFound):
        await store.open_bytes(unsent.id)


async def test_the_sweep_takes_bytes_that_no_row_names_once_they_are_old(store: Store) -> None:
    await started(store)
    now = datetime.now(UTC)
    await kept(store, stored(thumb_id=THUMB, created_at=now + timedelta(days=2)))
    await store.keep_bytes(B, io.BytesIO(b"an upload that was killed"))

    young = await store.sweep_files(now - timedelta(hours=1))
    old = await store.sweep_files(now + timedelta(days=1))

    assert (young, old) == (0, 1)
    assert await content_of(store, A) == await content_of(store, THUMB) == b"abc"
    with pytest.raises(NotFound):
        await store.open_bytes(B)
