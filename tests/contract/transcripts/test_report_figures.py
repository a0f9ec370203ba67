"""What the reports are made of: the same numbers from every adapter, counted by the database."""

from __future__ import annotations

from typing import Any

from tests.contract.transcripts.examples import (
    AGENT,
    assign,
    at,
    close,
    new_message,
    new_ticket,
    requeue,
    started,
)
from transcripts.figures import Course, Promise, Stay, TicketCount
from transcripts.operations import EventText, TicketChanges
from transcripts.port import Store
from transcripts.records import EstimateShown

ALL = (at(0), at(10_000), None)
# at(0) is a second before midnight: its quarter of an hour began 899.123456 s before.
QUARTER_S = -899.123456


async def _served(store: Store, chat_id: str, asked_s: float, **fields: Any) -> None:
    """Taken after 10 s, answered after 30."""
    chat = await started(store, chat_id, f"visitor of {chat_id}", at=at(asked_s), **fields)
    await store.assign(assign(chat, f"agent of {chat_id}", at_s=asked_s + 10))
    await store.send_message(new_message("hello", AGENT, chat_id, at=at(asked_s + 30)))


async def _stays(store: Store) -> list[Stay]:
    return sorted(await store.stays([(at(-5000), at(10_000))], None), key=lambda stay: stay.from_at)


async def test_a_course_tells_each_moment_in_seconds_from_the_question(store: Store) -> None:
    await _served(store, "c1", 0)
    await store.close_chat(close("c1", at=at(99)))
    await started(store, "c2", "v2", at=at(5))

    assert await store.courses(*ALL, None) == (
        Course(at(0), "agent of c1", "closed", "resolved", 1, 10, 30, 99, 99),
        Course(at(5), None, "queued", None, 0, None, None, None, None),
    )


async def test_a_course_through_a_ticket_is_solved_with_the_ticket(store: Store) -> None:
    await _served(store, "c1", 0)
    closed = await store.close_chat(close("c1", resolution="unresolved", at=at(99), ticket=new_ticket()))
    assert closed.ticket is not None
    before = await store.courses(*ALL, None)

    await store.change_ticket(closed.ticket.number, TicketChanges(status="solved"), at(5000))

    assert [course.solved_s for course in before] == [None]
    assert [course.solved_s for course in await store.courses(*ALL, None)] == [5000]


async def test_figures_are_of_the_period_the_departments_and_the_agent(store: Store) -> None:
    await _served(store, "before", -1)
    await _served(store, "mine", 0)
    await _served(store, "other", 50, department_id="accounts")
    await _served(store, "after", 100)

    async def found(departments: tuple[str, ...] | None, agent: str | None) -> list[Any]:
        return [course.at for course in await store.courses(at(0), at(100), departments, agent)]

    assert await found(None, None) == [at(0), at(50)]
    assert await found(("accounts",), None) == [at(50)]
    assert await found((), None) == []
    assert await found(None, "agent of mine") == [at(0)]


async def test_a_chat_stays_in_line_until_an_agent_has_it_or_it_is_over(store: Store) -> None:
    await _served(store, "taken", 0)
    await started(store, "left", "v2", at=at(1))
    await store.close_chat(close("left", by="visitor", resolution="abandoned", at=at(60)))
    await started(store, "waits", "v3", at=at(2))

    assert await _stays(store) == [
        Stay("taken", at(0), at(10), left=False),
        Stay("left", at(1), at(60), left=True),
        Stay("waits", at(2), None, left=False),
    ]


async def test_a_chat_that_lost_its_agent_stays_in_line_again(store: Store) -> None:
    await _served(store, "c1", 0)
    chat = await store.chat("c1")
    assert chat is not None
    chat = await store.requeue(requeue(chat, at=at(200)))
    chat = await store.assign(assign(chat, "a2", at_s=300))
    await store.requeue(requeue(chat, at=at(400)))
    await store.close_chat(close("c1", by="visitor", resolution=None, at=at(500)))

    assert await _stays(store) == [
        Stay("c1", at(0), at(10), left=False),
        Stay("c1", at(200), at(300), left=False),
        Stay("c1", at(400), at(500), left=True),
    ]


async def test_a_transfer_to_a_department_is_a_stay_and_one_to_an_agent_is_none(store: Store) -> None:
    await _served(store, "c1", 0)
    chat = await store.chat("c1")
    assert chat is not None
    to_agent = EventText("transferred", "To Eva.", {"agent": {"id": "a2"}})
    chat = await store.assign(assign(chat, "a2", at_s=100, events=(to_agent,)))
    to_line = EventText("transferred", "To accounts.", {"department": {"id": "accounts"}})
    await store.requeue(requeue(chat, at=at(200), returned=False, department_id="accounts", events=(to_line,)))

    assert await _stays(store) == [
        Stay("c1", at(0), at(10), left=False),
        Stay("c1", at(200), None, left=False),
    ]
    assert await store.stays([(at(0), at(10_000))], ("sales",)) == ()


async def test_only_stays_that_last_in_a_span_are_found(store: Store) -> None:
    await _served(store, "c1", 0)
    await _served(store, "c2", 100)
    await started(store, "open", "v3", at=at(-100))

    async def found(*spans: tuple[float, float]) -> set[str]:
        stays = await store.stays([(at(first), at(end)) for first, end in spans], None)
        return {stay.chat_id for stay in stays}

    assert await found((-200, -100)) == set()
    assert await found((-200, -99)) == {"open"}
    assert await found((10, 100)) == {"open"}
    assert await found((9, 10), (50, 101)) == {"open", "c1", "c2"}
    assert await found((20, 30), (105, 106)) == {"open", "c2"}
    assert await found() == set()


async def test_a_quarter_that_the_period_cuts_begins_with_the_period(store: Store) -> None:
    await store.create_ticket(new_ticket(at=at(0)))

    assert [count.at for count in await store.count_tickets(at(-2), at(9), None, None)] == [at(-2)]


async def test_tickets_are_counted_where_they_were_made(store: Store) -> None:
    for made_s in (-1, 0, 0.5, 100):
        await store.create_ticket(new_ticket(at=at(made_s)))
    await store.create_ticket(new_ticket(at=at(0), assignee="a1", department_id="accounts"))

    assert await store.count_tickets(at(0), at(100), None, None) == (TicketCount(at(0), 3),)
    assert await store.count_tickets(at(0), at(100), ("accounts",), None) == (TicketCount(at(0), 1),)
    assert await store.count_tickets(at(0), at(100), None, "a1") == (TicketCount(at(0), 1),)
    assert await store.count_tickets(at(0), at(100), (), None) == ()


async def test_a_promise_tells_what_was_told_first_what_it_was_made_from_and_what_became_of_it(store: Store) -> None:
    for number, chat_id in enumerate(("served", "gave up", "waits", "told nothing")):
        await started(store, chat_id, f"visitor of {chat_id}", at=at(number))
        likely_s = None if chat_id == "told nothing" else 5.0
        shown = [EstimateShown(chat_id, at(10), 1, 1.0, 2.0), EstimateShown(chat_id, at(5), 2, likely_s, 8.0, (1.5, 2))]
        await store.record_estimates(shown[1:] if likely_s is None else shown)
    chat = await store.chat("served")
    assert chat is not None
    await store.assign(assign(chat, at_s=30))
    await store.close_chat(close("gave up", resolution="abandoned", at=at(40)))

    assert await store.promises(at(0), at(100), "sales", 9) == (
        Promise("served", at(0), at(5), 5.0, 8.0, (1.5, 2), at(30), is_answered=True),
        Promise("gave up", at(1), at(5), 5.0, 8.0, (1.5, 2), at(40), is_answered=False),
        Promise("waits", at(2), at(5), 5.0, 8.0, (1.5, 2), None, is_answered=False),
    )


async def test_promises_are_those_of_the_newest_chats_of_one_department(store: Store) -> None:
    for number in range(4):
        await started(store, f"c{number}", f"v{number}", at=at(number))
    await started(store, "elsewhere", "v9", at=at(1), department_id="accounts")
    everybody = [*(f"c{number}" for number in range(4)), "elsewhere"]
    await store.record_estimates([EstimateShown(chat_id, at(6), 1, 5.0, 8.0) for chat_id in everybody])

    async def chats(from_s: float, to_s: float, limit: int) -> list[str]:
        return [promise.chat_id for promise in await store.promises(at(from_s), at(to_s), "sales", limit)]

    assert await chats(0, 100, 2) == ["c2", "c3"]
    assert await chats(1, 3, 9) == ["c1", "c2"]


async def test_a_range_told_after_an_agent_had_the_chat_promised_nothing(store: Store) -> None:
    await _served(store, "c1", 0)
    await store.record_estimates([EstimateShown("c1", at(11), 1, 5.0, 8.0)])

    assert await store.promises(at(0), at(100), "sales", 9) == ()
