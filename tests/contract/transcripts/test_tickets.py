"""Tickets: made once, changed in steps that are told, found again."""

from __future__ import annotations

import pytest

from tests.contract.transcripts.examples import AGENT, at, new_mail, new_ticket, new_ticket_message, ticket_of
from transcripts.errors import Conflict, NotFound
from transcripts.facts import Fact, MailQueued, TicketChanged, TicketMessageAdded
from transcripts.operations import TicketChanges
from transcripts.port import Store
from transcripts.questions import TicketQuery
from transcripts.records import Author, Ticket, TicketMessage

CUSTOMER = Author("visitor", "v1", "Jana")


async def test_a_ticket_has_a_short_number_and_all_that_was_given(store: Store, facts: list[Fact]) -> None:
    new = new_ticket(
        phone="+420 123",
        call_at=at(60),
        called_before=True,
        visitor_id="v1",
        assignee="a1",
        tier=2,
        requester_verified="code",
    )

    first = await store.create_ticket(new)
    second = await store.create_ticket(new_ticket())

    assert (first.number, second.number) == ("10001", "10002")
    assert first == Ticket(
        number="10001",
        status="open",
        priority="normal",
        department_id="sales",
        tier=2,
        topic=None,
        subject="Lost parcel",
        channel="chat",
        requester_name="Jana",
        requester_email="jana@example.org",
        requester_verified="code",
        locale="cs",
        assignee="a1",
        checkpoint_at=at(3600),
        created_at=at(5),
        updated_at=at(5),
        visitor_id="v1",
        phone="+420 123",
        call_at=at(60),
        called_before=True,
        promised_at=at(5),
        tier_since=at(5),
    )
    assert await ticket_of(store, "10001") == first
    assert await store.ticket("1") is None
    assert facts == [TicketChanged(first, None), TicketChanged(second, None)]


async def test_the_same_request_again_is_the_same_ticket(store: Store, facts: list[Fact]) -> None:
    new = new_ticket(creator="visitor:v1", client_id="t1", fingerprint="f", mails=(new_mail("m1"),))
    ticket = await store.create_ticket(new)
    facts.clear()

    assert await store.create_ticket(new) == ticket
    with pytest.raises(Conflict):
        await store.create_ticket(new_ticket(creator="visitor:v1", client_id="t1", fingerprint="g"))
    other = await store.create_ticket(new_ticket(creator="visitor:v2", client_id="t1", fingerprint="g"))

    assert other.number == "10002"
    assert facts == [TicketChanged(other, None)]


async def test_a_change_counts_the_version_and_keeps_the_rest(store: Store, facts: list[Fact]) -> None:
    before = await store.create_ticket(new_ticket(tags=("a",)))
    facts.clear()

    wanted = TicketChanges(status="in_progress", assignee="a2", tags=("b", "c"), checkpoint_at=at(7200), tier=3)
    ticket = await store.change_ticket("10001", wanted, at(9))

    assert (ticket.status, ticket.assignee, ticket.tags, ticket.tier) == ("in_progress", "a2", ("b", "c"), 3)
    assert (ticket.checkpoint_at, ticket.version, ticket.updated_at) == (at(7200), 2, at(9))
    assert (ticket.subject, ticket.created_at, ticket.solved_at) == (before.subject, at(5), None)
    assert facts == [TicketChanged(ticket, before)]
    assert await ticket_of(store, "10001") == ticket


async def test_a_change_of_nothing_is_none(store: Store, facts: list[Fact]) -> None:
    before = await store.create_ticket(new_ticket())
    facts.clear()

    assert await store.change_ticket("10001", TicketChanges(status="open", tier=1), at(9)) == before
    assert facts == []


async def test_an_assignee_and_a_checkpoint_can_be_taken_away(store: Store) -> None:
    await store.create_ticket(new_ticket(assignee="a1"))

    ticket = await store.change_ticket("10001", TicketChanges(unassign=True, clear_checkpoint=True), at(9))

    assert (ticket.assignee, ticket.checkpoint_at) == (None, None)


async def test_a_solved_ticket_knows_since_when_until_it_is_opened_again(store: Store) -> None:
    await store.create_ticket(new_ticket())

    solved = await store.change_ticket("10001", TicketChanges(status="solved"), at(9))
    closed = await store.change_ticket("10001", TicketChanges(status="closed"), at(10))
    reopened = await store.change_ticket("10001", TicketChanges(status="open"), at(11))

    assert (solved.solved_at, closed.solved_at, reopened.solved_at) == (at(9), at(9), None)


async def test_a_change_with_a_sentence_is_one_step_with_its_mail(store: Store, facts: list[Fact]) -> None:
    before = await store.create_ticket(new_ticket())
    facts.clear()

    wanted = TicketChanges(status="waiting", message=new_ticket_message("tm1"), mails=(new_mail("m1"),))
    ticket = await store.change_ticket("10001", wanted, at(9))

    message = TicketMessage(
        "tm1", "10001", AGENT, None, "panel", "We are looking for it.", at(9), internal=False, mail_id="m1"
    )
    assert await store.ticket_messages("10001") == (message,)
    assert facts == [TicketChanged(ticket, before), TicketMessageAdded(ticket, message), MailQueued("m1")]
    mail = await store.mail("m1")
    assert mail is not None
    assert (mail.ticket_number, mail.state, mail.due_at) == ("10001", "due", at(9))


async def test_a_message_moves_the_ticket_and_is_kept_in_order(store: Store, facts: list[Fact]) -> None:
    await store.create_ticket(new_ticket(first_message=new_ticket_message("tm0", author=CUSTOMER, channel="widget")))
    facts.clear()

    note = await store.add_ticket_message("10001", new_ticket_message("tm2", internal=True), at(7), ())
    reply = await store.add_ticket_message(
        "10001", new_ticket_message("tm1", verified="code"), at(6), (new_mail("m1"),)
    )

    first, *rest = await store.ticket_messages("10001")
    assert (first.author, first.channel, first.at) == (CUSTOMER, "widget", at(5))
    assert rest == [note, reply]
    assert (note.internal, note.mail_id, reply.mail_id, reply.verified) == (True, None, "m1", "code")
    ticket = await ticket_of(store, "10001")
    assert (ticket.version, ticket.updated_at) == (3, at(6))
    assert [type(fact) for fact in facts] == [TicketChanged, TicketMessageAdded] * 2 + [MailQueued]


async def test_the_same_message_again_is_one_message(store: Store, facts: list[Fact]) -> None:
    await store.create_ticket(new_ticket())
    sent = await store.add_ticket_message("10001", new_ticket_message("tm1", client_id="k"), at(6), (new_mail("m1"),))
    facts.clear()

    again = await store.add_ticket_message("10001", new_ticket_message("tm2", client_id="k"), at(8), (new_mail("m2"),))
    with pytest.raises(Conflict):
        await store.add_ticket_message("10001", new_ticket_message("tm3", client_id="k", body="other"), at(8), ())
    other = await store.add_ticket_message(
        "10001", new_ticket_message("tm4", client_id="k", author=CUSTOMER), at(8), ()
    )

    assert again == sent
    assert await store.ticket_messages("10001") == (sent, other)
    assert await store.mail("m2") is None


async def test_what_is_unknown_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.change_ticket("10001", TicketChanges(), at(1))
    with pytest.raises(NotFound):
        await store.add_ticket_message("10001", new_ticket_message("tm1"), at(1), ())
    assert await store.ticket_messages("10001") == ()


async def test_an_id_that_is_taken_leaves_nothing_half_done(store: Store, facts: list[Fact]) -> None:
    await store.create_ticket(new_ticket(mails=(new_mail("m1"),)))
    before = await ticket_of(store, "10001")
    facts.clear()

    with pytest.raises(Conflict):
        await store.create_ticket(new_ticket(mails=(new_mail("m1"),)))
    with pytest.raises(Conflict):
        await store.add_ticket_message("10001", new_ticket_message("tm1"), at(9), (new_mail("m1"),))

    assert await store.ticket("10002") is None
    assert await ticket_of(store, "10001") == before
    assert await store.ticket_messages("10001") == ()
    assert facts == []


async def _found(store: Store, **query: object) -> list[str]:
    tickets, following = await store.tickets(TicketQuery(**query))  # type: ignore[arg-type]
    assert following is None
    return [ticket.number for ticket in tickets]


async def test_open_tickets_come_by_checkpoint_and_the_rest_by_their_last_change(store: Store) -> None:
    for seconds in (300, 100, 200, 400, 500):
        await store.create_ticket(new_ticket(checkpoint_at=at(seconds)))
    await store.change_ticket("10004", TicketChanges(status="solved"), at(20))
    await store.change_ticket("10002", TicketChanges(status="closed"), at(30))
    await store.change_ticket("10003", TicketChanges(clear_checkpoint=True), at(40))

    assert await _found(store) == ["10001", "10005", "10003", "10002", "10004"]


async def test_a_page_goes_on_where_the_last_one_ended(store: Store) -> None:
    for number in range(7):
        await store.create_ticket(new_ticket(checkpoint_at=at(100 - number % 2)))
    await store.change_ticket("10001", TicketChanges(status="solved"), at(20))
    everything = await _found(store)

    pages: list[str] = []
    cursor: str | None = None
    for _ in range(4):
        tickets, cursor = await store.tickets(TicketQuery(cursor=cursor, limit=2))
        pages += [ticket.number for ticket in tickets]

    assert cursor is None
    assert pages == everything
    assert (await store.tickets(TicketQuery(cursor="nonsense")))[0] == ()


async def test_tickets_are_found_by_tier_by_nobodys_care_and_by_a_missed_promise(store: Store) -> None:
    for assignee in ("a1", None, None):
        await store.create_ticket(new_ticket(assignee=assignee, checkpoint_at=at(100)))
    await store.change_ticket("10001", TicketChanges(unassign=True), at(10))
    await store.change_ticket("10002", TicketChanges(tier=2, assignee="a2"), at(10))
    await store.change_ticket("10003", TicketChanges(missed=True, checkpoint_at=at(200)), at(110))
    await store.create_ticket(new_ticket(checkpoint_at=at(300)))
    await store.change_ticket("10004", TicketChanges(missed=True, checkpoint_at=at(400)), at(310))
    await store.change_ticket("10004", TicketChanges(news=True, checkpoint_at=at(500)), at(320))

    assert await _found(store, tier=2) == ["10002"]
    assert await _found(store, unassigned=True) == ["10001", "10003", "10004"]
    assert await _found(store, missed=True) == ["10003"]
    assert await _found(store, missed=True, unassigned=True, tier=1) == ["10003"]
    assert await _found(store, missed=True, tier=2) == []


async def test_tickets_are_found_by_what_they_are_about(store: Store) -> None:
    await store.create_ticket(new_ticket(subject="Ztracený balík", department_id="accounts", assignee="a1"))
    await store.create_ticket(new_ticket(requester_email="petr@firma.cz", requester_name=None, visitor_id="v7"))
    await store.add_ticket_message("10002", new_ticket_message("tm1", body="the invoice is wrong"), at(9), ())
    await store.change_ticket("10001", TicketChanges(status="solved"), at(9))

    assert await _found(store, words="ztraceny") == ["10001"]
    assert await _found(store, words="firma petr") == ["10002"]
    assert await _found(store, words="10002") == ["10002"]
    assert await _found(store, words="parcel invo") == ["10002"]
    assert await _found(store, words='"; -- *') == []
    assert await _found(store, words="  ") == ["10002", "10001"]
    assert await _found(store, statuses=("solved", "closed")) == ["10001"]
    assert await _found(store, departments=("accounts", "x")) == ["10001"]
    assert await _found(store, departments=()) == []
    assert await _found(store, assignee="a1") == ["10001"]
    assert await _found(store, visitor_id="v7") == ["10002"]
