"""A conversation as both sides see it: sequence, events, typing, read marks, notes, pages, tabs, who hears what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import ADA, BOB, MIA
from tests.harness.people import AgentClient, VisitorClient
from tests.harness.wire import Json
from tests.integration.protocol.guests import Guests, codes, texts


async def served(guests: Guests, desk: Desk, **auth: Any) -> tuple[VisitorClient, AgentClient, str]:
    """A visitor, the agent who has their chat, and the chat's id."""
    ada = await guests.agent(desk, ADA)
    visitor = await guests.visitor(desk, **auth)
    chat = await visitor.start("Where is my letter?", name="Eva")
    await ada.assigned(chat["id"])
    return visitor, ada, chat["id"]


def typing(on: bool) -> Callable[[Json], bool]:
    return lambda told: told["on"] is on


# ---- what is said


async def test_both_sides_have_the_same_sequence_without_a_gap(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)

    await asyncio.gather(
        *(visitor.say(chat_id, f"visitor {n}") for n in range(30)), *(ada.say(chat_id, f"agent {n}") for n in range(30))
    )

    said = await visitor.conversation(chat_id)
    seen = await ada.ask("chat:sync", {"chat_id": chat_id, "after_seq": 0})
    assert [m["seq"] for m in said] == list(range(1, 63))
    assert said == seen["messages"]
    assert seen["chat"]["last_seq"] == 62
    for person in (visitor, ada):
        await person.wait("message", lambda m: m["seq"] == 62)
        heard = [m for m in person.events("message") if m["chat_id"] == chat_id]
        assert heard == [m for m in said if m["seq"] >= heard[0]["seq"]]


async def test_question_is_the_first_message_under_the_client_id_of_the_start(
    shared_desk: Desk, guests: Guests
) -> None:
    visitor = await guests.visitor(shared_desk)

    chat = await visitor.start("  Where is my letter?  ", client_id="start-1", name="Eva")

    (first,) = await visitor.conversation(chat["id"])
    assert first | {"at": ""} == {
        "chat_id": chat["id"], "seq": 1, "client_id": "start-1", "kind": "text", "body": "Where is my letter?",
        "at": "", "author": {"kind": "visitor", "id": visitor.hello["visitor"]["id"], "name": "Eva"},
    }  # fmt: skip
    assert (first["at"][-1], len(first["at"])) == ("Z", len("2026-01-01T00:00:00.000Z"))


async def test_every_connection_of_both_hears_everything_also_its_own(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    tab = await guests.visitor(shared_desk, token=visitor.token)
    panel = await guests.agent(shared_desk, ADA, status=None)

    await visitor.say(chat_id, "from a tab")
    await ada.say(chat_id, "from a panel")

    for client in (visitor, tab, ada, panel):
        await client.wait("message", lambda m: m["body"] == "from a panel")
        assert texts(client.events("message"))[-2:] == ["from a tab", "from a panel"]
    assert tab.hello["chat"]["id"] == chat_id == panel.hello["chats"][0]["id"]


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "Ada Lovelace joined the conversation"),
        ("cs-CZ", "Ada Lovelace"),
        ("el", "Ada Lovelace"),
        ("xx", "Ada Lovelace joined the conversation"),
    ],
)
async def test_events_speak_the_visitors_language(
    shared_desk: Desk, guests: Guests, locale: str, sentence: str
) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk, locale=locale)

    event = (await visitor.conversation(chat_id))[1]

    assert (event["kind"], event["client_id"], event["author"]["kind"]) == ("event", None, "system")
    assert event["event"]["code"] == "assigned"
    assert event["event"]["agent"] == {"id": ada.id, "name": ADA.name}
    assert sentence in event["body"]
    assert (event["body"] == "Ada Lovelace joined the conversation") is (locale in {"en", "xx"})


async def test_text_is_trimmed_counted_and_kept_as_it_was_written(shared_desk: Desk, guests: Guests) -> None:
    visitor, _, chat_id = await served(guests, shared_desk)
    long = "ž" * 8000

    for body in (f"  {long}\n", "<b>&amp;</b>\r\n\tčau 🦊\u202e"):
        await visitor.say(chat_id, body)
    too_long = await visitor.refused("message:send", {"chat_id": chat_id, "client_id": "x", "body": long + "ž"})

    assert texts(await visitor.conversation(chat_id))[1:] == [long, "<b>&amp;</b>\r\n\tčau 🦊\u202e"]
    assert (too_long["code"], too_long["field"]) == ("too_large", "body")


async def test_client_ids_are_unique_per_author_and_chat(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)

    mine = await visitor.say(chat_id, "from me", client_id="same")
    yours = await ada.say(chat_id, "from you", client_id="same")
    note = await ada.ask("note:add", {"chat_id": chat_id, "client_id": "same", "body": "a note"})
    again = await ada.ask("note:add", {"chat_id": chat_id, "client_id": "same", "body": "a note"})
    other = await ada.refused("note:add", {"chat_id": chat_id, "client_id": "same", "body": "another"})

    assert yours["seq"] == mine["seq"] + 1
    assert (again["note_seq"], again["at"], other["code"]) == (note["note_seq"], note["at"], "conflict")
    for client_id in ("", "x" * 129, 7, None):
        error = await visitor.refused("message:send", {"chat_id": chat_id, "client_id": client_id, "body": "x"})
        assert (error["code"], error["field"]) == ("invalid", "client_id")


# ---- who may speak


async def test_only_who_has_the_chat_speaks_in_it(shared_desk: Desk, guests: Guests) -> None:
    visitor, _, chat_id = await served(guests, shared_desk)
    message = {"chat_id": chat_id, "client_id": "c", "body": "may I?"}
    for user in (BOB, MIA):
        other = await guests.agent(shared_desk, user, status=None)
        assert (await other.refused("message:send", message))["code"] == "forbidden"
        await other.ask("typing", {"chat_id": chat_id, "on": True})
        await other.ask("read", {"chat_id": chat_id, "seq": 1})

    assert visitor.events("read") == visitor.events("typing") == []
    assert "may I?" not in texts(await visitor.conversation(chat_id))


async def test_nobody_speaks_in_a_waiting_chat_but_its_visitor(shared_desk: Desk, guests: Guests) -> None:
    ada = await guests.agent(shared_desk, ADA, status="away")
    visitor = await guests.visitor(shared_desk)
    chat = await visitor.start("Hello")

    error = await ada.refused("message:send", {"chat_id": chat["id"], "client_id": "c", "body": "hi"})

    assert error["code"] == "forbidden"
    assert (await visitor.say(chat["id"], "still me"))["seq"] == 2


# ---- typing and reading


async def test_typing_goes_both_ways_and_is_not_kept(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    for on in (True, False):
        await visitor.ask("typing", {"chat_id": chat_id, "on": on, "preview": "I wou"})
        await ada.ask("typing", {"chat_id": chat_id, "on": on})

        by_visitor = await ada.wait("typing", typing(on))
        by_agent = await visitor.wait("typing", typing(on))

        assert by_visitor["author"] == {"kind": "visitor", "id": visitor.hello["visitor"]["id"], "name": "Eva"}
        assert (by_visitor["chat_id"], by_visitor["preview"]) == (chat_id, "I wou")
        assert by_agent == {"chat_id": chat_id, "author": {"kind": "agent", "id": ada.id, "name": ADA.name}, "on": on}
    assert len(await visitor.conversation(chat_id)) == 2


async def test_read_marks_are_told_kept_and_never_go_back(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    await ada.say(chat_id, "Please read this")

    await ada.ask("read", {"chat_id": chat_id, "seq": 2})
    await ada.ask("read", {"chat_id": chat_id, "seq": 1})
    await visitor.ask("read", {"chat_id": chat_id, "seq": 10**9})

    assert await visitor.wait("read") == {"chat_id": chat_id, "seq": 2, "by": "agent"}
    assert await ada.wait("read") == {"chat_id": chat_id, "seq": 3, "by": "visitor"}
    assert (await visitor.ask("chat:sync", {"chat_id": chat_id}))["chat"]["read_seq"] == 2
    assert (await ada.ask("chat:sync", {"chat_id": chat_id}))["chat"]["read_seq"] == 3
    assert len(visitor.events("read")) == 1


# ---- notes


async def test_notes_have_their_own_sequence_and_stay_in_the_house(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    mia = await guests.agent(shared_desk, MIA, status=None)
    await mia.ask("chat:watch", {"chat_id": chat_id})

    first = await ada.ask("note:add", {"chat_id": chat_id, "client_id": "n1", "body": "she is a lawyer"})
    await visitor.say(chat_id, "Hello?")
    second = await mia.ask("note:add", {"chat_id": chat_id, "client_id": "n2", "body": "be careful"})
    await ada.say(chat_id, "One moment")

    assert (first["note_seq"], second["note_seq"]) == (1, 2)
    heard = await ada.wait("note", lambda n: n["note_seq"] == 2)
    assert heard == await mia.wait("note", lambda n: n["note_seq"] == 2)
    assert (heard["after_seq"], heard["author"]) == (3, {"kind": "agent", "id": mia.id, "name": MIA.name})
    seen = await ada.ask("chat:sync", {"chat_id": chat_id, "after_seq": 0, "after_note_seq": 1})
    assert [note["body"] for note in seen["notes"]] == ["be careful"]
    assert [m["seq"] for m in seen["messages"]] == [1, 2, 3, 4]
    await visitor.wait("message", lambda m: m["body"] == "One moment")
    back = await guests.visitor(shared_desk, token=visitor.token)
    everything = [*visitor.history, *back.history, await back.ask("chat:sync", {"chat_id": chat_id})]
    assert "lawyer" not in str(everything)
    assert "careful" not in str(everything)


# ---- resuming


async def test_long_conversation_is_read_in_pages_of_two_hundred(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    for some in range(0, 399, 19):
        await asyncio.gather(*(visitor.say(chat_id, f"line {n}") for n in range(some, some + 19)))

    sizes, more, last = [], True, 0
    while more:
        page = await ada.ask("chat:sync", {"chat_id": chat_id, "after_seq": last})
        sizes.append(len(page["messages"]))
        assert [m["seq"] for m in page["messages"]] == list(range(last + 1, last + 1 + sizes[-1]))
        last, more = last + sizes[-1], page["more"]

    assert (sizes, last) == ([200, 200, 1], 401)
    beyond = await visitor.ask("chat:sync", {"chat_id": chat_id, "after_seq": 401})
    assert (beyond["messages"], beyond["more"]) == ([], False)


async def test_client_that_was_away_resumes_from_its_last_seq(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    last = (await visitor.conversation(chat_id))[-1]["seq"]
    visitor.cut()
    await visitor.closed()
    for n in range(3):
        await ada.say(chat_id, f"missed {n}")

    back = await guests.visitor(shared_desk, token=visitor.token)
    page = await back.ask("chat:sync", {"chat_id": chat_id, "after_seq": last})

    assert texts(page["messages"]) == ["missed 0", "missed 1", "missed 2"]
    assert back.hello["chat"]["last_seq"] == last + 3


# ---- reading along


async def test_colleague_reads_along_until_they_stop(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    bob = await guests.agent(shared_desk, BOB, status="away")

    watched = (await bob.ask("chat:watch", {"chat_id": chat_id}))["chat"]
    await visitor.say(chat_id, "heard")
    await visitor.ask("typing", {"chat_id": chat_id, "on": True})
    await bob.wait("message")
    await bob.wait("typing")
    await bob.ask("chat:unwatch", {"chat_id": chat_id})
    await visitor.say(chat_id, "not heard")
    await ada.wait("message", lambda m: m["body"] == "not heard")
    await bob.ask("chat:sync", {"chat_id": chat_id})

    assert watched["agent"]["id"] == ada.id
    assert texts(bob.events("message")) == ["heard"]
    assert bob.events("assigned") == []


async def test_agent_hears_only_the_chats_they_hold_or_watch(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    bob = await guests.agent(shared_desk, BOB, status="away")

    await visitor.say(chat_id, "private")
    await ada.ask("note:add", {"chat_id": chat_id, "client_id": "n", "body": "also"})
    await ada.ask("chat:set", {"chat_id": chat_id, "topic": "Letters"})
    await bob.wait("team", lambda told: told["agent"]["id"] == bob.id)
    await bob.ask("chat:sync", {"chat_id": chat_id})

    assert [bob.events(event) for event in ("message", "note", "chat", "assigned")] == [[], [], [], []]


# ---- what agents know and set


async def test_what_the_agent_sets_is_seen_by_both_sides(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    wanted = {
        "priority": "high", "topic": "Letters", "tags": ["lost", "abroad"], "name": "Eva B.",
        "email": "eva@example.com",
    }  # fmt: skip

    chat = (await ada.ask("chat:set", {"chat_id": chat_id, **wanted}))["chat"]

    assert (chat["priority"], chat["topic"], chat["tags"]) == ("high", "Letters", ["lost", "abroad"])
    assert (chat["visitor"]["name"], chat["visitor"]["email"]) == ("Eva B.", "eva@example.com")
    told = await visitor.wait("chat", lambda c: c["priority"] == "high")
    assert (told["topic"], told["transcript_email"]) == ("Letters", "eva@example.com")
    assert "tags" not in told
    for field, wrong in (
        ("priority", "highest"),
        ("tags", ["x" * 41]),
        ("tags", "lost"),
        ("email", "eva"),
        ("topic", 5),
    ):
        error = await ada.refused("chat:set", {"chat_id": chat_id, field: wrong})
        assert error["code"] in {"invalid", "too_large"}
        assert error["field"].startswith(field)


async def test_agents_first_word_from_the_server_is_all_they_need(shared_desk: Desk, guests: Guests) -> None:
    visitor, _, chat_id = await served(guests, shared_desk)
    await guests.agent(shared_desk, BOB, status="away")

    again = await guests.agent(shared_desk, ADA, status=None)

    hello = again.hello
    assert again.history[0].event == "hello"
    assert hello.keys() >= {"agent", "status", "capacity", "chats", "queue", "team", "canned", "topics", "server_time"}
    assert hello["agent"].keys() == {"id", "name", "email", "role", "tier", "capacity", "departments"}
    (mine,) = hello["chats"]
    assert (mine["id"], mine["light"], mine["oldest_unanswered_at"]) == (chat_id, "green", mine["created_at"])
    team = {told["agent"]["name"]: told for told in hello["team"]}
    assert set(team) == {BOB.name, MIA.name}
    assert team[BOB.name] | {"agent": 0, "since": 0} == {
        "agent": 0, "status": "away", "reason": None, "since": 0, "load": 0, "capacity": 3, "connected": True,
    }  # fmt: skip
    files = hello["settings"]["files"]
    assert files.keys() == {"max_bytes", "types"}
    assert hello["settings"] == {"service_target_s": 90, "alarm_after_s": 240, "files": files}
    told = {"service_target_s": 90, "visitor_grace_s": 120, "site_name": "Support", "files": files}
    unset = {
        "offers": {"chat": True, "callback": True, "message": True, "suggestion": True},
        "ask": {"name": "optional", "email": "optional", "topic": "optional"},
        "texts": {},
    }
    assert visitor.hello["settings"] == {**told, **unset}


async def test_visitor_is_told_nothing_but_their_own(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, _ = await served(guests, shared_desk)
    stranger = await guests.visitor(shared_desk)
    theirs = await stranger.start("Another matter")

    await ada.say(theirs["id"], "for the stranger")
    await stranger.wait("message", lambda m: m["body"] == "for the stranger")
    await visitor.ask("page", {"url": "https://shop.example/", "title": "Shop"})

    assert theirs["id"] not in str(visitor.history)


async def test_pages_the_visitor_reads_are_on_the_agents_card(shared_desk: Desk, guests: Guests) -> None:
    page = {"url": "https://shop.example/prices", "title": "Prices", "referrer": ""}
    visitor, ada, chat_id = await served(guests, shared_desk, page=page)

    await visitor.ask("page", {"url": "https://shop.example/letters", "title": "Letters"})

    card = await ada.get(f"/api/v1/chats/{chat_id}/visitor")
    assert [page["title"] for page in card["pages"]] == ["Letters", "Prices"]
    assert (card["visitor"]["name"], card["visitor"]["verified"]) == ("Eva", None)


async def test_light_follows_the_oldest_unanswered_message(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)

    await ada.say(chat_id, "answered")
    answered = (await ada.ask("chat:sync", {"chat_id": chat_id}))["chat"]
    said = [await visitor.say(chat_id, f"again {n}") for n in range(2)]
    unanswered: Json = (await ada.ask("chat:sync", {"chat_id": chat_id}))["chat"]

    assert (answered["light"], answered["oldest_unanswered_at"]) == (None, None)
    assert (unanswered["light"], unanswered["oldest_unanswered_at"]) == ("green", said[0]["at"])


async def test_events_of_a_conversation_are_in_the_order_of_what_happened(shared_desk: Desk, guests: Guests) -> None:
    visitor, ada, chat_id = await served(guests, shared_desk)
    bob = await guests.agent(shared_desk, BOB)
    await ada.ask("chat:transfer", {"chat_id": chat_id, "agent": bob.id})
    await bob.ask("ticket:create", {"chat_id": chat_id, "client_id": "t", "subject": "Later", "email": "e@example.com"})
    await bob.ask("chat:close", {"chat_id": chat_id, "resolution": "resolved"})

    assert codes(await visitor.conversation(chat_id)) == ["assigned", "transferred", "ticket", "closed"]
