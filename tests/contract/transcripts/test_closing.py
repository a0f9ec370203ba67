"""How a chat ends, what is said about it afterwards, and the ticket that follows from it."""

from __future__ import annotations

import pytest

from tests.contract.transcripts.examples import (
    AGENT,
    TICKET,
    active,
    at,
    close,
    current,
    messages,
    new_mail,
    new_message,
    new_ticket,
    new_ticket_message,
    started,
    ticket_of,
)
from transcripts.errors import ChatClosed, Conflict, NotFound
from transcripts.facts import ChatChanged, Fact, MailQueued, MessageAdded, TicketChanged, TicketMessageAdded
from transcripts.operations import ChatChanges
from transcripts.port import Store
from transcripts.records import Rating, Visitor

LEFT = close(by="visitor", resolution=None)


async def test_a_closed_chat_keeps_who_had_it_and_how_it_ended(store: Store, facts: list[Fact]) -> None:
    before = await active(store)
    facts.clear()

    chat = (await store.close_chat(close(topic="delivery", summary="late"))).chat

    assert (chat.state, chat.closed_at, chat.closed_by, chat.resolution) == ("closed", at(4), "agent", "resolved")
    assert (chat.agent_id, chat.topic, chat.summary) == ("a1", "delivery", "late")
    assert (chat.route_version, chat.ticket_number) == (before.route_version + 1, None)
    event = (await messages(store))[-1]
    assert event.event == {"code": "closed", "by": "agent"}
    assert facts == [ChatChanged(chat, before), MessageAdded(chat, event)]


async def test_what_is_over_is_over(store: Store, facts: list[Fact]) -> None:
    await active(store)
    await store.close_chat(close())
    facts.clear()

    for order in (close(), close(resolution=None), close(resolution="unresolved", ticket=new_ticket())):
        with pytest.raises(ChatClosed):
            await store.close_chat(order)
    assert facts == []
    with pytest.raises(NotFound):
        await store.close_chat(close("c9"))


async def test_the_resolution_of_a_chat_its_visitor_ended_is_said_once(store: Store, facts: list[Fact]) -> None:
    await active(store)
    left = (await store.close_chat(LEFT)).chat
    facts.clear()

    said = (await store.close_chat(close(at=at(60), topic="delivery", summary="moved"))).chat

    assert (left.resolution, said.resolution) == (None, "resolved")
    assert (said.closed_at, said.closed_by, said.route_version) == (at(4), "visitor", left.route_version)
    assert (said.topic, said.summary, said.last_seq) == ("delivery", "moved", left.last_seq)
    assert facts == [ChatChanged(said, left)]
    with pytest.raises(ChatClosed):
        await store.close_chat(close())


async def test_a_visitor_who_leaves_twice_is_told_that_it_is_over(store: Store) -> None:
    await active(store)
    await store.close_chat(LEFT)

    with pytest.raises(ChatClosed):
        await store.close_chat(LEFT)


async def test_an_unresolved_chat_becomes_a_ticket_in_the_same_step(store: Store, facts: list[Fact]) -> None:
    before = await active(store)
    facts.clear()
    ticket = new_ticket(
        priority="high",
        topic="delivery",
        tags=("vip",),
        first_message=new_ticket_message("tm1", channel="chat"),
        mails=(new_mail("mail1", chat_id="c1", context={"status": "open"}),),
    )

    closed = await store.close_chat(close(resolution="unresolved", ticket_events=(TICKET,), ticket=ticket))

    assert closed.ticket is not None
    made = closed.ticket
    assert (made.number, made.chat_id, made.visitor_id, made.status) == ("10001", "c1", "v1", "open")
    assert (made.priority, made.topic, made.tags, made.version) == ("high", "delivery", ("vip",), 1)
    assert (closed.chat.ticket_number, closed.chat.last_seq) == ("10001", before.last_seq + 2)
    end, number = (await messages(store))[-2:]
    assert number.body == "Your ticket is 10001, not {name}."
    assert number.event == {"code": "ticket", "number": "10001"}
    mail = await store.mail("mail1")
    assert mail is not None
    assert (mail.ticket_number, mail.upto_seq, mail.context) == ("10001", closed.chat.last_seq, {"status": "open"})
    (first,) = await store.ticket_messages("10001")
    assert facts == [
        ChatChanged(closed.chat, before),
        MessageAdded(closed.chat, end),
        MessageAdded(closed.chat, number),
        TicketChanged(made, None),
        TicketMessageAdded(made, first),
        MailQueued("mail1"),
    ]


async def test_saying_later_that_it_was_unresolved_adds_the_ticket_but_no_second_end(store: Store) -> None:
    await active(store)
    left = (await store.close_chat(LEFT)).chat

    order = close(resolution="unresolved", at=at(60), ticket_events=(TICKET,), ticket=new_ticket())
    closed = await store.close_chat(order)

    assert closed.chat.ticket_number == "10001"
    assert closed.chat.last_seq == left.last_seq + 1
    assert [message.event and message.event["code"] for message in await messages(store)] == [
        None,
        "assigned",
        "closed",
        "ticket",
    ]


async def test_a_ticket_asked_for_twice_with_the_end_is_made_once(store: Store, facts: list[Fact]) -> None:
    await started(store)
    ticket = new_ticket(creator="visitor:v1", client_id="t1", fingerprint="f", mails=(new_mail("mail1"),))
    order = close(resolution="abandoned", by="visitor", ticket_events=(TICKET,), ticket=ticket)
    first = await store.close_chat(order)
    facts.clear()

    again = await store.close_chat(order)

    assert again == first
    assert facts == []
    with pytest.raises(Conflict):
        await store.close_chat(close(ticket=new_ticket(creator="visitor:v1", client_id="t1", fingerprint="g")))


async def test_a_ticket_made_during_the_chat_is_not_made_again_by_its_end(store: Store) -> None:
    await active(store)
    ticket = new_ticket(creator="agent:a1", client_id="t1", fingerprint="f", chat_id="c1")
    made = await store.create_ticket(ticket)

    closed = await store.close_chat(close(resolution="unresolved", ticket=ticket))

    assert closed.ticket == made
    assert (closed.chat.state, closed.chat.ticket_number) == ("closed", made.number)


async def test_a_refused_end_leaves_no_hole_in_the_ticket_numbers(store: Store) -> None:
    await started(store, "c1", "v1")
    await started(store, "c2", "v2")
    await store.close_chat(close("c1"))
    with pytest.raises(ChatClosed):
        await store.close_chat(close("c1", ticket=new_ticket()))

    closed = await store.close_chat(close("c2", resolution="unresolved", ticket=new_ticket()))

    assert closed.ticket is not None
    assert closed.ticket.number == "10001"


async def test_a_late_timer_finds_a_chat_that_has_moved_on(store: Store, facts: list[Fact]) -> None:
    await active(store)
    await store.send_message(new_message("m1", at=at(100)))
    before = await current(store)
    facts.clear()

    with pytest.raises(Conflict):
        await store.close_chat(close(if_state="queued"))
    with pytest.raises(Conflict):
        await store.close_chat(close(if_idle_since=at(99)))
    assert (await current(store), facts) == (before, [])

    closed = await store.close_chat(close(if_state="active", if_idle_since=at(100)))
    assert closed.chat.state == "closed"


async def test_a_timer_does_not_say_how_a_chat_ended_that_its_visitor_left(store: Store) -> None:
    await active(store)
    await store.close_chat(LEFT)

    with pytest.raises(Conflict):
        await store.close_chat(close(by="system", resolution="abandoned", if_state="active"))

    assert (await current(store)).resolution is None


async def test_an_agents_message_does_not_make_the_visitor_less_idle(store: Store) -> None:
    await active(store)
    await store.send_message(new_message("m1", AGENT, at=at(100)))

    closed = await store.close_chat(close(if_idle_since=at(50)))

    assert closed.chat.state == "closed"


async def test_changes_to_a_chat_reach_its_visitor_too(store: Store, facts: list[Fact]) -> None:
    await store.save_visitor(Visitor("v1", at(0), email="old@example.org"))
    before = await active(store)
    facts.clear()

    changes = ChatChanges(priority="urgent", topic="delivery", tags=("a", "b"), name="Jana N.")
    chat = await store.set_chat("c1", changes)
    again = await store.set_chat("c1", changes)

    assert (chat.priority, chat.topic, chat.tags, chat.visitor_name) == ("urgent", "delivery", ("a", "b"), "Jana N.")
    assert (chat.visitor_email, chat.route_version) == ("jana@example.org", before.route_version)
    assert (again, facts) == (chat, [ChatChanged(chat, before)])
    visitor = await store.visitor("v1")
    assert visitor is not None
    assert (visitor.name, visitor.email) == ("Jana N.", "old@example.org")
    with pytest.raises(NotFound):
        await store.set_chat("c9", ChatChanges(topic="x"))


async def test_a_rating_can_be_given_and_changed(store: Store) -> None:
    await active(store)
    await store.close_chat(close())

    await store.rate_chat("c1", Rating(2, None, None, None, at(9)))
    chat = await store.rate_chat("c1", Rating(5, 1, 10, "Děkuji", at(10)))

    assert chat.rating == Rating(5, 1, 10, "Děkuji", at(10))
    assert await current(store) == chat
    with pytest.raises(NotFound):
        await store.rate_chat("c9", Rating(5, 1, 10, None, at(10)))


async def test_the_last_chat_of_a_visitor_is_the_one_closed_last(store: Store) -> None:
    await started(store, "c1", "v1")
    await store.close_chat(close("c1", at=at(10)))
    await started(store, "c2", "v1", client_id="s2")
    second = (await store.close_chat(close("c2", at=at(20)))).chat
    await started(store, "c3", "v1", client_id="s3")

    assert await store.last_chat_of("v1", at(0)) == second
    assert await store.last_chat_of("v1", at(20)) == second
    assert await store.last_chat_of("v1", at(20.001)) is None
    assert await store.last_chat_of("v2", at(0)) is None


async def test_chats_that_need_a_resolution_are_found_by_their_agent(store: Store) -> None:
    for number in range(3):
        await active(store, f"c{number}", f"v{number}")
        await store.close_chat(close(f"c{number}", by="visitor", resolution=None, at=at(10 + number)))
    await active(store, "c5", "v5", "a2")
    await store.close_chat(close("c5", by="visitor", resolution=None))
    await store.close_chat(close("c1"))

    assert [chat.id for chat in await store.unresolved_of("a1")] == ["c2", "c0"]


async def test_a_ticket_of_a_chat_is_linked_and_announced_in_it(store: Store, facts: list[Fact]) -> None:
    before = await active(store)
    facts.clear()

    ticket = await store.create_ticket(new_ticket(chat_id="c1", chat_events=(TICKET,), mails=(new_mail("mail1"),)))

    chat = await current(store)
    assert (chat.state, chat.ticket_number, chat.last_seq) == ("active", "10001", before.last_seq + 1)
    assert (await messages(store))[-1].body == "Your ticket is 10001, not {name}."
    assert [type(fact) for fact in facts] == [ChatChanged, MessageAdded, TicketChanged, MailQueued]
    mail = await store.mail("mail1")
    assert mail is not None
    assert mail.upto_seq == chat.last_seq
    assert await ticket_of(store, "10001") == ticket


async def test_a_ticket_can_be_made_of_a_closed_chat(store: Store) -> None:
    await active(store)
    await store.close_chat(close())

    await store.create_ticket(new_ticket(chat_id="c1", chat_events=(TICKET,)))

    assert (await current(store)).ticket_number == "10001"
    with pytest.raises(NotFound):
        await store.create_ticket(new_ticket(chat_id="c9"))
