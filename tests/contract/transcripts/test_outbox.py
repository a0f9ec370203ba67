"""Mails that wait to be sent: claimed by one, kept until they are sent or given up, tried again when asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.contract.transcripts.examples import at, new_mail
from transcripts.errors import Conflict, NotFound
from transcripts.facts import Fact, MailQueued
from transcripts.port import Store
from transcripts.records import Mail


async def test_a_queued_mail_is_due_at_once_with_what_it_will_say(store: Store, facts: list[Fact]) -> None:
    context = {"status": "open", "sentence": "Brzy se ozveme", "n": [1, None, 2.5]}
    new = new_mail("m1", ticket_number="10001", chat_id="c1", upto_seq=7, context=context)

    await store.queue_mail(new, at(0))

    expected = Mail(
        id="m1",
        kind="ticket_created",
        to="jana@example.org",
        locale="cs",
        message_id="<m1@example.org>",
        created_at=at(0),
        due_at=at(0),
        ticket_number="10001",
        chat_id="c1",
        upto_seq=7,
        context=context,
    )
    assert await store.mail("m1") == expected
    assert await store.mail("m9") is None
    assert facts == [MailQueued("m1")]
    with pytest.raises(Conflict):
        await store.queue_mail(new, at(1))


async def test_of_two_claims_at_once_each_gets_other_mails(store: Store) -> None:
    for number in range(5):
        await store.queue_mail(new_mail(f"m{number}"), at(10 - number))

    first, second = await asyncio.gather(
        store.claim_due(at(20), lease_s=30, limit=3), store.claim_due(at(20), lease_s=30, limit=3)
    )

    assert [mail.id for mail in first] == ["m4", "m3", "m2"]
    assert [mail.id for mail in second] == ["m1", "m0"]
    assert await store.claim_due(at(20), lease_s=30, limit=3) == ()


async def test_a_mail_is_not_claimed_before_its_time(store: Store) -> None:
    await store.queue_mail(new_mail("m1"), at(10))

    assert await store.claim_due(at(9.999), lease_s=30, limit=3) == ()
    assert len(await store.claim_due(at(10), lease_s=30, limit=3)) == 1


async def test_a_lease_that_ran_out_lets_another_try(store: Store) -> None:
    await store.queue_mail(new_mail("m1"), at(0))

    (first,) = await store.claim_due(at(1), lease_s=30, limit=9)
    before = await store.claim_due(at(30.5), lease_s=30, limit=9)
    (again,) = await store.claim_due(at(31), lease_s=30, limit=9)

    assert before == ()
    assert (first.attempts, again.attempts) == (1, 2)


async def test_a_sent_mail_keeps_its_bytes_and_is_never_claimed_again(store: Store) -> None:
    await store.queue_mail(new_mail("m1"), at(0))
    await store.claim_due(at(1), lease_s=30, limit=9)
    await store.mark_failed("m1", "busy", at(2))

    await store.mark_sent("m1", at(3), "Tiket 10001", b"raw \x00\xff bytes")

    mail = await store.mail("m1")
    assert mail is not None
    assert (mail.state, mail.sent_at, mail.subject, mail.raw) == ("sent", at(3), "Tiket 10001", b"raw \x00\xff bytes")
    assert mail.error is None
    assert await store.claim_due(at(999), lease_s=30, limit=9) == ()
    assert await store.next_due() is None


async def test_a_failed_attempt_is_tried_again_at_the_time_that_was_said(store: Store) -> None:
    await store.queue_mail(new_mail("m1"), at(0))
    await store.claim_due(at(1), lease_s=3000, limit=9)

    await store.mark_failed("m1", "450 busy", at(60))

    mail = await store.mail("m1")
    assert mail is not None
    assert (mail.state, mail.error, mail.due_at) == ("due", "450 busy", at(60))
    assert await store.claim_due(at(59), lease_s=30, limit=9) == ()
    assert len(await store.claim_due(at(60), lease_s=30, limit=9)) == 1


async def test_a_mail_given_up_waits_for_somebody_to_say_try_again(store: Store, facts: list[Fact]) -> None:
    await store.queue_mail(new_mail("m1"), at(0))
    await store.claim_due(at(1), lease_s=3000, limit=9)
    await store.mark_failed("m1", "550 no such user", None)
    given_up = await store.claim_due(at(999), lease_s=30, limit=9)
    facts.clear()

    mail = await store.retry_mail("m1", at(1000))

    assert given_up == ()
    assert (mail.state, mail.due_at, mail.error) == ("due", at(1000), "550 no such user")
    assert facts == [MailQueued("m1")]
    assert len(await store.claim_due(at(1000), lease_s=30, limit=9)) == 1


async def test_only_a_failed_mail_can_be_tried_again(store: Store, facts: list[Fact]) -> None:
    await store.queue_mail(new_mail("m1"), at(0))
    await store.claim_due(at(1), lease_s=30, limit=9)
    facts.clear()

    due = await store.retry_mail("m1", at(2))
    still_leased = await store.claim_due(at(3), lease_s=30, limit=9)
    await store.mark_sent("m1", at(4), "s", b"")
    sent = await store.retry_mail("m1", at(5))

    assert (due.due_at, still_leased, sent.state, facts) == (at(0), (), "sent", [])


async def test_the_next_mail_is_due_when_it_can_be_claimed(store: Store) -> None:
    assert await store.next_due() is None
    await store.queue_mail(new_mail("m1"), at(5))
    await store.queue_mail(new_mail("m2"), at(50))

    first = await store.next_due()
    await store.claim_due(at(6), lease_s=30, limit=9)
    leased = await store.next_due()
    await store.mark_failed("m1", "busy", at(100))

    assert (first, leased, await store.next_due()) == (at(5), at(36), at(50))


async def test_mails_are_listed_newest_first_without_their_bytes(store: Store) -> None:
    for number in range(5):
        await store.queue_mail(new_mail(f"m{number}"), at(number))
    await store.mark_sent("m1", at(9), "s", b"raw")
    sent = await store.mail("m1")
    assert sent is not None

    first, cursor = await store.mails(None, None, 3)
    rest, last = await store.mails(None, cursor, 3)

    assert [mail.id for mail in first] == ["m4", "m3", "m2"]
    assert rest[0] == replace(sent, raw=None)
    assert ([mail.id for mail in rest], last) == (["m1", "m0"], None)
    assert [mail.id for mail in (await store.mails("sent", None))[0]] == ["m1"]
    assert await store.mails("failed", None) == ((), None)
    assert await store.mails(None, "nonsense") == ((), None)


async def test_a_mail_that_is_unknown_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.mark_sent("m1", at(0), "s", b"")
    with pytest.raises(NotFound):
        await store.mark_failed("m1", "e", None)
    with pytest.raises(NotFound):
        await store.mark_failed("m1", "e", at(1))
    with pytest.raises(NotFound):
        await store.retry_mail("m1", at(0))
