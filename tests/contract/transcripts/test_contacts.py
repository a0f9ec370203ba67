"""Known people: how the record comes to know them, and what agents may change."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.contract.transcripts.examples import at, close, new_ticket, started
from transcripts.audit_chain import Proved, prove
from transcripts.contacts import AddressTaken, Contact, ContactChanges, PersonQuery, TwoIdentities
from transcripts.errors import Conflict, NotFound
from transcripts.port import Store
from transcripts.records import Visitor


async def asks(store: Store, email: str, name: str | None = "Jana", **fields: Any) -> None:
    await store.create_ticket(new_ticket(requester_email=email, requester_name=name, **fields))


def signed(visitor_id: str, subject: str, email: str | None, name: str | None = None) -> Visitor:
    return Visitor(visitor_id, at(0), name, email, "signed", subject)


def change(**fields: Any) -> ContactChanges:
    return ContactChanges(at(9), "agent:a1", **fields)


async def by_address(store: Store, address: str) -> Contact:
    contact = await store.contact_by_address(address)
    assert contact is not None
    return contact


async def test_whoever_asks_for_a_ticket_is_known_once_whatever_the_case_of_the_address(store: Store) -> None:
    await asks(store, "Jana@example.org", None)
    await asks(store, "jana@EXAMPLE.org", "Jana N.")
    await asks(store, "petr@example.org", "Petr")

    jana = await by_address(store, "JANA@example.org")

    assert (jana.name, jana.addresses, jana.subject) == ("Jana N.", ("Jana@example.org",), None)
    assert await store.contact(jana.id) == jana
    assert await store.contact_by_address("eva@example.org") is None
    assert await store.contact("unknown") is None
    assert len((await store.contacts(None, None))[0]) == 2


async def test_the_ticket_of_a_closed_chat_makes_its_requester_known(store: Store) -> None:
    await started(store)

    await store.close_chat(close(resolution="unresolved", ticket=new_ticket(requester_email="eva@example.org")))

    assert (await by_address(store, "eva@example.org")).name == "Jana"


async def test_a_claimed_visitor_makes_nobody_known_and_a_signed_one_joins_their_address(store: Store) -> None:
    await store.save_visitor(Visitor("v0", at(0), "X", "claimed@example.org"))
    await asks(store, "jana@example.org", "A stranger's joke")

    await store.save_visitor(signed("v1", "customer-7", "jana@example.org", "Jana"))
    await store.save_visitor(signed("v2", "customer-7", "jana@work.example.org", "Jana at work"))
    await store.save_visitor(signed("v3", "customer-8", "no address at all"))

    jana = await store.contact_by_subject("customer-7")
    other = await store.contact_by_subject("customer-8")
    assert jana is not None
    assert other is not None
    assert await store.contact_by_address("claimed@example.org") is None
    assert (jana.name, jana.addresses) == ("Jana", ("jana@example.org", "jana@work.example.org"))
    assert await by_address(store, "jana@example.org") == jana
    assert other.addresses == ()


async def test_an_address_signed_for_one_person_stays_theirs(store: Store) -> None:
    await store.save_visitor(signed("v1", "customer-7", "shared@example.org"))
    await store.save_visitor(signed("v2", "customer-8", "shared@example.org"))

    first, second = await store.contact_by_subject("customer-7"), await store.contact_by_subject("customer-8")

    assert first is not None
    assert second is not None
    assert (first.addresses, second.addresses) == (("shared@example.org",), ())


async def test_two_contacts_become_one_when_the_site_signs_the_address_of_the_other(store: Store) -> None:
    await store.save_visitor(signed("v1", "customer-7", None, "Jana"))
    await asks(store, "jana@example.org", "J.")
    before = await by_address(store, "jana@example.org")

    await store.save_visitor(signed("v1", "customer-7", "jana@example.org", "Jana"))

    after = await by_address(store, "jana@example.org")
    assert (after.subject, after.name, after.addresses) == ("customer-7", "Jana", ("jana@example.org",))
    assert after.id != before.id
    assert await store.contact(before.id) is None


async def test_an_agent_adds_and_changes_people_and_each_change_is_in_the_log(store: Store) -> None:
    eva = await store.add_contact(Contact("k1", "Eva", ("eva@example.org",), None, at(1)), "agent:a1")

    changed = await store.change_contact(
        "k1", change(name="Eva N.", addresses=("eva@work.example.org", "eva@example.org", "EVA@example.org"))
    )
    same = await store.change_contact("k1", change(name="Eva N."))
    fewer = await store.change_contact("k1", change(addresses=("eva@work.example.org",)))

    assert eva.addresses == ("eva@example.org",)
    assert (changed.name, changed.addresses) == ("Eva N.", ("eva@work.example.org", "eva@example.org"))
    assert same == changed
    assert fewer == await store.contact("k1")
    assert await store.contact_by_address("eva@example.org") is None
    log, following = await store.audit(None)
    assert [(entry.n, entry.action, entry.actor, entry.subject) for entry in log] == [
        (3, "contact.changed", "agent:a1", "contact:k1"),
        (2, "contact.changed", "agent:a1", "contact:k1"),
        (1, "contact.added", "agent:a1", "contact:k1"),
    ]
    assert log[1].detail["added"] == ["eva@work.example.org"]
    assert log[0].detail["removed"] == ["eva@example.org"]
    assert following is None
    assert isinstance(await prove(store), Proved)


async def test_the_address_of_another_contact_is_refused_and_nothing_is_changed(store: Store) -> None:
    await asks(store, "jana@example.org")
    await store.add_contact(Contact("k1", "Eva", ("eva@example.org",), None, at(1)), "agent:a1")

    with pytest.raises(AddressTaken) as refused:
        await store.change_contact("k1", change(name="X", addresses=("eva@example.org", "JANA@example.org")))
    with pytest.raises(AddressTaken):
        await store.add_contact(Contact("k2", None, ("Eva@example.org",), None, at(1)), "agent:a1")
    with pytest.raises(Conflict):
        await store.add_contact(Contact("k1", None, ("new@example.org",), None, at(1)), "agent:a1")
    with pytest.raises(NotFound):
        await store.change_contact("k9", change(name="X"))

    assert refused.value.contact == await by_address(store, "jana@example.org")
    assert (await by_address(store, "eva@example.org")).name == "Eva"
    assert await store.contact_by_address("new@example.org") is None
    assert len((await store.audit(None))[0]) == 1


async def test_merged_contacts_are_one_and_two_signed_people_are_not(store: Store) -> None:
    await store.save_visitor(signed("v1", "customer-7", "jana@example.org", "Jana"))
    await store.save_visitor(signed("v2", "customer-8", "eva@example.org", "Eva"))
    await asks(store, "jana@work.example.org", "J.")
    jana, eva = await by_address(store, "jana@example.org"), await by_address(store, "eva@example.org")
    work = await by_address(store, "jana@work.example.org")

    merged = await store.change_contact(work.id, change(merge=jana.id))
    with pytest.raises(TwoIdentities):
        await store.change_contact(merged.id, change(merge=eva.id))
    with pytest.raises(NotFound):
        await store.change_contact(merged.id, change(merge="unknown"))
    itself = await store.change_contact(merged.id, change(merge=merged.id))

    assert (merged.id, merged.name, merged.subject) == (work.id, "J.", "customer-7")
    assert merged.addresses == ("jana@work.example.org", "jana@example.org")
    assert itself == merged
    assert await store.contact(jana.id) is None
    assert await store.contact_by_subject("customer-7") == merged
    (entry,) = (await store.audit(None))[0]
    assert (entry.action, entry.detail["merged"]) == ("contact.merged", f"contact:{jana.id}")


async def test_people_are_found_by_parts_of_name_and_address_in_pages(store: Store) -> None:
    for number in range(5):
        await asks(store, f"p{number}@example.org", f"Łukasz {number}")
    await asks(store, "50%_off@example.net", "Άννα")

    first, following = await store.contacts("lukasz EXAMPLE.org", None, limit=3)
    rest, end = await store.contacts("lukasz EXAMPLE.org", following, limit=3)

    assert [c.addresses[0] for c in (*first, *rest)] == [f"p{n}@example.org" for n in (4, 3, 2, 1, 0)]
    assert end is None
    assert [c.name for c in (await store.contacts("αννα", None))[0]] == ["Άννα"]
    assert [c.name for c in (await store.contacts("0%_o", None))[0]] == ["Άννα"]
    assert (await store.contacts("' OR 1=1 --", None))[0] == ()
    assert (await store.contacts(None, "not a cursor"))[0] == ()


async def test_a_persons_history_is_what_was_said_under_any_of_their_names(store: Store) -> None:
    await store.save_visitor(signed("v1", "customer-7", "jana@example.org"))
    await started(store, "c1", "v1", email=None)
    await started(store, "c2", "v2", email="JANA@example.org", department_id="billing")
    await started(store, "c3", "v3", email="somebody@example.org")
    await started(store, "c4", "v4", email=None)
    await asks(store, "Jana@example.org", department_id="billing")
    await asks(store, "else@example.org", visitor_id="v4")
    await asks(store, "other@example.org")

    every = PersonQuery("v4", "customer-7", ("jana@example.org",), None, 10)
    chats, tickets = await store.chats_of_person(every), await store.tickets_of_person(every)
    billing = PersonQuery("v4", "customer-7", ("jana@example.org",), ("billing",), 10)

    assert [chat.id for chat in chats] == ["c4", "c2", "c1"]
    assert [ticket.requester_email for ticket in tickets] == ["else@example.org", "Jana@example.org"]
    assert [chat.id for chat in await store.chats_of_person(billing)] == ["c2"]
    assert [ticket.number for ticket in await store.tickets_of_person(billing)] == ["10001"]
    assert await store.chats_of_person(PersonQuery(None, None, (), None, 10)) == ()
    assert await store.tickets_of_person(PersonQuery(None, None, (), (), 10)) == ()


async def test_many_who_come_at_once_under_one_address_are_one(store: Store) -> None:
    await asyncio.gather(*(asks(store, "jana@example.org", f"N{n}") for n in range(6)))

    found, _ = await store.contacts(None, None)

    assert [contact.addresses for contact in found] == [("jana@example.org",)]
