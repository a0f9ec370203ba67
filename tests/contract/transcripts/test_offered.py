"""When the turn of those who left would have come: kept once, and only of those whom no agent had."""

from __future__ import annotations

from datetime import timedelta

from tests.contract.transcripts.examples import assign, at, close, started
from transcripts.columns import ChatColumns
from transcripts.offered import Offered
from transcripts.port import Store

SECOND = 1_000_000


async def offered(store: Store) -> list[int | None]:
    """In the order of time, in seconds."""
    found = ChatColumns(*await store.chat_columns(at(0), at(10_000))).offered
    return [None if one is None else one // SECOND for one in found]


async def test_it_is_kept_of_whom_no_agent_had_and_the_first_that_is_told_counts(store: Store) -> None:
    for number in range(3):
        await started(store, f"c{number}", f"v{number}", at=at(number))
    taken = await started(store, "taken", "v", at=at(3))
    await store.close_chat(close("c0", by="visitor", resolution="abandoned", at=at(60)))
    await store.assign(assign(taken, "ada"))

    await store.record_offered([Offered("c0", at(90)), Offered("taken", at(90)), Offered("nobody", at(90))])
    await store.record_offered([Offered("c0", at(95)), Offered("c1", at(95))])
    await store.record_offered([])

    assert await offered(store) == [90, 94, None, None]


async def test_it_is_a_change_of_the_day_the_chat_was_started(store: Store) -> None:
    await started(store, "c0", "v0", at=at(0))
    days = at(0) - timedelta(days=1), at(0) + timedelta(days=1)
    before = await store.day_versions(*days)

    await store.record_offered([Offered("c0", at(90_000))])

    assert before is None or await store.day_versions(*days) == {day: n + 1 for day, n in before.items()}
    assert await offered(store) == [90_000]
