"""Mail that came in: kept once, settled once, tried again when somebody says so; the same in every adapter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.contract.transcripts.examples import START
from transcripts.errors import NotFound
from transcripts.inbound.record import InboundMail, Settled
from transcripts.operations import NewMail, NewTicket
from transcripts.port import Store

HOUR = timedelta(hours=1)


def _mail(inbound_id: str, *, message_id: str | None = "<a@b.example>", digest: str = "d1") -> InboundMail:
    return InboundMail(
        id=inbound_id,
        digest=digest,
        message_id=message_id,
        source="smtp",
        received_at=START,
        size_bytes=3,
        due_at=START,
        envelope_from="ada@b.example",
        recipients=("support@desk.example", "support+t1.x@desk.example"),
    )


async def test_same_mail_again_is_the_one_that_is_kept(store: Store) -> None:
    first = await store.keep_inbound(_mail("i1"), b"raw")

    again = await store.keep_inbound(_mail("i2"), b"raw, with another Received")
    other_content = await store.keep_inbound(_mail("i3", digest="d2"), b"x")
    without_id = await store.keep_inbound(_mail("i4", message_id=None), b"y")
    without_id_again = await store.keep_inbound(_mail("i5", message_id=None), b"y")

    assert again == first == await store.inbound("i1")
    assert [other_content.id, without_id.id, without_id_again.id] == ["i3", "i4", "i4"]
    assert await store.inbound_raw("i1") == b"raw"
    assert await store.inbound_raw("i2") is None
    assert await store.inbound("i2") is None


async def test_raw_mail_of_many_megabytes_comes_back_byte_by_byte(store: Store) -> None:
    raw = bytes(range(256)) * 12_000

    await store.keep_inbound(_mail("i1"), raw)

    assert await store.inbound_raw("i1") == raw


async def test_mail_is_settled_once_and_due_until_then(store: Store) -> None:
    await store.keep_inbound(_mail("i1"), b"1")
    await store.keep_inbound(_mail("i2", digest="d2"), b"2")
    begun = await store.begin_inbound("i1", 0)

    assert begun is not None
    assert begun.tries == 1
    assert await store.begin_inbound("i1", 0) is None
    made = Settled("created", START + HOUR, sender="ada@b.example", subject="Help", ticket_number="10001")
    settled = await store.settle_inbound("i1", made)
    late = await store.settle_inbound("i1", Settled("refused", START + 2 * HOUR, reason="late"))
    waits = await store.settle_inbound("i2", Settled("received", START + HOUR, error="The record was away."))

    assert late == settled
    assert (settled.state, settled.ticket_number, settled.subject) == ("created", "10001", "Help")
    assert (waits.state, waits.due_at, waits.error) == ("received", START + HOUR, "The record was away.")
    assert [mail.id for mail in await store.due_inbound(START, 10)] == []
    assert [mail.id for mail in await store.due_inbound(START + HOUR, 10)] == ["i2"]
    with pytest.raises(NotFound):
        await store.settle_inbound("unknown", made)


async def test_only_what_led_to_nothing_can_be_tried_again(store: Store) -> None:
    for inbound_id, state in (("i1", "refused"), ("i2", "created")):
        await store.keep_inbound(_mail(inbound_id, digest=inbound_id), b"1")
        await store.begin_inbound(inbound_id, 0)
        await store.settle_inbound(inbound_id, Settled(state, START, reason="why"))  # type: ignore[arg-type]

    retried = await store.retry_inbound("i1", START + HOUR)
    stays = await store.retry_inbound("i2", START + HOUR)

    assert (retried.state, retried.tries, retried.reason, retried.due_at) == ("received", 0, "wanted", START + HOUR)
    assert stays.state == "created"
    with pytest.raises(NotFound):
        await store.retry_inbound("unknown", START)


async def test_list_goes_on_where_the_page_ended(store: Store) -> None:
    for n in range(5):
        await store.keep_inbound(_mail(f"i{n}", digest=f"d{n}"), b"1")
    await store.settle_inbound("i3", Settled("ignored", START, reason="bounce"))

    first, cursor = await store.inbounds(None, None, limit=3)
    second, end = await store.inbounds(None, cursor, limit=3)
    ignored, _ = await store.inbounds("ignored", None)

    assert [mail.id for mail in (*first, *second)] == ["i4", "i3", "i2", "i1", "i0"]
    assert (end, [mail.id for mail in ignored]) == (None, ["i3"])
    assert await store.inbounds(None, "no cursor of ours") == ((), None)


async def test_mails_of_a_sender_are_counted_from_a_moment_on(store: Store) -> None:
    for n, (state, sender, at) in enumerate(
        (
            ("created", "ada@b.example", START),
            ("created", "ada@b.example", START - HOUR),
            ("refused", "ada@b.example", START),
            ("created", "eve@b.example", START),
        )
    ):
        await store.keep_inbound(_mail(f"i{n}", digest=f"d{n}"), b"1")
        await store.settle_inbound(f"i{n}", Settled(state, at, sender=sender))  # type: ignore[arg-type]

    assert await store.count_inbound("ada@b.example", START, ("created", "attached")) == 1
    assert await store.count_inbound("ada@b.example", START - HOUR, ("created", "refused")) == 3


async def test_mail_of_ours_is_found_by_its_message_id_where_it_belongs_to_a_ticket(store: Store) -> None:
    ticket = await store.create_ticket(_ticket(START))
    await store.queue_mail(replace(_of_ours("m2", "<chat.m2@desk.example>"), ticket_number=None), START)

    found = await store.mail_of_ours(("<unknown@x>", "<ticket.m1@desk.example>"))

    assert found is not None
    assert (found.mail_id, found.ticket_number, found.to) == ("m1", ticket.number, "ada@b.example")
    assert await store.mail_of_ours(("<chat.m2@desk.example>",)) is None
    assert await store.mail_of_ours(()) is None


def _of_ours(mail_id: str, message_id: str) -> NewMail:
    return NewMail(mail_id, "ticket_created", "ada@b.example", "en", message_id)


def _ticket(at: datetime) -> NewTicket:
    return NewTicket(
        subject="Help",
        channel="mail",
        department_id="support",
        requester_email="ada@b.example",
        requester_name=None,
        requester_verified=None,
        locale="en",
        checkpoint_at=at + HOUR,
        at=at,
        mails=(_of_ours("m1", "<ticket.m1@desk.example>"),),
    )


async def test_bytes_of_settled_mails_go_by_age_and_by_the_room_they_take(store: Store) -> None:
    for n in range(1, 5):
        await store.keep_inbound(_mail(f"i{n}", digest=f"d{n}"), b"raw")
    for n in range(1, 4):
        await store.settle_inbound(f"i{n}", Settled("ignored", START + n * HOUR, "list"))
    later = START + 9 * HOUR

    by_age = await store.forget_raw(later, START + 2 * HOUR, None, 10)
    by_room = [await store.forget_raw(later, None, 6, 1) for _ in range(2)]
    everything = await store.forget_raw(later, later, 0, 10)

    assert (by_age, by_room, everything) == (1, [1, 0], 1)
    assert [await store.inbound_raw(f"i{n}") for n in range(1, 5)] == [None, None, None, b"raw"]
    gone = await store.retry_inbound("i1", later)
    assert (gone.state, gone.raw_gone_at) == ("ignored", later)
    assert (await store.keep_inbound(_mail("i9", digest="d1"), b"raw")).id == "i1"
    kept, _ = await store.inbounds(None, None)
    assert [mail.id for mail in kept] == ["i4", "i3", "i2", "i1"]
