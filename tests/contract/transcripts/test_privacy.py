"""A person who is erased is gone from every record, and what is counted stays; so is what has been kept long enough."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from tests.contract.transcripts.examples import (
    AGENT,
    START,
    VISITOR,
    active,
    at,
    close,
    current,
    messages,
    new_chat,
    new_mail,
    new_message,
    new_note,
    new_ticket,
    new_ticket_message,
    started,
    ticket_of,
)
from transcripts.audit_chain import Proved, prove
from transcripts.contacts import ContactChanges
from transcripts.facts import ChatChanged, Fact
from transcripts.files import StoredFile
from transcripts.inbound.record import InboundMail
from transcripts.incidents import Subscriber
from transcripts.operations import TicketChanges
from transcripts.persons import find_person
from transcripts.port import Store
from transcripts.privacy import Erasure, Person, Subject, Tombstone, key_of
from transcripts.questions import ChatQuery, TicketQuery
from transcripts.records import Author, PageView, Rating, Visitor
from transcripts.retention import Outdated

JANA = Subject("address", "jana@example.org")
EVA = Author("visitor", "v2", "Eva")
LATE = at(90 * 86400)


async def _talked(store: Store) -> str:
    """Jana asked, sent a file, rated, got a ticket and wrote to it; Eva asked something else. Jana's ticket."""
    await store.save_visitor(Visitor("v1", START, "Jana", "Jana@example.org"))
    await store.add_page(PageView("v1", "https://shop.example/zebra", "Zebra", START))
    chat = await active(store)
    kept = StoredFile("ab" * 12, "zebra.png", "image/png", 3, VISITOR, at(1), chat_id=chat.id, thumb_id="cd" * 12)
    for name in kept.kept_names:
        await store.keep_bytes(name, BytesIO(b"abc"))
    await store.add_file(kept)
    await store.send_message(new_message("m1", body="my zebra is late"))
    await store.send_message(new_message("m2", kind="file", body="zebra.png", file=kept.file))
    await store.send_message(new_message("m3", AGENT, body="I look for your zebra"))
    await store.add_note(new_note("n1", body="zebra again"))
    mails = (new_mail("mail1"), new_mail("mail2", to="petr@desk.example"))
    said = new_ticket_message("tm1", author=VISITOR, body="zebra question", client_id="tc")
    ticket = await store.create_ticket(
        new_ticket(
            chat_id=chat.id, mails=mails, first_message=said, creator="visitor:v1", client_id="t1", phone="+420777"
        )
    )
    await store.close_chat(close())
    await store.rate_chat(chat.id, Rating(2, 3, 4, "zebra!", at(6)))
    await store.subscribe(Subscriber("s1", "jana@example.org", "cs", True, (), at(7)), None)
    letter = InboundMail("i1", "d1", "<x@y>", "smtp", at(8), 3, at(8), "jana@example.org", sender="jana@example.org")
    await store.keep_inbound(letter, b"zebra")
    await started(store, "c2", "v2", client_id="start", name="Eva", email="eva@example.org", question="A zebra for Eva")
    return ticket.number


async def _erase(store: Store, person: Person, tombstone: Tombstone | None = None) -> dict[str, int]:
    erased = await store.erase(Erasure(person, at(100), frozenset({"delivery"}), tombstone))
    assert await store.purge()
    return dict(erased.counts)


async def test_nothing_but_what_is_counted_stays_of_an_erased_person(store: Store, facts: list[Fact]) -> None:
    number = await _talked(store)
    before = await current(store)
    person = await find_person(store, JANA)
    columns = await store.chat_columns(START, at(1))
    mark = len(facts)

    counts = await _erase(store, person)

    after = await current(store)
    assert (counts["chats"], counts["tickets"], counts["files"], counts["mails"], counts["inbound"]) == (1, 1, 1, 2, 1)
    assert (counts["pages"], counts["visitors"], counts["subscriptions"], counts["contacts"]) == (1, 1, 1, 1)
    assert after.erased_at == at(100)
    assert after.rating == replace(before.rating or Rating(1, None, None, None, at(1)), comment=None)
    assert (after.agent_id, after.resolution, after.closed_at) == ("a1", "resolved", before.closed_at)
    said = await messages(store)
    assert [message.seq for message in said] == list(range(1, before.last_seq + 1))
    everything = [after, said, await store.notes("c1"), await ticket_of(store, number)]
    everything += [await store.ticket_messages(number), await store.files_of_chat("c1"), await store.mails(None, None)]
    everything += [await store.inbounds(None, None), await store.inbound_raw("i1"), await store.pages("v1")]
    everything += [await store.visitor("v1"), await store.contacts(None, None), await store.code_of("c1")]
    for word in ("zebra", "ana@", "Jana", "420777", "'v1'"):
        assert word not in str(everything)
    assert not await store.subscriptions_of(("jana@example.org",))
    assert any(isinstance(fact, ChatChanged) and fact.chat == after for fact in facts[mark:])
    comments = [_without_comment(verdict) for verdict in columns.rating]
    told = await store.chat_columns(START, at(1))
    assert told._replace(rating=list(told.rating)) == columns._replace(rating=comments)  # type: ignore[arg-type]
    assert await store.known_subjects() == (
        Subject("address", "eva@example.org"),
        Subject("visitor", "v2"),
    )


def _without_comment(verdict: object) -> object:
    return {**verdict, "comment": None} if isinstance(verdict, dict) else verdict


async def test_search_finds_nothing_of_an_erased_person_and_others_as_before(store: Store) -> None:
    await _talked(store)

    await _erase(store, await find_person(store, JANA))

    found, _ = await store.search_chats(ChatQuery(words="zebra"))
    assert [hit.chat.id for hit in found] == ["c2"]
    assert (await store.search_chats(ChatQuery(words="jana")))[0] == ()
    assert (await store.search_chats(ChatQuery(visitor="jana")))[0] == ()
    for words in ("zebra", "jana", "parcel"):
        assert (await store.tickets(TicketQuery(words=words)))[0] == ()


async def test_erasing_twice_does_nothing_more_and_a_request_from_before_is_not_taken_for_the_old_one(
    store: Store,
) -> None:
    await _talked(store)
    person = await find_person(store, JANA)
    await _erase(store, person)
    erased = await current(store)

    counts = await _erase(store, person)

    assert not any(counts.values())
    assert await current(store) == erased
    anew = await store.start_chat(new_chat("c3", question="Again", email=None, name=None))
    assert anew.created
    assert (await store.contacts(None, None))[0] == ()


async def test_claims_of_others_do_not_go_with_a_visit(store: Store) -> None:
    await _talked(store)
    await started(store, "c3", "v3", client_id="x", name="Mallory", email="jana@example.org", question="I am Jana")

    person = await find_person(store, Subject("visitor", "v3"))

    assert person == Person(chat_ids=("c3",), visitor_ids=("v3",))
    of_jana = await find_person(store, JANA)
    assert set(of_jana.chat_ids) == {"c1", "c3"}
    assert set((await find_person(store, JANA, only_proved=True)).chat_ids) == {"c1", "c3"}


async def test_a_visit_without_an_address_goes_with_the_address_that_was_said_later(store: Store) -> None:
    await started(store, "c1", "v1", name=None, email=None)
    await store.close_chat(close("c1"))
    await started(store, "c2", "v1", client_id="second")

    assert (await find_person(store, JANA)).chat_ids == ("c1", "c2")
    assert (await find_person(store, JANA, only_proved=True)).chat_ids == ("c2",)
    assert (await find_person(store, Subject("visitor", "v1"))).addresses == ("jana@example.org",)
    assert (await find_person(store, Subject("address", "nobody@example.org"))).chat_ids == ()


async def test_a_tombstone_is_kept_once_and_found_again_only_what_is_older_goes(store: Store) -> None:
    await _talked(store)
    stone = Tombstone("e1", at(50), (key_of(b"secret", JANA),))
    await store.add_tombstone(stone)
    await store.add_tombstone(stone)
    await started(store, "c9", "v9", client_id="late", at=at(60))

    person = await find_person(store, JANA, before=at(50))

    assert await store.tombstones() == (stone,)
    assert person.chat_ids == ("c1",)
    assert person.contact_ids == ()
    assert person.addresses == ()
    await _erase(store, person, stone)
    assert (await current(store, "c9")).visitor_email == "jana@example.org"
    assert await store.tombstones() == (stone,)


async def test_addresses_in_the_audit_log_are_sealed_and_the_chain_holds(store: Store) -> None:
    await _talked(store)
    (jana,) = (await store.contacts("jana", None))[0]
    await store.change_contact(jana.id, ContactChanges(at(9), "agent:a1", addresses=(*jana.addresses, "j@example.net")))
    (entry,) = (await store.audit(None))[0]
    assert entry.detail["added"] == ["j@example.net"]

    await _erase(store, await find_person(store, JANA))

    log = (await store.audit(None))[0]
    assert "@" not in str(log)
    assert log[0].hash == entry.hash
    assert isinstance(await prove(store), Proved)


async def test_what_is_kept_too_long_is_found_by_class_and_taken_away(store: Store) -> None:
    number = await _talked(store)
    await store.close_chat(close("c2", at=LATE))

    def asked(kind: str, department_id: str = "sales", limit: int = 10) -> Outdated:
        return Outdated(kind, department_id, at(80 * 86400), limit)  # type: ignore[arg-type]

    files, pages = await store.outdated(asked("files")), await store.outdated(asked("pages"))
    assert (files.file_ids, files.file_bytes) == (("ab" * 12,), 3)
    assert (pages.page_visitors, pages.page_views) == (("v1",), 1)
    assert (await store.outdated(asked("conversations"))).chat_ids == ("c1",)
    assert (await store.outdated(asked("conversations", "billing"))).is_nothing
    await store.drop_outdated(asked("pages"), pages)
    assert await store.pages("v1") == ()

    addresses = await store.outdated(asked("addresses"))
    await store.drop_outdated(asked("addresses"), addresses)

    chat = await current(store)
    assert (chat.visitor_name, chat.visitor_email, chat.question) == (None, None, "Where is my parcel?")
    assert {message.author.name for message in await messages(store)} == {None, "Petr"}
    assert (await store.outdated(asked("addresses"))).chat_ids == ()
    assert (await ticket_of(store, number)).requester_email == "jana@example.org"
    assert [hit.chat.id for hit in (await store.search_chats(ChatQuery(words="late zebra")))[0]] == ["c1"]
    assert (await store.search_chats(ChatQuery(words="jana")))[0] == ()


async def test_finished_tickets_and_their_files_are_outdated_by_their_last_change(store: Store) -> None:
    ticket = await store.create_ticket(new_ticket(first_message=new_ticket_message("t", body="zebra")))
    await store.change_ticket(ticket.number, TicketChanges(status="closed"), at(9))
    kept = StoredFile("ef" * 12, "z.png", "image/png", 3, AGENT, at(1), ticket_number=ticket.number, sent_at=at(2))
    await store.keep_bytes(kept.id, BytesIO(b"abc"))
    await store.add_file(kept)

    files = await store.outdated(Outdated("files", "sales", at(20), 10))
    await store.drop_outdated(Outdated("files", "sales", at(20), 10), files)
    names = await store.outdated(Outdated("addresses", "sales", at(20), 10))
    await store.drop_outdated(Outdated("addresses", "sales", at(20), 10), names)

    assert files.file_ids == (kept.id,)
    assert await store.file(kept.id) is None
    assert names.ticket_numbers == (ticket.number,)
    after = await ticket_of(store, ticket.number)
    assert (after.requester_email, after.requester_name, after.subject) == ("", None, "Lost parcel")
    assert [t.number for t in (await store.tickets(TicketQuery(words="zebra parcel")))[0]] == [ticket.number]
    assert (await store.tickets(TicketQuery(words="jana")))[0] == ()
    assert (await store.contacts(None, None))[0] == ()
    assert (await store.outdated(Outdated("conversations", "sales", at(9), 10))).is_nothing
    assert (await store.outdated(Outdated("conversations", "sales", at(10), 10))).ticket_numbers == (ticket.number,)


def test_a_key_is_another_for_each_kind_and_secret() -> None:
    assert len({key_of(b"a", JANA), key_of(b"b", JANA), key_of(b"a", Subject("visitor", JANA.value))}) == 3
