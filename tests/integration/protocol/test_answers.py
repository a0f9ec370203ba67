"""Every event is answered, in order, once: bad input, resends, order, sizes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.harness.desk import Desk
from tests.harness.fixtures import People

VISITOR_EVENTS = [
    "chat:start", "message:send", "chat:sync", "typing", "read", "page", "chat:leave", "chat:to_ticket",
    "chat:transcript", "chat:rate",
]  # fmt: skip
AGENT_EVENTS = [
    "status:set", "message:send", "chat:sync", "typing", "read", "note:add", "chat:watch", "chat:unwatch", "chat:take",
    "chat:transfer", "chat:set", "chat:close", "ticket:create",
]  # fmt: skip
WRONG = [
    "5",
    "null",
    "[]",
    "{}",
    '""',
    "NaN",
    '{"chat_id":NaN}',
    '{"chat_id":"\\ud800"}',
    '{"chat_id":1e999}',
    '{"chat_id":' + "9" * 40 + "}",
    '{"chat_id":' + "[" * 5000 + "]" * 5000 + "}",
    '{"chat_id":{"$ne":1}}',
    '{"chat_id":"a\\u0000b","client_id":"c","body":"x"}',
    "{},{}",
    '{"chat_id":',
    "tru",
]
NOT_SOCKET_IO: list[str | bytes] = [
    "nonsense", "4", "49", "42", "42/visitor,",
    '42/visitor,{"a":1}', "40/visitor,{}", "451-/visitor,[]", "6", b"\x00\x01",
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
async def test_wrong_input_to_any_event_is_answered_invalid(shared_desk: Desk, people: People, wrong: str) -> None:
    visitor, agent = await people.visitor(shared_desk), await people.agent(shared_desk, status=None)
    for client, events in ((visitor, VISITOR_EVENTS), (agent, AGENT_EVENTS)):
        for event in events:
            acked = client._acks[1_000_000] = asyncio.get_running_loop().create_future()
            await client.send_raw(f'42{client._namespace},1000000["{event}",{wrong}]')
            answer = await asyncio.wait_for(acked, 10)
            assert answer["ok"] is False, (event, wrong, answer)
            assert answer["error"]["code"] == "invalid", (event, wrong, answer)


async def test_unknown_and_reserved_event_names_are_invalid(shared_desk: Desk, people: People) -> None:
    visitor = await people.visitor(shared_desk)
    for event in ("nonsense", "connect", "disconnect", "hello", "", "__proto__"):
        assert (await visitor.refused(event, {}))["code"] == "invalid"


async def test_ids_of_others_are_answered_like_unknown_ones(desk: Desk, people: People) -> None:
    owner, stranger = await people.visitor(desk), await people.visitor(desk)
    chat = await owner.start("Mine alone")
    message = {"client_id": "c", "body": "x", "seq": 1, "on": True, "score": 5}
    message |= {"email": "a@example.com", "question": "q"}

    for event in VISITOR_EVENTS:
        if event in ("chat:start", "page"):
            continue
        foreign = await stranger.refused(event, {**message, "chat_id": chat["id"]})
        unknown = await stranger.refused(event, {**message, "chat_id": "0" * 24})
        assert foreign == unknown, event
        assert foreign["code"] == "not_found"


async def test_events_of_one_connection_take_effect_in_their_order(desk: Desk, people: People) -> None:
    agent, visitor = await people.agent(desk), await people.visitor(desk)
    chat = await visitor.start("number 0")
    await agent.assigned(chat["id"])

    acks = [
        await visitor.send("message:send", {"chat_id": chat["id"], "client_id": f"n{n}", "body": f"number {n}"})
        for n in range(1, 301)
    ]
    seqs = [(await ack)["seq"] for ack in acks]
    said = [m for m in await visitor.conversation(chat["id"]) if m["kind"] == "text"]

    assert seqs == sorted(seqs)
    assert [m["body"] for m in said] == [f"number {n}" for n in range(301)]
    await agent.wait("message", lambda m: m["body"] == "number 300")
    heard = [m["seq"] for m in agent.events("message") if m["chat_id"] == chat["id"]]
    assert heard == sorted(set(heard))
    assert [m["seq"] for m in await visitor.conversation(chat["id"])] == list(range(1, len(said) + 2))


async def test_resend_happens_once_also_after_a_crash_and_other_content_conflicts(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    start = {"client_id": "the-chat", "question": "Once?"}
    first = await visitor.ask("chat:start", start)
    message = {"chat_id": first["chat"]["id"], "client_id": "m1", "body": "hello"}
    sent = await visitor.ask("message:send", message)
    again = await visitor.ask("message:send", message)

    desk.kill()
    desk.start()
    back = await people.visitor(desk, token=visitor.token)
    after_crash = await back.ask("message:send", message)
    same_chat = await back.ask("chat:start", start)
    said = await back.conversation(message["chat_id"])

    assert sent == again == after_crash
    assert same_chat["chat"]["id"] == message["chat_id"]
    assert [m["body"] for m in said] == ["Once?", "hello"]
    assert (await back.refused("message:send", {**message, "body": "other"}))["code"] == "conflict"
    assert (await back.refused("chat:start", {**start, "question": "Other?"}))["code"] == "conflict"


async def test_validation_comes_before_the_memory_of_what_was_sent(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    chat = await visitor.start("Hello")
    await visitor.say(chat["id"], "x", client_id="m1")

    refused = await visitor.refused("message:send", {"chat_id": chat["id"], "client_id": "m1", "body": "  "})

    assert (refused["code"], refused["field"]) == ("invalid", "body")


async def test_message_that_is_sent_again_after_the_end_gives_the_same_answer(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    chat = await visitor.start("Hello")
    sent = await visitor.say(chat["id"], "wait", client_id="m1")
    await visitor.ask("chat:leave", {"chat_id": chat["id"]})

    again = await visitor.say(chat["id"], "wait", client_id="m1")
    new = await visitor.refused("message:send", {"chat_id": chat["id"], "client_id": "m2", "body": "more"})

    assert again == sent
    assert new["code"] == "closed"


async def test_large_event_is_answered_and_a_larger_frame_closes_its_own_connection(desk: Desk, people: People) -> None:
    visitor, bystander = await people.visitor(desk), await people.visitor(desk)
    chat = await visitor.start("Hello")
    around = len(f'["message:send",{{"chat_id":"{chat["id"]}","client_id":"big","body":""}}]')

    answer = await visitor.refused(
        "message:send", {"chat_id": chat["id"], "client_id": "big", "body": "x" * (1_000_000 - around)}
    )
    await visitor.send("message:send", {"chat_id": chat["id"], "client_id": "b2", "body": "x" * 1_100_000})

    assert answer["code"] == "too_large"
    assert await visitor.closed() == 1009
    await bystander.start("Still here")


@pytest.mark.parametrize("frame", NOT_SOCKET_IO)
async def test_what_is_not_socket_io_harms_nobody_else(shared_desk: Desk, people: People, frame: Any) -> None:
    visitor, bystander = await people.visitor(shared_desk), await people.visitor(shared_desk)

    await visitor.send_raw(frame)

    assert (await bystander.refused("nonsense", {}))["code"] == "invalid"


@pytest.mark.embedded("the stand-in database takes fewer messages than the limit")
async def test_flood_is_refused_with_the_time_to_wait(desk: Desk, people: People) -> None:
    visitor = await people.visitor(desk)
    chat = await visitor.start("Flood")
    acks = [
        await visitor.send("message:send", {"chat_id": chat["id"], "client_id": f"f{n}", "body": "x"})
        for n in range(1200)
    ]
    answers = [await ack for ack in acks]

    refused = [answer["error"] for answer in answers if not answer["ok"]]
    assert refused
    assert {error["code"] for error in refused} == {"rate_limited"}
    assert all(error["retry_after_s"] > 0 for error in refused)
