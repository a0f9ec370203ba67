"""What goes over the bus and what waits to: forms, bounds, what is left out first."""

from __future__ import annotations

import json
import pickle

import pytest

from server.sockets.bus_messages import (
    MAX_MESSAGE_BYTES,
    MAX_NAME_CHARS,
    MAX_WAITING_PUSHES,
    MAX_WAITING_WAKES,
    MAX_WAKES_AT_ONCE,
    Malformed,
    Outgoing,
    Ping,
    Push,
    Wakes,
    ping_message,
    push_message,
    read,
    wake_message,
)


def test_what_is_said_is_what_is_read() -> None:
    typing = push_message("one", ("visitor:7", "watch:7"), "typing", {"chat_id": "c7", "typing": True})
    news = wake_message("one", [("chat", "c7", 12), ("directory", "", 0)])

    assert read(typing) == ("one", Push(("visitor:7", "watch:7"), "typing", {"chat_id": "c7", "typing": True}))
    assert read(news) == ("one", Wakes((("chat", "c7", 12), ("directory", "", 0))))
    assert read(ping_message("one", 4)) == ("one", Ping(4))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"emit"',
        b"[" * 60_000,
        b"{}",
        b'{"method": "emit"}',
        b'{"method": "emit", "host_id": "x", "event": "typing", "data": [{}], "room": "visitor:7"}',
        b'{"method": "emit", "host_id": "x", "event": "typing", "data": [{}], "room": [7]}',
        b'{"method": "emit", "host_id": "x", "event": 7, "data": [{}], "room": []}',
        b'{"method": "emit", "host_id": "x", "event": "typing", "data": [], "room": []}',
        b'{"method": "wake", "host_id": "x", "wakes": {}}',
        b'{"method": "wake", "host_id": "x", "wakes": [["chat", "c7"]]}',
        b'{"method": "wake", "host_id": "x", "wakes": [["chat", "c7", "12"]]}',
        b'{"method": "wake", "host_id": "x", "wakes": [["chat", "c7", true]]}',
        b'{"method": "wake", "host_id": "x", "wakes": [["chat", "c7", 1e99]]}',
        b'{"method": "wake", "wakes": []}',
        b'{"method": "ping", "host_id": 7, "number": 1}',
        b'{"method": "disconnect", "host_id": "x", "sid": "abc", "namespace": "/agent"}',
        pickle.dumps({"method": "wake", "host_id": "x", "wakes": []}),
        "text",
        None,
    ],
)
def test_anything_else_is_malformed(raw: object) -> None:
    with pytest.raises(Malformed):
        read(raw)


def test_a_message_beyond_the_bound_is_neither_sent_nor_read() -> None:
    large = "x" * MAX_MESSAGE_BYTES

    with pytest.raises(Malformed, match="too large"):
        push_message("one", ("visitor:7",), "typing", large)
    with pytest.raises(Malformed, match="too large"):
        read(json.dumps({"method": "ping", "host_id": large, "number": 1}).encode())


@pytest.mark.parametrize("data", [object(), "\ud800", 2**70, {1: "a number as a key"}])
def test_a_push_that_is_no_json_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        push_message("one", ("visitor:7",), "typing", data)


def test_the_news_of_one_key_leave_as_its_highest_number() -> None:
    outgoing = Outgoing()

    for number in (3, 12, 7):
        outgoing.add_wake("chat", "c7", number)
    outgoing.add_wake("chat", "c8", 1)

    assert outgoing.take_wakes() == [("chat", "c7", 12), ("chat", "c8", 1)]
    assert outgoing.take_wakes() == []


def test_the_largest_wakes_fit_in_one_message() -> None:
    outgoing = Outgoing()
    for number in range(MAX_WAKES_AT_ONCE + 1):
        assert outgoing.add_wake("chat", f"{number:03}".ljust(MAX_NAME_CHARS - 4, '"'), 2**53)

    first = outgoing.take_wakes()

    assert len(first) == MAX_WAKES_AT_ONCE
    assert read(wake_message("h" * 32, first)) == ("h" * 32, Wakes(tuple(first)))
    assert len(outgoing.take_wakes()) == 1


@pytest.mark.parametrize(
    "wake", [("chat", "x" * MAX_NAME_CHARS, 1), ("chat", "\ud800", 1), ("chat", "a\x00b", 1), ("chat", "c7", 2**63)]
)
def test_a_wake_that_could_not_be_sent_is_not_kept(wake: tuple[str, str, int]) -> None:
    outgoing = Outgoing()

    assert not outgoing.add_wake(*wake)
    assert len(outgoing) == 0


def test_pushes_make_room_for_wakes_and_never_the_other_way_round() -> None:
    outgoing = Outgoing()
    assert outgoing.add_push(b"typing")
    for number in range(MAX_WAITING_WAKES - 1):
        assert outgoing.add_wake("chat", f"c{number}", 1)

    assert not outgoing.add_push(b"typing more")
    assert outgoing.add_wake("chat", "one more", 1)
    assert outgoing.take_push() is None
    assert not outgoing.add_wake("chat", "one too many", 1)
    assert outgoing.add_wake("chat", "one more", 2)
    assert len(outgoing) == MAX_WAITING_WAKES


def test_pushes_are_bounded_and_can_be_dropped() -> None:
    outgoing = Outgoing()

    kept = [outgoing.add_push(b"typing") for _ in range(MAX_WAITING_PUSHES + 5)]
    outgoing.drop_pushes()

    assert kept.count(True) == MAX_WAITING_PUSHES
    assert outgoing.take_push() is None
