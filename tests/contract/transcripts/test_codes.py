"""One-time codes: one chat, ten minutes, one use, five tries, all of it in the log."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.contract.transcripts.examples import active, at, close, current, new_mail, new_ticket, started
from transcripts.audit_chain import Proved, prove
from transcripts.codes import MAX_RECENT, MAX_WRONG, Entered, NewCode, TooManyCodes, Try
from transcripts.contacts import ContactChanges
from transcripts.errors import ChatClosed, Conflict, NotFound, NotHeld
from transcripts.facts import ChatChanged, Fact, MailQueued
from transcripts.port import Store

ADDRESS = "jana@example.org"
SENT_AT = at(10)


async def known(store: Store) -> str:
    await store.create_ticket(new_ticket())
    contact = await store.contact_by_address(ADDRESS)
    assert contact is not None
    return contact.id


def code(contact_id: str, code_id: str = "k1", sent_at: datetime = SENT_AT, **fields: Any) -> NewCode:
    mail = new_mail(f"mail-{code_id}", kind="one_time_code")
    return replace(NewCode(code_id, "c1", contact_id, ADDRESS, f"hash-{code_id}", "a1", sent_at, mail), **fields)


async def enters(store: Store, code_hash: str, seconds: float = 20, chat_id: str = "c1") -> Entered:
    return await store.enter_code(Try(chat_id, "v1", code_hash, at(seconds)))


async def actions(store: Store) -> list[tuple[str, str]]:
    log, _ = await store.audit(None, 200)
    assert isinstance(await prove(store), Proved)
    return [(entry.action, str(entry.detail.get("outcome", ""))) for entry in reversed(log)]


async def test_the_right_code_verifies_this_chat_once(store: Store, facts: list[Fact]) -> None:
    contact = await known(store)
    chat = await active(store)
    facts.clear()

    sent = await store.send_code(code(contact))
    confirmed = await enters(store, "hash-k1")
    again = await enters(store, "hash-k1")

    assert (sent.code_expires_at, sent.revision) == (at(610), chat.revision + 1)
    assert (confirmed.outcome, confirmed.chat.visitor_verified, confirmed.chat.code_expires_at) == (
        "confirmed",
        "code",
        None,
    )
    assert again.outcome == "none"
    assert await current(store) == confirmed.chat
    told = [fact for fact in facts if isinstance(fact, ChatChanged)]
    assert [fact.chat for fact in told] == [sent, confirmed.chat]
    assert [fact for fact in facts if isinstance(fact, MailQueued)] == [MailQueued("mail-k1")]
    kept = await store.code_of("c1")
    assert kept is not None
    assert (kept.state, kept.contact_id, kept.address) == ("confirmed", contact, ADDRESS)
    assert await actions(store) == [("code.sent", ""), ("code.confirmed", "confirmed")]
    with pytest.raises(Conflict):
        await store.send_code(code(contact, "k2"))


async def test_five_wrong_tries_spend_a_code_and_a_new_one_starts_afresh(store: Store) -> None:
    contact = await known(store)
    await active(store)
    await store.send_code(code(contact))

    tries = [await enters(store, "wrong") for _ in range(MAX_WRONG)]
    late = await enters(store, "hash-k1")

    assert [(entered.outcome, entered.left) for entered in tries] == [
        ("wrong", 4),
        ("wrong", 3),
        ("wrong", 2),
        ("wrong", 1),
        ("spent", 0),
    ]
    assert late.outcome == "none"
    assert (await current(store)).code_expires_at is None
    await store.send_code(code(contact, "k2"))
    assert (await enters(store, "hash-k1")).outcome == "wrong"
    assert (await enters(store, "hash-k2")).outcome == "confirmed"
    assert [outcome for _, outcome in await actions(store)].count("wrong") == 5


async def test_guesses_made_at_once_are_all_counted(store: Store) -> None:
    contact = await known(store)
    await active(store)
    await store.send_code(code(contact))

    tries = await asyncio.gather(*(enters(store, f"guess {n}") for n in range(12)), enters(store, "hash-k1"))

    assert sum(entered.outcome in ("wrong", "spent") for entered in tries) == MAX_WRONG
    assert (await current(store)).visitor_verified is None


async def test_a_code_holds_for_ten_minutes_and_for_its_own_chat(store: Store) -> None:
    contact = await known(store)
    await active(store)
    await active(store, "c2", "v2")
    await store.send_code(code(contact))

    elsewhere = await enters(store, "hash-k1", chat_id="c2")
    expired = await enters(store, "hash-k1", 610)
    after = await enters(store, "hash-k1", 20)

    assert [elsewhere.outcome, expired.outcome, after.outcome] == ["none", "expired", "none"]
    assert (await current(store)).visitor_verified is None
    assert (await current(store)).code_expires_at is None
    assert (await current(store, "c2")).visitor_verified is None


async def test_a_code_is_still_good_in_its_last_moment(store: Store) -> None:
    contact = await known(store)
    await active(store)
    await store.send_code(code(contact))

    assert (await enters(store, "hash-k1", 609.999)).outcome == "confirmed"


async def test_a_code_is_sent_only_by_who_has_the_chat_and_only_to_a_known_address(store: Store) -> None:
    contact = await known(store)
    await started(store)

    with pytest.raises(NotHeld):
        await store.send_code(code(contact))
    await store.close_chat(close())
    await active(store, "c2", "v2")
    with pytest.raises(ChatClosed):
        await store.send_code(code(contact))
    with pytest.raises(NotHeld):
        await store.send_code(code(contact, chat_id="c2", agent_id="a2"))
    with pytest.raises(Conflict):
        await store.send_code(code(contact, chat_id="c2", address="typed@example.org"))
    with pytest.raises(NotFound):
        await store.send_code(code("nobody", chat_id="c2"))
    with pytest.raises(NotFound):
        await store.send_code(code(contact, chat_id="c9"))
    with pytest.raises(NotFound):
        await enters(store, "x", chat_id="c9")
    with pytest.raises(ChatClosed):
        await enters(store, "x")

    mails, _ = await store.mails(None, None)
    assert [mail.id for mail in mails] == []
    assert await store.code_of("c2") is None
    assert await actions(store) == []


async def test_one_address_gets_five_codes_an_hour(store: Store) -> None:
    contact = await known(store)
    await active(store)
    for n in range(MAX_RECENT):
        await store.send_code(code(contact, f"k{n}", at(10 + n)))

    with pytest.raises(TooManyCodes) as refused:
        await store.send_code(code(contact, "k8", at(100)))
    assert refused.value.retry_after.total_seconds() == 3510
    assert (await enters(store, f"hash-k{MAX_RECENT - 1}")).outcome == "confirmed"
    await active(store, "c2", "v2")
    with pytest.raises(TooManyCodes):
        await store.send_code(code(contact, "k8", at(3609.9), chat_id="c2"))
    await store.send_code(code(contact, "k8", at(3610), chat_id="c2"))


async def test_what_was_proved_goes_along_when_contacts_are_merged(store: Store) -> None:
    contact = await known(store)
    await store.create_ticket(new_ticket(requester_email="work@example.org"))
    other = await store.contact_by_address("work@example.org")
    await active(store)
    await store.send_code(code(contact))
    assert other is not None

    await store.change_contact(other.id, ContactChanges(at(12), "agent:a1", merge=contact))

    kept = await store.code_of("c1")
    assert kept is not None
    assert kept.contact_id == other.id
    assert (await enters(store, "hash-k1")).outcome == "confirmed"


async def test_the_log_is_read_in_pages(store: Store) -> None:
    contact = await known(store)
    await active(store)
    await store.send_code(code(contact))
    for _ in range(3):
        await enters(store, "wrong")

    first, following = await store.audit(None, limit=3)
    rest, end = await store.audit(following, limit=3)

    assert [entry.n for entry in (*first, *rest)] == [4, 3, 2, 1]
    assert end is None
    assert (await store.audit("odd"))[0] == ()
