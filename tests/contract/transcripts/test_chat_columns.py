"""Chats as columns: the same values from every adapter, in the order of time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.contract.transcripts.examples import (
    AGENT,
    assign,
    at,
    close,
    current,
    new_message,
    new_ticket,
    requeue,
    started,
)
from transcripts.columns import ChatColumns, KeptDay
from transcripts.operations import TicketChanges
from transcripts.port import Store
from transcripts.records import EstimateShown, Rating

SECOND = 1_000_000


def micros(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, moment.tzinfo)) // timedelta(microseconds=1)


async def columns(store: Store, from_s: float = 0, to_s: float = 10_000) -> dict[str, list[Any]]:
    found = await store.chat_columns(at(from_s), at(to_s))
    return {name: list(values) for name, values in zip(ChatColumns._fields, found, strict=True)}


async def _served(store: Store, chat_id: str, asked_s: float, **fields: Any) -> None:
    """Taken after 10 s, answered after 30."""
    chat = await started(store, chat_id, f"visitor of {chat_id}", at=at(asked_s), **fields)
    await store.assign(assign(chat, f"agent of {chat_id}", at_s=asked_s + 10))
    await store.send_message(new_message("hello", AGENT, chat_id, at=at(asked_s + 30)))


async def test_each_column_has_a_value_per_chat_in_the_order_of_time(store: Store) -> None:
    await started(store, "c2", "v2", at=at(5), department_id="accounts")
    await _served(store, "c1", 0, topic="Delivery")
    await store.close_chat(close("c1", at=at(99)))

    found = await columns(store)

    assert found["asked"] == [micros(at(0)), micros(at(5))]
    assert found["department_id"] == ["sales", "accounts"]
    assert found["topic"] == ["Delivery", None]
    assert found["agent_id"] == ["agent of c1", None]
    assert (found["state"], found["resolution"]) == (["closed", "queued"], ["resolved", None])
    assert (found["exchanges"], found["messages"]) == ([1, 0], [2, 1])
    assert (found["waited"], found["given"]) == ([10 * SECOND, None], [10 * SECOND, None])
    assert (found["replied"], found["closed"]) == ([30 * SECOND, None], [99 * SECOND, None])
    assert found["solved"] == [99 * SECOND, None]
    for name in ("told", "likely_s", "upto_s", "rating", "rating_of", "channel"):
        assert found[name] == [None, None]


async def test_columns_are_of_chats_started_in_the_period(store: Store) -> None:
    for number, asked_s in enumerate((-1, 0, 50, 100)):
        await started(store, f"c{number}", f"v{number}", at=at(asked_s))

    assert (await columns(store, 0, 100))["asked"] == [micros(at(0)), micros(at(50))]
    assert set(map(len, (await columns(store, 200)).values())) == {0}


async def test_who_had_it_last_got_it_when_they_got_it(store: Store) -> None:
    await _served(store, "c1", 0)
    chat = await store.requeue(requeue(await current(store, "c1"), at=at(100)))

    assert (await columns(store))["given"] == [None]
    await store.assign(assign(chat, "a2", at_s=130))

    found = await columns(store)
    assert (found["agent_id"], found["waited"], found["given"]) == (["a2"], [10 * SECOND], [130 * SECOND])


async def test_a_chat_with_a_ticket_is_solved_with_it_and_rated_by_its_channel(store: Store) -> None:
    await _served(store, "c1", 0)
    closed = await store.close_chat(close("c1", resolution="unresolved", at=at(99), ticket=new_ticket()))
    await store.rate_chat("c1", Rating(2, 7, 0, "slow, \u201csorry\u201d, \n9", at(500)))
    assert closed.ticket is not None
    before = await columns(store)

    await store.change_ticket(closed.ticket.number, TicketChanges(status="solved"), at(5000))

    after = await columns(store)
    assert (before["solved"], after["solved"]) == ([None], [5000 * SECOND])
    assert after["channel"] == [closed.ticket.channel]
    assert after["rating_of"] == ["c1"]
    (rating,) = after["rating"]
    assert dict(rating) == {
        "score": 2, "effort": 7, "recommend": 0, "comment": "slow, \u201csorry\u201d, \n9", "at": micros(at(500))
    }  # fmt: skip


async def test_told_is_the_first_range_with_both_ends(store: Store) -> None:
    await started(store, "c1", "v1", at=at(0))
    await started(store, "c2", "v2", at=at(1))
    third = 1 / 3
    await store.record_estimates(
        [
            EstimateShown("c1", at(1), 3, None, None),
            EstimateShown("c1", at(4), 2, 5.0, 8.0),
            EstimateShown("c1", at(2), 2, third, 1e-7),
            EstimateShown("c1", at(3), 2, 7.0, 9.0),
            EstimateShown("nobody", at(2), 1, 1.0, 2.0),
        ]
    )

    found = await columns(store)

    assert found["told"] == [micros(at(2)), None]
    assert (found["likely_s"], found["upto_s"]) == ([third, None], [1e-7, None])


async def test_what_is_kept_of_a_day_is_given_back_or_was_kept_nowhere(store: Store) -> None:
    for day, kept in ((3, b"old"), (3, b"\x00new"), (5, b"later")):
        await store.keep_day(day, KeptDay(7, kept))

    found = dict(await store.kept_days(2, 4))

    assert found in ({}, {3: KeptDay(7, b"\x00new")})
    assert (await store.day_versions(at(0), at(1)) is None) == (not found)


async def test_what_few_chats_have_stands_with_the_chat_that_has_it(store: Store) -> None:
    topic = 'two\nlines, "quoted"\x1e\\'
    for number in range(6):
        await _served(store, f"c{number}", number, topic=topic if number % 2 else None)
    for number in (1, 3):
        await store.requeue(requeue(await current(store, f"c{number}"), at=at(100)))
    await store.assign(assign(await current(store, "c3"), "a2", at_s=130))
    await store.close_chat(close("c2", at=at(200)))
    closed = await store.close_chat(close("c4", resolution="unresolved", at=at(200), ticket=new_ticket()))
    assert closed.ticket is not None
    for number in (2, 4):
        await store.rate_chat(f"c{number}", Rating(number, None, None, None, at(300)))

    found = await columns(store)

    assert found["topic"] == [None, topic] * 3
    assert found["given"] == [10 * SECOND, None, 10 * SECOND, 127 * SECOND, 10 * SECOND, 10 * SECOND]
    assert found["solved"] == [None, None, 198 * SECOND, None, None, None]
    assert found["rating_of"] == [None, None, "c2", None, "c4", None]
    assert [one and one["score"] for one in found["rating"]] == [None, None, 2, None, 4, None]
    assert found["channel"] == [None, None, None, None, closed.ticket.channel, None]
    assert [found["resolution"][-2:], found["state"][1:4]] == [["unresolved", None], ["queued", "closed", "active"]]
