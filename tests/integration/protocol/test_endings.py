"""How a conversation ends, by whom, with which ticket and mail; and what may be said about it afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, NewDesk, People
from tests.harness.mailserver import SmtpSink
from tests.harness.people import AgentClient, VisitorClient, new_client_id
from tests.harness.wire import Json
from tests.integration.protocol.conftest import StandingDesk
from tests.integration.protocol.guests import Guests, codes, mails_about


@pytest.fixture
def strict(standing_desk: StandingDesk) -> Desk:
    """A visitor who says nothing for a second is asked, and a second later the chat ends."""
    return standing_desk({"SEMAFOR_IDLE_WARN_S": "1", "SEMAFOR_IDLE_CLOSE_S": "1"})


async def served(guests: People, desk: Desk, **fields: Any) -> tuple[VisitorClient, AgentClient, str]:
    """A visitor, the agent who has their chat, and the chat's id."""
    ada = await guests.agent(desk, ADA)
    visitor = await guests.visitor(desk)
    chat = await visitor.start("Where is my letter?", **fields)
    await ada.assigned(chat["id"])
    return visitor, ada, chat["id"]


# ---- the agent ends it


async def test_resolved_chat_is_over_for_both_sides(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk, email="eva@example.com")

    order = {"chat_id": chat_id, "resolution": "resolved", "topic": "Letters", "summary": "It was there."}
    chat = (await ada.ask("chat:close", order))["chat"]

    assert (chat["state"], chat["resolution"], chat["topic"], chat["summary"], chat["ticket"]) == (
        "closed", "resolved", "Letters", "It was there.", None,
    )  # fmt: skip
    assert await ada.wait("unassigned") == {"chat_id": chat_id, "reason": "closed"}
    told = await visitor.wait("chat", lambda c: c["state"] == "closed")
    assert (told["resolution"], told["closed_at"]) == ("resolved", chat["closed_at"])
    assert "summary" not in told
    last = (await visitor.conversation(chat_id))[-1]
    assert last["event"] == {"code": "closed", "by": "agent", "resolution": "resolved"}
    for person, event in ((visitor, "message:send"), (ada, "message:send")):
        late = {"chat_id": chat_id, "client_id": new_client_id(), "body": "one more thing"}
        assert (await person.refused(event, late))["code"] == "closed"
    for event, data in (("chat:close", order), ("chat:take", {"chat_id": chat_id})):
        assert (await ada.refused(event, data))["code"] == "closed"
    assert (await visitor.start("A new question"))["id"] != chat_id


async def test_unresolved_chat_becomes_a_ticket_with_a_promise_and_a_mail(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk, email="eva@example.com", name="Eva")
    checkpoint = (datetime.now(UTC) + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    wanted = {"subject": "Lost letter", "priority": "high", "checkpoint_at": checkpoint, "tags": ["lost"]}

    order = {"chat_id": chat_id, "resolution": "unresolved", "topic": "Letters", "ticket": wanted}
    chat = (await ada.ask("chat:close", order))["chat"]

    number, url = chat["ticket"]["number"], chat["ticket"]["url"]
    ticket = (await ada.get(f"/api/v1/tickets/{number}"))["ticket"]
    assert {name: ticket[name] for name in ("subject", "priority", "checkpoint_at", "tags", "topic", "channel")} == {
        "subject": "Lost letter", "priority": "high", "checkpoint_at": checkpoint, "tags": ["lost"], "topic": "Letters",
        "channel": "chat",
    }  # fmt: skip
    assert (ticket["status"], ticket["chat_id"], ticket["url"]) == ("open", chat_id, url)
    assert ticket["requester"] == {"name": "Eva", "email": "eva@example.com", "verified": None}
    assert ticket["assignee"]["id"] == ada.id
    assert (await visitor.wait("chat", lambda c: c["state"] == "closed"))["ticket"] == chat["ticket"]
    assert codes(await visitor.conversation(chat_id)) == ["assigned", "closed", "ticket"]
    named = (await visitor.conversation(chat_id))[-1]
    assert (named["event"]["number"], number in named["body"]) == (number, True)
    (mail,) = await mails_about(shared_desk, guests, ticket=number)
    assert mail["to"] == "eva@example.com"
    assert number in mail["subject"] + mail["text"]
    assert "Where is my letter?" in mail["text"]
    assert url in mail["text"]


async def test_ticket_without_any_known_address_is_invalid_and_ends_nothing(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    order: Json = {"chat_id": chat_id, "resolution": "unresolved", "ticket": {"subject": "Lost letter"}}
    past = "2020-01-01T00:00:00.000Z"

    for more, field in (
        ({}, "ticket.email"),
        ({"email": "eva"}, "ticket.email"),
        ({"email": "eva@example.com", "checkpoint_at": past}, "ticket.checkpoint_at"),
        ({"email": "eva@example.com", "priority": "highest"}, "ticket.priority"),
    ):
        error = await ada.refused("chat:close", {**order, "ticket": {**order["ticket"], **more}})
        assert (error["code"], error["field"]) == ("invalid", field), more
    error = await ada.refused("chat:close", {"chat_id": chat_id, "resolution": "unresolved"})
    assert (error["code"], error["field"]) == ("invalid", "ticket.email")
    assert (await ada.refused("chat:close", {"chat_id": chat_id, "resolution": "abandoned"}))["field"] == "resolution"
    await ada.say(chat_id, "Still here")
    order["ticket"]["email"] = "eva@example.com"
    chat = (await ada.ask("chat:close", order))["chat"]

    assert chat["ticket"] is not None
    assert codes(await visitor.conversation(chat_id)) == ["assigned", "closed", "ticket"]


# ---- the visitor ends it


async def test_agent_says_how_a_chat_ended_that_its_visitor_ended(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)

    left = (await visitor.ask("chat:leave", {"chat_id": chat_id}))["chat"]
    told = await ada.wait("chat", lambda c: c["state"] == "closed")
    await ada.wait("unassigned", lambda u: u == {"chat_id": chat_id, "reason": "closed"})
    chat = (await ada.ask("chat:close", {"chat_id": chat_id, "resolution": "resolved", "topic": "Letters"}))["chat"]

    assert (left["state"], left["resolution"], told["needs_resolution"]) == ("closed", None, True)
    assert (chat["resolution"], chat["needs_resolution"], chat["closed_at"]) == ("resolved", False, left["closed_at"])
    again = await ada.refused("chat:close", {"chat_id": chat_id, "resolution": "unresolved"})
    assert again["code"] == "closed"
    events = [m["event"] for m in await visitor.conversation(chat_id) if m["kind"] == "event"]
    assert events[1:] == [{"code": "closed", "by": "visitor", "resolution": None}]
    await visitor.wait("chat", lambda c: c["resolution"] == "resolved")


async def test_slot_of_an_ended_chat_goes_to_who_waits(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, capacity=1)
    first, second = await guests.visitor(shared_desk), await guests.visitor(shared_desk)
    served_chat, waiting = await first.start("one"), await second.start("two")

    await first.ask("chat:leave", {"chat_id": served_chat["id"]})

    await ada.assigned(waiting["id"])


# ---- silence


async def test_silent_visitor_is_asked_and_then_the_chat_ends(strict: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, strict)
    await ada.say(chat_id, "Which order is it?")

    warning = await visitor.wait("message", lambda m: m["kind"] == "event" and m["event"]["code"] == "idle_warning")
    ended = await ada.wait("chat", lambda c: c["state"] == "closed")

    assert (warning["event"]["code"], ended["resolution"], ended["ticket"]) == ("idle_warning", "abandoned", None)
    assert await ada.wait("unassigned") == {"chat_id": chat_id, "reason": "closed"}
    last = (await visitor.conversation(chat_id))[-1]
    assert last["event"] == {"code": "closed", "by": "system", "resolution": "abandoned"}


async def test_word_of_the_visitor_calls_the_end_off_and_is_waited_for_as_long_as_it_takes(
    strict: Desk, guests: Guests
) -> None:
    visitor, ada, chat_id = await served(guests, strict)
    other, _, unanswered = await served(guests, strict)
    await ada.say(chat_id, "Which order is it?")
    await visitor.wait("message", lambda m: m["kind"] == "event" and m["event"]["code"] == "idle_warning")

    await visitor.say(chat_id, "I am looking for it")
    quick, _, short = await served(guests, strict)
    await ada.say(short, "And yours?")
    await quick.wait("chat", lambda c: c["state"] == "closed")

    # A whole round of warning and end went by: nobody who waits for an answer was asked, or sent away.
    assert codes(await visitor.conversation(chat_id)) == ["assigned", "idle_warning"]
    assert codes(await other.conversation(unanswered)) == ["assigned"]


async def test_silence_of_a_visitor_with_an_address_leaves_a_ticket(strict: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, strict, email="eva@example.com")
    await ada.say(chat_id, "Which order is it?")

    ended = await visitor.wait("chat", lambda c: c["state"] == "closed")

    number = ended["ticket"]["number"]
    assert (await ada.get(f"/api/v1/tickets/{number}"))["ticket"]["channel"] == "abandoned"
    assert [mail["to"] for mail in await mails_about(strict, guests, ticket=number)] == ["eva@example.com"]


# ---- rating


async def test_rating_is_given_after_the_end_and_may_be_changed(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    rating = {"chat_id": chat_id, "score": 2, "effort": 7, "recommend": 0, "comment": "Slow"}

    early = await visitor.refused("chat:rate", rating)
    await ada.ask("chat:close", {"chat_id": chat_id, "resolution": "resolved"})
    await visitor.ask("chat:rate", rating)
    await visitor.ask("chat:rate", {"chat_id": chat_id, "score": 5})

    assert early["code"] == "conflict"
    back = await guests.visitor(shared_desk, token=visitor.token)
    assert back.hello["last_chat"]["rating"] == {"score": 5, "effort": None, "recommend": None, "comment": None}
    for field, wrong in (
        ("score", 0),
        ("score", 6),
        ("score", 4.5),
        ("effort", 8),
        ("recommend", 11),
        ("recommend", -1),
    ):
        error = await visitor.refused("chat:rate", {**rating, field: wrong})
        assert (error["code"], error["field"]) == ("invalid", field)
    assert (await visitor.refused("chat:rate", {"chat_id": chat_id}))["field"] == "score"


# ---- the conversation by mail


async def test_conversation_is_mailed_to_the_chats_own_address_or_another(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk, email="eva@example.com")
    await ada.say(chat_id, "It is on its way")
    await ada.ask("note:add", {"chat_id": chat_id, "client_id": "n", "body": "she is a lawyer"})

    own = await visitor.ask("chat:transcript", {"chat_id": chat_id})
    other = await visitor.ask("chat:transcript", {"chat_id": chat_id, "email": "petr@example.com"})

    mails = {mail["id"]: mail for mail in await mails_about(shared_desk, guests, chat_id=chat_id)}
    assert [mails[sent["mail_id"]]["to"] for sent in (own, other)] == ["eva@example.com", "petr@example.com"]
    for mail in mails.values():
        assert "Where is my letter?" in mail["text"]
        assert "It is on its way" in mail["text"]
        assert "lawyer" not in str(mail)


async def test_transcript_without_any_address_is_invalid(shared_desk: Desk, guests: Guests) -> None:
    visitor, _, chat_id = await served(guests, shared_desk)

    for data in ({}, {"email": "eva"}, {"email": "eva@example.com\r\nBcc: all@example.com"}):
        error = await visitor.refused("chat:transcript", {"chat_id": chat_id, **data})
        assert (error["code"], error["field"]) == ("invalid", "email")


async def test_transcripts_to_anybody_are_rate_limited(new_desk: NewDesk, people: People, smtp_sink: SmtpSink) -> None:
    desk = new_desk(settings={"SEMAFOR_SMTP_URL": smtp_sink.url})
    visitor, _, chat_id = await served(people, desk)

    answers = [
        await visitor.call("chat:transcript", {"chat_id": chat_id, "email": f"n{n}@example.com"}) for n in range(30)
    ]

    refused = [answer["error"] for answer in answers if not answer["ok"]]
    assert {error["code"] for error in refused} == {"rate_limited"}
    assert all(error["retry_after_s"] > 0 for error in refused)
    await smtp_sink.wait_for(lambda mail: mail.recipients == ("n0@example.com",))
