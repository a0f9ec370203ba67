"""Visitors, accounts, departments, sign-ins and small values."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.contract.transcripts.examples import at, new_agent
from transcripts.errors import Conflict, NotFound
from transcripts.operations import AgentChanges
from transcripts.port import Store
from transcripts.records import Canned, Department, PageView, Session, Visitor


async def test_a_visitor_is_kept_and_replaced(store: Store) -> None:
    visitor = Visitor("v1", at(0), "Jana", "jana@example.org", "signed", "customer-7", "cs")

    await store.save_visitor(Visitor("v1", at(0)))
    await store.save_visitor(visitor)

    assert await store.visitor("v1") == visitor
    assert await store.visitor("v2") is None
    assert await store.visitor_by_subject("customer-7") == visitor
    assert await store.visitor_by_subject("customer-8") is None


async def test_of_two_visitors_with_one_subject_the_earlier_is_meant(store: Store) -> None:
    await store.save_visitor(Visitor("v1", at(5), subject="s"))
    await store.save_visitor(Visitor("v2", at(1), subject="s"))

    found = await store.visitor_by_subject("s")

    assert found is not None
    assert found.id == "v2"


async def test_an_identity_belongs_to_the_first_who_shows_it(store: Store) -> None:
    assert await store.claim_identity("jti", "v1", at(60))
    assert await store.claim_identity("jti", "v1", at(60))
    assert not await store.claim_identity("jti", "v2", at(60))


async def test_the_newest_fifty_pages_of_a_visitor_are_kept(store: Store) -> None:
    for number in range(60):
        await store.add_page(PageView("v1", f"/{number}", "Title", at(number)))
    await store.add_page(PageView("v2", "/other", "Title", at(0)))

    pages = await store.pages("v1")

    assert [page.url for page in pages] == [f"/{number}" for number in range(59, 9, -1)]
    assert await store.pages("v2") == (PageView("v2", "/other", "Title", at(0)),)


async def test_agents_are_kept_in_the_order_of_adding_and_addresses_are_unique(store: Store) -> None:
    first = new_agent("z", "Petr@example.org", department_ids=("sales", "accounts"), role="manager")
    second = new_agent("a", "eva@example.org")
    await store.add_agent(first)
    await store.add_agent(second)

    with pytest.raises(Conflict):
        await store.add_agent(new_agent("b", "petr@EXAMPLE.org"))
    with pytest.raises(Conflict):
        await store.add_agent(new_agent("a", "other@example.org"))

    assert await store.agents() == (first, second)


async def test_an_agent_changes_in_what_is_said_and_keeps_the_rest(store: Store) -> None:
    await store.add_agent(new_agent("a1", "petr@example.org"))

    away = await store.change_agent("a1", AgentChanges(status="away", status_reason="lunch", status_since=at(5)))
    named = await store.change_agent("a1", AgentChanges(name="Petr N.", capacity=0, department_ids=(), tier=2))
    online = await store.change_agent("a1", AgentChanges(status="online", status_since=at(9)))
    gone = await store.change_agent("a1", AgentChanges(disabled_at=at(99), password_hash="new"))

    assert (away.status, away.status_reason, away.status_since) == ("away", "lunch", at(5))
    assert (named.name, named.capacity, named.department_ids, named.tier) == ("Petr N.", 0, (), 2)
    assert (named.status, named.status_reason) == ("away", "lunch")
    assert (online.status, online.status_reason, online.status_since) == ("online", None, at(9))
    assert (gone.disabled_at, gone.password_hash, gone.email) == (at(99), "new", "petr@example.org")
    assert await store.agents() == (gone,)
    with pytest.raises(NotFound):
        await store.change_agent("a2", AgentChanges(name="x"))


async def test_departments_are_added_once_and_changed(store: Store) -> None:
    sales = Department("sales", "Sales", None, "Europe/Prague")
    accounts = Department("accounts", "Účtárna", "mon-fri 09:00-17:00", "Europe/Prague", ("invoice", "refund"), at(5))
    await store.add_department(sales)
    await store.add_department(accounts)

    with pytest.raises(Conflict):
        await store.add_department(sales)
    renamed = Department("sales", "Prodej", "mon 09:00-10:00", "UTC", ("x",))
    await store.change_department(renamed)

    assert await store.departments() == (renamed, accounts)
    with pytest.raises(NotFound):
        await store.change_department(Department("x", "X", None, "UTC"))


async def test_a_department_keeps_its_holidays_and_absences(store: Store) -> None:
    days = ("2026-12-24 09:00-12:00,13:00-15:00", "2026-12-25 closed")
    sales = Department("sales", "Sales", None, "UTC", holidays=days, absences=("../2026-11-22T00:00:00.000Z",))
    await store.add_department(sales)
    await store.add_department(Department("help", "Help", None, "UTC"))

    kept = await store.departments()
    await store.change_department(replace(sales, holidays=days[1:], absences=()))

    assert kept == (sales, Department("help", "Help", None, "UTC"))
    assert (await store.departments())[0] == Department("sales", "Sales", None, "UTC", holidays=days[1:])


async def test_a_session_ends_alone_or_with_all_of_its_agent(store: Store) -> None:
    sessions = [Session(f"h{number}", f"a{number % 2}", at(0), at(1000)) for number in range(4)]
    for session in sessions:
        await store.add_session(session)

    await store.end_session("h0")
    alone = [await store.session(session.token_hash) for session in sessions]
    await store.end_sessions_of("a1")
    rest = [await store.session(session.token_hash) for session in sessions]

    assert alone == [None, *sessions[1:]]
    assert rest == [None, None, sessions[2], None]


async def test_ready_answers_are_replaced_as_a_whole(store: Store) -> None:
    await store.save_canned([Canned("old", "Old", "x")])
    answers = (Canned("z", "Z", "Dobrý den, {visitor.name}", "sales"), Canned("a", "A", "b"))

    await store.save_canned(answers)

    assert await store.canned() == answers


async def test_a_value_is_set_once(store: Store) -> None:
    assert await store.value("secret") is None

    assert await store.set_value("secret", "first") == "first"
    assert await store.set_value("secret", "second") == "first"
    assert await store.value("secret") == "first"


async def test_a_value_is_swapped_only_for_the_one_that_is_meant(store: Store) -> None:
    assert not await store.swap_value("watch", "on", "off")
    assert await store.swap_value("watch", None, "on")
    assert not await store.swap_value("watch", None, "again")
    assert not await store.swap_value("watch", "off", None)
    assert await store.value("watch") == "on"

    assert await store.swap_value("watch", "on", "off")
    assert await store.set_value("watch", "on") == "off"
    assert await store.swap_value("watch", "off", None)
    assert await store.value("watch") is None


async def test_of_two_who_swap_a_value_at_once_one_does(store: Store) -> None:
    swapped = await asyncio.gather(*(store.swap_value("watch", None, f"v{n}") for n in range(8)))

    assert swapped.count(True) == 1
    assert await store.value("watch") == f"v{swapped.index(True)}"


async def test_a_healthy_record_says_so(store: Store) -> None:
    await store.check()
    await store.check()
