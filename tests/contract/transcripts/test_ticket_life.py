"""The life of tickets: promises are judged once, time at a tier begins anew, and what is due is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contract.transcripts.examples import AGENT, at, new_mail, new_ticket, new_ticket_message, ticket_of
from transcripts.errors import VersionConflict
from transcripts.operations import TicketChanges
from transcripts.port import Store
from transcripts.records import SYSTEM, Rating, Ticket
from transcripts.solution import Solution
from transcripts.ticket_life import SOON, Standing, TicketCourse

NEWS = TicketChanges(news=True, checkpoint_at=at(7200), message=new_ticket_message("news"))


async def numbers(store: Store, *, until: float) -> list[str]:
    return [standing.number for standing in await store.standing(at(until))]


async def test_news_in_time_keep_a_promise_and_late_news_miss_it(store: Store) -> None:
    kept, late, solved = [(await store.create_ticket(new_ticket())).number for _ in range(3)]

    in_time = await store.change_ticket(kept, NEWS, at(3600))
    too_late = await store.change_ticket(late, TicketChanges(news=True, checkpoint_at=at(7200)), at(3601))
    over = await store.change_ticket(solved, TicketChanges(news=True, status="solved"), at(10))

    assert (in_time.promises_kept, in_time.promises_missed, in_time.promised_at) == (1, 0, at(3600))
    assert (too_late.promises_kept, too_late.promises_missed, too_late.missed_at) == (0, 1, None)
    assert (over.promises_kept, over.checkpoint_at, over.promised_at) == (1, None, None)
    assert (in_time.first_answer_at, too_late.first_answer_at, over.first_answer_at) == (at(3600), None, at(10))
    assert await ticket_of(store, kept) == in_time


async def test_a_missed_promise_stands_out_until_a_person_gives_news(store: Store) -> None:
    number = (await store.create_ticket(new_ticket())).number
    missed = TicketChanges(missed=True, checkpoint_at=at(9000), if_version=1, mails=(new_mail("m1"),))

    first = await store.change_ticket(number, missed, at(3605))
    again = await store.change_ticket(number, TicketChanges(missed=True, checkpoint_at=at(12000)), at(9005))
    assert (first.missed_at, first.checkpoint_at, first.promises_missed) == (at(3600), at(9000), 1)
    assert (again.missed_at, again.promises_missed) == (at(3600), 2)
    note = await store.add_ticket_message(number, new_ticket_message("n", internal=True), at(9006), ())
    assert (await ticket_of(store, number)).missed_at == at(3600), note

    await store.add_ticket_message(number, new_ticket_message("a"), at(9010), (new_mail("m2"),))

    answered = await ticket_of(store, number)
    assert (answered.missed_at, answered.checkpoint_at, answered.first_answer_at) == (None, at(12000), at(9010))


async def test_an_answer_after_its_time_brings_the_next_promise(store: Store) -> None:
    number = (await store.create_ticket(new_ticket())).number

    await store.add_ticket_message(number, new_ticket_message("a"), at(60), (), at(7200))
    assert (await ticket_of(store, number)).checkpoint_at == at(3600)
    await store.add_ticket_message(number, new_ticket_message("b"), at(3700), (), at(7200))

    ticket = await ticket_of(store, number)
    assert (ticket.checkpoint_at, ticket.promises_missed, ticket.first_answer_at) == (at(7200), 1, at(60))


async def test_what_was_decided_on_another_version_changes_nothing(store: Store) -> None:
    ticket = await store.create_ticket(new_ticket())
    newer = await store.change_ticket(ticket.number, TicketChanges(priority="high"), at(9))

    with pytest.raises(VersionConflict):
        await store.change_ticket(ticket.number, TicketChanges(tier=2, if_version=1, mails=(new_mail("m"),)), at(10))

    assert await ticket_of(store, ticket.number) == newer
    assert await store.mail("m") is None


async def test_solution_and_rating_are_kept_and_opening_again_is_counted(store: Store) -> None:
    number = (await store.create_ticket(new_ticket())).number
    solution = Solution("A <b>loose</b> cable", None, fully_solved=False)

    await store.change_ticket(number, TicketChanges(status="solved", solution=solution, news=True), at(10))
    await store.change_ticket(number, TicketChanges(rating=Rating(2, None, None, "Slow\nvery", at(11))), at(11))
    again = await store.change_ticket(number, TicketChanges(status="open", checkpoint_at=at(99)), at(12))

    assert (again.reopened, again.solved_at, again.tier_since) == (1, None, at(12))
    assert await ticket_of(store, number) == again
    assert (again.solution, again.rating) == (solution, Rating(2, None, None, "Slow\nvery", at(11)))


async def test_time_at_a_tier_begins_anew_with_the_tier_and_after_waiting(store: Store) -> None:
    number = (await store.create_ticket(new_ticket())).number

    async def after(seconds: float, changes: TicketChanges) -> Ticket:
        return await store.change_ticket(number, changes, at(seconds))

    assert (await after(10, TicketChanges(status="in_progress"))).tier_since == at(5)
    assert (await after(20, TicketChanges(status="waiting"))).tier_since == at(5)
    assert (await after(30, TicketChanges(status="open"))).tier_since == at(30)
    assert (await after(40, TicketChanges(tier=2, unassign=True))).tier_since == at(40)
    assert (await after(50, TicketChanges(department_id="help"))).tier_since == at(50)


async def test_standing_promises_are_those_that_are_near_due_or_were_missed(store: Store) -> None:
    near = await store.create_ticket(new_ticket(assignee="a1"))
    far = await store.create_ticket(new_ticket(checkpoint_at=at(90_000)))
    missed = await store.create_ticket(new_ticket(checkpoint_at=at(60)))
    over = await store.create_ticket(new_ticket(checkpoint_at=at(50)))
    await store.change_ticket(missed.number, TicketChanges(missed=True, checkpoint_at=at(80_000)), at(61))
    await store.change_ticket(over.number, TicketChanges(status="closed"), at(62))

    assert await store.standing(at(3600)) == (
        Standing(near.number, "sales", "a1", at(3600), at(5), None),
        Standing(missed.number, "sales", None, at(80_000), at(61), at(60)),
    )
    assert await numbers(store, until=3599) == [missed.number]
    assert await numbers(store, until=90_000) == [near.number, missed.number, far.number]
    found = await store.unkept(at(85_000), 10)
    assert [ticket.number for ticket in found] == [near.number, missed.number]
    assert found[0] == near
    assert [ticket.number for ticket in await store.unkept(at(85_000), 1)] == [near.number]


def test_a_warning_comes_a_quarter_of_an_hour_before_or_a_quarter_of_the_promise() -> None:
    long = Standing("1", "sales", None, at(7200), at(0), None)
    short = Standing("2", "sales", None, at(600), at(0), None)

    assert long.warned_at() == at(7200) - SOON == at(7200) - timedelta(minutes=15)
    assert short.warned_at() == at(450)
    assert (short.due_since(at(599)), short.due_since(at(600))) == (None, at(600))


async def test_tickets_whose_tier_had_its_time_are_found_by_department_and_tier(store: Store) -> None:
    old = await store.create_ticket(new_ticket(at=at(1)))
    at_work = await store.create_ticket(new_ticket(at=at(2)))
    await store.change_ticket(at_work.number, TicketChanges(status="in_progress"), at(3))
    for changes in (TicketChanges(status="waiting"), TicketChanges(status="solved"), TicketChanges(tier=2)):
        other = await store.create_ticket(new_ticket(at=at(1)))
        await store.change_ticket(other.number, changes, at(50))
    await store.create_ticket(new_ticket(at=at(1), department_id="help"))
    await store.create_ticket(new_ticket(at=at(9)))

    found = await store.overdue_at_tier("sales", 1, at(8), 10)

    assert [ticket.number for ticket in found] == [old.number, at_work.number]
    assert found[0] == old
    assert len(await store.overdue_at_tier("sales", 1, at(9), 2)) == 2
    assert await store.overdue_at_tier("sales", 2, at(49), 10) == ()
    assert len(await store.overdue_at_tier("sales", 2, at(50), 10)) == 1


async def test_courses_tell_what_reports_are_made_of(store: Store) -> None:
    first = await store.create_ticket(new_ticket(at=at(10), assignee="a1"))
    await store.create_ticket(new_ticket(at=at(20), department_id="help"))
    await store.add_ticket_message(first.number, new_ticket_message("a"), at(70.5), ())
    await store.change_ticket(first.number, TicketChanges(status="solved", news=True), at(110))
    await store.change_ticket(first.number, TicketChanges(rating=Rating(5, None, None, None, at(111))), at(111))

    courses = await store.ticket_courses(at(0), at(20.5), None, None)

    assert courses[0] == TicketCourse(at(10), 60.5, 100.0, True, 0, 1, 0, 5)
    assert courses[1:] == (TicketCourse(at(20), None, None, False, 0, 0, 0, None),)
    assert await store.ticket_courses(at(0), at(20), None, None) == courses[:1]
    assert await store.ticket_courses(at(0), at(30), ("help",), None) == courses[1:]
    assert await store.ticket_courses(at(0), at(30), None, "a1") == courses[:1]
    assert await store.ticket_courses(at(0), at(30), (), None) == ()


async def test_a_note_with_a_mail_is_not_the_mails_words(store: Store) -> None:
    number = (await store.create_ticket(new_ticket())).number
    note = new_ticket_message("n", author=SYSTEM, internal=True)

    await store.change_ticket(number, TicketChanges(tier=2, message=note, mails=(new_mail("m"),)), at(9))

    (kept,) = await store.ticket_messages(number)
    assert (kept.internal, kept.mail_id, kept.author) == (True, None, SYSTEM)
    assert kept.author != AGENT
